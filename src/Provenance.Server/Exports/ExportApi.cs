using Provenance.Core.Bundles;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Tracing;

namespace Provenance.Server.Exports;

/// <summary><c>GET /api/export</c>: an item's trail as a file.</summary>
internal static class ExportApi
{
    public static void AddExports(this IServiceCollection services) =>
        services.AddSingleton<BundleExport>().AddSingleton<CsvExport>();

    public static void MapExports(this IEndpointRouteBuilder app) => app.MapGet("/api/export", Export).WithTags("Export")
        .Produces(200, contentType: Bundle.MediaType, additionalContentTypes: "text/csv")
        .WithSummary("An item's trail, with the fields the caller may see: a bundle that anybody can verify alone, or a table");

    private static IResult Export(BundleExport bundles, CsvExport tables, Tracer tracer, Caller? caller, OwnIds own, string? item, string? format)
    {
        if (!ItemId.TryParse(item ?? "", own, out var asked, out var error))
        {
            return Problem.Invalid("item", item, item is null ? "Send the item's URI, or its element string such as (01)…(10)…." : error + ".");
        }
        return format switch
        {
            "bundle" => File(bundles.Make(asked, caller), Bundle.MediaType, ".provenance.zip"),
            "csv" => File(tables.Make(asked, caller), CsvExport.MediaType, ".csv"),
            _ => Problem.Invalid("format", format, "Send format=bundle or format=csv."),
        };

        IResult File(byte[]? made, string mediaType, string extension) => made is null
            ? tracer.WhyNothing(asked, item)
            : TypedResults.File(made, mediaType, FileName(asked) + extension);
    }

    /// <summary>A name that every file system takes, from whatever the lot is called.</summary>
    private static string FileName(ItemId item) =>
        new([.. (item.Lot ?? item.Serial ?? item.Sscc ?? "trail").Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-').Take(60)]);
}

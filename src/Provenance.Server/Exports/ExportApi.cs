using Provenance.Core.Bundles;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Parties;

namespace Provenance.Server.Exports;

/// <summary><c>GET /api/export</c>: an item's trail as a file.</summary>
internal static class ExportApi
{
    public static void AddExports(this IServiceCollection services) => services.AddSingleton<BundleExport>();

    public static void MapExports(this IEndpointRouteBuilder app) => app.MapGet("/api/export", Export).WithTags("Export")
        .Produces(200, contentType: Bundle.MediaType)
        .WithSummary("An item's trail: a bundle that anybody can verify alone, with the fields the caller may see");

    private static IResult Export(BundleExport bundles, Caller? caller, OwnIds own, string? item, string? format)
    {
        if (!ItemId.TryParse(item ?? "", own, out var asked, out var error))
        {
            return Problem.Invalid("item", item, item is null ? "Send the item's URI, or its element string such as (01)…(10)…." : error + ".");
        }
        return format switch
        {
            "bundle" => bundles.Make(asked, caller) is { } bundle
                ? TypedResults.File(bundle, Bundle.MediaType, FileName(asked))
                : Problem.NotFound("item", item, "Nothing is on record about this item."),
            _ => Problem.Invalid("format", format, "Send format=bundle."),
        };
    }

    /// <summary>A name that every file system takes, from whatever the lot is called.</summary>
    private static string FileName(ItemId item)
    {
        var name = new string([.. (item.Lot ?? item.Serial ?? item.Sscc ?? "trail").Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-').Take(60)]);
        return $"{name}.provenance.zip";
    }
}

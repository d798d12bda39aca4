using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Bundles;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Pages;
using Provenance.Server.Parties;
using Provenance.Server.Tracing;

namespace Provenance.Server.Exports;

/// <summary><c>GET /api/export</c>: an item's trail as a file.</summary>
internal static class ExportApi
{
    public static void AddExports(this IServiceCollection services) =>
        services.AddSingleton<TrailReader>().AddSingleton<BundleExport>().AddSingleton<EpcisExport>().AddSingleton<ReportExport>();

    public static void MapExports(this IEndpointRouteBuilder app) => app.MapGet("/api/export", Export).WithTags("Export")
        .Produces(200, contentType: Bundle.MediaType, additionalContentTypes: ["text/csv", TableExport.XlsxType, EpcisExport.MediaType, "text/html"])
        .WithSummary("An item's trail, with the fields the caller may see: a bundle that anybody can verify alone, a table, an EPCIS document, or a report to print")
        .WithDescription("format is bundle, csv, xlsx, epcis (needs a key) or report (in the language of Accept-Language or lang). party (slug or id), from and to (times with offset, or dates; to is included as a date) take a part of the trail.");

    private static async Task<IResult> Export(
        HttpContext context, [AsParameters] ExportServices services, Caller? caller, OwnIds own, string? item, string? format, string? party, string? from, string? to)
    {
        if (!ItemId.TryParse(item ?? "", own, out var asked, out var error))
        {
            return Problem.Invalid("item", item, item is null ? "Send the item's URI, or its element string such as (01)…(10)…." : error + ".");
        }
        if (format is not ("bundle" or "csv" or "xlsx" or "epcis" or "report"))
        {
            return Problem.Invalid("format", format, "Send format=bundle, csv, xlsx, epcis or report.");
        }
        if (format == "epcis" && caller is null)
        {
            return Problem.NoKey("format=epcis gives whole events, which takes a key: send 'Authorization: Bearer KEY'.");
        }
        var (filter, problem) = TrailFilter.Read(services.Parties, party, from, to);
        if (filter is null)
        {
            return problem!;
        }
        if (services.Trails.Find(asked, caller, filter) is not { } trail)
        {
            return services.Tracer.WhyNothing(asked, item);
        }
        return format switch
        {
            "bundle" => File(services.Bundles.Make(trail), Bundle.MediaType, ".provenance.zip"),
            "csv" => File(TableExport.Csv(trail), TableExport.CsvType, ".csv"),
            "xlsx" => File(await TableExport.XlsxAsync(trail, services.Clock.GetUtcNow()), TableExport.XlsxType, ".xlsx"),
            "epcis" => File(services.Epcis.Make(trail), EpcisExport.MediaType, ".epcis.json"),
            _ => Report(context, services.Reports.Make(trail, Words.For(context)), FileName(asked) + ".html"),
        };

        IResult File(byte[]? made, string mediaType, string extension) => made is null
            ? Problem.NotFound("item", item, "None of its events may be shown to you in this format. Ask with another key, for more of the time, or for format=csv.")
            : TypedResults.File(made, mediaType, FileName(asked) + extension);
    }

    /// <summary>To be kept: shown here it would be a page of this server, and say where it comes from by its address.</summary>
    private static RazorComponentResult<ReportPage> Report(HttpContext context, ReportModel model, string name)
    {
        context.Response.Headers.ContentDisposition = $"attachment; filename={name}";
        return new(new { Model = model }) { PreventStreamingRendering = true };
    }

    /// <summary>A name that every file system takes, from whatever the lot is called.</summary>
    private static string FileName(ItemId item) =>
        new([.. (item.Lot ?? item.Serial ?? item.Sscc ?? "trail").Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-').Take(60)]);
}

/// <summary>What an export may need.</summary>
internal readonly record struct ExportServices(
    TrailReader Trails, Tracer Tracer, PartyStore Parties, BundleExport Bundles, EpcisExport Epcis, ReportExport Reports, TimeProvider Clock);

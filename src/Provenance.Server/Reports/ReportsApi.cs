using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Pages;
using Provenance.Server.Parties;

namespace Provenance.Server.Reports;

/// <summary>"Report a problem": a form for readers, a list for makers.</summary>
internal static class ReportsApi
{
    private const int UsualPage = 100;
    private const int LargestPage = 1_000;
    private const int LargestForm = 64 << 10;

    public static void AddReports(this IServiceCollection services)
    {
        services.AddSingleton<ReportStore>();
        services.AddSingleton<ReportLimit>();
    }

    public static void MapReports(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/report", [HttpMethods.Get, HttpMethods.Head], Form).ExcludeFromDescription();
        app.MapPost("/report", SendAsync).ExcludeFromDescription();
        app.MapGet("/api/reports", List).RequireKey().WithTags("Reports").WithSummary("What readers of the public pages reported about the caller's products");
    }

    private static IResult Form(HttpContext context, FindBuyerPage find, OwnIds own, string? item = null, long? sent = null) =>
        FindPage(item, find, own, out var named) is { } page ? Page(context, StatusCodes.Status200OK, named, page, ReportForm.Empty, [], sent) : NotHere(context, item);

    /// <summary>After it is kept the browser is sent on, so that reloading sends nothing twice.</summary>
    private static async Task<IResult> SendAsync(HttpContext context, FindBuyerPage find, ReportStore reports, ReportLimit limit, OwnIds own, string? item = null)
    {
        if (FindPage(item, find, own, out var named) is not { } page)
        {
            return NotHere(context, item);
        }
        if (!context.Request.HasFormContentType || context.Request.ContentLength is null or > LargestForm)
        {
            return ErrorPages.Of(context, Problem.Plain(StatusCodes.Status415UnsupportedMediaType, $"Send the form as the page has it, at most {LargestForm} bytes."));
        }
        var form = ReportForm.Of(await context.Request.ReadFormAsync(context.RequestAborted));
        if (Report.Read(form, out var wrong) is not { } report)
        {
            return Page(context, StatusCodes.Status400BadRequest, named, page, form, wrong, null);
        }
        if (!limit.Allows(named.Uri))
        {
            return Page(context, StatusCodes.Status429TooManyRequests, named, page, form, ["many"], null);
        }
        var words = Words.Of(context.Request);
        var number = await reports.AddAsync(named, report, words.Language);
        return new SeeOther(words.Link($"/report?item={Uri.EscapeDataString(named.Uri)}&sent={number.ToString(CultureInfo.InvariantCulture)}"));
    }

    /// <param name="item">Only about this one.</param>
    /// <param name="before">Only older ones: <c>next</c> of the answer before.</param>
    /// <param name="limit">1 to 1000.</param>
    private static Results<Ok<ReportsAnswer>, Problem> List(ReportStore reports, Caller caller, OwnIds own, string? item = null, long before = long.MaxValue, int limit = UsualPage)
    {
        ItemId? only = null;
        if (item is not null)
        {
            if (!ItemId.TryParse(item, own, out var named, out var fault))
            {
                return Problem.Invalid("item", item, fault + ".");
            }
            only = named;
        }
        if (limit is < 1 or > LargestPage)
        {
            return Problem.Invalid("limit", limit.ToString(CultureInfo.InvariantCulture), $"Send 1 to {LargestPage}.");
        }
        var found = reports.List(caller, only, before, limit + 1);
        return TypedResults.Ok(new ReportsAnswer([.. found.Take(limit).Select(Answer)], found.Count > limit ? found[limit - 1].Id : null));
    }

    private static ReportAnswer Answer(ReportRow row) =>
        new(row.Id, row.Item, row.Kind, row.Text, row.Contact, row.Language, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt));

    /// <summary>Only what has a page for the public can be reported about.</summary>
    private static BuyerPage? FindPage(string? item, FindBuyerPage find, OwnIds own, out ItemId named)
    {
        named = default;
        return item is not null && ItemId.TryParse(item, own, out named, out _) ? find(named) : null;
    }

    private static RazorComponentResult<ErrorPage> NotHere(HttpContext context, string? item) =>
        ErrorPages.Of(context, Problem.NotFound("item", item, $"There is no record of {item} that the public may see."));

    private static RazorComponentResult<ReportPage> Page(
        HttpContext context, int status, ItemId item, BuyerPage about, ReportForm form, IReadOnlyList<string> wrong, long? sent) =>
        new(new { Words = Words.For(context), About = about, Path = PagesApi.PathOf(item) ?? "/", Form = form, Wrong = wrong, Sent = sent })
        {
            StatusCode = status,
            PreventStreamingRendering = true,
        };
}

/// <summary>Reports, newest first.</summary>
/// <param name="Next">Ask with <c>before=</c> this for older ones; absent where there are none.</param>
internal sealed record ReportsAnswer(ReportAnswer[] Reports, long? Next);

/// <param name="Kind"><c>quality</c>, <c>foreign-body</c>, <c>illness</c>, <c>label</c>, <c>not-the-same</c> or <c>other</c>.</param>
/// <param name="Contact">How the reader wants to be reached; absent where they do not.</param>
/// <param name="Language">In which they read the page.</param>
internal sealed record ReportAnswer(long Number, string Item, string Kind, string Text, string? Contact, string Language, DateTimeOffset At);

using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Gs1;
using Provenance.Server.Batches;
using Provenance.Server.Documents;
using Provenance.Server.Http;
using Provenance.Server.Pages;
using Provenance.Server.Parties;
using Provenance.Server.Resolver;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Portal.Steps;

/// <summary>Receive, transform, pack and ship by hand: scan or type, see what the buyer will see, record by the way of <c>POST /api/batches/events</c>.</summary>
internal static class StepsApi
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void AddSteps(this IServiceCollection services) => services.AddSingleton<OwnEvents>().AddSingleton<StepForms>().AddSingleton<EventPages>();

    public static void MapSteps(this RouteGroupBuilder inside)
    {
        foreach (var word in StepForm.Words)
        {
            inside.MapMethods($"/{word}", Reading, (HttpContext context, Session session, StepForms forms, string? item, string? shipment) => Begin(context, session, forms, word, item, shipment));
            inside.MapPost($"/{word}", (HttpContext context, Session session, StepForms forms) => SendAsync(context, session, forms, word));
        }
        inside.MapMethods("/deliveries", Reading, Deliveries);
        inside.MapMethods("/documents/{sha256}", Reading, ShowDocument);
        inside.MapEvents();
    }

    /// <param name="item">Something to begin with.</param>
    /// <param name="shipment">The <c>eventId</c> of a shipment to be received.</param>
    private static IResult Begin(HttpContext context, Session session, StepForms forms, string word, string? item, string? shipment) =>
        session.Caller.Role == Role.Auditor ? NoRecorder(context)
        : forms.Begin(session, word, item, shipment) is { } model ? Page(context, model)
        : new SeeOther(Words.Of(context.Request).Link(PortalDoor.Root + "/place")); // without a place nobody knows by which clock a date counts

    private static async Task<IResult> SendAsync(HttpContext context, Session session, StepForms forms, string word)
    {
        if (session.Caller.Role == Role.Auditor)
        {
            return NoRecorder(context);
        }
        var sent = await context.Request.ReadFormAsync(context.RequestAborted);
        var (model, recorded) = await forms.AnswerAsync(session, word, sent, Words.Of(context.Request), context.RequestAborted);
        return recorded is not null ? new SeeOther(Words.Of(context.Request).Link(recorded)) : Page(context, model!);
    }

    /// <param name="way"><c>out</c> for what was shipped; else what came in.</param>
    private static RazorComponentResult<DeliveriesPage> Deliveries(HttpContext context, Session session, OwnEvents events, Database database, OwnIds own, string? way = null, string? q = null, long? before = null)
    {
        var (text, isOut) = (q?.Trim() ?? "", way == "out");
        var (found, more) = events.Deliveries(session.Caller.Party, isOut ? StepForm.Ship : StepForm.Receive, text, before);
        using var log = new LogReading(database, own);
        var coming = isOut || before is not null || text.Length > 0 ? [] : StepForms.Describe(events, log, own, session.Caller.Party);
        return PortalApi.Page<DeliveriesPage>(context, new DeliveriesModel(session, found.Select(one => new Delivery(one, events.NameOfPartner, own)).ToList(), coming, isOut, text, before is not null, more));
    }

    /// <summary>A document of the firm's own, for whoever is signed in: the API's address takes keys only.</summary>
    private static IResult ShowDocument(HttpContext context, Session session, string sha256, DocumentStore documents)
    {
        if (!Core.Digest.TryParse(sha256, out var named) || documents.Find(named) is not { } document || !documents.IsHeldBy(named, session.Caller.Party))
        {
            return PortalErrors.Of(context, Problem.NotFound("sha256", sha256, "Your firm has no such document here."));
        }
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
        context.Response.Headers.ContentDisposition = $"{(document.Type == DocumentType.Pdf ? "attachment" : "inline")}; filename=\"{sha256[..12]}{document.Type.Extension()}\"";
        return TypedResults.PhysicalFile(documents.PathOf(named), document.Type.MediaType());
    }

    private static RazorComponentResult<StepPage> Page(HttpContext context, StepModel model)
    {
        context.Response.Headers.ContentSecurityPolicy = PagesApi.ScanPolicy;
        return PortalApi.Page<StepPage>(context, model, model.Problem?.Status ?? (model.Faults.Count > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK));
    }

    private static IResult NoRecorder(HttpContext context) => PortalErrors.Of(context, Problem.Forbidden("An auditor's key records nothing."));
}

/// <param name="OnTheWay">What could be received; on the first page of what came in.</param>
/// <param name="IsOut">What was shipped.</param>
internal sealed record DeliveriesModel(Session Session, IReadOnlyList<Delivery> Deliveries, IReadOnlyList<OnTheWay> OnTheWay, bool IsOut, string Text, bool IsLater, long? Before);

/// <summary>A delivery on a list.</summary>
internal sealed record Delivery(OwnEvent One, string? Partner, string Lots, string? Paper)
{
    public Delivery(OwnEvent one, Func<string, string> nameOf, OwnIds own)
        : this(one, PartnerOf(one, nameOf), string.Join(", ", one.Event.Facts.Items.Select(mention => mention.Item.Lot ?? mention.Item.Serial ?? mention.Item.Sscc ?? mention.Item.Uri)),
            one.Papers(own).Select(paper => paper.Number).FirstOrDefault())
    {
    }

    private static string? PartnerOf(OwnEvent one, Func<string, string> nameOf) =>
        (one.Step == StepForm.Ship ? one.Event.Facts.Destinations : one.Event.Facts.Sources) is [var partner, ..] ? nameOf(partner.Uri)
        : EventFacts.Text(one.Event.Body, Core.Events.ProvTerms.SupplierName);
}

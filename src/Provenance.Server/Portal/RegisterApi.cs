using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Batches;
using Provenance.Server.Documents;
using Provenance.Server.Http;
using Provenance.Server.Pages;
using Provenance.Server.Parties;
using Provenance.Server.Portal.Steps;
using Provenance.Server.Tracing;

namespace Provenance.Server.Portal;

/// <summary>Registering a batch on one screen, and the firm's own batches.</summary>
internal static class RegisterApi
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void MapRegister(this RouteGroupBuilder inside)
    {
        inside.MapMethods("/batches", Reading, List);
        inside.MapMethods("/batches/{leaf:long}", Reading, Show);
        inside.MapMethods("/register", Reading, Begin);
        inside.MapPost("/register", Register);
        inside.MapMethods("/place", Reading, (HttpContext context, Session session) =>
            PortalApi.Page<PlacePage>(context, new PlaceModel(session, new NewPlace("", "", "", CountryOf(session.Caller.Party)), null)));
        inside.MapPost("/place", AddPlace);
    }

    private static RazorComponentResult<BatchesPage> List(HttpContext context, Session session, OwnBatches batches, string? q = null, long? before = null)
    {
        var text = q?.Trim() ?? "";
        var (found, more) = batches.List(session.Caller.Party, text, before);
        return PortalApi.Page<BatchesPage>(context, new BatchesModel(session, found, text, before is not null, more));
    }

    private static IResult Show(HttpContext context, Session session, OwnBatches batches, OwnEvents events, FindBuyerPage find, long leaf) =>
        batches.Find(session.Caller.Party, leaf) is { } batch
            ? PortalApi.Page<BatchPage>(context, new BatchModel(session, batch, events.About(session.Caller.Party, batch.Made.Item), batch.Name is null ? find(batch.Made.Item)?.StatedProductName : null))
            : PortalErrors.Of(context, Problem.NotFound("leaf", leaf.ToString(CultureInfo.InvariantCulture), "Your firm has no batch there."));

    /// <param name="like">Entry of a batch that the new one is like; <c>last</c> for the newest.</param>
    private static IResult Begin(HttpContext context, Session session, OwnBatches batches, ProductStore products, PlaceStore places, TimeProvider clock, string? like = null)
    {
        var party = session.Caller.Party;
        var own = places.List(party.Row);
        if (own.Count == 0)
        {
            return new SeeOther(Words.Of(context.Request).Link(PortalDoor.Root + "/place")); // without a place nobody knows by which clock a date counts
        }
        var last = like == "last" ? batches.List(party, "", null).Batches.FirstOrDefault(batch => batch.Declaration is null)
            : long.TryParse(like, NumberStyles.None, CultureInfo.InvariantCulture, out var leaf) ? batches.Find(party, leaf) : null;
        var place = own.FirstOrDefault(one => last is not null && EventFacts.Text(last.Event, ProvTerms.Place) == one.Name) ?? own[0];
        var today = Today(clock, place);
        return Page(context, session, products, places, last?.Next(today, place.Id, products.List(party.Row)) ?? RegisterForm.New(today, place.Id, CountryOf(party)));
    }

    /// <summary>First what the buyer will see, then the record: both by the one way that <c>POST /api/batches</c> goes.</summary>
    private static async Task<IResult> Register(
        HttpContext context, Session session, BatchRecorder recorder, ProductStore products, PlaceStore places, Privacy privacy, DocumentStore documents, Storage.LedgerState state, OwnIds own)
    {
        var fields = await context.Request.ReadFormAsync(context.RequestAborted);
        var form = RegisterForm.Of(fields);
        var party = session.Caller.Party;
        if (session.Caller.Role == Role.Auditor)
        {
            return PortalErrors.Of(context, Problem.Forbidden("An auditor's key records nothing."));
        }
        if (state.ReadOnlyBecause is { } because)
        {
            return Page(context, session, products, places, form, Problem.ReadOnly(because));
        }
        var (papers, wrongFiles) = await Attachments.TakeAsync(fields, form.Papers, party, documents, context.RequestAborted);
        form = form with { Papers = int.TryParse(fields["remove-paper"], out var gone) ? [.. papers.Where((_, i) => i != gone)] : papers };
        if (wrongFiles.Count > 0 || fields["do"] == "attach" || fields.ContainsKey("remove-paper"))
        {
            return Page(context, session, products, places, form, files: wrongFiles);
        }
        var request = form.ToRequest();
        switch (fields["do"].ToString())
        {
            case "record":
                var (answer, refused) = await recorder.RecordAsync(party, request, _ => "make", form.Once.Length is > 0 and <= 100 ? form.Once : null);
                return refused is not null
                    ? Page(context, session, products, places, form, refused)
                    : new SeeOther(Words.Of(context.Request).Link($"{PortalDoor.Root}/batches/{JsonElement.Parse(answer).GetProperty("index").GetInt64()}"));
            case "change":
                return Page(context, session, products, places, form with { Once = RegisterForm.NewOnce() });
            default:
                form = form with { Once = RegisterForm.NewOnce() };
                var (draft, problem) = recorder.Draft(party, request, _ => "make");
                return draft is null
                    ? Page(context, session, products, places, form, problem)
                    : Page(context, session, products, places, form, preview: new Preview(LinesOf(draft, party, new EventLines(privacy, own, Words.Of(context.Request), _ => null, uri => uri)), draft.Warnings,
                        draft.Events.Any(one => one.Facts.BizStep == "creating_class_instance")));
        }
    }

    private static List<PreviewLine> LinesOf(EventDraft draft, Party party, EventLines lines) =>
        [.. draft.Events.SelectMany(one => lines.Of(JsonElement.Parse(one.Body), one.Facts, party, "make"))];

    /// <summary>A place of the firm's own, by the rules of <c>POST /api/places</c>; here it says by which clock its dates count.</summary>
    private static async Task<IResult> AddPlace(HttpContext context, Session session, PlaceStore places)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var caller = session.Caller;
        var name = form["name"].ToString().Trim();
        var asked = new NewPlace(IdOf(name, places.List(caller.Party.Row)), name, form["city"].ToString().Trim(), form["country"].ToString(), TimeZone: form["timeZone"].ToString());
        var problem = caller.Role == Role.Auditor ? Problem.Forbidden("An auditor's key records nothing.")
            : asked.WhyNot() ?? await places.AddAsync(new Place(caller.Party.Row, asked.Id, asked.Name, asked.City, asked.Country, null, null, asked.TimeZone), caller);
        return problem is null
            ? new SeeOther(Words.Of(context.Request).Link(PortalDoor.Root + "/register"))
            : PortalApi.Page<PlacePage>(context, new PlaceModel(session, asked, problem), problem.Status);
    }

    /// <summary>Part of the place's URI for ever: its name in letters that need no percent signs, with a number where that is taken.</summary>
    internal static string IdOf(string name, IReadOnlyList<Place> held)
    {
        var plain = string.Join('-', string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var id = plain.Length is > 0 and <= 40 ? plain : "place";
        return held.All(place => place.Id != id) ? id : $"{id}-{held.Count + 1}";
    }

    /// <summary>By the clock of the place; UTC's where it has none.</summary>
    internal static string Today(TimeProvider clock, Place place) =>
        (place.TimeZone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone) : clock.GetUtcNow())
        .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string CountryOf(Party party) => party.Country == LedgerOptions.NoCountry ? "" : party.Country;

    private static RazorComponentResult<RegisterPage> Page(HttpContext context, Session session, ProductStore products, PlaceStore places, RegisterForm form, Problem? problem = null, Preview? preview = null, IReadOnlyList<FieldProblem>? files = null) =>
        PortalApi.Page<RegisterPage>(context, new RegisterModel(session, products.List(session.Caller.Party.Row), places.List(session.Caller.Party.Row), form, problem, preview, files ?? []), problem?.Status ?? (files?.Count > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK));
}

/// <param name="Asked">As it was typed.</param>
/// <param name="Problem">Why it was not taken.</param>
internal sealed record PlaceModel(Session Session, NewPlace Asked, Problem? Problem);

/// <param name="Warnings">As the API would say them.</param>
/// <param name="AddsToLot">The lot is on record, and this adds to it.</param>
internal sealed record Preview(IReadOnlyList<PreviewLine> Lines, IReadOnlyList<string> Warnings, bool AddsToLot);

/// <param name="Problem">Why it was not recorded.</param>
/// <param name="Preview">Set once everything is right and nothing recorded yet.</param>
/// <param name="Files">What is wrong with files that were chosen.</param>
internal sealed record RegisterModel(Session Session, IReadOnlyList<Product> Products, IReadOnlyList<Place> Places, RegisterForm Form, Problem? Problem, Preview? Preview, IReadOnlyList<FieldProblem> Files)
{
    /// <summary>What is wrong with a paper or a file.</summary>
    public FieldProblem? PaperFaultOf(string field) => Files.Concat(Problem is null ? [] : StepFaults.Of(Problem, Form)).FirstOrDefault(fault => fault.Field == field);

    /// <summary>What is wrong with a field of the form, in the API's words; null where nothing is.</summary>
    public string? FaultOf(string field) => Faults.Where(fault => FieldOf(fault.Field) == field).Select(fault => fault.Detail).FirstOrDefault();

    /// <summary>What belongs to no field of the form.</summary>
    public string? Fault => Problem is null || Faults.Any(fault => FieldOf(fault.Field) is not null) ? null : Problem.Detail;

    /// <summary>Something equal is on record: a second one has to be meant.</summary>
    public bool IsDuplicate => Problem?.Type.EndsWith("possible-duplicate", StringComparison.Ordinal) == true;

    private IEnumerable<(string? Field, string Detail)> Faults => Problem is null ? []
        : Problem.Errors.Count > 0 ? Problem.Errors.Select(error => ((string?)error.Field, error.Detail)) : [(Problem.Field, Problem.Detail)];

    private string? FieldOf(string? member) => member switch
    {
        "product" or "product.gtin" or "product.sku" => Form.Product.Length > 0 ? "product" : "number",
        "product.name" => "name",
        "lot" or "quantity" or "uom" => member,
        "at" => "made",
        "place" or "place.name" or "place.city" => "place",
        "bestBefore" or "useBy" => "until",
        "origin" or "origin.country" => "country",
        "origin.place" => "region",
        { } paper when paper.StartsWith("documents[", StringComparison.Ordinal) => "papers",
        _ => null,
    };
}

/// <param name="Text">What is searched for.</param>
/// <param name="IsLater">Not the first page.</param>
/// <param name="Before">Where the next page begins; null at the end.</param>
internal sealed record BatchesModel(Session Session, IReadOnlyList<OwnBatch> Batches, string Text, bool IsLater, long? Before);

/// <param name="Events">What the firm recorded of it.</param>
/// <param name="Stated">What buyers read as its name where the event says none.</param>
internal sealed record BatchModel(Session Session, OwnBatch Batch, IReadOnlyList<OwnEvent> Events, StatedName? Stated);

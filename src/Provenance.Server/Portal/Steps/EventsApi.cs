using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Gs1;
using Provenance.Server.Batches;
using Provenance.Server.Http;
using Provenance.Server.Pages;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Portal.Steps;

/// <summary>One event that the firm recorded: what it says and to whom, taking it back, correcting it.</summary>
internal static class EventsApi
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void MapEvents(this RouteGroupBuilder inside)
    {
        inside.MapMethods("/events/{leaf:long}", Reading, Show);
        inside.MapMethods("/events/{leaf:long}/void", Reading, (HttpContext context, Session session, long leaf, EventPages pages) => Open<TakeBackPage>(context, session, leaf, pages));
        inside.MapPost("/events/{leaf:long}/void", TakeBackAsync);
        inside.MapMethods("/events/{leaf:long}/correct", Reading, (HttpContext context, Session session, long leaf, EventPages pages) => Open<CorrectPage>(context, session, leaf, pages));
        inside.MapPost("/events/{leaf:long}/correct", CorrectAsync);
    }

    /// <param name="done">Set when it was just recorded.</param>
    /// <param name="also">Entries that the same form recorded besides, joined by points.</param>
    private static IResult Show(HttpContext context, Session session, long leaf, EventPages pages, string? done = null, string? also = null)
    {
        var others = (also ?? "").Split('.').Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var other) ? other : -1).Where(other => other >= 0).Take(20);
        return pages.Find(session, leaf, Words.Of(context.Request)) is { } model
            ? PortalApi.Page<EventPage>(context, model with { IsNew = done == "1", Also = [.. others.Select(other => pages.Find(session, other, Words.Of(context.Request))).OfType<EventModel>()] })
            : NotThere(context, leaf);
    }

    private static IResult Open<TPage>(HttpContext context, Session session, long leaf, EventPages pages) where TPage : Microsoft.AspNetCore.Components.IComponent =>
        pages.Find(session, leaf, Words.Of(context.Request)) is not { } model ? NotThere(context, leaf)
        : session.Caller.Role == Role.Auditor || !model.One.Stands ? new SeeOther(Words.Of(context.Request).Link($"{PortalDoor.Root}/events/{model.One.Leaf}"))
        : PortalApi.Page<TPage>(context, model);

    private static async Task<IResult> TakeBackAsync(HttpContext context, Session session, long leaf, EventPages pages)
    {
        var sent = await context.Request.ReadFormAsync(context.RequestAborted);
        if (pages.Find(session, leaf, Words.Of(context.Request)) is not { } model)
        {
            return NotThere(context, leaf);
        }
        var problem = await pages.TakeBackAsync(session, model.One, sent["reason"].ToString().Trim(), sent["once"].ToString());
        return problem is null ? new SeeOther(Words.Of(context.Request).Link($"{PortalDoor.Root}/events/{model.One.Leaf}?done=1"))
            : PortalApi.Page<TakeBackPage>(context, model with { Problem = problem, Correction = model.Correction with { Reason = sent["reason"].ToString() } }, problem.Status);
    }

    private static async Task<IResult> CorrectAsync(HttpContext context, Session session, long leaf, EventPages pages)
    {
        var sent = await context.Request.ReadFormAsync(context.RequestAborted);
        if (pages.Find(session, leaf, Words.Of(context.Request)) is not { } model)
        {
            return NotThere(context, leaf);
        }
        model = model with { Correction = model.Correction.With(sent) };
        if (sent["do"] == "change")
        {
            return PortalApi.Page<CorrectPage>(context, model);
        }
        var (answer, leafOfNew) = await pages.CorrectAsync(session, model, sent["do"] == "record", Words.Of(context.Request));
        return leafOfNew is { } place ? new SeeOther(Words.Of(context.Request).Link($"{PortalDoor.Root}/events/{place}?done=1"))
            : PortalApi.Page<CorrectPage>(context, answer, answer.Problem?.Status ?? StatusCodes.Status200OK);
    }

    private static IResult NotThere(HttpContext context, long leaf) =>
        PortalErrors.Of(context, Problem.NotFound("leaf", leaf.ToString(CultureInfo.InvariantCulture), "Your firm recorded nothing there."));
}

/// <summary>Reads, takes back and corrects the events of one's own firm; the last two by the way of <c>POST /api/batches/events</c>.</summary>
internal sealed class EventPages(Database database, BatchRecorder recorder, OwnEvents events, Privacy privacy, LedgerState state, OwnIds own)
{
    /// <summary>Null where the entry is no event of the session's firm.</summary>
    public EventModel? Find(Session session, long leaf, Words words)
    {
        var party = session.Caller.Party;
        if (events.Find(party, leaf) is not { } one)
        {
            return null;
        }
        using var log = new LogReading(database, own);
        var items = one.Event.Facts.Items.Select(mention => mention.Item).Distinct().ToDictionary(item => item, item => events.NameOf(log, item));
        return new EventModel(session, one, LinesOf(words, items).Of(one.Event.Body, one.Event.Facts, party, one.Step), items, CorrectionForm.Of(one, events.SentFor));
    }

    public async Task<Problem?> TakeBackAsync(Session session, OwnEvent one, string reason, string once)
    {
        if (WhyNot(session) is { } problem)
        {
            return problem;
        }
        var told = new Dictionary<string, string> { ["step"] = "void", ["event"] = one.Event.Facts.EventId! };
        if (reason.Length > 0)
        {
            told["note"] = reason;
        }
        var body = JsonSerializer.SerializeToUtf8Bytes(told);
        var (_, refused) = await recorder.RecordAsync(session.Caller.Party, body, _ => null, once.Length is > 0 and <= 100 ? once : null);
        return refused;
    }

    /// <summary>What the correction would say; or, where it is to be recorded, the place of what took the event's place.</summary>
    public async Task<(EventModel Model, long? Leaf)> CorrectAsync(Session session, EventModel model, bool isToBeRecorded, Words words)
    {
        if (WhyNot(session) is { } problem)
        {
            return (model with { Problem = problem }, null);
        }
        var (one, party) = (model.One, session.Caller.Party);
        var request = model.Correction.ToRequest(one.Event.Facts.EventId!, CorrectionForm.Of(one, events.SentFor));
        if (isToBeRecorded)
        {
            var (answer, refused) = await recorder.RecordAsync(party, request, _ => null, model.Correction.Once);
            return refused is null ? (model, JsonElement.Parse(answer).GetProperty("index").GetInt64()) : (model with { Problem = refused }, null);
        }
        var (draft, fault) = recorder.Draft(party, request, _ => null);
        if (draft is null)
        {
            return (model with { Problem = fault }, null);
        }
        var corrected = draft.Events[^1];
        var will = LinesOf(words, model.Items).Of(JsonElement.Parse(corrected.Body), corrected.Facts, party, one.Step);
        return (model with { Will = will, Warnings = draft.Warnings }, null);
    }

    private Problem? WhyNot(Session session) => session.Caller.Role == Role.Auditor ? Problem.Forbidden("An auditor's key records nothing.")
        : state.ReadOnlyBecause is { } because ? Problem.ReadOnly(because) : null;

    private EventLines LinesOf(Words words, IReadOnlyDictionary<ItemId, string?> names) => new(privacy, own, words, item => names.GetValueOrDefault(item), events.NameOfPartner);
}

/// <param name="Lines">What the event says.</param>
/// <param name="Items">What it speaks of, with the products' names.</param>
/// <param name="Correction">What stands in the form that corrects it.</param>
internal sealed record EventModel(Session Session, OwnEvent One, IReadOnlyList<PreviewLine> Lines, IReadOnlyDictionary<ItemId, string?> Items, CorrectionForm Correction)
{
    /// <summary>It was recorded just now.</summary>
    public bool IsNew { get; init; }

    /// <summary>What the same form recorded besides.</summary>
    public IReadOnlyList<EventModel> Also { get; init; } = [];

    public Problem? Problem { get; init; }

    /// <summary>What it will say; null before a correction was looked at.</summary>
    public IReadOnlyList<PreviewLine>? Will { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<FieldProblem> Faults => Problem is null ? [] : StepFaults.Of(Problem, RegisterForm.New("", "", ""));

    public FieldProblem? FaultOf(string field) => Faults.FirstOrDefault(fault => fault.Field == field);

    /// <summary>Fields that a correction changes: what they said, and what they will say.</summary>
    public IEnumerable<(string Word, string Was, string Will)> Changes
    {
        get
        {
            var (was, will) = (Lines.ToLookup(line => line.Word, line => line.Value), Will!.ToLookup(line => line.Word, line => line.Value));
            return was.Select(group => group.Key).Union(will.Select(group => group.Key))
                .Where(word => !was[word].SequenceEqual(will[word])).Select(word => (word, string.Join("; ", was[word]), string.Join("; ", will[word])));
        }
    }
}

using Dapper;
using Provenance.Core.Epcis;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Epcis;

/// <summary>Records captured events. A job is done when its request is answered, so a crash leaves no job half done: it was answered, or it is sent again and finds what it had recorded.</summary>
internal sealed class CaptureStore(Database database, LedgerWriter writer, Authority authority, PartyStore parties, OwnIds own, TimeProvider clock)
{
    /// <summary>Events a document may hold: they are one commit, and others wait for it.</summary>
    public const int MostEvents = 5000;

    // Below this, handing work to other threads costs more than it saves.
    private const int FewEvents = 32;

    /// <summary>Records a document's events and keeps the job. What the ledger holds already is left out, and the job succeeds.</summary>
    /// <param name="proceeds">Record what can be recorded; else all or none.</param>
    /// <returns>The job's id; or why none of it may be recorded.</returns>
    public async Task<(string? Job, Problem? Problem)> RunAsync(Party author, EventReading reading, bool proceeds)
    {
        var started = clock.GetUtcNow();
        var errors = reading.Problems.Select(p => EpcisProblems.Invalid([p])).ToList();
        var forbidden = reading.Events.Select(e => (Event: e, Problem: WhyNot(author, e))).Where(e => e.Problem is not null).ToList();
        if (forbidden.Count > 0 && !proceeds)
        {
            return (null, forbidden[0].Problem);
        }
        errors.AddRange(forbidden.Select(e => e.Problem!));
        var events = Prepare(author, [.. reading.Events.Except(forbidden.Select(e => e.Event))]);
        var requests = events.Count == 0 ? [] : proceeds ? events.Select(e => new[] { e }) : [events.ToArray()];
        // Asked for at once and in order: the writer commits them together.
        var outcomes = await Task.WhenAll(requests.Select(group => writer.RecordAsync(new RecordRequest(author, group) { WhenHeld = WhenHeld.Skip })).ToList());
        errors.AddRange(outcomes.Select(ProblemOf).OfType<Problem>());
        return (await KeepJobAsync(new CaptureJob($"{Guid.NewGuid():N}", started, clock.GetUtcNow(), proceeds, errors), author), null);
    }

    /// <summary>Records one event. The same event again is refused and its place told.</summary>
    public async Task<(string? EventId, Problem? Problem)> AddAsync(Party author, ReceivedEvent received)
    {
        if (WhyNot(author, received) is { } forbidden)
        {
            return (null, forbidden);
        }
        var prepared = Prepare(author, received);
        var outcome = await writer.RecordAsync(new RecordRequest(author, [prepared]));
        return ProblemOf(outcome) is { } problem ? (null, problem) : (prepared.EventId, null);
    }

    /// <summary>A job's JSON, for the party that sent it, admin and auditor; else null.</summary>
    public string? FindJob(string id, Caller caller)
    {
        using var connection = database.Read();
        return connection.QuerySingleOrDefault<string>(
            "SELECT body FROM capture_job WHERE id = @id AND (party = @Row OR @SeesEverything)", new { id, caller.Party.Row, caller.SeesEverything });
    }

    /// <summary>Who makes an item is who the admin gave its number to; everybody may handle it (design §7, Authority).</summary>
    private Problem? WhyNot(Party author, ReceivedEvent received)
    {
        var facts = EventFacts.Read(received.Json, own);
        var made = facts.Items.Where(m => m.Role == ItemRole.Output || (m.Role == ItemRole.Subject && facts is { Type: "ObjectEvent", Action: "ADD" })).Select(m => m.Item);
        return made.FirstOrDefault(item => HolderOf(item) is { } holder && holder != author.Row) is { Key.Length: > 0 } another
            ? Problem.Forbidden($"Event {received.Number} makes {another}, a number that was given to another party of this ledger.") with { Field = "event", Value = another.Uri }
            : null;
    }

    private long? HolderOf(ItemId item) => item.Own is { } id ? parties.FindBySlug(id.Slug)?.Row : authority.FindHolder(item);

    private IReadOnlyList<PreparedEvent> Prepare(Party author, IReadOnlyList<ReceivedEvent> events) => events.Count < FewEvents
        ? [.. events.Select(e => Prepare(author, e))]
        : [.. events.AsParallel().AsOrdered().Select(e => Prepare(author, e))];

    private PreparedEvent Prepare(Party author, ReceivedEvent received)
    {
        var named = received.EventId is null ? received.With($"urn:uuid:{Guid.NewGuid()}", null) : received;
        return PreparedEvent.Make(database.Keys, own, author, named.Json, received.EventId is not null, EventHash.DigestOf(named.Json));
    }

    private Problem? ProblemOf(RecordOutcome outcome) => outcome switch
    {
        RecordOutcome.Recorded => null,
        RecordOutcome.Refused refused => refused.Problem,
        RecordOutcome.Duplicate duplicate => Held(duplicate.Leaf, "This event is recorded already."),
        RecordOutcome.Conflict conflict => Held(conflict.Leaf, "Another event of this party has this eventID. Correct it with an errorDeclaration and a new event."),
        _ => throw new InvalidOperationException($"A capture cannot end in {outcome}."),
    };

    private Problem Held(long leaf, string detail)
    {
        using var connection = database.Read();
        var eventId = connection.QuerySingle<string>("SELECT CAST(body AS TEXT) ->> '$.eventID' FROM event WHERE leaf = @leaf", new { leaf });
        return Problem.Conflict("already-recorded", "The event is there already", detail) with
        {
            Field = "eventID",
            Value = eventId,
            Location = EpcisApi.LocationOf(eventId),
        };
    }

    private async Task<string> KeepJobAsync(CaptureJob job, Party author)
    {
        await writer.RunAsync(connection => connection.Execute(
            "INSERT INTO capture_job(id, party, body) VALUES (@Id, @Row, @body)", new { job.Id, author.Row, body = job.ToJson() }));
        return job.Id;
    }
}

using Dapper;
using Provenance.Core.Epcis;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Epcis;

/// <summary>Records captured events. A job is done when its request is answered, so a crash leaves no job half done: it was answered, or it is sent again and finds what it had recorded.</summary>
internal sealed class CaptureStore(
    Database database, LedgerWriter writer, Authority authority, PartyStore parties, MasterDataStore masterData, OwnIds own, TimeProvider clock)
{
    /// <summary>Events a document may hold: they are one commit, and others wait for it.</summary>
    public const int MostEvents = 5000;

    // Below this, handing work to other threads costs more than it saves.
    private const int FewEvents = 32;

    /// <summary>Records a document's events, keeps the file, its master data and the job, all in one commit. What the ledger holds already is left out, and the job succeeds.</summary>
    /// <param name="proceeds">Record what can be recorded; else all or none.</param>
    /// <returns>The job's id; or why none of it may be recorded.</returns>
    public async Task<(string? Job, Problem? Problem)> RunAsync(Party author, byte[] body, EventReading reading, bool proceeds)
    {
        var job = new CaptureJob($"{Guid.NewGuid():N}", clock.GetUtcNow(), proceeds) { Errors = [.. reading.Problems.Select(p => EpcisProblems.Invalid([p]))] };
        var file = ReceivedFile.Of(author, body);
        var source = file.Source.ToString();
        var packing = Task.Run(file.Compress);
        var events = Prepare(author, reading, source);
        var forbidden = events.Select(e => WhyNot(author, e)).ToList();
        if (!proceeds && forbidden.Find(problem => problem is not null) is { } refused)
        {
            return (null, refused);
        }
        job.Errors.AddRange(forbidden.OfType<Problem>());
        events = [.. events.Where((_, i) => forbidden[i] is null)];
        var packed = await packing;
        var outcome = await writer.RecordAsync(new RecordRequest(author, [.. events.Select(e => e.Event)])
        {
            WhenHeld = proceeds ? WhenHeld.Proceed : WhenHeld.Skip,
            Beside = (connection, recorded) =>
            {
                var now = clock.GetUtcNow();
                job.Errors.AddRange(recorded.Index().Where(r => r.Item.IsConflict).Select(r => Conflict(events[r.Index])));
                if (recorded.Any(e => e.IsNew))
                {
                    file.Write(connection, packed, now);
                }
                masterData.Write(connection, author, reading.MasterData, now);
                job.Write(connection, author, now);
            },
        });
        switch (outcome)
        {
            case RecordOutcome.Recorded:
                return (job.Id, null);
            case RecordOutcome.Conflict conflict:
                // Taken back whole; that the job failed is still to be told.
                job.Errors.Add(Conflict(events[conflict.Event]));
                await writer.RunAsync(connection => job.Write(connection, author, clock.GetUtcNow()));
                return (job.Id, null);
            default:
                return (null, ((RecordOutcome.Refused)outcome).Problem);
        }
    }

    /// <summary>Records one event. The same event again is refused and its place told.</summary>
    public async Task<(FoundEvent? Added, Problem? Problem)> AddAsync(Party author, EventReading reading)
    {
        var received = reading.Events[0];
        var named = received.EventId is null ? received.With($"urn:uuid:{Guid.NewGuid()}", null) : received;
        var added = Prepare(author, reading, received, named);
        if (WhyNot(author, added) is { } forbidden)
        {
            return (null, forbidden);
        }
        return await writer.RecordAsync(new RecordRequest(author, [added.Event])) switch
        {
            RecordOutcome.Recorded recorded => (new FoundEvent(recorded.Events[0].Leaf, recorded.RecordedAt, named.Json), null),
            RecordOutcome.Refused refused => (null, refused.Problem),
            RecordOutcome.Duplicate duplicate => (null, Held(EventIdAt(duplicate.Leaf), added, "This event is recorded already.")),
            RecordOutcome.Conflict => (null, Conflict(added)),
            var other => throw new InvalidOperationException($"A capture cannot end in {other}."),
        };
    }

    /// <summary>A job's JSON, for the party that sent it, admin and auditor; else null.</summary>
    public string? FindJob(string id, Caller caller)
    {
        using var connection = database.Read();
        return connection.QuerySingleOrDefault<string>(
            "SELECT body FROM capture_job WHERE id = @id AND (party = @Row OR @SeesEverything)", new { id, caller.Party.Row, caller.SeesEverything });
    }

    /// <summary>A page of the jobs the caller may see, newest first, so that jobs made meanwhile move nothing.</summary>
    /// <param name="before">Number of the last job of the page before.</param>
    /// <returns>The jobs' JSON, and the number the next page starts before; null on the last.</returns>
    public (IReadOnlyList<string> Jobs, long? Next) ListJobs(Caller caller, int perPage, long before)
    {
        using var connection = database.Read();
        var mine = caller.SeesEverything ? "" : "party = @Row AND";
        var rows = connection.Query<(long Number, string Body)>($"""
            SELECT number, body FROM capture_job WHERE {mine} number < @before ORDER BY number DESC LIMIT @most
            """, new { caller.Party.Row, before, most = perPage + 1 }).ToList();
        return ([.. rows.Take(perPage).Select(row => row.Body)], rows.Count > perPage ? rows[perPage - 1].Number : null);
    }

    /// <summary>Who makes an item is who the admin gave its number to; everybody may handle it (design §7, Authority).</summary>
    private Problem? WhyNot(Party author, CapturedEvent captured)
    {
        var facts = captured.Event.Facts;
        foreach (var mention in facts.Items)
        {
            var makes = mention.Role == ItemRole.Output || (mention.Role == ItemRole.Subject && facts is { Type: "ObjectEvent", Action: "ADD" });
            if (makes && HolderOf(mention.Item) is { } holder && holder != author.Row)
            {
                return Problem.Forbidden($"Event {captured.Number} makes {mention.Item}, a number that was given to another party of this ledger.") with
                {
                    Field = captured.Pointer,
                    Value = mention.Item.Uri,
                };
            }
        }
        return null;
    }

    private long? HolderOf(ItemId item) => item.Own is { } id ? parties.FindBySlug(id.Slug)?.Row : authority.FindHolder(item);

    private List<CapturedEvent> Prepare(Party author, EventReading reading, string source)
    {
        return reading.Events.Count < FewEvents ? [.. reading.Events.Select(One)] : [.. reading.Events.AsParallel().AsOrdered().Select(One)];

        CapturedEvent One(ReceivedEvent received) => Prepare(author, reading, received, received.With($"urn:uuid:{Guid.NewGuid()}", source));
    }

    private CapturedEvent Prepare(Party author, EventReading reading, ReceivedEvent received, ReceivedEvent named) => new(
        received.Number, reading.PointerOf(received),
        PreparedEvent.Make(database.Keys, own, author, named.Json, received.EventId is not null, EventHash.DigestOf(named.Json)));

    private static Problem Conflict(CapturedEvent captured) =>
        Held(captured.Event.EventId, captured, "Another event of this party has this eventID. Correct it with an errorDeclaration and a new event.");

    private static Problem Held(string eventId, CapturedEvent captured, string detail) =>
        Problem.Conflict("already-recorded", "A resource with the provided identifier already exists", $"Event {captured.Number}: {detail}") with
        {
            Field = captured.Pointer + "/eventID",
            Value = eventId,
            Location = EpcisApi.LocationOf(eventId),
        };

    private string EventIdAt(long leaf)
    {
        using var connection = database.Read();
        return connection.QuerySingle<string>("SELECT CAST(body AS TEXT) ->> '$.eventID' FROM event WHERE leaf = @leaf", new { leaf });
    }

    /// <param name="Number">Which event of its document, from 1.</param>
    /// <param name="Pointer">JSON Pointer to it in the document.</param>
    private sealed record CapturedEvent(int Number, string Pointer, PreparedEvent Event);
}

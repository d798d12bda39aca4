using System.Buffers;
using System.Text;
using System.Text.Json;
using Dapper;
using Provenance.Core;
using Provenance.Core.Epcis;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

/// <summary>Records what the plain API was told: read, look up, make the events, write. Until the write nothing is kept; after it, all of it.</summary>
internal sealed class BatchRecorder(Database database, LedgerWriter writer, BatchDirectory directory, OwnIds own, TimeProvider clock)
{
    /// <summary>An answer's body, or why there is none.</summary>
    /// <param name="stepIfNone">The step of a request that names none; null where it has to.</param>
    /// <param name="idempotencyKey">The header of that name.</param>
    public async Task<(byte[]? Answer, Problem? Problem)> RecordAsync(
        Party party, ReadOnlyMemory<byte> body, Func<RequestObject, string?> stepIfNone, string? idempotencyKey)
    {
        var request = Digest.Sha256(body.Span);
        // Before anything is looked up: what was all that was held is not held any more when the same request comes again.
        if (idempotencyKey is not null && FindAnswer(party, idempotencyKey, request) is { } known)
        {
            return (known, null);
        }
        var (draft, problem) = Draft(party, body, stepIfNone);
        if (draft is null)
        {
            return (null, problem);
        }
        if (!draft.IsAgain && FindFirst(party, draft.Resolved) is { } first)
        {
            return (null, PossibleDuplicate(first));
        }
        byte[] Answer(IReadOnlyList<RecordedEvent> recorded) => Print(draft.Resolved, draft.Events, recorded, draft.Warnings);
        var outcome = await writer.RecordAsync(new RecordRequest(party, draft.Events)
        {
            WhenHeld = draft.IsAgain ? WhenHeld.RecordAgain : WhenHeld.Refuse,
            Idempotency = idempotencyKey is null ? null : new Idempotency(idempotencyKey, request, Answer),
        });
        return outcome switch
        {
            RecordOutcome.Recorded recorded => (Answer(recorded.Events), null),
            RecordOutcome.Replayed replayed => (replayed.Answer, null),
            RecordOutcome.Refused refused => (null, refused.Problem),
            RecordOutcome.Duplicate duplicate => (null, PossibleDuplicate(duplicate.Leaf)),
            RecordOutcome.Conflict conflict => (null, AlreadyDeclared(conflict.Leaf)),
            _ => throw new InvalidOperationException($"Events with ids of our own cannot end in {outcome}."),
        };
    }

    /// <summary>What would be recorded, or why nothing would: read, looked up and made into events, and left at that.</summary>
    public (EventDraft? Draft, Problem? Problem) Draft(Party party, ReadOnlyMemory<byte> body, Func<RequestObject, string?> stepIfNone)
    {
        var faults = new Faults();
        if (RequestObject.Parse(body.Span, faults) is not { } read || StepTable.Read(read, stepIfNone(read), faults) is not { } step)
        {
            return (null, Refuse(faults));
        }
        var warnings = new List<string>();
        ResolvedRequest? resolved;
        using (var log = new LogReading(database, own))
        {
            resolved = new StepResolver(log, directory, party, clock.GetUtcNow(), faults, warnings).Resolve(step);
        }
        if (resolved is null)
        {
            return (null, Refuse(faults));
        }
        var again = step.Common.Again;
        var events = resolved.Steps.SelectMany(one => (again ? one : Joined(party, one)).Build(NewId)).Select(stored => Prepare(party, stored)).ToList();
        return (new EventDraft(resolved, events, warnings, again), null);
    }

    /// <summary>The entry that says the same of a lot which was new then. Of one that says it in the same words the writer knows.</summary>
    private long? FindFirst(Party party, ResolvedRequest resolved)
    {
        var firsts = resolved.Steps.Select(step => step.AsFirst).OfType<Step>().SelectMany(step => Joined(party, step).Build(NewId)).ToList();
        if (firsts.Count == 0)
        {
            return null;
        }
        using var connection = database.Read();
        return firsts.Select(stored => SameEvents.FindEqual(connection, Prepare(party, stored), party.Row)).FirstOrDefault(leaf => leaf is not null);
    }

    /// <summary>The same transformation told twice has one transformationID, else its events would never be found to be equal. Nobody else can say which.</summary>
    private Step Joined(Party party, Step step) => step is not Transform { Outputs.Count: > 1 } transform ? step : transform with
    {
        TransformationId = $"urn:uuid:{database.Keys.IdOf(party.Id, Digest.Sha256([.. transform.Build(() => "").SelectMany(stored => stored)]))}",
    };

    private static string NewId() => $"urn:uuid:{Guid.NewGuid()}";

    private PreparedEvent Prepare(Party party, byte[] stored)
    {
        var json = JsonElement.Parse(stored);
        var hash = EventHash.DigestOf(json);
        // A declaration is known by the event's id; the others have ids that mean nothing to their sender.
        return PreparedEvent.Make(database.Keys, own, party, json, isNamed: json.TryGetProperty("errorDeclaration", out _), hash);
    }

    /// <summary>The answer to the same request before. The writer asks again, as two may come at once.</summary>
    private byte[]? FindAnswer(Party party, string key, Digest request)
    {
        using var connection = database.Read();
        return connection.QuerySingleOrDefault<byte[]>(
            "SELECT answer FROM idempotency WHERE party = @Row AND key = @key AND request = @request", new { party.Row, key, request = request.ToArray() });
    }

    private static Problem Refuse(Faults faults)
    {
        var first = faults.All.FirstOrDefault(fault => fault.IsForbidden) ?? faults.All[0];
        var problem = first.IsForbidden
            ? Problem.Forbidden(first.Detail) with { Field = first.Field, Value = first.Value }
            : Problem.Invalid(first.Field, first.Value, first.Detail);
        return problem with { Errors = [.. faults.All.Select(fault => (fault.Field, fault.Value, fault.Detail))] };
    }

    private static Problem PossibleDuplicate(long leaf) => Problem.Conflict("possible-duplicate", "This was recorded before",
        $"Entry {leaf} says the same. If it happened a second time, send it with \"again\": true.") with
    {
        Location = $"/api/log/{leaf}",
        Numbers = [("index", leaf)],
    };

    /// <summary>Another request declared the event an error while this one was read.</summary>
    private static Problem AlreadyDeclared(long leaf) => Problem.Conflict("already-declared", "Declared an error before",
        $"The event of entry {leaf} was declared an error by another request meanwhile. Correct or void the event that took its place.") with
    {
        Field = "event",
        Location = $"/api/log/{leaf}",
        Numbers = [("index", leaf)],
    };

    /// <summary>What a sender needs to go on with: the item, its page and its labels, and where the proof will be.</summary>
    private byte[] Print(ResolvedRequest resolved, List<PreparedEvent> events, IReadOnlyList<RecordedEvent> recorded, List<string> warnings)
    {
        var item = resolved.Items[0];
        var output = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("eventId", events[^1].EventId);
        json.WriteNumber("index", recorded[^1].Leaf);
        if (events.Count > 1)
        {
            json.WriteStartArray("events");
            foreach (var (prepared, place) in events.Zip(recorded))
            {
                json.WriteStartObject();
                json.WriteString("eventId", prepared.EventId);
                json.WriteNumber("index", place.Leaf);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteString("item", item.Uri);
        json.WriteStartArray("items");
        foreach (var one in resolved.Items)
        {
            json.WriteStringValue(one.Uri);
        }
        json.WriteEndArray();
        json.WriteString("page", own.PublicUrl + ItemPaths.Page(item));
        json.WriteString("qr", $"{own.PublicUrl}/qr?item={Uri.EscapeDataString(item.Uri)}&format=svg");
        json.WriteString("proof", $"{own.PublicUrl}/api/log/{recorded[^1].Leaf}/proof");
        json.WriteStartArray("warnings");
        foreach (var warning in warnings)
        {
            json.WriteStringValue(warning);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }
}

/// <summary>A request made into events, and not recorded.</summary>
/// <param name="IsAgain">Its sender means a second event of equal content.</param>
internal sealed record EventDraft(ResolvedRequest Resolved, List<PreparedEvent> Events, List<string> Warnings, bool IsAgain);

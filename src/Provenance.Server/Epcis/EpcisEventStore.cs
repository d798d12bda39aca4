using System.Runtime.InteropServices;
using System.Text.Json;
using Dapper;
using Provenance.Core;
using Provenance.Core.Epcis;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Epcis;

/// <summary>Finds events by their EPCIS names, for those who may see them whole.</summary>
internal sealed class EpcisEventStore(Database database, Privacy privacy, OwnIds own)
{
    private const string HashStart = "ni:///sha-256;";

    private const string HashEnd = "?ver=CBV2.0";

    /// <summary>Every event with that eventID the caller may see, its error declaration among them; by its CBV event hash, the caller's own.</summary>
    public IReadOnlyList<FoundEvent> Find(string id, Caller caller)
    {
        var found = Find("ix_eid", database.Keys.OfEventId(id), caller, e => e.GetProperty("eventID").GetString() == id);
        if (HashIn(id) is { } hash)
        {
            var byHash = Find("ix_hash", database.Keys.OfHash(caller.Party.Id, hash), caller, e => EventHash.DigestOf(e) == hash);
            found.AddRange(byHash.Where(e => found.All(other => other.Leaf != e.Leaf)));
        }
        return found;
    }

    /// <summary>The event at a place in the log; none where the caller may not see it.</summary>
    public IReadOnlyList<FoundEvent> FindAt(long leaf, Caller caller)
    {
        using var connection = database.Read();
        return Seen(caller, connection.Query<FoundRow>("""
            SELECT event.leaf, meta.party, meta.recorded_at AS recordedAt, event.body FROM event JOIN meta ON meta.leaf = event.leaf WHERE event.leaf = @leaf
            """, new { leaf }), _ => true);
    }

    private List<FoundEvent> Find(string index, long key, Caller caller, Func<JsonElement, bool> isMeant)
    {
        using var connection = database.Read();
        return Seen(caller, connection.Query<FoundRow>($"""
            WITH RECURSIVE segment(seg) AS (
              SELECT 0 UNION ALL SELECT seg + 1 FROM segment WHERE seg < (SELECT max(leaf) >> @SegmentBits FROM entry))
            SELECT event.leaf, meta.party, meta.recorded_at AS recordedAt, event.body
            FROM segment CROSS JOIN {index} AS ix ON ix.seg = segment.seg AND ix.k = @key JOIN meta ON meta.leaf = ix.leaf JOIN event ON event.leaf = ix.leaf
            ORDER BY event.leaf
            """, new { key, IndexKeys.SegmentBits }), isMeant);
    }

    private List<FoundEvent> Seen(Caller caller, IEnumerable<FoundRow> rows, Func<JsonElement, bool> isMeant) =>
    [
        .. from row in rows
           let body = JsonElement.Parse(row.Body)
           where isMeant(body) && privacy.SeesWhole(caller, row.Party, EventFacts.Read(body, own))
           select new FoundEvent(row.Leaf, DateTimeOffset.FromUnixTimeMilliseconds(row.RecordedAt), body),
    ];

    private readonly record struct FoundRow(long Leaf, long Party, long RecordedAt, byte[] Body);

    private static Digest? HashIn(string id) =>
        id.StartsWith(HashStart, StringComparison.Ordinal) && id.EndsWith(HashEnd, StringComparison.Ordinal) && id.Length > HashStart.Length + HashEnd.Length
        && Digest.TryParse(id.AsSpan()[HashStart.Length..^HashEnd.Length], out var hash) ? hash : null;
}

/// <param name="Leaf">Index in the log.</param>
/// <param name="RecordedAt">What is answered as recordTime: the operator's word, not the sender's.</param>
internal sealed record FoundEvent(long Leaf, DateTimeOffset RecordedAt, JsonElement Event)
{
    /// <summary>Bytes of the event as stored.</summary>
    public int Length => JsonMarshal.GetRawUtf8Value(Event).Length;
}

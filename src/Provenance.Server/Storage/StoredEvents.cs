using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Epcis;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Core.Log;
using Provenance.Server.Parties;

namespace Provenance.Server.Storage;

/// <summary>An entry and its event, prepared from what is stored as it was when it was recorded; null for an erased one.</summary>
internal readonly record struct StoredEvent(long Leaf, long Party, Entry Entry, PreparedEvent? Prepared);

/// <summary>Reads the whole log in stretches and prepares each event again: from it follows all that an index holds.</summary>
/// <exception cref="InvalidOperationException">A stored event can't be read any more; the message names it.</exception>
internal sealed class StoredEvents(SqliteConnection connection, IndexKeys keys, OwnIds own)
{
    /// <summary>Read and prepared together, on all cores.</summary>
    private const int Stretch = 4096;

    private readonly Dictionary<long, Party> _parties = connection.Query<(long Row, byte[] Id, string Slug, string Name, string Country, string? Domain, long IsNamed)>(
        "SELECT id, party_id, slug, name, country, domain, is_named FROM party")
        .ToDictionary(p => p.Row, p => new Party(p.Row, new PartyId(new Digest(p.Id)), p.Slug, p.Name, p.Country, p.Domain, p.IsNamed != 0));

    public IEnumerable<IReadOnlyList<StoredEvent>> Read()
    {
        for (var from = 0L; ReadRows(from) is { Count: > 0 } rows; from = rows[^1].Leaf + 1)
        {
            yield return [.. rows.AsParallel().AsOrdered().Select(row => new StoredEvent(
                row.Leaf, row.Party, new Entry(new Digest(row.EventDigest), new Digest(row.Meta)), row.Body is null ? null : Prepare(row)))];
        }
    }

    private List<Row> ReadRows(long from) => connection.Query<Row>(
        """
        SELECT e.leaf, e.event_digest AS EventDigest, e.meta, m.party, v.is_named AS IsNamed, v.body, s.seed
        FROM entry e JOIN meta m ON m.leaf = e.leaf LEFT JOIN event v ON v.leaf = e.leaf LEFT JOIN seed s ON s.leaf = e.leaf
        WHERE e.leaf >= @from ORDER BY e.leaf LIMIT @Stretch
        """, new { from, Stretch }).AsList();

    private PreparedEvent Prepare(Row row)
    {
        try
        {
            var stored = JsonElement.Parse(row.Body!);
            return PreparedEvent.Make(keys, own, _parties[row.Party], stored, row.IsNamed != 0, EventHash.DigestOf(AsReceived(stored)),
                row.Seed!.Length == Digest.Size ? new Digest(row.Seed) : null, row.Seed.Length == Digest.Size ? null : RedactedEvent.DigestOf(stored, row.Seed));
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or KeyNotFoundException)
        {
            throw new InvalidOperationException($"Event {row.Leaf} can't be read any more ({e.Message}). Run 'provenance check'.", e);
        }
    }

    /// <summary>The hash was taken before the file's name was written into the event.</summary>
    private static JsonElement AsReceived(JsonElement stored)
    {
        if (!stored.TryGetProperty(ProvTerms.Source, out _))
        {
            return stored;
        }
        var received = JsonObject.Create(stored)!;
        received.Remove(ProvTerms.Source);
        return JsonElement.Parse(received.ToJsonString());
    }

    private sealed record Row(long Leaf, byte[] EventDigest, byte[] Meta, long Party, long IsNamed, byte[]? Body, byte[]? Seed);
}

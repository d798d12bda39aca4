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

/// <summary>Makes everything that follows from events, seeds and entries anew: nodes of the tree, indexes, names of items, vocabulary (<c>provenance reindex</c>).</summary>
/// <remarks>
/// One transaction: a crash within leaves the index as it was. Each event is held to its entry on the way, and the log to its newest checkpoint; what was changed
/// there can't be mended from itself, so it stops without having changed anything. Recorded is what <see cref="Recorder"/> would have written, by the same code.
/// </remarks>
internal sealed class Reindex(Database database, OwnIds own)
{
    /// <summary>Read and prepared together, on all cores.</summary>
    private const int Stretch = 4096;

    private static readonly string[] Made = ["tile", "ix_eid", "ix_hash", "ix_party", "ix_time", "ix_item", "ix_term", "item", "vocabulary"];

    private readonly SqliteConnection _connection = database.Writer;

    /// <returns>Entries in the log.</returns>
    /// <exception cref="InvalidOperationException">The log itself was changed; the message names where.</exception>
    public ulong Run()
    {
        // Left open by an exception: the connection takes it back when it is closed, which is what follows.
        _connection.Execute("BEGIN IMMEDIATE");
        foreach (var table in Made)
        {
            _connection.Execute($"DELETE FROM {table}");
        }
        using var rows = new EventRows(_connection);
        using var tree = new TreeWriter(_connection, 0);
        var parties = _connection.Query<(long Row, byte[] Id, string Slug, string Name, string Country, string? Domain, long IsNamed)>(
            "SELECT id, party_id, slug, name, country, domain, is_named FROM party")
            .ToDictionary(p => p.Row, p => new Party(p.Row, new PartyId(new Digest(p.Id)), p.Slug, p.Name, p.Country, p.Domain, p.IsNamed != 0));
        for (List<Row> stretch; (stretch = Read((long)tree.Size)).Count > 0;)
        {
            var prepared = stretch.AsParallel().AsOrdered().Select(row => row.Body is null ? null : Prepare(row, parties[row.Party])).ToList();
            foreach (var (row, recorded) in stretch.Zip(prepared))
            {
                Write(rows, tree, row, recorded);
            }
            tree.Flush();
            tree.Committed();
        }
        if (Checkpoints.FindNewest(_connection) is { } newest && (newest.Size != tree.Size || newest.Root != tree.Root))
        {
            throw new InvalidOperationException($"The entries are not those of the newest checkpoint ({newest.Size} entries). Nothing was changed; run 'provenance check'.");
        }
        _connection.Execute("COMMIT");
        return tree.Size;
    }

    private List<Row> Read(long from) => _connection.Query<Row>(
        """
        SELECT e.leaf, e.event_digest AS EventDigest, e.meta, m.party, v.is_named AS IsNamed, v.body, s.seed
        FROM entry e JOIN meta m ON m.leaf = e.leaf LEFT JOIN event v ON v.leaf = e.leaf LEFT JOIN seed s ON s.leaf = e.leaf
        WHERE e.leaf >= @from ORDER BY e.leaf LIMIT @Stretch
        """, new { from, Stretch }).AsList();

    private static void Write(EventRows rows, TreeWriter tree, Row row, PreparedEvent? recorded)
    {
        if (row.Leaf != (long)tree.Size)
        {
            throw new InvalidOperationException($"Entry {tree.Size} is missing. Nothing was changed; run 'provenance check'.");
        }
        tree.Append(new Entry(new Digest(row.EventDigest), new Digest(row.Meta)).LeafHash);
        if (recorded is null)
        {
            rows.IndexErased(row.Leaf, row.Party);
            return;
        }
        if (recorded.EventDigest != new Digest(row.EventDigest))
        {
            throw new InvalidOperationException($"Event {row.Leaf} is not the one that its entry commits to. Nothing was changed; run 'provenance check'.");
        }
        rows.Index(row.Leaf, recorded, row.Party);
    }

    private PreparedEvent Prepare(Row row, Party author)
    {
        var stored = JsonElement.Parse(row.Body!);
        return PreparedEvent.Make(database.Keys, own, author, stored, row.IsNamed != 0, EventHash.DigestOf(AsReceived(stored)), new Digest(row.Seed!));
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

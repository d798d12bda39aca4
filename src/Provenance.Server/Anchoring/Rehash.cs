using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Events;
using Provenance.Core.Log;
using Provenance.Core.Merkle;
using Provenance.Server.Storage;

namespace Provenance.Server.Anchoring;

/// <summary>
/// Before a root goes to the chain, where it stays: reads back what was recorded since the last anchor and computes event digests, entries and root again. What a
/// disk, a memory fault or a hand changed since it was committed is found here and is not anchored.
/// </summary>
/// <remarks>One stretch in memory at a time, on one core. What was found whole once is not read again by this process.</remarks>
internal sealed class Rehash(Database database)
{
    private const int Stretch = 1024;

    private const string WayOut = "Nothing is anchored until this is mended: stop the server, run 'provenance check', and restore a backup or mend what it names.";

    private ulong? _whole;

    /// <summary>What was found, for people; stays until a restart. Null while all is whole.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether all under the checkpoint of this size is what was committed to. If not, it must not be anchored.</summary>
    public bool IsWhole(ulong size)
    {
        Fault ??= Compare(size) is { } fault ? $"{fault} {WayOut}" : null;
        return Fault is null;
    }

    private string? Compare(ulong size)
    {
        using var connection = database.Read();
        var from = _whole ?? connection.ExecuteScalar<ulong>("SELECT coalesce(max(size), 0) FROM anchor");
        if (from >= size)
        {
            return null;
        }
        if (Checkpoints.Find(connection, (long)size) is not { } checkpoint)
        {
            return string.Create(CultureInfo.InvariantCulture, $"The signed checkpoint of size {size} is gone.");
        }
        var frontier = MerkleFrontier.Resume(from, new TreeReader(connection).Node);
        while (frontier.Size < size)
        {
            var rows = Read(connection, frontier.Size, size);
            foreach (var row in rows)
            {
                if (WhyNot(row, frontier.Size) is { } why)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"Entry {frontier.Size}: {why}.");
                }
                frontier.Append(new Entry(new Digest(row.EventDigest), new Digest(row.Meta)).LeafHash, (_, _, _) => { });
            }
            if (rows.Count == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"Entry {frontier.Size} is missing.");
            }
        }
        if (frontier.Root() != checkpoint.Root || MerkleTree.Root(size, new TreeReader(connection).Node) != checkpoint.Root)
        {
            return string.Create(CultureInfo.InvariantCulture, $"The entries or the stored nodes below {size} do not have the root that was signed for them.");
        }
        _whole = size;
        return null;
    }

    private static List<Row> Read(SqliteConnection connection, ulong from, ulong size) => connection.Query<Row>(
        """
        SELECT e.leaf, e.event_digest AS EventDigest, e.meta, v.body, s.seed, p.party_id AS Party, m.seq, m.recorded_at AS RecordedAt, m.salt, u.hash AS Submission, x.erased_at AS ErasedAt
        FROM entry e JOIN meta m ON m.leaf = e.leaf JOIN party p ON p.id = m.party
        LEFT JOIN event v ON v.leaf = e.leaf LEFT JOIN seed s ON s.leaf = e.leaf LEFT JOIN submission u ON u.id = m.submission LEFT JOIN erasure x ON x.leaf = e.leaf
        WHERE e.leaf >= @from AND e.leaf < @size ORDER BY e.leaf LIMIT @Stretch
        """, new { from = (long)from, size = (long)size, Stretch }).AsList();

    private static string? WhyNot(Row row, ulong expected)
    {
        if (row.Leaf != (long)expected)
        {
            return "it is missing";
        }
        try
        {
            // An erased event has neither body nor seed, and its entry stays.
            if ((row.Body is null) != (row.Seed is null) || (row.Body is null) != (row.ErasedAt is not null)
                || (row.Body is not null && RedactedEvent.DigestOf(JsonElement.Parse(row.Body), row.Seed!) != new Digest(row.EventDigest)))
            {
                return "the stored event or its seed is not what was committed to";
            }
            var meta = new EntryMeta(new PartyId(new Digest(row.Party)), DateTimeOffset.FromUnixTimeMilliseconds(row.RecordedAt), EntryMeta.SaltOf(row.Salt), (ulong)row.Seq,
                row.Submission is null ? null : new Digest(row.Submission));
            return meta.Hash == new Digest(row.Meta) ? null : "its party, time or place in the sequence is not what was committed to";
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            return $"what is stored can't be read any more ({e.Message})";
        }
    }

    private sealed record Row(
        long Leaf, byte[] EventDigest, byte[] Meta, byte[]? Body, byte[]? Seed, byte[] Party, long Seq, long RecordedAt, byte[] Salt, byte[]? Submission, long? ErasedAt);
}

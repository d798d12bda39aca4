using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Events;
using Provenance.Core.Log;
using Provenance.Core.Merkle;
using Provenance.Server.Storage;

namespace Provenance.Tests.Server;

/// <summary>Reads a whole ledger and holds every table to what the entries say. Made anew from rows: nothing of the writer's own arithmetic.</summary>
internal static class LedgerCheck
{
    public static void Check(SqliteConnection connection)
    {
        var rows = connection.Query<Row>("""
            SELECT entry.leaf AS Leaf, event_digest AS EventDigest, entry.meta AS Meta, party.party_id AS Party, seq AS Seq, recorded_at AS RecordedAt,
              salt AS Salt, submission.hash AS Submission, event.body AS Body, seed.seed AS Seed, meta.party AS PartyRow, event.at AS At
            FROM entry JOIN meta USING (leaf) JOIN event USING (leaf) JOIN seed USING (leaf) JOIN party ON party.id = meta.party
              LEFT JOIN submission ON submission.id = meta.submission
            ORDER BY entry.leaf
            """).ToList();
        Assert.Equal(connection.QuerySingle<long>("SELECT count(*) FROM entry"), rows.Count);
        Assert.Equal(Enumerable.Range(0, rows.Count).Select(i => (long)i), rows.Select(r => r.Leaf));

        rows.ForEach(row => CheckEntry(connection, row));
        foreach (var party in rows.GroupBy(r => r.PartyRow))
        {
            Assert.Equal(Enumerable.Range(1, party.Count()).Select(i => (long)i), party.Select(r => r.Seq));
        }
        CheckTree(connection, [.. rows.Select(r => r.Entry.LeafHash)]);
        CheckNothingElse(connection, rows.Count);
    }

    private static void CheckEntry(SqliteConnection connection, Row row)
    {
        using var stored = System.Text.Json.JsonDocument.Parse(row.Body);
        Assert.Equal(EventCommitment.Make(stored.RootElement, new Digest(row.Seed)).Commitment.Digest, row.Entry.EventDigest);
        var submission = row.Submission is { } hash ? new Digest(hash) : (Digest?)null;
        var meta = new EntryMeta(new PartyId(new Digest(row.Party)), DateTimeOffset.FromUnixTimeMilliseconds(row.RecordedAt), EntryMeta.SaltOf(row.Salt), (ulong)row.Seq, submission);
        Assert.Equal(meta.Hash, row.Entry.Meta);

        var segment = row.Leaf >> 16;
        Assert.Equal(1, Count("ix_eid", null));
        Assert.Equal(1, Count("ix_hash", null));
        Assert.Equal(1, Count("ix_party", row.PartyRow));
        Assert.Equal(1, Count("ix_time", row.At));

        long Count(string index, long? key) => connection.QuerySingle<long>(
            $"SELECT count(*) FROM {index} WHERE seg = @segment AND leaf = @leaf AND (@key IS NULL OR k = @key)", new { segment, leaf = row.Leaf, key });
    }

    private static void CheckTree(SqliteConnection connection, Digest[] leaves)
    {
        var reader = new TreeReader(connection);
        for (var i = 0; i < leaves.Length; i++)
        {
            Assert.Equal(leaves[i], reader.Node(0, (ulong)i));
        }
        var checkpoints = connection.Query<long>("SELECT size FROM checkpoint ORDER BY size").Select(size => Checkpoints.Find(connection, size)!).ToList();
        Assert.Equal((ulong)leaves.Length, checkpoints.Count == 0 ? 0 : checkpoints[^1].Size);
        foreach (var checkpoint in checkpoints)
        {
            var root = MerkleTree.Root(leaves[..(int)checkpoint.Size]);
            Assert.Equal(root, checkpoint.Root);
            Assert.Equal(root, MerkleTree.Root(checkpoint.Size, reader.Node));
            Assert.Equal(checkpoint.Signer, Secp256k1.Recover(LedgerTypedData.Checkpoint(TestLedger.LedgerId, checkpoint.Size, root), checkpoint.Signature));
        }
    }

    /// <summary>No row of any table belongs to a leaf that is not there.</summary>
    private static void CheckNothingElse(SqliteConnection connection, int size)
    {
        foreach (var table in (string[])["meta", "event", "seed", "ix_eid", "ix_hash", "ix_party", "ix_time", "ix_item", "ix_term"])
        {
            Assert.Equal(0, connection.QuerySingle<long>($"SELECT count(*) FROM {table} WHERE leaf NOT BETWEEN 0 AND @size - 1", new { size }));
        }
        Assert.Equal(0, connection.QuerySingle<long>("SELECT count(*) FROM item WHERE NOT EXISTS (SELECT 1 FROM ix_item WHERE ix_item.seg = item.seg AND ix_item.k = item.k)"));
        Assert.Equal(0, connection.QuerySingle<long>("SELECT count(*) FROM submission WHERE NOT EXISTS (SELECT 1 FROM meta WHERE meta.submission = submission.id)"));
        var tiles = 0L;
        for (var width = (long)size; width > 0; width >>= 8)
        {
            tiles += (width + 255) / 256;
        }
        Assert.Equal(tiles, connection.QuerySingle<long>("SELECT count(*) FROM tile"));
    }

    private sealed record Row(
        long Leaf, byte[] EventDigest, byte[] Meta, byte[] Party, long Seq, long RecordedAt, byte[] Salt, byte[]? Submission, byte[] Body, byte[] Seed, long PartyRow, long At)
    {
        public Entry Entry => new(new Digest(EventDigest), new Digest(Meta));
    }
}

using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Events;
using Provenance.Core.Log;
using Provenance.Core.Merkle;
using Provenance.Core.Proofs;

namespace Provenance.Cli;

/// <summary>
/// Reads a whole ledger and recomputes all that can be: events against their digests, digests against the log, the log against its stored
/// nodes, its signed checkpoints and its anchors. Shares no code with the server that wrote it but Core.
/// </summary>
public sealed class LedgerCheck : IDisposable
{
    private const int TileWidth = 256;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    private readonly SqliteConnection _connection;
    private readonly List<string> _faults = [];
    private readonly Dictionary<long, long> _nextSeq = [];
    private readonly Dictionary<long, List<byte>> _tiles = [];
    private readonly MerkleFrontier _frontier = new();

    /// <param name="dataDirectory">The ledger's data directory. Only read; a server may be running on it.</param>
    /// <exception cref="FileNotFoundException">There is no ledger.</exception>
    public LedgerCheck(string dataDirectory)
    {
        var file = Path.Combine(dataDirectory, "ledger.db");
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"There is no ledger in '{dataDirectory}': ledger.db is missing.");
        }
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        _connection.Open();
    }

    /// <summary>Entries that were read.</summary>
    public ulong Entries => _frontier.Size;

    /// <summary>What is wrong, a line each, naming the row; empty when all fits together.</summary>
    public IReadOnlyList<string> Run()
    {
        try
        {
            // One transaction: everything is seen as of one moment while the server goes on writing.
            using var moment = _connection.BeginTransaction(deferred: true);
            Pages();
            if (LedgerId() is { } ledgerId)
            {
                Log(ledgerId);
                Tiles();
                Strays();
                Anchors(ledgerId);
            }
        }
        catch (SqliteException e)
        {
            _faults.Add($"the database file can't be read: {e.Message}");
        }
        return _faults;
    }

    public void Dispose() => _connection.Dispose();

    private void Pages()
    {
        foreach (var line in _connection.Query<string>("PRAGMA quick_check(20)").Where(line => line != "ok"))
        {
            _faults.Add($"the database file is damaged: {line}");
        }
    }

    private Digest? LedgerId()
    {
        var id = _connection.QuerySingleOrDefault<byte[]>("SELECT ledger_id FROM ledger");
        if (id is null && _connection.ExecuteScalar<long>("SELECT count(*) FROM entry") > 0)
        {
            _faults.Add("ledger: its id is missing");
        }
        return id is { Length: Digest.Size } ? new Digest(id) : null;
    }

    private void Log(Digest ledgerId)
    {
        var checkpoints = _connection.Query<CheckpointRow>("SELECT size, root, signature, signer FROM checkpoint ORDER BY size").ToDictionary(c => (ulong)c.Size);
        foreach (var row in _connection.Query<EntryRow>(
            """
            SELECT e.leaf, e.event_digest AS EventDigest, e.meta, v.body, s.seed, m.party, m.seq, m.recorded_at AS RecordedAt, m.salt, p.party_id AS PartyId, u.hash AS Submission, u.first_seq AS FirstSeq, u.count, u.root, u.signature, u.signer
            FROM entry e
            LEFT JOIN event v ON v.leaf = e.leaf LEFT JOIN seed s ON s.leaf = e.leaf LEFT JOIN meta m ON m.leaf = e.leaf
            LEFT JOIN party p ON p.id = m.party LEFT JOIN submission u ON u.id = m.submission
            ORDER BY e.leaf
            """, buffered: false))
        {
            Entry(row);
            if (checkpoints.Remove(_frontier.Size, out var checkpoint))
            {
                Checkpoint(ledgerId, checkpoint);
            }
        }
        _faults.AddRange(checkpoints.Keys.Select(size => $"checkpoint {size}: the log has only {_frontier.Size} entries"));
        if (_frontier.Size > 0 && _connection.ExecuteScalar<long>("SELECT max(size) FROM checkpoint") < (long)_frontier.Size)
        {
            _faults.Add($"checkpoint: none covers the last of {_frontier.Size} entries");
        }
    }

    private void Entry(EntryRow row)
    {
        if (row.Leaf != (long)_frontier.Size)
        {
            _faults.Add(string.Create(CultureInfo.InvariantCulture, $"entry {_frontier.Size}: missing"));
        }
        if (row.EventDigest.Length != Digest.Size || row.Meta.Length != Digest.Size)
        {
            _faults.Add($"entry {row.Leaf}: its digests are not 32 bytes");
            _frontier.Append(Digest.Zero, Keep);
            return;
        }
        var entry = new Entry(new Digest(row.EventDigest), new Digest(row.Meta));
        _frontier.Append(entry.LeafHash, Keep);
        if (WhyNotEvent(row, entry.EventDigest) is { } event_)
        {
            _faults.Add($"event {row.Leaf}: {event_}");
        }
        if (WhyNotMeta(row, entry.Meta) is { } meta)
        {
            _faults.Add($"meta {row.Leaf}: {meta}");
        }
    }

    private static string? WhyNotEvent(EntryRow row, Digest digest)
    {
        if (row.Body is null || row.Seed is null)
        {
            // Erasing takes both: the entry stays, and says nothing of what it was.
            return row.Body is null && row.Seed is null ? null : "the event or its seed is missing, and not both";
        }
        if (row.Seed.Length != Digest.Size)
        {
            return "its seed is not 32 bytes";
        }
        try
        {
            using var json = JsonDocument.Parse(row.Body, Strict);
            return EventCommitment.Make(json.RootElement, new Digest(row.Seed)).Commitment.Digest == digest
                ? null
                : "the stored event, its seed or the entry's digest was changed";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return $"the stored event is not JSON any more: {e.Message}";
        }
    }

    private string? WhyNotMeta(EntryRow row, Digest digest)
    {
        if (row.PartyId is not { Length: Digest.Size } || row.Salt is not { Length: Disclosure.SaltSize })
        {
            return "the party or salt is missing or damaged";
        }
        var party = new PartyId(new Digest(row.PartyId));
        if (row.Submission is not null && row.Signed(party).Hash != new Digest(row.Submission))
        {
            return "the submission's record does not have its hash";
        }
        var expected = _nextSeq.GetValueOrDefault(row.Party, 1);
        _nextSeq[row.Party] = row.Seq + 1;
        var meta = new EntryMeta(party, DateTimeOffset.FromUnixTimeMilliseconds(row.RecordedAt),
            EntryMeta.SaltOf(row.Salt), (ulong)row.Seq, row.Submission is null ? null : new Digest(row.Submission));
        if (meta.Hash != digest)
        {
            return "party, time, salt, sequence, submission or the entry's hash of them was changed";
        }
        return row.Seq == expected ? null : $"the party's entry {expected} is missing before its {row.Seq}";
    }

    private void Checkpoint(Digest ledgerId, CheckpointRow row)
    {
        if (row.Root.Length != Digest.Size || row.Signature.Length != EthSignature.Size || row.Signer.Length != Address.Size)
        {
            _faults.Add($"checkpoint {row.Size}: root, signature or signer has not its width");
            return;
        }
        var root = new Digest(row.Root);
        if (root != _frontier.Root())
        {
            _faults.Add($"checkpoint {row.Size}: its root is not that of the entries");
        }
        if (Secp256k1.Recover(LedgerTypedData.Checkpoint(ledgerId, (ulong)row.Size, root), ReadSignature(row.Signature)) != new Address(row.Signer))
        {
            _faults.Add($"checkpoint {row.Size}: the signature is not by its signer");
        }
    }

    private static EthSignature ReadSignature(byte[] bytes) => new(new Digest(bytes.AsSpan(0, 32)), new Digest(bytes.AsSpan(32, 32)), bytes[64]);

    private void Keep(int level, ulong index, Digest hash)
    {
        // Stored are the levels 0, 8, 16, …; those between follow from them.
        if (level % 8 == 0)
        {
            var id = (long)(level / 8) << 48 | (long)(index / TileWidth);
            if (!_tiles.TryGetValue(id, out var tile))
            {
                _tiles[id] = tile = [];
            }
            tile.AddRange(hash.ToArray());
        }
    }

    private void Tiles()
    {
        foreach (var (id, hashes) in _connection.Query<(long Id, byte[] Hashes)>("SELECT id, hashes FROM tile", buffered: false))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"node tile {id & 0xffff_ffff_ffff} of level {(id >> 48) * 8}");
            if (!_tiles.Remove(id, out var expected))
            {
                _faults.Add($"{name}: belongs to no entry");
                continue;
            }
            var stored = hashes.AsSpan();
            var right = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(expected);
            if (!stored.SequenceEqual(right))
            {
                var at = stored.CommonPrefixLength(right) / Digest.Size;
                _faults.Add($"{name}: node {at} is not the hash of what lies under it");
            }
        }
        _faults.AddRange(_tiles.Keys.Select(id => string.Create(CultureInfo.InvariantCulture, $"node tile {id & 0xffff_ffff_ffff} of level {(id >> 48) * 8}: missing")));
    }

    private void Strays()
    {
        foreach (var table in new[] { "event", "seed", "meta" })
        {
            foreach (var leaf in _connection.Query<long>($"SELECT t.leaf FROM {table} t LEFT JOIN entry e ON e.leaf = t.leaf WHERE e.leaf IS NULL"))
            {
                _faults.Add($"{table} {leaf}: belongs to no entry");
            }
        }
    }

    private void Anchors(Digest ledgerId)
    {
        foreach (var (size, root, evidence, signed) in _connection.Query<(long Size, byte[] Root, byte[] Evidence, byte[]? Signed)>(
            "SELECT a.size, a.root, a.evidence, c.root FROM anchor a LEFT JOIN checkpoint c ON c.size = a.size ORDER BY a.size"))
        {
            if (WhyNotAnchor(ledgerId, size, root, evidence, signed) is { } why)
            {
                _faults.Add($"anchor {size}: {why}");
            }
        }
    }

    private static string? WhyNotAnchor(Digest ledgerId, long size, byte[] root, byte[] evidence, byte[]? signed)
    {
        if (signed is null || !root.AsSpan().SequenceEqual(signed))
        {
            return "its root is not the signed checkpoint's";
        }
        try
        {
            var anchor = AnchorJson.Parse(evidence);
            if (AnchorCheck.Verify(anchor) is { } why)
            {
                return why;
            }
            var slots = anchor.Slots.ToDictionary(s => s.Slot, s => s.Value);
            var held = LedgerSlots.FindCheckpoint(slots.GetValueOrDefault(LedgerSlots.CheckpointOf(new Digest(root))));
            return held?.Size == (ulong)size && slots.GetValueOrDefault(LedgerSlots.LedgerId) == ledgerId
                ? null
                : "the evidence is of another root or ledger";
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    private sealed record EntryRow(
        long Leaf, byte[] EventDigest, byte[] Meta, byte[]? Body, byte[]? Seed, long Party, long Seq, long RecordedAt, byte[]? Salt, byte[]? PartyId, byte[]? Submission, long? FirstSeq, long? Count,
        byte[]? Root, byte[]? Signature, byte[]? Signer)
    {
        public Submission Signed(PartyId party) => new(party, (ulong)FirstSeq!, (ulong)Count!, new Digest(Root), ReadSignature(Signature!), new Address(Signer));
    }

    private sealed record CheckpointRow(long Size, byte[] Root, byte[] Signature, byte[] Signer);
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Provenance.Core;

namespace Provenance.Cli.Check;

/// <summary>Where a value lies in its stretch's bytes; length −1 where there is none.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Slice(int Start, int Length)
{
    public bool IsMissing => Length < 0;
}

/// <summary>An entry with all that it commits to, as stored. Numbers of what is missing are 0.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct EntryRow(
    long Leaf, long At, long Party, long Seq, long RecordedAt, long FirstSeq, long Count,
    Slice EventDigest, Slice Meta, Slice Body, Slice Seed, Slice Salt, Slice PartyId, Slice Submission, Slice Root, Slice Signature, Slice Signer);

/// <summary>A signed checkpoint, as stored.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct CheckpointRow(long Size, Slice Root, Slice Signature, Slice Signer);

/// <summary>Entries that stand side by side and the checkpoints that end among them: one buffer of bytes, and rows that point into it. Used again for the next but one.</summary>
internal sealed class EntryStretch
{
    private readonly List<EntryRow> _entries = [];
    private readonly List<CheckpointRow> _checkpoints = [];
    private byte[] _bytes = new byte[8 << 20];
    private int _used;

    public ReadOnlySpan<EntryRow> Entries => CollectionsMarshal.AsSpan(_entries);

    public ReadOnlySpan<CheckpointRow> Checkpoints => CollectionsMarshal.AsSpan(_checkpoints);

    /// <summary>SHA-256 of everything read: equal to an earlier run's where nothing was changed since.</summary>
    public Digest Hash { get; private set; }

    public ReadOnlySpan<byte> this[Slice slice] => slice.IsMissing ? default : _bytes.AsSpan(slice.Start, slice.Length);

    public ReadOnlyMemory<byte> Memory(Slice slice) => _bytes.AsMemory(slice.Start, slice.Length);

    private void Clear()
    {
        _entries.Clear();
        _checkpoints.Clear();
        _used = 0;
    }

    private Slice Take(SqlRows rows, int column)
    {
        if (rows.IsNull(column))
        {
            return new Slice(0, -1);
        }
        var blob = rows.Blob(column);
        if (_used + blob.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _used + blob.Length));
        }
        blob.CopyTo(_bytes.AsSpan(_used));
        _used += blob.Length;
        return new Slice(_used - blob.Length, blob.Length);
    }

    /// <summary>Reads stretches, one after the other.</summary>
    /// <param name="length">Entries in all but the last.</param>
    public sealed class Reader(SqliteConnection connection, int length, bool hashes) : IDisposable
    {
        private readonly SqlRows _rows = new(connection, """
            SELECT e.leaf, e.event_digest, e.meta, v.body, v.at, s.seed, m.party, m.seq, m.recorded_at, m.salt, p.party_id, u.hash, u.first_seq, u.count, u.root, u.signature, u.signer
            FROM entry e
            LEFT JOIN event v ON v.leaf = e.leaf LEFT JOIN seed s ON s.leaf = e.leaf LEFT JOIN meta m ON m.leaf = e.leaf
            LEFT JOIN party p ON p.id = m.party LEFT JOIN submission u ON u.id = m.submission
            WHERE e.leaf >= ?
            ORDER BY e.leaf
            LIMIT ?
            """);

        private readonly SqlRows _ends = new(connection, "SELECT size, root, signature, signer FROM checkpoint WHERE size > ? AND size <= ? ORDER BY size");

        /// <summary>Fills the stretch with what follows on this leaf; it has no entries at the end of the log.</summary>
        public void Read(EntryStretch into, long from)
        {
            into.Clear();
            for (_rows.With(from, length); _rows.Step();)
            {
                into._entries.Add(new EntryRow(
                    _rows.Integer(0), _rows.Integer(4), _rows.Integer(6), _rows.Integer(7), _rows.Integer(8), _rows.Integer(12), _rows.Integer(13),
                    into.Take(_rows, 1), into.Take(_rows, 2), into.Take(_rows, 3), into.Take(_rows, 5), into.Take(_rows, 9), into.Take(_rows, 10),
                    into.Take(_rows, 11), into.Take(_rows, 14), into.Take(_rows, 15), into.Take(_rows, 16)));
            }
            if (into._entries.Count == 0)
            {
                return;
            }
            for (_ends.With(into._entries[0].Leaf, into._entries[^1].Leaf + 1); _ends.Step();)
            {
                into._checkpoints.Add(new CheckpointRow(_ends.Integer(0), into.Take(_ends, 1), into.Take(_ends, 2), into.Take(_ends, 3)));
            }
            if (hashes)
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                hash.AppendData(into._bytes.AsSpan(0, into._used));
                hash.AppendData(MemoryMarshal.AsBytes(into.Entries));
                hash.AppendData(MemoryMarshal.AsBytes(into.Checkpoints));
                into.Hash = new Digest(hash.GetHashAndReset());
            }
        }

        public void Dispose()
        {
            _rows.Dispose();
            _ends.Dispose();
        }
    }
}

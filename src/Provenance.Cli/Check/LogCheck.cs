using System.Collections.Concurrent;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Merkle;

namespace Provenance.Cli.Check;

/// <summary>The log itself: every entry against what it commits to, the tree over them against its nodes and signed checkpoints, every party's sequence.</summary>
/// <remarks>Entries are read in stretches; while one is recomputed on all cores the next is read. What is kept grows by 32 bytes for 256 entries.</remarks>
/// <param name="length">Entries in a stretch.</param>
/// <param name="notes">Stretches that an earlier run found whole, and to which this one adds; null to neither trust nor keep any.</param>
internal sealed class LogCheck(SqliteConnection connection, Digest ledgerId, FaultList faults, int length, CheckNotes? notes)
{
    private const int Together = 64;

    private readonly Dictionary<long, long> _nextSeq = [];
    private readonly MerkleFrontier _frontier = new();
    private readonly TileCheck _tiles = new();
    private readonly Digest[] _leafHashes = new Digest[length];
    private readonly List<string>?[] _faults = new List<string>?[length];

    /// <summary>Entries that were read.</summary>
    public ulong Entries => _frontier.Size;

    /// <param name="progress">Told now and then how many entries are done.</param>
    /// <exception cref="OperationCanceledException">The notes, if any, say how far it came.</exception>
    public void Run(Action<ulong>? progress, CancellationToken cancel)
    {
        using var reader = new EntryStretch.Reader(connection, length, hashes: notes is not null);
        var (stretch, next) = (new EntryStretch(), new EntryStretch());
        reader.Read(stretch, long.MinValue);
        while (stretch.Entries.Length > 0)
        {
            // The one after is not read in a task when stopping: the connection belongs to one thread at a time.
            cancel.ThrowIfCancellationRequested();
            var (after, from) = (next, stretch.Entries[^1].Leaf + 1);
            var reading = Task.Run(() => reader.Read(after, from), CancellationToken.None);
            try
            {
                Judge(stretch);
            }
            finally
            {
                reading.GetAwaiter().GetResult();
            }
            (stretch, next) = (next, stretch);
            progress?.Invoke(Entries);
        }
        Ends();
        _tiles.Compare(connection, faults);
    }

    private void Judge(EntryStretch stretch)
    {
        var wasWhole = notes?.WasWhole(stretch, Entries) == true;
        var before = faults.Count;
        Parallel.ForEach(Partitioner.Create(0, stretch.Entries.Length, Together), range =>
        {
            for (var i = range.Item1; i < range.Item2; i++)
            {
                _leafHashes[i] = EntryCheck.LeafHash(stretch, stretch.Entries[i]);
                _faults[i] = wasWhole ? null : EntryCheck.Faults(stretch, stretch.Entries[i]);
            }
        });
        var signatures = new string?[stretch.Checkpoints.Length];
        if (!wasWhole)
        {
            Parallel.For(0, signatures.Length, i => signatures[i] = EntryCheck.WhyNotSigned(stretch, stretch.Checkpoints[i], ledgerId));
        }
        var checkpoint = 0;
        for (var i = 0; i < stretch.Entries.Length; i++)
        {
            Append(stretch.Entries[i], _leafHashes[i], _faults[i]);
            for (; checkpoint < signatures.Length && stretch.Checkpoints[checkpoint].Size <= (long)Entries; checkpoint++)
            {
                Checkpoint(stretch, stretch.Checkpoints[checkpoint], signatures[checkpoint]);
            }
        }
        if (faults.Count == before)
        {
            notes?.Whole(stretch, Entries, _frontier);
        }
    }

    private void Append(in EntryRow row, Digest leafHash, List<string>? own)
    {
        if (row.Leaf != (long)_frontier.Size)
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"entry {_frontier.Size}: missing"));
        }
        _frontier.Append(leafHash, _tiles.Keep);
        own?.ForEach(faults.Add);
        var expected = _nextSeq.GetValueOrDefault(row.Party, 1);
        if (row.Seq != expected)
        {
            faults.Add($"meta {row.Leaf}: the party's entry {expected} is missing before its {row.Seq}");
        }
        _nextSeq[row.Party] = row.Seq + 1;
    }

    private void Checkpoint(EntryStretch stretch, in CheckpointRow row, string? whyNotSigned)
    {
        if (whyNotSigned is not null)
        {
            faults.Add($"checkpoint {row.Size}: {whyNotSigned}");
        }
        if (row.Root.Length == Digest.Size && new Digest(stretch[row.Root]) != _frontier.Root())
        {
            faults.Add($"checkpoint {row.Size}: its root is not that of the entries");
        }
    }

    private void Ends()
    {
        foreach (var size in connection.Query<long>("SELECT size FROM checkpoint WHERE size < 1 OR size > @Entries", new { Entries = (long)Entries }))
        {
            faults.Add($"checkpoint {size}: the log has only {Entries} entries");
        }
        if (Entries > 0 && (connection.ExecuteScalar<long?>("SELECT max(size) FROM checkpoint") ?? 0) < (long)Entries)
        {
            faults.Add($"checkpoint: none covers the last of {Entries} entries");
        }
    }
}

using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Merkle;

namespace Provenance.Cli.Check;

/// <summary>
/// Reads a whole ledger and recomputes all that can be: events against their digests, digests against the log, the log against its stored
/// nodes, its signed checkpoints and its anchors, indexes against the log, documents against their names. Shares no code with the server that wrote it but Core.
/// </summary>
/// <remarks>Entries are read in stretches; while one is recomputed on all cores the next is read. What is kept grows by 32 bytes for 256 entries.</remarks>
public sealed class LedgerCheck : IDisposable
{
    private const int StretchLength = 4096;

    private readonly string _directory;
    private readonly SqliteConnection _connection;
    private readonly FaultList _faults = new();
    private readonly Dictionary<long, long> _nextSeq = [];
    private readonly MerkleFrontier _frontier = new();
    private readonly TileCheck _tiles = new();

    /// <param name="dataDirectory">The ledger's data directory. Only read; a server may be running on it.</param>
    /// <exception cref="FileNotFoundException">There is no ledger.</exception>
    public LedgerCheck(string dataDirectory)
    {
        var file = Path.Combine(dataDirectory, "ledger.db");
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"There is no ledger in '{dataDirectory}': ledger.db is missing.");
        }
        _directory = dataDirectory;
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        _connection.Open();
    }

    /// <summary>Entries that were read.</summary>
    public ulong Entries => _frontier.Size;

    /// <summary>How many faults there are: also those beyond the first <see cref="FaultList.Most"/>, which <see cref="Run"/> does not name.</summary>
    public long FaultCount => _faults.Count;

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
                _tiles.Compare(_connection, _faults);
                AnchorRowCheck.Compare(_connection, ledgerId, _faults);
            }
            IndexCheck.Compare(_connection, (long)Entries, _faults);
            DocumentCheck.Compare(_connection, _directory, _faults);
        }
        catch (SqliteException e)
        {
            _faults.Add($"the database file can't be read: {e.Message}");
        }
        return _faults.Named;
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
        var reading = Task.Run(() => Read(long.MinValue));
        while (reading.GetAwaiter().GetResult() is { Entries.Count: > 0 } stretch)
        {
            reading = Task.Run(() => Read(stretch.Entries[^1].Leaf + 1));
            var judged = new JudgedEntry[stretch.Entries.Count];
            Parallel.For(0, judged.Length, i => judged[i] = EntryCheck.Judge(stretch.Entries[i]));
            var signatures = stretch.Checkpoints.AsParallel().AsOrdered().Select(row => row.WhyNotSigned(ledgerId)).ToList();
            var checkpoints = stretch.Checkpoints.Zip(signatures).ToDictionary(pair => (ulong)pair.First.Size);
            for (var i = 0; i < judged.Length; i++)
            {
                Append(stretch.Entries[i], judged[i]);
                if (checkpoints.TryGetValue(_frontier.Size, out var checkpoint))
                {
                    Checkpoint(checkpoint.First, checkpoint.Second);
                }
            }
        }
        foreach (var size in _connection.Query<long>("SELECT size FROM checkpoint WHERE size < 1 OR size > @Entries", new { Entries = (long)Entries }))
        {
            _faults.Add($"checkpoint {size}: the log has only {Entries} entries");
        }
        if (Entries > 0 && (_connection.ExecuteScalar<long?>("SELECT max(size) FROM checkpoint") ?? 0) < (long)Entries)
        {
            _faults.Add($"checkpoint: none covers the last of {Entries} entries");
        }
    }

    private Stretch Read(long from)
    {
        var entries = _connection.Query<EntryRow>(EntryRow.Select, new { from, length = StretchLength }).AsList();
        var checkpoints = entries.Count == 0 ? [] : _connection.Query<CheckpointRow>(
            "SELECT size, root, signature, signer FROM checkpoint WHERE size > @first AND size <= @last + 1 ORDER BY size",
            new { first = entries[0].Leaf, last = entries[^1].Leaf }).AsList();
        return new Stretch(entries, checkpoints);
    }

    private void Append(EntryRow row, JudgedEntry judged)
    {
        if (row.Leaf != (long)_frontier.Size)
        {
            _faults.Add(string.Create(CultureInfo.InvariantCulture, $"entry {_frontier.Size}: missing"));
        }
        _frontier.Append(judged.LeafHash, _tiles.Keep);
        foreach (var fault in judged.Faults)
        {
            _faults.Add(fault);
        }
        var expected = _nextSeq.GetValueOrDefault(row.Party, 1);
        if (row.Seq != expected)
        {
            _faults.Add($"meta {row.Leaf}: the party's entry {expected} is missing before its {row.Seq}");
        }
        _nextSeq[row.Party] = row.Seq + 1;
    }

    private void Checkpoint(CheckpointRow row, string? whyNotSigned)
    {
        if (whyNotSigned is not null)
        {
            _faults.Add($"checkpoint {row.Size}: {whyNotSigned}");
        }
        if (row.Root.Length == Digest.Size && new Digest(row.Root) != _frontier.Root())
        {
            _faults.Add($"checkpoint {row.Size}: its root is not that of the entries");
        }
    }

    /// <summary>Entries that stand side by side, and the checkpoints that end among them.</summary>
    private sealed record Stretch(List<EntryRow> Entries, List<CheckpointRow> Checkpoints);
}

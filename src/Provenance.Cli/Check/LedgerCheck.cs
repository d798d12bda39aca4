using System.Data;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using SQLitePCL;

namespace Provenance.Cli.Check;

/// <summary>
/// Reads a whole ledger and recomputes all that can be: events against their digests, digests against the log, the log against its stored
/// nodes, its signed checkpoints and its anchors, indexes against the log, documents against their names. Shares no code with the server that wrote it but Core.
/// </summary>
/// <remarks>
/// Three readers side by side, each of one moment of its own: pages of the file, the log, indexes with documents. The server may go on writing meanwhile.
/// </remarks>
public sealed class LedgerCheck
{
    private readonly string _directory;
    private readonly FaultList _pages = new();
    private readonly FaultList _log = new();
    private readonly FaultList _beside = new();

    /// <param name="dataDirectory">The ledger's data directory. Only read; a server may be running on it.</param>
    /// <exception cref="FileNotFoundException">There is no ledger.</exception>
    public LedgerCheck(string dataDirectory)
    {
        if (!File.Exists(Path.Combine(dataDirectory, "ledger.db")))
        {
            throw new FileNotFoundException($"There is no ledger in '{dataDirectory}': ledger.db is missing.");
        }
        _directory = dataDirectory;
    }

    /// <summary>Where a check that is stopped leaves how far it came, and goes on next time; null for nowhere.</summary>
    public string? NotesFile { get; init; }

    /// <summary>The server's lineage file, which knows the newest state that was answered; null where there is none.</summary>
    public string? LineageFile { get; init; }

    /// <summary>Told now and then how many entries of how many are done. Comes on any thread.</summary>
    public Action<ulong, ulong>? Progress { get; init; }

    /// <summary>Entries that are read and recomputed together.</summary>
    public int StretchLength { get; init; } = 4096;

    /// <summary>Entries that were read.</summary>
    public ulong Entries { get; private set; }

    /// <summary>What an earlier run left, and what became of it; null without <see cref="NotesFile"/>.</summary>
    public CheckNotes? Notes { get; private set; }

    /// <summary>How many faults there are: also those beyond the first <see cref="FaultList.Most"/>, which <see cref="Run"/> does not name.</summary>
    public long FaultCount => _pages.Count + _log.Count + _beside.Count;

    /// <summary>What is wrong, a line each, naming the row; empty when all fits together.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; <see cref="FaultCount"/> has what was found until then.</exception>
    public IReadOnlyList<string> Run(CancellationToken cancel = default)
    {
        // One exception that nobody expected stops the other two as well.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task.WaitAll(
            Start(_pages, Pages),
            Start(_log, connection => Log(connection, stop.Token)),
            Start(_beside, connection => Beside(connection, stop.Token)));
        Notes?.Remove();
        return [.. _pages.Named.Concat(_log.Named).Concat(_beside.Named).Take(FaultList.Most)];

        Task Start(FaultList faults, Action<SqliteConnection> part) => Task.Run(() =>
        {
            try
            {
                Read(faults, part, stop.Token);
            }
            catch
            {
                stop.Cancel();
                throw;
            }
        }, CancellationToken.None);
    }

    private void Read(FaultList faults, Action<SqliteConnection> part, CancellationToken cancel)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = Path.Combine(_directory, "ledger.db"),
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString());
            connection.Open();
            using var moment = connection.BeginTransaction(deferred: true);
            using var interrupt = cancel.Register(() => raw.sqlite3_interrupt(connection.Handle));
            part(connection);
        }
        catch (SqliteException) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
        catch (SqliteException e)
        {
            faults.Add($"the database file can't be read: {e.Message}");
        }
        catch (Exception e) when (e is DataException or InvalidCastException or FormatException or ArgumentException or OverflowException or InvalidOperationException)
        {
            // A damaged file gives values of other types and ranges than were ever written.
            faults.Add($"the database holds what no ledger writes: {(e.InnerException ?? e).Message}");
        }
    }

    /// <summary>Large tables have no index of their own, so that this is not much more than quick_check.</summary>
    private void Pages(SqliteConnection connection)
    {
        foreach (var line in connection.Query<string>("PRAGMA integrity_check(20)").Where(line => line != "ok"))
        {
            _pages.Add($"the database file is damaged: {line}");
        }
    }

    private void Log(SqliteConnection connection, CancellationToken cancel)
    {
        if (FindLedgerId(connection) is not { } ledgerId)
        {
            return;
        }
        Notes = NotesFile is null ? null : CheckNotes.Open(NotesFile, ledgerId, StretchLength);
        var log = new LogCheck(connection, ledgerId, _log, StretchLength, Notes);
        try
        {
            var size = Size(connection);
            log.Run(Progress is null ? null : done => Progress(done, (ulong)size), cancel);
        }
        catch when (cancel.IsCancellationRequested)
        {
            Notes?.Keep();
            throw;
        }
        finally
        {
            Entries = log.Entries;
        }
        AnchorRowCheck.Compare(connection, ledgerId, _log);
        if (LineageFile is not null)
        {
            CompareLineage(connection, ledgerId, LineageFile);
        }
    }

    private void CompareLineage(SqliteConnection connection, Digest ledgerId, string file)
    {
        var line = File.Exists(file) ? File.ReadAllText(file) : "";
        if (line.Split(' ', '\n') is not [var id, var text, var root, ""] || id != ledgerId.ToString() || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            _log.Add($"lineage: {file} is not there, or does not read '{ledgerId} size root'");
        }
        else if (size > (long)Entries)
        {
            _log.Add($"lineage: {file} knows {size} entries that were answered, here are {Entries}: restore the newest copy");
        }
        else if (connection.QuerySingleOrDefault<byte[]>("SELECT root FROM checkpoint WHERE size = @size", new { size }) is not { } held || Convert.ToHexStringLower(held) != root)
        {
            _log.Add($"lineage: {file} knows other entries up to {size} than there are here: restore the newest copy");
        }
    }

    private Digest? FindLedgerId(SqliteConnection connection)
    {
        var id = connection.QuerySingleOrDefault<byte[]>("SELECT ledger_id FROM ledger");
        if (id is null && Size(connection) > 0)
        {
            _log.Add("ledger: its id is missing");
        }
        return id is { Length: Digest.Size } ? new Digest(id) : null;
    }

    private void Beside(SqliteConnection connection, CancellationToken cancel)
    {
        new IndexCheck(connection, Size(connection), _beside).Run(cancel);
        RowSumCheck.Compare(connection, _beside);
        ReceivedFileCheck.Compare(connection, _beside);
        DocumentCheck.Compare(connection, _directory, _beside);
        FileCheck.Compare(_directory, _beside);
    }

    private static long Size(SqliteConnection connection) => connection.ExecuteScalar<long>("SELECT coalesce(max(leaf) + 1, 0) FROM entry");
}

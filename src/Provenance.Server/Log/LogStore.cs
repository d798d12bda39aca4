using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Log;
using Provenance.Core.Merkle;
using Provenance.Server.Storage;

namespace Provenance.Server.Log;

/// <summary>The log as anyone may follow it: entries, checkpoints and that it only grows.</summary>
internal sealed class LogStore(Database database, LedgerState state)
{
    /// <summary>Entries in one answer.</summary>
    public const int MostEntries = 1000;

    /// <exception cref="InvalidOperationException">Before the ledger's first contract exists, when there is no entry either.</exception>
    public Digest LedgerId => state.LedgerId ?? throw new InvalidOperationException("The ledger has no id yet.");

    /// <summary>The newest; null while nothing is recorded.</summary>
    public Checkpoint? FindCheckpoint()
    {
        using var connection = database.Read();
        return Checkpoints.FindNewest(connection);
    }

    public Entry? Find(long leaf)
    {
        using var connection = database.Read();
        return connection.QuerySingleOrDefault<Row>(Select + " WHERE leaf = @leaf", new { leaf })?.ToEntry();
    }

    /// <summary>Entries [from, to), as far as there are any, and how many the log has.</summary>
    public (long Size, IReadOnlyList<Entry> Entries) List(long from, long to)
    {
        using var connection = database.Read();
        using var moment = connection.BeginTransaction(deferred: true);
        var entries = connection.Query<Row>(Select + " WHERE leaf >= @from AND leaf < @to ORDER BY leaf", new { from, to }).Select(row => row.ToEntry());
        return (Size(connection), [.. entries]);
    }

    /// <summary>The path from one size to another; null where the sizes allow none. With the size the log has.</summary>
    public (long Size, IReadOnlyList<Digest>? Path) Consistency(long from, long to)
    {
        using var connection = database.Read();
        using var moment = connection.BeginTransaction(deferred: true);
        var size = Size(connection);
        return (size, from < 1 || from > to || to > size ? null : MerkleProof.Consistency((ulong)from, (ulong)to, new TreeReader(connection).Node));
    }

    private const string Select = "SELECT event_digest AS EventDigest, meta FROM entry";

    private static long Size(SqliteConnection connection) => connection.QuerySingle<long>("SELECT coalesce(max(leaf) + 1, 0) FROM entry");

    private sealed record Row(byte[] EventDigest, byte[] Meta)
    {
        public Entry ToEntry() => new(new Digest(EventDigest), new Digest(Meta));
    }
}

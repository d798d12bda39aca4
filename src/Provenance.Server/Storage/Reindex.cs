using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core.Gs1;

namespace Provenance.Server.Storage;

/// <summary>Makes everything that follows from events, seeds and entries anew: nodes of the tree, indexes, names of items, vocabulary (<c>provenance reindex</c>).</summary>
/// <remarks>
/// One transaction: a crash within leaves the index as it was. Each event is held to its entry on the way, and the log to its newest checkpoint; what was changed
/// there can't be mended from itself, so it stops without having changed anything. Recorded is what <see cref="Recorder"/> would have written, by the same code.
/// </remarks>
internal sealed class Reindex(Database database, OwnIds own)
{
    private static readonly string[] Made = ["tile", "ix_eid", "ix_hash", "ix_party", "ix_time", "ix_item", "ix_term", "item", "vocabulary"];

    private readonly SqliteConnection _connection = database.Writer;

    /// <returns>Entries in the log.</returns>
    /// <exception cref="InvalidOperationException">The log itself was changed; the message names where.</exception>
    public ulong Run()
    {
        // Left open by an exception: the connection takes it back when it is closed, which is what follows.
        _connection.Execute("BEGIN IMMEDIATE");
        var size = MakeAnew();
        _connection.Execute("COMMIT");
        return size;
    }

    /// <summary>As <see cref="Run"/>, within a transaction of the caller's.</summary>
    public ulong MakeAnew()
    {
        foreach (var table in Made)
        {
            _connection.Execute($"DELETE FROM {table}");
        }
        using var rows = new EventRows(_connection);
        using var tree = new TreeWriter(_connection, 0);
        var events = new StoredEvents(_connection, database.Keys, own);
        foreach (var stretch in events.Read())
        {
            foreach (var stored in stretch)
            {
                Write(rows, tree, stored);
            }
            tree.Flush();
            tree.Committed();
        }
        if (Checkpoints.FindNewest(_connection) is { } newest && (newest.Size != tree.Size || newest.Root != tree.Root))
        {
            throw new InvalidOperationException($"The entries are not those of the newest checkpoint ({newest.Size} entries). Nothing was changed; run 'provenance check'.");
        }
        return tree.Size;
    }

    private static void Write(EventRows rows, TreeWriter tree, StoredEvent stored)
    {
        if (stored.Leaf != (long)tree.Size)
        {
            throw new InvalidOperationException($"Entry {tree.Size} is missing. Nothing was changed; run 'provenance check'.");
        }
        tree.Append(stored.Entry.LeafHash);
        if (stored.Prepared is not { } recorded)
        {
            rows.IndexErased(stored.Leaf, stored.Party);
            return;
        }
        if (recorded.EventDigest != stored.Entry.EventDigest)
        {
            throw new InvalidOperationException($"Event {stored.Leaf} is not the one that its entry commits to. Nothing was changed; run 'provenance check'.");
        }
        rows.Index(stored.Leaf, recorded, stored.Party);
    }
}

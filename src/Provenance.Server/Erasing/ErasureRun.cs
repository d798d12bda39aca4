using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core.Gs1;
using Provenance.Server.Documents;
using Provenance.Server.Storage;

namespace Provenance.Server.Erasing;

/// <summary>Erases events, or fields of them: one transaction, in which the index is made anew from what is left, so that no row of it remembers them.</summary>
/// <remarks>
/// Pages that become free are overwritten (<c>secure_delete</c>), and SQLite's log is cut afterwards. Documents go last before the commit: a crash in between leaves events whose documents are
/// missing, which <c>provenance check</c> names, and the same call does the rest. What older backups hold is not touched.
/// </remarks>
internal sealed class ErasureRun(Database database, OwnIds own, TimeProvider clock)
{
    private readonly SqliteConnection _connection = database.Writer;

    /// <returns>Entries in the log.</returns>
    /// <exception cref="InvalidOperationException">The log itself was changed; nothing was erased.</exception>
    public ulong Run(ErasurePlan plan) => Run(plan.Files, plan.Documents, now =>
    {
        foreach (var e in plan.Events)
        {
            _connection.Execute("INSERT INTO erasure(leaf, erased_at) VALUES (@Leaf, @now)", new { e.Leaf, now });
            foreach (var name in e.Facts.ItemKeys)
            {
                _connection.Execute("INSERT INTO erased_item(k, leaf) VALUES (@k, @Leaf) ON CONFLICT DO NOTHING", new { k = database.Keys.OfItem(name), e.Leaf });
            }
            _connection.Execute("DELETE FROM event WHERE leaf = @Leaf; DELETE FROM seed WHERE leaf = @Leaf", new { e.Leaf });
            ForgetRequest(e.Leaf);
        }
    });

    /// <inheritdoc cref="Run(ErasurePlan)"/>
    public ulong Run(RedactionPlan plan) => Run(plan.Files, plan.Documents, now =>
    {
        foreach (var (e, left, pointers) in plan.Events)
        {
            _connection.Execute("INSERT INTO redaction(leaf, redacted_at, fields) VALUES (@Leaf, @now, @Count)", new { e.Leaf, now, pointers.Count });
            _connection.Execute("UPDATE event SET body = @body WHERE leaf = @Leaf; UPDATE seed SET seed = @kept WHERE leaf = @Leaf", new { e.Leaf, body = left.Body, kept = left.Write() });
            ForgetRequest(e.Leaf);
        }
    });

    private ulong Run(IReadOnlyList<PlannedFile> files, IReadOnlyList<PlannedDocument> documents, Action<long> write)
    {
        // Left open by an exception: the connection takes it back when it is closed, which is what follows.
        _connection.Execute("BEGIN IMMEDIATE");
        write(clock.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var file in files)
        {
            _connection.Execute("DELETE FROM received_file WHERE id = @Id", new { file.Id });
        }
        foreach (var document in documents)
        {
            _connection.Execute("DELETE FROM document_holder WHERE sha256 = @sha256; DELETE FROM document WHERE sha256 = @sha256", new { sha256 = document.Sha256.ToArray() });
        }
        var size = new Reindex(database, own).MakeAnew();
        foreach (var document in documents)
        {
            Remove(DocumentStore.PathOf(database, document.Sha256));
        }
        _connection.Execute("COMMIT");
        _connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        return size;
    }

    /// <summary>The answer to an event's request names it, and the request's hash would let its fields be guessed.</summary>
    private void ForgetRequest(long leaf) => _connection.Execute("""
        DELETE FROM idempotency
        WHERE leaf = @leaf OR CAST(answer AS TEXT) ->> '$.index' = @leaf
          OR EXISTS (SELECT 1 FROM json_each(CAST(answer AS TEXT), '$.events') WHERE value ->> '$.index' = @leaf)
        """, new { leaf });

    /// <summary>Emptied first: a power cut may bring back the name, and then not what it held.</summary>
    private static void Remove(string path)
    {
        if (File.Exists(path))
        {
            using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
            {
                file.SetLength(0);
                file.Flush(flushToDisk: true);
            }
            File.Delete(path);
        }
    }
}

using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Chain;
using Provenance.Core;
using Provenance.Core.Proofs;

namespace Provenance.Server.Anchoring;

/// <summary>The writing queue in the database: what is to go to the contract, in order, and how far each has come (design §5, Writing).</summary>
/// <remarks>
/// <c>sealed → prepared → broadcast → mined → final</c>. Each step is written down before the next is taken, so that a restart goes on with the same
/// loop. The transactions signed for a write are <see cref="ChainTransactions"/>.
/// </remarks>
internal static class ChainWrites
{
    private const string Columns =
        "SELECT id, kind, payload, state, block_number AS BlockNumber, block_hash AS BlockHash, error, sealed_at AS SealedAt, changed_at AS ChangedAt FROM chain_write";

    /// <summary>The oldest write that is not done: the only one worked on.</summary>
    public static ChainWrite? FindOldestOpen(SqliteConnection connection) =>
        connection.QueryFirstOrDefault<ChainWrite>($"{Columns} WHERE state NOT IN ('final', 'aside') ORDER BY id LIMIT 1");

    /// <summary>The final anchors in the contract that is written to, with the blocks of their evidence, newest first. Those of contracts before it are on a chain that is not asked any more.</summary>
    public static IEnumerable<(long Write, ulong BlockNumber, Digest BlockHash)> FinalAnchors(SqliteConnection connection) => connection.Query<(long Write, long Number, byte[] Hash)>(
        """
        SELECT w.id, a.block_number, a.block_hash FROM chain_write w JOIN anchor a ON a.size = CAST(CAST(w.payload AS TEXT) AS INTEGER)
        WHERE w.kind = 'anchor' AND w.state = 'final' AND a.size > coalesce((SELECT start_size FROM contract ORDER BY id DESC LIMIT 1), 0) ORDER BY w.id DESC
        """, buffered: false).Select(row => (row.Write, (ulong)row.Number, new Digest(row.Hash)));

    /// <summary>Seals an anchor of the newest checkpoint, if it covers more than the last one sealed. Runs on the writer's connection.</summary>
    /// <returns>True when there is something new to anchor.</returns>
    public static bool SealNewest(SqliteConnection connection, DateTimeOffset now) => connection.Execute(
        """
        INSERT INTO chain_write(kind, payload, state, sealed_at, changed_at)
        SELECT 'anchor', CAST(CAST(max(size) AS TEXT) AS BLOB), 'sealed', @now, @now FROM checkpoint
        HAVING max(size) > coalesce((SELECT max(CAST(CAST(payload AS TEXT) AS INTEGER)) FROM chain_write WHERE kind = 'anchor'), 0)
        """, new { now = now.ToUnixTimeMilliseconds() }) == 1;

    /// <summary>A transaction is signed and stored, and has to be sent: the write's first, or one that replaces it.</summary>
    public static void Prepared(SqliteConnection connection, ChainWrite write, ChainTransaction transaction, DateTimeOffset now)
    {
        ChainTransactions.Add(connection, transaction);
        Change(connection, write, "prepared", now, "block_number = NULL, block_hash = NULL, error = NULL");
    }

    /// <summary>The node took it, or may have: from here only receipts tell.</summary>
    public static void Broadcast(SqliteConnection connection, ChainWrite write, DateTimeOffset now, string? error = null) =>
        Change(connection, write, "broadcast", now, "block_number = NULL, block_hash = NULL, mined_hash = NULL, cost = NULL, error = @error", new { error });

    public static void Mined(SqliteConnection connection, ChainWrite write, Receipt receipt, DateTimeOffset now) => Change(
        connection, write, "mined", now, "block_number = @number, block_hash = @hash, mined_hash = @transaction, cost = @cost, error = NULL",
        new
        {
            number = (long)receipt.BlockNumber,
            hash = receipt.BlockHash.ToArray(),
            transaction = receipt.Transaction.ToArray(),
            cost = receipt.Cost.ToString(CultureInfo.InvariantCulture),
        });

    /// <summary>The contract holds what the write says, by a transaction that is not known here.</summary>
    public static void MinedByAnother(SqliteConnection connection, ChainWrite write, Block block, DateTimeOffset now) => Change(
        connection, write, "mined", now, "block_number = @number, block_hash = @hash, mined_hash = NULL, cost = NULL, error = NULL",
        new { number = (long)block.Number, hash = block.Hash.ToArray() });

    /// <summary>Back to the start of its way. The transactions signed so far stay: should one of them be mined after all, its receipt settles the write.</summary>
    public static void SealedAgain(SqliteConnection connection, ChainWrite write, DateTimeOffset now, string error) => Change(
        connection, write, "sealed", now, "block_number = NULL, block_hash = NULL, mined_hash = NULL, cost = NULL, error = @error", new { error });

    /// <summary>Every open write, when its chain is gone: no transaction signed for that one can be mined on the next.</summary>
    public static void SealAllAgain(SqliteConnection connection, DateTimeOffset now, string error) => connection.Execute(
        """
        UPDATE chain_write SET state = 'sealed', block_number = NULL, block_hash = NULL, mined_hash = NULL, cost = NULL, error = @error, changed_at = @now
        WHERE state IN ('prepared', 'broadcast', 'mined')
        """, new { error, now = now.ToUnixTimeMilliseconds() });

    /// <summary>The chain took back what it had called final: every write from this one on waits for its receipt again, and its evidence is worth nothing.</summary>
    public static void TakenBack(SqliteConnection connection, long firstWrite, DateTimeOffset now, string error)
    {
        connection.Execute(
            """
            DELETE FROM anchor WHERE size IN (SELECT CAST(CAST(payload AS TEXT) AS INTEGER) FROM chain_write WHERE kind = 'anchor' AND state = 'final' AND id >= @firstWrite)
            """, new { firstWrite });
        connection.Execute(
            """
            UPDATE chain_write SET state = 'broadcast', block_number = NULL, block_hash = NULL, mined_hash = NULL, cost = NULL, error = @error, changed_at = @now
            WHERE state = 'final' AND id >= @firstWrite
            """, new { firstWrite, error, now = now.ToUnixTimeMilliseconds() });
    }

    /// <summary>Done. An anchor's evidence is kept with it.</summary>
    public static void Final(SqliteConnection connection, ChainWrite write, FinalAnchor? anchor, DateTimeOffset now)
    {
        if (anchor is not null)
        {
            connection.Execute(
                """
                INSERT INTO anchor(size, root, block_number, block_hash, block_time, evidence)
                VALUES (@size, @root, @number, @hash, @time, @evidence) ON CONFLICT(size) DO NOTHING
                """,
                new
                {
                    size = (long)anchor.Size,
                    root = anchor.Root.ToArray(),
                    number = (long)anchor.BlockNumber,
                    hash = anchor.Evidence.BlockHash.ToArray(),
                    time = anchor.Time.ToUnixTimeMilliseconds(),
                    evidence = AnchorJson.Write(anchor.Evidence),
                });
        }
        Change(connection, write, "final", now, "error = NULL");
    }

    /// <summary>A registry write that the contract refuses, or an anchor that a later one covers: set aside and shown, so that it holds up nothing.</summary>
    public static void Aside(SqliteConnection connection, ChainWrite write, DateTimeOffset now, string error) =>
        Change(connection, write, "aside", now, "error = @error", new { error });

    /// <summary>Remembers why a write does not go on, without moving it.</summary>
    public static void Noted(SqliteConnection connection, ChainWrite write, DateTimeOffset now, string error) =>
        Change(connection, write, write.State, now, "error = @error", new { error });

    // The state it was read in is a condition: a write that somebody else moved meanwhile would be a bug, and stops here.
    private static void Change(SqliteConnection connection, ChainWrite write, string state, DateTimeOffset now, string columns, object? values = null)
    {
        var parameters = new DynamicParameters(values);
        parameters.Add("id", write.Id);
        parameters.Add("from", write.State);
        parameters.Add("state", state);
        parameters.Add("now", now.ToUnixTimeMilliseconds());
        var rows = connection.Execute($"UPDATE chain_write SET state = @state, changed_at = @now, {columns} WHERE id = @id AND state = @from", parameters);
        if (rows != 1)
        {
            throw new InvalidOperationException($"Write {write.Id} to the chain is not in state '{write.State}' any more.");
        }
    }
}

/// <summary>One thing to be written to the contract.</summary>
/// <param name="Payload">Of an anchor: the checkpoint's size in decimal. Of a registry write: its call data.</param>
/// <param name="SealedAt">Milliseconds since 1970, as <paramref name="ChangedAt"/>.</param>
internal sealed record ChainWrite(long Id, string Kind, byte[] Payload, string State, long? BlockNumber, byte[]? BlockHash, string? Error, long SealedAt, long ChangedAt)
{
    public DateTimeOffset ChangedSince => DateTimeOffset.FromUnixTimeMilliseconds(ChangedAt);

    public bool IsAnchor => Kind == "anchor";

    /// <summary>Leaves that an anchor covers.</summary>
    public ulong Size => ulong.Parse(System.Text.Encoding.ASCII.GetString(Payload), CultureInfo.InvariantCulture);
}

/// <summary>A checkpoint that stands in a final block, with the proofs of it.</summary>
internal sealed record FinalAnchor(ulong Size, Digest Root, ulong BlockNumber, DateTimeOffset Time, Core.Ethereum.Anchor Evidence);

using System.Globalization;
using System.Numerics;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Data.Sqlite;
using Provenance.Chain;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Server.Anchoring;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Health;

/// <summary>How the ledger is, for the one who runs it: <c>GET /api/status</c>.</summary>
internal static class StatusApi
{
    /// <summary>A balance that pays for fewer writes than this is called low.</summary>
    private const int WritesInHand = 50;

    /// <summary>How long a write may wait for the chain, beyond the interval, before it is called a backlog.</summary>
    private static readonly TimeSpan BacklogAfter = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan ChainPatience = TimeSpan.FromSeconds(5);

    public static void MapStatus(this IEndpointRouteBuilder routes) => routes.MapGet("/api/status", Status)
        .RequireRole(Role.Admin).WithTags("Health").WithSummary("How the ledger is: queue, last final anchor, head, balance, cost, warnings");

    private static async Task<Ok<StatusAnswer>> Status(LedgerState state, LedgerWriter writer, ChainLink link, ChainKeys keys, Database database, LedgerOptions options, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        using var connection = database.Read();
        var queue = ReadQueue(connection);
        var final = ReadFinal(connection);
        var chain = link.Contract is { } contract ? await AskAsync(contract, keys, now, cancel) : null;
        var entries = writer.Newest?.Size ?? 0;
        var warnings = Warnings(state, writer, link, chain, queue, LastCost(connection), now, options).ToList();
        return TypedResults.Ok(new StatusAnswer(
            state.LedgerId?.ToString(), state.ReadOnlyBecause, entries, writer.Waiting, entries - (ulong)(final?.Size ?? 0), final, queue, chain, ReadCost(connection), warnings));
    }

    private static QueueStatus ReadQueue(SqliteConnection connection)
    {
        var (open, aside) = connection.QuerySingle<(long, long)>("SELECT (SELECT count(*) FROM chain_write WHERE state NOT IN ('final', 'aside')), (SELECT count(*) FROM chain_write WHERE state = 'aside')");
        var oldest = ChainWrites.FindOldestOpen(connection);
        return new QueueStatus(open, aside, oldest?.State, oldest is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(oldest.SealedAt), oldest?.Error);
    }

    private static FinalStatus? ReadFinal(SqliteConnection connection)
    {
        var row = connection.QueryFirstOrDefault<(long Size, byte[]? Root, long Block, long Time)>("SELECT size, root, block_number, block_time FROM anchor ORDER BY size DESC LIMIT 1");
        return row.Root is null ? null : new FinalStatus(row.Size, new Digest(row.Root).ToString(), row.Block, DateTimeOffset.FromUnixTimeMilliseconds(row.Time));
    }

    // In whole gwei, so that SQLite's integers hold the sum.
    private static long ReadCost(SqliteConnection connection) => connection.ExecuteScalar<long>("SELECT coalesce(sum(CAST(cost AS INTEGER) / 1000000000), 0) FROM chain_write WHERE cost IS NOT NULL");

    private static BigInteger? LastCost(SqliteConnection connection) =>
        connection.QueryFirstOrDefault<string>("SELECT cost FROM chain_write WHERE cost IS NOT NULL ORDER BY id DESC LIMIT 1") is { } cost ? BigInteger.Parse(cost, CultureInfo.InvariantCulture) : null;

    /// <summary>Null values where the chain does not answer: that is told by its trouble.</summary>
    private static async Task<ChainStatus> AskAsync(Contract contract, ChainKeys keys, DateTimeOffset now, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(ChainPatience);
        var account = keys.Writer.Address;
        try
        {
            var head = await contract.Chain.FindBlockAsync(BlockReference.Latest, patience.Token);
            var balance = await contract.Chain.GetBalanceAsync(account, patience.Token);
            return new ChainStatus(
                contract.ChainId, contract.Address.ToString(), contract.IsTrial, account.ToString(), balance.ToString(CultureInfo.InvariantCulture),
                (long?)head?.Number, head is null ? null : (long)(now - head.Time).TotalSeconds);
        }
        catch (Exception e) when (e is ChainException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return new ChainStatus(contract.ChainId, contract.Address.ToString(), contract.IsTrial, account.ToString(), null, null, null);
        }
    }

    private static IEnumerable<string> Warnings(
        LedgerState state, LedgerWriter writer, ChainLink link, ChainStatus? chain, QueueStatus queue, BigInteger? lastCost, DateTimeOffset now, LedgerOptions options)
    {
        if (state.ReadOnlyBecause is { } because)
        {
            yield return $"Nothing is recorded: {because}";
        }
        if (writer.DiskTrouble is { } disk)
        {
            yield return $"The last write failed: {disk}";
        }
        if (link.Trouble is { } trouble)
        {
            yield return $"Nothing can be anchored: {trouble}";
        }
        if (queue.OldestSealedAt is { } since && now - since > BacklogAfter + TimeSpan.FromSeconds(options.Anchoring.IntervalSeconds ?? 600))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The oldest of {queue.Open} writes has waited for the chain for {(now - since).TotalMinutes:0} minutes: {queue.Error ?? "no block has taken it"}");
        }
        if (queue.Aside > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{queue.Aside} writes were refused by the contract and set aside.");
        }
        if (chain is { IsTrial: false, BalanceWei: { } balance } && lastCost is { } cost && BigInteger.Parse(balance, CultureInfo.InvariantCulture) < cost * WritesInHand)
        {
            yield return $"Account {chain.Account} pays for fewer than {WritesInHand} more writes at the last one's cost: send it coins of the chain.";
        }
    }
}

/// <param name="ReadOnlyBecause">Null while the ledger records.</param>
/// <param name="Waiting">Events that wait for the disk.</param>
/// <param name="Unanchored">Entries that no final anchor covers.</param>
/// <param name="CostGwei">Of all writes to the chain so far, each cut to whole gwei.</param>
/// <param name="Warnings">For people; empty when all is well.</param>
internal sealed record StatusAnswer(
    string? LedgerId, string? ReadOnlyBecause, ulong Entries, int Waiting, ulong Unanchored, FinalStatus? LastFinal, QueueStatus Queue, ChainStatus? Chain, long CostGwei, IReadOnlyList<string> Warnings);

/// <summary>The newest anchor in a final block.</summary>
/// <param name="Time">Of the block that anchored it.</param>
internal sealed record FinalStatus(long Size, string Root, long Block, DateTimeOffset Time);

/// <param name="Open">Writes that are not final.</param>
/// <param name="Aside">Writes that the contract refused.</param>
/// <param name="State">Of the oldest open one.</param>
internal sealed record QueueStatus(long Open, long Aside, string? State, DateTimeOffset? OldestSealedAt, string? Error);

/// <param name="Account">It pays for the writes.</param>
/// <param name="BalanceWei">Null, as the head, when the chain did not answer.</param>
internal sealed record ChainStatus(ulong ChainId, string Contract, bool IsTrial, string Account, string? BalanceWei, long? Head, long? HeadAgeSeconds);

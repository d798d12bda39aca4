using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Chain;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Server.Anchoring;
using Provenance.Server.Pages;
using Provenance.Server.Storage;

namespace Provenance.Server.Health;

/// <summary>Reads how the ledger is: for the API, the operator's page and telemetry.</summary>
internal sealed class LedgerStatus(LedgerState state, LedgerWriter writer, ChainLink link, ChainKeys keys, Database database, LedgerOptions options, TimeProvider clock)
{
    /// <summary>A balance that pays for fewer writes than this is called low.</summary>
    private const int WritesInHand = 50;

    /// <summary>Less than this, or than a twentieth of the disk, is called little.</summary>
    private const long LittleSpace = 1L << 30;

    /// <summary>How long a write may wait for the chain, beyond the interval, before it is called a backlog.</summary>
    private static readonly TimeSpan BacklogAfter = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan ChainPatience = TimeSpan.FromSeconds(5);

    public async Task<(StatusAnswer Answer, IReadOnlyList<StatusWarning> Warnings)> ReadAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        using var connection = database.Read();
        var queue = ReadQueue(connection);
        var final = ReadFinal(connection);
        var chain = link.Contract is { } contract ? await AskAsync(contract, now, cancel) : null;
        var entries = writer.Newest?.Size ?? 0;
        var disk = ReadDisk();
        var warnings = Warnings(chain, queue, disk, LastCost(connection), now).ToList();
        return (new StatusAnswer(
            state.LedgerId?.ToString(), state.ReadOnlyBecause, entries, writer.Waiting, entries - (ulong)(final?.Size ?? 0), final, queue, chain, ReadCost(connection), disk, ReadVersions(connection),
            [.. warnings.Select(warning => warning.Say(Words.English))]), warnings);
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
    private async Task<ChainStatus> AskAsync(Contract contract, DateTimeOffset now, CancellationToken cancel)
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

    private DiskStatus? ReadDisk()
    {
        try
        {
            var drive = new DriveInfo(options.DataPath);
            return new DiskStatus(drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static VersionStatus ReadVersions(SqliteConnection connection) => new(
        typeof(LedgerStatus).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "?",
        RuntimeInformation.FrameworkDescription, connection.ServerVersion, connection.ExecuteScalar<string>("SELECT max(name) FROM migration") ?? "");

    private IEnumerable<StatusWarning> Warnings(ChainStatus? chain, QueueStatus queue, DiskStatus? disk, BigInteger? lastCost, DateTimeOffset now)
    {
        if (state.ReadOnlyBecause is { } because)
        {
            yield return new("status.warn.read-only", ("reason", because));
        }
        if (writer.DiskTrouble is { } trouble)
        {
            yield return new("status.warn.disk", ("reason", trouble));
        }
        else if (disk is not null && disk.FreeBytes < Math.Min(LittleSpace, disk.TotalBytes / 20))
        {
            yield return new("status.warn.space", ("free", disk.FreeBytes >> 20));
        }
        if (link.Trouble is { } why)
        {
            yield return new(link.IsSignerTrouble ? "status.warn.signer" : "status.warn.chain", ("reason", why));
        }
        if (queue.OldestSealedAt is { } since && now - since > BacklogAfter + TimeSpan.FromSeconds(options.Anchoring.IntervalSeconds ?? 600))
        {
            yield return new("status.warn.backlog", ("n", queue.Open), ("minutes", (long)(now - since).TotalMinutes), ("reason", queue.Error ?? "no block has taken it"));
        }
        if (queue.Aside > 0)
        {
            yield return new("status.warn.aside", ("n", queue.Aside));
        }
        if (chain is { IsTrial: false, BalanceWei: { } balance } && lastCost is { } cost && BigInteger.Parse(balance, CultureInfo.InvariantCulture) < cost * WritesInHand)
        {
            yield return new("status.warn.balance", ("account", chain.Account), ("n", WritesInHand));
        }
    }
}

/// <summary>Something the operator should do something about, in the words of <c>wwwroot/words</c>.</summary>
/// <param name="Key">Of the sentence; the same with <c>.do</c> says the way out.</param>
internal sealed record StatusWarning(string Key, params (string Name, object? Value)[] Values)
{
    public string Say(Words words) => words.Say(Key, Values);
}

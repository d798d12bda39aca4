using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Cli.Check;

namespace Provenance.EndToEnd;

/// <summary>SIGKILL to the server, to its chain, and the loss of the chain's state: nothing acknowledged is lost, and anchoring goes on.</summary>
public sealed class KillTests
{
    private const int Clients = 4;

    /// <summary>More by hand: <c>PROVENANCE_KILLS=200</c>.</summary>
    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("PROVENANCE_KILLS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 6;

    [LedgerFact]
    public async Task No_acknowledged_event_is_lost_when_the_server_is_killed_at_any_moment()
    {
        // Anchoring every second, so that kills also fall into its steps.
        await using var server = await RunningServer.StartAsync(("Ledger__Anchoring__IntervalSeconds", "1"));
        var random = new Random();
        var acknowledged = new ConcurrentDictionary<string, long>();
        for (var round = 0; round < Rounds; round++)
        {
            using var enough = new CancellationTokenSource();
            var clients = Enumerable.Range(0, Clients).Select(client => RegisterUntilAsync(server, $"R{round}-C{client}", acknowledged, enough.Token)).ToList();
            await Task.Delay(random.Next(300, 3000));
            await server.KillAsync();
            await enough.CancelAsync();
            await Task.WhenAll(clients);

            await server.StartAgainAsync();

            AssertHolds(server.Directory, acknowledged);
            var anchored = await server.AnchorAsync();
            Assert.True((long)anchored["size"]! > acknowledged.Values.DefaultIfEmpty(-1).Max(), anchored.ToJsonString());
        }
        Assert.True(acknowledged.Count > Rounds, $"Only {acknowledged.Count} events were acknowledged.");
        AssertClean(server.Directory);
    }

    [LedgerFact]
    public async Task A_killed_chain_holds_up_no_registration_and_anchoring_catches_up_by_itself()
    {
        await using var server = await RunningServer.StartAsync();
        await server.MustRegisterAsync("before");
        var before = await server.AnchorAsync();

        await server.KillChainAsync();
        await server.MustRegisterAsync("after");
        var after = await server.AnchorAsync();

        Assert.Equal(2, (long)after["size"]!);
        Assert.Equal(before["contract"]!.ToString(), after["contract"]!.ToString());
        await server.WaitForHealthAsync(health => health["chain"] is null, "the chain answers again");
        AssertClean(server.Directory);
    }

    [LedgerFact]
    public async Task A_chain_whose_state_is_gone_is_succeeded_and_transactions_to_it_are_signed_anew()
    {
        await using var server = await RunningServer.StartAsync(("Ledger__Anchoring__IntervalSeconds", "604800"));
        await server.MustRegisterAsync("lost");
        var lost = await server.AnchorAsync();
        await server.MustRegisterAsync("sent");
        await server.StopAsync();
        Directory.Delete(Path.Combine(server.Directory, "chain"), recursive: true);
        using (var connection = Open(server.Directory, SqliteOpenMode.ReadWrite))
        {
            // As if the server had ended between sending the second anchor and seeing its receipt.
            connection.Execute(
                """
                INSERT INTO chain_write(kind, payload, state, sealed_at, changed_at)
                SELECT kind, @size, 'broadcast', sealed_at, changed_at FROM chain_write WHERE state = 'final';
                INSERT INTO chain_transaction(hash, chain_write, chain_id, nonce, raw, gas_limit, max_fee, tip, signed_at)
                SELECT randomblob(32), (SELECT max(id) FROM chain_write), chain_id, nonce + 1, raw, gas_limit, max_fee, tip, signed_at FROM chain_transaction
                """, new { size = Encoding.ASCII.GetBytes("2") });
        }

        await server.StartAgainAsync();
        var next = await server.AnchorAsync();

        Assert.Equal(2, (long)next["size"]!);
        Assert.NotEqual(lost["chainId"]!.ToString(), next["chainId"]!.ToString());
        await server.MustRegisterAsync("next");
        Assert.Equal(3, (long)(await server.AnchorAsync())["size"]!);
        AssertClean(server.Directory);
    }

    /// <summary>Registers one batch after the other, and notes those that were answered with 201, until the server is gone.</summary>
    private static async Task RegisterUntilAsync(RunningServer server, string client, ConcurrentDictionary<string, long> acknowledged, CancellationToken enough)
    {
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            var lot = $"{client}-{i}";
            try
            {
                acknowledged[lot] = await server.MustRegisterAsync(lot);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                return; // killed: not acknowledged, whatever became of it
            }
        }
    }

    private static void AssertHolds(string directory, ConcurrentDictionary<string, long> acknowledged)
    {
        AssertClean(directory);
        using var connection = Open(directory, SqliteOpenMode.ReadOnly);
        var stored = connection.Query<(long Leaf, byte[] Body)>("SELECT leaf, body FROM event").ToDictionary(row => row.Leaf, row => Encoding.UTF8.GetString(row.Body));
        foreach (var (lot, index) in acknowledged)
        {
            Assert.Contains($"/{lot}\"", Assert.Contains(index, stored.AsReadOnly()), StringComparison.Ordinal);
        }
    }

    private static void AssertClean(string directory)
    {
        using var check = new LedgerCheck(directory);
        Assert.Empty(check.Run());
    }

    private static SqliteConnection Open(string directory, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "ledger.db")};Mode={mode};Pooling=False");
        connection.Open();
        return connection;
    }
}

using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Cli.Check;

namespace Provenance.EndToEnd;

/// <summary>SIGKILL to the chain, and the loss of its state: anchoring goes on by itself. The server's own death is <see cref="Crash.CrashTests"/>.</summary>
public sealed class KillTests
{
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
                SELECT randomblob(32), (SELECT max(id) FROM chain_write), chain_id, nonce + 1, raw, gas_limit, max_fee, tip, signed_at FROM chain_transaction;
                DELETE FROM row_sum WHERE name = 'migrations'; -- not the server's own doing: it counts its rows anew
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

    private static void AssertClean(string directory)
    {
        var check = new LedgerCheck(directory);
        Assert.Empty(check.Run());
    }

    private static SqliteConnection Open(string directory, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "ledger.db")};Mode={mode};Pooling=False");
        connection.Open();
        return connection;
    }
}

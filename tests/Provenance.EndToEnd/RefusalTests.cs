using Dapper;
using Microsoft.Data.Sqlite;

namespace Provenance.EndToEnd;

/// <summary>What would fork a ledger is refused, loudly and with the way out: two servers on one directory or on two copies, another contract, data that was changed.</summary>
public sealed class RefusalTests
{
    [LedgerFact]
    public async Task A_second_server_on_one_data_directory_ends_and_says_why()
    {
        await using var first = await RunningServer.StartAsync();
        await using var second = RunningServer.Prepare(("Ledger__DataDirectory", first.Directory));

        await Assert.ThrowsAsync<TimeoutException>(() => second.StartAgainAsync());

        Assert.Contains("Another process has the ledger", second.LastLines, StringComparison.Ordinal);
        Assert.Contains("Ledger__DataDirectory", second.LastLines, StringComparison.Ordinal);
        await first.MustRegisterAsync("undisturbed");
    }

    [LedgerFact]
    public async Task Of_two_servers_on_copies_of_one_ledger_the_second_to_anchor_becomes_read_only()
    {
        await using var chain = await OutsideChain.StartAsync();
        await using var first = chain.PrepareServer();
        await first.StartAgainAsync();
        await first.MustRegisterAsync("before");
        await first.AnchorAsync();
        await first.StopAsync();
        await using var second = chain.PrepareServer();
        foreach (var file in Directory.EnumerateFiles(first.Directory))
        {
            File.Copy(file, Path.Combine(second.Directory, Path.GetFileName(file)), overwrite: true);
        }
        await first.StartAgainAsync();
        await second.StartAgainAsync();

        await first.MustRegisterAsync("here");
        await first.AnchorAsync();
        await second.MustRegisterAsync("there");

        var health = await second.WaitForHealthAsync(health => health["status"]?.ToString() == "read-only", "the copy only reads");
        Assert.StartsWith("Rollback suspected", health["because"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(503, (await second.RegisterAsync("too late")).Status);
        await first.MustRegisterAsync("undisturbed");
    }

    [LedgerFact]
    public async Task Another_ledgers_contract_or_none_stops_the_server_with_the_settings_to_look_at()
    {
        await using var chain = await OutsideChain.StartAsync();
        var mine = chain.Contract;
        await using var server = chain.PrepareServer();
        await server.StartAgainAsync();
        await server.MustRegisterAsync("mine");
        await server.StopAsync();

        await chain.DeployAnotherAsync();
        server.Settings["Ledger__Chain__Contract"] = chain.Contract.ToString();
        Assert.NotEqual(mine, chain.Contract);
        await AssertEndsAsync(server, "is the contract of another ledger");

        server.Settings["Ledger__Chain__Contract"] = "0x00000000000000000000000000000000000000aa";
        await AssertEndsAsync(server, "is no ledger contract");
    }

    [LedgerFact]
    public async Task What_was_changed_on_the_disk_before_it_was_anchored_is_named_and_never_anchored()
    {
        await using var server = await RunningServer.StartAsync(("Ledger__Anchoring__IntervalSeconds", "604800"));
        await server.MustRegisterAsync("first");
        await server.AnchorAsync();
        await server.MustRegisterAsync("changed");
        await server.StopAsync();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(server.Directory, "ledger.db")};Pooling=False"))
        {
            connection.Open();
            connection.Execute("UPDATE event SET body = CAST(replace(CAST(body AS TEXT), '\"Mill\"', '\"Mine\"') AS BLOB) WHERE leaf = 1");
        }

        await server.StartAgainAsync();
        var anchoring = server.Admin.PostAsync("/api/anchor", null);

        var health = await server.WaitForHealthAsync(health => health["chain"]?.ToString().Contains("Entry 1", StringComparison.Ordinal) == true, "the changed entry is named");
        Assert.Contains("provenance check", health["chain"]!.ToString(), StringComparison.Ordinal);
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(server.Directory, "ledger.db")};Mode=ReadOnly;Pooling=False"))
        {
            connection.Open();
            Assert.Equal(1, connection.ExecuteScalar<long>("SELECT max(size) FROM anchor"));
            Assert.Equal("sealed", connection.ExecuteScalar<string>("SELECT state FROM chain_write ORDER BY id DESC LIMIT 1"));
        }
        await server.KillAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => anchoring);
    }

    private static async Task AssertEndsAsync(RunningServer server, string says)
    {
        await Assert.ThrowsAsync<TimeoutException>(() => server.StartAgainAsync());
        Assert.Contains(says, server.LastLines, StringComparison.Ordinal);
        Assert.Contains("Ledger__Chain__Contract", server.LastLines, StringComparison.Ordinal);
    }
}

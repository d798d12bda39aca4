using Provenance.Cli.Check;

namespace Provenance.EndToEnd;

/// <summary>A chain that belongs to others: away while the server runs, away when it starts, and ahead of an old copy of the data.</summary>
public sealed class ChainAwayTests
{
    [LedgerFact]
    public async Task A_chain_that_goes_away_never_blocks_and_anchoring_catches_up_when_it_is_back()
    {
        await using var chain = await OutsideChain.StartAsync();
        await using var server = chain.PrepareServer();
        await server.StartAgainAsync();
        await server.MustRegisterAsync("A-1");
        Assert.Equal(1, (long)(await server.AnchorAsync())["size"]!);

        await chain.StopAsync();
        await server.MustRegisterAsync("A-2");
        await server.WaitForHealthAsync(health => health["status"]?.ToString() == "ready" && health["chain"] is not null, "ready, with the chain away");
        await server.MustRegisterAsync("A-3");

        await chain.StartAgainAsync();
        Assert.Equal(3, (long)(await server.AnchorAsync())["size"]!);
        await server.WaitForHealthAsync(health => health["chain"] is null, "the chain answers again");
        AssertClean(server.Directory);
    }

    [LedgerFact]
    public async Task A_server_that_starts_while_the_chain_is_away_only_reads_until_the_chain_answers()
    {
        await using var chain = await OutsideChain.StartAsync();
        await using var server = chain.PrepareServer();
        await server.StartAgainAsync();
        var index = await server.MustRegisterAsync("A-1");
        await server.StopAsync();
        await chain.StopAsync();

        await server.StartAgainAsync("read-only");
        Assert.Equal(503, (await server.RegisterAsync("A-2")).Status);
        using (var proof = await server.Admin.GetAsync($"/api/log/{index}/proof"))
        {
            Assert.True(proof.IsSuccessStatusCode, $"A proof while read-only: {proof.StatusCode}");
        }

        await chain.StartAgainAsync();
        await server.WaitForHealthAsync(health => health["status"]?.ToString() == "ready", "it is ready once the chain answers");
        await server.MustRegisterAsync("A-2");
        Assert.Equal(2, (long)(await server.AnchorAsync())["size"]!);
    }

    [LedgerFact]
    public async Task With_a_lineage_file_a_server_writes_at_once_though_the_chain_is_away()
    {
        await using var chain = await OutsideChain.StartAsync();
        await using var server = chain.PrepareServer();
        server.Settings["Ledger__LineageFile"] = Path.Combine(Path.GetDirectoryName(server.Directory)!, "lineage");
        await server.StartAgainAsync();
        await server.MustRegisterAsync("A-1");
        await server.StopAsync();
        await chain.StopAsync();

        await server.StartAgainAsync();
        await server.MustRegisterAsync("A-2");

        await chain.StartAgainAsync();
        Assert.Equal(2, (long)(await server.AnchorAsync())["size"]!);
    }

    [LedgerFact]
    public async Task An_older_copy_of_the_data_is_noticed_and_stays_read_only()
    {
        await using var chain = await OutsideChain.StartAsync();
        await using var server = chain.PrepareServer();
        await server.StartAgainAsync();
        await server.MustRegisterAsync("A-1");
        await server.AnchorAsync();
        await server.StopAsync();
        var copy = server.Directory + "-copy";
        Copy(server.Directory, copy);
        await server.StartAgainAsync();
        await server.MustRegisterAsync("A-2");
        await server.AnchorAsync();
        await server.StopAsync();

        Directory.Delete(server.Directory, recursive: true);
        Directory.Move(copy, server.Directory);
        await server.StartAgainAsync("read-only");

        var health = await server.WaitForHealthAsync(health => health["because"]?.ToString().StartsWith("Rollback suspected", StringComparison.Ordinal) == true, "rollback is suspected");
        Assert.Equal("read-only", health["status"]!.ToString());
        Assert.Equal(503, (await server.RegisterAsync("A-3")).Status);
        AssertClean(server.Directory);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private static void AssertClean(string directory)
    {
        var check = new LedgerCheck(directory);
        Assert.Empty(check.Run());
    }
}

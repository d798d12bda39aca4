namespace Provenance.EndToEnd;

/// <summary>Another chain id alone, everything else being the same (a fork, a test network made of the real one), is refused: at start loudly, and while running by not being used.</summary>
public sealed class ChainIdTests
{
    [LedgerFact]
    public async Task A_ledger_whose_urls_lead_to_a_copy_of_its_chain_stops_and_names_chain_contract_and_setting()
    {
        await using var chain = await OutsideChain.StartAsync();
        await using var copy = new CopiedChain(chain.Url, 4242);
        await using var server = chain.PrepareServer();
        await server.StartAgainAsync();
        await server.MustRegisterAsync("mine");
        var anchored = await server.AnchorAsync();
        await server.StopAsync();

        server.Settings["Ledger__Chain__RpcUrls__0"] = copy.Url;
        await Assert.ThrowsAsync<TimeoutException>(() => server.StartAgainAsync());

        Assert.All(
            ["Ledger__Chain__RpcUrls lead to another chain", $"serves chain 4242, expected {anchored["chainId"]}", $"{chain.Contract} on chain {anchored["chainId"]}", "name URLs of that chain"],
            says => Assert.Contains(says, server.LastLines, StringComparison.Ordinal));
        Assert.DoesNotContain("eth_sendRawTransaction", copy.Asked.Keys);

        server.Settings["Ledger__Chain__RpcUrls__0"] = chain.Url;
        await server.StartAgainAsync();
        await server.MustRegisterAsync("undisturbed");
        Assert.Equal(2, (long)(await server.AnchorAsync())["size"]!);
    }

    [LedgerFact]
    public async Task A_new_ledger_is_not_begun_on_a_copy_of_its_contracts_chain()
    {
        await using var chain = await OutsideChain.StartAsync();
        await using var copy = new CopiedChain(chain.Url, 4242);
        await using var server = chain.PrepareServer();

        server.Settings["Ledger__Chain__RpcUrls__0"] = copy.Url;
        await Assert.ThrowsAsync<TimeoutException>(() => server.StartAgainAsync());

        Assert.Contains("Ledger__Chain__RpcUrls lead to chain 4242", server.LastLines, StringComparison.Ordinal);
        Assert.Contains("is a copy of one that began on another chain", server.LastLines, StringComparison.Ordinal);
        server.Settings["Ledger__Chain__RpcUrls__0"] = chain.Url;
        await server.StartAgainAsync();
        await server.MustRegisterAsync("begun at home");
        Assert.Equal(1, (long)(await server.AnchorAsync())["size"]!);
    }

    [LedgerFact]
    public async Task A_url_of_a_copy_beside_the_right_one_is_never_used_before_or_after_the_right_one_is_away()
    {
        await using var chain = await OutsideChain.StartAsync();
        await using var copy = new CopiedChain(chain.Url, 4242);
        await using var server = chain.PrepareServer();
        await server.StartAgainAsync();
        await server.MustRegisterAsync("first");
        await server.AnchorAsync();
        await server.StopAsync();

        (server.Settings["Ledger__Chain__RpcUrls__0"], server.Settings["Ledger__Chain__RpcUrls__1"]) = (copy.Url, chain.Url);
        await server.StartAgainAsync();
        await server.MustRegisterAsync("second");
        Assert.Equal(2, (long)(await server.AnchorAsync())["size"]!);

        await chain.StopAsync();
        await server.MustRegisterAsync("third");
        var health = await server.WaitForHealthAsync(health => health["chain"]?.ToString().Contains("serves chain 4242", StringComparison.Ordinal) == true, "the copy is named");
        Assert.Equal("ready", health["status"]!.ToString());
        Assert.Equal(["eth_chainId"], copy.Asked.Keys);

        await chain.StartAgainAsync();
        Assert.Equal(3, (long)(await server.AnchorAsync())["size"]!);
        Assert.Equal(["eth_chainId"], copy.Asked.Keys);
    }

    [LedgerFact]
    public async Task A_ledger_on_a_chain_of_others_whose_urls_were_forgotten_does_not_go_on_on_one_of_its_own()
    {
        await using var chain = await OutsideChain.StartAsync();
        await using var server = chain.PrepareServer();
        await server.StartAgainAsync();
        await server.MustRegisterAsync("mine");
        await server.StopAsync();

        server.Settings.Remove("Ledger__Chain__RpcUrls__0");
        server.Settings.Remove("Ledger__Chain__Contract");
        await Assert.ThrowsAsync<TimeoutException>(() => server.StartAgainAsync());

        Assert.Contains("Ledger__Chain__RpcUrls is not set", server.LastLines, StringComparison.Ordinal);
        Assert.Contains(chain.Contract.ToString(), server.LastLines, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(server.Directory, "chain")));
    }
}

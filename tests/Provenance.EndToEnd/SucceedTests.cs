using Provenance.Chain;
using Provenance.Chain.Rpc;
using Provenance.Core.Ethereum;

namespace Provenance.EndToEnd;

/// <summary>A ledger that moves to another chain: by one command that may be killed anywhere, to a server that goes on, with the old history closed for good.</summary>
public sealed class SucceedTests
{
    [LedgerFact]
    public async Task A_ledger_goes_on_on_another_chain_through_kills_and_nothing_is_lost_or_paid_twice()
    {
        await using var here = await OutsideChain.StartAsync();
        await using var there = await OutsideChain.StartBareAsync();
        await there.FundAsync(here.Admin);
        await using var server = here.PrepareServer();
        server.Settings["Ledger__Anchoring__IntervalSeconds"] = "604800";
        await server.StartAgainAsync();
        await server.MustRegisterAsync("before");
        string[] call = ["succeed", "--rpc", here.Url, "--to-rpc", there.Url, "--contract", here.Contract.ToString(), "--admin-key", here.WriteAdminKey(), "--data", server.Directory];

        var (exit, output) = await Programs.ProvenanceAsync(call);
        Assert.True(exit == 64 && output.Contains("stop it first", StringComparison.Ordinal), output);
        await server.AnchorAsync();
        var proof = await server.Admin.GetStringAsync("/api/log/0/proof");
        await server.MustRegisterAsync("not anchored");
        await server.StopAsync();
        var paid = await here.CountAdminAsync();

        // Killed after each transaction that it wrote down: on the old chain, then on the new one.
        foreach (var file in new[] { $"succeed-{here.Contract}.json", $"succeed-{here.Contract}-next.json" })
        {
            await Programs.KillProvenanceOnceAsync(() => File.Exists(Path.Combine(server.Directory, file)), call);
        }
        (exit, output) = await Programs.ProvenanceAsync(call);
        Assert.True(exit == 0, output);
        var successor = Programs.Setting(output, "Ledger__Chain__Contract=");
        Assert.Equal(2UL, await here.CountAdminAsync() - paid);
        Assert.Equal(4UL, await there.CountAsync(here.Admin));
        (exit, var again) = await Programs.ProvenanceAsync(call);
        Assert.Equal((0, successor, 4UL), (exit, Programs.Setting(again, "Ledger__Chain__Contract="), await there.CountAsync(here.Admin)));
        using (var old = RpcChain.Open([new Uri(here.Url)]))
        using (var next = RpcChain.Open([new Uri(there.Url)]))
        {
            var links = await next.GetLinksAsync(Address.Parse(successor));
            var head = await old.GetHeadAsync(here.Contract);
            Assert.Equal((1UL, head.Size, head.Root), (head.Size, links.StartSize, links.StartRoot));
            Assert.Equal((await next.GetChainIdAsync(), Address.Parse(successor)), ((await old.GetLinksAsync(here.Contract)).SuccessorChainId, (await old.GetLinksAsync(here.Contract)).Successor));
        }

        (server.Settings["Ledger__Chain__RpcUrls__0"], server.Settings["Ledger__Chain__Contract"]) = (there.Url, successor);
        await there.FundAsync(here.Writer);
        await server.StartAgainAsync();
        await server.MustRegisterAsync("after");
        var anchored = await server.AnchorAsync();
        Assert.Equal((3L, successor), ((long)anchored["size"]!, anchored["contract"]!.ToString()));
        // What was final on the old chain stays proven there, and its blocks are not looked for on the new one.
        Assert.Equal(proof, await server.Admin.GetStringAsync("/api/log/0/proof"));
        Assert.DoesNotContain("took back", server.LastLines, StringComparison.Ordinal);
        Assert.Contains(successor, await server.Admin.GetStringAsync("/api/log/2/proof"), StringComparison.Ordinal);
        await server.StopAsync();
        (exit, output) = await Programs.ProvenanceAsync("check", "--data", server.Directory);
        Assert.True(exit == 0, output);

        // Back to the old one by mistake: it is closed, and this ledger is known to be elsewhere.
        (server.Settings["Ledger__Chain__RpcUrls__0"], server.Settings["Ledger__Chain__Contract"]) = (here.Url, here.Contract.ToString());
        await Assert.ThrowsAsync<TimeoutException>(() => server.StartAgainAsync());
        Assert.Contains("Ledger__Chain__RpcUrls lead to another chain", server.LastLines, StringComparison.Ordinal);
        Assert.Contains(successor, server.LastLines, StringComparison.Ordinal);
    }

    [LedgerFact]
    public async Task A_ledger_goes_on_in_another_contract_of_the_same_chain_and_does_not_go_back()
    {
        await using var chain = await OutsideChain.StartAsync();
        await using var server = chain.PrepareServer();
        await server.StartAgainAsync();
        await server.MustRegisterAsync("before");
        await server.AnchorAsync();
        await server.StopAsync();

        string[] call = ["succeed", "--rpc", chain.Url, "--contract", chain.Contract.ToString(), "--admin-key", chain.WriteAdminKey(), "--data", server.Directory];
        var (exit, output) = await Programs.ProvenanceAsync(call);
        Assert.True(exit == 0, output);
        var successor = Programs.Setting(output, "Ledger__Chain__Contract=");
        server.Settings["Ledger__Chain__Contract"] = successor;

        // Without the files of its steps a second call can't know the successor as its own; it deploys none beside it.
        var paid = await chain.CountAdminAsync();
        Array.ForEach(Directory.GetFiles(server.Directory, "succeed-*.json"), File.Delete);
        (exit, output) = await Programs.ProvenanceAsync(call);
        Assert.True(exit == 64 && output.Contains($"has ended already and names {successor}", StringComparison.Ordinal), output);
        Assert.Equal(paid, await chain.CountAdminAsync());
        await server.StartAgainAsync();
        await server.MustRegisterAsync("after");
        Assert.Equal(2L, (long)(await server.AnchorAsync())["size"]!);
        await server.StopAsync();

        server.Settings["Ledger__Chain__Contract"] = chain.Contract.ToString();
        await Assert.ThrowsAsync<TimeoutException>(() => server.StartAgainAsync());
        Assert.Contains("does not continue the one that this ledger is anchored in", server.LastLines, StringComparison.Ordinal);
    }

    [LedgerFact]
    public async Task What_can_not_work_is_refused_by_name_before_anything_is_sent()
    {
        await using var here = await OutsideChain.StartAsync();
        await using var server = here.PrepareServer();
        await server.StartAgainAsync();
        await server.StopAsync();
        var (first, paid) = (here.Contract, await here.CountAdminAsync());

        foreach (var (says, arguments) in new (string, string[])[]
        {
            ("--contract is '0x12'", ["--contract", "0x12"]),
            ("--to-rpc is no absolute", ["--contract", $"{first}", "--to-rpc", "ftp://x"]),
            ("holds no anchor of its own yet", ["--contract", $"{first}"]),
            ("is no ledger contract", ["--contract", "0x00000000000000000000000000000000000000aa"]),
        })
        {
            var (exit, output) = await Programs.ProvenanceAsync(["succeed", "--rpc", here.Url, "--admin-key", here.WriteAdminKey(), "--data", server.Directory, .. arguments]);
            Assert.True(exit == 64 && output.Contains(says, StringComparison.Ordinal), $"{says}: {exit} {output}");
        }
        Assert.Equal(paid, await here.CountAdminAsync());

        await here.DeployAnotherAsync();
        paid = await here.CountAdminAsync();
        var (code, said) = await Programs.ProvenanceAsync(["succeed", "--rpc", here.Url, "--admin-key", here.WriteAdminKey(), "--data", server.Directory, "--contract", $"{here.Contract}"]);
        Assert.True(code == 64 && said.Contains("is of ledger", StringComparison.Ordinal), said);
        Assert.Equal(paid, await here.CountAdminAsync());
    }
}

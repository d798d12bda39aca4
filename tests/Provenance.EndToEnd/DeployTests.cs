using Provenance.Core.Ethereum;

namespace Provenance.EndToEnd;

/// <summary>From an RPC URL and a key with coins to a ledger that anchors, and its keys changed on the way: by the command line alone.</summary>
public sealed class DeployTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provenance-deploy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [LedgerFact]
    public async Task A_stranger_goes_live_and_changes_both_keys_and_old_and_new_proofs_hold()
    {
        await using var outside = await OutsideChain.StartBareAsync();
        await using var server = RunningServer.Prepare(("Ledger__Chain__RpcUrls__0", outside.Url), ("Ledger__Anchoring__IntervalSeconds", "1"));
        string[] chain = ["--rpc", outside.Url, "--admin-key", outside.WriteAdminKey(), "--data", server.Directory];

        var (exit, output) = await Programs.ProvenanceAsync(["deploy", "--dry-run", .. chain]);
        Assert.True(exit == 0, output);
        Assert.Contains("Nothing was sent", output, StringComparison.Ordinal);
        Assert.Equal((0UL, false), (await outside.CountAdminAsync(), Directory.Exists(server.Directory)));

        // Killed when the first transaction is on its way; the second call sends nothing twice.
        await Programs.KillProvenanceOnceAsync(() => File.Exists(Path.Combine(server.Directory, "deploy.json")), ["deploy", "--fund", "1", .. chain]);
        (exit, output) = await Programs.ProvenanceAsync(["deploy", "--fund", "1", .. chain]);
        Assert.True(exit == 0, output);
        Assert.Equal(5UL, await outside.CountAdminAsync());
        var contract = Programs.Setting(output, "Ledger__Chain__Contract=");
        (exit, var again) = await Programs.ProvenanceAsync(["deploy", "--fund", "1", .. chain]);
        Assert.Equal((0, contract, 5UL), (exit, Programs.Setting(again, "Ledger__Chain__Contract="), await outside.CountAdminAsync()));

        server.Settings["Ledger__Chain__Contract"] = contract;
        await server.StartAgainAsync();
        await server.MustRegisterAsync("before");
        await server.AnchorAsync();
        var before = await ProofAsync(server, 0);
        (exit, output) = await Programs.ProvenanceAsync(["keys", "rotate-ledger", "--contract", contract, .. chain]);
        Assert.Equal(64, exit);
        Assert.Contains("stop it first", output, StringComparison.Ordinal);
        (exit, output) = await Programs.ProvenanceAsync(["deploy", .. chain]);
        Assert.True(exit == 64 && output.Contains("holds ledger", StringComparison.Ordinal), output);
        await server.StopAsync();
        var accounts = (await Programs.ProvenanceAsync("keys", "show", "--data", server.Directory)).Output;

        (exit, output) = await Programs.ProvenanceAsync(["keys", "rotate-ledger", "--contract", contract, .. chain]);
        Assert.True(exit == 0, output);
        (exit, output) = await Programs.ProvenanceAsync(["keys", "rotate-chain", "--contract", contract, .. chain]);
        Assert.True(exit == 0, output);
        var rotated = (await Programs.ProvenanceAsync("keys", "show", "--data", server.Directory)).Output;
        foreach (var key in new[] { "ledger.key: ", "chain.key: " })
        {
            Assert.NotEqual(Programs.Setting(accounts, key), Programs.Setting(rotated, key));
        }
        await outside.FundAsync(Address.Parse(Programs.Setting(rotated, "chain.key: ")));
        await server.StartAgainAsync();
        await server.MustRegisterAsync("after");
        await server.AnchorAsync();
        var after = await ProofAsync(server, 1);

        foreach (var proof in new[] { before, after })
        {
            (exit, output) = await Programs.ProvenanceAsync("verify", proof, "--rpc", outside.Url, "--contract", contract);
            Assert.True(exit == 0, $"{proof}: {output}");
        }
        Assert.Contains(Programs.Setting(rotated, "ledger.key: "), await File.ReadAllTextAsync(after), StringComparison.Ordinal);
        await server.StopAsync();
        (exit, output) = await Programs.ProvenanceAsync("check", "--data", server.Directory);
        Assert.True(exit == 0, output);
    }

    [LedgerFact]
    public async Task What_can_not_work_is_refused_by_name_before_anything_is_sent()
    {
        await using var outside = await OutsideChain.StartBareAsync();
        var poor = Path.Combine(_folder, "poor.key");
        await File.WriteAllTextAsync(poor, new string('1', 64));
        var data = Path.Combine(_folder, "data");

        foreach (var (says, arguments) in new (string, string[])[]
        {
            ("Send it some", ["--rpc", outside.Url, "--admin-key", poor]),
            ("--rpc is 'ftp://x/'", ["--rpc", "ftp://x/", "--admin-key", poor]),
            ("--fund is negative", ["--rpc", outside.Url, "--admin-key", poor, "--fund", "-1"]),
        })
        {
            var (exit, output) = await Programs.ProvenanceAsync(["deploy", "--data", data, .. arguments]);
            Assert.True(exit == 64 && output.Contains(says, StringComparison.Ordinal), $"{says}: {exit} {output}");
        }
        Assert.Equal(0UL, await outside.CountAdminAsync());
    }

    private async Task<string> ProofAsync(RunningServer server, long leaf)
    {
        var file = Path.Combine(_folder, $"{leaf}.json");
        await File.WriteAllBytesAsync(file, await server.Admin.GetByteArrayAsync($"/api/log/{leaf}/proof"));
        return file;
    }
}

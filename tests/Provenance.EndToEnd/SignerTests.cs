using Provenance.Chain.Ethereum;
using Provenance.Tests.Chain;

namespace Provenance.EndToEnd;

/// <summary>A ledger whose chain account's key is kept by a signer, from <c>deploy</c> to final proofs, through a signer that goes away; and the way there for a ledger that has a key of its own.</summary>
public sealed class SignerTests : IDisposable
{
    private readonly LocalKey _key = LocalKey.Create();

    public void Dispose() => _key.Dispose();

    [LedgerFact]
    public async Task A_ledger_is_deployed_for_a_signers_account_anchors_to_final_and_waits_while_the_signer_is_away()
    {
        await using var outside = await OutsideChain.StartBareAsync();
        await using var signer = new TestSigner(_key) { AnswersObject = true };
        await using var server = Server(outside, signer);
        string[] chain = ["--rpc", outside.Url, "--admin-key", outside.WriteAdminKey(), "--data", server.Directory, "--fund", "1"];

        foreach (var (says, arguments) in new (string, string[])[]
        {
            ("--signer-account is missing", ["--signer", $"{signer.Url}"]),
            ("--signer is missing", ["--signer-account", $"{_key.Address}"]),
            ("--signer-account is '0x12'", ["--signer", $"{signer.Url}", "--signer-account", "0x12"]),
            ("--signer is no absolute", ["--signer", "ftp://x", "--signer-account", $"{_key.Address}"]),
            ($"has no account 0x00000000000000000000000000000000000000aa; it has {_key.Address}", ["--signer", $"{signer.Url}", "--signer-account", "0x00000000000000000000000000000000000000aa"]),
        })
        {
            var (code, said) = await Programs.ProvenanceAsync(["deploy", .. chain, .. arguments]);
            Assert.True(code == 64 && said.Contains(says, StringComparison.Ordinal), $"{says}: {code} {said}");
        }
        Assert.Equal((0UL, false), (await outside.CountAdminAsync(), Directory.Exists(server.Directory)));

        var (exit, output) = await Programs.ProvenanceAsync(["deploy", .. chain, "--signer", $"{signer.Url}", "--signer-account", $"{_key.Address}"]);
        Assert.True(exit == 0 && output.Contains($"Ledger__Chain__SignerAccount={_key.Address}", StringComparison.Ordinal), output);
        server.Settings["Ledger__Chain__Contract"] = output.Split('\n').Single(line => line.StartsWith("Ledger__Chain__Contract=", StringComparison.Ordinal)).Split('=')[1].Trim();
        await server.StartAgainAsync();
        await server.MustRegisterAsync("S-1");
        Assert.Equal(1, (long)(await server.AnchorAsync())["size"]!);

        signer.Stop();
        await server.MustRegisterAsync("S-2");
        var health = await server.WaitForHealthAsync(health => health["chain"]?.ToString().StartsWith("Signer", StringComparison.Ordinal) == true, "the signer is away");
        Assert.Equal("ready", health["status"]!.ToString());
        await server.MustRegisterAsync("S-3");
        signer.Start();
        Assert.Equal(3, (long)(await server.AnchorAsync())["size"]!);
        await server.WaitForHealthAsync(health => health["chain"] is null, "the signer signs again");
        await server.StopAsync();

        Assert.False(File.Exists(Path.Combine(server.Directory, "chain.key")));
        (exit, output) = await Programs.ProvenanceAsync("keys", "show", "--data", server.Directory, "--signer", $"{signer.Url}");
        Assert.True(exit == 0 && output.Contains($"signer {signer.Url.Authority}: {_key.Address}", StringComparison.Ordinal), output);
        (exit, output) = await Programs.ProvenanceAsync("check", "--data", server.Directory);
        Assert.True(exit == 0, output);
    }

    [LedgerFact]
    public async Task A_ledger_with_a_key_of_its_own_moves_to_a_signer_and_back()
    {
        await using var outside = await OutsideChain.StartBareAsync();
        await using var signer = new TestSigner(_key) { Methods = ["account_signTransaction", "account_list"] };
        await using var server = Server(outside, signer);
        string[] chain = ["--rpc", outside.Url, "--admin-key", outside.WriteAdminKey(), "--data", server.Directory];
        var (exit, output) = await Programs.ProvenanceAsync(["deploy", "--fund", "1", .. chain]);
        Assert.True(exit == 0, output);
        var contract = output.Split('\n').Single(line => line.StartsWith("Ledger__Chain__Contract=", StringComparison.Ordinal)).Split('=')[1].Trim();
        server.Settings["Ledger__Chain__Contract"] = contract;
        var (url, account) = (server.Settings["Ledger__Chain__SignerUrl"], server.Settings["Ledger__Chain__SignerAccount"]);
        WithoutSigner();
        await server.StartAgainAsync();
        await server.MustRegisterAsync("own key");
        await server.AnchorAsync();
        await server.StopAsync();

        (exit, output) = await Programs.ProvenanceAsync(["keys", "rotate-chain", "--contract", contract, .. chain, "--signer", url, "--signer-account", account]);
        Assert.True(exit == 0 && output.Contains($"Ledger__Chain__SignerAccount={account}", StringComparison.Ordinal), output);
        Assert.False(File.Exists(Path.Combine(server.Directory, "chain.key")));
        await outside.FundAsync(_key.Address);
        (server.Settings["Ledger__Chain__SignerUrl"], server.Settings["Ledger__Chain__SignerAccount"]) = (url, account);
        await server.StartAgainAsync();
        await server.MustRegisterAsync("signer");
        Assert.Equal(2, (long)(await server.AnchorAsync())["size"]!);
        await server.StopAsync();

        (exit, output) = await Programs.ProvenanceAsync(["keys", "rotate-chain", "--contract", contract, .. chain]);
        Assert.True(exit == 64 && output.Contains("--from", StringComparison.Ordinal), output);
        (exit, output) = await Programs.ProvenanceAsync(["keys", "rotate-chain", "--contract", contract, .. chain, "--from", account]);
        Assert.True(exit == 0, output);
        var key = (await Programs.ProvenanceAsync("keys", "show", "--data", server.Directory)).Output.Split('\n').Single(line => line.StartsWith("chain.key: ", StringComparison.Ordinal));
        await outside.FundAsync(Core.Ethereum.Address.Parse(key["chain.key: ".Length..].Trim()));
        WithoutSigner();
        await server.StartAgainAsync();
        await server.MustRegisterAsync("own key again");
        Assert.Equal(3, (long)(await server.AnchorAsync())["size"]!);

        void WithoutSigner()
        {
            server.Settings.Remove("Ledger__Chain__SignerUrl");
            server.Settings.Remove("Ledger__Chain__SignerAccount");
        }
    }

    private RunningServer Server(OutsideChain outside, TestSigner signer) => RunningServer.Prepare(
        ("Ledger__Chain__RpcUrls__0", outside.Url), ("Ledger__Anchoring__IntervalSeconds", "1"),
        ("Ledger__Chain__SignerUrl", $"{signer.Url}"), ("Ledger__Chain__SignerAccount", $"{_key.Address}"));
}

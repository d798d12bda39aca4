using System.Diagnostics;
using Provenance.Chain;
using Provenance.Chain.Embedded;
using Provenance.Chain.Rpc;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Chain;

public class EmbeddedChainTests
{
    [AnvilFact]
    public async Task What_was_saved_survives_a_kill_and_goes_on()
    {
        await using var ledger = await ChainFixture.StartAsync();
        Assert.True(ledger.Embedded.IsNew);
        var chainId = ledger.Embedded.ChainId;
        var (size, root, receipt) = await ledger.AnchorAsync(5);
        await ledger.Embedded.SaveAsync();
        await ledger.AnchorAsync(2);
        await ledger.StopChainAsync();

        await ledger.StartChainAsync();
        Assert.False(ledger.Embedded.IsNew);
        Assert.Equal(chainId, ledger.Embedded.ChainId);
        // The anchor after the save is lost; the one before it stands, with its block and receipt.
        Assert.Equal((size, root), ((await ledger.Chain.GetHeadAsync(ledger.Contract)) is var head ? (head.Size, head.Root) : default));
        Assert.Equal(receipt.BlockHash, (await ledger.Chain.FindReceiptAsync(receipt.Transaction))!.BlockHash);
        Assert.Equal(receipt.BlockHash, (await ledger.Chain.FindBlockAsync(BlockReference.Number(receipt.BlockNumber)))!.Hash);
        Assert.Null(AnchorCheck.Verify(await ledger.Chain.GetEvidenceAsync(ledger.Contract, root, [], BlockReference.Latest)));

        var (_, next, mined) = await ledger.AnchorAsync(1);
        Assert.Null(AnchorCheck.Verify(await ledger.Chain.GetEvidenceAsync(ledger.Contract, next, [], BlockReference.Latest)));
        var block = await ledger.Chain.FindBlockAsync(BlockReference.Number(mined.BlockNumber));
        Assert.InRange(block!.Time, DateTimeOffset.UtcNow.AddSeconds(-10), DateTimeOffset.UtcNow.AddSeconds(5));
    }

    [AnvilFact]
    public async Task The_newest_block_is_final_at_once()
    {
        await using var ledger = await ChainFixture.StartAsync();
        Assert.Equal(await ledger.Chain.FindBlockAsync(BlockReference.Latest), await ledger.Chain.FindBlockAsync(BlockReference.Finalized));
    }

    [AnvilFact]
    public async Task A_chain_whose_state_is_gone_begins_anew_under_another_id()
    {
        await using var ledger = await ChainFixture.StartAsync();
        var chainId = ledger.Embedded.ChainId;
        await ledger.Embedded.SaveAsync();
        await ledger.StopChainAsync();
        File.Delete(Path.Combine(ledger.Folder, "state.json"));

        await ledger.StartChainAsync();
        Assert.True(ledger.Embedded.IsNew);
        Assert.NotEqual(chainId, ledger.Embedded.ChainId);
        Assert.InRange(ledger.Embedded.ChainId, 1UL << 40, (1UL << 53) - 1);
    }

    [AnvilFact]
    public async Task A_key_newer_than_the_chain_is_funded_and_the_newest_block_still_proves_the_state()
    {
        await using var ledger = await ChainFixture.StartAsync();
        var (_, root, _) = await ledger.AnchorAsync(3);
        await ledger.Embedded.SaveAsync();
        await ledger.StopChainAsync();

        using var key = Provenance.Chain.Ethereum.LocalKey.Create();
        await using var chain = await EmbeddedChain.StartAsync(ledger.Folder, [key.Address], Anvil.Program);
        using var again = RpcChain.Open([chain.Url], chain.ChainId);
        Assert.True(await again.GetBalanceAsync(key.Address) > 0);
        Assert.Null(AnchorCheck.Verify(await again.GetEvidenceAsync(ledger.Contract, root, [], BlockReference.Latest)));
    }

    [AnvilFact]
    public async Task It_listens_on_loopback_only_and_no_web_page_may_read_its_answers()
    {
        await using var ledger = await ChainFixture.StartAsync();
        Assert.Equal("127.0.0.1", ledger.Embedded.Url.Host);
        using var http = new HttpClient();
        using var question = new HttpRequestMessage(HttpMethod.Post, ledger.Embedded.Url)
        {
            Content = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"eth_accounts","params":[]}""", null, "application/json"),
        };
        question.Headers.Add("Origin", "https://example.com");
        using var answer = await http.SendAsync(question);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Contains("\"result\":[]", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [AnvilFact]
    public async Task A_torn_state_or_another_chain_id_stops_the_start_and_says_what_to_do()
    {
        await using var ledger = await ChainFixture.StartAsync();
        await ledger.Embedded.SaveAsync();
        await ledger.StopChainAsync();
        var state = Path.Combine(ledger.Folder, "state.json");
        var whole = await File.ReadAllBytesAsync(state);
        await File.WriteAllBytesAsync(state, whole[..1000]);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(ledger.StartChainAsync);
        Assert.Contains("Restore the newest backup", refusal.Message, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(state, whole);
        var id = Path.Combine(ledger.Folder, "chain-id");
        var number = await File.ReadAllTextAsync(id);
        await File.WriteAllTextAsync(id, (number[0] == '1' ? "2" : "1") + number[1..]);
        await Assert.ThrowsAsync<InvalidOperationException>(ledger.StartChainAsync);

        await File.WriteAllTextAsync(id, number);
        await ledger.StartChainAsync();
    }

    [AnvilFact]
    public async Task The_end_of_anvil_is_noticed()
    {
        await using var ledger = await ChainFixture.StartAsync();
        Assert.False(ledger.Embedded.Exited.IsCompleted);
        using var kill = Process.Start("kill", ["-KILL", $"{await AnvilOfAsync(ledger.Folder)}"]);
        await ledger.Embedded.Exited.WaitAsync(TimeSpan.FromSeconds(60));
        await Assert.ThrowsAsync<ChainException>(() => ledger.Chain.GetHeadAsync(ledger.Contract));
    }

    [AnvilFact]
    public async Task Anvil_ends_with_the_process_that_started_it_even_by_a_kill()
    {
        var folder = Directory.CreateTempSubdirectory("provenance-chain-").FullName;
        using var holder = Process.Start(new ProcessStartInfo("dotnet", [typeof(ChainHolder).Assembly.Location, folder]) { RedirectStandardOutput = true })!;
        var url = new Uri((await holder.StandardOutput.ReadLineAsync())!);
        using var rpc = new JsonRpc([url]);
        Assert.Equal(RpcOutcome.Answered, (await rpc.TryCallAsync("eth_blockNumber", [])).Outcome);

        holder.Kill();
        await holder.WaitForExitAsync();
        // A connection that breaks while it dies leaves open whether it answered.
        var last = RpcOutcome.Answered;
        for (var i = 0; i < 100 && last != RpcOutcome.Unreachable; i++)
        {
            await Task.Delay(50);
            last = (await rpc.TryCallAsync("eth_blockNumber", [])).Outcome;
        }
        Assert.Equal(RpcOutcome.Unreachable, last);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_missing_program_is_reported_with_the_command_that_gets_it()
    {
        Assert.Contains("Ledger:Chain:Anvil", Assert.Throws<FileNotFoundException>(() => AnvilBinary.Get("/nowhere/anvil")).Message, StringComparison.Ordinal);
        Assert.StartsWith("@foundry-rs/anvil-", AnvilBinary.PackageName, StringComparison.Ordinal);
    }

    /// <summary>The process whose command line names the directory: Anvil itself, not the shell that watches it.</summary>
    private static async Task<int> AnvilOfAsync(string folder)
    {
        foreach (var process in Process.GetProcesses())
        {
            var commandLine = $"/proc/{process.Id}/cmdline";
            if (File.Exists(commandLine))
            {
                var words = (await File.ReadAllTextAsync(commandLine)).Split('\0');
                if (words[0] == Anvil.Program && words.Any(word => word.StartsWith(folder, StringComparison.Ordinal)))
                {
                    return process.Id;
                }
            }
        }
        throw new InvalidOperationException("No Anvil runs on this directory.");
    }
}

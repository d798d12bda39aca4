using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Server.Anchoring;
using Provenance.Tests.Chain;

namespace Provenance.Tests.Server.Anchoring;

/// <summary>The writing queue with an account whose key a signer elsewhere keeps: it waits while that one is away or wrong, nothing unsigned or wrongly signed is stored or sent, and it goes on by itself.</summary>
public sealed class SignerQueueTests
{
    private static readonly ChainRules Rules = new("instant", new FeePolicy(), 10, TimeSpan.FromSeconds(60), MostHeadAge: null);

    [AnvilFact]
    public async Task What_the_signer_signs_is_stored_before_it_is_sent_and_becomes_final()
    {
        await using var run = await QueueRun.StartSignedElsewhereAsync(Rules);
        await run.RecordAsync(3);
        await run.SealAsync();

        await run.StepAsync();
        Assert.Equal(("prepared", 1), Stored(run));
        Assert.Equal((0, 0), await run.Node.PoolAsync());
        await run.StepAsync();
        Assert.Equal((1, 0), await run.Node.PoolAsync());

        await run.SettleAsync();
        await run.CheckAsync();
        Assert.False(File.Exists(Path.Combine(run.Ledger.Folder, "chain.key")));
    }

    [AnvilFact]
    public async Task A_transaction_that_no_block_takes_is_replaced_with_the_signers_next_signature()
    {
        await using var run = await QueueRun.StartSignedElsewhereAsync(Rules);
        await run.RecordAsync(1);
        await run.SealAsync();
        await run.StepAsync();
        await run.StepAsync();

        run.Ledger.Clock.Advance(TimeSpan.FromSeconds(61));
        run.Signer.Stop();
        await Assert.ThrowsAsync<SignerException>(run.StepAsync);
        Assert.Equal(("broadcast", 1), Stored(run));
        run.Signer.Start();
        await run.StepAsync();
        Assert.Equal(("prepared", 2), Stored(run));

        await run.SettleAsync();
        await run.CheckAsync();
    }

    [AnvilFact]
    public async Task While_the_signer_is_away_refuses_or_signs_otherwise_nothing_is_stored_or_sent_and_recording_goes_on()
    {
        await using var run = await QueueRun.StartSignedElsewhereAsync(Rules);
        await run.RecordAsync(1);
        await run.SealAsync();

        foreach (var (bend, says) in new (Action<TestSigner>, string)[]
        {
            (signer => signer.Stop(), "cannot be reached"),
            (signer => signer.Start(), ""),
            (signer => signer.Instead = (401, ""), "HTTP 401"),
            (signer => signer.Instead = (200, """{"jsonrpc":"2.0","id":"ID","error":{"code":-32000,"message":"No unlocked account matches the Sender"}}"""), "No unlocked account matches the Sender (-32000)"),
            (signer => (signer.Instead, signer.Bend) = (null, question => question["to"] = "0x00000000000000000000000000000000000000bb"), "to is 0x00000000000000000000000000000000000000bb"),
            (signer => signer.Bend = question => question["chainId"] = "0x1", "chainId is 1"),
        })
        {
            bend(run.Signer);
            if (says.Length == 0)
            {
                continue;
            }
            var fault = await Assert.ThrowsAsync<SignerException>(run.StepAsync);
            Assert.Contains(says, fault.Message, StringComparison.Ordinal);
            Assert.Equal(("sealed", 0), Stored(run));
            Assert.Equal(fault.Message, Error(run));
            Assert.Equal((0, 0), await run.Node.PoolAsync());
            await run.RecordAsync(1);
        }
        run.Signer.Bend = null;

        await run.SettleAsync();
        await run.CheckAsync();
    }

    [AnvilFact]
    public async Task What_the_key_before_the_signer_signed_and_no_block_took_is_signed_anew_and_anchored_once()
    {
        await using var run = await QueueRun.StartAsync(seed: 1, Rules);
        await run.RecordAsync(2);
        await run.SealAsync();
        await run.StepAsync();
        await run.StepAsync();
        await run.Node.ForgetAsync();

        await run.MoveKeyToSignerAsync();
        await run.SettleAsync();

        await run.CheckAsync();
        Assert.Contains("eth_signTransaction", run.Signer.Asked);
    }

    [Fact]
    public async Task The_operator_reads_that_nobody_signs_in_three_languages_and_that_recording_goes_on()
    {
        await using var ledger = await TestLedger.StartAsync();
        ledger.Services.GetRequiredService<ChainLink>().FailsToSign("Signer 10.0.0.7:9000 answered HTTP 401.");

        var status = (await ledger.Admin.GetFromJsonAsync<JsonObject>("/api/status"))!;
        Assert.Equal("Nothing can be anchored: nobody signs for it. Signer 10.0.0.7:9000 answered HTTP 401.", status["warnings"]!.AsArray().Single()!.ToString());
        var health = (await ledger.Public.GetFromJsonAsync<JsonObject>("/health/ready"))!;
        Assert.Equal(("ready", "Signer 10.0.0.7:9000 answered HTTP 401."), (health["status"]!.ToString(), health["chain"]!.ToString()));

        using var admin = ledger.Client(null);
        using var signIn = await admin.PostAsync("/portal", new FormUrlEncodedContent([new("key", TestLedger.AdminKey)]));
        admin.DefaultRequestHeaders.Add("Cookie", signIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        foreach (var (language, says) in new[] { ("en", "once the signer signs"), ("de", "sobald der Unterzeichner unterschreibt"), ("es", "en cuanto el firmante firme") })
        {
            Assert.Contains(says, await admin.GetStringAsync($"/portal/status?lang={language}"), StringComparison.Ordinal);
        }
    }

    private static (string State, int Transactions) Stored(QueueRun run)
    {
        using var connection = run.Ledger.Read();
        return connection.QuerySingle<(string, int)>("SELECT state, (SELECT count(*) FROM chain_transaction) FROM chain_write ORDER BY id LIMIT 1");
    }

    private static string? Error(QueueRun run)
    {
        using var connection = run.Ledger.Read();
        return connection.QuerySingle<string?>("SELECT error FROM chain_write ORDER BY id LIMIT 1");
    }
}

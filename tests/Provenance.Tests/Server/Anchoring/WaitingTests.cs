using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Server.Anchoring;
using Provenance.Server.Storage;
using Provenance.Tests.Chain;

namespace Provenance.Tests.Server.Anchoring;

/// <summary>A transaction that no block takes: replaced for more, up to a ceiling; a free one is sent again and never replaced.</summary>
public sealed class WaitingTests
{
    private static readonly ChainRules Rules = new("instant", new FeePolicy(), 10, TimeSpan.FromSeconds(60), MostHeadAge: null);

    [AnvilFact]
    public async Task It_is_replaced_for_at_least_ten_percent_more_under_the_same_nonce_and_every_hash_is_kept()
    {
        await using var run = await QueueRun.StartAsync(seed: 1, Rules);
        await SendAsync(run);

        for (var bump = 0; bump < 3; bump++)
        {
            run.Ledger.Clock.Advance(TimeSpan.FromSeconds(61));
            await run.StepAsync();
            await run.StepAsync();
        }

        var signed = Transactions(run);
        Assert.Equal(4, signed.Count);
        Assert.Single(signed.Select(t => t.Nonce).Distinct());
        Assert.All(signed.Zip(signed.Skip(1)), pair =>
        {
            Assert.True(pair.Second.MaxFee * 100 >= pair.First.MaxFee * 110, $"{pair}");
            Assert.True(pair.Second.Tip * 100 >= pair.First.Tip * 110, $"{pair}");
        });
        Assert.Equal(0, run.Faulty.RefusedReplacements);
        await run.SettleAsync();
        await run.CheckAsync();
    }

    [AnvilFact]
    public async Task What_counted_as_mined_by_the_word_of_a_node_that_lagged_is_sent_again()
    {
        await using var run = await QueueRun.StartAsync(seed: 1, Rules);
        await SendAsync(run);
        await run.Node.ForgetAsync();
        await run.Node.MineAsync();
        // As if a node had shown the contract's head of before a reorganisation, and another the block after it.
        var latest = (await run.Node.Chain.FindBlockAsync(BlockReference.Latest))!;
        await run.Ledger.Services.GetRequiredService<LedgerWriter>().RunAsync(connection =>
        {
            ChainWrites.MinedByAnother(connection, ChainWrites.FindOldestOpen(connection)!, latest, run.Ledger.Clock.GetUtcNow());
            return true;
        });

        await run.StepAsync();
        Assert.Contains("without what it holds", Error(run), StringComparison.Ordinal);
        await run.SettleAsync();

        await run.CheckAsync();
    }

    [AnvilFact]
    public async Task Nothing_is_replaced_before_its_time()
    {
        await using var run = await QueueRun.StartAsync(seed: 1, Rules);
        await SendAsync(run);

        run.Ledger.Clock.Advance(TimeSpan.FromSeconds(59));
        await run.StepAsync();

        Assert.Single(Transactions(run));
    }

    [AnvilFact]
    public async Task A_ceiling_makes_it_wait_and_not_fail()
    {
        var fees = new FeePolicy(Ceiling: 2_000_000_000);
        await using var run = await QueueRun.StartAsync(seed: 1, Rules with { Fees = fees });
        await run.Node.SetBaseFeeAsync(700_000_000);
        await SendAsync(run);
        Assert.Equal(2_000_000_000, Assert.Single(Transactions(run)).MaxFee);

        run.Ledger.Clock.Advance(TimeSpan.FromSeconds(61));
        await run.StepAsync();

        Assert.Single(Transactions(run));
        Assert.Contains("Ledger__Chain__CeilingGwei", Error(run), StringComparison.Ordinal);
        await run.SettleAsync();
        await run.CheckAsync();
    }

    [AnvilFact]
    public async Task A_free_transaction_is_sent_again_and_never_replaced()
    {
        await using var run = await QueueRun.StartAsync(seed: 1, Rules with { Fees = new FeePolicy(FeeMode.Zero) }, isFree: true);
        await SendAsync(run);

        for (var i = 0; i < 5; i++)
        {
            run.Ledger.Clock.Advance(TimeSpan.FromMinutes(10));
            await run.Node.ForgetAsync();
            await run.StepAsync();
        }

        Assert.Equal(0, Assert.Single(Transactions(run)).MaxFee);
        Assert.Equal(1, (await run.Node.PoolAsync()).Pending);
        await run.SettleAsync();
        await run.CheckAsync();
    }

    [AnvilFact]
    public async Task An_account_without_coins_is_named_with_what_to_do()
    {
        await using var run = await QueueRun.StartAsync(seed: 1, Rules);
        await run.Node.AskAsync("anvil_setBalance", run.Account.ToString(), "0x64");
        await run.RecordAsync(1);
        await run.SealAsync();

        await run.StepAsync();

        Assert.Empty(Transactions(run));
        Assert.Contains($"Account {run.Account} has 100 wei", Error(run), StringComparison.Ordinal);
        Assert.Contains("send it coins", Error(run), StringComparison.Ordinal);
        await run.Node.AskAsync("anvil_setBalance", run.Account.ToString(), "0x3635c9adc5dea00000");
        await run.SettleAsync();
        await run.CheckAsync();
    }

    [AnvilFact]
    public async Task A_receipt_that_is_missing_for_45_minutes_is_unknown_and_never_failed()
    {
        await using var run = await QueueRun.StartAsync(seed: 1, Rules);
        await SendAsync(run);
        await run.Node.MineAsync();
        run.Faulty.ForgetsReceipts = true;

        for (var minute = 0; minute < 45; minute++)
        {
            run.Ledger.Clock.Advance(TimeSpan.FromMinutes(1));
            await run.StepAsync();
        }

        Assert.Single(Transactions(run));
        run.Faulty.ForgetsReceipts = false;
        await run.SettleAsync();
        await run.CheckAsync();
    }

    [AnvilFact]
    public async Task A_nonce_that_another_program_used_is_noticed_and_the_write_signed_anew()
    {
        await using var run = await QueueRun.StartAsync(seed: 1, Rules);
        await SendAsync(run);
        await run.Node.ForgetAsync();
        await run.SendElsewhereAsync();

        await run.StepAsync();
        Assert.Contains("nonce was used", Error(run), StringComparison.Ordinal);
        run.Ledger.Clock.Advance(ChainRules.GiveUpAfter);
        await run.StepAsync();

        await run.SettleAsync();
        await run.CheckAsync();
        Assert.Equal(2, Transactions(run).Select(t => t.Nonce).Distinct().Count());
    }

    [AnvilFact]
    public async Task Two_servers_on_one_contract_end_with_one_that_writes_and_one_that_only_reads()
    {
        await using var run = await QueueRun.StartAsync(seed: 1, Rules);
        await run.RecordAsync(2);
        await run.SealAsync();
        await run.AnchorElsewhereAsync(leaves: 5);

        await run.StepAsync();

        Assert.StartsWith("Rollback suspected", run.Ledger.Services.GetRequiredService<Provenance.Server.Storage.LedgerState>().ReadOnlyBecause, StringComparison.Ordinal);
    }

    /// <summary>An anchor that is in the node's pool.</summary>
    private static async Task SendAsync(QueueRun run)
    {
        await run.RecordAsync(1);
        await run.SealAsync();
        await run.StepAsync();
        await run.StepAsync();
        Assert.Equal(1, (await run.Node.PoolAsync()).Pending);
    }

    private static List<(long Nonce, long MaxFee, long Tip)> Transactions(QueueRun run)
    {
        using var connection = run.Ledger.Read();
        return connection.Query<(long, long, long)>("SELECT nonce, max_fee, coalesce(tip, 0) FROM chain_transaction ORDER BY signed_at, max_fee").AsList();
    }

    private static string Error(QueueRun run)
    {
        using var connection = run.Ledger.Read();
        return connection.QuerySingle<string?>("SELECT error FROM chain_write") ?? "";
    }
}

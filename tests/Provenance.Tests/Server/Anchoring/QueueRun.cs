using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core.Ethereum;
using Provenance.Core.Merkle;
using Provenance.Server.Anchoring;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Tests.Chain;

namespace Provenance.Tests.Server.Anchoring;

/// <summary>One seeded life of the writing queue between a real ledger and a real node, with everything going wrong in between, and what must hold after it.</summary>
internal sealed class QueueRun : IAsyncDisposable
{
    private readonly Random _random;
    private readonly TestLedger _ledger;
    private readonly MinedNode _node;
    private readonly FaultyNode _faulty;
    private readonly JsonRpc _rpc;
    private readonly ChainRules _rules;
    private TestSigner? _signer;
    private int _events;

    private QueueRun(Random random, TestLedger ledger, MinedNode node, FaultyNode faulty, ChainRules rules)
    {
        (_random, _ledger, _node, _faulty, _rules) = (random, ledger, node, faulty, rules);
        _rpc = new JsonRpc([faulty.Url], node.ChainId, timeout: TimeSpan.FromSeconds(10));
    }

    public TestLedger Ledger => _ledger;

    public MinedNode Node => _node;

    public FaultyNode Faulty => _faulty;

    /// <summary>Who keeps the account's key, where that is not the ledger.</summary>
    public TestSigner Signer => _signer ?? throw new InvalidOperationException("The ledger keeps the key.");

    /// <summary>The account that anchors.</summary>
    public Address Account => Keys.Writer.Address;

    private ChainKeys Keys => _ledger.Services.GetRequiredService<ChainKeys>();

    /// <summary>Those that were seen to have happened.</summary>
    public int Reorganisations { get; private set; }

    /// <param name="rules">Null for rules by chance.</param>
    /// <param name="isFree">The chain charges nothing.</param>
    public static async Task<QueueRun> StartAsync(int seed, ChainRules? rules = null, bool isFree = false)
    {
        var random = new Random(seed);
        rules ??= new ChainRules(
            random.Next(3) == 0 ? "finalized" : $"{random.Next(1, 40)}", new FeePolicy(), (uint)random.Next(10, 30), TimeSpan.FromSeconds(60), MostHeadAge: null);
        using var writer = LocalKey.Create();
        var node = await MinedNode.StartAsync(writer.Address, isFree);
        var ledger = await TestLedger.StartAsync(await node.Chain.GetLedgerIdAsync(node.Contract), writer);
        return new QueueRun(random, ledger, node, await FaultyNode.StartAsync(node.Url, random), rules);
    }

    /// <summary>As <see cref="StartAsync"/>, with the account's key kept by a signer that is asked over HTTP.</summary>
    public static async Task<QueueRun> StartSignedElsewhereAsync(ChainRules rules)
    {
        var key = LocalKey.Create();
        var signer = new TestSigner(key);
        var node = await MinedNode.StartAsync(key.Address);
        var ledger = await TestLedger.StartAsync(await node.Chain.GetLedgerIdAsync(node.Contract), SignedBy(node, signer, key.Address));
        var random = new Random(1);
        return new QueueRun(random, ledger, node, await FaultyNode.StartAsync(node.Url, random), rules) { _signer = signer };
    }

    /// <summary>The server starts again with another account, which has the role, and whose key a signer keeps.</summary>
    public async Task MoveKeyToSignerAsync()
    {
        var key = LocalKey.Create();
        _signer = new TestSigner(key);
        await _node.AdmitAsync(key.Address);
        await _ledger.RestartAsync(SignedBy(_node, _signer, key.Address));
    }

    /// <summary>Records, seals and steps while node and network misbehave; then leaves them in peace until all is final.</summary>
    public async Task LiveAsync(int steps, int deepest)
    {
        _faulty.PerMille = 150;
        for (var i = 0; i < steps; i++)
        {
            switch (_random.Next(20))
            {
                case 0 or 1:
                    await RecordAsync(_random.Next(1, 4));
                    break;
                case 2 or 3:
                    await SealAsync();
                    break;
                case 4 or 5 or 6:
                    await _node.MineAsync(_random.Next(1, 4));
                    break;
                case 7:
                    await _node.ForgetAsync();
                    break;
                case 8 when _random.Next(3) == 0:
                    Reorganisations += await _node.ReorganiseAsync((ulong)_random.Next(1, deepest + 1)) ? 1 : 0;
                    break;
                case 9:
                    _faulty.ForgetsReceipts = _random.Next(2) == 0;
                    break;
                case 10:
                    _ledger.Clock.Advance(TimeSpan.FromMinutes(_random.Next(1, 46)));
                    break;
                default:
                    await StepAsync();
                    break;
            }
        }
        (_faulty.PerMille, _faulty.ForgetsReceipts) = (0, false);
        await _node.MineAsync(70);
        await RecordAsync(1);
        await SettleAsync();
    }

    /// <summary>Goes on in peace until all is final.</summary>
    public async Task SettleAsync()
    {
        for (var patience = 0; patience < 1000 && !await IsSettledAsync(); patience++)
        {
            await SealAsync();
            await StepAsync();
            await _node.MineAsync(3);
            _ledger.Clock.Advance(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>Nothing lost, nothing twice, nothing wrongly failed, no gap in the nonces, every proof of the chain that is.</summary>
    public async Task CheckAsync()
    {
        using var connection = _ledger.Read();
        var size = (ulong)_events;
        var head = await _node.Chain.GetHeadAsync(_node.Contract);
        Assert.True((head.Size, head.Root) == (size, MerkleTree.Root(size, new TreeReader(connection).Node)), await DescribeAsync(head.Size, connection));
        Assert.Null(_ledger.Services.GetRequiredService<LedgerState>().ReadOnlyBecause);

        var accepted = await _node.AnchorsAsync();
        Assert.All(accepted.Values, times => Assert.Equal(1, times));
        var writes = Dapper.SqlMapper.Query<(long Id, string State, string? Error)>(connection, "SELECT id, state, error FROM chain_write").ToList();
        Assert.All(writes, write => Assert.True(write.State == "final", $"Write {write.Id} is {write.State}: {write.Error}"));
        Assert.Equal(writes.Count, accepted.Count);

        var count = await _node.Chain.GetTransactionCountAsync(_ledger.Services.GetRequiredService<ChainKeys>().Writer.Address);
        Assert.Equal(0, (await _node.PoolAsync()).Queued);
        Assert.True(count >= (ulong)writes.Count);

        foreach (var (anchored, body) in Dapper.SqlMapper.Query<(long, byte[])>(connection, "SELECT size, evidence FROM anchor"))
        {
            using var evidence = JsonDocument.Parse(body);
            var number = await NumberAsync(evidence.RootElement.GetProperty("blockHash").GetString()!);
            Assert.True(number is not null, $"The evidence of {anchored} entries lies in a block that the chain does not have.");
        }
        _ledger.Check();
    }

    /// <summary>Another program with the same key uses the next nonce.</summary>
    public async Task SendElsewhereAsync()
    {
        var transaction = await NextAsync();
        Assert.Equal(BroadcastOutcome.Accepted, (await _node.Chain.BroadcastAsync(await Keys.Writer.SignAsync(transaction))).Outcome);
        await _node.MineAsync();
    }

    /// <summary>Another server with the same key anchors another log.</summary>
    public async Task AnchorElsewhereAsync(ulong leaves)
    {
        var data = LedgerCalls.Anchor(leaves, Provenance.Core.Digest.Sha256("another log"u8), []);
        var transaction = await NextAsync(_node.Contract, data);
        Assert.Equal(BroadcastOutcome.Accepted, (await _node.Chain.BroadcastAsync(await Keys.Writer.SignAsync(transaction))).Outcome);
        await _node.MineAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _rpc.Dispose();
        await _faulty.DisposeAsync();
        await _node.DisposeAsync();
        await _ledger.DisposeAsync();
        await (_signer?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static string[] SignedBy(MinedNode node, TestSigner signer, Address account) =>
    [
        $"--Ledger:Chain:RpcUrls:0={node.Url}", $"--Ledger:Chain:Contract={node.Contract}", $"--Ledger:Chain:SignerUrl={signer.Url}", $"--Ledger:Chain:SignerAccount={account}",
    ];

    private async Task<Transaction> NextAsync(Address? to = null, byte[]? data = null) => new()
    {
        ChainId = _node.ChainId,
        Nonce = await _node.Chain.GetTransactionCountAsync(Account),
        To = to ?? Account,
        Data = data ?? [],
        GasLimit = 500_000,
        Fees = (await _node.Chain.FindFeesAsync(new FeePolicy()))!,
    };

    /// <summary>Where it stands, for whoever has to find out why.</summary>
    private async Task<string> DescribeAsync(ulong anchored, Microsoft.Data.Sqlite.SqliteConnection connection)
    {
        var writes = Dapper.SqlMapper.Query<(long Id, string State, string? Error)>(connection, "SELECT id, state, error FROM chain_write ORDER BY id");
        var now = _ledger.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var signed = Dapper.SqlMapper.Query<(long Write, long Nonce, long Fee, long At)>(connection, "SELECT chain_write, nonce, max_fee, signed_at FROM chain_transaction ORDER BY nonce, signed_at");
        return $"The contract holds {anchored} of {_events}. The account's count is {await _node.Chain.GetTransactionCountAsync(Account)}, its balance {await _node.Chain.GetBalanceAsync(Account)}, "
            + $"the pool {await _node.PoolAsync()}, the time {now}.\nWrites: {string.Join("; ", writes)}\nTransactions: {string.Join("; ", signed)}";
    }

    private async Task<ulong?> NumberAsync(string blockHash)
    {
        var hash = blockHash.StartsWith("0x", StringComparison.Ordinal) ? blockHash : "0x" + blockHash;
        var block = await _node.AskAsync("eth_getBlockByHash", hash, false);
        if (block.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        var number = Convert.ToUInt64(block.GetProperty("number").GetString(), 16);
        return (await _node.Chain.FindBlockAsync(BlockReference.Number(number)))!.Hash.ToString() == hash[2..] ? number : null;
    }

    private async Task<bool> IsSettledAsync()
    {
        using var connection = _ledger.Read();
        return ChainWrites.FindOldestOpen(connection) is null && (await _node.Chain.GetHeadAsync(_node.Contract)).Size == (ulong)_events;
    }

    public async Task RecordAsync(int events)
    {
        var writer = _ledger.Services.GetRequiredService<LedgerWriter>();
        var keys = _ledger.Services.GetRequiredService<IndexKeys>();
        var author = _ledger.Services.GetRequiredService<PartyStore>().Get(Party.OperatorRow);
        var prepared = Enumerable.Range(_events, events).Select(i =>
            TestEvents.Prepare(keys, author, JsonElement.Parse(TestEvents.Json($"urn:uuid:{Guid.NewGuid()}", $"{i}")), isNamed: true)).ToList();
        Assert.IsType<RecordOutcome.Recorded>(await writer.RecordAsync(new RecordRequest(author, prepared)));
        _events += events;
    }

    public Task<bool> SealAsync() => _ledger.Services.GetRequiredService<LedgerWriter>().RunAsync(c => ChainWrites.SealNewest(c, _ledger.Clock.GetUtcNow()));

    public async Task StepAsync()
    {
        ChainWrite? write;
        using (var connection = _ledger.Read())
        {
            write = ChainWrites.FindOldestOpen(connection);
        }
        var services = _ledger.Services;
        var contract = new Contract(new RpcChain(_rpc), _node.ChainId, _node.Contract, TrialRpc: null);
        var step = new ChainStep(
            contract, _rules, null, services.GetRequiredService<ChainKeys>(), services.GetRequiredService<LedgerWriter>(), services.GetRequiredService<LedgerState>(),
            services.GetRequiredService<Database>(), _ledger.Clock);
        try
        {
            if (!await step.RecheckAsync(CancellationToken.None) && write is not null)
            {
                await step.TakeAsync(write, CancellationToken.None);
            }
        }
        catch (ChainException)
        {
            // Nothing is known, and nothing has failed: the loop waits and asks again.
        }
    }
}

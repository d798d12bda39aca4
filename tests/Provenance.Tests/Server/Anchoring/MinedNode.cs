using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Tests.Chain;

namespace Provenance.Tests.Server.Anchoring;

/// <summary>A real node with a pool and an archive that mines, forgets and reorganises only when told to; a ledger's contract on it.</summary>
internal sealed class MinedNode : IAsyncDisposable
{
    private readonly Process _process;
    private readonly JsonRpc _rpc;
    private readonly LocalKey _admin = LocalKey.Create();

    private MinedNode(Process process, Uri url) => (_process, Url, _rpc) = (process, url, new JsonRpc([url]));

    public Uri Url { get; }

    public RpcChain Chain => new(_rpc);

    public Address Contract { get; private set; }

    public ulong ChainId { get; private set; }

    /// <param name="writer">Gets coins, and the role that anchors.</param>
    /// <param name="isFree">The chain charges nothing.</param>
    public static async Task<MinedNode> StartAsync(Address writer, bool isFree = false)
    {
        string[] free = isFree ? ["--base-fee", "0", "--gas-price", "0", "--disable-min-priority-fee"] : [];
        var start = new ProcessStartInfo(Anvil.Program!, ["--port", "0", "--no-mining", "--slots-in-an-epoch", "1", "--accounts", "0", .. free]) { RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        var port = "";
        while (port.Length == 0 && await process.StandardOutput.ReadLineAsync() is { } line)
        {
            port = line.Contains("Listening on", StringComparison.Ordinal) ? line[(line.LastIndexOf(':') + 1)..].Trim() : "";
        }
        _ = process.StandardOutput.ReadToEndAsync();
        var node = new MinedNode(process, new Uri($"http://127.0.0.1:{port}/"));
        await node.DeployAsync(writer);
        return node;
    }

    public Task MineAsync(int blocks = 1) => AskAsync("anvil_mine", $"0x{blocks:x}");

    /// <param name="wei">Of the next block, a unit of gas.</param>
    public async Task SetBaseFeeAsync(long wei)
    {
        await AskAsync("anvil_setNextBlockBaseFeePerGas", $"0x{wei:x}");
        await MineAsync();
    }

    /// <summary>The pool forgets everything.</summary>
    public Task ForgetAsync() => AskAsync("anvil_dropAllTransactions");

    /// <summary>The newest blocks are replaced by empty ones; what stood in them is in no pool.</summary>
    /// <returns>False when nothing is different after it: empty blocks, made again within the second, are the same.</returns>
    public async Task<bool> ReorganiseAsync(ulong depth)
    {
        var before = await Chain.FindBlockAsync(BlockReference.Latest);
        await AskAsync("anvil_reorg", depth, new JsonArray());
        var after = await Chain.FindBlockAsync(BlockReference.Number(before!.Number));
        return before.Hash != after?.Hash;
    }

    /// <summary>How often the contract accepted each size.</summary>
    public async Task<Dictionary<ulong, int>> AnchorsAsync()
    {
        var filter = new JsonObject { ["fromBlock"] = "0x0", ["address"] = Contract.ToString() };
        var logs = (await AskAsync("eth_getLogs", filter)).EnumerateArray()
            .Select(log => new Provenance.Chain.EventLog(
                Address.Parse(log.GetProperty("address").GetString()!),
                [.. log.GetProperty("topics").EnumerateArray().Select(topic => new Digest(Convert.FromHexString(topic.GetString()!.AsSpan(2))))],
                Convert.FromHexString(log.GetProperty("data").GetString()!.AsSpan(2))));
        return logs.Select(log => LedgerCalls.FindAnchored(Contract, log)).OfType<AnchoredEvent>().GroupBy(anchored => anchored.Size).ToDictionary(group => group.Key, group => group.Count());
    }

    /// <summary>Transactions that wait: for a block, or for an earlier nonce.</summary>
    public async Task<(int Pending, int Queued)> PoolAsync()
    {
        var status = await AskAsync("txpool_status");
        return (Number("pending"), Number("queued"));

        int Number(string name) => Convert.ToInt32(status.GetProperty(name).GetString(), 16);
    }

    public async Task<JsonElement> AskAsync(string method, params JsonNode[] parameters)
    {
        var reply = await _rpc.TryCallAsync(method, new JsonArray(parameters));
        Assert.Equal(RpcOutcome.Answered, reply.Outcome);
        return reply.Result;
    }

    public async ValueTask DisposeAsync()
    {
        _rpc.Dispose();
        _admin.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Gives another account coins, and the role that anchors.</summary>
    public async Task AdmitAsync(Address writer)
    {
        await AskAsync("anvil_setBalance", writer.ToString(), "0x3635c9adc5dea00000");
        await SendAsync(_admin, Contract, LedgerCalls.GrantAnchorer(writer), await Chain.GetTransactionCountAsync(_admin.Address));
    }

    private async Task DeployAsync(Address writer)
    {
        foreach (var account in (Address[])[_admin.Address, writer])
        {
            await AskAsync("anvil_setBalance", account.ToString(), "0x3635c9adc5dea00000");
        }
        await MineAsync();
        ChainId = await Chain.GetChainIdAsync();
        Contract = (await SendAsync(_admin, null, LedgerCalls.Deploy(_admin.Address), 0)).Contract!.Value;
        await SendAsync(_admin, Contract, LedgerCalls.GrantAnchorer(writer), 1);
        // Reorganisations must not reach the contract's own creation.
        await MineAsync(70);
    }

    private async Task<Receipt> SendAsync(LocalKey key, Address? to, byte[] data, ulong nonce)
    {
        var fees = (await Chain.FindFeesAsync(new FeePolicy()))!;
        var signed = new Transaction { ChainId = ChainId, Nonce = nonce, To = to, Data = data, GasLimit = 5_000_000, Fees = fees }.Sign(key);
        Assert.Equal(BroadcastOutcome.Accepted, (await Chain.BroadcastAsync(signed)).Outcome);
        await MineAsync();
        var receipt = await Chain.FindReceiptAsync(signed.Hash);
        Assert.True(receipt?.Succeeded);
        return receipt!;
    }
}

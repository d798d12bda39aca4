using System.Numerics;
using System.Text.Json.Nodes;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Proofs;

namespace Provenance.Chain;

/// <summary>The chain over JSON-RPC, without any package.</summary>
public sealed class RpcChain(JsonRpc rpc) : IChain
{
    private static readonly BroadcastOutcome[] TakenByTheFirst = [BroadcastOutcome.AlreadyKnown, BroadcastOutcome.NonceTooLow];

    public Task<ulong> GetChainIdAsync(CancellationToken cancel = default) => GetQuantityAsync("eth_chainId", [], cancel);

    public async Task<Digest?> FindCodeHashAsync(Address contract, CancellationToken cancel = default)
    {
        var code = await rpc.GetAsync("eth_getCode", RpcJson.Default.ByteArray, [contract.ToString(), "latest"], cancel);
        return code.Length == 0 ? null : Keccak256.Hash(code);
    }

    public Task<Digest> GetLedgerIdAsync(Address contract, CancellationToken cancel = default) =>
        CallAsync(contract, LedgerCalls.LedgerId(), LedgerCalls.ReadLedgerId, cancel);

    public Task<LedgerHead> GetHeadAsync(Address contract, CancellationToken cancel = default) =>
        CallAsync(contract, LedgerCalls.Head(), LedgerCalls.ReadHead, cancel);

    public Task<AnchoredCheckpoint?> FindCheckpointAsync(Address contract, Digest root, CancellationToken cancel = default) =>
        CallAsync(contract, LedgerCalls.CheckpointOf(root), LedgerCalls.ReadCheckpoint, cancel);

    public Task<LedgerKey?> FindKeyAsync(Address contract, PartyId party, Address key, CancellationToken cancel = default) =>
        CallAsync(contract, LedgerCalls.KeyOf(party, key), LedgerCalls.ReadKey, cancel);

    public Task<ulong> GetPartyNonceAsync(Address contract, PartyId party, CancellationToken cancel = default) =>
        CallAsync(contract, LedgerCalls.NonceOf(party), LedgerCalls.ReadNonce, cancel);

    public async Task<Block?> FindBlockAsync(BlockReference block, CancellationToken cancel = default) =>
        await rpc.FindBlockAsync(block, cancel) is { } found
            ? new Block(found.Number, found.Hash, found.ParentHash, DateTimeOffset.FromUnixTimeSeconds((long)found.Timestamp))
            : null;

    public Task<BigInteger> GetBalanceAsync(Address account, CancellationToken cancel = default) =>
        rpc.GetValueAsync("eth_getBalance", RpcJson.Default.NullableBigInteger, [account.ToString(), "latest"], cancel);

    public Task<ulong> GetTransactionCountAsync(Address account, CancellationToken cancel = default) =>
        GetQuantityAsync("eth_getTransactionCount", [account.ToString(), "latest"], cancel);

    public async Task<Fees?> FindFeesAsync(FeePolicy policy, CancellationToken cancel = default)
    {
        var ceiling = policy.Ceiling ?? UInt128.MaxValue;
        switch (policy.Mode)
        {
            case FeeMode.Zero:
                return new Fees.Legacy(0);
            case FeeMode.Legacy:
                var price = await GetWeiAsync("eth_gasPrice", [], cancel);
                return price <= ceiling ? new Fees.Legacy(price) : null;
            default:
                var latest = await rpc.GetBlockAsync(BlockReference.Latest, cancel);
                var baseFee = (UInt128)(latest.BaseFeePerGas ?? throw new ChainException(RpcOutcome.Malformed,
                    $"{rpc.Host}: blocks have no base fee. Set Ledger__Chain__Fees to legacy or zero."));
                var tip = UInt128.Max(await GetWeiAsync("eth_maxPriorityFeePerGas", [], cancel), policy.MinimumTip);
                if (baseFee + tip > ceiling)
                {
                    return null;
                }
                // Twice the base fee outlasts five full blocks in a row (EIP-1559: at most +12.5 % each); the surplus is not charged.
                return new Fees.Eip1559(UInt128.Min(2 * baseFee + tip, ceiling), tip);
        }
    }

    public async Task<GasEstimate> EstimateGasAsync(Address from, Address? to, ReadOnlyMemory<byte> data, CancellationToken cancel = default)
    {
        var call = new JsonObject { ["from"] = from.ToString(), ["data"] = Hex.Prefixed(data.Span) };
        if (to is not null)
        {
            call["to"] = to.ToString();
        }
        try
        {
            return new GasEstimate.Needed(await GetQuantityAsync("eth_estimateGas", [call], cancel));
        }
        catch (ChainException e) when (e.Refusal is not null && Revert.Find(e.Refusal) is not null)
        {
            return new GasEstimate.Reverts(Revert.Find(e.Refusal)!);
        }
    }

    public async Task<Broadcast> BroadcastAsync(SignedTransaction transaction, CancellationToken cancel = default)
    {
        var reply = await rpc.TryCallAsync("eth_sendRawTransaction", [Hex.Prefixed(transaction.Raw.Span)], cancel);
        if (reply.Outcome is RpcOutcome.Answered)
        {
            return new Broadcast(BroadcastOutcome.Accepted, "");
        }
        if (reply.Refusal is null)
        {
            return new Broadcast(BroadcastOutcome.Unknown, reply.Detail);
        }
        var outcome = BroadcastRefusal.Sort(reply.Refusal.Message);
        // A node asked before, which gave no answer, may have taken what this one refuses.
        return reply.MayHaveBeenDelivered && !TakenByTheFirst.Contains(outcome)
            ? new Broadcast(BroadcastOutcome.Unknown, reply.Detail)
            : new Broadcast(outcome, reply.Detail);
    }

    public async Task<Receipt?> FindReceiptAsync(Digest transaction, CancellationToken cancel = default)
    {
        var receipt = await rpc.FindAsync("eth_getTransactionReceipt", RpcJson.Default.RpcReceipt, ["0x" + transaction], cancel);
        if (receipt is null)
        {
            return null;
        }
        return new Receipt(
            receipt.TransactionHash, receipt.BlockNumber, receipt.BlockHash, receipt.Status == 1, receipt.ContractAddress, receipt.GasUsed,
            [.. receipt.Logs.Select(log => new EventLog(log.Address, log.Topics, log.Data))]);
    }

    public Task<Anchor> GetEvidenceAsync(
        Address contract,
        Digest root,
        IReadOnlyCollection<(PartyId Party, Address Key)> keys,
        BlockReference at,
        CancellationToken cancel = default) =>
        Evidence.GetAsync(rpc, contract, root, keys, at, cancel);

    private async Task<T> CallAsync<T>(Address contract, byte[] data, Func<byte[], T> read, CancellationToken cancel)
    {
        var call = new JsonObject { ["to"] = contract.ToString(), ["data"] = Hex.Prefixed(data) };
        var result = await rpc.GetAsync("eth_call", RpcJson.Default.ByteArray, [call, "latest"], cancel);
        try
        {
            return read(result);
        }
        catch (FormatException e)
        {
            // An address without code answers every call with no bytes.
            throw new ChainException(RpcOutcome.Malformed, $"{rpc.Host}: no ledger contract at {contract}: {e.Message}", inner: e);
        }
    }

    private Task<ulong> GetQuantityAsync(string method, JsonArray parameters, CancellationToken cancel) =>
        rpc.GetValueAsync(method, RpcJson.Default.NullableUInt64, parameters, cancel);

    private async Task<UInt128> GetWeiAsync(string method, JsonArray parameters, CancellationToken cancel)
    {
        var wei = await rpc.GetValueAsync(method, RpcJson.Default.NullableBigInteger, parameters, cancel);
        return wei <= (BigInteger)(UInt128.MaxValue >> 8)
            ? (UInt128)wei
            : throw new ChainException(RpcOutcome.Malformed, $"{method}: {rpc.Host} asks {wei} wei.");
    }
}

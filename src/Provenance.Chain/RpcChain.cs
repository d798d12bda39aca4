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
    public string Host => rpc.Host;

    /// <inheritdoc cref="OpenChain"/>
    public static RpcChain Open(IReadOnlyList<Uri> urls, ulong? chainId = null, TimeSpan? timeout = null, TimeSpan? mostHeadAge = null) =>
        new(new JsonRpc(urls, chainId, timeout, mostHeadAge));

    public Task<ulong> GetChainIdAsync(CancellationToken cancel = default) => GetQuantityAsync("eth_chainId", [], cancel);

    public async Task<Digest?> FindCodeHashAsync(Address contract, CancellationToken cancel = default)
    {
        var code = await rpc.GetAsync("eth_getCode", RpcJson.Default.ByteArray, [contract.ToString(), "latest"], cancel);
        return code.Length == 0 ? null : Keccak256.Hash(code);
    }

    public Task<Digest> GetLedgerIdAsync(Address contract, CancellationToken cancel = default) =>
        CallAsync(contract, LedgerCalls.LedgerId(), LedgerCalls.ReadLedgerId, cancel);

    public Task<ContractLinks> GetLinksAsync(Address contract, CancellationToken cancel = default) => ContractLinks.ReadAsync(
        slot => rpc.GetValueAsync("eth_getStorageAt", RpcJson.Default.NullableDigest, [contract.ToString(), "0x" + slot, "latest"], cancel), () => rpc.Host);

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
            ? new Block(found.Number, found.Hash, found.ParentHash, RpcNumbers.Time(found.Timestamp, rpc.Host))
            : null;

    public Task<BigInteger> GetBalanceAsync(Address account, CancellationToken cancel = default) =>
        rpc.GetValueAsync("eth_getBalance", RpcJson.Default.NullableBigInteger, [account.ToString(), "latest"], cancel);

    public Task<ulong> GetTransactionCountAsync(Address account, CancellationToken cancel = default) =>
        GetQuantityAsync("eth_getTransactionCount", [account.ToString(), "latest"], cancel);

    public async Task<Fees?> FindFeesAsync(FeePolicy policy, CancellationToken cancel = default)
    {
        switch (policy.Mode)
        {
            case FeeMode.Zero:
                return new Fees.Legacy(0);
            case FeeMode.Legacy:
                return policy.FindLegacy(await GetWeiAsync("eth_gasPrice", [], cancel));
            default:
                var latest = await rpc.GetBlockAsync(BlockReference.Latest, cancel);
                var baseFee = latest.BaseFeePerGas ?? throw ChainException.NoBaseFee(rpc.Host);
                return policy.FindEip1559(
                    RpcNumbers.Wei(baseFee, "base fee", rpc.Host), await GetWeiAsync("eth_maxPriorityFeePerGas", [], cancel));
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
            // Some nodes would take the pool's transactions as done: a replacement would then revert on the one it replaces.
            return new GasEstimate.Needed(await GetQuantityAsync("eth_estimateGas", [call, "latest"], cancel));
        }
        catch (ChainException e) when (e.Refusal is not null && Revert.Find(e.Refusal) is not null)
        {
            return new GasEstimate.Reverts(Revert.Find(e.Refusal)!);
        }
    }

    public Task<SignedTransaction> SignAsync(Transaction transaction, IAccount account, CancellationToken cancel = default) =>
        account.SignAsync(transaction, cancel);

    public async Task<Broadcast> BroadcastAsync(SignedTransaction transaction, CancellationToken cancel = default) =>
        Broadcast.Of(await rpc.TryCallAsync("eth_sendRawTransaction", [Hex.Prefixed(transaction.Raw.Span)], cancel));

    public async Task<Receipt?> FindReceiptAsync(Digest transaction, CancellationToken cancel = default)
    {
        var receipt = await rpc.FindAsync("eth_getTransactionReceipt", RpcJson.Default.RpcReceipt, ["0x" + transaction], cancel);
        if (receipt is null)
        {
            return null;
        }
        return new Receipt(
            receipt.TransactionHash, receipt.BlockNumber, receipt.BlockHash, receipt.Status == 1, receipt.ContractAddress, receipt.GasUsed,
            receipt.GasUsed * (receipt.EffectiveGasPrice ?? 0) + (receipt.L1Fee ?? 0),
            [.. receipt.Logs.Select(log => new EventLog(log.Address, log.Topics, log.Data))]);
    }

    public Task<Anchor> GetEvidenceAsync(
        Address contract,
        Digest root,
        IReadOnlyCollection<(PartyId Party, Address Key)> keys,
        BlockReference at,
        CancellationToken cancel = default) =>
        Evidence.GetAsync(root, keys, slots => TakeEvidenceAsync(contract, at, slots, cancel), cancel);

    public void Dispose() => rpc.Dispose();

    private async Task<Anchor> TakeEvidenceAsync(Address contract, BlockReference at, Digest[] slots, CancellationToken cancel)
    {
        var chainId = await GetChainIdAsync(cancel);
        var block = await rpc.GetBlockAsync(at, cancel);
        JsonArray parameters =
        [
            contract.ToString(),
            new JsonArray([.. slots.Select(slot => JsonValue.Create("0x" + slot))]),
            BlockReference.Number(block.Number).ToString(),
        ];
        var proof = await rpc.GetAsync("eth_getProof", RpcJson.Default.RpcProof, parameters, cancel);
        var account = new AnchorAccount(
            proof.Nonce, Evidence.Minimal(proof.Balance), proof.StorageHash, proof.CodeHash, proof.AccountProof);
        return new Anchor(
            chainId, contract, block.HeaderFields(), block.Hash, account,
            Evidence.Slots(slots, [.. proof.StorageProof.Select(slot => (slot.Value, slot.Proof))], rpc.Host));
    }

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

    private async Task<UInt128> GetWeiAsync(string method, JsonArray parameters, CancellationToken cancel) =>
        RpcNumbers.Wei(await rpc.GetValueAsync(method, RpcJson.Default.NullableBigInteger, parameters, cancel), method, rpc.Host);
}

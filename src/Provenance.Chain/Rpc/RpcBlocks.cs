using Provenance.Core.Ethereum;

namespace Provenance.Chain.Rpc;

/// <summary>Asks for blocks, and writes a block's header as it was hashed.</summary>
internal static class RpcBlocks
{
    /// <summary>Null when the node does not have the block, or does not know the tag.</summary>
    public static async Task<RpcBlock?> FindBlockAsync(this JsonRpc rpc, BlockReference block, CancellationToken cancel)
    {
        var method = block.IsHash ? "eth_getBlockByHash" : "eth_getBlockByNumber";
        try
        {
            return await rpc.FindAsync(method, RpcJson.Default.RpcBlock, [block.ToString(), false], cancel);
        }
        catch (ChainException e) when (e.Outcome is RpcOutcome.Refused && block.IsTag)
        {
            // Nothing finalized yet (geth answers with an error), or a chain without the tag (Besu QBFT).
            return null;
        }
    }

    public static async Task<RpcBlock> GetBlockAsync(this JsonRpc rpc, BlockReference block, CancellationToken cancel) =>
        await rpc.FindBlockAsync(block, cancel) ?? throw new ChainException(RpcOutcome.Malformed, $"{rpc.Host} has no block {block}.");

    /// <summary>The header's RLP fields, each as bytes, in their order (yellow paper §4.3, then the EIPs in the order of their
    /// forks).</summary>
    public static IReadOnlyList<byte[]> HeaderFields(this RpcBlock block)
    {
        List<byte[]> fields =
        [
            block.ParentHash.ToArray(), block.Sha3Uncles.ToArray(), block.Miner.ToArray(), block.StateRoot.ToArray(),
            block.TransactionsRoot.ToArray(), block.ReceiptsRoot.ToArray(), block.LogsBloom, Integer(block.Difficulty), Integer(block.Number),
            Integer(block.GasLimit), Integer(block.GasUsed), Integer(block.Timestamp), block.ExtraData, block.MixHash, block.Nonce,
        ];
        // A later member is never there without those before it; were one missing, the hash would tell.
        byte[]?[] laterForks =
        [
            OptionalInteger(block.BaseFeePerGas), block.WithdrawalsRoot?.ToArray(), OptionalInteger(block.BlobGasUsed),
            OptionalInteger(block.ExcessBlobGas), block.ParentBeaconBlockRoot?.ToArray(), block.RequestsHash?.ToArray(),
        ];
        fields.AddRange(laterForks.OfType<byte[]>());
        return fields;
    }

    private static byte[] Integer(System.Numerics.BigInteger value) => Rlp.Decode(Rlp.EncodeInteger(value)).Bytes.ToArray();

    private static byte[]? OptionalInteger(System.Numerics.BigInteger? value) => value is { } there ? Integer(there) : null;
}

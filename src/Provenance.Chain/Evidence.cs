using System.Text.Json.Nodes;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Chain;

/// <summary>Takes from a node what anybody can check without it: a block's header and the contract's account and slots under its state
/// root.</summary>
internal static class Evidence
{
    /// <summary>A node may be asked between two blocks, and one that prunes gives no proof for the block before.</summary>
    private const int Attempts = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task<Anchor> GetAsync(
        JsonRpc rpc,
        Address contract,
        Digest root,
        IReadOnlyCollection<(PartyId Party, Address Key)> keys,
        BlockReference at,
        CancellationToken cancel)
    {
        Digest[] slots =
        [
            .. new SortedSet<Digest>(keys.Select(key => LedgerSlots.KeyOf(key.Party, key.Key)))
            {
                LedgerSlots.LedgerId, LedgerSlots.PredecessorChainId, LedgerSlots.Predecessor, LedgerSlots.StartRoot,
                LedgerSlots.CheckpointOf(root),
            },
        ];
        var chainId = await rpc.GetValueAsync("eth_chainId", RpcJson.Default.NullableUInt64, [], cancel);
        for (var attempt = 1; ; attempt++)
        {
            var fault = "";
            try
            {
                var block = await rpc.GetBlockAsync(at, cancel);
                var anchor = await TakeAsync(rpc, chainId, contract, block, slots, cancel);
                if (AnchorCheck.Verify(anchor) is not { } reason)
                {
                    return anchor;
                }
                fault = $"{rpc.Host} gave a proof for block {block.Number} that proves nothing: {reason}";
            }
            catch (ChainException e) when (e.Outcome is RpcOutcome.Refused && attempt < Attempts)
            {
                fault = e.Message;
            }
            if (attempt == Attempts)
            {
                throw new ChainException(RpcOutcome.Malformed, fault);
            }
            await Task.Delay(Pause, cancel);
        }
    }

    private static async Task<Anchor> TakeAsync(
        JsonRpc rpc, ulong chainId, Address contract, RpcBlock block, Digest[] slots, CancellationToken cancel)
    {
        JsonArray parameters =
        [
            contract.ToString(),
            new JsonArray([.. slots.Select(slot => JsonValue.Create("0x" + slot))]),
            BlockReference.Number(block.Number).ToString(),
        ];
        var proof = await rpc.GetAsync("eth_getProof", RpcJson.Default.RpcProof, parameters, cancel);
        if (proof.StorageProof.Count != slots.Length)
        {
            throw new ChainException(RpcOutcome.Malformed, $"{rpc.Host} proved {proof.StorageProof.Count} slots, asked for {slots.Length}.");
        }
        var account = new AnchorAccount(
            proof.Nonce, proof.Balance.IsZero ? [] : proof.Balance.ToByteArray(isUnsigned: true, isBigEndian: true),
            proof.StorageHash, proof.CodeHash, proof.AccountProof);
        var values = slots.Zip(proof.StorageProof, (slot, there) =>
        {
            var value = there.Value.ToByteArray(isUnsigned: true, isBigEndian: true);
            return new AnchorSlot(slot, new Digest([.. new byte[Digest.Size - value.Length], .. value]), there.Proof);
        });
        return new Anchor(chainId, contract, block.HeaderFields(), block.Hash, account, [.. values]);
    }
}

using System.Numerics;
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

    /// <param name="take">Asks the node for the block's header and the proofs of the slots, unchecked.</param>
    public static async Task<Anchor> GetAsync(
        Digest root,
        IReadOnlyCollection<(PartyId Party, Address Key)> keys,
        Func<Digest[], Task<Anchor>> take,
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
        for (var attempt = 1; ; attempt++)
        {
            string fault;
            try
            {
                var anchor = await take(slots);
                if (AnchorCheck.Verify(anchor) is not { } reason)
                {
                    return anchor;
                }
                fault = $"The node gave a proof for block {anchor.BlockHash} that proves nothing: {reason}";
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

    /// <summary>What the node gave for each slot, in the order asked for: nodes write a slot's key in several ways, so it is not
    /// read.</summary>
    public static IReadOnlyList<AnchorSlot> Slots(
        Digest[] asked, IReadOnlyList<(BigInteger Value, IReadOnlyList<byte[]> Proof)> given, string host) => given.Count == asked.Length
            ? [.. asked.Zip(given, (slot, there) => new AnchorSlot(slot, Word(there.Value), there.Proof))]
            : throw new ChainException(RpcOutcome.Malformed, $"{host} proved {given.Count} slots, asked for {asked.Length}.");

    /// <summary>A number as RLP holds it: big-endian without leading zeros, zero as nothing.</summary>
    public static byte[] Minimal(BigInteger value) => value.IsZero ? [] : value.ToByteArray(isUnsigned: true, isBigEndian: true);

    /// <summary>A number below 2^256 as 32 bytes.</summary>
    public static Digest Word(BigInteger value)
    {
        var bytes = Minimal(value);
        return new Digest([.. new byte[Digest.Size - bytes.Length], .. bytes]);
    }
}

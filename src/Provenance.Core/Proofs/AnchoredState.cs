using Provenance.Core.Ethereum;

namespace Provenance.Core.Proofs;

/// <summary>The contract's storage as an anchor proves it, in the ledger's words. Exists only for an anchor whose evidence fits together.</summary>
internal sealed class AnchoredState
{
    /// <summary>The last second that a calendar here can name: 9999-12-31 23:59:59 UTC.</summary>
    private const ulong LastSecond = 253_402_300_799;

    private readonly Dictionary<Digest, Digest> _slots;

    private AnchoredState(Anchor anchor, BlockHeader header)
    {
        Anchor = anchor;
        BlockNumber = header.Number;
        BlockTime = header.Time;
        _slots = anchor.Slots.ToDictionary(s => s.Slot, s => s.Value);
    }

    public Anchor Anchor { get; }

    public ulong BlockNumber { get; }

    public DateTimeOffset BlockTime { get; }

    public Digest LedgerId => Slot(LedgerSlots.LedgerId);

    public bool IsKnownCode => LedgerCode.KnownHashes.Contains(Anchor.Account.CodeHash);

    /// <summary>Whether the ledger began in this very contract: its id is computed from where it stands.</summary>
    public bool IsFirstContract => LedgerId == LedgerTypedData.LedgerIdOf(Anchor.ChainId, Anchor.Contract);

    public bool IsSuccessor => Slot(LedgerSlots.PredecessorChainId) != Digest.Zero;

    /// <returns>The state, or why the evidence does not fit together.</returns>
    public static (AnchoredState? State, string? Broken) Read(Anchor anchor)
    {
        if ((AnchorCheck.Verify(anchor) ?? WhyIncomplete(anchor)) is { } broken)
        {
            return (null, broken);
        }
        return BlockHeader.TryRead(anchor.Header, out var header, out var reason) ? (new AnchoredState(anchor, header), null) : (null, reason);
    }

    /// <summary>Size and block time under which the contract keeps a root; size 0 where it does not, or where the anchor does not say.</summary>
    public AnchoredCheckpoint CheckpointOf(Digest root)
    {
        var (size, time) = LedgerSlots.FindCheckpoint(Slot(LedgerSlots.CheckpointOf(root))) ?? default;
        return new AnchoredCheckpoint(size, DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(time, LastSecond)));
    }

    /// <summary>A party's key; one of status none where the contract does not know it, or where the anchor does not say.</summary>
    public LedgerKey KeyOf(PartyId party, Address key) => LedgerSlots.FindKey(Slot(LedgerSlots.KeyOf(party, key))) ?? default;

    /// <summary>Whether the anchor says anything of this slot. What it leaves out must not read as "nothing stored".</summary>
    public bool Covers(Digest slot) => _slots.ContainsKey(slot);

    // One proof of absence holds for many neighbouring slots. So an absent one counts only where it is asked for by its number.
    private static string? WhyIncomplete(Anchor anchor)
    {
        Digest[] needed = [LedgerSlots.LedgerId, LedgerSlots.PredecessorChainId, LedgerSlots.Predecessor, LedgerSlots.StartRoot];
        var missing = needed.Except(anchor.Slots.Select(s => s.Slot)).ToList();
        if (missing.Count > 0)
        {
            return $"slot {missing[0]} is left out";
        }
        return anchor.Slots.FirstOrDefault(s => s.Value == Digest.Zero && !needed.Contains(s.Slot)) is { } empty
            ? $"slot {empty.Slot} is empty and was not needed"
            : null;
    }

    private Digest Slot(Digest slot) => _slots.GetValueOrDefault(slot);
}

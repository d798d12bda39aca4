namespace Provenance.Core.Ethereum;

/// <summary>Checks that an anchor proves what it states: that in the block of this hash, the contract's account had this code and these
/// values in storage.</summary>
/// <remarks>Not here, for it takes more than the anchor: whether the block is on the chain and final, whether <see cref="Anchor.ChainId"/>
/// is its chain's (no header says; the ledger's id does, for a first contract), whether the code is a known one, and what the values say.</remarks>
public static class AnchorCheck
{
    /// <summary>Null if every proof holds; else the first reason why not, for people.</summary>
    public static string? Verify(Anchor anchor)
    {
        if (!BlockHeader.TryRead(anchor.Header, out var header, out var reason))
        {
            return reason;
        }
        if (header.Hash != anchor.BlockHash)
        {
            return $"the header's hash is {header.Hash}, not the block hash {anchor.BlockHash}";
        }

        var account = TrieProof.Verify(header.StateRoot, Keccak256.Hash(anchor.Contract.ToArray()), anchor.Account.Proof);
        if (account.Outcome != TrieOutcome.Present || !account.Value.Span.SequenceEqual(Encode(anchor.Account)))
        {
            return $"the account proof does not show contract {anchor.Contract} with the state given under the header's state root";
        }

        for (var i = 0; i < anchor.Slots.Count; i++)
        {
            var slot = anchor.Slots[i];
            if (i > 0 && anchor.Slots[i - 1].Slot.CompareTo(slot.Slot) >= 0)
            {
                return $"slot {slot.Slot} is not above the slot before it";
            }
            if (!Proves(anchor.Account.StorageHash, slot))
            {
                return $"the storage proof of slot {slot.Slot} does not show value {slot.Value}";
            }
        }
        return null;
    }

    /// <summary>Zero is not stored: its slot is proven absent. Anvil alone keeps a leaf that holds zero for a slot that a transaction
    /// has read; that says the same, and no other client's trie can hold it.</summary>
    private static bool Proves(Digest storageRoot, AnchorSlot slot)
    {
        var found = TrieProof.Verify(storageRoot, Keccak256.Hash(slot.Slot.ToArray()), slot.Proof);
        return found.Outcome switch
        {
            TrieOutcome.Absent => slot.Value == Digest.Zero,
            TrieOutcome.Present => found.Value.Span.SequenceEqual(Rlp.EncodeInteger(slot.Value.ToArray())),
            _ => false,
        };
    }

    /// <summary>The account as the state trie holds it: [nonce, balance, storageRoot, codeHash] (yellow paper §4.1). A balance with
    /// leading zeros stays so, and then is not what the trie holds.</summary>
    private static byte[] Encode(AnchorAccount account) => Rlp.EncodeList(
        Rlp.EncodeInteger(account.Nonce),
        Rlp.EncodeBytes(account.Balance),
        Rlp.EncodeBytes(account.StorageHash.ToArray()),
        Rlp.EncodeBytes(account.CodeHash.ToArray()));
}

namespace Provenance.Core.Ethereum;

/// <summary>What a chain's block says of the ledger's contract, with the proofs that let anybody check it against the block's hash (EIP-1186; design §3, Anchor).</summary>
/// <param name="Header">The RLP fields of the block's header in order; keccak-256 of their list is <paramref name="BlockHash"/>.</param>
/// <param name="Slots">Strictly ascending by <see cref="AnchorSlot.Slot"/>.</param>
public sealed record Anchor(
    ulong ChainId, Address Contract, IReadOnlyList<byte[]> Header, Digest BlockHash, AnchorAccount Account, IReadOnlyList<AnchorSlot> Slots);

/// <summary>The contract's account under the block's state root.</summary>
/// <param name="Balance">Big-endian without leading zeros; empty for none.</param>
/// <param name="Proof">Trie nodes from the state root down to the account.</param>
public sealed record AnchorAccount(ulong Nonce, byte[] Balance, Digest StorageHash, Digest CodeHash, IReadOnlyList<byte[]> Proof);

/// <summary>One storage slot of the contract.</summary>
/// <param name="Slot">The storage key before it is hashed.</param>
/// <param name="Value">Padded to 32 bytes; zero where the trie proves that nothing is stored.</param>
/// <param name="Proof">Trie nodes from the storage root down to the value, or to where it would be.</param>
public sealed record AnchorSlot(Digest Slot, Digest Value, IReadOnlyList<byte[]> Proof);

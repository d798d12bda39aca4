using System.Buffers.Binary;

namespace Provenance.Core.Ethereum;

/// <summary>The messages that keys of a ledger sign, as EIP-712 typed data: each method gives the digest to sign or to recover from.</summary>
/// <remarks>The contract computes those about keys too (contracts/KeyMessages.sol). The domain has no <c>verifyingContract</c>: a
/// ledger outlives its contract, its id does not change.</remarks>
public static class LedgerTypedData
{
    private static readonly Digest DomainType = Keccak256.Hash("EIP712Domain(string name,string version,bytes32 salt)"u8);
    private static readonly Digest Name = Keccak256.Hash("Provenance"u8);
    private static readonly Digest Version = Keccak256.Hash("1"u8);
    private static readonly Digest CheckpointType = Keccak256.Hash("ProvenanceCheckpoint(uint64 size,bytes32 root)"u8);
    private static readonly Digest SubmissionType = Keccak256.Hash("ProvenanceSubmission(bytes32 party,uint64 firstSeq,uint64 count,bytes32 root)"u8);
    private static readonly Digest KeyType = Keccak256.Hash("ProvenanceKey(bytes32 party,address key,uint64 nonce)"u8);
    private static readonly Digest AdditionType = Keccak256.Hash("ProvenanceKeyAddition(bytes32 party,address key,uint64 nonce)"u8);
    private static readonly Digest RevocationType = Keccak256.Hash("ProvenanceKeyRevocation(bytes32 party,address key,uint64 nonce)"u8);
    private static readonly Digest RejectionType = Keccak256.Hash("ProvenanceProposalRejection(bytes32 party,address key,uint64 nonce)"u8);
    private static readonly Digest CompromiseType = Keccak256.Hash("ProvenanceKeyCompromise(bytes32 party,address key,uint64 since,uint64 nonce)"u8);

    /// <summary>The id of the ledger whose first contract this is: keccak256(abi.encode(uint256 chainId, address contract)).</summary>
    public static Digest LedgerIdOf(ulong chainId, Address contract) => Hash(Word(chainId), Word(contract));

    /// <summary>The domain separator of name "Provenance", version "1" and the ledger's id as salt.</summary>
    public static Digest Domain(Digest ledgerId) => Hash(DomainType, Name, Version, ledgerId);

    /// <summary>The log at one size, signed by the ledger's key.</summary>
    public static Digest Checkpoint(Digest ledgerId, ulong size, Digest root) =>
        ToSign(ledgerId, Hash(CheckpointType, Word(size), root));

    /// <summary>Events recorded together, signed by their party's own key.</summary>
    public static Digest Submission(Digest ledgerId, PartyId party, ulong firstSeq, ulong count, Digest root) =>
        ToSign(ledgerId, Hash(SubmissionType, party.Value, Word(firstSeq), Word(count), root));

    /// <summary>Signed by <paramref name="key"/> itself: it consents to speak for the party.</summary>
    /// <param name="nonce">The contract's <c>nonceOf(party)</c>, here and below.</param>
    public static Digest Key(Digest ledgerId, PartyId party, Address key, ulong nonce) => AboutKey(KeyType, ledgerId, party, key, nonce);

    /// <summary>Signed by a key the party has: a further one joins it.</summary>
    public static Digest KeyAddition(Digest ledgerId, PartyId party, Address key, ulong nonce) =>
        AboutKey(AdditionType, ledgerId, party, key, nonce);

    /// <summary>Signed by a key of the party, which may be <paramref name="key"/>: its validity ends.</summary>
    public static Digest KeyRevocation(Digest ledgerId, PartyId party, Address key, ulong nonce) =>
        AboutKey(RevocationType, ledgerId, party, key, nonce);

    /// <summary>Signed by a key of the party: it does not want the key that the registrar proposed.</summary>
    public static Digest ProposalRejection(Digest ledgerId, PartyId party, Address key, ulong nonce) =>
        AboutKey(RejectionType, ledgerId, party, key, nonce);

    /// <summary>Signed by a key of the party, which may be <paramref name="key"/>: others may have signed with it.</summary>
    /// <param name="since">The first leaf that they may have signed.</param>
    public static Digest KeyCompromise(Digest ledgerId, PartyId party, Address key, ulong since, ulong nonce) =>
        ToSign(ledgerId, Hash(CompromiseType, party.Value, Word(key), Word(since), Word(nonce)));

    private static Digest AboutKey(Digest type, Digest ledgerId, PartyId party, Address key, ulong nonce) =>
        ToSign(ledgerId, Hash(type, party.Value, Word(key), Word(nonce)));

    /// <summary>keccak256(19 01 ‖ domain ‖ message): the prefix keeps it apart from transactions and personal messages.</summary>
    private static Digest ToSign(Digest ledgerId, Digest message)
    {
        Span<byte> bytes = stackalloc byte[2 + 2 * Digest.Size];
        bytes[0] = 0x19;
        bytes[1] = 0x01;
        Domain(ledgerId).CopyTo(bytes[2..]);
        message.CopyTo(bytes[(2 + Digest.Size)..]);
        return Keccak256.Hash(bytes);
    }

    /// <summary>keccak256 of 32-byte words, which is what <c>abi.encode</c> and <c>encodeData</c> come to for fixed-size values.</summary>
    private static Digest Hash(params ReadOnlySpan<Digest> words)
    {
        Span<byte> bytes = stackalloc byte[words.Length * Digest.Size];
        for (var i = 0; i < words.Length; i++)
        {
            words[i].CopyTo(bytes[(i * Digest.Size)..]);
        }
        return Keccak256.Hash(bytes);
    }

    private static Digest Word(ulong value)
    {
        Span<byte> word = stackalloc byte[Digest.Size];
        word.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(word[24..], value);
        return new Digest(word);
    }

    private static Digest Word(Address value)
    {
        Span<byte> word = stackalloc byte[Digest.Size];
        word.Clear();
        value.CopyTo(word[12..]);
        return new Digest(word);
    }
}

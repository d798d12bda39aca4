using System.Buffers.Binary;

namespace Provenance.Core.Ethereum;

/// <summary>Where contracts/ProvenanceLedger.sol keeps what, and how it packs it: its storage is part of the proof format and can't
/// change. Numbers and packing follow Solidity's storage layout ("Layout of State Variables in Storage").</summary>
public static class LedgerSlots
{
    private const ulong Anchors = 9;
    private const ulong Keys = 10;

    /// <summary>The ledger's id.</summary>
    public static Digest LedgerId { get; } = Number(1);

    /// <summary>The chain of the contract before this one; zero in a first contract.</summary>
    public static Digest PredecessorChainId { get; } = Number(2);

    /// <summary>The contract before this one and the size at which this one starts: see <see cref="FindPredecessor"/>.</summary>
    public static Digest Predecessor { get; } = Number(3);

    /// <summary>The root at which this contract starts; zero in a first contract.</summary>
    public static Digest StartRoot { get; } = Number(4);

    /// <summary>The newest accepted root.</summary>
    public static Digest HeadRoot { get; } = Number(5);

    /// <summary>The newest accepted size and its block's time: see <see cref="FindCheckpoint"/>.</summary>
    public static Digest Head { get; } = Number(6);

    /// <summary>The chain of the contract after this one; zero while this one is open.</summary>
    public static Digest SuccessorChainId { get; } = Number(7);

    /// <summary>The contract after this one; zero while this one is open.</summary>
    public static Digest Successor { get; } = Number(8);

    /// <summary>The size and time under which a root was accepted: see <see cref="FindCheckpoint"/>.</summary>
    public static Digest CheckpointOf(Digest root) => InMapping(root, Number(Anchors));

    /// <summary>A party's key: see <see cref="FindKey"/>.</summary>
    public static Digest KeyOf(PartyId party, Address key)
    {
        Span<byte> word = stackalloc byte[Digest.Size];
        word.Clear();
        key.CopyTo(word[12..]);
        return InMapping(new Digest(word), InMapping(party.Value, Number(Keys)));
    }

    /// <summary>Size (leaves) and block time (seconds since 1970) of an accepted root; both zero if it never was. Null for a value that
    /// the contract can't have stored.</summary>
    public static (ulong Size, ulong Time)? FindCheckpoint(Digest value)
    {
        var (highest, high, time, size) = Words(value);
        return highest == 0 && high == 0 ? (size, time) : null;
    }

    /// <summary>The predecessor (zero for a first contract) and the size at which this contract starts. Null for a value that the
    /// contract can't have stored.</summary>
    public static (Address Contract, ulong StartSize)? FindPredecessor(Digest value)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        value.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes) == 0
            ? (new Address(bytes[12..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[4..]))
            : null;
    }

    /// <summary>A key's record, with status <see cref="KeyStatus.None"/> where nothing is stored. Null for a value that the contract
    /// can't have stored.</summary>
    public static LedgerKey? FindKey(Digest value)
    {
        var (status, compromisedSince, validUntil, validFrom) = Words(value);
        return status <= (ulong)KeyStatus.Reassigned ? new LedgerKey(validFrom, validUntil, compromisedSince, (KeyStatus)status) : null;
    }

    /// <summary>keccak256(key ‖ slot of the mapping).</summary>
    private static Digest InMapping(Digest key, Digest mapping)
    {
        Span<byte> bytes = stackalloc byte[2 * Digest.Size];
        key.CopyTo(bytes);
        mapping.CopyTo(bytes[Digest.Size..]);
        return Keccak256.Hash(bytes);
    }

    private static Digest Number(ulong slot)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], slot);
        return new Digest(bytes);
    }

    /// <summary>The four 64-bit parts, highest first; Solidity packs a struct's members from the lowest up.</summary>
    private static (ulong, ulong, ulong, ulong) Words(Digest value)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        value.CopyTo(bytes);
        return (BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));
    }
}

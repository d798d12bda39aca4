using System.Buffers.Binary;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Tests.Core.Ethereum;

namespace Provenance.Tests.Core.Proofs;

/// <summary>Evidence of a contract on a chain that is nowhere but in these bytes: header, accounts and storage fit together as a node's do
/// (a node's own are held in <see cref="AnchorCheckTests"/>).</summary>
internal static class MadeAnchor
{
    public const ulong ChainId = 100;
    public const ulong BlockNumber = 43_118_207;
    public const ulong BlockTime = 1_795_000_000;

    public static readonly Address Contract = Address.Parse("0x7d2e0000000000000000000000000000000091af");

    /// <param name="storage">All that the contract stores; zeros are proven absent.</param>
    /// <param name="shown">The slots to prove; all of the storage where null.</param>
    public static Anchor Of(
        IReadOnlyDictionary<Digest, Digest> storage, Digest code, IEnumerable<Digest>? shown = null, Address? at = null, ulong time = BlockTime)
    {
        var slots = new Trie(storage.Where(s => s.Value != Digest.Zero)
            .Select(s => (Hashed(s.Key.ToArray()), Rlp.EncodeInteger(s.Value.ToArray()))));
        var contract = at ?? Contract;
        var account = Rlp.EncodeList(
            Rlp.EncodeInteger(1UL), Rlp.EncodeBytes([]), Rlp.EncodeBytes(slots.Root.ToArray()), Rlp.EncodeBytes(code.ToArray()));
        var others = Enumerable.Range(1, 3).Select(n => (Hashed([(byte)n]), account));
        var state = new Trie([(Hashed(contract.ToArray()), account), .. others]);
        var header = Header(state.Root, time);
        Assert.True(BlockHeader.TryRead(header, out var block, out var reason), reason);
        return new Anchor(
            ChainId, contract, header, block.Hash,
            new AnchorAccount(1, [], slots.Root, code, state.Prove(Hashed(contract.ToArray()))),
            [.. (shown ?? storage.Keys).Order().Select(s =>
                new AnchorSlot(s, storage.GetValueOrDefault(s), slots.Prove(Hashed(s.ToArray()))))]);
    }

    /// <summary>A word of four 64-bit numbers, the lowest last: how the contract packs its records.</summary>
    public static Digest Word(ulong highest, ulong high, ulong low, ulong lowest)
    {
        var word = new byte[Digest.Size];
        BinaryPrimitives.WriteUInt64BigEndian(word, highest);
        BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(8), high);
        BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(16), low);
        BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(24), lowest);
        return new Digest(word);
    }

    public static Digest Word(LedgerKey key) => Word((ulong)key.Status, key.CompromisedSince, key.ValidUntil, key.ValidFrom);

    private static byte[] Hashed(ReadOnlySpan<byte> key) => Keccak256.Hash(key).ToArray();

    private static byte[][] Header(Digest stateRoot, ulong time) =>
    [
        Filled(1), Filled(2), new byte[20], stateRoot.ToArray(), Filled(4), Filled(5), new byte[256],
        [], Minimal(BlockNumber), Minimal(17_000_000), Minimal(1_000_000), Minimal(time), "made"u8.ToArray(), Filled(6), new byte[8],
        Minimal(1_000_000_000), Filled(7), [], [], Filled(8), Filled(9),
    ];

    private static byte[] Filled(byte value) => [.. Enumerable.Repeat(value, Digest.Size)];

    private static byte[] Minimal(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return [.. bytes.SkipWhile(b => b == 0)];
    }
}

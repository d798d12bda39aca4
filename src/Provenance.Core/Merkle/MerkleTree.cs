using System.Numerics;
using System.Security.Cryptography;

namespace Provenance.Core.Merkle;

/// <summary>Hash of the complete subtree that covers leaves [index·2^level, (index+1)·2^level); level 0 is a leaf hash.</summary>
public delegate Digest NodeReader(int level, ulong index);

/// <summary>The hash tree of RFC 9162 §2.1 (the tree of RFC 6962): what is hashed, and the root over stored nodes.</summary>
public static class MerkleTree
{
    /// <summary>Root of no leaves: SHA-256 of nothing (RFC 9162 §2.1.1).</summary>
    public static Digest EmptyRoot { get; } = Digest.Sha256([]);

    /// <summary>SHA-256(0x00 ‖ entry).</summary>
    public static Digest LeafHash(ReadOnlySpan<byte> entry)
    {
        Span<byte> input = entry.Length < 512 ? stackalloc byte[entry.Length + 1] : new byte[entry.Length + 1];
        input[0] = 0x00;
        entry.CopyTo(input[1..]);
        return Digest.Sha256(input);
    }

    /// <summary>SHA-256(0x01 ‖ left ‖ right).</summary>
    public static Digest NodeHash(Digest left, Digest right)
    {
        Span<byte> input = stackalloc byte[1 + 2 * Digest.Size];
        input[0] = 0x01;
        left.CopyTo(input[1..]);
        right.CopyTo(input[33..]);
        Span<byte> hash = stackalloc byte[Digest.Size];
        SHA256.HashData(input, hash);
        return new Digest(hash);
    }

    /// <summary>Root over the first <paramref name="size"/> leaves, from at most log2(size) stored nodes.</summary>
    public static Digest Root(ulong size, NodeReader node) => size == 0 ? EmptyRoot : Range(0, size, node);

    /// <summary>Root over leaves held in memory, for small trees such as a submission's.</summary>
    public static Digest Root(IReadOnlyList<Digest> leaves)
    {
        var frontier = new MerkleFrontier();
        foreach (var leaf in leaves)
        {
            frontier.Append(leaf, static (_, _, _) => { });
        }
        return frontier.Root();
    }

    /// <summary>Hash of leaves [start, end): the MTH of RFC 9162 §2.1.1, where start is a multiple of the power of two that covers the range.</summary>
    internal static Digest Range(ulong start, ulong end, NodeReader node)
    {
        var count = end - start;
        if (BitOperations.IsPow2(count))
        {
            var level = BitOperations.Log2(count);
            return node(level, start >> level);
        }
        var split = SplitPoint(count);
        return NodeHash(Range(start, start + split, node), Range(start + split, end, node));
    }

    /// <summary>The largest power of two smaller than <paramref name="count"/>, which is at least 2.</summary>
    internal static ulong SplitPoint(ulong count) => 1UL << BitOperations.Log2(count - 1);
}

/// <summary>The right edge of a growing tree: one complete subtree for each bit set in its size.</summary>
public sealed class MerkleFrontier
{
    private readonly Digest[] _complete = new Digest[64];

    /// <summary>Leaves so far.</summary>
    public ulong Size { get; private set; }

    /// <summary>Takes up a tree of stored nodes where it ended.</summary>
    public static MerkleFrontier Resume(ulong size, NodeReader node)
    {
        var frontier = new MerkleFrontier { Size = size };
        var end = size;
        for (var level = 0; level < 64; level++)
        {
            if ((size >> level & 1) == 1)
            {
                frontier._complete[level] = node(level, (end >> level) - 1);
                end -= 1UL << level;
            }
        }
        return frontier;
    }

    /// <summary>Adds one leaf hash and reports every subtree that it completes, the leaf itself first.</summary>
    public void Append(Digest leaf, Action<int, ulong, Digest> completed)
    {
        var hash = leaf;
        var index = Size;
        var level = 0;
        completed(0, index, hash);
        for (; (Size >> level & 1) == 1; level++)
        {
            hash = MerkleTree.NodeHash(_complete[level], hash);
            index >>= 1;
            completed(level + 1, index, hash);
        }
        _complete[level] = hash;
        Size++;
    }

    /// <summary>Root over all leaves so far.</summary>
    public Digest Root()
    {
        if (Size == 0)
        {
            return MerkleTree.EmptyRoot;
        }
        var level = BitOperations.TrailingZeroCount(Size);
        var root = _complete[level];
        for (level++; level < 64; level++)
        {
            if ((Size >> level & 1) == 1)
            {
                root = MerkleTree.NodeHash(_complete[level], root);
            }
        }
        return root;
    }

    /// <summary>A copy that can be thrown away, for a write that may be taken back.</summary>
    public MerkleFrontier Clone()
    {
        var copy = new MerkleFrontier { Size = Size };
        _complete.CopyTo(copy._complete, 0);
        return copy;
    }
}

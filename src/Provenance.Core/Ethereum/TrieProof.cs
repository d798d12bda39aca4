namespace Provenance.Core.Ethereum;

/// <summary>Proofs in a Merkle-Patricia trie (yellow paper, appendix D), as <c>eth_getProof</c> gives them (EIP-1186).</summary>
public static class TrieProof
{
    private const int BranchLength = 17;

    /// <summary>keccak256 of the empty string's RLP: the root over nothing.</summary>
    public static Digest EmptyRoot { get; } = Keccak256.Hash([0x80]);

    /// <summary>Follows the key from the root, and requires that each node be used, so that one fact has one proof.</summary>
    /// <param name="keyHash">keccak256 of the account's address or of the 32-byte storage slot: the state's tries are "secure".</param>
    /// <param name="nodes">RLP of the nodes that are referred to by hash, root first; none for an empty trie. A node shorter than
    /// 32 bytes stands inside its parent and not in this list.</param>
    public static TrieResult Verify(Digest root, Digest keyHash, IReadOnlyList<byte[]> nodes) => Verify(root, keyHash.ToArray(), nodes);

    /// <summary>The same for a key of any length, in a trie that is not "secure".</summary>
    internal static TrieResult Verify(Digest root, ReadOnlySpan<byte> key, IReadOnlyList<byte[]> nodes)
    {
        if (root == EmptyRoot)
        {
            return nodes.Count == 0 ? TrieResult.Absent : TrieResult.Invalid;
        }

        var path = Nibbles(key);
        var used = 0;
        var node = FindHashed(root, nodes, ref used);
        while (node is not null)
        {
            var step = Take(node, ref path);
            if (step.Result is { } result)
            {
                return used == nodes.Count ? result : TrieResult.Invalid;
            }
            node = FindChild(step.Child!, nodes, ref used);
        }
        return TrieResult.Invalid;
    }

    /// <summary>One node's share of the path: where it leads, or what it settles.</summary>
    private static Step Take(RlpItem node, ref ReadOnlySpan<byte> path) => node.Items.Count switch
    {
        BranchLength => TakeBranch(node, ref path),
        2 when DecodePath(node.Items[0]) is var (ownPath, isLeaf) => TakeShort(node.Items[1], ownPath, isLeaf, ref path),
        _ => TrieResult.Invalid,
    };

    private static Step TakeBranch(RlpItem branch, ref ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty)
        {
            var value = branch.Items[BranchLength - 1];
            return value.IsList ? TrieResult.Invalid : value.Bytes.IsEmpty ? TrieResult.Absent : TrieResult.Present(value.Bytes);
        }
        var child = branch.Items[path[0]];
        path = path[1..];
        return IsEmptyString(child) ? TrieResult.Absent : new Step(child, null);
    }

    /// <summary>A leaf or an extension: two members, of which the first is a piece of the path.</summary>
    private static Step TakeShort(RlpItem second, ReadOnlySpan<byte> ownPath, bool isLeaf, ref ReadOnlySpan<byte> path)
    {
        if (IsEmptyString(second) || (isLeaf ? second.IsList : ownPath.IsEmpty))
        {
            return TrieResult.Invalid;
        }
        if (isLeaf)
        {
            return path.SequenceEqual(ownPath) ? TrieResult.Present(second.Bytes) : TrieResult.Absent;
        }
        if (!path.StartsWith(ownPath))
        {
            return TrieResult.Absent;
        }
        path = path[ownPath.Length..];
        return new Step(second, null);
    }

    /// <summary>The node that a branch or an extension refers to: by its hash, or by being it, if it is shorter than a hash.</summary>
    private static RlpItem? FindChild(RlpItem reference, IReadOnlyList<byte[]> nodes, ref int used)
    {
        if (reference.IsList)
        {
            return reference.Encoding.Length < Digest.Size ? reference : null;
        }
        return reference.TryReadDigest(out var hash) && FindHashed(hash, nodes, ref used) is { Encoding.Length: >= Digest.Size } child ? child : null;
    }

    private static RlpItem? FindHashed(Digest hash, IReadOnlyList<byte[]> nodes, ref int used)
    {
        if (used == nodes.Count || Keccak256.Hash(nodes[used]) != hash || !Rlp.TryDecode(nodes[used], out var node))
        {
            return null;
        }
        used++;
        return node;
    }

    /// <summary>Hex prefix (yellow paper, appendix C): flag 2 marks a leaf, flag 1 an odd number of nibbles; null for anything else.</summary>
    private static (byte[] Path, bool IsLeaf)? DecodePath(RlpItem item)
    {
        if (item.IsList || item.Bytes.IsEmpty)
        {
            return null;
        }
        var nibbles = Nibbles(item.Bytes.Span);
        var flag = nibbles[0];
        var isOdd = (flag & 1) == 1;
        return flag > 3 || (!isOdd && nibbles[1] != 0) ? null : (nibbles[(isOdd ? 1 : 2)..].ToArray(), flag >= 2);
    }

    private static ReadOnlySpan<byte> Nibbles(ReadOnlySpan<byte> bytes)
    {
        var nibbles = new byte[bytes.Length * 2];
        for (var i = 0; i < bytes.Length; i++)
        {
            nibbles[2 * i] = (byte)(bytes[i] >> 4);
            nibbles[2 * i + 1] = (byte)(bytes[i] & 15);
        }
        return nibbles;
    }

    private static bool IsEmptyString(RlpItem item) => !item.IsList && item.Bytes.IsEmpty;

    /// <summary>Exactly one is set.</summary>
    private readonly record struct Step(RlpItem? Child, TrieResult? Result)
    {
        public static implicit operator Step(TrieResult result) => new(null, result);
    }
}

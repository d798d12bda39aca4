namespace Provenance.Core.Merkle;

/// <summary>Inclusion and consistency proofs: made from stored nodes in O(log n), verified by RFC 9162 §2.1.3.2 and §2.1.4.2.</summary>
public static class MerkleProof
{
    /// <summary>The path from leaf <paramref name="index"/> to the root over <paramref name="size"/> leaves (RFC 9162 §2.1.3.1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The leaf is not in the tree.</exception>
    public static List<Digest> Inclusion(ulong index, ulong size, NodeReader node)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<Digest>();
        var (start, end) = (0UL, size);
        while (end - start > 1)
        {
            var middle = start + MerkleTree.SplitPoint(end - start);
            if (index < middle)
            {
                path.Add(MerkleTree.Range(middle, end, node));
                end = middle;
            }
            else
            {
                path.Add(MerkleTree.Range(start, middle, node));
                start = middle;
            }
        }
        path.Reverse();
        return path;
    }

    /// <summary>Proof that the tree of <paramref name="size"/> leaves begins with that of <paramref name="earlier"/> (RFC 9162 §2.1.4.1). Empty where both are equal.</summary>
    /// <exception cref="ArgumentOutOfRangeException">earlier is 0 or above size: nothing could be proven.</exception>
    public static List<Digest> Consistency(ulong earlier, ulong size, NodeReader node)
    {
        ArgumentOutOfRangeException.ThrowIfZero(earlier);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(earlier, size);
        var path = new List<Digest>();
        var (start, end) = (0UL, size);
        // While the earlier tree's right edge lies inside, its own root is known to whoever asks as long as it starts at leaf 0.
        while (earlier < end)
        {
            var middle = start + MerkleTree.SplitPoint(end - start);
            if (earlier <= middle)
            {
                path.Add(MerkleTree.Range(middle, end, node));
                end = middle;
            }
            else
            {
                path.Add(MerkleTree.Range(start, middle, node));
                start = middle;
            }
        }
        if (start != 0)
        {
            path.Add(MerkleTree.Range(start, end, node));
        }
        path.Reverse();
        return path;
    }

    /// <summary>Whether the leaf stands at <paramref name="index"/> of the tree with this size and root (RFC 9162 §2.1.3.2).</summary>
    public static bool VerifyInclusion(ulong index, ulong size, Digest leaf, IReadOnlyList<Digest> path, Digest root)
    {
        if (index >= size)
        {
            return false;
        }
        var (fn, sn, hash) = (index, size - 1, leaf);
        foreach (var sibling in path)
        {
            if (sn == 0)
            {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn)
            {
                hash = MerkleTree.NodeHash(sibling, hash);
                while ((fn & 1) == 0 && fn != 0)
                {
                    fn >>= 1;
                    sn >>= 1;
                }
            }
            else
            {
                hash = MerkleTree.NodeHash(hash, sibling);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && hash == root;
    }

    /// <summary>Whether the later tree begins with the earlier one (RFC 9162 §2.1.4.2). An earlier size of 0 proves nothing and is refused.</summary>
    public static bool VerifyConsistency(ulong earlier, ulong size, Digest earlierRoot, Digest root, IReadOnlyList<Digest> path)
    {
        if (earlier == 0 || earlier > size)
        {
            return false;
        }
        if (earlier == size)
        {
            return path.Count == 0 && earlierRoot == root;
        }
        var (fn, sn, next) = (earlier - 1, size - 1, 0);
        while ((fn & 1) == 1)
        {
            fn >>= 1;
            sn >>= 1;
        }
        // Where the earlier size is a power of two its root is itself a node of the later tree, and the path leaves it out.
        if (fn != 0 && path.Count == 0)
        {
            return false;
        }
        var first = fn == 0 ? earlierRoot : path[next++];
        var (fr, sr) = (first, first);
        for (; next < path.Count; next++)
        {
            var sibling = path[next];
            if (sn == 0)
            {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn)
            {
                fr = MerkleTree.NodeHash(sibling, fr);
                sr = MerkleTree.NodeHash(sibling, sr);
                while ((fn & 1) == 0 && fn != 0)
                {
                    fn >>= 1;
                    sn >>= 1;
                }
            }
            else
            {
                sr = MerkleTree.NodeHash(sr, sibling);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && fr == earlierRoot && sr == root;
    }
}

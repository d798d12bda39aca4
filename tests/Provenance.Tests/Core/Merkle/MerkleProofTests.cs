using System.Text;
using Provenance.Core;
using Provenance.Core.Merkle;

namespace Provenance.Tests.Core.Merkle;

/// <summary>Our own proofs, over trees grown leaf by leaf, against the definition in RFC 9162 §2.1.1.</summary>
public class MerkleProofTests
{
    private const int Largest = 70;

    private static readonly List<Digest> Leaves =
        [.. Enumerable.Range(0, Largest).Select(i => MerkleTree.LeafHash(Encoding.ASCII.GetBytes($"entry {i}")))];

    private readonly Dictionary<(int, ulong), Digest> _nodes = [];

    public MerkleProofTests()
    {
        var frontier = new MerkleFrontier();
        foreach (var leaf in Leaves)
        {
            frontier.Append(leaf, (level, index, hash) => _nodes.Add((level, index), hash));
        }
    }

    [Fact]
    public void The_root_of_stored_nodes_is_the_root_by_definition()
    {
        for (var size = 0; size <= Largest; size++)
        {
            Assert.Equal(ByDefinition(0, size), MerkleTree.Root((ulong)size, Node));
            Assert.Equal(ByDefinition(0, size), MerkleFrontier.Resume((ulong)size, Node).Root());
        }
    }

    [Fact]
    public void Every_leaf_of_every_size_is_proven_and_no_other_leaf_index_size_or_root_is()
    {
        for (var size = 1UL; size <= Largest; size++)
        {
            var root = MerkleTree.Root(size, Node);
            for (var index = 0UL; index < size; index++)
            {
                var path = MerkleProof.Inclusion(index, size, Node);
                var leaf = Leaves[(int)index];
                Assert.True(MerkleProof.VerifyInclusion(index, size, leaf, path, root));
                Assert.False(MerkleProof.VerifyInclusion(index ^ 1, size, leaf, path, root));
                Assert.False(MerkleProof.VerifyInclusion(index, size, Flip(leaf), path, root));
                Assert.False(MerkleProof.VerifyInclusion(index, size, leaf, path, Flip(root)));
                AssertNoVariantHolds(path, p => MerkleProof.VerifyInclusion(index, size, leaf, p, root));
            }
        }
    }

    [Fact]
    public void Every_pair_of_sizes_is_consistent_and_no_variant_of_its_proof_is()
    {
        for (var size = 1UL; size <= Largest; size++)
        {
            var root = MerkleTree.Root(size, Node);
            for (var earlier = 1UL; earlier <= size; earlier++)
            {
                var before = MerkleTree.Root(earlier, Node);
                var path = MerkleProof.Consistency(earlier, size, Node);
                Assert.True(MerkleProof.VerifyConsistency(earlier, size, before, root, path));
                Assert.False(MerkleProof.VerifyConsistency(earlier, size, Flip(before), root, path));
                Assert.False(MerkleProof.VerifyConsistency(earlier, size, before, Flip(root), path));
                AssertNoVariantHolds(path, p => MerkleProof.VerifyConsistency(earlier, size, before, root, p));
            }
        }
    }

    private static void AssertNoVariantHolds(List<Digest> path, Func<List<Digest>, bool> holds)
    {
        Assert.False(holds([.. path, MerkleTree.EmptyRoot]));
        for (var i = 0; i < path.Count; i++)
        {
            Assert.False(holds([.. path[..i], Flip(path[i]), .. path[(i + 1)..]]));
            Assert.False(holds([.. path[..i], .. path[(i + 1)..]]));
        }
    }

    private Digest Node(int level, ulong index) => _nodes[(level, index)];

    private static Digest ByDefinition(int start, int end)
    {
        if (end - start <= 1)
        {
            return end == start ? Digest.Sha256([]) : Leaves[start];
        }
        var split = 1;
        while (split * 2 < end - start)
        {
            split *= 2;
        }
        return Digest.Sha256([1, .. ByDefinition(start, start + split).ToArray(), .. ByDefinition(start + split, end).ToArray()]);
    }

    private static Digest Flip(Digest digest)
    {
        var bytes = digest.ToArray();
        bytes[17] ^= 0x10;
        return new Digest(bytes);
    }
}

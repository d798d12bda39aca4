using System.Text;
using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Core.Ethereum;

public class TrieProofTests
{
    [ConformanceTheory]
    [InlineData("trieanyorder.json", false)]
    [InlineData("trietest.json", false)]
    [InlineData("trieanyorder_secureTrie.json", true)]
    [InlineData("trietest_secureTrie.json", true)]
    [InlineData("hex_encoded_securetrie_test.json", true)]
    public void In_every_official_trie_each_key_is_proven_present_or_absent(string file, bool isSecure)
    {
        foreach (var test in Conformance.Json("ethereum/TrieTests/" + file).EnumerateObject())
        {
            var steps = Steps(test.Value.GetProperty("in")).Select(step => (Key: isSecure ? Hashed(step.Key) : step.Key, step.Value)).ToList();
            var entries = new Dictionary<string, (byte[] Key, byte[] Value)>();
            foreach (var (key, value) in steps)
            {
                entries[Convert.ToHexString(key)] = (key, value ?? []);
            }
            var present = entries.Values.Where(entry => entry.Value.Length > 0).ToList();
            var trie = new Trie(present);
            Assert.Equal(test.Value.Digest("root"), trie.Root);

            foreach (var (key, value) in entries.Values)
            {
                AssertProves(trie, key, value);
            }
        }
    }

    /// <summary>Keys of few bytes share prefixes and end in branches, and values of few bytes stand inside their parents.</summary>
    [Fact]
    public void Tries_of_every_shape_prove_what_is_in_them_and_what_is_not()
    {
        var random = new Random(20260104);
        for (var round = 0; round < 300; round++)
        {
            var entries = new Dictionary<string, (byte[] Key, byte[] Value)>();
            for (var i = random.Next(1, 40); i > 0; i--)
            {
                var key = SomeKey(random);
                entries[Convert.ToHexString(key)] = (key, Bytes(random, random.Next(1, 40)));
            }
            var trie = new Trie(entries.Values);
            foreach (var (key, value) in entries.Values)
            {
                AssertProves(trie, key, value);
            }
            for (var i = 0; i < 20; i++)
            {
                var key = SomeKey(random);
                AssertProves(trie, key, entries.TryGetValue(Convert.ToHexString(key), out var found) ? found.Value : []);
            }
        }
    }

    [Fact]
    public void A_proof_with_any_bit_flipped_or_any_node_dropped_repeated_or_added_is_invalid()
    {
        var random = new Random(20260105);
        var entries = Enumerable.Range(0, 30).Select(_ => (Key: Bytes(random, 32), Value: Bytes(random, 33))).ToList();
        var trie = new Trie(entries);
        foreach (var key in (byte[][])[entries[0].Key, Bytes(random, 32)])
        {
            var nodes = trie.Prove(key);
            Assert.NotEqual(TrieOutcome.Invalid, TrieProof.Verify(trie.Root, new Digest(key), nodes).Outcome);
            for (var node = 0; node < nodes.Count; node++)
            {
                for (var bit = 0; bit < nodes[node].Length * 8; bit++)
                {
                    AssertInvalid(trie, key, [.. nodes.Take(node), Flipped(nodes[node], bit), .. nodes.Skip(node + 1)]);
                }
                AssertInvalid(trie, key, [.. nodes.Take(node), .. nodes.Skip(node + 1)]);
                AssertInvalid(trie, key, [.. nodes.Take(node), nodes[node], .. nodes.Skip(node)]);
                AssertInvalid(trie, key, [.. nodes.Take(node), [.. nodes[node], 0], .. nodes.Skip(node + 1)]);
            }
            AssertInvalid(trie, key, [.. nodes, .. trie.Prove(entries[1].Key)]);
        }
    }

    [Fact]
    public void Under_the_empty_root_everything_is_absent_without_a_node()
    {
        Assert.Equal("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421", TrieProof.EmptyRoot.ToString());
        Assert.Equal(TrieOutcome.Absent, TrieProof.Verify(TrieProof.EmptyRoot, Digest.Zero, []).Outcome);
        Assert.Equal(TrieOutcome.Invalid, TrieProof.Verify(TrieProof.EmptyRoot, Digest.Zero, [[0x80]]).Outcome);
        Assert.Equal(TrieOutcome.Invalid, TrieProof.Verify(Digest.Zero, Digest.Zero, []).Outcome);
    }

    /// <summary>The root's hash covers each of these, so only a chain with other rules could commit to one. Taken, it would have two readings.</summary>
    [Fact]
    public void Nodes_that_no_trie_has_are_invalid()
    {
        byte[] key = [0x12, 0x34];
        byte[] rest = [1, 2, 3, 4];
        byte[] longValue = [.. Enumerable.Repeat((byte)7, 40)];
        var leaf = (byte[] path, byte[] value) => Rlp.EncodeList(Rlp.EncodeBytes(path), Rlp.EncodeBytes(value));
        var hashOf = (byte[] node) => Rlp.EncodeBytes(Keccak256.Hash(node).ToArray());
        var extension = (byte[] path, byte[] child) => Rlp.EncodeList(Rlp.EncodeBytes(path), child);
        var shortLeaf = leaf(Trie.HexPrefix(rest.AsSpan(2), isLeaf: true), [7]);
        var longLeaf = leaf(Trie.HexPrefix(rest.AsSpan(2), isLeaf: true), longValue);
        var toRest = Trie.HexPrefix(rest.AsSpan(0, 2), isLeaf: false);

        AssertOutcome(TrieOutcome.Present, key, leaf(Trie.HexPrefix(rest, isLeaf: true), [7]));
        AssertOutcome(TrieOutcome.Present, key, extension(toRest, shortLeaf));
        AssertOutcome(TrieOutcome.Present, key, extension(toRest, hashOf(longLeaf)), longLeaf);

        AssertOutcome(TrieOutcome.Invalid, key, extension(toRest, hashOf(shortLeaf)), shortLeaf);
        AssertOutcome(TrieOutcome.Invalid, key, extension(toRest, longLeaf));
        AssertOutcome(TrieOutcome.Invalid, key, extension(toRest, Rlp.EncodeBytes([])));
        AssertOutcome(TrieOutcome.Invalid, key, extension(toRest, Rlp.EncodeBytes([1, 2, 3])));
        AssertOutcome(TrieOutcome.Invalid, key, extension([0x00], leaf(Trie.HexPrefix(rest, isLeaf: true), [7])));
        AssertOutcome(TrieOutcome.Invalid, key, leaf([0x40, 0x12, 0x34], [7]));
        AssertOutcome(TrieOutcome.Invalid, key, leaf([0x21, 0x12, 0x34], [7]));
        AssertOutcome(TrieOutcome.Invalid, key, leaf([], [7]));
        AssertOutcome(TrieOutcome.Invalid, key, leaf(Trie.HexPrefix(rest, isLeaf: true), []));
        AssertOutcome(TrieOutcome.Invalid, key, extension(Trie.HexPrefix(rest, isLeaf: true), shortLeaf));
        AssertOutcome(TrieOutcome.Invalid, key, Rlp.EncodeList(Rlp.EncodeList(), Rlp.EncodeBytes([7])));
        AssertOutcome(TrieOutcome.Invalid, key, Rlp.EncodeList([.. Enumerable.Repeat(Rlp.EncodeBytes([]), 16)]));
        AssertOutcome(TrieOutcome.Invalid, key, Rlp.EncodeBytes(longValue));
    }

    private static void AssertOutcome(TrieOutcome outcome, byte[] key, params byte[][] nodes) =>
        Assert.Equal(outcome, TrieProof.Verify(Keccak256.Hash(nodes[0]), key, nodes).Outcome);

    private static void AssertInvalid(Trie trie, byte[] key, IReadOnlyList<byte[]> nodes) =>
        Assert.Equal(TrieOutcome.Invalid, TrieProof.Verify(trie.Root, key, nodes).Outcome);

    /// <param name="value">Empty: the key is not in the trie.</param>
    private static void AssertProves(Trie trie, byte[] key, byte[] value)
    {
        var nodes = trie.Prove(key);
        var result = TrieProof.Verify(trie.Root, key, nodes);
        Assert.Equal(value.Length == 0 ? TrieOutcome.Absent : TrieOutcome.Present, result.Outcome);
        Assert.Equal(value, result.Value.ToArray());
        AssertInvalid(trie, key, [.. nodes, nodes.LastOrDefault([0x80])]);
        if (nodes.Count > 0)
        {
            AssertInvalid(trie, key, nodes[..^1]);
        }
    }

    /// <summary>"in" is an object, or a list of pairs in which null takes a key out again. 0x… is hex, all else text.</summary>
    private static IEnumerable<(byte[] Key, byte[]? Value)> Steps(JsonElement input) => input.ValueKind == JsonValueKind.Object
        ? input.EnumerateObject().Select(member => (Read(member.Name), (byte[]?)Read(member.Value.GetString()!)))
        : input.EnumerateArray().Select(pair => (Read(pair[0].GetString()!), pair[1].GetString() is { } value ? Read(value) : null));

    private static byte[] Read(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal) ? Convert.FromHexString(text[2..]) : Encoding.UTF8.GetBytes(text);

    private static byte[] Hashed(byte[] key) => Keccak256.Hash(key).ToArray();

    private static byte[] SomeKey(Random random)
    {
        var key = new byte[random.Next(1, 4)];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = (byte)(random.Next(3) * 16 + random.Next(3));
        }
        return key;
    }

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Flipped(byte[] value, int bit)
    {
        var changed = (byte[])value.Clone();
        changed[bit / 8] ^= (byte)(1 << bit % 8);
        return changed;
    }
}

using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Core.Ethereum;

/// <summary>A Merkle-Patricia trie built whole from its entries (yellow paper, appendix D), to have proofs of every shape; its roots are
/// held to the official trie tests.</summary>
internal sealed class Trie
{
    private readonly List<(byte[] Path, byte[] Value)> _entries;

    public Trie(IEnumerable<(byte[] Key, byte[] Value)> entries)
    {
        _entries = [.. entries.Select(entry => (Nibbles(entry.Key), entry.Value))];
        Root = _entries.Count == 0 ? TrieProof.EmptyRoot : Keccak256.Hash(Node(_entries, 0));
    }

    public Digest Root { get; }

    /// <summary>The nodes on the way to the key, or to where it would be, that are referred to by hash.</summary>
    public List<byte[]> Prove(byte[] key)
    {
        var (nodes, at, path) = (new List<byte[]>(), _entries, Nibbles(key));
        for (var depth = 0; at.Count > 0;)
        {
            var node = Node(at, depth);
            if (nodes.Count == 0 || node.Length >= Digest.Size)
            {
                nodes.Add(node);
            }
            var shared = SharedLength(at, depth);
            if (at.Count == 1 || (shared == 0 && depth == path.Length) || !path.AsSpan(depth).StartsWith(at[0].Path.AsSpan(depth, shared)))
            {
                break; // a leaf, the branch in which the path ends, or an extension that leads elsewhere
            }
            if (shared > 0)
            {
                depth += shared;
            }
            else
            {
                at = at.FindAll(entry => entry.Path.Length > depth && entry.Path[depth] == path[depth]);
                depth++;
            }
        }
        return nodes;
    }

    private static byte[] Node(List<(byte[] Path, byte[] Value)> entries, int depth)
    {
        if (entries.Count == 1)
        {
            return Rlp.EncodeList(Rlp.EncodeBytes(HexPrefix(entries[0].Path.AsSpan(depth), isLeaf: true)), Rlp.EncodeBytes(entries[0].Value));
        }
        if (SharedLength(entries, depth) is var shared and > 0)
        {
            var path = HexPrefix(entries[0].Path.AsSpan(depth, shared), isLeaf: false);
            return Rlp.EncodeList(Rlp.EncodeBytes(path), Reference(Node(entries, depth + shared)));
        }
        var members = new byte[17][];
        for (var nibble = 0; nibble < 16; nibble++)
        {
            var below = entries.FindAll(entry => entry.Path.Length > depth && entry.Path[depth] == nibble);
            members[nibble] = below.Count == 0 ? Rlp.EncodeBytes([]) : Reference(Node(below, depth + 1));
        }
        members[16] = Rlp.EncodeBytes(entries.Find(entry => entry.Path.Length == depth).Value ?? []);
        return Rlp.EncodeList(members);
    }

    private static byte[] Reference(byte[] node) => node.Length < Digest.Size ? node : Rlp.EncodeBytes(Keccak256.Hash(node).ToArray());

    private static int SharedLength(List<(byte[] Path, byte[] Value)> entries, int depth) =>
        entries.Min(entry => entry.Path.AsSpan(depth).CommonPrefixLength(entries[0].Path.AsSpan(depth)));

    public static byte[] HexPrefix(ReadOnlySpan<byte> path, bool isLeaf)
    {
        var flag = (byte)((isLeaf ? 2 : 0) + path.Length % 2);
        byte[] nibbles = path.Length % 2 == 1 ? [flag, .. path] : [flag, 0, .. path];
        return [.. nibbles.Chunk(2).Select(pair => (byte)(pair[0] << 4 | pair[1]))];
    }

    private static byte[] Nibbles(byte[] key) => [.. key.SelectMany(digit => (byte[])[(byte)(digit >> 4), (byte)(digit & 15)])];
}

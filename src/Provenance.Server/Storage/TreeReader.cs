using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Merkle;

namespace Provenance.Server.Storage;

/// <summary>Nodes of the stored tree, for roots and proofs at any size the log ever had. Keeps the tiles it has read.</summary>
/// <remarks>For one request: a tile may grow afterwards. Complete subtrees never change, so a later size answers for an earlier one.</remarks>
internal sealed class TreeReader(SqliteConnection connection)
{
    private readonly Dictionary<long, byte[]> _tiles = [];

    /// <summary>Hash of a complete subtree: a <see cref="NodeReader"/>.</summary>
    /// <exception cref="InvalidOperationException">The log is not that long, or a tile is damaged.</exception>
    public Digest Node(int level, ulong index)
    {
        var height = level % 8;
        var first = index << height;
        var hashes = Hashes(level / 8, first / Tile.Width);
        var start = (int)(first % Tile.Width) * Digest.Size;
        var length = (1 << height) * Digest.Size;
        if (start + length > hashes.Length)
        {
            throw new InvalidOperationException($"Node {index} of level {level} is not in the stored tree.");
        }
        return Hash(hashes.AsSpan(start, length));
    }

    /// <summary>What the tile holds, 32 bytes a hash; nothing where there is none.</summary>
    public byte[] Hashes(int tileLevel, ulong index)
    {
        var id = Tile.Id(tileLevel, index);
        if (!_tiles.TryGetValue(id, out var hashes))
        {
            hashes = connection.QuerySingleOrDefault<byte[]>("SELECT hashes FROM tile WHERE id = @id", new { id }) ?? [];
            _tiles[id] = hashes;
        }
        return hashes;
    }

    private static Digest Hash(ReadOnlySpan<byte> hashes)
    {
        if (hashes.Length == Digest.Size)
        {
            return new Digest(hashes);
        }
        var half = hashes.Length / 2;
        return MerkleTree.NodeHash(Hash(hashes[..half]), Hash(hashes[half..]));
    }
}

using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Merkle;

namespace Provenance.Server.Storage;

/// <summary>The growing edge of the log's tree: takes leaf hashes, writes them and every eighth level above as tiles of 256.</summary>
/// <remarks>
/// Owned by the writer's thread. Memory holds the last tile of each level and those finished since the last commit; so a size that was not committed
/// can be taken back exactly. A reader makes the levels between from a tile.
/// </remarks>
internal sealed class TreeWriter : IDisposable
{
    private readonly SortedDictionary<long, Tile> _tiles = [];
    private readonly Statement _write;
    private MerkleFrontier _frontier;

    public TreeWriter(SqliteConnection connection, ulong size)
    {
        _write = new Statement(connection, "INSERT INTO tile(id, hashes) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET hashes = excluded.hashes");
        var reader = new TreeReader(connection);
        _frontier = MerkleFrontier.Resume(size, reader.Node);
        for (var level = 0; size >> (8 * level) > 0; level++)
        {
            var width = size >> (8 * level);
            if (width % Tile.Width != 0)
            {
                _tiles[Tile.Id(level, width / Tile.Width)] = new Tile(reader.Hashes(level, width / Tile.Width));
            }
        }
    }

    /// <summary>Leaves so far, those of the open transaction included.</summary>
    public ulong Size => _frontier.Size;

    public Digest Root => _frontier.Root();

    public void Append(Digest leafHash) => _frontier.Append(leafHash, Keep);

    /// <summary>Where <see cref="Rewind"/> can come back to until the next <see cref="Committed"/>.</summary>
    public MerkleFrontier Mark() => _frontier.Clone();

    /// <summary>Forgets every leaf after the mark.</summary>
    public void Rewind(MerkleFrontier mark)
    {
        foreach (var (id, tile) in _tiles.ToList())
        {
            var (level, index) = Tile.At(id);
            var width = mark.Size >> (8 * level);
            var kept = width <= index * Tile.Width ? 0 : Math.Min(Tile.Width, width - index * Tile.Width);
            if (kept == 0)
            {
                _tiles.Remove(id);
            }
            else
            {
                tile.Cut((int)kept);
            }
        }
        _frontier = mark;
    }

    /// <summary>Writes what has changed, within the open transaction.</summary>
    public void Flush()
    {
        foreach (var (id, tile) in _tiles.Where(t => t.Value.HasChanged))
        {
            _write.Bind(1, id).Bind(2, tile.Hashes).Execute();
            tile.HasChanged = false;
        }
    }

    /// <summary>The transaction is on the disk: finished tiles need no memory any more.</summary>
    public void Committed()
    {
        foreach (var (id, _) in _tiles.Where(t => t.Value.IsFull).ToList())
        {
            _tiles.Remove(id);
        }
    }

    public void Dispose() => _write.Dispose();

    private void Keep(int level, ulong index, Digest hash)
    {
        if (level % 8 != 0)
        {
            return;
        }
        var id = Tile.Id(level / 8, index / Tile.Width);
        if (!_tiles.TryGetValue(id, out var tile))
        {
            _tiles[id] = tile = new Tile([]);
        }
        tile.Add(hash);
    }
}

using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;

namespace Provenance.Cli.Check;

/// <summary>What the stored nodes of the tree should be, as the log is read; of each finished tile only a hash is kept.</summary>
internal sealed class TileCheck
{
    private const int TileWidth = 256;

    // Stored are the levels 0, 8, 16, …; those between follow from them.
    private const int LevelsEach = 8;

    private readonly Dictionary<long, Digest> _expected = [];
    private readonly List<OpenTile> _open = [];

    /// <summary>Takes up a subtree that is complete.</summary>
    public void Keep(int level, ulong index, Digest hash)
    {
        if (level % LevelsEach != 0)
        {
            return;
        }
        var stored = level / LevelsEach;
        if (_open.Count == stored)
        {
            _open.Add(new OpenTile());
        }
        var tile = _open[stored];
        tile.Add(hash);
        if (tile.Count == TileWidth)
        {
            Close(stored, index / TileWidth);
        }
    }

    public void Compare(SqliteConnection connection, FaultList faults)
    {
        for (var level = 0; level < _open.Count; level++)
        {
            if (_open[level].Count > 0)
            {
                Close(level, _open[level].Closed);
            }
        }
        foreach (var (id, hashes) in connection.Query<(long Id, byte[] Hashes)>("SELECT id, hashes FROM tile", buffered: false))
        {
            if (!_expected.Remove(id, out var expected))
            {
                faults.Add($"{Name(id)}: belongs to no entry");
            }
            else if (Digest.Sha256(hashes) != expected)
            {
                faults.Add($"{Name(id)}: its nodes are not the hashes of what lies under them");
            }
        }
        foreach (var id in _expected.Keys)
        {
            faults.Add($"{Name(id)}: missing");
        }
    }

    private void Close(int level, ulong index)
    {
        _expected[(long)level << 48 | (long)index] = _open[level].Close();
    }

    private static string Name(long id) => string.Create(CultureInfo.InvariantCulture, $"node tile {id & 0xffff_ffff_ffff} of level {(id >> 48) * LevelsEach}");

    /// <summary>The last tile of a level.</summary>
    private sealed class OpenTile
    {
        private readonly byte[] _hashes = new byte[TileWidth * Digest.Size];

        public int Count { get; private set; }

        /// <summary>Tiles before it.</summary>
        public ulong Closed { get; private set; }

        public void Add(Digest hash) => hash.CopyTo(_hashes.AsSpan(Count++ * Digest.Size));

        public Digest Close()
        {
            var digest = Digest.Sha256(_hashes.AsSpan(0, Count * Digest.Size));
            (Count, Closed) = (0, Closed + 1);
            return digest;
        }
    }
}

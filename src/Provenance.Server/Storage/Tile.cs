using Provenance.Core;

namespace Provenance.Server.Storage;

/// <summary>Up to 256 hashes side by side on one level of the tree.</summary>
internal sealed class Tile
{
    /// <summary>Hashes in a finished tile.</summary>
    public const ulong Width = 256;

    private readonly byte[] _hashes = new byte[(int)Width * Digest.Size];
    private int _count;

    /// <param name="hashes">Those it holds already, 32 bytes each.</param>
    public Tile(ReadOnlySpan<byte> hashes)
    {
        hashes.CopyTo(_hashes);
        _count = hashes.Length / Digest.Size;
    }

    public ReadOnlySpan<byte> Hashes => _hashes.AsSpan(0, _count * Digest.Size);

    public bool IsFull => _count == (int)Width;

    /// <summary>Whether the database does not hold all of it.</summary>
    public bool HasChanged { get; set; }

    public void Add(Digest hash)
    {
        hash.CopyTo(_hashes.AsSpan(_count * Digest.Size));
        _count++;
        HasChanged = true;
    }

    /// <summary>Keeps the first <paramref name="count"/>.</summary>
    public void Cut(int count) => _count = count;

    /// <summary>Key of a tile's row.</summary>
    /// <param name="level">In tiles: 0 holds leaf hashes, 1 the hashes of 256 leaves each.</param>
    public static long Id(int level, ulong index) => (long)level << 48 | (long)index;

    /// <summary>Back from <see cref="Id"/>.</summary>
    public static (int Level, ulong Index) At(long id) => ((int)(id >> 48), (ulong)id & 0xffff_ffff_ffff);
}

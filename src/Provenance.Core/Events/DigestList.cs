using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace Provenance.Core.Events;

/// <summary>Digests in base64url, to be written in ascending order.</summary>
internal sealed class DigestList
{
    /// <summary>Characters of a digest in base64url.</summary>
    private const int Width = 43;

    private byte[] _characters = new byte[64 * Width];
    private ulong[] _starts = new ulong[64];
    private int[] _places = new int[64];

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    public void Add(ReadOnlySpan<byte> hash)
    {
        if (Count == _places.Length)
        {
            Array.Resize(ref _characters, 2 * _characters.Length);
            Array.Resize(ref _starts, 2 * Count);
            Array.Resize(ref _places, 2 * Count);
        }
        var place = _characters.AsSpan(Count * Width, Width);
        Base64Url.EncodeToUtf8(hash, place, out _, out _);
        _starts[Count] = BinaryPrimitives.ReadUInt64BigEndian(place);
        _places[Count] = Count;
        Count++;
    }

    /// <summary>False where two begin alike.</summary>
    public bool TrySort()
    {
        var starts = _starts.AsSpan(0, Count);
        starts.Sort(_places.AsSpan(0, Count));
        for (var i = 1; i < Count; i++)
        {
            if (starts[i] == starts[i - 1])
            {
                return false;
            }
        }
        return true;
    }

    public void WriteTo(ArrayBufferWriter<byte> output)
    {
        for (var i = 0; i < Count; i++)
        {
            output.Write(i == 0 ? "\""u8 : ",\""u8);
            output.Write(_characters.AsSpan(_places[i] * Width, Width));
            output.Write("\""u8);
        }
    }
}

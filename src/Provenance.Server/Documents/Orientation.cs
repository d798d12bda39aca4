using System.Buffers.Binary;

namespace Provenance.Server.Documents;

/// <summary>Which way up a photo is shown: the one thing that is kept of its EXIF, because without it phones' photos lie on their side.</summary>
internal static class Orientation
{
    /// <summary>As the pixels lie: what a picture without EXIF is.</summary>
    public const ushort Upright = 1;

    // One directory with one field: Orientation (0x0112), a SHORT, once (TIFF 6.0 §2; EXIF 2.32 §4.6.4).
    private static ReadOnlySpan<byte> Alone =>
        [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];

    private const int ValueAt = 18;
    private const int EntrySize = 12;
    private const ushort Tag = 0x0112;
    private const ushort Short = 3;

    /// <summary>1 to 8, <see cref="Upright"/> also where it says nothing or makes no sense.</summary>
    /// <param name="tiff">EXIF from its byte order mark on.</param>
    public static ushort Find(ReadOnlySpan<byte> tiff)
    {
        var isLittle = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 8 || !(isLittle || tiff.StartsWith("MM\0*"u8)))
        {
            return Upright;
        }
        var directory = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2)
        {
            return Upright;
        }
        var entries = tiff[((int)directory + 2)..];
        for (var left = Read(tiff[(int)directory..], isLittle); left > 0 && entries.Length >= EntrySize; left--, entries = entries[EntrySize..])
        {
            if (Read(entries, isLittle) == Tag && Read(entries[2..], isLittle) == Short)
            {
                return Read(entries[8..], isLittle) is >= 1 and <= 8 and var value ? value : Upright;
            }
        }
        return Upright;
    }

    /// <summary>EXIF that says this and nothing else; empty for <see cref="Upright"/>.</summary>
    public static byte[] Write(ushort orientation)
    {
        if (orientation == Upright)
        {
            return [];
        }
        var tiff = Alone.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(ValueAt), orientation);
        return tiff;
    }

    private static ushort Read(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}

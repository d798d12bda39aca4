using System.Buffers.Binary;
using System.IO.Compression;

namespace Provenance.Server.Pages;

/// <summary>Writes black-and-white PNG pictures (ISO/IEC 15948): one bit a pixel, which is all that a code needs.</summary>
internal static class Png
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <param name="rows">All of one length; true is black.</param>
    /// <param name="scale">Pixels along the side of each square.</param>
    public static byte[] Write(IReadOnlyList<bool[]> rows, int scale)
    {
        using var png = new MemoryStream();
        png.Write(Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, rows[0].Length * scale);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), rows.Count * scale);
        header[8] = 1; // bits a pixel; the rest is zero: greyscale, deflate, no interlace
        WriteChunk(png, "IHDR"u8, header);
        WriteChunk(png, "IDAT"u8, Pixels(rows, scale));
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static byte[] Pixels(IReadOnlyList<bool[]> rows, int scale)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            foreach (var row in rows)
            {
                var line = new byte[1 + (row.Length * scale + 7) / 8]; // first byte: no filter
                for (var x = 0; x < row.Length * scale; x++)
                {
                    if (!row[x / scale])
                    {
                        line[1 + x / 8] |= (byte)(0x80 >> (x % 8)); // one is white
                    }
                }
                for (var i = 0; i < scale; i++)
                {
                    zlib.Write(line);
                }
            }
        }
        return packed.ToArray();
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32([.. type, .. data]));
        png.Write(number);
    }

    /// <summary>CRC-32 of ISO 3309, bit by bit: some hundred bytes at a time do not need a table.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
            }
        }
        return ~crc;
    }
}

using System.Buffers;
using System.Buffers.Binary;

namespace Provenance.Server.Documents;

/// <summary>Takes out of a PNG file (ISO/IEC 15948) all that is not needed to show the picture. Not one pixel is changed.</summary>
internal static class PngMetadata
{
    /// <summary>The picture, animated or not, and how its colours are meant. Texts, times, EXIF and whatever programs add have no place here.</summary>
    private static readonly HashSet<string> Kept = new(StringComparer.Ordinal)
    {
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "pHYs", "cICP", "mDCV", "cLLI", "acTL", "fcTL", "fdAT",
    };

    private static readonly uint[] CrcTable = MakeCrcTable();

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <exception cref="FormatException">The file is not whole.</exception>
    public static byte[] Strip(ReadOnlySpan<byte> file)
    {
        var kept = new ArrayBufferWriter<byte>(file.Length);
        kept.Write(Signature);
        var (hasPixels, hasExif) = (false, false);
        for (var at = Signature.Length; ;)
        {
            var chunk = Chunk(file, at, out var type);
            if ((at == Signature.Length) != (type == "IHDR"))
            {
                throw new FormatException("its size does not come first");
            }
            at += chunk.Length;
            hasPixels |= type == "IDAT";
            if (Kept.Contains(type))
            {
                kept.Write(chunk);
            }
            else if (type == "eXIf" && !hasExif)
            {
                hasExif = true;
                if (Orientation.Write(Orientation.Find(chunk[8..^4])) is { Length: > 0 } exif)
                {
                    Write(kept, "eXIf"u8, exif);
                }
            }
            else if (char.IsAsciiLetterUpper(type[0]))
            {
                throw new FormatException($"it needs '{type}', which no browser knows"); // §5.4: a critical chunk
            }
            if (type == "IEND")
            {
                return hasPixels ? kept.WrittenSpan.ToArray() : throw new FormatException("it holds no picture");
            }
        }
    }

    /// <summary>Length, type, content and check sum.</summary>
    private static ReadOnlySpan<byte> Chunk(ReadOnlySpan<byte> file, int at, out string type)
    {
        var rest = file[at..];
        var length = rest.Length >= 12 ? BinaryPrimitives.ReadUInt32BigEndian(rest) : uint.MaxValue;
        if (length > rest.Length - 12)
        {
            throw new FormatException("it ends before the picture does");
        }
        var chunk = rest[..((int)length + 12)];
        type = System.Text.Encoding.Latin1.GetString(chunk[4..8]);
        return Crc(chunk[4..^4]) == BinaryPrimitives.ReadUInt32BigEndian(chunk[^4..])
            ? chunk : throw new FormatException($"the check sum at byte {at} is wrong");
    }

    private static void Write(ArrayBufferWriter<byte> kept, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        byte[] chunk = [0, 0, 0, 0, .. type, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc(chunk.AsSpan(4, chunk.Length - 8)));
        kept.Write(chunk);
    }

    /// <summary>CRC-32 of ISO 3309.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        }
        return ~crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
            }
            table[i] = crc;
        }
        return table;
    }
}

using System.Buffers;
using System.Buffers.Binary;

namespace Provenance.Server.Documents;

/// <summary>Takes out of a JPEG file (ITU-T T.81 Annex B) all that is not needed to show the picture. Not one pixel is changed.</summary>
internal static class JpegMetadata
{
    private const byte StartOfScan = 0xda;
    private const byte EndOfImage = 0xd9;
    private const int JfifLength = 14;
    private const int AdobeLength = 12;

    public static ReadOnlySpan<byte> Start => [0xff, 0xd8, 0xff];

    /// <summary>Kept: the picture's own tables and scans, JFIF without its thumbnail, Adobe's colour transform, the colour profile, which way is up.</summary>
    /// <exception cref="FormatException">The file is not whole.</exception>
    public static byte[] Strip(ReadOnlySpan<byte> file)
    {
        var kept = new ArrayBufferWriter<byte>(file.Length);
        kept.Write(file[..2]);
        var at = 2;
        var (hasFrame, hasScan, hasExif) = (false, false, false);
        while (true)
        {
            var marker = NextMarker(file, ref at);
            if (marker == EndOfImage)
            {
                // What follows is not the picture: a preview, a second picture with a GPS position of its own, a film.
                kept.Write((ReadOnlySpan<byte>)[0xff, EndOfImage]);
                return hasScan ? kept.WrittenSpan.ToArray() : throw new FormatException("it holds no picture");
            }
            var content = Segment(file, ref at);
            if (IsPicture(marker))
            {
                Write(kept, marker, content);
                hasFrame |= IsFrame(marker);
            }
            else if (marker == 0xe0 && content.StartsWith("JFIF\0"u8) && content.Length >= JfifLength)
            {
                Write(kept, marker, [.. content[..(JfifLength - 2)], 0, 0]);
            }
            else if (marker == 0xe1 && content.StartsWith("Exif\0"u8) && content.Length > 6 && !hasExif)
            {
                hasExif = true;
                if (Orientation.Write(Orientation.Find(content[6..])) is { Length: > 0 } exif)
                {
                    Write(kept, marker, [.. "Exif\0\0"u8, .. exif]);
                }
            }
            else if (marker == 0xe2 && content.StartsWith("ICC_PROFILE\0"u8))
            {
                Write(kept, marker, content);
            }
            else if (marker == 0xee && content.StartsWith("Adobe"u8) && content.Length >= AdobeLength)
            {
                Write(kept, marker, content[..AdobeLength]);
            }
            if (marker == StartOfScan)
            {
                hasScan = hasFrame ? true : throw new FormatException("its picture has no size");
                CopyScan(file, ref at, kept);
            }
        }
    }

    private static byte NextMarker(ReadOnlySpan<byte> file, ref int at)
    {
        if (at >= file.Length || file[at] != 0xff)
        {
            throw new FormatException(at >= file.Length ? "it ends before the picture does" : $"there is no segment at byte {at}");
        }
        var rest = file[at..].IndexOfAnyExcept((byte)0xff);
        if (rest < 0)
        {
            throw new FormatException("it ends before the picture does");
        }
        at += rest + 1;
        return file[at - 1];
    }

    private static ReadOnlySpan<byte> Segment(ReadOnlySpan<byte> file, ref int at)
    {
        var length = at + 2 <= file.Length ? BinaryPrimitives.ReadUInt16BigEndian(file[at..]) : 0;
        if (length < 2 || at + length > file.Length)
        {
            throw new FormatException($"the segment at byte {at} does not end within it");
        }
        var content = file[(at + 2)..(at + length)];
        at += length;
        return content;
    }

    /// <summary>Coded pixels run to the next marker that is neither a stuffed byte nor a restart (T.81 §B.1.1.5).</summary>
    private static void CopyScan(ReadOnlySpan<byte> file, ref int at, ArrayBufferWriter<byte> kept)
    {
        var start = at;
        while (true)
        {
            var next = file[at..].IndexOf((byte)0xff);
            if (next < 0 || at + next + 1 >= file.Length)
            {
                throw new FormatException("it ends before the picture does");
            }
            at += next;
            if (file[at + 1] is not (0x00 or >= 0xd0 and <= 0xd7))
            {
                break;
            }
            at += 2;
        }
        kept.Write(file[start..at]);
    }

    private static bool IsFrame(byte marker) => marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc);

    // Frames, Huffman and arithmetic tables, scans, quantization, number of lines, restart interval.
    private static bool IsPicture(byte marker) => IsFrame(marker) || marker is 0xc4 or 0xcc or >= StartOfScan and <= 0xdd;

    private static void Write(ArrayBufferWriter<byte> kept, byte marker, ReadOnlySpan<byte> content)
    {
        var head = kept.GetSpan(4);
        (head[0], head[1]) = (0xff, marker);
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(content.Length + 2));
        kept.Advance(4);
        kept.Write(content);
    }
}

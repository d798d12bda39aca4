using System.Buffers;
using System.Buffers.Binary;

namespace Provenance.Server.Documents;

/// <summary>Takes out of a WebP file (RFC 9649) all that is not needed to show the picture. Not one pixel is changed.</summary>
internal static class WebpMetadata
{
    private const int HeaderSize = 12;
    private const int FrameHeaderSize = 16;
    private const byte ExifFlag = 0x08;
    private const byte XmpFlag = 0x04;

    private static readonly HashSet<string> Pictures = new(StringComparer.Ordinal) { "VP8 ", "VP8L", "ALPH" };

    /// <exception cref="FormatException">The file is not whole.</exception>
    public static byte[] Strip(ReadOnlySpan<byte> file)
    {
        var size = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L;
        if (size > file.Length || size < HeaderSize)
        {
            throw new FormatException("it ends before the picture does");
        }
        var kept = new ArrayBufferWriter<byte>(file.Length);
        kept.Write(file[..HeaderSize]);
        var (hasPixels, isExtended, hasExif, keepsExif) = (false, false, false, false);
        for (var rest = file[HeaderSize..(int)size]; rest.Length > 0;)
        {
            var content = Next(ref rest, out var type);
            if (Pictures.Contains(type) || type is "ICCP" or "ANIM")
            {
                Write(kept, type, content);
                hasPixels |= type is "VP8 " or "VP8L";
            }
            else if (type == "VP8X" && kept.WrittenCount == HeaderSize && content.Length >= 10)
            {
                isExtended = true;
                Write(kept, type, content[..10]);
            }
            else if (type == "ANMF")
            {
                Write(kept, type, Frame(content));
                hasPixels = true;
            }
            else if (type == "EXIF" && isExtended && !hasExif)
            {
                hasExif = true;
                var orientation = Orientation.Find(content.StartsWith("Exif\0\0"u8) ? content[6..] : content);
                if (Orientation.Write(orientation) is { Length: > 0 } exif)
                {
                    Write(kept, type, exif);
                    keepsExif = true;
                }
            }
        }
        var stripped = hasPixels ? kept.WrittenSpan.ToArray() : throw new FormatException("it holds no picture");
        BinaryPrimitives.WriteInt32LittleEndian(stripped.AsSpan(4), stripped.Length - 8);
        if (isExtended)
        {
            ref var flags = ref stripped[HeaderSize + 8];
            flags = (byte)((flags & ~(ExifFlag | XmpFlag)) | (keepsExif ? ExifFlag : 0));
        }
        return stripped;
    }

    /// <summary>One picture of an animation: its place and time, then chunks again.</summary>
    private static ReadOnlySpan<byte> Frame(ReadOnlySpan<byte> content)
    {
        if (content.Length < FrameHeaderSize)
        {
            throw new FormatException("a frame of its animation is cut off");
        }
        var kept = new ArrayBufferWriter<byte>(content.Length);
        kept.Write(content[..FrameHeaderSize]);
        for (var rest = content[FrameHeaderSize..]; rest.Length > 0;)
        {
            var picture = Next(ref rest, out var type);
            if (Pictures.Contains(type))
            {
                Write(kept, type, picture);
            }
        }
        return kept.WrittenSpan;
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest, out string type)
    {
        var length = rest.Length >= 8 ? BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]) : uint.MaxValue;
        if (length > rest.Length - 8)
        {
            throw new FormatException("it ends before the picture does");
        }
        type = System.Text.Encoding.Latin1.GetString(rest[..4]);
        var content = rest.Slice(8, (int)length);
        // Chunks start at even bytes; the last one's padding is left out by some writers.
        rest = rest[Math.Min(rest.Length, 8 + (int)length + ((int)length & 1))..];
        return content;
    }

    private static void Write(ArrayBufferWriter<byte> kept, string type, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[8];
        System.Text.Encoding.Latin1.GetBytes(type, head);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], content.Length);
        kept.Write(head);
        kept.Write(content);
        if ((content.Length & 1) == 1)
        {
            kept.Write((ReadOnlySpan<byte>)[0]);
        }
    }
}

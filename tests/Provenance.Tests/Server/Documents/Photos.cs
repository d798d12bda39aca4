using System.Buffers.Binary;
using System.Text;

namespace Provenance.Tests.Server.Documents;

/// <summary>Pictures of 8 by 6 pixels, made by ImageMagick, and what cameras and programs add to such files.</summary>
internal static class Photos
{
    /// <summary>Stands in everything that has to go.</summary>
    public const string Secret = "48.30694N,14.28583E";

    public static byte[] Jpeg { get; } = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBD/wAARCAAGAAgDAREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAACP/EABkQAAEFAAAAAAAAAAAAAAAAAAACBBdRkf/EABUBAQEAAAAAAAAAAAAAAAAAAAcI/8QAGhEAAAcAAAAAAAAAAAAAAAAAAAIFGFGR4f/aAAwDAQACEQMRAD8AE0hvqXpVLXUSS1gXXGq8GvR//9k=");

    public static byte[] ProgressiveJpeg { get; } = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wgARCAAGAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAb/xAAVAQEBAAAAAAAAAAAAAAAAAAAEBv/aAAwDAQACEAMQAAABiRYJ/8QAFhAAAwAAAAAAAAAAAAAAAAAAAAET/9oACAEBAAEFArM//8QAFxEAAwEAAAAAAAAAAAAAAAAAAAQVUv/aAAgBAwEBPwGgzs//xAAYEQACAwAAAAAAAAAAAAAAAAAAAQQVUv/aAAgBAgEBPwGsi4R//8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQAGPwJ//8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPyFf/9oADAMBAAIAAwAAABAP/8QAFREBAQAAAAAAAAAAAAAAAAAAAGH/2gAIAQMBAT8Quf/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQIBAT8QN//EABUQAQEAAAAAAAAAAAAAAAAAAABx/9oACAEBAAE/ELv/2Q==");

    public static byte[] Png { get; } = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGBAMAAAAMK8LIAAAAElBMVEX/AADMADOZAGZmAJkzAMwAAP/hvKCLAAAAHElEQVQI12NgAAFBIGBQAgIGYyBgcAEChlAgAAAkpAP9A4sMkAAAAABJRU5ErkJggg==");

    public static byte[] Webp { get; } = Convert.FromBase64String(
        "UklGRlQAAABXRUJQVlA4IEgAAAAwAwCdASoIAAYAAgA0JagCdLcAlgH8AwgD9APf/A9EArXgAP73nEpAeVM/+euOGOKv7kYY4q/99pf69v/gm/QruYB7V5jaAAA=");

    public static byte[] Pdf { get; } = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

    /// <summary>A colour profile as far as containers look into it.</summary>
    public static byte[] Profile { get; } = [.. "ICC_PROFILE\0"u8, 1, 1, .. "a colour profile"u8];

    /// <summary>A JPEG as a phone writes it, with a second picture behind it.</summary>
    public static byte[] JpegOfAPhone(byte[] picture, byte orientation) =>
    [
        0xff, 0xd8,
        .. Segment(0xe1, [.. "Exif\0\0"u8, .. Exif(orientation)]),
        .. picture[2..20], // JFIF
        .. Segment(0xe0, Text("JFXX\0\u0010 a thumbnail of ")),
        .. Segment(0xe1, Text("http://ns.adobe.com/xap/1.0/\0<exif:GPSLatitude>")),
        .. Segment(0xe2, Profile),
        .. Segment(0xe2, Text("MPF\0")),
        .. Segment(0xed, Text("Photoshop 3.0\0")),
        .. Segment(0xfe, Text("a comment ")),
        0xff, // a fill byte
        .. picture[20..],
        .. Segment(0xe1, Text("behind the picture ")),
    ];

    /// <summary>A PNG with texts, a time, EXIF and a private chunk, and something behind its end.</summary>
    public static byte[] PngOfAProgram(byte orientation) =>
    [
        .. Png[..33],
        .. Chunk("tEXt", Text("Comment\0")),
        .. Chunk("zTXt", Text("Comment\0\0")),
        .. Chunk("iTXt", Text("XML:com.adobe.xmp\0\0\0\0\0")),
        .. Chunk("eXIf", Exif(orientation)),
        .. Chunk("tIME", [7, 234, 11, 24, 18, 34, 47]),
        .. Chunk("prVt", Text("")),
        .. Png[33..],
        .. Text("behind the end "),
    ];

    /// <summary>A WebP with profile, EXIF, XMP and a chunk of unknown kind.</summary>
    public static byte[] WebpOfAPhone(byte orientation)
    {
        byte[] chunks =
        [
            .. WebpChunk("VP8X", [0x2c, 0, 0, 0, 7, 0, 0, 5, 0, 0]),
            .. WebpChunk("ICCP", Profile),
            .. Webp[12..],
            .. WebpChunk("EXIF", Exif(orientation)),
            .. WebpChunk("XMP ", Text("<exif:GPSLatitude>")),
            .. WebpChunk("wHAT", Text("")),
        ];
        byte[] file = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, .. chunks, .. Text("behind the end ")];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), chunks.Length + 4);
        return file;
    }

    /// <summary>Little-endian EXIF: a maker, an orientation, a place.</summary>
    public static byte[] Exif(byte orientation) =>
    [
        .. "II*\0"u8, 8, 0, 0, 0, 2, 0,
        0x0f, 0x01, 2, 0, (byte)Secret.Length, 0, 0, 0, 38, 0, 0, 0,
        0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0,
        0, 0, 0, 0, .. Text(""),
    ];

    private static byte[] Text(string before) => Encoding.Latin1.GetBytes(before + Secret);

    private static byte[] Segment(byte marker, byte[] content) => [0xff, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. content];
        byte[] chunk = [0, 0, 0, 0, .. named, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc(named));
        return chunk;
    }

    private static uint Crc(byte[] bytes)
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

    private static byte[] WebpChunk(string type, byte[] content)
    {
        byte[] chunk = [.. Encoding.ASCII.GetBytes(type), 0, 0, 0, 0, .. content, .. new byte[content.Length & 1]];
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), content.Length);
        return chunk;
    }
}

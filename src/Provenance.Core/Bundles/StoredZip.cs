using System.Buffers.Binary;
using System.Text;

namespace Provenance.Core.Bundles;

/// <summary>
/// A ZIP archive (APPNOTE 6.3) without compression, dates or extras, so that the same files always make the same bytes, and reading
/// can demand exactly those bytes: nothing fits between, before or behind the members.
/// </summary>
public static class StoredZip
{
    private const int LocalHeader = 30;
    private const int CentralHeader = 46;
    private const int EndRecord = 22;
    private const uint FirstDay = 0x0021_0000; // 1980-01-01 00:00, date in the upper half

    /// <param name="files">Names in ASCII, in the order in which they are written.</param>
    public static byte[] Write(IReadOnlyList<(string Name, byte[] Content)> files)
    {
        using var zip = new MemoryStream();
        var offsets = new List<int>();
        foreach (var (name, content) in files)
        {
            offsets.Add((int)zip.Position);
            var header = new byte[LocalHeader];
            BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034b50);
            Describe(header.AsSpan(4), name, content);
            zip.Write(header);
            zip.Write(Encoding.ASCII.GetBytes(name));
            zip.Write(content);
        }
        var directory = (int)zip.Position;
        for (var i = 0; i < files.Count; i++)
        {
            var header = new byte[CentralHeader];
            BinaryPrimitives.WriteUInt32LittleEndian(header, 0x02014b50);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), 20);
            Describe(header.AsSpan(6), files[i].Name, files[i].Content);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(42), offsets[i]);
            zip.Write(header);
            zip.Write(Encoding.ASCII.GetBytes(files[i].Name));
        }
        Span<byte> end = stackalloc byte[EndRecord];
        end.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end[8..], (ushort)files.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(end[10..], (ushort)files.Count);
        BinaryPrimitives.WriteInt32LittleEndian(end[12..], (int)zip.Position - directory);
        BinaryPrimitives.WriteInt32LittleEndian(end[16..], directory);
        zip.Write(end);
        return zip.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> makes and nothing else.</summary>
    /// <exception cref="FormatException">Any other archive: another spelling, a name twice, a wrong checksum, a gap.</exception>
    public static List<(string Name, byte[] Content)> Read(ReadOnlySpan<byte> zip)
    {
        var files = new List<(string Name, byte[] Content)>();
        var rest = zip;
        while (rest.Length >= LocalHeader && BinaryPrimitives.ReadUInt32LittleEndian(rest) == 0x04034b50)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(rest[18..]);
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[26..]);
            if (size > rest.Length - LocalHeader || nameLength > rest.Length - LocalHeader - size)
            {
                throw new FormatException("A member of the archive reaches past its end.");
            }
            var name = Encoding.Latin1.GetString(rest.Slice(LocalHeader, nameLength));
            files.Add((name, rest.Slice(LocalHeader + nameLength, (int)size).ToArray()));
            rest = rest[(LocalHeader + nameLength + (int)size)..];
        }
        if (files.Select(f => f.Name).Distinct(StringComparer.Ordinal).Count() != files.Count)
        {
            throw new FormatException("Two members of the archive have one name.");
        }
        return Write(files).AsSpan().SequenceEqual(zip)
            ? files
            : throw new FormatException("The archive is not put together as prescribed: no compression, no gaps, headers that agree.");
    }

    // The fields that local header and directory share: version needed, flags, method, time, date, checksum, sizes, name length, extra length.
    private static void Describe(Span<byte> fields, string name, byte[] content)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(fields, 20);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[6..], FirstDay);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[10..], Crc32(content));
        BinaryPrimitives.WriteInt32LittleEndian(fields[14..], content.Length);
        BinaryPrimitives.WriteInt32LittleEndian(fields[18..], content.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[22..], (ushort)name.Length);
    }

    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(n =>
    {
        var c = (uint)n;
        for (var k = 0; k < 8; k++)
        {
            c = (c & 1) != 0 ? 0xEDB88320 ^ c >> 1 : c >> 1;
        }
        return c;
    })];

    private static uint Crc32(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc = CrcTable[(byte)(crc ^ b)] ^ crc >> 8;
        }
        return ~crc;
    }
}

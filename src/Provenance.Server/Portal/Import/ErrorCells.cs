using System.IO.Compression;

namespace Provenance.Server.Portal.Import;

/// <summary>Makes texts of a workbook's cells that hold an error such as <c>#REF!</c>: the reader takes them for empty, and an empty cell is one that was left out.</summary>
internal static class ErrorCells
{
    /// <returns>The same bytes where there is no such cell.</returns>
    public static byte[] AsText(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file, writable: false));
        var sheets = archive.Entries.Where(part => part.FullName.StartsWith("xl/worksheets/", StringComparison.OrdinalIgnoreCase)).ToList();
        if (!sheets.Any(part => Next(Bytes(part), 0) >= 0))
        {
            return file;
        }
        var output = new MemoryStream();
        using (var written = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var part in archive.Entries)
            {
                using var to = written.CreateEntry(part.FullName, CompressionLevel.Fastest).Open();
                if (sheets.Contains(part))
                {
                    Write(Bytes(part), to);
                }
                else
                {
                    using var from = part.Open();
                    from.CopyTo(to);
                }
            }
        }
        return output.ToArray();
    }

    private static void Write(byte[] sheet, Stream to)
    {
        var written = 0;
        for (var at = Next(sheet, 0); at >= 0; at = Next(sheet, written))
        {
            to.Write(sheet.AsSpan(written, at - written));
            to.Write(Text);
            written = at + Error.Length;
        }
        to.Write(sheet.AsSpan(written));
    }

    private static ReadOnlySpan<byte> Error => " t=\"e\""u8;

    private static ReadOnlySpan<byte> Text => " t=\"str\""u8;

    /// <summary>Where the next cell says that it holds an error, in the cell's own tag and not in a text; −1 where none does.</summary>
    private static int Next(ReadOnlySpan<byte> sheet, int from)
    {
        for (var found = sheet[from..].IndexOf(Error); found >= 0; found = sheet[from..].IndexOf(Error))
        {
            var at = from + found;
            var tag = sheet[..at].LastIndexOf((byte)'<');
            if (tag >= 0 && sheet[tag..].StartsWith("<c "u8) && !sheet[tag..at].Contains((byte)'>'))
            {
                return at;
            }
            from = at + Error.Length;
        }
        return -1;
    }

    /// <summary>No longer than the archive's directory says: .NET cuts it there.</summary>
    private static byte[] Bytes(ZipArchiveEntry part)
    {
        using var from = part.Open();
        using var to = new MemoryStream();
        from.CopyTo(to);
        return to.ToArray();
    }
}

using System.Text;
using CsvHelper;

namespace Provenance.Server.Portal.Import;

/// <summary>Reads what firms export: workbooks, and text files with any usual separator and encoding. What it is, the content says, not the name.</summary>
internal static class SheetReader
{
    /// <summary>Of a file; a table of 20,000 rows and 20 columns has about 4 MB.</summary>
    public const int MostBytes = 10 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null, with the word of what is wrong, where the file holds no table.</summary>
    public static (Sheet? Sheet, string? Fault) Read(byte[] file) => file switch
    {
        { Length: > MostBytes } => (null, "large"),
        [0x50, 0x4B, 3, 4, ..] => Workbook.Read(file), // ZIP
        [0xD0, 0xCF, 0x11, 0xE0, ..] => (null, "old"), // Excel 97 to 2003, or a workbook behind a password
        [0x25, 0x50, 0x44, 0x46, ..] => (null, "kind"), // PDF
        _ => ReadText(file),
    };

    private static (Sheet?, string?) ReadText(byte[] file)
    {
        var (encoding, skipped) = EncodingOf(file);
        var text = encoding.GetString(file, skipped, file.Length - skipped);
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return (null, "kind");
        }
        // Empty lines are rows to a spreadsheet, so they count. A quotation mark that does not close would swallow the rows below it; one inside a text is an inch.
        var isOpen = false;
        var options = new CsvReaderOptions { HasHeader = false, SkipEmptyLines = false, OnMalformedRecord = record => isOpen |= record.Reason != CsvMalformedReason.StrayQuote };
        using var csv = CsvReader.Create(Encoding.UTF8.GetBytes(text), options);
        var read = Sheet.Of(Rows(csv), () => (csv.Separator, NameOf(encoding)));
        return isOpen ? (null, "quotes") : read;
    }

    private static IEnumerable<SheetRow> Rows(CsvReader csv)
    {
        for (var number = 1; csv.Read(); number++)
        {
            var cells = new SheetCell[Math.Min(csv.FieldCount, Sheet.MostColumns + 1)];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = new SheetCell(Sheet.Clean(csv.GetString(i)), IsExact: false);
            }
            yield return new SheetRow(number, cells);
        }
    }

    /// <summary>By its mark, else by what it can be: text that is UTF-8 by chance is rare (RFC 3629 §8). Excel saves CSV in the code page of the machine.</summary>
    private static (Encoding Encoding, int Skipped) EncodingOf(byte[] file) => file switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8, 3),
        [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
        [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
        [not 0, 0, not 0, 0, ..] => (Encoding.Unicode, 0),
        [0, not 0, 0, not 0, ..] => (Encoding.BigEndianUnicode, 0),
        _ => IsUtf8(file) ? (Encoding.UTF8, 0) : (CodePagesEncodingProvider.Instance.GetEncoding(1252)!, 0),
    };

    private static bool IsUtf8(byte[] file)
    {
        try
        {
            Strict.GetCharCount(file);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static string NameOf(Encoding encoding) => encoding.CodePage switch
    {
        1200 or 1201 => "UTF-16",
        1252 => "Windows-1252",
        _ => "UTF-8",
    };
}

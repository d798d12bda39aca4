using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace Provenance.Server.Portal.Import;

/// <summary>
/// Reads the first sheet of an .xlsx that holds anything. Of a formula the value is taken that the spreadsheet last showed; nothing is computed here, and nothing
/// outside the file is followed.
/// </summary>
internal static class Workbook
{
    /// <summary>Unpacked, of all parts together: what Excel itself makes of 10 MB.</summary>
    private const long MostUnpacked = 200L << 20;

    private const int MostParts = 1_000;

    // The reader asks for code page 1252 before it knows that an .xlsx has none.
    static Workbook() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static (Sheet? Sheet, string? Fault) Read(byte[] file)
    {
        try
        {
            if (WhyNot(file) is { } fault)
            {
                return (null, fault);
            }
            using var reader = ExcelReaderFactory.CreateOpenXmlReader(new MemoryStream(ErrorCells.AsText(file), writable: false));
            do
            {
                if (reader.VisibleState == "visible" && Sheet.Of(Rows(reader), () => (null, null)) is var (sheet, wrong) && wrong != "blank")
                {
                    return (sheet, wrong);
                }
            }
            while (reader.NextResult());
            return (null, "blank");
        }
        // All that a broken archive or broken XML can make of the reader.
        catch (Exception e) when (e is InvalidDataException or XmlException or ExcelReaderException or FormatException or OverflowException or ArgumentException
            or KeyNotFoundException or NullReferenceException or InvalidOperationException or IndexOutOfRangeException or NotSupportedException or EndOfStreamException)
        {
            return (null, "broken");
        }
    }

    /// <summary>A part unpacks to no more than the directory says (.NET cuts it there), so the directory can be believed.</summary>
    private static string? WhyNot(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file, writable: false));
        return archive.GetEntry("[Content_Types].xml") is null || !archive.Entries.Any(part => part.FullName.EndsWith("workbook.xml", StringComparison.OrdinalIgnoreCase)) ? "kind"
            : archive.Entries.Count > MostParts || archive.Entries.Sum(part => Math.Min(part.Length, MostUnpacked + 1)) > MostUnpacked ? "bomb"
            : null;
    }

    private static IEnumerable<SheetRow> Rows(IExcelDataReader reader)
    {
        while (reader.Read())
        {
            var cells = new SheetCell[Math.Min(reader.FieldCount, Sheet.MostColumns + 1)];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = Cell(reader.GetValue(i));
            }
            yield return new SheetRow(reader.Depth + 1, cells);
        }
    }

    private static SheetCell Cell(object? value) => value switch
    {
        null => new("", false),
        string text => new(Sheet.Clean(text), false),
        bool yes => new(yes ? "true" : "false", true),
        // A sheet has no time zones: a day is a day, and a time of day stays without the offset that the API will ask for.
        DateTime time => new(time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture), true),
        // Spreadsheets compute with 15 digits; as a decimal, 0.1 + 0.2 is 0.3 again, and a long number has no exponent.
        double number when Math.Abs(number) < 1e15 => new(((decimal)number).ToString(CultureInfo.InvariantCulture), true),
        _ => new(Sheet.Clean(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""), false),
    };
}

using CsvHelper;
using SpreadCheetah;
using SpreadCheetah.Styling;
using SpreadCheetah.Worksheets;

namespace Provenance.Server.Portal.Import;

/// <summary>Writes tables that people open in a spreadsheet. All cells are text: a lot keeps its zeros, and nothing in one runs.</summary>
internal static class SheetWriter
{
    public const string CsvType = "text/csv; charset=utf-8; header=present";
    public const string XlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private const double WideColumn = 22;

    /// <param name="separator">What the reader's spreadsheet expects: where the comma is the decimal sign, a semicolon.</param>
    public static byte[] Csv(char separator, IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        // The apostrophe in front of what would be a formula is taken away again when we read it (Sheet.Clean). The byte order mark tells Excel that this is UTF-8.
        var format = new CsvWriterOptions { Separator = separator, Injection = CsvInjection.Escape, WriteByteOrderMark = true };
        var output = new MemoryStream();
        using (var csv = CsvWriter.Create(output, format, leaveOpen: true))
        {
            foreach (var row in rows.Prepend(headers))
            {
                foreach (var cell in row)
                {
                    csv.WriteField(cell);
                }
                csv.EndRecord();
            }
        }
        return output.ToArray();
    }

    /// <param name="sheets">Each with its name, headers and rows.</param>
    public static async Task<byte[]> XlsxAsync(params IReadOnlyList<(string Name, IReadOnlyList<string> Headers, IEnumerable<IReadOnlyList<string>> Rows)> sheets)
    {
        var output = new MemoryStream();
        await using (var book = await Spreadsheet.CreateNewAsync(output))
        {
            var head = book.AddStyle(new Style { Font = { Bold = true }, Format = NumberFormat.Custom("@") });
            var plain = new Style { Format = NumberFormat.Custom("@") };
            var text = book.AddStyle(plain);
            foreach (var (name, headers, rows) in sheets)
            {
                var options = new WorksheetOptions { FrozenRows = 1 };
                for (var i = 1; i <= headers.Count; i++)
                {
                    // The whole column is text, so that what is typed below stays as it was typed.
                    (options.Column(i).Width, options.Column(i).DefaultStyle) = (WideColumn, plain);
                }
                await book.StartWorksheetAsync(name, options);
                await book.AddRowAsync([.. headers.Select(cell => new StyledCell(cell, head))]);
                foreach (var row in rows)
                {
                    await book.AddRowAsync([.. row.Select(cell => new StyledCell(cell, text))]);
                }
            }
            await book.FinishAsync();
        }
        return output.ToArray();
    }
}

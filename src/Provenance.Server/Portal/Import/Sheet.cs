namespace Provenance.Server.Portal.Import;

/// <summary>A table as it came out of a file.</summary>
/// <param name="Headers">One for each column; a column without one is called by its letter.</param>
/// <param name="Rows">Those that hold anything.</param>
/// <param name="Separator">Of the columns in a text file; null in a workbook.</param>
/// <param name="Encoding">Of a text file, in a word for people; null in a workbook.</param>
internal sealed record Sheet(IReadOnlyList<string> Headers, IReadOnlyList<SheetRow> Rows, char? Separator, string? Encoding)
{
    public const int MostRows = 20_000;
    public const int MostColumns = 100;

    /// <summary>No field takes more than 2,000 characters; one more is enough to be refused for.</summary>
    private const int LongestCell = 2_001;

    /// <summary>The table in rows as read, the first that holds anything being the headers. Null, with the word of what is wrong, where there is none;
    /// <c>blank</c> where nothing stands at all.</summary>
    /// <param name="rows">With their numbers as the spreadsheet counts them; read no further than needed.</param>
    public static (Sheet? Sheet, string? Fault) Of(IEnumerable<SheetRow> rows, Func<(char? Separator, string? Encoding)> format)
    {
        List<string>? headers = null;
        var held = new List<SheetRow>();
        foreach (var row in rows)
        {
            var width = row.Cells.Count;
            while (width > 0 && row.Cells[width - 1].Text.Length == 0)
            {
                width--;
            }
            if (width == 0)
            {
                continue;
            }
            if (width > MostColumns)
            {
                return (null, "wide");
            }
            if (headers is null)
            {
                headers = [.. row.Cells.Take(width).Select((cell, i) => cell.Text.Length > 0 ? cell.Text : LetterOf(i))];
                continue;
            }
            if (held.Count == MostRows)
            {
                return (null, "long");
            }
            while (headers.Count < width)
            {
                headers.Add(LetterOf(headers.Count));
            }
            held.Add(row with { Cells = [.. row.Cells.Take(width)] });
        }
        var (separator, encoding) = format();
        return headers is null ? (null, "blank") : held.Count == 0 ? (null, "empty") : (new Sheet(headers, held, separator, encoding), null);
    }

    /// <summary>What a cell holds, as far as anything here takes it: without blanks around it, and without the apostrophe that keeps a text from being a formula.</summary>
    public static string Clean(string text)
    {
        text = text.Length > LongestCell ? text[..LongestCell] : text;
        text = text.Trim();
        return text is ['\'', '=' or '+' or '-' or '@' or '\t' or '\r', ..] ? text[1..] : text;
    }

    /// <summary>As a spreadsheet calls a column.</summary>
    private static string LetterOf(int column) => column < 26 ? $"{(char)('A' + column)}" : LetterOf((column / 26) - 1) + LetterOf(column % 26);
}

/// <param name="Number">As the spreadsheet counts: the headers are mostly row 1.</param>
internal sealed record SheetRow(int Number, IReadOnlyList<SheetCell> Cells)
{
    public SheetCell this[int column] => column < Cells.Count ? Cells[column] : new SheetCell("", false);
}

/// <param name="IsExact">A number or date that the spreadsheet itself knew as one: here with a decimal point, or as ISO 8601. Other cells are what somebody typed.</param>
internal readonly record struct SheetCell(string Text, bool IsExact);

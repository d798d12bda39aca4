using System.Text.RegularExpressions;
using Provenance.Server.Pages;

namespace Provenance.Server.Portal.Import;

/// <summary>How a file's columns are to be read; kept with it as JSON.</summary>
/// <param name="Fields">For each header the name of an <see cref="ImportField"/>; empty for a column that is left out.</param>
/// <param name="Decimal"><c>comma</c>, <c>point</c>, or empty where the file doesn't tell.</param>
/// <param name="Dates">Of dates with slashes or hyphens: <c>dmy</c>, <c>mdy</c>, or empty where the file doesn't tell.</param>
/// <param name="Separator">As in <see cref="Sheet"/>.</param>
/// <param name="Encoding">As in <see cref="Sheet"/>.</param>
/// <param name="Samples">The first cell of each column that holds anything.</param>
internal sealed partial record Columns(
    IReadOnlyList<string> Headers, IReadOnlyList<string> Fields, string Decimal, string Dates, char? Separator, string? Encoding, IReadOnlyList<string> Samples)
{
    /// <param name="known">What the party took such columns for before, by <see cref="KeyOf"/>.</param>
    public static Columns Of(Sheet sheet, ImportKind kind, IReadOnlyDictionary<string, string> known)
    {
        var fields = new List<string>();
        foreach (var header in sheet.Headers.Select(KeyOf))
        {
            var guess = known.TryGetValue(header, out var remembered) ? remembered : kind.Fields.FirstOrDefault(field => NamesOf(field).Contains(header))?.Name ?? "";
            fields.Add(guess.Length > 0 && kind.Field(guess) is not null && !fields.Contains(guess) ? guess : "");
        }
        var samples = sheet.Headers.Select((_, i) => sheet.Rows.Select(row => row[i].Text).FirstOrDefault(text => text.Length > 0) ?? "").Select(text => text.Length > 40 ? text[..40] + "…" : text);
        var columns = new Columns(sheet.Headers, fields, "", "", sheet.Separator, sheet.Encoding, [.. samples]);
        return columns with { Decimal = DecimalOf(columns.Typed(sheet, kind, CellKind.Number)), Dates = DatesOf(columns.Typed(sheet, kind, CellKind.Date)) };
    }

    /// <summary>The column of a field, -1 where there is none.</summary>
    public int IndexOf(string field) => Fields.ToList().IndexOf(field);

    /// <summary>A header without what people write one way today and another way tomorrow.</summary>
    public static string KeyOf(string header) => string.Concat(header.Normalize().ToLowerInvariant().Where(char.IsLetterOrDigit));

    /// <summary>A number without the marks that part thousands and are never a decimal sign.</summary>
    public static string Bare(string number) => string.Concat(number.Where(c => c is not (' ' or '\u00A0' or '\u202F' or '\'' or '’')));

    private static IEnumerable<string> NamesOf(ImportField field) => Words.All.Select(words => KeyOf(words[$"import.field.{field.Name}"])).Append(field.Name.ToLowerInvariant()).Concat(field.Also);

    /// <summary>What somebody typed into the columns of one kind.</summary>
    private IEnumerable<string> Typed(Sheet sheet, ImportKind kind, CellKind cells)
    {
        var columns = Enumerable.Range(0, Fields.Count).Where(i => kind.Field(Fields[i])?.Kind == cells).ToList();
        return sheet.Rows.SelectMany(row => columns.Select(i => row[i])).Where(cell => !cell.IsExact && cell.Text.Length > 0).Select(cell => cell.Text);
    }

    /// <summary>One comma or point with other than three digits behind it is a decimal sign, and so is the last of two kinds. 1,000 alone says nothing.</summary>
    private static string DecimalOf(IEnumerable<string> numbers)
    {
        var signs = numbers.Select(text => Decimals().Match(Bare(text)) is { Success: true } match ? match.Groups["sign"].Value : "").Where(sign => sign.Length > 0).Distinct().ToList();
        return signs is [var only] ? only == "," ? "comma" : "point" : "";
    }

    /// <summary>A number above 12 is a day.</summary>
    private static string DatesOf(IEnumerable<string> dates)
    {
        var orders = dates.Select(text => Slashes().Match(text)).Where(match => match.Success)
            .Select(match => int.Parse(match.Groups["first"].Value, System.Globalization.CultureInfo.InvariantCulture) > 12 ? "dmy"
                : int.Parse(match.Groups["second"].Value, System.Globalization.CultureInfo.InvariantCulture) > 12 ? "mdy" : "")
            .Where(order => order.Length > 0).Distinct().ToList();
        return orders is [var only] ? only : "";
    }

    [GeneratedRegex(@"^-?(\d+(?<sign>[.,])(\d{1,2}|\d{4,})|0(?<sign>[.,])\d+|\d{1,3}((?<group>[.,])\d{3})+(?!\k<group>)(?<sign>[.,])\d+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Decimals();

    [GeneratedRegex(@"^(?<first>\d{1,2})[/-](?<second>\d{1,2})[/-]\d{4}\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Slashes();
}

using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Provenance.Core.Gs1;
using Provenance.Server.Pages;

namespace Provenance.Server.Portal.Import;

/// <summary>A row as the plain API takes it. Nothing is judged here but what can mean two things; what cannot be read goes in as it is and is refused there.</summary>
/// <param name="Body">Of <c>POST /api/batches/events</c>.</param>
/// <param name="Item">Names what it is about, so that rows about one item keep their order.</param>
/// <param name="IsAgain">Its writer means it, though the ledger has something equal.</param>
/// <param name="Faults">Cells that can mean two things; then the body is not sent.</param>
internal sealed partial record RowRequest(byte[] Body, string Item, bool IsAgain, IReadOnlyList<RowFault> Faults)
{
    private static readonly Dictionary<string, string> Countries = Words.All
        .SelectMany(words => words.Countries).GroupBy(country => country.Value, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(group => group.Key, group => group.First().Key, StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Yes = new(["1", "x", "y", "yes", "true", "j", "ja", "wahr", "s", "si", "sí", "verdadero"], StringComparer.OrdinalIgnoreCase);
    private static readonly HashSet<string> No = new(["0", "-", "n", "no", "false", "nein", "falsch", "falso"], StringComparer.OrdinalIgnoreCase);

    public static RowRequest Of(ImportKind kind, Columns columns, SheetRow row)
    {
        var body = new JsonObject { ["step"] = kind.Step };
        var faults = new List<RowFault>();
        var item = "";
        for (var i = 0; i < columns.Fields.Count; i++)
        {
            if (kind.Field(columns.Fields[i]) is not { } field || row[i] is not { Text.Length: > 0 } cell)
            {
                continue;
            }
            item += field.Name is "gtin" or "sku" or "lot" or "item" ? $"{field.Name}={cell.Text}\n" : "";
            // Whatever the column holds: a formula without a result says nothing of the goods.
            if (SpreadsheetError().IsMatch(cell.Text))
            {
                faults.Add(new RowFault(columns.Headers[i], field.Name, cell.Text, "import.fault.error-cell", null));
                continue;
            }
            if (Read(field, cell, columns, out var unclear) is { } value)
            {
                Put(body, field, value);
            }
            if (unclear is not null)
            {
                faults.Add(new RowFault(columns.Headers[i], field.Name, cell.Text, unclear, null));
            }
        }
        return new RowRequest(System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()), item, body["again"]?.GetValueKind() == System.Text.Json.JsonValueKind.True, faults);
    }

    /// <summary>A number with its decimal sign known; null where it is none, or could be another.</summary>
    private static JsonNode? Read(ImportField field, SheetCell cell, Columns columns, out string? unclear)
    {
        unclear = null;
        switch (field.Kind)
        {
            case CellKind.Number:
                if (!cell.IsExact && columns.Decimal.Length == 0 && Unclear().IsMatch(Columns.Bare(cell.Text)))
                {
                    unclear = "import.fault.unclear-number";
                    return null;
                }
                return NumberOf(cell, columns.Decimal) is { } number ? JsonValue.Create(number) : cell.Text;
            case CellKind.Date:
                if (!cell.IsExact && columns.Dates.Length == 0 && Slashes().IsMatch(cell.Text))
                {
                    unclear = "import.fault.unclear-date";
                    return null;
                }
                return cell.IsExact ? cell.Text : DateOf(cell.Text, columns.Dates);
            case CellKind.Gtin:
                return GtinOf(cell.Text);
            case CellKind.Country:
                return Countries.GetValueOrDefault(cell.Text) ?? (cell.Text.Length == 2 ? cell.Text.ToUpperInvariant() : cell.Text);
            case CellKind.Flag:
                return Yes.Contains(cell.Text) ? true : No.Contains(cell.Text) ? null : cell.Text;
            default:
                return cell.Text;
        }
    }

    private static decimal? NumberOf(SheetCell cell, string sign)
    {
        var text = cell.Text;
        if (!cell.IsExact)
        {
            text = Columns.Bare(text);
            var (comma, dot) = (text.LastIndexOf(','), text.LastIndexOf('.'));
            // Where the sign is not known, the last of the marks is it: Unclear() has taken out what could be read otherwise.
            var (point, group) = sign == "comma" || (sign.Length == 0 && comma > dot) ? (',', '.') : ('.', ',');
            var parts = text.Split(point);
            if (parts.Length > 2 || (parts[0].Contains(group, StringComparison.Ordinal) && !Grouped().IsMatch(parts[0])) || (parts.Length == 2 && !parts[1].All(char.IsAsciiDigit)))
            {
                return null;
            }
            parts[0] = parts[0].Replace(group.ToString(), "", StringComparison.Ordinal);
            text = string.Join('.', parts);
        }
        return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>As ISO 8601 has it. With points the day comes first wherever people write points; a year of two digits stays as it is, and is refused.</summary>
    private static string DateOf(string text, string order)
    {
        var match = Dated().Match(text);
        if (!match.Success)
        {
            return text;
        }
        var isYearFirst = match.Groups["year"].Success;
        var isMonthFirst = !isYearFirst && match.Groups["mark"].Value != "." && order == "mdy";
        var year = match.Groups[isYearFirst ? "year" : "last"].Value;
        var (month, day) = isYearFirst ? (match.Groups["m"].Value, match.Groups["d"].Value)
            : isMonthFirst ? (match.Groups["first"].Value, match.Groups["second"].Value) : (match.Groups["second"].Value, match.Groups["first"].Value);
        var time = match.Groups["time"].Value;
        return $"{year}-{month.PadLeft(2, '0')}-{day.PadLeft(2, '0')}{(time.Length > 0 ? "T" + time.PadLeft(5, '0') : "")}";
    }

    /// <summary>Spreadsheets take the zeros away in front of a number; put back, the check digit holds again.</summary>
    private static string GtinOf(string text)
    {
        var digits = text.Replace(" ", "", StringComparison.Ordinal);
        return digits.Length is > 4 and < 14 && CheckDigit.Gtin14(digits) is null && CheckDigit.Gtin14(digits.PadLeft(14, '0')) is { } full ? full : digits;
    }

    /// <summary>Writes a value to where its path leads: <c>origin.country</c>, <c>documents[0].number</c>.</summary>
    private static void Put(JsonObject body, ImportField field, JsonNode value)
    {
        if (field.Name == "delivery")
        {
            body["documents"] = new JsonArray(new JsonObject { ["type"] = "desadv", ["number"] = value });
            return;
        }
        var at = body;
        var path = field.Path.Split('.');
        foreach (var name in path[..^1])
        {
            at = (JsonObject)(at[name] ??= new JsonObject());
        }
        at[path[^1]] = value;
    }

    /// <summary>As Excel and LibreOffice show them, in the languages offered here.</summary>
    [GeneratedRegex(@"^(#(REF!|N/A|NAME\?|NULL!|NUM!|VALUE!|DIV/0!|SPILL!|CALC!|FIELD!|GETTING_DATA|BEZUG!|NV|WERT!|ZAHL!|ÜBERLAUF!|KALK!|¡(REF|VALOR|NUM|NULO|DIV/0|DESBORDAMIENTO|CALC)!|¿NOMBRE\?)|Err:5\d\d)$")]
    private static partial Regex SpreadsheetError();

    [GeneratedRegex(@"^\d{1,3}([.,])\d{3}$")]
    private static partial Regex Unclear();

    [GeneratedRegex(@"^-?\d{1,3}([.,]\d{3})+$")]
    private static partial Regex Grouped();

    [GeneratedRegex(@"^\d{1,2}[/-]\d{1,2}[/-]\d{4}\b")]
    private static partial Regex Slashes();

    [GeneratedRegex(@"^((?<year>\d{4})[./-](?<m>\d{1,2})[./-](?<d>\d{1,2})|(?<year>\d{4})(?<m>\d{2})(?<d>\d{2})|(?<first>\d{1,2})(?<mark>[./-])(?<second>\d{1,2})[./-](?<last>\d{4}))([ T]+(?<time>\d{1,2}:\d{2}(:\d{2})?))?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Dated();
}

/// <summary>Why a row is not recorded.</summary>
/// <param name="Column">Its header; null where the fault belongs to none of the file's columns.</param>
/// <param name="Field">Name of the <see cref="ImportField"/>; null where it is none.</param>
/// <param name="Word">Key of what to do, in the reader's language; null where only the API's words say it.</param>
/// <param name="Detail">In the API's words.</param>
internal sealed record RowFault(string? Column, string? Field, string? Value, string? Word, string? Detail);

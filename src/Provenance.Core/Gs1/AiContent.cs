using System.Globalization;

namespace Provenance.Core.Gs1;

/// <summary>What the characters of an AI's part must be besides their kind and number: check digits, dates, codes (GS1 General Specifications §3).</summary>
public static class AiContent
{
    private static readonly Dictionary<string, Func<string, string?>> _rules = new(StringComparer.Ordinal)
    {
        ["check"] = CheckDigitFault,
        ["pair"] = PairFault,
        ["gcp"] = v => v.Length >= 4 && AllDigits(v[..4]) ? null : "should begin with a GS1 company prefix of four or more digits",
        ["date"] = v => DateFault(v, yearDigits: 2, dayMayBeZero: false),
        ["date0"] = v => DateFault(v, yearDigits: 2, dayMayBeZero: true),
        ["date80"] = v => DateFault(v, yearDigits: 4, dayMayBeZero: true),
        ["date8"] = v => DateFault(v, yearDigits: 4, dayMayBeZero: false),
        ["hour"] = v => NumberFault(v, 2, 0, 23, "an hour"),
        ["minute"] = v => NumberFault(v, 2, 0, 59, "a minute"),
        ["second"] = v => NumberFault(v, 2, 0, 59, "a second"),
        ["time"] = v => v.Length == 4 && NumberFault(v[..2], 2, 0, 23, "") is null && NumberFault(v[2..], 2, 0, 59, "") is null
            ? null : "should be a time as HHMM",
        ["country"] = v => CodeLists.IsCountryNumber(v) ? null : "should be a country's three digits of ISO 3166-1",
        ["country999"] = v => v == "999" || CodeLists.IsCountryNumber(v) ? null : "should be a country's three digits of ISO 3166-1, or 999",
        ["country2"] = v => CodeLists.IsCountry(v) ? null : "should be a country's two capital letters of ISO 3166-1",
        ["currency"] = v => CodeLists.IsCurrencyNumber(v) ? null : "should be a currency's three digits of ISO 4217",
        ["package"] = v => CodeLists.IsPackageType(v) ? null : "should be a package type code of GS1 or UN/ECE Rec 21",
        ["percent"] = PercentFault,
        ["latitude"] = v => NumberFault(v, 10, 0, 1_800_000_000, "a latitude: degrees + 90, times ten million"),
        ["longitude"] = v => NumberFault(v, 10, 0, 3_600_000_000, "a longitude: degrees mod 360, times ten million"),
        ["flag"] = v => v is "0" or "1" ? null : "should be 0 or 1",
        ["minus"] = v => v.Length > 0 && v.All(c => c == '-') ? null : "should be a minus sign",
        ["importer"] = v => v.Length == 1 && IsBase64Url(v[0]) ? null : "should be one character of A-Z, a-z, 0-9, - and _",
        ["media"] = v => NumberFault(v, 2, 1, 10, "") is null || NumberFault(v, 2, 80, 99, "") is null ? null : "should be 01 to 10 or 80 to 99",
        ["sex"] = v => v is "0" or "1" or "2" or "9" ? null : "should be 0, 1, 2 or 9 (ISO/IEC 5218)",
        ["winding"] = v => v is "0" or "1" or "9" ? null : "should be 0, 1 or 9",
        ["zero"] = v => v.Length > 0 && v.All(c => c == '0') ? null : "should be 0",
        ["nonzero"] = v => AllDigits(v) && v.Any(c => c != '0') ? null : "should be a number above zero",
        ["natural"] = v => AllDigits(v) && v[0] != '0' ? null : "should be a number without leading zero",
        ["nondigit"] = v => v.AsSpan().ContainsAnyExceptInRange('0', '9') ? null : "should hold a character that is no digit",
        ["pieces"] = PiecesFault,
        ["position"] = PositionFault,
        ["iban"] = IbanFault,
        ["coupon"] = CouponContent.CodeFault,
        ["offer"] = CouponContent.PositiveOfferFault,
    };

    /// <summary>Says what is wrong with the value, in words that follow the value's name; null when nothing is.</summary>
    /// <param name="rule">A rule's name as <see cref="AiTable.Formats"/> uses it.</param>
    /// <exception cref="KeyNotFoundException">No such rule.</exception>
    public static string? Fault(string rule, string value) => _rules[rule](value);

    internal static bool IsBase64Url(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';

    private static bool AllDigits(string value) => value.Length > 0 && !value.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static string? CheckDigitFault(string value)
    {
        if (value.Length < 2 || !AllDigits(value))
        {
            return "should be digits";
        }
        return CheckDigit.Holds(value) ? null : $"should be {CheckDigit.Of(value.AsSpan(0, value.Length - 1))}";
    }

    private static string? PairFault(string value)
    {
        if (value.Length < 2)
        {
            return "should end in two check characters";
        }
        return CheckDigit.PairOf(value.AsSpan(0, value.Length - 2)) is { } pair && value.EndsWith(pair, StringComparison.Ordinal)
            ? null : "has wrong check characters at its end";
    }

    private static string? DateFault(string value, int yearDigits, bool dayMayBeZero)
    {
        var form = yearDigits == 2 ? "YYMMDD" : "YYYYMMDD";
        if (value.Length != yearDigits + 4 || !AllDigits(value))
        {
            return $"should be a date as {form}";
        }
        // Two digits name a year within fifty years of now (§7.12). That turns only on 29 February of a century year, and 2000 had one.
        var year = int.Parse(value.AsSpan(0, yearDigits), CultureInfo.InvariantCulture) + (yearDigits == 2 ? 2000 : 0);
        var month = int.Parse(value.AsSpan(yearDigits, 2), CultureInfo.InvariantCulture);
        var day = int.Parse(value.AsSpan(yearDigits + 2, 2), CultureInfo.InvariantCulture);
        if (month is < 1 or > 12)
        {
            return $"should be a date as {form}; there is no month {month:00}";
        }
        // 2000 stands for the year 0000, which the calendar of .NET lacks and which leaps as 2000 does.
        var days = DateTime.DaysInMonth(year == 0 ? 2000 : year, month);
        return day <= days && (day > 0 || dayMayBeZero) ? null : $"should be a date as {form}; month {month:00} has no day {day:00}";
    }

    private static string? NumberFault(string value, int digits, long least, long most, string what) =>
        value.Length == digits && AllDigits(value) && long.Parse(value, CultureInfo.InvariantCulture) is var number && number >= least && number <= most
            ? null : $"should be {what}, {digits} digits from {least} to {most}";

    private static string? PercentFault(string value)
    {
        for (var at = value.IndexOf('%', StringComparison.Ordinal); at >= 0; at = value.IndexOf('%', at + 1))
        {
            if (at + 2 >= value.Length || !char.IsAsciiHexDigit(value[at + 1]) || !char.IsAsciiHexDigit(value[at + 2]))
            {
                return "has a % that no two hex digits follow";
            }
        }
        return null;
    }

    private static string? PiecesFault(string value)
    {
        if (value.Length is 0 || value.Length % 2 != 0 || !AllDigits(value))
        {
            return "should give the piece and the total in as many digits each";
        }
        var (piece, total) = (value[..(value.Length / 2)], value[(value.Length / 2)..]);
        if (piece.All(c => c == '0') || total.All(c => c == '0'))
        {
            return "should count pieces from 1";
        }
        return string.CompareOrdinal(piece, total) <= 0 ? null : $"names piece {piece} of {total}";
    }

    private static string? PositionFault(string value)
    {
        var parts = value.Split('/');
        if (parts.Length != 2 || !parts.All(p => AllDigits(p) && p[0] != '0'))
        {
            return "should be position/total without leading zeros";
        }
        var (position, total) = (parts[0], parts[1]);
        return position.Length < total.Length || (position.Length == total.Length && string.CompareOrdinal(position, total) <= 0)
            ? null : "has a position beyond its total";
    }

    // ISO 13616: the country and check digits moved to the end, letters as 10 to 35, the whole modulo 97 is 1.
    private static string? IbanFault(string value)
    {
        if (value.Length <= 4 || !value.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c)) || !CodeLists.IsCountry(value[..2]))
        {
            return "should be an IBAN in capital letters and digits";
        }
        var remainder = 0;
        foreach (var c in value[4..] + value[..4])
        {
            remainder = char.IsAsciiDigit(c) ? ((remainder * 10) + (c - '0')) % 97 : ((remainder * 100) + (c - 'A' + 10)) % 97;
        }
        return remainder == 1 ? null : "has wrong IBAN check digits";
    }
}

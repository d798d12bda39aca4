using System.Buffers;
using System.Text.RegularExpressions;
using Provenance.Core.Gs1;

namespace Provenance.Core.Epcis;

/// <summary>
/// Identifiers as the event hash writes them: the constrained canonical Digital Link (CBV 2.0 §8.9, rules 17 and 18). Not an
/// <see cref="ItemId"/>: the hash takes wrong check digits and old short names, and keeps percent escapes as it finds them.
/// </summary>
static partial class HashIdentifier
{
    private const string Stem = "https://id.gs1.org/";

    /// <param name="Digits">Of company prefix and reference together; 0 where the reference is free text.</param>
    /// <param name="Serial">The path step of the last field; "" where it follows the key without one; null where there is none.</param>
    private sealed record Scheme(string Key, int Digits, bool IndicatorFirst, string? Serial, int Fields);

    private static readonly Dictionary<string, Scheme> Schemes = new()
    {
        ["sgtin"] = new("01/", 13, true, "/21/", 3),
        ["upui"] = new("01/", 13, true, "/235/", 3),
        ["lgtin"] = new("01/", 13, true, "/10/", 3),
        ["itip"] = new("8006/", 13, true, "/21/", 5),
        ["sscc"] = new("00/", 17, true, null, 2),
        ["sgln"] = new("414/", 12, false, "/254/", 3),
        ["pgln"] = new("417/", 12, false, null, 2),
        ["grai"] = new("8003/0", 12, false, "", 3),
        ["gdti"] = new("253/", 12, false, "", 3),
        ["sgcn"] = new("255/", 12, false, "", 3),
        ["gsrn"] = new("8018/", 17, false, null, 2),
        ["gsrnp"] = new("8017/", 17, false, null, 2),
        ["gsin"] = new("402/", 16, false, null, 2),
        ["cpi"] = new("8010/", 0, false, "/8011/", 3),
        ["giai"] = new("8004/", 0, false, null, 2),
        ["ginc"] = new("401/", 0, false, null, 2),
    };

    private static readonly Dictionary<string, string> ShortNames = new()
    {
        ["gtin"] = "01",
        ["itip"] = "8006",
        ["cpid"] = "8010",
        ["gln"] = "414",
        ["party"] = "417",
        ["gsrnp"] = "8017",
        ["gsrn"] = "8018",
        ["gcn"] = "255",
        ["sscc"] = "00",
        ["gdti"] = "253",
        ["ginc"] = "401",
        ["gsin"] = "402",
        ["grai"] = "8003",
        ["giai"] = "8004",
        ["cpv"] = "22",
        ["lot"] = "10",
        ["ser"] = "21",
    };

    private static readonly HashSet<string> Keys =
        ["00", "01", "253", "255", "401", "402", "414", "417", "8003", "8004", "8006", "8010", "8017", "8018"];

    private const string Character = """(?:["'\-.0-9;:<=>?A-Z_a-z]|%[0-9A-Fa-f]{2})""";

    /// <summary>The shapes a Digital Link may end up in; what has another stays as it was.</summary>
    [GeneratedRegex(
        $$"""
        ^(00/[0-9]{18}|01/[0-9]{14}(/(21|10)/{{Character}}{1,20}|/235/{{Character}}{1,28})?|253/[0-9]{13}{{Character}}{0,17}|255/[0-9]{13,25}
        |401/{{Character}}{1,30}|402/[0-9]{17}|41[47]/[0-9]{13}|414/[0-9]{13}/254/{{Character}}{1,20}|8003/[0-9]{14}{{Character}}{0,16}
        |8004/{{Character}}{1,30}|8006/[0-9]{18}(/(21|10)/{{Character}}{1,20})?|8010/([\#\-/0-9A-Z]|%[0-9A-F]{2}){1,30}(/8011/[0-9]{1,12})?
        |801[78]/[0-9]{18})$
        """, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Shape { get; }

    /// <summary>The Digital Link of an EPC URN or of a Digital Link on any host; anything else as it is.</summary>
    public static string Canonical(string uri)
    {
        if (uri.StartsWith("urn:epc:", StringComparison.Ordinal))
        {
            return OfUrn(uri) ?? uri;
        }
        return uri.StartsWith("https://", StringComparison.Ordinal) || uri.StartsWith("http://", StringComparison.Ordinal) ? OfLink(uri) ?? uri : uri;
    }

    private static string? OfUrn(string urn)
    {
        var parts = urn.Split(':', 5);
        if (parts.Length < 5 || parts[2] is not ("id" or "class" or "idpat") || !Schemes.TryGetValue(parts[3], out var scheme))
        {
            return null;
        }
        var fields = parts[4].Split('.', scheme.Fields);
        if (fields.Length != scheme.Fields || fields[0].Length is < 6 or > 12 || !IsDigits(fields[0]))
        {
            return null;
        }
        var key = fields[0] + Encoded(fields[1]);
        if (scheme.Digits > 0)
        {
            if (fields[0].Length + fields[1].Length != scheme.Digits || !IsDigits(fields[1]))
            {
                return null;
            }
            key = scheme.IndicatorFirst ? fields[1][..1] + fields[0] + fields[1][1..] : key;
            key += CheckDigit.Of(key);
        }
        if (scheme.Fields == 5)
        {
            key += fields[2] + fields[3];
        }
        // Extension 0 says that the place has none.
        var hasSerial = scheme.Serial is not null && parts[2] != "idpat" && !(parts[3] == "sgln" && fields[^1] == "0");
        return Stem + scheme.Key + key + (hasSerial ? scheme.Serial + Encoded(fields[^1]) : "");
    }

    private static string? OfLink(string uri)
    {
        if (!uri.AsSpan(7).ContainsAnyInRange('0', '9'))
        {
            return null; // no key without digits
        }
        var query = uri.IndexOf('?', StringComparison.Ordinal);
        var steps = (query < 0 ? uri : uri[..query]).Split('/')[3..].Select(s => ShortNames.GetValueOrDefault(s, s)).ToList();
        var at = steps.FindIndex(s => Keys.Contains(s));
        while (at >= 0 && !(at + 1 < steps.Count && steps[at + 1].Length > 4 && IsDigits(steps[at + 1].AsSpan(0, 4))))
        {
            at = steps.FindIndex(at + 1, s => Keys.Contains(s));
        }
        if (at < 0)
        {
            return null;
        }
        var path = steps[at..];
        if (path[0] == "01" && path[1].Length is 8 or 12 or 13 && IsDigits(path[1]))
        {
            path[1] = path[1].PadLeft(14, '0');
        }
        // The finest level alone: a variant never, a lot only without a serial.
        Drop(path, "22");
        if (path.Count == 6 && path[4] == "21")
        {
            Drop(path, "10");
        }
        var link = string.Join('/', path);
        return Shape.IsMatch(link) ? Stem + link : null;
    }

    private static void Drop(List<string> path, string code)
    {
        if (path.Count >= 4 && path[2] == code)
        {
            path.RemoveRange(2, 2);
        }
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    // What a Digital Link must escape and an EPC URN need not (GS1 Digital Link, table 7-1).
    private static string Encoded(string text) => !text.AsSpan().ContainsAny(ReservedCharacters) ? text : Reserved.Replace(text, c => $"%{(int)c.Value[0]:X2}");

    private static readonly SearchValues<char> ReservedCharacters = SearchValues.Create("!()*+,:");

    [GeneratedRegex(@"[!()*+,:]")]
    private static partial Regex Reserved { get; }
}

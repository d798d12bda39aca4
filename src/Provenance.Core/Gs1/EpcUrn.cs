using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Provenance.Core.Gs1;

/// <summary>EPC URNs and their Digital Links (GS1 EPC Tag Data Standard 2.0 §6 and §7, CBV 2.0 §8).</summary>
/// <remarks>
/// A URN parts the company prefix from the reference and leaves the check digit out; a Digital Link does neither.
/// So a URN always gives a link, and a link gives a URN only to who knows the length of the prefix.
/// </remarks>
public static class EpcUrn
{
    private static readonly Scheme[] _schemes =
    [
        new("sgtin", "01", 13, IndicatorFirst: true, Filler: "", Serial: "21"),
        new("upui", "01", 13, IndicatorFirst: true, Filler: "", Serial: "235"),
        new("sscc", "00", 17, IndicatorFirst: true, Filler: "", Serial: null),
        new("sgln", "414", 12, IndicatorFirst: false, Filler: "", Serial: "254"),
        new("pgln", "417", 12, IndicatorFirst: false, Filler: "", Serial: null),
        new("grai", "8003", 12, IndicatorFirst: false, Filler: "0", Serial: ""),
        new("gdti", "253", 12, IndicatorFirst: false, Filler: "", Serial: ""),
        new("sgcn", "255", 12, IndicatorFirst: false, Filler: "", Serial: ""),
        new("gsrn", "8018", 17, IndicatorFirst: false, Filler: "", Serial: null),
        new("gsrnp", "8017", 17, IndicatorFirst: false, Filler: "", Serial: null),
        new("gsin", "402", 16, IndicatorFirst: false, Filler: "", Serial: null),
        new("itip", "8006", 13, IndicatorFirst: true, Filler: "", Serial: "21"),
        new("giai", "8004", 0, IndicatorFirst: false, Filler: "", Serial: null),
        new("ginc", "401", 0, IndicatorFirst: false, Filler: "", Serial: null),
        new("cpi", "8010", 0, IndicatorFirst: false, Filler: "", Serial: "8011"),
    ];

    private static readonly Scheme _lgtin = new("lgtin", "01", 13, IndicatorFirst: true, Filler: "", Serial: "10");

    /// <param name="Digits">Of company prefix and reference together, without check digit; 0 where the reference is text.</param>
    /// <param name="IndicatorFirst">The link has the reference's first digit before the prefix.</param>
    /// <param name="Filler">What the link has before the prefix and the URN leaves out.</param>
    /// <param name="Serial">The AI of the last field; "" where it follows the check digit in the key's own value; null where there is none.</param>
    private sealed record Scheme(string Name, string Key, int Digits, bool IndicatorFirst, string Filler, string? Serial)
    {
        /// <summary>Fields after the colon, the prefix included.</summary>
        internal int Fields => 2 + (Serial is null ? 0 : 1) + (Name == "itip" ? 2 : 0);
    }

    /// <summary>True for the URN schemes of GS1 keys, well formed or not; false for gid, bic, usdod and others that have no Digital Link.</summary>
    public static bool NamesGs1Key(string text) =>
        text.StartsWith("urn:epc:", StringComparison.Ordinal) && SchemeOf(text.Split(':', 5)) is not null;

    /// <summary>Reads urn:epc:id:…, urn:epc:class:lgtin:… and urn:epc:idpat:…:* of all GS1 keys.</summary>
    /// <param name="error">A sentence on what is wrong; also for schemes without GS1 key, such as gid.</param>
    public static bool TryParse(string urn, [NotNullWhen(true)] out DigitalLink? link, [NotNullWhen(false)] out string? error)
    {
        link = null;
        var parts = urn.Split(':', 5);
        var isPattern = parts is [_, _, "idpat", _, _];
        if (SchemeOf(parts) is not { } scheme)
        {
            error = $"'{urn}' is no EPC URN of a GS1 key";
            return false;
        }
        // A serial may hold further dots.
        var fields = parts[4].Split('.', scheme.Fields);
        if (fields.Length != scheme.Fields)
        {
            error = $"'{urn}' has {fields.Length} fields and should have {scheme.Fields}";
            return false;
        }
        if (isPattern && fields[^1] != "*")
        {
            error = $"'{urn}' is a pattern and should end in .*";
            return false;
        }
        error = Read(scheme, fields, isPattern, out link) is { } fault ? $"'{urn}': {fault}" : null;
        return error is null;
    }

    /// <summary>The URN of a link; null where the key, its qualifiers or this length of prefix have none.</summary>
    /// <param name="prefixLength">Digits of the GS1 company prefix, 6 to 12.</param>
    public static string? Of(DigitalLink link, int prefixLength)
    {
        var qualifier = link.Qualifiers.Count == 1 ? link.Qualifiers[0].Ai.Code : null;
        var scheme = link.Key.Ai.Code == "01" && qualifier == "10"
            ? _lgtin
            : Array.Find(_schemes, s => s.Key == link.Key.Ai.Code && (qualifier is null || qualifier == s.Serial));
        if (scheme is null || link.Qualifiers.Count > 1 || prefixLength is < 6 or > 12)
        {
            return null;
        }
        var (prefix, reference, tail) = scheme.Digits == 0 ? Split(link.Key.Value, prefixLength) : Split(scheme, link.Key.Value, prefixLength);
        if (prefix.Length != prefixLength || prefix.AsSpan().ContainsAnyExceptInRange('0', '9') || (scheme.Digits == 0 && reference.Length == 0))
        {
            return null;
        }
        var body = $"{prefix}.{Escape(reference)}";
        if (scheme.Name == "itip")
        {
            body += $".{tail[..2]}.{tail[2..]}";
        }
        var serial = scheme.Serial is "" ? tail : qualifier is null ? "" : link.Qualifiers[0].Value;
        return (scheme.Name, serial) switch
        {
            ("sgln", "") => $"urn:epc:id:sgln:{body}.0",
            ("lgtin", _) => $"urn:epc:class:lgtin:{body}.{Escape(serial)}",
            (_, "") when scheme.Serial is not null => $"urn:epc:idpat:{scheme.Name}:{body}.*",
            (_, "") => $"urn:epc:id:{scheme.Name}:{body}",
            _ => $"urn:epc:id:{scheme.Name}:{body}.{Escape(serial)}",
        };
    }

    private static Scheme? SchemeOf(string[] parts) => parts switch
    {
        ["urn", "epc", "class", "lgtin", _] => _lgtin,
        ["urn", "epc", "id", var name, _] => SchemeNamed(name),
        // A pattern is a class: all serials of a product. Places and units have no such classes.
        ["urn", "epc", "idpat", var name, _] => SchemeNamed(name) is { Serial: not null, Name: not "sgln" } scheme ? scheme : null,
        _ => null,
    };

    private static Scheme? SchemeNamed(string name)
    {
        foreach (var scheme in _schemes)
        {
            if (scheme.Name == name)
            {
                return scheme;
            }
        }
        return null;
    }

    private static string? Read(Scheme scheme, string[] fields, bool isPattern, out DigitalLink? link)
    {
        link = null;
        var (prefix, reference) = (fields[0], Unescape(fields[1]));
        if (prefix.Length is < 6 or > 12 || prefix.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return $"company prefix '{prefix}' should have 6 to 12 digits";
        }
        var serial = scheme.Serial is null || isPattern ? "" : Unescape(fields[^1]);
        if (reference is null || serial is null)
        {
            return "broken percent escape";
        }
        if (scheme.Serial is not null && !isPattern && serial.Length == 0)
        {
            return "the serial is empty";
        }
        string key;
        if (scheme.Digits == 0)
        {
            if (reference.Length == 0)
            {
                return "the reference is empty";
            }
            key = prefix + reference;
        }
        else if (prefix.Length + reference.Length != scheme.Digits || reference.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return $"company prefix and reference should have {scheme.Digits} digits together";
        }
        else
        {
            var digits = scheme.IndicatorFirst ? reference[..1] + prefix + reference[1..] : prefix + reference;
            key = scheme.Filler + digits + CheckDigit.Of(digits);
        }
        key += scheme.Name == "itip" ? fields[2] + fields[3] : scheme.Serial is "" ? serial : "";
        return Assemble(scheme, key, serial, out link);
    }

    private static string? Assemble(Scheme scheme, string key, string serial, out DigitalLink? link)
    {
        link = null;
        Ai.TryGet(scheme.Key, out var keyAi);
        if (keyAi!.Fault(key) is { } keyFault)
        {
            return keyFault;
        }
        // Extension 0 says that the location has none (CBV 2.0 §8.3.1).
        if (scheme.Serial is null or "" || serial.Length == 0 || (scheme.Name == "sgln" && serial == "0"))
        {
            link = DigitalLink.Of(new AiValue(keyAi, key));
            return null;
        }
        Ai.TryGet(scheme.Serial, out var serialAi);
        link = DigitalLink.Of(new AiValue(keyAi, key), new AiValue(serialAi!, serial));
        return serialAi!.Fault(serial);
    }

    private static (string Prefix, string Reference, string Tail) Split(string value, int prefixLength) =>
        value.Length < prefixLength ? (value, "", "") : (value[..prefixLength], value[prefixLength..], "");

    private static (string Prefix, string Reference, string Tail) Split(Scheme scheme, string value, int prefixLength)
    {
        var digits = value.Substring(scheme.Filler.Length, scheme.Digits);
        // One digit more is the check digit, which the URN leaves out.
        var tail = value[(scheme.Filler.Length + scheme.Digits + 1)..];
        return scheme.IndicatorFirst
            ? (digits.Substring(1, prefixLength), digits[..1] + digits[(1 + prefixLength)..], tail)
            : (digits[..prefixLength], digits[prefixLength..], tail);
    }

    // Of the characters GS1 allows, these mean something in a URN (Tag Data Standard §6.3).
    private static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var c in value)
        {
            text.Append(c is '"' or '#' or '%' or '&' or '/' or '<' or '>' or '?'
                ? string.Create(CultureInfo.InvariantCulture, $"%{(int)c:X2}")
                : c.ToString());
        }
        return text.ToString();
    }

    private static string? Unescape(string field) => PercentEncoding.Decode(field);
}

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Provenance.Core.Epcis;

/// <summary>How names and values are written in the pre-hash string of CBV 2.0 §8.9: one spelling for all that mean the same.</summary>
/// <param name="namespaces">Prefixes of the event's effective context.</param>
sealed partial class HashValue(IReadOnlyDictionary<string, string> namespaces, EventHashVersion version)
{
    private const string OldWebVocabulary = "https://gs1.org/voc/";

    private const string WebVocabulary = "https://ref.gs1.org/voc/";

    [GeneratedRegex(@"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Decimal { get; }

    private static readonly HashSet<string> Times = ["eventTime", "time", "startTime", "endTime"];

    /// <summary>By which rule.</summary>
    public EventHashVersion Version => version;

    /// <summary>The value of a standard field.</summary>
    public string Of(string field, JsonElement value, CbvWords? words)
    {
        var text = Text(value);
        if (Times.Contains(field))
        {
            return Utc(text);
        }
        if (words is null)
        {
            return Canonical(text);
        }
        if (words.Words.Contains(text))
        {
            return words.WebPrefix + text;
        }
        if (words.UrnPrefix is { } urn && text.StartsWith(urn, StringComparison.Ordinal))
        {
            return words.WebPrefix + text[urn.Length..];
        }
        text = Expand(text);
        return text.StartsWith(OldWebVocabulary, StringComparison.Ordinal) ? WebVocabulary + text[OldWebVocabulary.Length..] : Canonical(text);
    }

    /// <summary>The value of an extension. What looks like a time is one: no schema says so.</summary>
    public string OfExtension(JsonElement value)
    {
        var text = Text(value);
        return EventInstant.TryParse(text, out _) ? Utc(text) : Canonical(text);
    }

    /// <summary>An extension's name as <c>{namespace}local</c>; as written where its prefix is not bound.</summary>
    public string Name(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && namespaces.TryGetValue(name[..colon], out var iri) ? $"{{{iri}}}{name[(colon + 1)..]}" : name;
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Trim(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => "",
    };

    // Most values are words or URIs: the pattern is asked only where a number may begin.
    private string Canonical(string text) => text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.') && Decimal.IsMatch(text) ? Plain(text) : HashIdentifier.Canonical(Expand(text));

    private string Expand(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && !text.AsSpan(colon).StartsWith("://") && namespaces.TryGetValue(text[..colon], out var iri) ? iri + text[(colon + 1)..] : text;
    }

    /// <summary>No plus, no leading or trailing zeros, no exponent; digits are kept, however many.</summary>
    private static string Plain(string number)
    {
        var mantissa = number.AsSpan().TrimStart("+-");
        var exponent = 0;
        if (mantissa.IndexOfAny('e', 'E') is >= 0 and var e)
        {
            exponent = int.Parse(mantissa[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = mantissa[..e];
        }
        var dot = mantissa.IndexOf('.');
        var digits = dot < 0 ? mantissa.ToString() : string.Concat(mantissa[..dot], mantissa[(dot + 1)..]);
        var point = (dot < 0 ? mantissa.Length : dot) + exponent;
        if (point <= 0)
        {
            digits = new string('0', 1 - point) + digits;
            point = 1;
        }
        digits = digits.PadRight(point, '0');
        var whole = digits[..point].TrimStart('0');
        var fraction = digits[point..].TrimEnd('0');
        var plain = (whole.Length == 0 ? "0" : whole) + (fraction.Length == 0 ? "" : "." + fraction);
        return number[0] == '-' && plain != "0" ? "-" + plain : plain;
    }

    /// <summary>UTC with milliseconds, rounded half up on the fourth decimal (rule 9).</summary>
    private static string Utc(string time)
    {
        if (!EventInstant.TryParse(time, out var instant))
        {
            return time;
        }
        var utc = instant.UtcDateTime;
        var milliseconds = (utc.Ticks + (TimeSpan.TicksPerMillisecond / 2)) / TimeSpan.TicksPerMillisecond;
        return new DateTime(milliseconds * TimeSpan.TicksPerMillisecond, DateTimeKind.Utc)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }
}

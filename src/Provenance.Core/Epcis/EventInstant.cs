using System.Globalization;

namespace Provenance.Core.Epcis;

/// <summary>Times as EPCIS writes them (xsd:dateTimeStamp, RFC 3339): date, time, and always an offset.</summary>
public static class EventInstant
{
    private const string Date = "0000-00-00T00:00:00";

    /// <summary>The instant, digits below 100 ns cut off; false when the text has another shape, no offset, or no such day.</summary>
    public static bool TryParse(string text, out DateTimeOffset instant)
    {
        instant = default;
        return HasShape(text) && DateTimeOffset.TryParse(Cut(text), CultureInfo.InvariantCulture, DateTimeStyles.None, out instant);
    }

    // Date, time, perhaps a fraction, and Z or an offset; every capture asks several times, so by hand.
    private static bool HasShape(ReadOnlySpan<char> text)
    {
        if (text.Length <= Date.Length || !Is(text[..Date.Length], Date))
        {
            return false;
        }
        var rest = text[Date.Length..];
        if (rest[0] == '.')
        {
            var end = rest[1..].IndexOfAnyExceptInRange('0', '9') + 1;
            if (end < 2)
            {
                return false;
            }
            rest = rest[end..];
        }
        return rest is "Z" || (rest.Length == 6 && rest[0] is '+' or '-' && Is(rest[1..], "00:00"));
    }

    private static bool Is(ReadOnlySpan<char> text, string pattern)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '0' ? !char.IsAsciiDigit(text[i]) : text[i] != pattern[i])
            {
                return false;
            }
        }
        return true;
    }

    // .NET rounds what follows the seventh digit; a time is cut, never moved into the next second.
    private static string Cut(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return text;
        }
        var end = dot + 1;
        while (char.IsAsciiDigit(text[end]))
        {
            end++;
        }
        return end - dot - 1 <= 7 ? text : text[..(dot + 8)] + text[end..];
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Provenance.Core.Epcis;

/// <summary>Times as EPCIS writes them (xsd:dateTimeStamp, RFC 3339): date, time, and always an offset.</summary>
public static partial class EventInstant
{
    [GeneratedRegex(@"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape { get; }

    /// <summary>The instant, digits below 100 ns cut off; false when the text has another shape, no offset, or no such day.</summary>
    public static bool TryParse(string text, out DateTimeOffset instant)
    {
        instant = default;
        return Shape.IsMatch(text) && DateTimeOffset.TryParse(Cut(text), CultureInfo.InvariantCulture, DateTimeStyles.None, out instant);
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

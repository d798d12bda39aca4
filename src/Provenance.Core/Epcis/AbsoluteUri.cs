using System.Buffers;

namespace Provenance.Core.Epcis;

/// <summary>The syntax of absolute URIs (RFC 3986 §4.3) and IRIs (RFC 3987), without any meaning a scheme may add.</summary>
public static class AbsoluteUri
{
    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\"<>\\^`{|} \u007f");

    /// <summary>A URI, or a name that means something inside its document only (JSON-LD 1.1 §3.5), such as <c>_:document1</c>.</summary>
    public static bool IsOrBlank(ReadOnlySpan<char> text) => Is(text) || (text.StartsWith("_:") && text.Length > 2 && Is(string.Concat("x", text[1..])));

    /// <summary>A scheme, a colon and at least one character; no white space or control character; % only before two hex digits.</summary>
    public static bool Is(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        if (colon < 1 || colon == text.Length - 1 || !char.IsAsciiLetter(text[0]) || text[..colon].ContainsAnyExcept(SchemeCharacters))
        {
            return false;
        }
        for (var i = colon + 1; i < text.Length; i++)
        {
            var c = text[i];
            if (c <= ' ' || Forbidden.Contains(c) || char.IsWhiteSpace(c) || (c >= '\u0080' && c < '\u00a0'))
            {
                return false;
            }
            if (c == '%' && (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])))
            {
                return false;
            }
        }
        return text.Count('#') <= 1;
    }
}

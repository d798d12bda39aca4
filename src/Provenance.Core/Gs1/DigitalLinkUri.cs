using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Provenance.Core.Gs1;

/// <summary>The URI of a Digital Link cut into the pieces that <see cref="DigitalLink"/> reads.</summary>
/// <param name="Segments">The path's segments, still percent-encoded.</param>
/// <param name="KeyAt">Which segment is the primary key's AI; -1 where the path has none.</param>
/// <param name="Query">Without its question mark, still percent-encoded; the fragment is dropped.</param>
internal readonly record struct DigitalLinkUri(string[] Segments, int KeyAt, string Query)
{
    // RFC 3986's characters, escapes included. Letters beyond ASCII must come percent-encoded.
    private static readonly SearchValues<char> _uriCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");

    private static readonly SearchValues<char> _hostCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:[]");

    internal static bool TrySplit(string uri, out DigitalLinkUri parts, [NotNullWhen(false)] out string? error)
    {
        parts = new DigitalLinkUri([], -1, "");
        // All lower or all upper case, as QR codes in alphanumeric mode have it; not mixed.
        var authority = uri switch
        {
            _ when uri.StartsWith("https://", StringComparison.Ordinal) || uri.StartsWith("HTTPS://", StringComparison.Ordinal) => 8,
            _ when uri.StartsWith("http://", StringComparison.Ordinal) || uri.StartsWith("HTTP://", StringComparison.Ordinal) => 7,
            _ => 0,
        };
        if (authority == 0)
        {
            error = $"'{uri}' is no http or https URI";
            return false;
        }
        if (uri.AsSpan().ContainsAnyExcept(_uriCharacters))
        {
            error = $"'{uri}' holds a character that URIs may not";
            return false;
        }
        var path = uri.IndexOf('/', authority);
        if (path <= authority || uri.AsSpan(authority, path - authority).ContainsAnyExcept(_hostCharacters))
        {
            error = $"'{uri}' has no host or no path";
            return false;
        }
        if (!IsPort(uri.AsSpan(authority, path - authority)))
        {
            error = $"'{uri}' has a port beyond 65535";
            return false;
        }
        var fragment = uri.IndexOf('#', path);
        var end = fragment < 0 ? uri.Length : fragment;
        var question = uri.IndexOf('?', path, end - path);
        var query = question < 0 ? "" : uri[(question + 1)..end];
        var segments = uri[(path + 1)..(question < 0 ? end : question)].Split('/');
        parts = new DigitalLinkUri(segments, KeyIn(segments), query);
        error = null;
        return true;
    }

    private static bool IsPort(ReadOnlySpan<char> authority)
    {
        var colon = authority.LastIndexOf(':');
        return colon < authority.LastIndexOf(']') || colon < 0 || colon == authority.Length - 1
            || ushort.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    // Pairs count from the right, so that a stem may be anything: /00/faux/00/006141411234567890 has its key at the third segment.
    internal static int KeyIn(string[] segments)
    {
        for (var i = segments.Length - 2; i >= 0; i -= 2)
        {
            if (Ai.TryGet(segments[i], out var ai) && ai.IsKey)
            {
                return i;
            }
        }
        return -1;
    }
}

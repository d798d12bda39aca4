using System.Diagnostics.CodeAnalysis;
using Provenance.Core.Gs1;
using Provenance.Server.Http;

namespace Provenance.Server.Resolver;

/// <summary>A Digital Link at this server's root, as it was asked for.</summary>
/// <param name="Query">What goes on to the target, with its question mark: the request's, and what a compressed link held of it.</param>
/// <param name="IsCompressed">It was sent compressed.</param>
internal sealed record ResolverRequest(DigitalLink Link, string Query, bool IsCompressed)
{
    /// <summary>Of the identity alone, in the open.</summary>
    public string Path { get; } = PathOf(Link);

    /// <summary>Reads the raw target strictly: AI numbers, order, every value, and no stem before the key.</summary>
    public static bool TryRead(RawTarget target, OwnIds own, [NotNullWhen(true)] out ResolverRequest? request, [NotNullWhen(false)] out string? fault)
    {
        request = null;
        // Slashes at the end mean nothing (GS1-conformant resolver 1.2 §2.13).
        var uri = own.PublicUrl + target.Path.TrimEnd('/') + target.Query;
        var isCompressed = CompressedLink.TryExpand(uri, out var expanded);
        uri = expanded ?? uri;
        if (!DigitalLink.TryParse(uri, out var link, out fault))
        {
            return false;
        }
        var (path, query) = uri.IndexOf('?', StringComparison.Ordinal) is var at and >= 0 ? (uri[..at], uri[at..]) : (uri, "");
        // The key is the last that fits, so that a stem may hold anything. Here there is none.
        if (path.AsSpan(own.PublicUrl.Length).Count('/') != 2 * (1 + link.Qualifiers.Count))
        {
            fault = $"'{path[own.PublicUrl.Length..]}' has something before its key /{link.Key.Ai.Code}/; here Digital Links begin at the root";
            return false;
        }
        request = new ResolverRequest(link, query, isCompressed);
        return true;
    }

    private static string PathOf(DigitalLink link) => link.Levels().First().ToString("");
}

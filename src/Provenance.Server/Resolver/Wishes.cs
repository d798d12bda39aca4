using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Provenance.Server.Resolver;

/// <summary>What a request says to choose between several links of one type.</summary>
/// <param name="Context">The query's <c>context</c>; null without.</param>
/// <param name="Languages">BCP 47 ranges, dearest first.</param>
/// <param name="MediaTypes">Media ranges, in any order.</param>
internal sealed record Wishes(string? Context, IReadOnlyList<string> Languages, IReadOnlyList<MediaTypeHeaderValue> MediaTypes)
{
    /// <summary>Reads <c>Accept-Language</c> and <c>Accept</c>; <c>lang</c> and <c>mediaType</c> in the query stand for them.</summary>
    public static Wishes Of(HttpRequest request)
    {
        var headers = new RequestHeaders(request.Headers);
        var languages = request.Query["lang"] is [{ Length: > 0 } lang] ? [lang]
            : headers.AcceptLanguage.Where(range => range.Quality is not 0).OrderByDescending(range => range.Quality ?? 1).Select(range => range.Value.ToString()).ToList();
        var types = request.Query["mediaType"] is [{ Length: > 0 } type] && MediaTypeHeaderValue.TryParse(type, out var asked) ? [asked] : headers.Accept;
        return new Wishes(request.Query["context"] is [{ Length: > 0 } context] ? context : null, languages, [.. types]);
    }

    /// <summary>Whether the media type is asked for by name.</summary>
    public bool Name(string mediaType) => MediaTypes.Any(range => range.Quality is not 0 && range.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase));

    /// <summary>The links that fit best: one, or several that fit alike.</summary>
    public IReadOnlyList<Link> Narrow(IReadOnlyList<Link> links)
    {
        if (Context is not null)
        {
            links = Keep(links, link => link.Contexts.Contains(Context, StringComparer.OrdinalIgnoreCase));
        }
        if (Context is null || !links.Any(link => link.Contexts.Count > 0 && link.Contexts.Contains(Context, StringComparer.OrdinalIgnoreCase)))
        {
            links = Keep(links, link => link.Contexts.Count == 0);
        }
        links = KeepBest(links, FitOfLanguage);
        return KeepBest(links, FitOfMediaType);
    }

    // What has no language fits everybody, only less well than what has theirs.
    private double FitOfLanguage(Link link)
    {
        if (link.Languages.Count == 0)
        {
            return 0.5;
        }
        for (var i = 0; i < Languages.Count; i++)
        {
            if (link.Languages.Any(language => Fits(Languages[i], language)))
            {
                return Languages.Count + 1 - i;
            }
        }
        return 0;
    }

    // de fits de-AT and, when nothing nearer is there, the other way round.
    private static bool Fits(string range, string language) => range == "*"
        || language.Equals(range, StringComparison.OrdinalIgnoreCase)
        || language.StartsWith(range + "-", StringComparison.OrdinalIgnoreCase) || range.StartsWith(language + "-", StringComparison.OrdinalIgnoreCase);

    private double FitOfMediaType(Link link)
    {
        var best = 0.0;
        foreach (var range in MediaTypes)
        {
            var fits = range.MatchesAllTypes || (link.MediaType is { } type && MediaTypeHeaderValue.TryParse(type, out var exact) && exact.IsSubsetOf(range));
            best = Math.Max(best, fits ? range.Quality ?? 1 : 0);
        }
        return best;
    }

    private static IReadOnlyList<Link> Keep(IReadOnlyList<Link> links, Func<Link, bool> fits) => links.Where(fits).ToList() is { Count: > 0 } kept ? kept : links;

    private static IReadOnlyList<Link> KeepBest(IReadOnlyList<Link> links, Func<Link, double> fit)
    {
        var best = links.Count == 0 ? 0 : links.Max(fit);
        return links.Count < 2 ? links : [.. links.Where(link => fit(link) >= best)];
    }
}

namespace Provenance.Core.Gs1;

/// <summary>Which URLs mean this ledger, so that firms without GS1 keys can name things below them (design §6).</summary>
public sealed class OwnIds
{
    private readonly string[] _bases;

    /// <param name="publicUrl">Where this ledger answers, such as https://trace.example.com; new ids carry it.</param>
    /// <param name="formerUrls">Where it answered before: ids printed then still mean the same things.</param>
    public OwnIds(string publicUrl, IEnumerable<string> formerUrls)
    {
        PublicUrl = publicUrl.TrimEnd('/');
        _bases = [WithoutScheme(PublicUrl), .. formerUrls.Select(url => WithoutScheme(url.TrimEnd('/')))];
    }

    /// <summary>For whoever reads ids without being a ledger: no URL is its own.</summary>
    public static OwnIds None { get; } = new("", []);

    /// <summary>Without trailing slash.</summary>
    public string PublicUrl { get; }

    /// <summary>The path from /id/ on, of a URL of this ledger or of an id's <see cref="ItemId.Key"/>; null for everything else.</summary>
    internal string? PathOf(string text)
    {
        if (PublicUrl.Length == 0)
        {
            return null;
        }
        if (text.StartsWith("/id/", StringComparison.Ordinal))
        {
            return text;
        }
        // The scheme does not matter: http://firm.example/id/… was never anything but a redirect to https.
        var rest = text.AsSpan(SchemeLength(text));
        foreach (var known in rest.Length < text.Length ? _bases : [])
        {
            if (rest.StartsWith(known, StringComparison.OrdinalIgnoreCase) && rest[known.Length..].StartsWith("/id/"))
            {
                return rest[known.Length..].ToString();
            }
        }
        return null;
    }

    private static string WithoutScheme(string url) => url[SchemeLength(url)..];

    private static int SchemeLength(string url) =>
        url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8 : url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7 : 0;
}

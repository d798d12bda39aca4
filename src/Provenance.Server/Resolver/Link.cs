namespace Provenance.Server.Resolver;

/// <summary>Where something about an item is (RFC 9264, with GS1's attributes).</summary>
/// <param name="Href">An absolute URL, or a path on this server.</param>
/// <param name="Title">For people.</param>
public sealed record Link(LinkType Type, string Href, string Title)
{
    /// <summary>Of what is there; null where that is not known.</summary>
    public string? MediaType { get; init; }

    /// <summary>Languages of what is there: <c>de</c> or <c>de-AT</c>. Empty where it has none.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>For whom it is meant, typically a country. Empty for everybody.</summary>
    public IReadOnlyList<string> Contexts { get; init; } = [];

    /// <summary>Where a scan leads that asks for nothing in particular.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Whether the request's query is handed on.</summary>
    public bool KeepsQuery { get; init; } = true;

    /// <summary>Absolute, for lists of links.</summary>
    public string HrefOn(string publicUrl) => Href.StartsWith('/') ? publicUrl + Href : Href;
}

using Provenance.Core.Epcis;
using Provenance.Server.Tracing;

namespace Provenance.Server.Epcis.Queries;

/// <summary>The one spelling of a business step, disposition or type: the CBV's bare word, or somebody's own URI in full.</summary>
internal static class CanonicalWord
{
    /// <param name="namespaces">Where prefixes lead; asked only for what is none of the CBV's.</param>
    public static string Of(CbvWords list, string value, Func<IReadOnlyDictionary<string, string>> namespaces)
    {
        var bare = EventFacts.Bare(list, value)!;
        return list.Words.Contains(bare) ? bare : Expand(bare, namespaces());
    }

    /// <summary>A CURIE in full; anything else as it is.</summary>
    public static string Expand(string value, IReadOnlyDictionary<string, string> namespaces)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && !value.AsSpan(colon).StartsWith("://") && namespaces.TryGetValue(value[..colon], out var iri) ? iri + value[(colon + 1)..] : value;
    }
}

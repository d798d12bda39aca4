using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Provenance.Core.Gs1;

/// <summary>A GS1 Digital Link URI taken apart: the key, its qualifiers, its data attributes (GS1 Digital Link: URI Syntax 1.6).</summary>
/// <remarks>Strict: AI numbers only (convenience names such as /gtin/ ended with 1.3), qualifiers in their order, every value well formed.</remarks>
public sealed class DigitalLink
{
    /// <summary>The host of canonical Digital Links.</summary>
    public const string CanonicalStem = "https://id.gs1.org";

    private DigitalLink(AiValue key, IReadOnlyList<AiValue> qualifiers, IReadOnlyList<AiValue> attributes)
    {
        Key = key;
        Qualifiers = qualifiers;
        Attributes = attributes;
    }

    /// <summary>The primary key, such as (01) with a GTIN of 14 digits.</summary>
    public AiValue Key { get; }

    /// <summary>What the path says beyond the key, in its order: (22), (10), (21).</summary>
    public IReadOnlyList<AiValue> Qualifiers { get; }

    /// <summary>What the query says in AIs, such as (17): data, no part of the identity.</summary>
    public IReadOnlyList<AiValue> Attributes { get; }

    /// <summary>The value of a path AI, the key's included; null where the path has none.</summary>
    public string? Find(string code)
    {
        if (Key.Ai.Code == code)
        {
            return Key.Value;
        }
        foreach (var qualifier in Qualifiers)
        {
            if (qualifier.Ai.Code == code)
            {
                return qualifier.Value;
            }
        }
        return null;
    }

    /// <summary>
    /// Where to look for what is known, nearest first: the link without its attributes, then with ever fewer qualifiers, down to the key alone.
    /// The later a qualifier stands, the more it says: of a lot with variant, the lot alone comes before the variant alone.
    /// </summary>
    public IEnumerable<DigitalLink> Levels()
    {
        for (var kept = (1 << Qualifiers.Count) - 1; kept >= 0; kept--)
        {
            yield return new DigitalLink(Key, [.. Qualifiers.Where((_, i) => (kept & (1 << i)) != 0)], []);
        }
    }

    /// <summary>The canonical URI: on id.gs1.org, percent-encoded in one way, attributes after the path.</summary>
    public override string ToString() => ToString(CanonicalStem);

    /// <param name="stem">Scheme and host, perhaps with a path, such as https://example.com/a.</param>
    public string ToString(string stem)
    {
        var uri = new StringBuilder(stem.TrimEnd('/'));
        uri.Append('/').Append(Key.Ai.Code).Append('/').Append(PercentEncoding.Encode(Key.Value));
        foreach (var (ai, value) in Qualifiers)
        {
            uri.Append('/').Append(ai.Code).Append('/').Append(PercentEncoding.Encode(value));
        }
        for (var i = 0; i < Attributes.Count; i++)
        {
            uri.Append(i == 0 ? '?' : '&').Append(Attributes[i].Ai.Code).Append('=').Append(PercentEncoding.EncodeQuery(Attributes[i].Value));
        }
        return uri.ToString();
    }

    /// <summary>Reads a Digital Link on any host.</summary>
    /// <param name="uri">An absolute http or https URI, as received: nothing is trimmed or normalised before.</param>
    /// <param name="error">A sentence on what is wrong, naming AI and value.</param>
    /// <param name="acceptsShortGtin">Takes GTIN-8, -12 and -13 too, as links before 1.4 had them. They become 14 digits.</param>
    public static bool TryParse(
        string uri, [NotNullWhen(true)] out DigitalLink? link, [NotNullWhen(false)] out string? error, bool acceptsShortGtin = false)
    {
        link = null;
        return DigitalLinkUri.TrySplit(uri, out var parts, out error) && TryParse(parts, out link, out error, acceptsShortGtin);
    }

    internal static bool TryParse(
        DigitalLinkUri parts, [NotNullWhen(true)] out DigitalLink? link, [NotNullWhen(false)] out string? error, bool acceptsShortGtin)
    {
        link = null;
        if (parts.KeyAt < 0)
        {
            error = $"'/{string.Join('/', parts.Segments)}' has no GS1 primary key such as /01/";
            return false;
        }
        error = null;
        var path = new List<AiValue>((parts.Segments.Length - parts.KeyAt) / 2);
        for (var i = parts.KeyAt; i < parts.Segments.Length && error is null; i += 2)
        {
            error = ReadValue(parts.Segments[i], PercentEncoding.Decode(parts.Segments[i + 1]), acceptsShortGtin, path);
        }
        error ??= OrderFault(path);
        var attributes = new List<AiValue>();
        if (parts.Query.Length > 0)
        {
            error ??= ReadQuery(parts.Query, path, acceptsShortGtin, attributes);
        }
        error ??= AiAssociations.Fault(attributes.Count == 0 ? path : [.. path, .. attributes]);
        link = error is null ? new DigitalLink(path[0], path[1..], attributes) : null;
        return error is null;
    }

    /// <summary>Makes a link of what an element string says: the first key is its key, that key's qualifiers its path, the rest its query.</summary>
    public static bool TryBuild(
        IReadOnlyList<AiValue> values, [NotNullWhen(true)] out DigitalLink? link, [NotNullWhen(false)] out string? error)
    {
        link = null;
        error = AiAssociations.Fault(values);
        if (error is not null || !TryIdentify(values, out var identity, out error))
        {
            return false;
        }
        // Those of fixed length first, as in a bar code, where they save a separator.
        var attributes = values.Distinct().Where(v => v != identity.Key && !identity.Qualifiers.Contains(v))
            .OrderBy(v => v.Ai.IsPredefinedLength ? 0 : 1).ToList();
        if (attributes.FirstOrDefault(v => !v.Ai.MayBeAttribute) is { Ai: not null } barred)
        {
            error = $"{barred} may not stand in a Digital Link of {identity.Key.Ai.Name}";
            return false;
        }
        link = new DigitalLink(identity.Key, identity.Qualifiers, attributes);
        return true;
    }

    /// <summary>The key and its qualifiers alone, whatever else the values say: what an item is, without its dates and weights.</summary>
    public static bool TryIdentify(
        IReadOnlyList<AiValue> values, [NotNullWhen(true)] out DigitalLink? link, [NotNullWhen(false)] out string? error)
    {
        link = null;
        if (values.FirstOrDefault(v => v.Ai.IsKey) is not { Ai: not null } key)
        {
            error = $"{ElementString.Print(values)} names nothing: it holds no key such as (01) GTIN or (00) SSCC";
            return false;
        }
        var qualifiers = key.Ai.QualifierSequences
            .SelectMany(sequence => sequence)
            .SelectMany(code => values.Where(v => v.Ai.Code == code).Take(1))
            .ToList();
        error = OrderFault([key, .. qualifiers]);
        link = error is null ? new DigitalLink(key, qualifiers, []) : null;
        return error is null;
    }

    /// <summary>A link of values that the caller knows to be right, such as those of a checked EPC URN.</summary>
    internal static DigitalLink Of(AiValue key, params IReadOnlyList<AiValue> qualifiers) => new(key, qualifiers, []);

    private static string? ReadValue(ReadOnlySpan<char> code, string? value, bool acceptsShortGtin, List<AiValue> values)
    {
        if (!Ai.TryGet(code, out var ai))
        {
            return $"{code} is not a GS1 Application Identifier";
        }
        if (value is null)
        {
            return $"{ai.Name} ({ai.Code}) has a broken percent escape";
        }
        // A GTIN of another key's query may be as short.
        if (acceptsShortGtin && ai.Code is "01" or "02" && value.Length is 8 or 12 or 13)
        {
            value = value.PadLeft(14, '0');
        }
        values.Add(new AiValue(ai, value));
        return ai.Fault(value);
    }

    private static string? OrderFault(List<AiValue> path)
    {
        foreach (var sequence in path[0].Ai.QualifierSequences)
        {
            if (IsPathOf(path, sequence))
            {
                return null;
            }
        }
        return $"the qualifiers {string.Join(", ", path.Skip(1))} do not fit {path[0].Ai.Name}, or not in this order";
    }

    // Any of the sequence may be missing, none may stand elsewhere.
    private static bool IsPathOf(List<AiValue> path, IReadOnlyList<string> sequence)
    {
        var at = 0;
        for (var i = 1; i < path.Count; i++)
        {
            while (at < sequence.Count && sequence[at] != path[i].Ai.Code)
            {
                at++;
            }
            if (at++ >= sequence.Count)
            {
                return false;
            }
        }
        return true;
    }

    private static string? ReadQuery(string query, List<AiValue> path, bool acceptsShortGtin, List<AiValue> attributes)
    {
        foreach (var pair in query.Split('&'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            // Names that are not all digits are no GS1 data: linkType, lang, utm_source.
            if (equals <= 0 || pair.AsSpan(0, equals).ContainsAnyExceptInRange('0', '9'))
            {
                continue;
            }
            var fault = ReadValue(pair.AsSpan(0, equals), PercentEncoding.DecodeQuery(pair.AsSpan(equals + 1)), acceptsShortGtin, attributes);
            fault ??= AttributeFault(attributes[^1], path, attributes);
            if (fault is not null)
            {
                return fault;
            }
        }
        return null;
    }

    private static string? AttributeFault(AiValue attribute, List<AiValue> path, List<AiValue> attributes)
    {
        if (!attribute.Ai.MayBeAttribute)
        {
            return $"{attribute} may not stand in the query";
        }
        if (path.Concat(attributes[..^1]).Any(v => v.Ai == attribute.Ai))
        {
            return $"{attribute.Ai.Name} ({attribute.Ai.Code}) is given twice";
        }
        var belongsInPath = path[0].Ai.QualifierSequences.Any(sequence =>
            sequence.Contains(attribute.Ai.Code) && path.Skip(1).All(v => sequence.Contains(v.Ai.Code)));
        return belongsInPath ? $"{attribute} belongs in the path, not in the query" : null;
    }
}

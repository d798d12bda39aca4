using System.Text.Json;

namespace Provenance.Server.Epcis.Queries;

/// <summary>The name of an extension field in a parameter: <c>prefix:local</c>, its IRI in full, or <c>namespace#local</c> as EPCIS 1.x writes it.</summary>
internal sealed class FieldName
{
    private readonly string _written;
    private readonly string? _full;

    /// <param name="written">As in the parameter's name.</param>
    /// <param name="namespaces">The prefixes that the query declares. One that it does not is compared as it is written in the event.</param>
    public FieldName(string written, IReadOnlyDictionary<string, string> namespaces)
    {
        _written = written;
        var full = CanonicalWord.Expand(written, namespaces);
        _full = full == written ? null : full;
    }

    /// <summary>It has a prefix and a name: no field of the standard has, and every extension does.</summary>
    public static bool IsOne(string text) => text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && colon < text.Length - 1;

    /// <summary>Whether it is an attribute of master data by that name: those of the CBV are spelled in four ways.</summary>
    public bool IsMasterData(string attribute) => attribute == _written || attribute == _full || LocalOf(attribute) is { } local && local == LocalOf(_full ?? _written);

    /// <summary>The values of an object's own members of this name.</summary>
    public IEnumerable<JsonElement> In(JsonElement holder, QueriedEvent e)
    {
        if (holder.ValueKind != JsonValueKind.Object)
        {
            return [];
        }
        if (_full is null && holder.TryGetProperty(_written, out var value))
        {
            return [value];
        }
        return holder.EnumerateObject().Where(member => Names(member.Name, e)).Select(member => member.Value);
    }

    /// <summary>The values of members of this name at any depth below the extensions of an object, but not its own.</summary>
    public IEnumerable<JsonElement> Within(JsonElement holder, QueriedEvent e) => holder.ValueKind != JsonValueKind.Object
        ? []
        : holder.EnumerateObject().Where(member => IsOne(member.Name) || e.Namespaces.ContainsKey(member.Name)).SelectMany(member => Everywhere(member.Value, e));

    private IEnumerable<JsonElement> Everywhere(JsonElement value, QueriedEvent e) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(element => Everywhere(element, e)),
        JsonValueKind.Object => In(value, e).Concat(value.EnumerateObject().SelectMany(member => Everywhere(member.Value, e))),
        _ => [],
    };

    private static string? LocalOf(string name) =>
        new[] { "cbvmda:", "urn:epcglobal:cbv:mda:", "urn:epcglobal:cbv:mda#", "https://ref.gs1.org/cbv/mda/" }.FirstOrDefault(start => name.StartsWith(start, StringComparison.Ordinal)) is { } start
            ? name[start.Length..] : null;

    private bool Names(string member, QueriedEvent e)
    {
        var colon = member.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            // A term of the sender's context, which says what it stands for: in full, or by a prefix.
            return e.Namespaces.TryGetValue(member, out var term) && CanonicalWord.Expand(term, e.Namespaces) == (_full ?? _written);
        }
        if (!e.Namespaces.TryGetValue(member[..colon], out var iri))
        {
            return member == _written;
        }
        var (local, meant) = (member[(colon + 1)..], _full ?? _written);
        return meant == iri + local || (_full is null && meant.Length == iri.Length + local.Length + 1
            && meant.StartsWith(iri, StringComparison.Ordinal) && meant[iri.Length] == '#' && meant.EndsWith(local, StringComparison.Ordinal));
    }
}

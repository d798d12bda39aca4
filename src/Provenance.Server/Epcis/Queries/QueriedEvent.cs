using System.Text.Json;
using Provenance.Core.Epcis;
using Provenance.Core.Gs1;

namespace Provenance.Server.Epcis.Queries;

/// <summary>A stored event while conditions are held against it.</summary>
internal sealed class QueriedEvent(JsonElement json, OwnIds own)
{
    private Dictionary<string, string>? _namespaces;

    public JsonElement Json => json;

    public OwnIds Own => own;

    /// <summary>Where the prefixes of its members lead, by its own context.</summary>
    public Dictionary<string, string> Namespaces =>
        _namespaces ??= json.TryGetProperty("@context", out var context) ? EventContext.Namespaces(context) : [];

    /// <summary>eventTime. Only what has one is ever stored.</summary>
    public DateTimeOffset Time => EventInstant.TryParse(json.GetProperty("eventTime").GetString()!, out var time)
        ? time : throw new InvalidOperationException("A stored event has no eventTime.");

    /// <summary>Everything that stands at the end of a path, through every list on the way.</summary>
    public IEnumerable<JsonElement> At(params string[] path) => Below(json, path, 0);

    /// <summary>The texts there.</summary>
    public IEnumerable<string> TextsAt(params string[] path) =>
        At(path).Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!);

    /// <summary>A name of the CBV as its bare word; somebody's own in full, where a prefix stands for its beginning.</summary>
    public string Word(CbvWords list, string value) => CanonicalWord.Of(list, value, () => Namespaces);

    /// <summary>An identifier in the one spelling for all that mean the same.</summary>
    public string Id(string uri) => ItemId.TryParseEventUri(uri, own, out var item, out _) ? item.Key : uri;

    /// <summary>Every value in a list, or the one value; nothing of null.</summary>
    public static IEnumerable<JsonElement> Each(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray(),
        JsonValueKind.Null or JsonValueKind.Undefined => [],
        _ => [value],
    };

    private static IEnumerable<JsonElement> Below(JsonElement holder, string[] path, int depth)
    {
        if (depth == path.Length)
        {
            return Each(holder);
        }
        return Each(holder).Where(part => part.ValueKind == JsonValueKind.Object && part.TryGetProperty(path[depth], out _))
            .SelectMany(part => Below(part.GetProperty(path[depth]), path, depth + 1));
    }
}

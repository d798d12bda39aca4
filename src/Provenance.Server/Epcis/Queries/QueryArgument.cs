using System.Text.Json;
using Provenance.Core.Epcis;

namespace Provenance.Server.Epcis.Queries;

/// <summary>One parameter of a query with its value, from a URL or a JSON object.</summary>
/// <param name="Name">As written.</param>
/// <param name="Text">The value as one text; null where a list was given.</param>
/// <param name="List">The value as a list.</param>
internal sealed record QueryArgument(string Name, string? Text, IReadOnlyList<string> List)
{
    // Lists in a URL are parted by a bar, which no URI holds (pipeDelimited in GS1's OpenAPI).
    private const char Bar = '|';

    /// <summary>A parameter given twice means a list of all its values.</summary>
    public static QueryArgument OfUrl(string name, IReadOnlyList<string?> values) =>
        new(name, values.Count == 1 ? values[0] ?? "" : null, [.. values.SelectMany(value => (value ?? "").Split(Bar))]);

    /// <summary>Null where the value is no scalar and no list of scalars.</summary>
    public static QueryArgument? OfJson(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            var list = value.EnumerateArray().Select(Scalar).ToList();
            return list.Contains(null) ? null : new QueryArgument(name, null, list!);
        }
        return Scalar(value) is { } text ? new QueryArgument(name, text, [text]) : null;
    }

    /// <summary>The parameter once for each of its spellings, and its values without order: what tells queries apart.</summary>
    public string Canonical => string.Join('\n', List.Order(StringComparer.Ordinal).Prepend(Name));

    /// <summary>A point in time. In a URL a plus sign that was not escaped arrives as a blank.</summary>
    public DateTimeOffset? Time => Text is { } text && EventInstant.TryParse(text.Replace(' ', '+'), out var time) ? time : null;

    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Null => "",
        _ => null,
    };
}

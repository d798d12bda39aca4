using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Provenance.Server.Http;

/// <summary>Says which member of a JSON body was wrong, and what stood there.</summary>
internal static partial class JsonFault
{
    private static readonly (string Said, string Meant)[] Words =
    [
        ("could not be mapped to any .NET member", "There is no such member here"),
        ("missing required properties", "The member is missing"),
        ("could not be converted", "The value is not of the kind that this member takes"),
        ("Duplicate property", "The member stands here twice"),
        ("doesn't allow null values", "The member does not take null"),
    ];

    /// <param name="body">The request's body, rewound where it was buffered; then the value at fault is named too.</param>
    public static async Task<Problem> DescribeAsync(JsonException exception, Stream body)
    {
        var field = Missing().Match(exception.Message) is { Success: true } missing ? Inside(FieldOf(exception), missing.Groups["name"].Value) : FieldOf(exception);
        var where = exception.LineNumber is { } line ? $" (line {line + 1}, byte {exception.BytePositionInLine})" : "";
        var text = await ReadAgainAsync(body);
        return Problem.Invalid(field ?? "body", Find(text, field), Sentence(exception.Message) + where + ".");
    }

    /// <summary><c>$.product.gtin</c> becomes <c>product.gtin</c>; a document that is no JSON at all has no field.</summary>
    private static string? FieldOf(JsonException exception) =>
        exception.Path is { Length: > 1 } path && path.StartsWith('$') ? path[1..].TrimStart('.') : null;

    private static string Inside(string? parent, string name) => parent is null ? name : $"{parent}.{name}";

    /// <summary>What the serializer says without the names of our types, which mean nothing to the sender; path and position follow anyway.</summary>
    private static string Sentence(string message)
    {
        foreach (var (said, meant) in Words)
        {
            if (message.Contains(said, StringComparison.Ordinal))
            {
                return meant;
            }
        }
        var end = message.IndexOf(" Path: ", StringComparison.Ordinal);
        end = end < 0 ? message.IndexOf(" LineNumber: ", StringComparison.Ordinal) : end;
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }

    [GeneratedRegex("missing required properties including: '(?<name>[^']*)'")]
    private static partial Regex Missing();

    private static async Task<string?> ReadAgainAsync(Stream body)
    {
        if (!body.CanSeek)
        {
            return null;
        }
        body.Position = 0;
        using var reader = new StreamReader(body, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }

    private static string? Find(string? text, string? field)
    {
        if (text is null)
        {
            return null;
        }
        try
        {
            using var document = JsonDocument.Parse(text);
            var element = document.RootElement;
            foreach (var step in (field ?? "").Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
            {
                var inside = element.ValueKind == JsonValueKind.Array && int.TryParse(step, out var i) && i < element.GetArrayLength()
                    ? element[i]
                    : element.ValueKind == JsonValueKind.Object && element.TryGetProperty(step, out var member) ? member : default;
                if (inside.ValueKind == JsonValueKind.Undefined)
                {
                    return null;
                }
                element = inside;
            }
            return field is null ? null : element.GetRawText();
        }
        catch (JsonException)
        {
            return text; // not JSON: the text itself is what was wrong, and Problem cuts it
        }
    }
}

using System.Text;
using System.Text.Json;

namespace Provenance.Server.Http;

/// <summary>Says which member of a JSON body was wrong, and what stood there.</summary>
internal static class JsonFault
{
    /// <param name="body">The request's body, rewound where it was buffered; then the value at fault is named too.</param>
    public static Problem Describe(JsonException exception, Stream body)
    {
        var field = FieldOf(exception);
        var where = exception.LineNumber is { } line ? $" (line {line + 1}, byte {exception.BytePositionInLine})" : "";
        var text = ReadAgain(body);
        return Problem.Invalid(field ?? "body", Find(text, field), Sentence(exception.Message) + where + ".");
    }

    /// <summary><c>$.product.gtin</c> becomes <c>product.gtin</c>; a document that is no JSON at all has no field.</summary>
    private static string? FieldOf(JsonException exception) =>
        exception.Path is { Length: > 1 } path && path.StartsWith('$') ? path[1..].TrimStart('.') : null;

    /// <summary>The serializer's first sentence; the rest repeats path and position.</summary>
    private static string Sentence(string message)
    {
        var end = message.IndexOf(" Path: ", StringComparison.Ordinal);
        end = end < 0 ? message.IndexOf(" LineNumber: ", StringComparison.Ordinal) : end;
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }

    private static string? ReadAgain(Stream body)
    {
        if (!body.CanSeek)
        {
            return null;
        }
        body.Position = 0;
        using var reader = new StreamReader(body, Encoding.UTF8, leaveOpen: true);
        return reader.ReadToEnd();
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

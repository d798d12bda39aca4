using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Provenance.Cli.Remote;

/// <summary>One thing to record.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Body">Compact JSON.</param>
/// <param name="Key">Its <c>Idempotency-Key</c>: made of the content, and of how often the same stood before it. A line that moved, or stands in another file, keeps it.</param>
internal sealed record RecordLine(int Line, byte[] Body, string Key)
{
    /// <summary>Says a step of its own; else it registers a batch.</summary>
    public required bool IsStep { get; init; }
}

/// <summary>Reads what is to be recorded: JSON objects one after the other (as in JSON Lines), or in an array.</summary>
internal static class RecordLines
{
    /// <exception cref="UsageException">Something is no JSON object; the message names the line. Nothing is recorded then.</exception>
    public static IReadOnlyList<RecordLine> Read(ReadOnlySpan<byte> text)
    {
        text = text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
        var found = new List<RecordLine>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.StartArray, CurrentDepth: 0 } or { TokenType: JsonTokenType.EndArray, CurrentDepth: 0 })
                {
                    continue;
                }
                var line = text[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    throw new UsageException($"line {line}: '{Shown(reader.ValueSpan)}' is no JSON object. Nothing was recorded.");
                }
                using var document = JsonDocument.ParseValue(ref reader);
                found.Add(Make(line, document.RootElement, seen));
            }
        }
        catch (JsonException e)
        {
            throw new UsageException($"line {e.LineNumber + 1}: it is no JSON from byte {e.BytePositionInLine + 1} of the line on. Nothing was recorded.");
        }
        return found.Count > 0 ? found : throw new UsageException("There is nothing to record: send a JSON object, an array of them, or one a line.");
    }

    private static RecordLine Make(int line, JsonElement request, Dictionary<string, int> seen)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            request.WriteTo(json);
        }
        var body = output.ToArray();
        var hash = Convert.ToHexStringLower(SHA256.HashData(body))[..40];
        var times = seen[hash] = seen.GetValueOrDefault(hash) + 1;
        return new RecordLine(line, body, $"record-{hash}-{times}") { IsStep = request.TryGetProperty("step", out _) };
    }

    private static string Shown(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.Length <= 40 ? value : value[..40]);
}

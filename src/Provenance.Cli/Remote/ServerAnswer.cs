using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Provenance.Cli.Remote;

/// <summary>What a server said to a request that it did not fulfil, in words for a person: field, value, what to do.</summary>
internal static class ServerAnswer
{
    /// <summary>A line for each fault that a problem names (RFC 9457).</summary>
    public static async Task<IReadOnlyList<string>> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var status = $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        if ((int)response.StatusCode is >= 300 and < 400)
        {
            return [$"the server sends on to {response.Headers.Location}: name that in --url"];
        }
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return [$"{status}, and no word of a provenance server: is --url right?"];
        }
        try
        {
            using var problem = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancel), cancellationToken: cancel);
            var root = problem.RootElement;
            return root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0
                ? [.. errors.EnumerateArray().Select(Print)]
                : [Print(root)];
        }
        catch (JsonException)
        {
            return [status];
        }
    }

    private static string Print(JsonElement fault)
    {
        var text = new StringBuilder();
        if (Text(fault, "field") is { } field)
        {
            text.Append(field);
            text.Append(Text(fault, "value") is { } value ? string.Create(CultureInfo.InvariantCulture, $" is '{value}'") : "");
            text.Append(": ");
        }
        return text.Append(Text(fault, "detail") ?? Text(fault, "title") ?? "refused").ToString();
    }

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Provenance.Core.Events;

namespace Provenance.Server.Batches;

/// <summary>A recorded event with some of its members told anew; the others are as they were, whoever captured them.</summary>
/// <param name="Told">An event of the plain API that has the new members.</param>
/// <param name="Members">Names of the members that come from <paramref name="Told"/>, or go if they are not in it.</param>
/// <param name="MasterData">The same for members of <c>ilmd</c>, where both events have one.</param>
internal sealed record CorrectedEvent(JsonElement Recorded, JsonElement Told, IReadOnlySet<string> Members, IReadOnlySet<string> MasterData)
{
    /// <summary>Its id is new, its context may be wider, and recordTime and source were the received file's.</summary>
    private static readonly HashSet<string> Apart = new(StringComparer.Ordinal) { "@context", "eventID", "recordTime", ProvTerms.Source };

    public JsonElement As(string eventId) => JsonElement.Parse(Write(eventId));

    public byte[] Write(string eventId)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        WriteContext(json);
        json.WriteString("eventID", eventId);
        foreach (var member in Merge(Recorded, Told, Members).Where(member => !Apart.Contains(member.Name)))
        {
            if (member.NameEquals("ilmd") && MasterData.Count > 0)
            {
                WriteMasterData(json, member.Value);
            }
            else
            {
                member.WriteTo(json);
            }
        }
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    private void WriteMasterData(Utf8JsonWriter json, JsonElement recorded)
    {
        var members = (Told.TryGetProperty("ilmd", out var told) ? Merge(recorded, told, MasterData)
            : recorded.EnumerateObject().Where(member => !MasterData.Contains(member.Name))).ToList();
        if (members.Count == 0)
        {
            return;
        }
        json.WriteStartObject("ilmd");
        members.ForEach(member => member.WriteTo(json));
        json.WriteEndObject();
    }

    /// <summary>The recorded context; where it lacks our prefixes, which the new members may use, with ours after it.</summary>
    private void WriteContext(Utf8JsonWriter json)
    {
        var (recorded, told) = (Recorded.GetProperty("@context"), Told.GetProperty("@context"));
        var parts = recorded.ValueKind == JsonValueKind.Array ? [.. recorded.EnumerateArray()] : new List<JsonElement> { recorded };
        if (parts is [_, { ValueKind: JsonValueKind.Object } ours]
            && ours.EnumerateObject().All(binding => told[1].TryGetProperty(binding.Name, out var same) && JsonElement.DeepEquals(same, binding.Value)))
        {
            parts[1] = told[1];
        }
        else if (!parts.Exists(part => JsonElement.DeepEquals(part, told[1])))
        {
            parts.Add(told[1]);
        }
        json.WriteStartArray("@context");
        parts.ForEach(part => part.WriteTo(json));
        json.WriteEndArray();
    }

    /// <summary>The recorded members in their order, those of <paramref name="names"/> as told; then what is told for the first time.</summary>
    private static IEnumerable<JsonProperty> Merge(JsonElement recorded, JsonElement told, IReadOnlySet<string> names)
    {
        var anew = told.EnumerateObject().Where(member => names.Contains(member.Name)).ToDictionary(member => member.Name, StringComparer.Ordinal);
        foreach (var member in recorded.EnumerateObject())
        {
            if (!names.Contains(member.Name))
            {
                yield return member;
            }
            else if (anew.Remove(member.Name, out var other))
            {
                yield return other;
            }
        }
        foreach (var member in anew.Values)
        {
            yield return member;
        }
    }
}

using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Provenance.Core.Events;
using Provenance.Core.Log;

namespace Provenance.Server.Epcis;

/// <summary>Writes an EPCISQueryDocument: events token for token as captured but for <see cref="EpcFormat"/>, with our recordTime.</summary>
internal sealed record QueryResults(string QueryName, string? SubscriptionId, IReadOnlyList<FoundEvent> Events, EpcFormat Format)
{
    private static readonly byte[] ProvBinding = Encoding.UTF8.GetBytes($$"""{"{{ProvTerms.Prefix}}":"{{ProvTerms.Namespace}}"}""");

    private static readonly byte[] EpcisContext = Encoding.UTF8.GetBytes($"\"{ProvTerms.EpcisContext}\"");

    /// <summary>The document's own id; null where it has none.</summary>
    public string? Id { get; init; }

    /// <summary>A context that all events share stands once, at the top, as in the documents they came in; else each has its own.</summary>
    public void Write(IBufferWriter<byte> output, DateTimeOffset now, CompanyPrefixes prefixes)
    {
        var contexts = Events.Select(found => ContextOf(found.Event)).ToList();
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        var isShared = WriteContext(json, contexts);
        if (Id is not null)
        {
            json.WriteString("id", Id);
        }
        json.WriteString("type", "EPCISQueryDocument");
        json.WriteString("schemaVersion", "2.0");
        json.WriteString("creationDate", EntryMeta.Print(now));
        json.WriteStartObject("epcisBody");
        json.WriteStartObject("queryResults");
        if (SubscriptionId is not null)
        {
            json.WriteString("subscriptionID", SubscriptionId);
        }
        json.WriteString("queryName", QueryName);
        json.WriteStartObject("resultsBody");
        json.WriteStartArray("eventList");
        for (var i = 0; i < Events.Count; i++)
        {
            WriteEvent(json, Events[i], isShared ? null : contexts[i], Format, prefixes);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes an EPCISDocument, which can be captured elsewhere: events token for token as captured, with our recordTime.</summary>
    public static void WriteDocument(IBufferWriter<byte> output, IReadOnlyList<FoundEvent> events, DateTimeOffset now)
    {
        var contexts = events.Select(found => ContextOf(found.Event)).ToList();
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        var isShared = WriteContext(json, contexts);
        json.WriteString("type", "EPCISDocument");
        json.WriteString("schemaVersion", "2.0");
        json.WriteString("creationDate", EntryMeta.Print(now));
        json.WriteStartObject("epcisBody");
        json.WriteStartArray("eventList");
        for (var i = 0; i < events.Count; i++)
        {
            WriteEvent(json, events[i], isShared ? null : contexts[i], EpcFormat.NeverTranslates, null);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <returns>Whether it is that of all events; else each event has its own.</returns>
    private static bool WriteContext(Utf8JsonWriter json, List<byte[]> contexts)
    {
        var isShared = contexts.Count > 0 && contexts.TrueForAll(context => context.AsSpan().SequenceEqual(contexts[0]));
        json.WritePropertyName("@context");
        json.WriteRawValue(isShared ? contexts[0] : EpcisContext, skipInputValidation: true);
        return isShared;
    }

    /// <summary>One event without a document around it.</summary>
    public static void WriteOne(IBufferWriter<byte> output, FoundEvent found, EpcFormat format, CompanyPrefixes prefixes)
    {
        using var json = new Utf8JsonWriter(output);
        WriteEvent(json, found, ContextOf(found.Event), format, prefixes);
    }

    /// <param name="prefixes">Not needed for what is never translated.</param>
    private static void WriteEvent(Utf8JsonWriter json, FoundEvent found, byte[]? context, EpcFormat format, CompanyPrefixes? prefixes)
    {
        json.WriteStartObject();
        if (context is not null)
        {
            json.WritePropertyName("@context");
            json.WriteRawValue(context, skipInputValidation: true);
        }
        foreach (var member in found.Event.EnumerateObject())
        {
            if (member.NameEquals("recordTime") || member.NameEquals("@context") || member.NameEquals(ProvTerms.Source))
            {
                continue;
            }
            json.WritePropertyName(member.Name);
            if (format != EpcFormat.NeverTranslates && EpcFormats.Concerns(member))
            {
                format.Write(json, member, prefixes!);
            }
            else
            {
                json.WriteRaw(member.Value);
            }
        }
        json.WriteString("recordTime", EntryMeta.Print(found.RecordedAt));
        json.WriteEndObject();
    }

    /// <summary>The context as it was sent: without the binding that we added for prov:source, which is not answered.</summary>
    private static byte[] ContextOf(JsonElement e)
    {
        var context = e.GetProperty("@context");
        var parts = context.ValueKind == JsonValueKind.Array ? context.GetArrayLength() : 0;
        if (parts < 2 || e.EnumerateObject().Any(member => member.Name.StartsWith(ProvTerms.Prefix + ":", StringComparison.Ordinal) && !member.NameEquals(ProvTerms.Source)))
        {
            return JsonMarshal.GetRawUtf8Value(context).ToArray();
        }
        if (parts == 2 && JsonMarshal.GetRawUtf8Value(context[0]).SequenceEqual(ProvBinding))
        {
            return JsonMarshal.GetRawUtf8Value(context[1]).ToArray();
        }
        var raw = JsonMarshal.GetRawUtf8Value(context);
        return JsonMarshal.GetRawUtf8Value(context[parts - 1]).SequenceEqual(ProvBinding) ? [.. raw[..^(ProvBinding.Length + 2)], (byte)']'] : raw.ToArray();
    }
}

internal static class RawJson
{
    /// <summary>A value of a parsed document, token for token.</summary>
    public static void WriteRaw(this Utf8JsonWriter json, JsonElement value) => json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
}

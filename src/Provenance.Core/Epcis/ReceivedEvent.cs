using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Provenance.Core.Events;

namespace Provenance.Core.Epcis;

/// <summary>One event that keeps every rule, as it will be stored.</summary>
public sealed class ReceivedEvent
{
    internal ReceivedEvent(int number, byte[] stored)
    {
        Number = number;
        Stored = stored;
        Json = JsonElement.Parse(stored);
        Type = Json.GetProperty("type").GetString()!;
        EventId = Json.TryGetProperty("eventID", out var id) ? id.GetString() : null;
        EventTime = EventInstant.TryParse(Json.GetProperty("eventTime").GetString()!, out var time)
            ? time : throw new ArgumentException("event without a time", nameof(stored));
    }

    /// <summary>Which event of its document, counted from 1.</summary>
    public int Number { get; }

    /// <summary>Compact UTF-8 JSON with the effective @context; tokens and the order of members as received.</summary>
    public ReadOnlyMemory<byte> Stored { get; }

    /// <summary><see cref="Stored"/>, parsed; it needs no disposing.</summary>
    public JsonElement Json { get; }

    /// <summary>One of the five event types, or the URI of another.</summary>
    public string Type { get; }

    /// <summary>The eventID as it is in <see cref="Stored"/>, or null.</summary>
    public string? EventId { get; }

    /// <summary>eventTime as an instant, digits below 100 ns cut off.</summary>
    public DateTimeOffset EventTime { get; }

    /// <summary>The same event with what is ours to add, behind what was received. What it has already stays.</summary>
    /// <param name="eventId">Used where the sender gave none.</param>
    /// <param name="source">prov:source, or null where no file was received.</param>
    public ReceivedEvent With(string eventId, string? source)
    {
        var stored = Stored.Span;
        if (source is not null)
        {
            var context = Json.GetProperty("@context");
            stored = Replace(Json, context, Encoding.UTF8.GetBytes(EventContext.WithProv(context)));
        }
        var output = new ArrayBufferWriter<byte>(stored.Length + 256);
        output.Write(stored[..^1]);
        if (EventId is null)
        {
            Append(output, "eventID", eventId);
        }
        if (source is not null)
        {
            Append(output, ProvTerms.Source, source);
        }
        output.Write("}"u8);
        return new(Number, output.WrittenSpan.ToArray());
    }

    private static void Append(ArrayBufferWriter<byte> output, string name, string value)
    {
        output.Write(","u8);
        Jcs.WriteString(output, name);
        output.Write(":"u8);
        Jcs.WriteString(output, value);
    }

    /// <summary>The bytes of an object with those of one value within it exchanged.</summary>
    internal static byte[] Replace(JsonElement whole, JsonElement part, ReadOnlySpan<byte> with)
    {
        var outer = JsonMarshal.GetRawUtf8Value(whole);
        var inner = JsonMarshal.GetRawUtf8Value(part);
        outer.Overlaps(inner, out var at);
        return [.. outer[..at], .. with, .. outer[(at + inner.Length)..]];
    }
}

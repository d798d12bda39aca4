using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Provenance.Core.Events;

namespace Provenance.Core.Epcis;

/// <summary>One event that keeps every rule, as it will be stored. It is put together once, when it is known what of ours is to be added.</summary>
public sealed class ReceivedEvent
{
    private readonly SharedContext? _context;
    private readonly byte[] _body;
    private byte[]? _stored;
    private JsonElement? _json;

    /// <param name="e">A checked event.</param>
    /// <param name="context">That of the document, where the event has none of its own.</param>
    /// <param name="body">The bytes of <paramref name="e"/>; with the effective context already where <paramref name="context"/> is null.</param>
    internal ReceivedEvent(int number, JsonElement e, SharedContext? context, byte[] body)
        : this(number, context, body, e.GetProperty("type").GetString()!, e.TryGetProperty("eventID", out var id) ? id.GetString() : null, TimeOf(e))
    {
    }

    private ReceivedEvent(int number, SharedContext? context, byte[] body, string type, string? eventId, DateTimeOffset time) =>
        (Number, _context, _body, Type, EventId, EventTime) = (number, context, body, type, eventId, time);

    /// <summary>Which event of its document, counted from 1.</summary>
    public int Number { get; }

    /// <summary>Compact UTF-8 JSON with the effective @context; tokens and the order of members as received.</summary>
    public ReadOnlyMemory<byte> Stored => _stored ??= _context is null ? _body : [.. "{\"@context\":"u8, .. _context.Text, (byte)',', .. _body.AsSpan(1)];

    /// <summary><see cref="Stored"/>, parsed; it needs no disposing.</summary>
    public JsonElement Json => _json ??= JsonElement.Parse(Stored.Span);

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
        var output = new ArrayBufferWriter<byte>(_body.Length + 512);
        if (_context is not null)
        {
            output.Write("{\"@context\":"u8);
            output.Write(source is null ? _context.Text : _context.TextWithProv);
            output.Write(","u8);
            output.Write(_body.AsSpan(1, _body.Length - 2));
        }
        else
        {
            var body = source is null ? _body : Replace(Json, Json.GetProperty("@context"), Encoding.UTF8.GetBytes(EventContext.WithProv(Json.GetProperty("@context"))));
            output.Write(body.AsSpan(0, body.Length - 1));
        }
        if (EventId is null)
        {
            Append(output, "eventID", eventId);
        }
        if (source is not null)
        {
            Append(output, ProvTerms.Source, source);
        }
        output.Write("}"u8);
        return new(Number, null, output.WrittenSpan.ToArray(), Type, EventId ?? eventId, EventTime);
    }

    private static DateTimeOffset TimeOf(JsonElement e) => EventInstant.TryParse(e.GetProperty("eventTime").GetString()!, out var time)
        ? time : throw new ArgumentException("event without a time", nameof(e));

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

/// <summary>A document's context, which most of its events have in common: looked at and spelled once.</summary>
sealed class SharedContext(JsonElement context)
{
    /// <summary>Compact, as it came.</summary>
    public byte[] Text { get; } = Encoding.UTF8.GetBytes(context.GetRawText());

    /// <summary>With our prefix bound.</summary>
    public byte[] TextWithProv { get; } = Encoding.UTF8.GetBytes(EventContext.WithProv(context));

    public bool NamesEpcis { get; } = EventContext.NamesEpcis(context);

    /// <summary>Names of extensions that need no namespace under it.</summary>
    public BareNames Names { get; } = EventContext.NamesIn(context, null);
}

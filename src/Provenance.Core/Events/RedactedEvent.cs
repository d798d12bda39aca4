using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Provenance.Core.Events;

/// <summary>
/// What is kept of an event of which fields were redacted: all digests that it was committed to with, and the disclosures that are left, each with its own salt. The seed is gone, and with it
/// the salts of what was redacted: nobody can try out what stood there against its digest. It stands where the seed stood.
/// </summary>
public sealed record RedactedEvent(EventCommitment Commitment, IReadOnlyList<Disclosure> Disclosures)
{
    /// <summary>The event as it is stored from then on: the fields that are left.</summary>
    public byte[] Body => EventFields.Assemble(Disclosures);

    /// <summary>Opens a stored event.</summary>
    /// <param name="kept">Its seed of 32 bytes; or what <see cref="Write"/> made.</param>
    /// <exception cref="FormatException">It is neither.</exception>
    public static RedactedEvent Open(JsonElement storedEvent, ReadOnlySpan<byte> kept)
    {
        if (kept.Length != Core.Digest.Size)
        {
            return Parse(kept);
        }
        var (commitment, disclosures) = EventCommitment.Make(storedEvent, new Digest(kept));
        return new RedactedEvent(commitment, disclosures);
    }

    /// <summary>The event digest that a stored event has, redacted or not.</summary>
    /// <inheritdoc cref="Open"/>
    public static Digest DigestOf(JsonElement storedEvent, ReadOnlySpan<byte> kept)
    {
        if (kept.Length == Core.Digest.Size)
        {
            return EventDigest.Of(storedEvent, new Digest(kept));
        }
        var redacted = Parse(kept);
        return redacted.Commitment.WhyNotOpenedBy(redacted.Disclosures) is { } why ? throw new FormatException($"What is left of a redacted event does not fit its digests: {why}.")
            : redacted.Body.AsSpan().SequenceEqual(JsonMarshal.GetRawUtf8Value(storedEvent)) ? redacted.Commitment.Digest
            : throw new FormatException("The stored event is not what its disclosures say.");
    }

    /// <summary>The same without some fields; their digests stay.</summary>
    public RedactedEvent Without(IReadOnlySet<string> pointers) => this with { Disclosures = [.. Disclosures.Where(d => !pointers.Contains(d.Pointer))] };

    public byte[] Write()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            Write(json, "_must", Commitment.Must);
            Write(json, "_sd", Commitment.Sd);
            Write(json, "disclosures", Disclosures.Select(d => d.Text));
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }
        json.WriteEndArray();
    }

    private static RedactedEvent Parse(ReadOnlySpan<byte> kept)
    {
        try
        {
            var root = JsonElement.Parse(kept);
            return new RedactedEvent(new EventCommitment(Texts(root, "_must"), Texts(root, "_sd")), [.. Texts(root, "disclosures").Select(Disclosure.Parse)]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("What is kept of an event is neither its seed nor what is left of a redacted one.", e);
        }
    }

    private static List<string> Texts(JsonElement root, string name) => [.. root.GetProperty(name).EnumerateArray().Select(text => text.GetString() ?? throw new InvalidOperationException())];
}

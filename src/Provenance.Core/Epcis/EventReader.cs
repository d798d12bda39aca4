using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Provenance.Core.Epcis;

/// <summary>What was read: the events that keep every rule, and the rules the others break.</summary>
/// <param name="IsBareEvent">One event without a document around it.</param>
/// <param name="Count">How many events were there, good and bad.</param>
/// <param name="Events">The good ones, in document order.</param>
/// <param name="Problems">Empty exactly when every event and the document around them are good.</param>
public sealed record EventReading(bool IsBareEvent, int Count, IReadOnlyList<ReceivedEvent> Events, IReadOnlyList<EpcisProblem> Problems)
{
    /// <summary>True when a problem lies outside the events or hides them, so that none of them may be recorded.</summary>
    public bool IsUnreadable => Problems.Any(p => p.Event is null) || (Count == 0 && Problems.Count > 0);
}

/// <summary>Reads EPCISDocument, EPCISQueryDocument and bare events of EPCIS 2.0 in JSON.</summary>
public static class EventReader
{
    /// <summary>Reads a received file. Nothing is repaired: an event is stored as sent or refused.</summary>
    /// <param name="utf8">The file as it came.</param>
    public static EventReading Read(ReadOnlySpan<byte> utf8)
    {
        if (!StrictJson.TryParse(utf8, out var document, out var broken))
        {
            return new(false, 0, [], [broken]);
        }
        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return new(false, 0, [], [EpcisProblem.At(null, "", "is neither an EPCIS document nor an event", root.GetRawText())]);
            }
            return Text(root, "type") switch
            {
                "EPCISDocument" => ReadDocument(root, ["epcisBody", "eventList"], ["schemaVersion", "creationDate"]),
                "EPCISQueryDocument" => ReadDocument(root, ["epcisBody", "queryResults", "resultsBody", "eventList"], []),
                _ => ReadBareEvent(root),
            };
        }
    }

    private static EventReading ReadBareEvent(JsonElement root)
    {
        var problems = new List<EpcisProblem>();
        if (!root.TryGetProperty("@context", out _))
        {
            problems.Add(EpcisProblem.At(1, "/@context", "is missing", null));
        }
        var read = ReadEvent(root, null, 1, "", problems);
        return new(true, 1, read is null ? [] : [read], problems);
    }

    private static EventReading ReadDocument(JsonElement root, string[] way, string[] required)
    {
        var problems = new List<EpcisProblem>();
        problems.AddRange(required.Where(name => !root.TryGetProperty(name, out _)).Select(name => EpcisProblem.At(null, "/" + name, "is missing", null)));
        CheckEnvelope(root, problems);
        var context = root.TryGetProperty("@context", out var given) ? given : default(JsonElement?);
        if (context is { } outer)
        {
            problems.AddRange(EventContext.Faults(outer).Select(f => EpcisProblem.At(null, "/@context" + f.Pointer, f.Rule, f.Value.GetRawText())));
        }
        else
        {
            problems.Add(EpcisProblem.At(null, "/@context", "is missing", null));
        }
        var list = root;
        var pointer = "";
        foreach (var step in way)
        {
            pointer += "/" + step;
            if (list.ValueKind != JsonValueKind.Object || !list.TryGetProperty(step, out list))
            {
                problems.Add(EpcisProblem.At(null, pointer, "is missing", null));
                return new(false, 0, [], problems);
            }
        }
        if (list.ValueKind != JsonValueKind.Array)
        {
            problems.Add(EpcisProblem.At(null, pointer, "is no list of events", list.GetRawText()));
            return new(false, 0, [], problems);
        }
        var events = new List<ReceivedEvent>(list.GetArrayLength());
        var index = 0;
        foreach (var e in list.EnumerateArray())
        {
            if (ReadEvent(e, context, index + 1, pointer + "/" + index.ToString(CultureInfo.InvariantCulture), problems) is { } read)
            {
                events.Add(read);
            }
            index++;
        }
        return new(false, index, events, problems);
    }

    // The envelope is not stored; only what decides how to read it is checked.
    private static void CheckEnvelope(JsonElement root, List<EpcisProblem> problems)
    {
        if (root.TryGetProperty("schemaVersion", out var version) && version.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            problems.Add(EpcisProblem.At(null, "/schemaVersion", "is no version", version.GetRawText()));
        }
        if (root.TryGetProperty("creationDate", out var date) && !(date.ValueKind == JsonValueKind.String && EventInstant.TryParse(date.GetString()!, out _)))
        {
            problems.Add(EpcisProblem.At(null, "/creationDate", "is no time with an offset", date.GetRawText()));
        }
    }

    private static ReceivedEvent? ReadEvent(JsonElement e, JsonElement? outer, int number, string pointer, List<EpcisProblem> problems)
    {
        var check = new EventCheck(number, pointer);
        check.Event(e);
        var own = e.ValueKind == JsonValueKind.Object && e.TryGetProperty("@context", out var given) ? given : default(JsonElement?);
        if (own is { } inner)
        {
            check.Problems.AddRange(
                EventContext.Faults(inner).Select(f => EpcisProblem.At(number, pointer + "/@context" + f.Pointer, f.Rule, f.Value.GetRawText())));
        }
        if ((outer ?? own) is not null && !EventContext.NamesEpcis(outer) && !EventContext.NamesEpcis(own))
        {
            check.Problems.Add(EpcisProblem.At(number, pointer + "/@context", "does not name the EPCIS context, https://ref.gs1.org/standards/epcis/epcis-context.jsonld", null));
        }
        problems.AddRange(check.Problems);
        return check.Problems.Count > 0 || (outer ?? own) is null ? null : new(number, Store(e, outer, own));
    }

    /// <summary>The event's bytes with the effective context: in the place of its own, else in front.</summary>
    private static byte[] Store(JsonElement e, JsonElement? outer, JsonElement? own)
    {
        var context = Encoding.UTF8.GetBytes(EventContext.Merge(outer, own));
        return own is { } inner
            ? ReceivedEvent.Replace(e, inner, context)
            : [.. "{\"@context\":"u8, .. context, .. ","u8, .. JsonMarshal.GetRawUtf8Value(e)[1..]];
    }

    private static string? Text(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

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
    /// <summary>What the document's header describes.</summary>
    public IReadOnlyList<MasterDataElement> MasterData { get; init; } = [];

    /// <summary>JSON Pointer to the list of events; empty for a bare event.</summary>
    public string List { get; init; } = "";

    /// <summary>JSON Pointer to one of the events; empty for a bare one, which is the whole of what was received.</summary>
    public string PointerOf(ReceivedEvent e) => IsBareEvent ? "" : string.Create(CultureInfo.InvariantCulture, $"{List}/{e.Number - 1}");

    /// <summary>True when a problem lies outside the events or hides them, so that none of them may be recorded.</summary>
    public bool IsUnreadable => Problems.Any(p => p.Event is null) || (Count == 0 && Problems.Count > 0);
}

/// <summary>Reads EPCISDocument, EPCISQueryDocument and bare events of EPCIS 2.0 in JSON.</summary>
public static partial class EventReader
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
                "EPCISDocument" => ReadDocument(root, Envelope.Document),
                "EPCISQueryDocument" => ReadDocument(root, Envelope.QueryDocument),
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
        var read = ReadEvent(root, null, null, 1, "", problems);
        return new(true, 1, read is null ? [] : [read], problems);
    }

    private static EventReading ReadDocument(JsonElement root, Envelope envelope)
    {
        var problems = new List<EpcisProblem>();
        var masterData = envelope.Check(root, problems);
        var context = root.TryGetProperty("@context", out var given) ? given : default(JsonElement?);
        if (context is { } outer)
        {
            problems.AddRange(EventContext.Faults(outer).Select(f => EpcisProblem.At(null, "/@context" + f.Pointer, f.Rule, f.Value.GetRawText())));
        }
        if (envelope.FindEvents(root, problems) is not { } found)
        {
            return new(false, 0, [], problems);
        }
        var (list, pointer) = found;
        var shared = context is { } common ? new SharedContext(common) : null;
        var events = new List<ReceivedEvent>(list.GetArrayLength());
        var index = 0;
        foreach (var e in list.EnumerateArray())
        {
            if (ReadEvent(e, context, shared, index + 1, pointer + "/" + index.ToString(CultureInfo.InvariantCulture), problems) is { } read)
            {
                events.Add(read);
            }
            index++;
        }
        return new(false, index, events, problems) { MasterData = masterData, List = pointer };
    }

    private static ReceivedEvent? ReadEvent(JsonElement e, JsonElement? outer, SharedContext? shared, int number, string pointer, List<EpcisProblem> problems)
    {
        var own = e.ValueKind == JsonValueKind.Object && e.TryGetProperty("@context", out var given) ? given : default(JsonElement?);
        var check = new EventCheck(number, pointer, own is null && shared is not null ? shared.Names : EventContext.NamesIn(outer, own));
        check.Event(e);
        if (own is { } inner)
        {
            check.Problems.AddRange(
                EventContext.Faults(inner).Select(f => EpcisProblem.At(number, pointer + "/@context" + f.Pointer, f.Rule, f.Value.GetRawText())));
        }
        if ((outer ?? own) is not null && shared is not { NamesEpcis: true } && !EventContext.NamesEpcis(own))
        {
            check.Problems.Add(EpcisProblem.At(number, pointer + "/@context", "does not name the EPCIS context, https://ref.gs1.org/standards/epcis/epcis-context.jsonld", null));
        }
        problems.AddRange(check.Problems);
        if (check.Problems.Count > 0 || (outer ?? own) is null)
        {
            return null;
        }
        // The effective context stands in the place of the event's own, else in front.
        return own is { } replaced
            ? new(number, e, null, ReceivedEvent.Replace(e, replaced, Encoding.UTF8.GetBytes(EventContext.Merge(outer, own))))
            : new(number, e, shared, JsonMarshal.GetRawUtf8Value(e).ToArray());
    }

    private static string? Text(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

using System.Globalization;
using System.Text.Json;
using Provenance.Core.Events;
using Provenance.Server.Parties;
using Provenance.Server.Tracing;

namespace Provenance.Server.Pages;

/// <summary>Takes the fields of one event that a page may show, each with the pointer by which the proof holds it.</summary>
/// <param name="e">The event.</param>
/// <param name="isKnown">The public may know which event it is; then fields carry its leaf, and can be checked.</param>
internal sealed class RecordedFields(TracedEvent e, bool isKnown)
{
    public ulong? Leaf => isKnown ? (ulong)e.Leaf : null;

    public RecordedTime Time => new(Find("eventTime")!, Find("eventTimeZoneOffset"), Find(ProvTerms.TimePrecision));

    /// <summary>To the city, never closer (design §7).</summary>
    public RecordedPlace? Place => Find(ProvTerms.City) is var city && Find(ProvTerms.Country) is var country && (city ?? country) is not null
        ? new RecordedPlace(null, city, country) : null;

    /// <summary>A text at the top of the event, or deeper by further names and indexes; null where there is none.</summary>
    public Recorded? Find(params ReadOnlySpan<string> path) =>
        FindValue(path) is ({ ValueKind: JsonValueKind.String } value, var pointer) ? new Recorded(value.GetString()!, Leaf, pointer) : null;

    /// <summary>A number, as it is spelled there.</summary>
    public Recorded? FindNumber(params ReadOnlySpan<string> path) =>
        FindValue(path) is ({ ValueKind: JsonValueKind.Number } value, var pointer) ? new Recorded(value.GetRawText(), Leaf, pointer) : null;

    /// <summary>The readings in sensor elements that hold an alarm; others the public does not see.</summary>
    public IEnumerable<RecordedReading> Alarms()
    {
        const string List = "sensorElementList";
        for (var i = 0; i < Count(List); i++)
        {
            var element = e.Body.GetProperty(List)[i];
            if (!SensorAlarm.IsIn(element))
            {
                continue;
            }
            for (var j = 0; j < element.GetProperty("sensorReport").GetArrayLength(); j++)
            {
                var (at, of) = (i.ToString(CultureInfo.InvariantCulture), j.ToString(CultureInfo.InvariantCulture));
                Recorded? Number(string member) => FindNumber(List, at, "sensorReport", of, member);
                Recorded? Text(string member) => Find(List, at, "sensorReport", of, member);
                if (Text("exception")?.Value == SensorAlarm.Exception && (Number("value") ?? Number("maxValue") ?? Number("minValue")) is { } value)
                {
                    yield return new RecordedReading(Text("type"), value, Text("uom"), Number(ProvTerms.Min), Number(ProvTerms.Max));
                }
            }
        }
    }

    private (JsonElement Value, string Pointer)? FindValue(ReadOnlySpan<string> path)
    {
        var value = e.Body;
        var pointer = "";
        foreach (var step in path)
        {
            var isThere = value.ValueKind switch
            {
                JsonValueKind.Object => value.TryGetProperty(step, out value),
                JsonValueKind.Array => TryIndex(ref value, step),
                _ => false,
            };
            if (!isThere)
            {
                return null;
            }
            pointer += "/" + step.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
        }
        return (value, pointer);
    }

    /// <summary>How many elements a list has; 0 for anything else.</summary>
    public int Count(string list) => e.Body.TryGetProperty(list, out var value) && value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : 0;

    /// <summary>A calendar date of the ilmd as the pack has it; a time in its place is none.</summary>
    public Recorded? FindDate(string attribute) => Find("ilmd", attribute) is { } date
        && DateOnly.TryParseExact(date.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? date : null;

    /// <summary>Where the event names an item it made or handled; those lists are public, inputs and contents are not.</summary>
    public Recorded? FindItem(Func<string, bool> isIt)
    {
        foreach (var list in new[] { "quantityList", "outputQuantityList", "epcList", "outputEPCList" })
        {
            for (var i = 0; i < Count(list); i++)
            {
                var index = i.ToString(CultureInfo.InvariantCulture);
                if ((Find(list, index, "epcClass") ?? Find(list, index)) is { } item && isIt(item.Value))
                {
                    return item;
                }
            }
        }
        return null;
    }

    /// <summary>The amount beside an item that the event made or handled.</summary>
    public RecordedAmount? FindAmount(Func<string, bool> isIt)
    {
        foreach (var list in new[] { "quantityList", "outputQuantityList" })
        {
            for (var i = 0; i < Count(list); i++)
            {
                var element = e.Body.GetProperty(list)[i];
                if (element.ValueKind == JsonValueKind.Object && EventFacts.Text(element, "epcClass") is { } item && isIt(item)
                    && element.TryGetProperty("quantity", out var quantity) && quantity.ValueKind == JsonValueKind.Number)
                {
                    var index = i.ToString(CultureInfo.InvariantCulture);
                    return new RecordedAmount(new Recorded(quantity.GetRawText(), Leaf, $"/{list}/{index}/quantity"), Find(list, index, "uom"));
                }
            }
        }
        return null;
    }

    private static bool TryIndex(ref JsonElement list, string index)
    {
        if (!int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var i) || i >= list.GetArrayLength())
        {
            return false;
        }
        list = list[i];
        return true;
    }
}

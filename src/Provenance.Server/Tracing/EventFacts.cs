using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Epcis;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Documents;

namespace Provenance.Server.Tracing;

/// <summary>How an event concerns an item.</summary>
internal enum ItemRole
{
    /// <summary>What an ObjectEvent or TransactionEvent is about.</summary>
    Subject,

    /// <summary>Went into a transformation.</summary>
    Input,

    /// <summary>Came out of one.</summary>
    Output,

    /// <summary>The container of an aggregation or association.</summary>
    Parent,

    /// <summary>Its content.</summary>
    Child,
}

/// <param name="Value">Null for one thing, or for an amount that the event leaves open.</param>
/// <param name="Uom">UN/ECE Rec 20; null means pieces.</param>
internal sealed record ItemMention(ItemId Item, ItemRole Role, decimal? Value, string? Uom);

/// <summary>What one event says that traces, balances, searches and pages ask for, in canonical words. Read from the stored JSON, whoever wrote it.</summary>
/// <param name="Type"><c>ObjectEvent</c> and so on.</param>
/// <param name="Action"><c>ADD</c>, <c>OBSERVE</c>, <c>DELETE</c>; null for a transformation.</param>
/// <param name="BizStep">The CBV's bare word, or somebody's own URI.</param>
/// <param name="ReadPoint">Canonical URI.</param>
/// <param name="BizLocation">Canonical URI.</param>
/// <param name="Partners">Possessing and owning parties of its sources and destinations, canonical.</param>
/// <param name="TransformationId">Events that share it are one transformation.</param>
/// <param name="IsDeclaration">It declares the event of the same eventID an error.</param>
internal sealed record EventFacts(
    string Type,
    DateTimeOffset Time,
    string Offset,
    string? EventId,
    string? Action,
    string? BizStep,
    string? Disposition,
    ItemId? ReadPoint,
    ItemId? BizLocation,
    IReadOnlyList<ItemMention> Items,
    IReadOnlyList<ItemId> Sources,
    IReadOnlyList<ItemId> Destinations,
    string? TransformationId,
    bool IsDeclaration)
{
    private const decimal MostQuantity = 1_000_000_000_000;

    /// <summary>SHA-256 of the documents and photos it carries.</summary>
    public IReadOnlyList<Digest> Documents { get; init; } = [];

    /// <summary>Parties the event names beside its author.</summary>
    public IEnumerable<ItemId> Partners => Sources.Concat(Destinations).Distinct();

    /// <summary>Under which items the event is found: each that it speaks of, by <see cref="ItemId.Key"/>, once.</summary>
    public IReadOnlyList<string> ItemKeys => [.. Items.Select(mention => mention.Item.Key).Distinct(StringComparer.Ordinal)];

    /// <summary>By what else it is found, as <c>kind:value</c>: words bare, places, parties and classes by <see cref="ItemId.Key"/>.</summary>
    public IReadOnlyList<string> Terms =>
    [
        .. new[]
        {
            ("type", Type), ("action", Action), ("bizStep", BizStep), ("disposition", Disposition),
            ("readPoint", ReadPoint?.Key), ("bizLocation", BizLocation?.Key), ("transformation", TransformationId),
        }.Where(term => term.Item2 is not null).Select(term => $"{term.Item1}:{term.Item2}"),
        .. Partners.Select(partner => "partner:" + partner.Key),
        .. Documents.Select(document => $"document:{document}"),
        .. Items.Where(mention => mention.Item.Class != mention.Item).Select(mention => "class:" + mention.Item.Class.Key).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Reads a stored event. Only what is valid EPCIS is ever stored, so a missing time or type is a bug.</summary>
    public static EventFacts Read(JsonElement e, OwnIds own)
    {
        var at = e.GetProperty("eventTime").GetString()!;
        return new EventFacts(
            e.GetProperty("type").GetString()!,
            EventInstant.TryParse(at, out var time) ? time : throw new ArgumentException($"A stored event has the time '{at}'.", nameof(e)),
            Text(e, "eventTimeZoneOffset") ?? "+00:00",
            Text(e, "eventID"),
            Text(e, "action"),
            Bare(CbvWords.BizStep, Text(e, "bizStep")),
            Bare(CbvWords.Disposition, Text(e, "disposition")),
            Place(e, "readPoint", own),
            Place(e, "bizLocation", own),
            ReadItems(e, own),
            Parties(e, "sourceList", "source", own),
            Parties(e, "destinationList", "destination", own),
            Text(e, "transformationID"),
            e.TryGetProperty("errorDeclaration", out _))
        {
            Documents = [.. DocumentReferences.Of(e).Select(reference => reference.Sha256).Distinct()],
        };
    }

    /// <summary>A word of the CBV in whichever of its spellings, as the bare word; anything else as it is.</summary>
    public static string? Bare(CbvWords list, string? value)
    {
        if (value is null || list.Words.Contains(value))
        {
            return value;
        }
        var curie = "cbv:" + list.WebPrefix[(list.WebPrefix.LastIndexOf('/') + 1)..];
        foreach (var prefix in new[] { list.WebPrefix, list.UrnPrefix, curie })
        {
            if (prefix is not null && value.StartsWith(prefix, StringComparison.Ordinal) && list.Words.Contains(value[prefix.Length..]))
            {
                return value[prefix.Length..];
            }
        }
        return value;
    }

    /// <summary>A member that is a text; null otherwise.</summary>
    public static string? Text(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static List<ItemMention> ReadItems(JsonElement e, OwnIds own)
    {
        var items = new List<ItemMention>();
        if (Text(e, "parentID") is { } parent && Parse(parent, own) is { } container)
        {
            items.Add(new ItemMention(container, ItemRole.Parent, null, null));
        }
        Instances("epcList", ItemRole.Subject);
        Amounts("quantityList", ItemRole.Subject);
        Instances("childEPCs", ItemRole.Child);
        Amounts("childQuantityList", ItemRole.Child);
        Instances("inputEPCList", ItemRole.Input);
        Amounts("inputQuantityList", ItemRole.Input);
        Instances("outputEPCList", ItemRole.Output);
        Amounts("outputQuantityList", ItemRole.Output);
        return items;

        void Instances(string list, ItemRole role)
        {
            foreach (var epc in Elements(e, list))
            {
                if (epc.ValueKind == JsonValueKind.String && Parse(epc.GetString()!, own) is { } item)
                {
                    items.Add(new ItemMention(item, role, null, null));
                }
            }
        }

        void Amounts(string list, ItemRole role)
        {
            foreach (var element in Elements(e, list))
            {
                if (Text(element, "epcClass") is { } epcClass && Parse(epcClass, own) is { } item)
                {
                    // Below nothing, or beyond twelve digits, is no amount anybody can add up.
                    decimal? value = element.TryGetProperty("quantity", out var q) && q.ValueKind == JsonValueKind.Number
                        && q.TryGetDecimal(out var number) && number is >= 0 and < MostQuantity ? number : null;
                    items.Add(new ItemMention(item, role, value, Text(element, "uom")));
                }
            }
        }
    }

    private static List<ItemId> Parties(JsonElement e, string list, string member, OwnIds own) =>
    [
        .. Elements(e, list)
            .Where(entry => Bare(CbvWords.SourceDestination, Text(entry, "type")) is "possessing_party" or "owning_party")
            .Select(entry => Text(entry, member) is { } uri ? Parse(uri, own) : null)
            .OfType<ItemId>()
            .Distinct(),
    ];

    private static ItemId? Place(JsonElement e, string name, OwnIds own) =>
        e.TryGetProperty(name, out var place) && place.ValueKind == JsonValueKind.Object && Text(place, "id") is { } uri ? Parse(uri, own) : null;

    private static ItemId? Parse(string uri, OwnIds own) => ItemId.TryParseEventUri(uri, own, out var item, out _) ? item : null;

    private static JsonElement.ArrayEnumerator Elements(JsonElement e, string name) =>
        e.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;
}

using System.Text.Json;
using Provenance.Core.Gs1;

namespace Provenance.Server.Tracing;

/// <summary>When an event happened, and in which order it came to be known: the order of all tracing (design §6).</summary>
/// <param name="Leaf">Breaks ties: of two events of one time the later recorded is the later.</param>
internal readonly record struct Moment(DateTimeOffset Time, long Leaf) : IComparable<Moment>
{
    public int CompareTo(Moment other) => Time != other.Time ? Time.CompareTo(other.Time) : Leaf.CompareTo(other.Leaf);
}

/// <summary>An event of the log with what it says.</summary>
/// <param name="Party">Who recorded it: <c>party.id</c> of this database.</param>
/// <param name="Body">The stored JSON.</param>
internal sealed record TracedEvent(long Leaf, long Party, JsonElement Body, EventFacts Facts)
{
    public Moment Moment => new(Facts.Time, Leaf);

    /// <summary>The mentions of one item, in the event's order.</summary>
    public IEnumerable<ItemMention> MentionsOf(ItemId item) => Facts.Items.Where(mention => mention.Item == item);

    /// <summary>The item comes into being by it.</summary>
    public bool Makes(ItemId item) => MentionsOf(item).Any(mention =>
        mention.Role == ItemRole.Output || (mention.Role == ItemRole.Subject && Facts is { Type: "ObjectEvent", Action: "ADD" }));

    /// <summary>What one piece of what it makes holds, as the plain API writes it down.</summary>
    public Amount? NetContent => Ilmd is { } ilmd && ilmd.TryGetProperty("gs1:netContent", out var net)
        && net.ValueKind == JsonValueKind.Object && net.TryGetProperty("gs1:value", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number)
            ? new Amount(number, EventFacts.Text(net, "gs1:unitCode")) : null;

    /// <summary>The lot number of the serials that it makes.</summary>
    public string? Lot => Ilmd is { } ilmd ? EventFacts.Text(ilmd, "cbvmda:lotNumber") : null;

    private JsonElement? Ilmd => Body.TryGetProperty("ilmd", out var ilmd) && ilmd.ValueKind == JsonValueKind.Object ? ilmd : null;

    /// <summary>It puts something into the item.</summary>
    public bool Fills(ItemId item) => IsNesting && Facts.Action == "ADD" && MentionsOf(item).Any(mention => mention.Role == ItemRole.Parent);

    /// <summary>Packs into or takes out of something: an aggregation, or an association of parts that stay together.</summary>
    public bool IsNesting => Facts.Type is "AggregationEvent" or "AssociationEvent";

    /// <summary>A DELETE that names no content empties its parent (EPCIS 2.0 §7.4.3).</summary>
    public bool EmptiesParent => IsNesting && Facts.Action == "DELETE" && Facts.Items.All(mention => mention.Role != ItemRole.Child);
}

/// <summary>What holds of an item: its events in the order of <see cref="Moment"/>.</summary>
/// <param name="Events">Without those that their recorder declared an error, and without the declarations.</param>
/// <param name="Withdrawn">Those, each with its declaration.</param>
/// <param name="IsCut">There are more events than were read.</param>
internal sealed record History(IReadOnlyList<TracedEvent> Events, IReadOnlyList<(TracedEvent Event, TracedEvent Declaration)> Withdrawn, bool IsCut)
{
    public static History Of(IReadOnlyCollection<TracedEvent> events, bool isCut)
    {
        // Only the recorder declares: the party is part of what must match.
        var declarations = events.Where(e => e.Facts.IsDeclaration).DistinctBy(e => (e.Party, e.Facts.EventId)).ToDictionary(e => (e.Party, e.Facts.EventId));
        var others = events.Where(e => !e.Facts.IsDeclaration).OrderBy(e => e.Moment).ToLookup(e => declarations.ContainsKey((e.Party, e.Facts.EventId)));
        return new History([.. others[false]], [.. others[true].Select(e => (e, declarations[(e.Party, e.Facts.EventId)]))], isCut);
    }
}

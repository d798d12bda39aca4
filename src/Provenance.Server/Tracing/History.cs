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

    /// <summary>Packs into or takes out of something: an aggregation, or an association of parts that stay together.</summary>
    public bool IsNesting => Facts.Type is "AggregationEvent" or "AssociationEvent";

    /// <summary>A DELETE that names no content empties its parent (EPCIS 2.0 §7.4.3).</summary>
    public bool EmptiesParent => IsNesting && Facts.Action == "DELETE" && Facts.Items.All(mention => mention.Role != ItemRole.Child);
}

/// <summary>What holds of an item: its events in the order of <see cref="Moment"/>, without those that their recorder declared an error, and without the declarations.</summary>
/// <param name="IsCut">There are more events than were read.</param>
internal sealed record History(IReadOnlyList<TracedEvent> Events, bool IsCut)
{
    public static History Of(IReadOnlyCollection<TracedEvent> events, bool isCut)
    {
        // Only the recorder declares: the party is part of what must match.
        var declared = events.Where(e => e.Facts.IsDeclaration).Select(e => (e.Party, e.Facts.EventId)).ToHashSet();
        return new History([.. events.Where(e => !declared.Contains((e.Party, e.Facts.EventId))).OrderBy(e => e.Moment)], isCut);
    }
}

using Provenance.Core.Events;
using Provenance.Core.Gs1;

namespace Provenance.Server.Tracing;

/// <summary>What an event does to somebody's stock of an item.</summary>
internal enum MoveKind
{
    Made,
    Received,

    /// <summary>A shipment that was cancelled: it never left.</summary>
    Unshipped,
    Used,
    Shipped,
    Sold,
    Destroyed,
    Sampled,
}

/// <summary>So much of an item came into the hands of the event's recorder, or left them.</summary>
/// <param name="Inside">Set when the event speaks of a container that it was inside: then who packed it says how much it was.</param>
internal sealed record Move(TracedEvent Event, MoveKind Kind, Amount Amount, Nested? Inside)
{
    /// <summary>1 for what comes in, −1 for what goes out.</summary>
    public int Sign => Kind is MoveKind.Made or MoveKind.Received or MoveKind.Unshipped ? 1 : -1;

    /// <summary>Taken from the papers of a firm that did not record it here: nobody's shipment on record is its other end.</summary>
    public bool IsFromPapers => EventFacts.Text(Event.Body, ProvTerms.Basis) == "papers";

    /// <summary>
    /// Whether a party may know the amount. What was inside a container is told by who packed it, so the party has to see the packing too, or that somebody else
    /// handed the container to it: whoever just says that he received a pallet does not learn what is on it.
    /// </summary>
    /// <param name="sees">The events that the party sees whole.</param>
    public bool IsKnownTo(long party, Func<TracedEvent, bool> sees, Func<ItemId, History> historyOf) => sees(Event)
        && (Inside is not { } inside
            || historyOf(inside.Root.Container).Events.Any(e => e.Leaf == inside.Root.Leaf && sees(e))
            || historyOf(inside.Stay.Container).Events.Any(e => e.Party != party && sees(e) && inside.Covers(e.Moment)));

    /// <summary>All that happened to the stock of an item, by whomever, in the order of <see cref="Moment"/>.</summary>
    public static IReadOnlyList<Move> Of(ItemId item, Func<ItemId, History> historyOf, Packing packing)
    {
        var moves = new List<Move>();
        var around = packing.Around(item);
        foreach (var e in historyOf(item).Events)
        {
            foreach (var mention in e.MentionsOf(item))
            {
                Add(e, KindOf(e, mention.Role), mention.Value, mention.Uom, null);
            }
        }
        // One event may name a box and the pallet it stands on; what is in the box moves once.
        var counted = new HashSet<(long Leaf, Stay Root)>();
        foreach (var nested in around)
        {
            var container = nested.Stay.Container;
            foreach (var e in historyOf(container).Events.Where(e => nested.Covers(e.Moment)))
            {
                var kind = e.MentionsOf(container).Select(mention => KindOfContents(e, mention.Role)).FirstOrDefault(kind => kind is not null);
                // Who saw a pallet with its contents has told the amounts of these himself.
                if (kind is not null && !(e.IsNesting && e.MentionsOf(item).Any()) && counted.Add((e.Leaf, nested.Root)))
                {
                    Add(e, kind, nested.Root.Value, nested.Root.Uom, nested);
                }
            }
        }
        AddFilling(item, historyOf(item), moves);
        return [.. moves.OrderBy(move => move.Event.Moment)];

        void Add(TracedEvent e, MoveKind? kind, decimal? value, string? uom, Nested? inside)
        {
            // One thing counts as one piece. An amount of a lot that the event leaves open can't be counted.
            if (kind is { } known && (value ?? (item.Kind == ItemKind.Lot ? null : 1)) is { } amount)
            {
                moves.Add(new Move(e, known, new Amount(amount, uom), inside));
            }
        }
    }

    // A pallet that gets a number, or loses it, takes its contents nowhere.
    private static MoveKind? KindOfContents(TracedEvent e, ItemRole role) =>
        KindOf(e, role) is { } kind && kind != MoveKind.Made && e.Facts.BizStep != "decommissioning" ? kind : null;

    // A pallet comes into being when it is first filled; few record it before that.
    private static void AddFilling(ItemId item, History history, List<Move> moves)
    {
        if (item.Kind != ItemKind.Lot && moves.All(move => move.Kind != MoveKind.Made) && history.Events.FirstOrDefault(e => e.Fills(item)) is { } filling
            && moves.All(move => move.Event.Moment.CompareTo(filling.Moment) > 0))
        {
            moves.Add(new Move(filling, MoveKind.Made, new Amount(1, null), null));
        }
    }

    // CBV 2.0 §7.1: the steps after which goods are in other hands, or come into these.
    private static MoveKind? KindOf(TracedEvent e, ItemRole role) => (role, e.Facts.Type, e.Facts.Action) switch
    {
        (ItemRole.Output, _, _) => MoveKind.Made,
        (ItemRole.Input, _, _) => MoveKind.Used,
        (ItemRole.Subject, "ObjectEvent", "ADD") => MoveKind.Made,
        (ItemRole.Subject, "ObjectEvent", "DELETE") => e.Facts.BizStep switch
        {
            "sampling" => MoveKind.Sampled,
            "retail_selling" or "dispensing" => MoveKind.Sold,
            _ => MoveKind.Destroyed,
        },
        // A pallet and its contents may be seen coming and going by one AggregationEvent.
        (_, "ObjectEvent" or "AggregationEvent" or "AssociationEvent", "OBSERVE") => e.Facts.BizStep switch
        {
            "receiving" => MoveKind.Received,
            "void_shipping" => MoveKind.Unshipped,
            "shipping" => MoveKind.Shipped,
            "retail_selling" or "dispensing" => MoveKind.Sold,
            _ => null,
        },
        _ => null,
    };
}

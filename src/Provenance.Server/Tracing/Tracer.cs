using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Tracing;

/// <summary>Answers what is known of an item, as far as the asker may see it.</summary>
internal sealed class Tracer(Database database, PartyStore parties, ProductStore products, Authority authority, Privacy privacy, OwnIds own, TimeProvider clock)
{
    /// <summary>Null when nothing is on record about the item.</summary>
    /// <param name="caller">Null for the public.</param>
    public TraceAnswer? Trace(ItemId item, TraceDirection direction, int depth, Caller? caller)
    {
        using var log = new LogReading(database, own);
        if (log.HistoryOf(item).Events.Count == 0)
        {
            return null;
        }
        var trace = new TraceWalk(log.HistoryOf, log.Transformation, depth).From(item, direction);
        var makers = new Makers(log.HistoryOf, parties, authority);
        var sight = new Sight(caller, item, makers, privacy);
        sight.Learn(trace.Events);
        var events = trace.Events.ToDictionary(e => e.Leaf);
        return new TraceAnswer(
            item.Uri,
            [.. trace.Nodes.Select(node => Print(node, log, sight, makers))],
            [.. trace.Edges.Select(edge => Print(edge, sight, events))],
            [.. trace.Events.Select(e => Print(e, sight))],
            trace.IsTruncated,
            [.. trace.Open.Where(open => !sight.IsHidden(open)).Select(open => open.Uri)]);
    }

    /// <summary>Null when nothing is on record about the item.</summary>
    public ItemAnswer? Describe(ItemId item, Caller? caller)
    {
        using var log = new LogReading(database, own);
        var history = log.HistoryOf(item);
        if (history.Events.Count == 0)
        {
            return null;
        }
        var makers = new Makers(log.HistoryOf, parties, authority);
        var state = ItemState.Of(item, log, makers, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        var balance = caller is null ? null : Balance.Of(item, caller.Party.Row, log.HistoryOf, NetContentOf(item));
        return new ItemAnswer(
            item.Uri, KindOf(item), NameOf(item, log), item.Lot, item.Serial ?? item.Sscc, ItemState.Word(state.Kind), state.Since, ItemPaths.Page(item),
            balance is { IsKnown: true } ? [.. balance.Amounts.Select(amount => new AmountAnswer(amount.Value, amount.Uom))] : null);
    }

    private Amount? NetContentOf(ItemId item) =>
        item.Gtin is { } gtin && products.FindByGtin(gtin)?.NetContent is { } net ? new Amount(net.Value, net.Uom) : null;

    private static NodeAnswer Print(TraceNode node, LogReading log, Sight sight, Makers makers)
    {
        var isHidden = sight.IsHidden(node.Item);
        // How much of it there was is its maker's to tell; whoever sees the whole event knows.
        var isMadeKnown = !isHidden && log.HistoryOf(node.Item).Events.Any(e => e.MentionsOf(node.Item).Any(mention => mention.Value is not null && sight.IsAmountKnown(e, mention)));
        return new NodeAnswer(
            sight.Print(node.Item), KindOf(node.Item), isHidden ? null : NameOf(node.Item, log), isHidden ? null : makers.Find(node.Item)?.Name, node.Depth,
            isMadeKnown && node.Made is { } made ? new AmountAnswer(made, node.MadeUom) : null, isHidden ? null : ItemPaths.Page(node.Item));
    }

    private static EdgeAnswer Print(TraceEdge edge, Sight sight, Dictionary<long, TracedEvent> events)
    {
        var isWhole = edge.Leaves.Any(leaf => sight.IsWhole(events[leaf]));
        return new EdgeAnswer(
            sight.Print(edge.From), sight.Print(edge.To), edge.Link == TraceLink.MadeInto ? "madeInto" : "packedInto",
            isWhole && edge.Value is { } value ? new AmountAnswer(value, edge.Uom) : null, edge.Since, edge.Until,
            [.. edge.Leaves.Where(leaf => sight.IsKnown(events[leaf]))]);
    }

    private EventAnswer Print(TracedEvent e, Sight sight)
    {
        var (isWhole, isKnown) = (sight.IsWhole(e), sight.IsKnown(e));
        var author = parties.Get(e.Party);
        return new EventAnswer(
            isKnown ? e.Leaf : null,
            isWhole ? e.Facts.EventId : null,
            e.Facts.Type, e.Facts.Action, e.Facts.BizStep, e.Facts.Disposition,
            e.Body.GetProperty("eventTime").GetString()!, e.Facts.Offset, EventFacts.Text(e.Body, ProvTerms.TimePrecision),
            isWhole ? EventFacts.Text(e.Body, ProvTerms.Place) : null,
            EventFacts.Text(e.Body, ProvTerms.City), EventFacts.Text(e.Body, ProvTerms.Country),
            isWhole || author.IsNamed ? author.Name : null,
            EventFacts.Text(e.Body, ProvTerms.Basis),
            [.. e.Facts.Items.Select(mention => new MentionAnswer(
                sight.Print(mention.Item), char.ToLowerInvariant(mention.Role.ToString()[0]) + mention.Role.ToString()[1..],
                sight.IsAmountKnown(e, mention) && mention.Value is { } value ? new AmountAnswer(value, mention.Uom) : null))],
            isKnown ? $"/api/log/{e.Leaf}/proof" : null);
    }

    private static string? NameOf(ItemId item, LogReading log) => log.HistoryOf(item).Events
        .Select(e => EventFacts.Text(e.Body, ProvTerms.ProductName)).FirstOrDefault(name => name is not null);

    private static string KindOf(ItemId item) => item.Kind switch
    {
        ItemKind.Sscc => "sscc",
        var kind => char.ToLowerInvariant(kind.ToString()[0]) + kind.ToString()[1..],
    };
}

/// <summary>A trace as far as the asker may see it.</summary>
/// <param name="Truncated">Something was left out: beyond the depth asked for, or because there is too much of it.</param>
/// <param name="Next">Items to ask for next.</param>
internal sealed record TraceAnswer(string Item, NodeAnswer[] Nodes, EdgeAnswer[] Edges, EventAnswer[] Events, bool Truncated, string[] Next);

/// <param name="Item">URI, or <c>hidden:…</c>, a random word for this answer.</param>
/// <param name="Depth">Transformations away from the item asked for.</param>
/// <param name="Made">How much of it was made.</param>
internal sealed record NodeAnswer(string Item, string Kind, string? Product, string? Maker, int Depth, AmountAnswer? Made, string? Page);

/// <param name="Link"><c>madeInto</c> or <c>packedInto</c>.</param>
/// <param name="Quantity">How much of <paramref name="From"/> went this way.</param>
/// <param name="Events">Indexes of the events that say so.</param>
internal sealed record EdgeAnswer(string From, string To, string Link, AmountAnswer? Quantity, DateTimeOffset? Since, DateTimeOffset? Until, long[] Events);

/// <param name="Index">Place in the log; absent where the asker may not know which event it is.</param>
internal sealed record EventAnswer(
    long? Index, string? EventId, string Type, string? Action, string? BizStep, string? Disposition, string EventTime, string EventTimeZoneOffset, string? TimePrecision,
    string? Place, string? City, string? Country, string? Party, string? Basis, MentionAnswer[] Items, string? Proof);

/// <param name="Role"><c>subject</c>, <c>input</c>, <c>output</c>, <c>parent</c> or <c>child</c>.</param>
internal sealed record MentionAnswer(string Item, string Role, AmountAnswer? Quantity);

/// <param name="Uom">UN/ECE Rec 20; absent for pieces.</param>
internal sealed record AmountAnswer(decimal Value, string? Uom);

/// <param name="State">Such as <c>inOrder</c> or <c>recalled</c>.</param>
/// <param name="Balance">What the asking party still holds; absent where nothing of it came in.</param>
internal sealed record ItemAnswer(
    string Item, string Kind, string? Product, string? Lot, string? Serial, string State, DateTimeOffset? Since, string Page, AmountAnswer[]? Balance);

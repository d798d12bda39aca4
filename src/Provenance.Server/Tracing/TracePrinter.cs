using System.Globalization;
using System.Text.Json;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;

namespace Provenance.Server.Tracing;

/// <summary>Writes a trace down for one asker, and nothing that he may not see.</summary>
internal sealed class TracePrinter(LogReading log, Sight sight, Makers makers, PartyStore parties)
{
    public TraceAnswer Answer(ItemId item, TraceResult trace, AccountAnswer[]? accounts, RecallAnswer? recall)
    {
        var made = trace.Nodes.ToDictionary(node => node.Item);
        return new TraceAnswer(
            item.Uri,
            [.. trace.Nodes.Select(Print)],
            [.. trace.Edges.Select(edge => Print(edge, made[edge.From]))],
            [.. trace.Events.Select(e => (Event: e, Declaration: (TracedEvent?)null)).Concat(trace.Withdrawn.Select(pair => (pair.Event, Declaration: (TracedEvent?)pair.Declaration)))
                .OrderBy(pair => pair.Event.Moment).Select(pair => Print(pair.Event, pair.Declaration))],
            trace.IsTruncated,
            [.. trace.Open.Where(open => !sight.IsHidden(open)).Select(open => open.Uri)],
            [.. trace.Nodes.Where(node => node.Ways != TraceDirection.None && !log.HistoryOf(node.Item).Events.Any(e => e.Makes(node.Item) || e.Fills(node.Item)))
                .Select(node => sight.Print(node.Item))],
            trace.Nodes.Where(node => !sight.IsHidden(node.Item)).SelectMany(node => log.ErasedOf(node.Item).Select(one => new ErasedAnswer(node.Item.Uri, sight.SeesEverything ? one.Leaf : null, one.Day)))
                .ToArray() is { Length: > 0 } erased ? erased : null,
            accounts,
            recall);
    }

    public RecallAnswer Recall(ItemId item, TracedEvent recall, TraceResult trace) => new(
        recall.Facts.Time, NameOf(recall), sight.IsKnown(recall) ? recall.Leaf : null,
        [.. trace.Nodes.Where(node => node.Item != item && node.Ways.HasFlag(TraceDirection.Forward)).Select(node => Answer(node, item, recall))]);

    public static string KindOf(ItemId item) => item.Kind switch
    {
        ItemKind.Sscc => "sscc",
        var kind => Word(kind.ToString()),
    };

    /// <summary>As its maker calls the product; else as anybody does.</summary>
    public static string? NameOf(ItemId item, LogReading log, Makers makers)
    {
        var maker = makers.Find(item)?.Row;
        return log.HistoryOf(item).Events.OrderByDescending(e => e.Party == maker)
            .Select(e => EventFacts.Text(e.Body, ProvTerms.ProductName)).FirstOrDefault(name => name is not null);
    }

    private DescendantAnswer Answer(TraceNode node, ItemId recalled, TracedEvent recall)
    {
        var own = ItemState.FindRecall(node.Item, log, makers);
        var answer = own ?? ItemState.FindAnswer(node.Item, recalled, recall, log, makers);
        var isHidden = sight.IsHidden(node.Item);
        return new DescendantAnswer(
            sight.Print(node.Item), isHidden ? null : NameOf(node.Item, log, makers), isHidden ? null : makers.Find(node.Item)?.Name, node.Depth,
            own is not null ? "recalled" : answer is not null ? "inspected" : "none", answer?.Facts.Time);
    }

    private NodeAnswer Print(TraceNode node)
    {
        var isHidden = sight.IsHidden(node.Item);
        return new NodeAnswer(
            sight.Print(node.Item), KindOf(node.Item), isHidden ? null : NameOf(node.Item, log, makers), isHidden ? null : makers.Find(node.Item)?.Name, node.Depth,
            MadeOf(node), isHidden ? null : ItemPaths.Page(node.Item));
    }

    /// <summary>How much of it there was is its maker's to tell; who sees the events whole knows.</summary>
    private AmountAnswer? MadeOf(TraceNode node) =>
        !sight.IsHidden(node.Item) && log.HistoryOf(node.Item).Events.Where(e => e.Makes(node.Item)).All(e => e.MentionsOf(node.Item).All(mention => sight.IsAmountKnown(e, mention))) ? AmountAnswer.Of(node.Made, node.MadeUom) : null;

    private EdgeAnswer Print(TraceEdge edge, TraceNode from)
    {
        // What began a stretch in a container may lie before the item's own time there, and so be no event of this trace.
        var says = edge.Leaves.Select(leaf => log.HistoryOf(edge.To).Events.Concat(log.HistoryOf(edge.From).Events).FirstOrDefault(e => e.Leaf == leaf)).OfType<TracedEvent>().ToList();
        var (isWhole, isKnown) = (says.Exists(sight.IsWhole), says.Exists(sight.IsKnown));
        var quantity = isWhole ? AmountAnswer.Of(edge.Value, edge.Uom) : null;
        return new EdgeAnswer(
            sight.Print(edge.From), sight.Print(edge.To), edge.Link == TraceLink.MadeInto ? "madeInto" : "packedInto",
            quantity, quantity is null ? null : MadeOf(from), isKnown ? edge.Since : Day(edge.Since), isKnown ? edge.Until : Day(edge.Until),
            [.. says.Where(sight.IsKnown).Select(e => e.Leaf)]);
    }

    private EventAnswer Print(TracedEvent e, TracedEvent? declaration)
    {
        var (isWhole, isKnown) = (sight.IsWhole(e), sight.IsKnown(e));
        var time = e.Body.GetProperty("eventTime").GetString()!;
        return new EventAnswer(
            isKnown ? e.Leaf : null,
            isWhole ? e.Facts.EventId : null,
            e.Facts.Type, e.Facts.Action, e.Facts.BizStep, e.Facts.Disposition,
            // The time to the second would find the event among the proofs, which anybody can read one by one.
            isKnown ? time : Day(e.Facts.Time)!.Value.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture), e.Facts.Offset,
            isKnown ? EventFacts.Text(e.Body, ProvTerms.TimePrecision) : "day",
            isWhole ? EventFacts.Text(e.Body, ProvTerms.Place) : null,
            EventFacts.Text(e.Body, ProvTerms.City), EventFacts.Text(e.Body, ProvTerms.Country),
            NameOf(e),
            EventFacts.Text(e.Body, ProvTerms.Basis),
            [.. e.Facts.Items.Select(mention => new MentionAnswer(
                sight.Print(mention.Item), Word(mention.Role.ToString()), sight.IsAmountKnown(e, mention) ? AmountAnswer.Of(mention.Value, mention.Uom) : null))],
            isKnown ? $"/api/log/{e.Leaf}/proof" : null,
            declaration is null ? null : Print(declaration),
            isKnown ? log.RedactedAt(e.Leaf)?.Day : null);
    }

    private DeclaredAnswer Print(TracedEvent declaration)
    {
        var error = declaration.Body.GetProperty("errorDeclaration");
        var (isWhole, isKnown) = (sight.IsWhole(declaration), sight.IsKnown(declaration));
        return new DeclaredAnswer(
            isKnown ? declaration.Leaf : null,
            EventFacts.Bare(Core.Epcis.CbvWords.ErrorReason, EventFacts.Text(error, "reason")),
            isKnown ? EventFacts.Text(error, "declarationTime") : null,
            isWhole && error.TryGetProperty("correctiveEventIDs", out var ids) && ids.ValueKind == JsonValueKind.Array ? [.. ids.EnumerateArray().Select(id => id.GetString()!)] : null);
    }

    private string? NameOf(TracedEvent e) => parties.Get(e.Party) is var author && (author.IsNamed || sight.IsWhole(e)) ? author.Name : null;

    private static DateTimeOffset? Day(DateTimeOffset? time) => time is { } known ? new DateTimeOffset(known.Date, known.Offset) : null;

    private static string Word(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}

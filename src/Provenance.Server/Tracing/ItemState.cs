using System.Globalization;
using System.Text.Json;
using Provenance.Core.Epcis;
using Provenance.Core.Events;
using Provenance.Core.Gs1;

namespace Provenance.Server.Tracing;

/// <summary>The state of an item, worst first.</summary>
internal enum ItemCondition
{
    Recalled,
    Destroyed,
    PastUseBy,
    OnHold,

    /// <summary>A lot that went into it was recalled, and its maker has not answered.</summary>
    IngredientRecalled,
    PastBestBefore,
    InOrder,
}

/// <summary>The state of an item, and the event that says so.</summary>
/// <param name="SaidBy">That event; null when nothing is to be said.</param>
/// <param name="Ingredient">The lot that was recalled, where it is not the item itself.</param>
internal sealed record ItemState(ItemCondition Kind, TracedEvent? SaidBy, ItemId? Ingredient = null)
{
    // Far enough for any food or machine; a trace goes no further either.
    private const int IngredientDepth = 50;

    public DateTimeOffset? Since => SaidBy?.Facts.Time;

    /// <summary>Follows from its maker's events only (design §7, Authority).</summary>
    public static ItemState Of(ItemId item, LogReading log, Makers makers, DateOnly today)
    {
        var maker = makers.Find(item)?.Row;
        var own = log.HistoryOf(item).Events.Where(e => e.Party == maker).ToList();
        if (FindRecall(item, log, makers) is { } recall)
        {
            return new ItemState(ItemCondition.Recalled, recall);
        }
        if (FindDestroyed(item, log, maker) is { } destroyed)
        {
            return new ItemState(ItemCondition.Destroyed, destroyed);
        }
        if (DateIn(own, item, "cbvmda:itemExpirationDate") is { } useBy && useBy.Date < today)
        {
            return new ItemState(ItemCondition.PastUseBy, useBy.Event);
        }
        if (FindSet(item, "non_sellable_other", log, makers) is { } hold)
        {
            return new ItemState(ItemCondition.OnHold, hold);
        }
        if (FindOpenRecall(item, log, makers) is var (ingredient, open))
        {
            return new ItemState(ItemCondition.IngredientRecalled, open, ingredient);
        }
        return DateIn(own, item, "cbvmda:bestBeforeDate") is { } bestBefore && bestBefore.Date < today
            ? new ItemState(ItemCondition.PastBestBefore, bestBefore.Event)
            : new ItemState(ItemCondition.InOrder, null);
    }

    /// <summary>What parties other than the maker say of it: shown as theirs, it changes nothing.</summary>
    public static IReadOnlyList<ItemState> Claims(ItemId item, LogReading log, Makers makers)
    {
        var maker = makers.Find(item)?.Row;
        return
        [
            .. log.HistoryOf(item).Events.Where(e => e.Party != maker).GroupBy(e => e.Party).Select(group =>
                LastSet(group, item, "recalled") is { } recall ? new ItemState(ItemCondition.Recalled, recall)
                : item.Kind != ItemKind.Lot && FindDestroyed(item, log, group.Key) is { } destroyed ? new ItemState(ItemCondition.Destroyed, destroyed)
                : LastSet(group, item, "non_sellable_other") is { } hold ? new ItemState(ItemCondition.OnHold, hold) : null)
            .OfType<ItemState>(),
        ];
    }

    /// <summary>As the API writes it.</summary>
    public static string Word(ItemCondition condition) => char.ToLowerInvariant(condition.ToString()[0]) + condition.ToString()[1..];

    /// <summary>The recall of an item by its maker that none took back.</summary>
    public static TracedEvent? FindRecall(ItemId item, LogReading log, Makers makers) => FindSet(item, "recalled", log, makers);

    /// <summary>A single thing is what its lot is: who recalls the lot recalls each of it.</summary>
    private static TracedEvent? FindSet(ItemId item, string disposition, LogReading log, Makers makers)
    {
        if (makers.Find(item) is not { } maker)
        {
            return null;
        }
        var own = log.HistoryOf(item).Events.Where(e => e.Party == maker.Row).ToList();
        return LastSet(own, item, disposition) ?? (LotOf(item, own, log) is { } lot && makers.Find(lot)?.Row == maker.Row
            ? LastSet(log.HistoryOf(lot).Events.Where(e => e.Party == maker.Row), lot, disposition) : null);
    }

    /// <summary>The lot that a thing was made in, by its maker's word.</summary>
    private static ItemId? LotOf(ItemId item, List<TracedEvent> own, LogReading log) =>
        item is { Kind: ItemKind.Instance, Gtin: { } gtin } && own.Where(e => e.Makes(item)).Select(e => e.Lot).FirstOrDefault(lot => lot is not null) is { } lot
        && ItemId.TryParse($"(01){gtin}(10){lot.Replace("(", "\\(", StringComparison.Ordinal)}", log.Own, out var found, out _) ? found : null;

    /// <summary>The event by which the maker of a product answers the recall of something in it: an inspection that names the recalled lot, or the recall.</summary>
    public static TracedEvent? FindAnswer(ItemId product, ItemId recalled, TracedEvent recall, LogReading log, Makers makers) => makers.Find(product) is { } maker
        ? log.HistoryOf(product).Events.LastOrDefault(e => e.Party == maker.Row && e.Facts.BizStep == "inspecting"
            // A day without time counts as its noon, which may lie before the recall it answers; that it was recorded later suffices.
            && (e.Leaf > recall.Leaf || e.Moment.CompareTo(recall.Moment) > 0)
            && Concerns(e).Any(named => named == recall.Facts.EventId || (ItemId.TryParseEventUri(named, log.Own, out var one, out _) && one == recalled)))
        : null;

    /// <summary>The event that set a persistent disposition which none unset later.</summary>
    public static TracedEvent? LastSet(IEnumerable<TracedEvent> events, ItemId item, string disposition)
    {
        TracedEvent? set = null;
        foreach (var e in events.Where(e => e.MentionsOf(item).Any()))
        {
            if (Sets(e, disposition))
            {
                set = e;
            }
            else if (Unsets(e, disposition))
            {
                set = null;
            }
        }
        return set;
    }

    public static bool Sets(TracedEvent e, string disposition) => Changes(e, "set", disposition);

    public static bool Unsets(TracedEvent e, string disposition) => Changes(e, "unset", disposition);

    private static bool Changes(TracedEvent e, string way, string disposition) =>
        e.Body.TryGetProperty("persistentDisposition", out var change) && change.ValueKind == JsonValueKind.Object
        && change.TryGetProperty(way, out var list) && list.ValueKind == JsonValueKind.Array
        && list.EnumerateArray().Any(word => EventFacts.Bare(CbvWords.Disposition, word.GetString()) == disposition);

    private static IEnumerable<string> Concerns(TracedEvent e) => !e.Body.TryGetProperty(ProvTerms.Concerns, out var concerns) ? []
        : concerns.ValueKind == JsonValueKind.String ? [concerns.GetString()!]
        : concerns.ValueKind == JsonValueKind.Array ? concerns.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)
        : [];

    /// <summary>The party's last destruction, if it left nothing of what that party made.</summary>
    private static TracedEvent? FindDestroyed(ItemId item, LogReading log, long? party)
    {
        var moves = Move.Of(item, log.HistoryOf, new Packing(log.HistoryOf)).Where(move => move.Event.Party == party).ToList();
        var destroyed = moves.Where(move => move is { Kind: MoveKind.Destroyed, Event.Facts.BizStep: "destroying" }).ToList();
        if (destroyed.Count == 0)
        {
            return null;
        }
        var last = destroyed[^1].Event;
        if (item.Kind != ItemKind.Lot)
        {
            return moves.Exists(move => move.Kind == MoveKind.Made && move.Event.Moment.CompareTo(last.Moment) > 0) ? null : last;
        }
        var (made, gone) = (Sum(moves.Where(move => move.Kind == MoveKind.Made)), Sum(destroyed));
        return made is { Value: > 0 } all && gone?.In(all.Uom) >= all.Value ? last : null;

        static Amount? Sum(IEnumerable<Move> moves)
        {
            var sum = new AmountSum();
            foreach (var move in moves)
            {
                sum.Add(move.Amount);
            }
            return sum.Single;
        }
    }

    private static (DateOnly Date, TracedEvent Event)? DateIn(List<TracedEvent> events, ItemId item, string attribute)
    {
        foreach (var e in events.Where(e => e.MentionsOf(item).Any(mention => mention.Role is ItemRole.Output or ItemRole.Subject)))
        {
            // A date may come with a time, as captured events have it; the day is what the pack says.
            if (e.Body.TryGetProperty("ilmd", out var ilmd) && ilmd.ValueKind == JsonValueKind.Object && EventFacts.Text(ilmd, attribute) is { Length: >= 10 } text
                && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                return (date, e);
            }
        }
        return null;
    }

    private static (ItemId Ingredient, TracedEvent Recall)? FindOpenRecall(ItemId item, LogReading log, Makers makers)
    {
        foreach (var node in new TraceWalk(log.HistoryOf, log.Transformation, IngredientDepth).From(item, TraceDirection.Back, onlyNow: true).Nodes)
        {
            if (node.Item != item && node.Ways != TraceDirection.None && FindRecall(node.Item, log, makers) is { } recall
                && FindAnswer(item, node.Item, recall, log, makers) is null)
            {
                return (node.Item, recall);
            }
        }
        return null;
    }
}

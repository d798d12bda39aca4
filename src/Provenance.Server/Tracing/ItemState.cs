using System.Globalization;
using System.Text.Json;
using Provenance.Core.Epcis;
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
internal sealed record ItemState(ItemCondition Kind, TracedEvent? SaidBy)
{
    private const int IngredientDepth = 5;

    public DateTimeOffset? Since => SaidBy?.Facts.Time;

    /// <summary>Follows from its maker's events only (design §7, Authority).</summary>
    public static ItemState Of(ItemId item, LogReading log, Makers makers, DateOnly today)
    {
        var maker = makers.Find(item);
        var own = log.HistoryOf(item).Events.Where(e => e.Party == maker?.Row).ToList();
        if (LastSet(own, item, "recalled") is { } recall)
        {
            return new ItemState(ItemCondition.Recalled, recall);
        }
        if (own.LastOrDefault(e => e.Facts is { BizStep: "destroying", Action: "DELETE" }) is { } destroyed && IsAllDestroyed(own, item))
        {
            return new ItemState(ItemCondition.Destroyed, destroyed);
        }
        if (DateIn(own, item, "cbvmda:itemExpirationDate") is { } useBy && useBy.Date < today)
        {
            return new ItemState(ItemCondition.PastUseBy, useBy.Event);
        }
        if (LastSet(own, item, "non_sellable_other") is { } hold)
        {
            return new ItemState(ItemCondition.OnHold, hold);
        }
        if (RecalledIngredient(item, log, makers) is { } ingredient)
        {
            return new ItemState(ItemCondition.IngredientRecalled, ingredient);
        }
        return DateIn(own, item, "cbvmda:bestBeforeDate") is { } bestBefore && bestBefore.Date < today
            ? new ItemState(ItemCondition.PastBestBefore, bestBefore.Event)
            : new ItemState(ItemCondition.InOrder, null);
    }

    /// <summary>As the API writes it.</summary>
    public static string Word(ItemCondition condition) => char.ToLowerInvariant(condition.ToString()[0]) + condition.ToString()[1..];

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

    private static bool IsAllDestroyed(List<TracedEvent> events, ItemId item)
    {
        if (item.Kind != ItemKind.Lot)
        {
            return true;
        }
        var made = events.Where(e => e.Makes(item)).SelectMany(e => e.MentionsOf(item)).Sum(mention => mention.Value ?? 0);
        var destroyed = events.Where(e => e.Facts.BizStep == "destroying").SelectMany(e => e.MentionsOf(item)).Sum(mention => mention.Value ?? 0);
        return made > 0 && destroyed >= made;
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

    private static TracedEvent? RecalledIngredient(ItemId item, LogReading log, Makers makers) =>
        new TraceWalk(log.HistoryOf, log.Transformation, IngredientDepth).From(item, TraceDirection.Back).Nodes
            .Where(node => node.Item != item)
            .Select(node => LastSet(log.HistoryOf(node.Item).Events.Where(e => e.Party == makers.Find(node.Item)?.Row), node.Item, "recalled"))
            .FirstOrDefault(recall => recall is not null);
}

using Provenance.Core.Gs1;

namespace Provenance.Server.Tracing;

/// <summary>A stretch of time in which an item, or an amount of a lot, was inside something.</summary>
/// <param name="Until">Null while it still is.</param>
/// <param name="Value">How much of a lot; null for one thing or an amount left open.</param>
/// <param name="Leaf">The event that began the stretch.</param>
internal sealed record Stay(ItemId Item, ItemId Container, Moment From, Moment? Until, decimal? Value, string? Uom, long Leaf)
{
    /// <summary>The events at both ends belong to it.</summary>
    public bool Covers(Moment moment) => Covers(From, moment, Until);

    public static bool Covers(Moment from, Moment moment, Moment? until) => moment.CompareTo(from) >= 0 && (until is not { } end || moment.CompareTo(end) <= 0);

    /// <summary>The part of it that lies within another stretch, which may be a single moment; null when there is none.</summary>
    public (Moment From, Moment? Until)? Overlap(Moment from, Moment? until)
    {
        if (from == until)
        {
            return Covers(from) ? (from, from) : null;
        }
        var start = From.CompareTo(from) >= 0 ? From : from;
        var end = Until is { } mine && until is { } other ? (mine.CompareTo(other) <= 0 ? mine : other) : Until ?? until;
        return end is { } last && last.CompareTo(start) <= 0 ? null : (start, end);
    }

    /// <summary>Every stretch an item spent directly inside another, by the events of both (design §6, Tracing).</summary>
    public static IReadOnlyList<Stay> Of(ItemId item, History history, Func<ItemId, History> historyOf)
    {
        var containers = history.Events
            .Where(e => e.IsNesting && e.MentionsOf(item).Any(mention => mention.Role == ItemRole.Child))
            .SelectMany(e => e.Facts.Items.Where(mention => mention.Role == ItemRole.Parent))
            .Select(mention => mention.Item)
            .Where(container => container != item)
            .Distinct();
        return [.. containers.SelectMany(container => In(item, container, historyOf(container)))];
    }

    /// <summary>Every stretch that anything spent directly inside a container.</summary>
    public static IReadOnlyList<Stay> InsideOf(ItemId container, History history)
    {
        var contents = history.Events
            .Where(e => e.IsNesting && e.MentionsOf(container).Any(mention => mention.Role == ItemRole.Parent))
            .SelectMany(e => e.Facts.Items.Where(mention => mention.Role == ItemRole.Child))
            .Select(mention => mention.Item)
            .Where(item => item != container)
            .Distinct();
        return [.. contents.SelectMany(item => In(item, container, history))];
    }

    private static IEnumerable<Stay> In(ItemId item, ItemId container, History events)
    {
        Stay? open = null;
        foreach (var e in events.Events.Where(e => e.IsNesting && e.MentionsOf(container).Any(mention => mention.Role == ItemRole.Parent)))
        {
            var named = e.MentionsOf(item).Where(mention => mention.Role == ItemRole.Child).ToList();
            if (named.Count == 0 && !e.EmptiesParent)
            {
                continue;
            }
            var amount = AmountSum.Of(named);
            // Who sees something inside says that it is there, though nobody recorded how it came in; of what is known to be inside it says nothing new.
            if (e.Facts.Action == "OBSERVE" ? open is not null : e.Facts.Action == "ADD" && open is { Value: null } && amount is null)
            {
                continue;
            }
            if (open is not null)
            {
                yield return open with { Until = e.Moment };
            }
            open = e.Facts.Action != "DELETE" ? Begun(item, container, e, open is null ? amount : Sum(open, amount))
                : open is null || amount is not { } taken ? null
                : Rest(open, taken, e);
        }
        if (open is not null)
        {
            yield return open;
        }
    }

    private static Stay Begun(ItemId item, ItemId container, TracedEvent e, Amount? amount) =>
        new(item, container, e.Moment, null, amount?.Value, amount?.Uom, e.Leaf);

    private static Amount? Sum(Stay open, Amount? added)
    {
        if (open.Value is not { } before || added is not { } more)
        {
            return null;
        }
        var sum = new AmountSum();
        sum.Add(new Amount(before, open.Uom));
        sum.Add(more);
        return sum.Single;
    }

    /// <summary>What is left after a part was taken out: nothing when all of it was, an amount left open when that can't be told.</summary>
    private static Stay? Rest(Stay open, Amount taken, TracedEvent e)
    {
        var rest = open.Value is { } before && taken.In(open.Uom) is { } gone ? before - gone : (decimal?)null;
        return rest <= 0 ? null : open with { From = e.Moment, Value = rest, Uom = rest is null ? null : open.Uom, Leaf = e.Leaf };
    }
}

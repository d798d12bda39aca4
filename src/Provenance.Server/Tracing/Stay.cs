using Provenance.Core.Gs1;

namespace Provenance.Server.Tracing;

/// <summary>A stretch of time in which an item, or an amount of a lot, was inside something.</summary>
/// <param name="Until">Null while it still is.</param>
/// <param name="Value">How much of a lot; null for one thing or an amount left open.</param>
/// <param name="Leaf">The event that began the stretch.</param>
internal sealed record Stay(ItemId Item, ItemId Container, Moment From, Moment? Until, decimal? Value, string? Uom, long Leaf)
{
    /// <summary>The events at both ends belong to it.</summary>
    public bool Covers(Moment moment) => moment.CompareTo(From) >= 0 && (Until is not { } end || moment.CompareTo(end) <= 0);

    /// <summary>The part of it that lies within another stretch; null when there is none.</summary>
    public Stay? Within(Moment from, Moment? until)
    {
        var start = From.CompareTo(from) >= 0 ? From : from;
        var end = Until is { } mine && until is { } other ? (mine.CompareTo(other) <= 0 ? mine : other) : Until ?? until;
        return end is { } last && last.CompareTo(start) <= 0 ? null : this with { From = start, Until = end };
    }

    /// <summary>Every stretch an item spent directly inside another, by the events of both (design §6, Tracing).</summary>
    public static IReadOnlyList<Stay> Of(ItemId item, History history, Func<ItemId, History> historyOf)
    {
        var containers = history.Events
            .Where(e => e.IsNesting && e.Facts.Action == "ADD" && e.MentionsOf(item).Any(mention => mention.Role == ItemRole.Child))
            .SelectMany(e => e.Facts.Items.Where(mention => mention.Role == ItemRole.Parent))
            .Select(mention => mention.Item)
            .Where(container => container != item)
            .Distinct();
        return [.. containers.SelectMany(container => In(item, container, historyOf(container)))];
    }

    private static IEnumerable<Stay> In(ItemId item, ItemId container, History events)
    {
        Stay? open = null;
        foreach (var e in events.Events.Where(e => e.IsNesting && e.MentionsOf(container).Any(mention => mention.Role == ItemRole.Parent)))
        {
            var content = e.MentionsOf(item).FirstOrDefault(mention => mention.Role == ItemRole.Child);
            if (content is null && !e.EmptiesParent)
            {
                continue;
            }
            if (open is not null)
            {
                yield return open with { Until = e.Moment };
            }
            open = e.Facts.Action switch
            {
                "ADD" => new Stay(item, container, e.Moment, null, Sum(open, content!), content!.Uom, e.Leaf),
                "DELETE" when open is not null && content is not null => Rest(open, content, e),
                // OBSERVE says what is seen inside, and changes nothing; it ended no stretch.
                _ when e.Facts.Action != "DELETE" && open is not null => open with { From = e.Moment },
                _ => null,
            };
        }
        if (open is not null)
        {
            yield return open;
        }
    }

    private static decimal? Sum(Stay? open, ItemMention added) =>
        open is null ? added.Value : open.Value is { } before && open.Uom == added.Uom ? before + added.Value : null;

    /// <summary>What is left after a part was taken out: nothing when no amount is told.</summary>
    private static Stay? Rest(Stay open, ItemMention taken, TracedEvent e) =>
        open.Value is { } before && taken.Value is { } value && taken.Uom == open.Uom && before > value
            ? open with { From = e.Moment, Value = before - value, Leaf = e.Leaf }
            : null;
}

using Provenance.Core.Gs1;

namespace Provenance.Server.Tracing;

/// <summary>Which way a trace goes from its item.</summary>
[Flags]
internal enum TraceDirection
{
    None = 0,

    /// <summary>To what it was made of.</summary>
    Back = 1,

    /// <summary>To what was made of it.</summary>
    Forward = 2,

    Both = Back | Forward,
}

/// <summary>What lies between two items.</summary>
internal enum TraceLink
{
    /// <summary>A transformation used the one to make the other.</summary>
    MadeInto,

    /// <summary>The one was inside the other for a time.</summary>
    PackedInto,
}

/// <param name="Depth">Transformations between it and the item asked for.</param>
/// <param name="Made">How much of it was made, where that is on record in one unit.</param>
internal sealed record TraceNode(ItemId Item, int Depth, decimal? Made, string? MadeUom);

/// <param name="Value">How much of <paramref name="From"/> went this way; null when the event leaves it open or it is one thing.</param>
/// <param name="Since">When it was packed; null for a transformation.</param>
/// <param name="Until">When it was taken out; null for a transformation or while it is inside.</param>
internal sealed record TraceEdge(
    ItemId From, ItemId To, TraceLink Link, decimal? Value, string? Uom, DateTimeOffset? Since, DateTimeOffset? Until, IReadOnlyList<long> Leaves);

/// <param name="Open">Items at the edge of the depth asked for, from which it goes on.</param>
/// <param name="IsTruncated">Something was left out: <paramref name="Open"/>, or an item with more events than are read.</param>
internal sealed record TraceResult(
    IReadOnlyList<TraceNode> Nodes, IReadOnlyList<TraceEdge> Edges, IReadOnlyList<TracedEvent> Events, IReadOnlyList<ItemId> Open, bool IsTruncated);

/// <summary>
/// Walks the events from item to item. Nothing is stored for it: links are read off the events each time, so a late or withdrawn event needs no repair.
/// </summary>
/// <param name="historyOf">An item's events.</param>
/// <param name="transformation">The events of one transformationID.</param>
internal sealed class TraceWalk(Func<ItemId, History> historyOf, Func<string, History> transformation, int depth)
{
    /// <summary>A trace that names more items is cut: nobody reads it, and one request may not hold the server.</summary>
    public const int MostItems = 2_000;

    // Boxes in cartons on pallets in containers on ships: nobody nests deeper, but a wrong record could nest in a ring.
    private const int DeepestNesting = 16;

    private readonly Dictionary<ItemId, TraceNode> _nodes = [];
    private readonly Dictionary<(ItemId From, ItemId To, TraceLink Link, long Leaf), TraceEdge> _edges = [];
    private readonly Dictionary<long, TracedEvent> _events = [];
    private readonly HashSet<ItemId> _open = [];
    private readonly HashSet<(ItemId Item, TraceDirection Way)> _seen = [];
    private readonly Queue<(ItemId Item, int Depth, TraceDirection Way)> _queue = [];
    private bool _isCut;

    public TraceResult From(ItemId item, TraceDirection direction)
    {
        foreach (var way in new[] { TraceDirection.Back, TraceDirection.Forward }.Where(way => direction.HasFlag(way)))
        {
            Reach(item, 0, way);
        }
        while (_queue.TryDequeue(out var next))
        {
            Visit(next.Item, next.Depth, next.Way);
        }
        return new TraceResult(
            [.. _nodes.Values], [.. _edges.Values], [.. _events.Values.OrderBy(e => e.Moment)], [.. _open], _isCut || _open.Count > 0);
    }

    /// <summary>Notes an item and comes back to it once for each way; what was seen stays as it is, so rework ends in a loop of edges.</summary>
    private void Reach(ItemId item, int depthOfItem, TraceDirection way)
    {
        if (_nodes.Count >= MostItems && !_nodes.ContainsKey(item))
        {
            _isCut = true;
            return;
        }
        Note(item, depthOfItem);
        if (_seen.Add((item, way)))
        {
            _queue.Enqueue((item, depthOfItem, way));
        }
    }

    private void Note(ItemId item, int depthOfItem)
    {
        if (!_nodes.ContainsKey(item))
        {
            var history = historyOf(item);
            _isCut |= history.IsCut;
            var made = history.Events.Where(e => e.Makes(item)).SelectMany(e => e.MentionsOf(item)).Where(mention => mention.Role is ItemRole.Output or ItemRole.Subject).ToList();
            var inOneUnit = made.Count > 0 && made.All(mention => mention.Value is not null && mention.Uom == made[0].Uom);
            _nodes.Add(item, new TraceNode(item, depthOfItem, inOneUnit ? made.Sum(mention => mention.Value) : null, inOneUnit ? made[0].Uom : null));
        }
    }

    private void Visit(ItemId item, int depthOfItem, TraceDirection way)
    {
        var history = historyOf(item);
        foreach (var e in history.Events)
        {
            _events[e.Leaf] = e;
        }
        foreach (var stay in Stay.Of(item, history, historyOf))
        {
            Enter(stay, depthOfItem, way, nesting: 1);
        }
        if (way == TraceDirection.Back)
        {
            FollowBack(item, depthOfItem, history);
        }
        else
        {
            FollowForward(item, depthOfItem, history.Events);
        }
    }

    /// <summary>An item inherits what happened to its container while it was inside, and so on outwards.</summary>
    private void Enter(Stay stay, int depthOfItem, TraceDirection way, int nesting)
    {
        Note(stay.Container, depthOfItem);
        Connect(stay.Item, stay.Container, TraceLink.PackedInto, stay.Value, stay.Uom, stay.From.Time, stay.Until?.Time, [stay.Leaf]);
        var history = historyOf(stay.Container);
        // What else was packed into the container, or taken out of it, is no story of this item.
        var inherited = history.Events
            .Where(e => stay.Covers(e.Moment) && (e.EmptiesParent || e.MentionsOf(stay.Container).Any(mention => mention.Role != ItemRole.Parent)))
            .ToList();
        foreach (var e in inherited)
        {
            _events[e.Leaf] = e;
        }
        if (way == TraceDirection.Forward)
        {
            FollowForward(stay.Container, depthOfItem, inherited);
        }
        if (nesting == DeepestNesting)
        {
            _isCut = true;
            return;
        }
        foreach (var outer in Stay.Of(stay.Container, history, historyOf))
        {
            if (outer.Within(stay.From, stay.Until) is { } overlap)
            {
                Enter(overlap, depthOfItem, way, nesting + 1);
            }
        }
    }

    private void FollowBack(ItemId item, int depthOfItem, History history)
    {
        foreach (var e in history.Events)
        {
            if (e.MentionsOf(item).Any(mention => mention.Role == ItemRole.Output))
            {
                var joined = Joined(e);
                Follow(joined.SelectMany(one => one.Facts.Items.Where(mention => mention.Role == ItemRole.Input)), input =>
                    Connect(input.Item, item, TraceLink.MadeInto, input.Value, input.Uom, null, null, Leaves(joined)));
            }
            else if (e.IsNesting && e.Facts.Action == "ADD" && e.MentionsOf(item).Any(mention => mention.Role == ItemRole.Parent))
            {
                Follow(e.Facts.Items.Where(mention => mention.Role == ItemRole.Child), content =>
                    Connect(content.Item, item, TraceLink.PackedInto, content.Value, content.Uom, e.Facts.Time, null, [e.Leaf]));
            }
        }

        void Follow(IEnumerable<ItemMention> mentions, Action<ItemMention> connect) =>
            Step(item, depthOfItem, TraceDirection.Back, mentions, connect);
    }

    private void FollowForward(ItemId item, int depthOfItem, IEnumerable<TracedEvent> events)
    {
        foreach (var e in events)
        {
            if (e.MentionsOf(item).FirstOrDefault(mention => mention.Role == ItemRole.Input) is { } used)
            {
                var joined = Joined(e);
                var outputs = joined.SelectMany(one => one.Facts.Items.Where(mention => mention.Role == ItemRole.Output));
                Step(item, depthOfItem, TraceDirection.Forward, outputs, output =>
                    Connect(item, output.Item, TraceLink.MadeInto, used.Value, used.Uom, null, null, Leaves(joined)));
            }
        }
    }

    private void Step(ItemId item, int depthOfItem, TraceDirection way, IEnumerable<ItemMention> mentions, Action<ItemMention> connect)
    {
        foreach (var mention in mentions)
        {
            if (depthOfItem == depth && !_nodes.ContainsKey(mention.Item))
            {
                _open.Add(item);
                continue;
            }
            Reach(mention.Item, depthOfItem + 1, way);
            if (_nodes.ContainsKey(mention.Item))
            {
                connect(mention);
            }
        }
    }

    /// <summary>All events of the transformation that this one is part of (EPCIS 2.0 §7.4.6).</summary>
    private IReadOnlyList<TracedEvent> Joined(TracedEvent e)
    {
        IReadOnlyList<TracedEvent> joined = e.Facts.TransformationId is { } id ? transformation(id).Events : [e];
        foreach (var one in joined)
        {
            _events[one.Leaf] = one;
        }
        return joined;
    }

    private static IReadOnlyList<long> Leaves(IReadOnlyList<TracedEvent> events) => [.. events.Select(e => e.Leaf)];

    private void Connect(
        ItemId from, ItemId to, TraceLink link, decimal? value, string? uom, DateTimeOffset? since, DateTimeOffset? until, IReadOnlyList<long> leaves)
    {
        // The same stretch can be met from its content and from its container; the one that knows its end says more.
        var key = (from, to, link, leaves[0]);
        if (!_edges.TryGetValue(key, out var known) || known.Until is null)
        {
            _edges[key] = new TraceEdge(from, to, link, value, uom, since, until, leaves);
        }
    }
}

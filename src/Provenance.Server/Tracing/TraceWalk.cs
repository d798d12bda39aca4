using Provenance.Core.Gs1;

namespace Provenance.Server.Tracing;

/// <summary>
/// Walks the events from item to item. Nothing is stored for it: links are read off the events each time, so a late or withdrawn event needs no repair.
/// </summary>
/// <param name="historyOf">An item's events.</param>
/// <param name="transformation">The events of one transformationID.</param>
/// <param name="depth">Transformations to follow. What was packed is followed for nothing: a box is no step.</param>
internal sealed class TraceWalk(Func<ItemId, History> historyOf, Func<string, History> transformation, int depth)
{
    /// <summary>A trace that names more items is cut: nobody reads it, and one request may not hold the server.</summary>
    public const int MostItems = 2_000;

    // A mass of inputs times a mass of outputs.
    private const int MostLinks = 50_000;

    private readonly Packing _packing = new(historyOf);
    private readonly Dictionary<ItemId, TraceNode> _nodes = [];
    private readonly Dictionary<(ItemId From, ItemId To, TraceLink Link, long Leaf), TraceEdge> _edges = [];
    private readonly Dictionary<long, TracedEvent> _events = [];
    private readonly Dictionary<long, (TracedEvent, TracedEvent)> _withdrawn = [];
    private readonly HashSet<(ItemId Item, TraceDirection Way)> _seen = [];
    private readonly List<(ItemId Item, ItemId Further, TraceDirection Way, TraceEdge Edge)> _links = [];
    private Queue<(ItemId Item, TraceDirection Way)> _here = [];
    private Queue<(ItemId Item, TraceDirection Way)> _next = [];
    private bool _isCut;

    /// <param name="onlyNow">Of what was inside the item itself, only what still is.</param>
    public TraceResult From(ItemId item, TraceDirection direction, bool onlyNow = false)
    {
        foreach (var way in new[] { TraceDirection.Back, TraceDirection.Forward }.Where(way => direction.HasFlag(way)))
        {
            _here.Enqueue((item, way));
            foreach (var inside in _packing.Inside(item).Where(one => !onlyNow || one.Until is null))
            {
                Contain(inside.Stay);
                _here.Enqueue((inside.Stay.Item, way));
            }
        }
        for (var level = 0; level <= depth && _here.Count > 0; level++)
        {
            while (_here.TryDequeue(out var reached))
            {
                Visit(reached.Item, level, reached.Way);
            }
            (_here, _next) = (_next, _here);
        }
        return Finish();
    }

    /// <summary>Each item once for each way; what was seen stays as it is, so rework ends in a loop of edges.</summary>
    private void Visit(ItemId item, int level, TraceDirection way)
    {
        if (!Note(item, level, way) || !_seen.Add((item, way)))
        {
            return;
        }
        var history = historyOf(item);
        Keep(history, _ => true);
        foreach (var around in _packing.Around(item))
        {
            Inherit(around, level, way);
        }
        if (way == TraceDirection.Back)
        {
            FollowBack(item, level, history);
        }
        else
        {
            FollowForward(item, history.Events);
        }
    }

    /// <summary>An item inherits what happened to its container while it was inside. What else was packed there, or taken out, is no story of this item.</summary>
    private void Inherit(Nested around, int level, TraceDirection way)
    {
        var container = around.Stay.Container;
        if (!Note(container, level, TraceDirection.None))
        {
            return;
        }
        Contain(around.Stay);
        var inherited = Keep(historyOf(container), e => around.Covers(e.Moment)
            && (e.EmptiesParent || e.Facts.Action == "OBSERVE" || e.MentionsOf(container).Any(mention => mention.Role != ItemRole.Parent)));
        if (way == TraceDirection.Forward)
        {
            FollowForward(container, inherited);
        }
    }

    private void FollowBack(ItemId item, int level, History history)
    {
        foreach (var joined in Transformations(history.Events, item, ItemRole.Output))
        {
            foreach (var input in joined.SelectMany(one => one.Facts.Items).Where(mention => mention.Role == ItemRole.Input).GroupBy(mention => mention.Item))
            {
                Link(item, input.Key, TraceDirection.Back, Made(input.Key, item, AmountSum.Of(input), joined));
                foreach (var inside in UsedWith(input.Key, joined))
                {
                    Contain(inside.Stay);
                    if (level < depth)
                    {
                        _next.Enqueue((inside.Stay.Item, TraceDirection.Back));
                    }
                }
            }
        }
    }

    /// <summary>What was on a pallet when the pallet was used up went in with it.</summary>
    private IEnumerable<Nested> UsedWith(ItemId container, IReadOnlyList<TracedEvent> joined) => joined
        .Where(one => one.MentionsOf(container).Any(mention => mention.Role == ItemRole.Input))
        .SelectMany(one => _packing.Inside(container, one.Moment));

    private void FollowForward(ItemId item, IEnumerable<TracedEvent> events)
    {
        foreach (var joined in Transformations(events, item, ItemRole.Input))
        {
            var used = AmountSum.Of(joined.SelectMany(one => one.MentionsOf(item)).Where(mention => mention.Role == ItemRole.Input));
            foreach (var output in joined.SelectMany(one => one.Facts.Items).Where(mention => mention.Role == ItemRole.Output).Select(mention => mention.Item).Distinct())
            {
                Link(item, output, TraceDirection.Forward, Made(item, output, used, joined));
            }
        }
    }

    /// <summary>
    /// The transformations in which an item has a part, each with all its events (EPCIS 2.0 §7.4.6). Ids are each party's own: another's event with the
    /// same is another transformation.
    /// </summary>
    private IEnumerable<IReadOnlyList<TracedEvent>> Transformations(IEnumerable<TracedEvent> events, ItemId item, ItemRole role)
    {
        foreach (var e in events.Where(e => e.MentionsOf(item).Any(mention => mention.Role == role)).DistinctBy(e => (e.Party, e.Facts.TransformationId ?? $"{e.Leaf}")))
        {
            var all = e.Facts.TransformationId is { } id ? transformation(id) : null;
            _isCut |= all is { IsCut: true };
            IReadOnlyList<TracedEvent> joined = all is null ? [e] : [.. all.Events.Where(one => one.Party == e.Party)];
            foreach (var one in joined)
            {
                _events[one.Leaf] = one;
            }
            yield return joined;
        }
    }

    private void Link(ItemId item, ItemId further, TraceDirection way, TraceEdge edge)
    {
        if (_links.Count == MostLinks)
        {
            _isCut = true;
            return;
        }
        _links.Add((item, further, way, edge));
        _next.Enqueue((further, way));
    }

    private static TraceEdge Made(ItemId from, ItemId to, Amount? amount, IReadOnlyList<TracedEvent> joined) =>
        new(from, to, TraceLink.MadeInto, amount?.Value, amount?.Uom, null, null, [.. joined.Select(e => e.Leaf)]);

    private void Contain(Stay stay) => _edges[(stay.Item, stay.Container, TraceLink.PackedInto, stay.Leaf)] =
        new TraceEdge(stay.Item, stay.Container, TraceLink.PackedInto, stay.Value, stay.Uom, stay.From.Time, stay.Until?.Time, [stay.Leaf]);

    /// <summary>False when there are too many items already.</summary>
    private bool Note(ItemId item, int level, TraceDirection way)
    {
        if (_nodes.TryGetValue(item, out var known))
        {
            _nodes[item] = known with { Depth = Math.Min(known.Depth, level), Ways = known.Ways | way };
            return true;
        }
        if (_nodes.Count == MostItems)
        {
            _isCut = true;
            return false;
        }
        var history = historyOf(item);
        _isCut |= history.IsCut;
        var made = AmountSum.Of(history.Events.Where(e => e.Makes(item)).SelectMany(e => e.MentionsOf(item)).Where(mention => mention.Role is ItemRole.Output or ItemRole.Subject));
        _nodes.Add(item, new TraceNode(item, level, made?.Value, made?.Uom, way));
        return true;
    }

    private List<TracedEvent> Keep(History history, Func<TracedEvent, bool> isMeant)
    {
        var kept = history.Events.Where(isMeant).ToList();
        foreach (var e in kept)
        {
            _events[e.Leaf] = e;
        }
        foreach (var (e, declaration) in history.Withdrawn.Where(pair => isMeant(pair.Event)))
        {
            _withdrawn[e.Leaf] = (e, declaration);
        }
        return kept;
    }

    private TraceResult Finish()
    {
        var open = new HashSet<ItemId>();
        foreach (var (item, further, way, edge) in _links)
        {
            if (_seen.Contains((further, way)))
            {
                _edges[(edge.From, edge.To, edge.Link, edge.Leaves[0])] = edge;
            }
            else
            {
                open.Add(item);
            }
        }
        // A container stands in the trace only where something that was inside does.
        var edges = _edges.Values.Where(edge => _nodes.ContainsKey(edge.From) && _nodes.ContainsKey(edge.To));
        return new TraceResult(
            [.. _nodes.Values], [.. edges], [.. _events.Values.OrderBy(e => e.Moment)], [.. _withdrawn.Values.OrderBy(pair => pair.Item1.Moment)],
            [.. open], _isCut || _packing.IsCut || open.Count > 0);
    }
}

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
/// <param name="Ways">On which ways from the item asked for it lies; none for what was only around such a thing.</param>
internal sealed record TraceNode(ItemId Item, int Depth, decimal? Made, string? MadeUom, TraceDirection Ways);

/// <param name="Value">How much of <paramref name="From"/> went this way; null when the event leaves it open or it is one thing.</param>
/// <param name="Since">When it was packed; null for a transformation.</param>
/// <param name="Until">When it was taken out; null for a transformation or while it is inside.</param>
/// <param name="Leaves">The events that say so.</param>
internal sealed record TraceEdge(
    ItemId From, ItemId To, TraceLink Link, decimal? Value, string? Uom, DateTimeOffset? Since, DateTimeOffset? Until, IReadOnlyList<long> Leaves);

/// <param name="Events">That hold, in the order of <see cref="Moment"/>.</param>
/// <param name="Withdrawn">That their recorder declared an error, each with its declaration.</param>
/// <param name="Open">Items at the edge of the depth asked for, from which it goes on.</param>
/// <param name="IsTruncated">Something was left out: <paramref name="Open"/>, or an item with more events than are read.</param>
internal sealed record TraceResult(
    IReadOnlyList<TraceNode> Nodes, IReadOnlyList<TraceEdge> Edges, IReadOnlyList<TracedEvent> Events,
    IReadOnlyList<(TracedEvent Event, TracedEvent Declaration)> Withdrawn, IReadOnlyList<ItemId> Open, bool IsTruncated);

using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Server.Pages.Graph;

/// <summary>Which lots went into which, down to the one that the page is about: rows from the farthest to it, for a drawing as wide as a phone.</summary>
/// <param name="IsCut">There is more than is drawn.</param>
internal sealed record SupplyGraph(IReadOnlyList<GraphRow> Rows, IReadOnlyList<GraphLink> Links, bool IsCut)
{
    /// <summary>More can't be taken in at a glance; the list goes as far.</summary>
    private const int MostItems = 60;

    public static SupplyGraph? Of(ItemId about, TraceResult trace)
    {
        var links = Upwards(about, trace.Edges);
        if (links.Count == 0)
        {
            return null;
        }
        var rows = Layers(about, links).GroupBy(one => one.Value, one => one.Key).OrderByDescending(row => row.Key).Select(row => new GraphRow([.. row])).ToList();
        return new SupplyGraph(rows, links, trace.IsTruncated || links.Count >= MostItems);
    }

    /// <summary>The links on ways that end in the item, nearest first.</summary>
    private static List<GraphLink> Upwards(ItemId about, IReadOnlyList<TraceEdge> edges)
    {
        var into = edges.ToLookup(edge => edge.To);
        var links = new List<GraphLink>();
        var (queue, seen) = (new Queue<ItemId>([about]), new HashSet<ItemId> { about });
        while (queue.TryDequeue(out var item) && links.Count < MostItems)
        {
            foreach (var edge in into[item].DistinctBy(edge => (edge.From, edge.Link)).Take(MostItems - links.Count))
            {
                links.Add(new GraphLink(edge.From, edge.To, edge.Link));
                if (seen.Add(edge.From))
                {
                    queue.Enqueue(edge.From);
                }
            }
        }
        return links;
    }

    /// <summary>How many links at most lie between an item and the one the page is about. Rework makes rings: nothing lies farther than there are links.</summary>
    private static Dictionary<ItemId, int> Layers(ItemId about, List<GraphLink> links)
    {
        var layers = new Dictionary<ItemId, int> { [about] = 0 };
        for (var round = 0; round < links.Count; round++)
        {
            var isMoved = false;
            foreach (var link in links.Where(link => layers.ContainsKey(link.To) && link.From != about))
            {
                var layer = layers[link.To] + 1;
                if (layer <= links.Count && layer > layers.GetValueOrDefault(link.From, -1))
                {
                    (layers[link.From], isMoved) = (layer, true);
                }
            }
            if (!isMoved)
            {
                break;
            }
        }
        return layers;
    }
}

/// <summary>Items equally far from the one that the page is about.</summary>
internal sealed record GraphRow(IReadOnlyList<ItemId> Items);

internal sealed record GraphLink(ItemId From, ItemId To, TraceLink Link);

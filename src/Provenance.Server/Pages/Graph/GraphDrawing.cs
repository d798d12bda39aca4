using System.Globalization;
using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Server.Pages.Graph;

/// <summary>A graph laid out: boxes in rows, lines from the bottom of one to the top of another. Its units are a phone's pixels.</summary>
internal sealed record GraphDrawing(int Width, int Height, IReadOnlyList<GraphBox> Boxes, IReadOnlyList<GraphLine> Lines)
{
    public const int BoxWidth = 108;
    public const int BoxHeight = 76;

    private const int MostInRow = 3;
    private const int Gap = 12;
    private const int RowGap = 34;

    public static GraphDrawing Of(SupplyGraph graph)
    {
        var rows = graph.Rows.Select(BoxesOf).ToList();
        var width = rows.Max(row => (row.Count * (BoxWidth + Gap)) - Gap);
        var placed = new List<GraphBox>();
        for (var y = 0; y < rows.Count; y++)
        {
            var left = (width - ((rows[y].Count * (BoxWidth + Gap)) - Gap)) / 2;
            placed.AddRange(rows[y].Select((items, x) => new GraphBox(left + (x * (BoxWidth + Gap)) + 1, (y * (BoxHeight + RowGap)) + 1, items)));
        }
        var boxOf = placed.SelectMany(box => box.Items.Select(item => (item, box))).ToDictionary(pair => pair.item, pair => pair.box);
        var lines = graph.Links.Where(link => link.From != link.To)
            .Select(link => (From: boxOf[link.From], To: boxOf[link.To], link.Link))
            .Where(line => line.From != line.To).Distinct()
            .Select(line => new GraphLine(Curve(line.From, line.To), line.Link == TraceLink.PackedInto));
        return new GraphDrawing(width + 2, (rows.Count * (BoxHeight + RowGap)) - RowGap + 2, placed, [.. lines]);
    }

    /// <summary>One box an item, and one for all that find no room.</summary>
    private static List<IReadOnlyList<ItemId>> BoxesOf(GraphRow row) => row.Items.Count <= MostInRow
        ? [.. row.Items.Select(item => (IReadOnlyList<ItemId>)[item])]
        : [.. row.Items.Take(MostInRow - 1).Select(item => (IReadOnlyList<ItemId>)[item]), [.. row.Items.Skip(MostInRow - 1)]];

    private static string Curve(GraphBox from, GraphBox to)
    {
        var (x1, y1, x2, y2) = (from.X + (BoxWidth / 2), from.Y + BoxHeight, to.X + (BoxWidth / 2), to.Y);
        var middle = (y1 + y2) / 2;
        return string.Create(CultureInfo.InvariantCulture, $"M{x1},{y1}C{x1},{middle} {x2},{middle} {x2},{y2}");
    }
}

/// <param name="Items">One; or all those of a row that share a box.</param>
internal sealed record GraphBox(int X, int Y, IReadOnlyList<ItemId> Items);

/// <param name="IsPacking">The one travelled in the other, rather than becoming part of it.</param>
internal sealed record GraphLine(string Path, bool IsPacking);

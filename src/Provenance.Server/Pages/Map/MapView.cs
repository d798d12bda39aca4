using System.Globalization;
using System.Text;

namespace Provenance.Server.Pages.Map;

/// <summary>A window on the world in equirectangular projection, true to scale along its middle. Longitudes run on past 180° where the way does.</summary>
internal sealed class MapView
{
    public const int Width = 560;

    // A map of one town says nothing; neighbours help to recognize the place.
    private const double LeastDegrees = 14;
    private const double Margin = 0.16;
    private const double Flattest = 0.42;
    private const double Tallest = 0.62;

    /// <summary>Marks nearer than this are one with several numbers.</summary>
    private const double MarkSize = 26;

    /// <summary>Land this far outside is still drawn, so that no coast is cut off within the frame.</summary>
    private const double Bleed = 12;

    private readonly double _west;
    private readonly double _north;
    private readonly double _unitsPerLongitude;
    private readonly double _unitsPerLatitude;

    private MapView(double west, double north, double unitsPerLongitude, double unitsPerLatitude, int height)
    {
        (_west, _north, _unitsPerLongitude, _unitsPerLatitude) = (west, north, unitsPerLongitude, unitsPerLatitude);
        Height = height;
    }

    public int Height { get; }

    public static MapView Around(IReadOnlyList<GeoPoint> points)
    {
        var west = WestEnd(points);
        var longitudes = points.Select(point => west + East(west, point.Longitude)).ToList();
        var (south, north) = (points.Min(point => point.Latitude), points.Max(point => point.Latitude));
        var middle = Math.Clamp((south + north) / 2, -70, 70);
        var shrink = Math.Cos(middle * Math.PI / 180);

        // In degrees of latitude, as which both directions are equally long.
        var wide = Math.Max(LeastDegrees, (longitudes.Max() - longitudes.Min()) * shrink * (1 + (2 * Margin)));
        var high = Math.Max(wide * Flattest, (north - south) * (1 + (2 * Margin)));
        wide = Math.Max(wide, high / Tallest);
        var units = Width / wide;
        var centre = (longitudes.Min() + longitudes.Max()) / 2;
        return new MapView(centre - (wide / shrink / 2), ((south + north) / 2) + (high / 2), units * shrink, units, (int)Math.Round(high * units));
    }

    /// <summary>The parts of a ring that are in sight, as closed paths.</summary>
    public IEnumerable<string> Draw(GeoRing ring)
    {
        foreach (var turn in new[] { -360, 0, 360 })
        {
            var ((left, top), (right, bottom)) = (Place(ring.West + turn, ring.North), Place(ring.East + turn, ring.South));
            if (right < -Bleed || left > Width + Bleed || bottom < -Bleed || top > Height + Bleed)
            {
                continue;
            }
            var points = Clip([.. ring.Points.Select(point => Place(point.Longitude + turn, point.Latitude))]);
            if (points.Count > 2 && Path(points) is { } path)
            {
                yield return path;
            }
        }
    }

    /// <summary>From stop to stop in shallow arcs.</summary>
    public string Route(IEnumerable<(MapStop From, MapStop To)> ways)
    {
        var path = new StringBuilder();
        foreach (var (from, to) in ways)
        {
            var (a, b) = (At(from), At(to));
            var rise = Math.Min(60, Math.Abs(b.X - a.X) * 0.18);
            path.Append(CultureInfo.InvariantCulture, $"M{a.X:0.#},{a.Y:0.#}Q{(a.X + b.X) / 2:0.#},{Math.Max(4, ((a.Y + b.Y) / 2) - rise):0.#} {b.X:0.#},{b.Y:0.#}");
        }
        return path.ToString();
    }

    public IReadOnlyList<MapMark> Marks(IReadOnlyList<MapStop> stops)
    {
        var marks = new List<(double X, double Y, List<int> Numbers)>();
        foreach (var stop in stops)
        {
            var (x, y) = At(stop);
            var near = marks.Where(mark => Math.Abs(mark.X - x) < MarkSize && Math.Abs(mark.Y - y) < MarkSize).OrderBy(mark => Math.Abs(mark.X - x) + Math.Abs(mark.Y - y)).Select(mark => mark.Numbers).FirstOrDefault();
            if (near is null)
            {
                marks.Add((x, y, [stop.Number]));
            }
            else if (!near.Contains(stop.Number))
            {
                near.Add(stop.Number);
            }
        }
        return [.. marks.Select(mark => new MapMark(mark.X, mark.Y, string.Join(' ', mark.Numbers)))];
    }

    private (double X, double Y) At(MapStop stop) => Place(_west + East(_west, stop.At.Longitude), stop.At.Latitude);

    private (double X, double Y) Place(double longitude, double latitude) => ((longitude - _west) * _unitsPerLongitude, (_north - latitude) * _unitsPerLatitude);

    /// <summary>The other side of the widest gap between the longitudes: from there eastwards they lie closest together.</summary>
    private static double WestEnd(IReadOnlyList<GeoPoint> points)
    {
        var sorted = points.Select(point => point.Longitude).Distinct().Order().ToList();
        return sorted.Select((longitude, i) => (longitude, Gap: East(sorted[(i + sorted.Count - 1) % sorted.Count], longitude)))
            .MaxBy(one => one.Gap == 0 ? 360 : one.Gap).longitude;
    }

    /// <summary>Degrees eastwards from one longitude to another, 0 to 360.</summary>
    private static double East(double from, double to) => (to - from + 720) % 360;

    /// <summary>Sutherland and Hodgman's, side by side.</summary>
    private List<(double X, double Y)> Clip(List<(double X, double Y)> points)
    {
        points = ClipSide(points, point => point.X + Bleed);
        points = ClipSide(points, point => Width + Bleed - point.X);
        points = ClipSide(points, point => point.Y + Bleed);
        return ClipSide(points, point => Height + Bleed - point.Y);
    }

    private static List<(double X, double Y)> ClipSide(List<(double X, double Y)> points, Func<(double X, double Y), double> inside)
    {
        var kept = new List<(double X, double Y)>();
        for (var i = 0; i < points.Count; i++)
        {
            var (from, to) = (points[(i + points.Count - 1) % points.Count], points[i]);
            var (before, here) = (inside(from), inside(to));
            if (before < 0 != here < 0)
            {
                var part = before / (before - here);
                kept.Add((from.X + (part * (to.X - from.X)), from.Y + (part * (to.Y - from.Y))));
            }
            if (here >= 0)
            {
                kept.Add(to);
            }
        }
        return kept;
    }

    /// <summary>From point to point in whole tenths of a unit, and no two points in one spot; null for what is too small to see.</summary>
    private static string? Path(List<(double X, double Y)> points)
    {
        const int Tenths = 10;
        const int Near = 10;
        var path = new StringBuilder();
        var (lastX, lastY, drawn) = (0, 0, 0);
        foreach (var point in points)
        {
            var (x, y) = ((int)Math.Round(point.X * Tenths), (int)Math.Round(point.Y * Tenths));
            if (drawn > 0 && Math.Abs(x - lastX) < Near && Math.Abs(y - lastY) < Near)
            {
                continue;
            }
            path.Append(drawn == 0 ? "M" : drawn == 1 ? "l" : " ");
            path.Append(CultureInfo.InvariantCulture, $"{(x - lastX) / (double)Tenths},{(y - lastY) / (double)Tenths}");
            (lastX, lastY, drawn) = (x, y, drawn + 1);
        }
        return drawn > 2 ? path.Append('Z').ToString() : null;
    }
}

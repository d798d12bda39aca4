using System.Text.Json;

namespace Provenance.Server.Pages.Map;

/// <summary>The countries of the world, as <c>wwwroot/lib/world.json</c> has them after <c>npm install</c>; without it pages go without a map.</summary>
internal sealed class WorldMap
{
    private readonly IReadOnlyList<Country> _countries;

    private WorldMap(IReadOnlyList<Country> countries) => _countries = countries;

    /// <summary>Null where the file is not there.</summary>
    public static WorldMap? Load(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        var steps = file.RootElement.GetProperty("steps").GetDouble();
        return new WorldMap([.. file.RootElement.GetProperty("countries").EnumerateArray().Select(country => new Country(
            country.GetProperty("code").GetString()!,
            [.. country.GetProperty("rings").EnumerateArray().Select(ring => Decode(ring, steps))]))]);
    }

    /// <summary>The middle of a country's largest part; null for one too small to be drawn.</summary>
    public GeoPoint? MiddleOf(string country) => _countries.FirstOrDefault(one => one.Code == country)?.Middle;

    /// <summary>Draws the land around these stops, and the ways between them. Null where there is none to draw.</summary>
    /// <param name="visited">Countries that are told apart, by ISO 3166-1 alpha-2.</param>
    public RouteMap? Draw(IReadOnlyList<MapStop> stops, IEnumerable<(MapStop From, MapStop To)> ways, IReadOnlySet<string> visited)
    {
        if (stops.Count == 0)
        {
            return null;
        }
        var view = MapView.Around([.. stops.Select(stop => stop.At)]);
        string Land(bool isVisited) => string.Concat(_countries.Where(country => visited.Contains(country.Code) == isVisited).SelectMany(country => country.Rings).SelectMany(view.Draw));
        return new RouteMap(MapView.Width, view.Height, Land(false), Land(true), view.Route(ways), view.Marks(stops));
    }

    private static GeoRing Decode(JsonElement ring, double steps)
    {
        var numbers = ring.EnumerateArray().Select(number => number.GetInt32()).ToArray();
        var points = new GeoPoint[numbers.Length / 2];
        var (x, y) = (0, 0);
        for (var i = 0; i < points.Length; i++)
        {
            (x, y) = (x + numbers[2 * i], y + numbers[(2 * i) + 1]);
            points[i] = new GeoPoint(x / steps, y / steps);
        }
        return new GeoRing(points);
    }

    private sealed record Country(string Code, IReadOnlyList<GeoRing> Rings)
    {
        public GeoPoint? Middle { get; } = Rings.MaxBy(ring => Math.Abs(ring.Area))?.Middle;
    }
}

/// <summary>WGS 84, in degrees.</summary>
internal sealed record GeoPoint(double Longitude, double Latitude);

/// <summary>The world as this server has it.</summary>
/// <param name="World">Null where <c>npm install</c> never ran.</param>
internal sealed record Atlas(WorldMap? World);

/// <summary>The outline of a piece of land.</summary>
internal sealed class GeoRing
{
    public GeoRing(GeoPoint[] points)
    {
        Points = points;
        (West, East) = (points.Min(point => point.Longitude), points.Max(point => point.Longitude));
        (South, North) = (points.Min(point => point.Latitude), points.Max(point => point.Latitude));
        Area = Edges.Sum(Cross) / 2;
        Middle = Area == 0 ? null : new GeoPoint(
            Edges.Sum(edge => (edge.From.Longitude + edge.To.Longitude) * Cross(edge)) / (6 * Area),
            Edges.Sum(edge => (edge.From.Latitude + edge.To.Latitude) * Cross(edge)) / (6 * Area));
    }

    public IReadOnlyList<GeoPoint> Points { get; }

    public double West { get; }

    public double East { get; }

    public double South { get; }

    public double North { get; }

    /// <summary>In square degrees; its sign is the direction of the outline.</summary>
    public double Area { get; }

    /// <summary>Its centre of gravity, as drawn in degrees.</summary>
    public GeoPoint? Middle { get; }

    private IEnumerable<(GeoPoint From, GeoPoint To)> Edges => Points.Zip(Points.Skip(1).Append(Points[0]));

    private static double Cross((GeoPoint From, GeoPoint To) edge) => (edge.From.Longitude * edge.To.Latitude) - (edge.To.Longitude * edge.From.Latitude);
}

/// <summary>A place on the way.</summary>
/// <param name="Number">As the list beside the map counts it, from 1.</param>
internal sealed record MapStop(int Number, GeoPoint At);

/// <summary>A drawn map: paths in units of its own, <paramref name="Width"/> × <paramref name="Height"/>.</summary>
internal sealed record RouteMap(int Width, int Height, string Land, string Visited, string Route, IReadOnlyList<MapMark> Marks);

/// <param name="Label">The numbers of the stops here.</param>
internal sealed record MapMark(double X, double Y, string Label);

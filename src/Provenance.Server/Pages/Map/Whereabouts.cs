using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Tracing;

namespace Provenance.Server.Pages.Map;

/// <summary>Where the events of a page happened, each place once, in the order in which they were reached.</summary>
/// <param name="Map">Null where no place can be put on one.</param>
internal sealed record Whereabouts(IReadOnlyList<PlaceOnWay> Places, RouteMap? Map)
{
    /// <summary>The world is told to the city, never closer (design §7): about ten kilometres.</summary>
    private const int Decimals = 1;

    /// <param name="events">In the order of time.</param>
    /// <param name="fieldsOf">What the public may know of an event.</param>
    public static Whereabouts Of(IReadOnlyList<TracedEvent> events, Func<TracedEvent, RecordedFields> fieldsOf, PlaceStore places, WorldMap? world)
    {
        var known = new Dictionary<(string?, string?), (PlaceOnWay OnWay, GeoPoint? At)>();
        var lastOf = new Dictionary<ItemId, MapStop>();
        var ways = new List<(MapStop From, MapStop To)>();
        foreach (var e in events)
        {
            if (fieldsOf(e).Place is not { } place)
            {
                continue;
            }
            var key = (place.City?.Value, place.Country?.Value);
            if (!known.TryGetValue(key, out var spot))
            {
                spot = Spot(known.Count + 1, place, e, places, world);
                known.Add(key, spot);
            }
            if (spot.At is { } at)
            {
                var stop = new MapStop(spot.OnWay.Number, at);
                foreach (var item in e.Facts.Items.Select(mention => mention.Item).Distinct())
                {
                    if (lastOf.TryGetValue(item, out var from) && from.Number != stop.Number && !ways.Contains((from, stop)))
                    {
                        ways.Add((from, stop));
                    }
                    lastOf[item] = stop;
                }
            }
        }
        var stops = known.Values.Where(spot => spot.At is not null).Select(spot => new MapStop(spot.OnWay.Number, spot.At!)).ToList();
        return new Whereabouts([.. known.Values.Select(spot => spot.OnWay)], world?.Draw(stops, ways, known.Keys.Select(key => key.Item2).OfType<string>().ToHashSet()));
    }

    private static (PlaceOnWay OnWay, GeoPoint? At) Spot(int number, RecordedPlace place, TracedEvent e, PlaceStore places, WorldMap? world)
    {
        var stated = place.City is not null && e.Facts.ReadPoint is { } readPoint && places.FindGeo(readPoint) is { } geo
            ? new GeoPoint(Math.Round(geo.Longitude, Decimals), Math.Round(geo.Latitude, Decimals)) : null;
        var at = stated ?? (place.Country is { } country ? world?.MiddleOf(country.Value) : null);
        return (new PlaceOnWay(number, place, at is not null && world is not null, stated is null), at);
    }
}

/// <param name="Place">City and country, as recorded.</param>
/// <param name="IsOnMap">There is a mark with this number.</param>
/// <param name="IsCountryOnly">The mark stands in the middle of the country, as nobody stated where the city lies.</param>
internal sealed record PlaceOnWay(int Number, RecordedPlace Place, bool IsOnMap, bool IsCountryOnly);

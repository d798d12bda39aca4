using Provenance.Server.Pages.Map;

namespace Provenance.Tests.Server.Pages.Map;

public sealed class WorldMapTests
{
    private static readonly GeoPoint Linz = new(14.3, 48.3);
    private static readonly GeoPoint Prague = new(14.4, 50.1);
    private static readonly GeoPoint Auckland = new(174.8, -36.8);
    private static readonly GeoPoint Honolulu = new(-157.9, 21.3);

    [Fact]
    public void Every_mark_lies_within_the_frame_and_the_frame_is_neither_a_stripe_nor_a_tower()
    {
        foreach (var way in new GeoPoint[][] { [Linz], [Linz, Prague], [new(-76, 1.8), Linz, Prague], [Auckland, Honolulu], [new(0, -60), new(10, 75)] })
        {
            var view = MapView.Around(way);

            Assert.InRange(view.Height / (double)MapView.Width, 0.4, 0.65);
            Assert.All(view.Marks([.. way.Select((at, i) => new MapStop(i + 1, at))]), mark =>
            {
                Assert.InRange(mark.X, 13, MapView.Width - 13);
                Assert.InRange(mark.Y, 13, view.Height - 13);
            });
        }
    }

    [Fact]
    public void A_way_over_the_date_line_goes_the_short_way_round()
    {
        var view = MapView.Around([Auckland, Honolulu]);
        var marks = view.Marks([new MapStop(1, Auckland), new MapStop(2, Honolulu)]);

        Assert.True(marks[0].X < marks[1].X); // Hawaii is east of New Zealand
        Assert.True(marks[1].X - marks[0].X < MapView.Width * 0.8);
    }

    [Fact]
    public void Distances_are_true_to_scale_where_the_map_is()
    {
        var marks = MapView.Around([new(10, 60), new(30, 60), new(20, 50), new(20, 70)])
            .Marks([new MapStop(1, new(10, 60)), new MapStop(2, new(30, 60)), new MapStop(3, new(20, 50)), new MapStop(4, new(20, 70))]);

        // At 60° a degree of longitude is half as long as one of latitude.
        Assert.Equal(0.5, (marks[1].X - marks[0].X) / (marks[2].Y - marks[3].Y), 3);
    }

    [Fact]
    public void Two_places_in_one_spot_share_a_mark()
    {
        var marks = MapView.Around([Linz, Auckland]).Marks([new MapStop(1, Linz), new MapStop(2, Auckland), new MapStop(3, Prague)]);

        Assert.Equal(["1 3", "2"], marks.Select(mark => mark.Label));
    }

    [NpmFact]
    public void The_land_is_drawn_around_the_way_and_small()
    {
        var world = WorldMap.Load(Repository.PathOf("src/Provenance.Server/wwwroot/lib/world.json"))!;

        var middle = world.MiddleOf("AT")!;
        Assert.InRange(middle.Longitude, 13, 15);
        Assert.InRange(middle.Latitude, 47, 48);
        Assert.Null(world.MiddleOf("XX"));
        var near = world.Draw([new MapStop(1, Linz), new MapStop(2, Prague)], [], new HashSet<string> { "AT" })!;
        var far = world.Draw([new MapStop(1, Auckland), new MapStop(2, Linz), new MapStop(3, new(-76, 1.8))], [], new HashSet<string>())!;
        Assert.InRange(near.Land.Length, 1_000, 12_000);
        Assert.InRange(near.Visited.Length, 50, 2_000);
        Assert.Empty(far.Visited);
        Assert.InRange(far.Land.Length, 10_000, 80_000);
        Assert.DoesNotContain("NaN", near.Land + far.Land, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_file_there_is_no_map() => Assert.Null(WorldMap.Load(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString())));
}

using System.Net;
using System.Text.RegularExpressions;

namespace Provenance.Tests.Server.Portal;

/// <summary>Transform, pack and ship from the portal, and what the forms warn of.</summary>
public sealed partial class MakingAndShippingTests : StepFormTests
{
    [Theory]
    [InlineData("", "More of HO-1 goes out than you hold: 500 kg of 480 kg.")]
    [InlineData("?lang=de", "Von HO-1 geht mehr hinaus, als Sie haben: 500 kg von 480 kg.")]
    [InlineData("?lang=es", "Sale más de HO-1 de lo que usted tiene: 500 kg de 480 kg.")]
    public async Task Warnings_are_said_in_the_readers_language(string language, string said)
    {
        var preview = await TextAsync(Beekeeper.SendAsync($"/portal/ship{language}", [.. Row("500"), ("partner", "bakery"), ("made", "2026-11-21"), ("place", "hall"), ("once", "w1"), ("do", "preview")]));

        Assert.Contains(said, preview, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_warning_that_the_forms_may_bring_has_a_text()
    {
        var other = await Bakery.MakeAsync("OTHER-1");
        var shipment = await ShipAsync("100");
        (string, string)[] rest = [("partner", "bakery"), ("made", "2026-11-21"), ("place", "hall"), ("once", "w2"), ("do", "preview")];

        var unknown = await TextAsync(Beekeeper.SendAsync("/portal/ship", [("row-item", other), ("row-quantity", "5"), ("row-uom", "kg"), .. rest]));
        var units = await TextAsync(Beekeeper.SendAsync("/portal/ship", [("row-item", Honey), ("row-quantity", "5"), ("row-uom", "l"), .. rest]));
        var differs = await TextAsync(Bakery.SendAsync("/portal/receive", [.. Receipt("90"), ("shipment", shipment), ("do", "preview")]));
        var unconfirmed = await TextAsync(Beekeeper.SendAsync("/portal/transform",
            [.. Row("5"), .. rest, ("number", "09506000134352"), ("name", "Jar"), ("lot", "J-1"), ("quantity", "5"), ("uom", "piece"), ("until", ""), ("untilKind", "useBy")]));

        foreach (var (page, said) in new[] { (unknown, "neither made nor received OTHER-1"), (units, "HO-1 is on record in"), (differs, "What arrived is not what was shipped"), (unconfirmed, "GTIN 09506000134352 is yours") })
        {
            Assert.Contains(said, page, StringComparison.Ordinal);
            Assert.DoesNotContain("<span lang=\"en\">", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_lot_is_made_of_what_was_scanned_and_the_rest_is_left()
    {
        var scanned = await TextAsync(Beekeeper.SendAsync("/portal/transform", ("do", "add"), ("code", Honey), ("made", "2026-11-21"), ("place", "hall"), ("once", "t1")));
        (string, string)[] form =
        [
            .. PortalFirm.FieldsOf(scanned).Where(field => field.Name is "row-item" or "row-uom" or "made" or "place" or "once"), ("row-quantity", "60"),
            ("number", "CAKE"), ("name", "Honey cake"), ("lot", "B-326"), ("quantity", "80"), ("uom", "piece"), ("until", "2026-11-27"), ("untilKind", "bestBefore"),
        ];

        var preview = await TextAsync(Beekeeper.SendAsync("/portal/transform", [.. form, ("do", "preview")]));
        var recorded = await Beekeeper.SendAsync("/portal/transform", [.. form, ("do", "record")]);

        Assert.Contains("you hold 480 kg", scanned, StringComparison.Ordinal);
        Assert.Matches("(?s)class=\"unchecked\".{0,120}<strong>Went in: 60 kg Honey, HO-1", preview);
        Assert.Matches("(?s)class=\"holds\".{0,120}<strong>Lot: B-326", preview);
        Assert.Equal(HttpStatusCode.SeeOther, recorded.StatusCode);
        Assert.Equal(420, await HeldAsync(Beekeeper));
        Assert.Contains("/labels?item=", await Beekeeper.Browser.GetStringAsync(recorded.Headers.Location), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_lots_come_out_of_one_making()
    {
        (string, string)[] form =
        [
            .. Row("60"), ("made", "2026-11-21"), ("place", "hall"), ("once", "t2"),
            ("number", "CAKE"), ("name", "Honey cake"), ("lot", "B-1"), ("quantity", "80"), ("uom", "piece"), ("until", "2026-11-27"), ("untilKind", "bestBefore"),
        ];
        var asked = await TextAsync(Beekeeper.SendAsync("/portal/transform", [.. form, ("do", "output")]));
        (string, string)[] both =
        [
            .. form, ("out-product", ""), ("out-number", "CRUMBS"), ("out-name", "Crumbs"), ("out-lot", "B-2"), ("out-quantity", "1,5"), ("out-uom", "kg"), ("out-until", ""), ("out-untilKind", "bestBefore"),
        ];
        var before = await SizeAsync();

        var wrong = await TextAsync(Beekeeper.SendAsync("/portal/transform", [.. both.Select(field => field.Item1 == "out-quantity" ? ("out-quantity", "much") : field), ("do", "preview")]));
        var twice = await TextAsync(Beekeeper.SendAsync("/portal/transform", [.. both.Select(field => field.Item1 is "out-lot" ? ("out-lot", "B-1") : field.Item1 is "out-number" ? ("out-number", "CAKE") : field), ("do", "record")]));
        var removed = await TextAsync(Beekeeper.SendAsync("/portal/transform", [.. both, ("remove-output", "0")]));
        var preview = await TextAsync(Beekeeper.SendAsync("/portal/transform", [.. both, ("do", "preview")]));
        Assert.Equal(before, await SizeAsync());
        var recorded = await Beekeeper.SendAsync("/portal/transform", [.. both, ("do", "record")]);

        Assert.Matches("(?s)id=\"out-lot-0\"[^>]*autofocus", asked);
        Assert.Contains("value=\"Honey cake\"", asked, StringComparison.Ordinal);
        Assert.Matches("(?s)id=\"out-quantity-0-error\">“much” is no amount", wrong);
        Assert.Contains("id=\"out-lot-0-error\"", twice, StringComparison.Ordinal);
        Assert.DoesNotContain("out-lot", removed, StringComparison.Ordinal);
        foreach (var line in new[] { "Went in: 60 kg Honey, HO-1", "Lot: B-1", "Quantity: 80 pieces", "Lot: B-2", "Quantity: 1.5 kg" })
        {
            Assert.Contains(line, preview, StringComparison.Ordinal);
        }
        var leaves = Leaves().Match(recorded.Headers.Location!.ToString());
        var (cake, crumbs) = (await EventAsync(Beekeeper, leaves.Groups[1].Value), await EventAsync(Beekeeper, leaves.Groups[2].Value));
        Assert.Equal((string?)cake["transformationID"], (string?)crumbs["transformationID"]);
        Assert.NotNull(cake["inputQuantityList"]);
        Assert.Equal(420, await HeldAsync(Beekeeper));
        Ledger.Check();
    }

    [Fact]
    public async Task A_pallet_is_packed_and_shipped_with_what_is_on_it()
    {
        var packed = await Beekeeper.SendAsync("/portal/pack", [.. Row("100"), ("into", "PAL-1"), ("made", "2026-11-21"), ("place", "hall"), ("once", "k1"), ("do", "record")]);
        var page = await Beekeeper.Browser.GetStringAsync(packed.Headers.Location);
        var ship = await Beekeeper.Browser.GetStringAsync(WebUtility.HtmlDecode(ShipLink().Match(page).Groups[1].Value));
        var shipped = await Beekeeper.SendAsync("/portal/ship", [.. PortalFirm.FieldsOf(ship), ("partner", "bakery"), ("do", "record")]);
        var scanned = await TextAsync(Bakery.SendAsync("/portal/receive", ("do", "add"), ("code", Honey), ("made", "2026-11-21"), ("place", "hall"), ("once", "k2")));

        Assert.Equal(HttpStatusCode.SeeOther, shipped.StatusCode);
        Assert.Equal(380, await HeldAsync(Beekeeper));
        Assert.Contains(PortalFirm.FieldsOf(scanned), field => field.Name == "row-item" && field.Value.EndsWith("/unit/PAL-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_whole_rest_is_shipped_where_no_amount_is_given()
    {
        var shipped = await Beekeeper.SendAsync("/portal/ship", [.. Row(""), ("partner", "bakery"), ("made", "2026-11-21"), ("place", "hall"), ("once", "s1"), ("do", "record")]);

        Assert.Equal(HttpStatusCode.SeeOther, shipped.StatusCode);
        Assert.Equal(0, await HeldAsync(Beekeeper));
    }

    [GeneratedRegex("href=\"(/portal/ship\\?item=[^\"]+)\"")]
    private static partial Regex ShipLink();
}

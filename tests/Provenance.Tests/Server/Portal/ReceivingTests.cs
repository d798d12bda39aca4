using System.Net;

namespace Provenance.Tests.Server.Portal;

/// <summary>Goods come in: scanned, by papers, short, damaged.</summary>
public sealed partial class ReceivingTests : StepFormTests
{
    [Fact]
    public async Task What_is_shipped_is_received_by_scanning_it_with_all_its_amounts_filled_in()
    {
        await ShipAsync("100");

        var waiting = await Bakery.Browser.GetStringAsync("/portal/deliveries");
        var scanned = await TextAsync(Bakery.SendAsync("/portal/receive", ("do", "add"), ("code", Honey), ("made", "2026-11-21"), ("place", "hall"), ("once", "r1")));
        var fields = PortalFirm.FieldsOf(scanned);
        var preview = await TextAsync(Bakery.SendAsync("/portal/receive", [.. fields, ("do", "preview")]));
        var recorded = await Bakery.SendAsync("/portal/receive", [.. fields, ("do", "record")]);

        Assert.Contains("LS-881", waiting, StringComparison.Ordinal);
        Assert.Contains(("row-quantity", "100"), fields);
        Assert.Contains(fields, field => field is ("shipment", ['u', 'r', 'n', ..]));
        Assert.Matches("(?s)class=\"unchecked\".{0,120}<strong>Quantity: 100 kg", preview);
        Assert.Matches("(?s)class=\"unchecked\".{0,120}<strong>From: Imkerei", preview);
        Assert.Equal(HttpStatusCode.SeeOther, recorded.StatusCode);
        Assert.Equal(100, await HeldAsync(Bakery));
        Assert.DoesNotContain("On the way", await Bakery.Browser.GetStringAsync("/portal/deliveries"), StringComparison.Ordinal);
        Ledger.Check();
    }

    [Fact]
    public async Task Of_two_shipments_of_one_lot_the_second_is_on_its_way_until_it_is_received_too()
    {
        await ShipAsync("100", paper: "LS-1");
        await ShipAsync("50", paper: "LS-2");
        await Bakery.SendAsync("/portal/receive", [.. Receipt("100"), ("do", "record")]);

        var rest = await Bakery.Browser.GetStringAsync("/portal/receive");
        var scanned = await TextAsync(Bakery.SendAsync("/portal/receive", ("do", "add"), ("code", Honey), ("made", "2026-11-21"), ("place", "hall"), ("once", "r2")));

        Assert.DoesNotContain("LS-1", rest, StringComparison.Ordinal);
        Assert.Contains("LS-2", rest, StringComparison.Ordinal);
        Assert.Contains(("row-quantity", "50"), PortalFirm.FieldsOf(scanned));
    }

    [Fact]
    public async Task A_form_sent_twice_records_once()
    {
        await ShipAsync("100");
        (string, string)[] receipt = [.. Receipt("60"), ("do", "record")];

        var first = await Bakery.SendAsync("/portal/receive", receipt);
        var second = await Bakery.SendAsync("/portal/receive", receipt);

        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(60, await HeldAsync(Bakery));
    }

    [Fact]
    public async Task Short_and_damaged_goods_are_said_to_be_so()
    {
        var shipment = await ShipAsync("100");

        var recorded = await Bakery.SendAsync("/portal/receive", [.. Receipt("90", damaged: "5"), ("shipment", shipment), ("do", "record")]);
        var leaves = Leaves().Match(recorded.Headers.Location!.ToString());
        var received = await EventAsync(Bakery, leaves.Groups[1].Value);
        var inspected = await EventAsync(Bakery, leaves.Groups[2].Value);

        Assert.Equal("mismatch_quantity", (string?)received["persistentDisposition"]!["set"]![0]);
        Assert.Equal("non_conformant", (string?)inspected["disposition"]);
        Assert.Equal(5, (decimal)inspected["quantityList"]![0]!["quantity"]!);
        var page = await Bakery.Browser.GetStringAsync(recorded.Headers.Location);
        Assert.Contains("other than was shipped", page, StringComparison.Ordinal);
        Assert.Contains("/portal/events/" + leaves.Groups[2].Value, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_damaged_is_recorded_with_its_receipt_or_nothing_is()
    {
        var shipment = await ShipAsync("100");
        (string, string)[] form = [.. Receipt("90", damaged: "5"), ("shipment", shipment)];
        var before = await SizeAsync();

        var refused = await Bakery.SendAsync("/portal/receive", [.. Receipt("90", damaged: "95"), ("shipment", shipment), ("do", "record")]);
        var after = await SizeAsync();
        var preview = await TextAsync(Bakery.SendAsync("/portal/receive", [.. form, ("do", "preview")]));
        var first = await Bakery.SendAsync("/portal/receive", [.. form, ("do", "record")]);
        var second = await Bakery.SendAsync("/portal/receive", [.. form, ("do", "record")]);

        Assert.Equal((HttpStatusCode.BadRequest, before), (refused.StatusCode, after));
        Assert.Matches("(?s)id=\"row-damaged-0-error\">“95” is no part of what arrived\\. <span class=\"soft\">90 kg arrived", await refused.Content.ReadAsStringAsync());
        Assert.Contains("Quantity: 5 kg", preview, StringComparison.Ordinal);
        Assert.Equal((first.Headers.Location, before + 2), (second.Headers.Location, await SizeAsync()));
    }

    [Fact]
    public async Task Goods_from_papers_are_shown_damaged_before_they_are_recorded()
    {
        const string Salt = "(01)09506000134352(10)SALT-7";
        var preview = await TextAsync(Bakery.SendAsync("/portal/receive",
        [
            ("row-item", Salt), ("row-quantity", "10"), ("row-uom", "kg"), ("row-damaged", "2,5"), ("row-name", "Salt"), ("row-supplier", "Saline Süd"), ("row-country", "AT"),
            ("made", "2026-11-21"), ("place", "hall"), ("once", "d1"), ("do", "preview"),
        ]));

        Assert.Contains("Quantity: 10 kg", preview, StringComparison.Ordinal);
        Assert.Contains("Quantity: 2.5 kg", preview, StringComparison.Ordinal);
        Assert.Contains("Condition: damaged on arrival", preview, StringComparison.Ordinal);
        Assert.DoesNotContain("the other firm", preview, StringComparison.Ordinal); // the supplier is none of this ledger
    }

    [Fact]
    public async Task Goods_without_a_record_come_from_papers_or_not_at_all()
    {
        const string Salt = "(01)09506000134352(10)SALT-7";
        var scanned = await TextAsync(Bakery.SendAsync("/portal/receive", ("do", "add"), ("code", Salt), ("made", "2026-11-21"), ("place", "hall"), ("once", "p1")));
        var fields = PortalFirm.FieldsOf(scanned).Where(field => field.Name is not ("row-quantity" or "row-name" or "row-supplier" or "row-country")).Append(("row-quantity", "12.5")).ToList();

        var refused = await Bakery.SendAsync("/portal/receive", [.. fields.Where(field => field.Item1 != "row-damaged"), ("row-damaged", "13"), ("do", "preview")]);
        var taken = await Bakery.SendAsync("/portal/receive", [.. fields, ("row-name", "Salt"), ("row-supplier", "Saline Süd"), ("row-country", "AT"), ("do", "record")]);

        Assert.Contains("not on record", scanned, StringComparison.Ordinal);
        var both = await refused.Content.ReadAsStringAsync();
        Assert.Contains("id=\"row-supplier-0-error\"", both, StringComparison.Ordinal);
        Assert.Contains("id=\"row-damaged-0-error\"", both, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
        var page = await Bakery.Browser.GetStringAsync(taken.Headers.Location);
        Assert.Contains("Supplier, by the papers: Saline Süd", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goods_without_any_code_are_named_by_a_number_and_a_lot()
    {
        var scanned = await TextAsync(Bakery.SendAsync("/portal/receive", ("do", "add"), ("code", "SALT"), ("code-lot", "77"), ("made", "2026-11-21"), ("place", "hall"), ("once", "p2")));
        var fields = PortalFirm.FieldsOf(scanned).Where(field => field.Name is not ("row-quantity" or "row-name" or "row-supplier" or "row-country"));
        var taken = await Bakery.SendAsync("/portal/receive", [.. fields, ("row-quantity", "1,2"), ("row-name", "Salt"), ("row-supplier", "Saline Süd"), ("row-country", "AT"), ("do", "record")]);

        Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
        var page = await Bakery.Browser.GetStringAsync(taken.Headers.Location);
        Assert.Contains("Product: Salt", page, StringComparison.Ordinal);
        Assert.Contains("Quantity: 1.2 kg", page, StringComparison.Ordinal);
    }
}

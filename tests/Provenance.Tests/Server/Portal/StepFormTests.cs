using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Provenance.Tests.Server.Portal;

/// <summary>Receive, transform, pack and ship from the portal, as a browser without script sends them.</summary>
public sealed partial class StepFormTests : IAsyncLifetime
{
    private TestLedger _ledger = null!;
    private PortalFirm _beekeeper = null!;
    private PortalFirm _bakery = null!;
    private string _honey = "";

    public async Task InitializeAsync()
    {
        _ledger = await TestLedger.StartAsync();
        _beekeeper = await PortalFirm.AddAsync(_ledger, "imker", "Imkerei");
        _bakery = await PortalFirm.AddAsync(_ledger, "bakery", "Bakery");
        _honey = await _beekeeper.MakeAsync("HO-1");
    }

    public Task DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public async Task What_is_shipped_is_received_by_scanning_it_with_all_its_amounts_filled_in()
    {
        await ShipAsync("100");

        var waiting = await _bakery.Browser.GetStringAsync("/portal/deliveries");
        var scanned = await TextAsync(_bakery.SendAsync("/portal/receive", ("do", "add"), ("code", _honey), ("made", "2026-11-21"), ("place", "hall"), ("once", "r1")));
        var fields = PortalFirm.FieldsOf(scanned);
        var preview = await TextAsync(_bakery.SendAsync("/portal/receive", [.. fields, ("do", "preview")]));
        var recorded = await _bakery.SendAsync("/portal/receive", [.. fields, ("do", "record")]);

        Assert.Contains("LS-881", waiting, StringComparison.Ordinal);
        Assert.Contains(("row-quantity", "100"), fields);
        Assert.Contains(fields, field => field is ("shipment", ['u', 'r', 'n', ..]));
        Assert.Matches("(?s)class=\"unchecked\".{0,120}<strong>Quantity: 100 kg", preview);
        Assert.Matches("(?s)class=\"unchecked\".{0,120}<strong>From: Imkerei", preview);
        Assert.Equal(HttpStatusCode.SeeOther, recorded.StatusCode);
        Assert.Equal(100, await HeldAsync(_bakery));
        Assert.DoesNotContain("On the way", await _bakery.Browser.GetStringAsync("/portal/deliveries"), StringComparison.Ordinal);
        _ledger.Check();
    }

    [Fact]
    public async Task Of_two_shipments_of_one_lot_the_second_is_on_its_way_until_it_is_received_too()
    {
        await ShipAsync("100", paper: "LS-1");
        await ShipAsync("50", paper: "LS-2");
        await _bakery.SendAsync("/portal/receive", [.. Receipt("100"), ("do", "record")]);

        var rest = await _bakery.Browser.GetStringAsync("/portal/receive");
        var scanned = await TextAsync(_bakery.SendAsync("/portal/receive", ("do", "add"), ("code", _honey), ("made", "2026-11-21"), ("place", "hall"), ("once", "r2")));

        Assert.DoesNotContain("LS-1", rest, StringComparison.Ordinal);
        Assert.Contains("LS-2", rest, StringComparison.Ordinal);
        Assert.Contains(("row-quantity", "50"), PortalFirm.FieldsOf(scanned));
    }

    [Fact]
    public async Task A_form_sent_twice_records_once()
    {
        await ShipAsync("100");
        (string, string)[] receipt = [.. Receipt("60"), ("do", "record")];

        var first = await _bakery.SendAsync("/portal/receive", receipt);
        var second = await _bakery.SendAsync("/portal/receive", receipt);

        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(60, await HeldAsync(_bakery));
    }

    [Fact]
    public async Task Short_and_damaged_goods_are_said_to_be_so()
    {
        var shipment = await ShipAsync("100");

        var recorded = await _bakery.SendAsync("/portal/receive", [.. Receipt("90", damaged: "5"), ("shipment", shipment), ("do", "record")]);
        var leaves = Leaves().Match(recorded.Headers.Location!.ToString());
        var received = await EventAsync(_bakery, leaves.Groups[1].Value);
        var inspected = await EventAsync(_bakery, leaves.Groups[2].Value);

        Assert.Equal("mismatch_quantity", (string?)received["persistentDisposition"]!["set"]![0]);
        Assert.Equal("non_conformant", (string?)inspected["disposition"]);
        Assert.Equal(5, (decimal)inspected["quantityList"]![0]!["quantity"]!);
        var page = await _bakery.Browser.GetStringAsync(recorded.Headers.Location);
        Assert.Contains("other than was shipped", page, StringComparison.Ordinal);
        Assert.Contains("/portal/events/" + leaves.Groups[2].Value, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goods_without_a_record_come_from_papers_or_not_at_all()
    {
        const string Salt = "(01)09506000134352(10)SALT-7";
        var scanned = await TextAsync(_bakery.SendAsync("/portal/receive", ("do", "add"), ("code", Salt), ("made", "2026-11-21"), ("place", "hall"), ("once", "p1")));
        var fields = PortalFirm.FieldsOf(scanned).Where(field => field.Name is not ("row-quantity" or "row-name" or "row-supplier" or "row-country")).Append(("row-quantity", "12.5")).ToList();

        var refused = await _bakery.SendAsync("/portal/receive", [.. fields, ("do", "preview")]);
        var taken = await _bakery.SendAsync("/portal/receive", [.. fields, ("row-name", "Salt"), ("row-supplier", "Saline Süd"), ("row-country", "AT"), ("do", "record")]);

        Assert.Contains("not on record", scanned, StringComparison.Ordinal);
        Assert.Contains("id=\"row-supplier-0-error\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
        var page = await _bakery.Browser.GetStringAsync(taken.Headers.Location);
        Assert.Contains("Supplier, by the papers: Saline Süd", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goods_without_any_code_are_named_by_a_number_and_a_lot()
    {
        var scanned = await TextAsync(_bakery.SendAsync("/portal/receive", ("do", "add"), ("code", "SALT"), ("code-lot", "77"), ("made", "2026-11-21"), ("place", "hall"), ("once", "p2")));
        var fields = PortalFirm.FieldsOf(scanned).Where(field => field.Name is not ("row-quantity" or "row-name" or "row-supplier" or "row-country"));
        var taken = await _bakery.SendAsync("/portal/receive", [.. fields, ("row-quantity", "1,2"), ("row-name", "Salt"), ("row-supplier", "Saline Süd"), ("row-country", "AT"), ("do", "record")]);

        Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
        var page = await _bakery.Browser.GetStringAsync(taken.Headers.Location);
        Assert.Contains("Product: Salt", page, StringComparison.Ordinal);
        Assert.Contains("Quantity: 1.2 kg", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "More of HO-1 goes out than you hold: 500 kg of 480 kg.")]
    [InlineData("?lang=de", "Von HO-1 geht mehr hinaus, als Sie haben: 500 kg von 480 kg.")]
    [InlineData("?lang=es", "Sale más de HO-1 de lo que usted tiene: 500 kg de 480 kg.")]
    public async Task Warnings_are_said_in_the_readers_language(string language, string said)
    {
        var preview = await TextAsync(_beekeeper.SendAsync($"/portal/ship{language}", [.. Row("500"), ("partner", "bakery"), ("made", "2026-11-21"), ("place", "hall"), ("once", "w1"), ("do", "preview")]));

        Assert.Contains(said, preview, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_warning_that_the_forms_may_bring_has_a_text()
    {
        var other = await _bakery.MakeAsync("OTHER-1");
        var shipment = await ShipAsync("100");
        (string, string)[] rest = [("partner", "bakery"), ("made", "2026-11-21"), ("place", "hall"), ("once", "w2"), ("do", "preview")];

        var unknown = await TextAsync(_beekeeper.SendAsync("/portal/ship", [("row-item", other), ("row-quantity", "5"), ("row-uom", "kg"), .. rest]));
        var units = await TextAsync(_beekeeper.SendAsync("/portal/ship", [("row-item", _honey), ("row-quantity", "5"), ("row-uom", "l"), .. rest]));
        var differs = await TextAsync(_bakery.SendAsync("/portal/receive", [.. Receipt("90"), ("shipment", shipment), ("do", "preview")]));
        var unconfirmed = await TextAsync(_beekeeper.SendAsync("/portal/transform",
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
        var scanned = await TextAsync(_beekeeper.SendAsync("/portal/transform", ("do", "add"), ("code", _honey), ("made", "2026-11-21"), ("place", "hall"), ("once", "t1")));
        (string, string)[] form =
        [
            .. PortalFirm.FieldsOf(scanned).Where(field => field.Name is "row-item" or "row-uom" or "made" or "place" or "once"), ("row-quantity", "60"),
            ("number", "CAKE"), ("name", "Honey cake"), ("lot", "B-326"), ("quantity", "80"), ("uom", "piece"), ("until", "2026-11-27"), ("untilKind", "bestBefore"),
        ];

        var preview = await TextAsync(_beekeeper.SendAsync("/portal/transform", [.. form, ("do", "preview")]));
        var recorded = await _beekeeper.SendAsync("/portal/transform", [.. form, ("do", "record")]);

        Assert.Contains("you hold 480 kg", scanned, StringComparison.Ordinal);
        Assert.Matches("(?s)class=\"unchecked\".{0,120}<strong>Went in: 60 kg Honey, HO-1", preview);
        Assert.Matches("(?s)class=\"holds\".{0,120}<strong>Lot: B-326", preview);
        Assert.Equal(HttpStatusCode.SeeOther, recorded.StatusCode);
        Assert.Equal(420, await HeldAsync(_beekeeper));
        Assert.Contains("/labels?item=", await _beekeeper.Browser.GetStringAsync(recorded.Headers.Location), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pallet_is_packed_and_shipped_with_what_is_on_it()
    {
        var packed = await _beekeeper.SendAsync("/portal/pack", [.. Row("100"), ("into", "PAL-1"), ("made", "2026-11-21"), ("place", "hall"), ("once", "k1"), ("do", "record")]);
        var page = await _beekeeper.Browser.GetStringAsync(packed.Headers.Location);
        var ship = await _beekeeper.Browser.GetStringAsync(WebUtility.HtmlDecode(ShipLink().Match(page).Groups[1].Value));
        var shipped = await _beekeeper.SendAsync("/portal/ship", [.. PortalFirm.FieldsOf(ship), ("partner", "bakery"), ("do", "record")]);
        var scanned = await TextAsync(_bakery.SendAsync("/portal/receive", ("do", "add"), ("code", _honey), ("made", "2026-11-21"), ("place", "hall"), ("once", "k2")));

        Assert.Equal(HttpStatusCode.SeeOther, shipped.StatusCode);
        Assert.Equal(380, await HeldAsync(_beekeeper));
        Assert.Contains(PortalFirm.FieldsOf(scanned), field => field.Name == "row-item" && field.Value.EndsWith("/unit/PAL-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_whole_rest_is_shipped_where_no_amount_is_given()
    {
        var shipped = await _beekeeper.SendAsync("/portal/ship", [.. Row(""), ("partner", "bakery"), ("made", "2026-11-21"), ("place", "hall"), ("once", "s1"), ("do", "record")]);

        Assert.Equal(HttpStatusCode.SeeOther, shipped.StatusCode);
        Assert.Equal(0, await HeldAsync(_beekeeper));
    }

    [Fact]
    public async Task A_photo_is_kept_without_its_place_and_goes_with_the_step_and_what_is_no_photo_is_refused()
    {
        var jpeg = Documents.Photos.JpegOfAPhone(Documents.Photos.Jpeg, orientation: 1);
        var attached = await TextAsync(SendFileAsync("/portal/ship", "attach", "photo of pallet.jpg", jpeg));
        var sha256 = Thumbnail().Match(attached).Groups[1].Value;
        var kept = await _beekeeper.Browser.GetByteArrayAsync($"/portal/documents/{sha256}");
        var fields = PortalFirm.FieldsOf(attached);
        var recorded = await _beekeeper.SendAsync("/portal/ship", [.. fields, ("do", "record")]);
        var refused = await SendFileAsync("/portal/ship", "attach", "<script>.exe", "MZ"u8.ToArray());

        Assert.DoesNotContain(Documents.Photos.Secret, System.Text.Encoding.Latin1.GetString(kept), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _bakery.Browser.GetAsync($"/portal/documents/{sha256}")).StatusCode);
        Assert.Contains(("paper-number", "photo of pallet"), fields);
        Assert.Equal(HttpStatusCode.SeeOther, recorded.StatusCode);
        var e = await EventAsync(_beekeeper, Leaves().Match(recorded.Headers.Location!.ToString()).Groups[1].Value);
        Assert.Equal(sha256, (string?)e["prov:documents"]![0]!["sha256"]);
        var page = await refused.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("id=\"file-error\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>.exe", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliveries_are_listed_by_pages_and_found_by_lot_firm_and_paper()
    {
        for (var i = 0; i < 21; i++)
        {
            await ShipAsync($"{i + 1}", paper: $"LS-{i:00}");
        }

        var first = await _beekeeper.Browser.GetStringAsync("/portal/deliveries?way=out");
        var second = await _beekeeper.Browser.GetStringAsync(WebUtility.HtmlDecode(Older().Match(first).Groups[1].Value));

        Assert.Equal(20, RowLink().Count(first));
        Assert.Equal(1, RowLink().Count(second));
        Assert.Equal(1, RowLink().Count(await _beekeeper.Browser.GetStringAsync("/portal/deliveries?way=out&q=ls-07")));
        Assert.Equal(20, RowLink().Count(await _beekeeper.Browser.GetStringAsync("/portal/deliveries?way=out&q=bakery")));
        Assert.Equal(0, RowLink().Count(await _bakery.Browser.GetStringAsync("/portal/deliveries?way=out")));
    }

    /// <summary>Every field of a form, all of it right.</summary>
    private IReadOnlyList<(string Name, string Value)> Full(string word) =>
    [
        ("code", ""), .. Row("10"), ("row-damaged", ""), ("made", "2026-11-21"), ("place", "hall"), ("once", "full"), ("note", ""), ("partner", word is "ship" or "receive" ? "bakery" : ""),
        ("paper-type", "desadv"), ("paper-number", "LS-1"), ("paper-sha256", ""), ("into", "PAL-9"), ("number", "CAKE"), ("name", "Cake"), ("lot", "B-1"), ("quantity", "5"), ("uom", "kg"), ("until", ""), ("untilKind", "useBy"),
    ];

    private (string Name, string Value)[] Row(string quantity) => [("row-item", _honey), ("row-quantity", quantity), ("row-uom", "kg")];

    private (string, string)[] Receipt(string quantity, string damaged = "") =>
        [.. Row(quantity), ("row-damaged", damaged), ("partner", "imker"), ("made", "2026-11-21"), ("place", "hall"), ("once", "receipt")];

    /// <summary>From the beekeeper to the bakery, by the API.</summary>
    private async Task<string> ShipAsync(string quantity, string paper = "LS-881") => (string)(await _beekeeper.PostApiAsync("/api/batches/events", new JsonObject
    {
        ["step"] = "ship",
        ["at"] = "2026-11-21T09:00:00+01:00",
        ["items"] = new JsonArray(new JsonObject { ["item"] = _honey, ["quantity"] = decimal.Parse(quantity, System.Globalization.CultureInfo.InvariantCulture), ["uom"] = "kg" }),
        ["to"] = new JsonObject { ["party"] = "bakery" },
        ["documents"] = new JsonArray(new JsonObject { ["type"] = "desadv", ["number"] = paper }),
    }))["eventId"]!;

    private async Task<HttpResponseMessage> SendFileAsync(string path, string action, string name, byte[] content)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (field, value) in Full("ship").Where(one => !one.Name.StartsWith("paper", StringComparison.Ordinal)).Concat([("form-token", _beekeeper.Token), ("do", action), ("paper-type", "recadv"), ("paper-number", "")]))
        {
            form.Add(new StringContent(value), field);
        }
        var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        form.Add(file, "file", name);
        return await _beekeeper.Browser.PostAsync(path, form);
    }

    private async Task<decimal> HeldAsync(PortalFirm firm)
    {
        var answer = await firm.Api.GetFromJsonAsync<JsonObject>($"/api/items?item={Uri.EscapeDataString(_honey)}");
        return (decimal)answer!["balance"]![0]!["value"]!;
    }

    private static async Task<JsonNode> EventAsync(PortalFirm firm, string leaf)
    {
        var page = await firm.Browser.GetStringAsync($"/portal/events/{leaf}");
        var answer = JsonNode.Parse(await firm.Api.GetStringAsync($"/events/{Uri.EscapeDataString(EventId().Match(page).Value)}"))!;
        return answer["epcisBody"]?["queryResults"]?["resultsBody"]?["eventList"]?[0] ?? answer["epcisBody"]?["event"] ?? answer;
    }

    private static async Task<string> TextAsync(Task<HttpResponseMessage> answer) => await (await answer).Content.ReadAsStringAsync();

    [GeneratedRegex(@"/portal/events/(\d+)\?done=1(?:&also=(\d+))?")]
    private static partial Regex Leaves();

    [GeneratedRegex("urn:uuid:[0-9a-f-]{36}")]
    private static partial Regex EventId();

    [GeneratedRegex("href=\"(/portal/ship\\?item=[^\"]+)\"")]
    private static partial Regex ShipLink();

    [GeneratedRegex("src=\"/portal/documents/([0-9a-f]{64})\"")]
    private static partial Regex Thumbnail();

    [GeneratedRegex("href=\"(/portal/deliveries\\?[^\"]+before=[^\"]+)\"")]
    private static partial Regex Older();

    [GeneratedRegex("<a href=\"/portal/events/\\d+\">")]
    private static partial Regex RowLink();
}

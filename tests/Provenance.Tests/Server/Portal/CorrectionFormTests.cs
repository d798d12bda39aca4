using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Provenance.Tests.Server.Portal;

/// <summary>Correcting and taking back from the portal: seen first, recorded once, both entries kept.</summary>
public sealed partial class CorrectionFormTests : IAsyncLifetime
{
    private TestLedger _ledger = null!;
    private PortalFirm _firm = null!;
    private PortalFirm _other = null!;
    private string _honey = "";

    public async Task InitializeAsync()
    {
        _ledger = await TestLedger.StartAsync();
        _firm = await PortalFirm.AddAsync(_ledger, "imker", "Imkerei");
        _other = await PortalFirm.AddAsync(_ledger, "bakery", "Bakery");
        _honey = await _firm.MakeAsync("HO-1");
    }

    public Task DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public async Task A_quantity_is_corrected_with_what_was_and_what_will_be()
    {
        var place = await ShipAsync("100");
        var page = await _firm.Browser.GetStringAsync($"{place}/correct");
        (string, string)[] form = [.. PortalFirm.FieldsOf(page).Select(field => field.Name == "row-quantity" ? (field.Name, "10") : field), ("reason", "typed one zero too many")];

        var preview = await (await _firm.SendAsync($"{place}/correct", [.. form, ("do", "preview")])).Content.ReadAsStringAsync();
        var untouched = await HeldAsync();
        var first = await _firm.SendAsync($"{place}/correct", [.. form, ("do", "record")]);
        var again = await _firm.SendAsync($"{place}/correct", [.. form, ("do", "record")]);

        Assert.Matches("(?s)<del>100 kg</del></td><td><ins>10 kg</ins>", preview);
        Assert.Equal(380, untouched);
        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal(470, await HeldAsync());
        Assert.Contains("corrected", await _firm.Browser.GetStringAsync(place), StringComparison.Ordinal);
        Assert.Contains("corrected", await _firm.Browser.GetStringAsync("/portal/deliveries?way=out"), StringComparison.Ordinal);
        _ledger.Check();
    }

    [Fact]
    public async Task A_batch_gets_another_lot_and_date_from_its_own_page()
    {
        var batch = BatchLink().Match(await _firm.Browser.GetStringAsync("/portal/batches")).Groups[1].Value;
        var place = CorrectLink().Match(await _firm.Browser.GetStringAsync(batch)).Groups[1].Value;
        var page = await _firm.Browser.GetStringAsync(place);
        (string, string)[] form = [.. PortalFirm.FieldsOf(page).Select(field => field.Name switch
        {
            "lot" => ("lot", "HO-2"),
            "until" => ("until", "2028-11-20"),
            _ => field,
        }), ("untilKind", "bestBefore")];

        var recorded = await _firm.SendAsync(place, [.. form, ("do", "record")]);

        Assert.Equal(HttpStatusCode.SeeOther, recorded.StatusCode);
        var corrected = await _firm.Browser.GetStringAsync(recorded.Headers.Location);
        Assert.Contains("Lot: HO-2", corrected, StringComparison.Ordinal);
        Assert.Contains("Best before: 20 Nov 2028", corrected, StringComparison.Ordinal);
        Assert.Contains("Quantity: 480 kg", corrected, StringComparison.Ordinal);
        Assert.Contains("corrected", await _firm.Browser.GetStringAsync("/portal/batches"), StringComparison.Ordinal);
        Assert.Contains("corrected", await _firm.Browser.GetStringAsync(batch), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_did_not_happen_is_taken_back_once_and_stays_on_record()
    {
        var place = await ShipAsync("100");
        var once = Once().Match(await _firm.Browser.GetStringAsync($"{place}/void")).Groups[1].Value;

        var first = await _firm.SendAsync($"{place}/void", ("once", once), ("reason", "<script>alert(1)</script>"));
        var again = await _firm.SendAsync($"{place}/void", ("once", once), ("reason", "<script>alert(1)</script>"));

        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.SeeOther), (first.StatusCode, again.StatusCode));
        Assert.Equal(480, await HeldAsync());
        Assert.Contains("taken back", await _firm.Browser.GetStringAsync(place), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await _firm.Browser.GetAsync($"{place}/void")).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await _firm.Browser.GetAsync($"{place}/correct")).StatusCode);
    }

    [Theory]
    [InlineData("row-quantity", "row-quantity-0", "none")]
    [InlineData("row-quantity", "row-quantity-0", "-5")]
    [InlineData("made", "made", "2027-02-01")]
    [InlineData("partner", "partner", "<script>alert(1)</script>")]
    [InlineData("note", "", "")]
    public async Task A_wrong_correction_changes_nothing_and_keeps_what_was_typed(string field, string id, string value)
    {
        var place = await ShipAsync("100");
        var page = await _firm.Browser.GetStringAsync($"{place}/correct");
        (string, string)[] form = [.. PortalFirm.FieldsOf(page).Select(one => one.Name == field ? (field, value) : one), ("reason", "because")];

        var answer = await _firm.SendAsync($"{place}/correct", [.. form, ("do", "record")]);
        var shown = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(id.Length > 0 ? $"id=\"{id}-error\"" : "This changes nothing", shown, StringComparison.Ordinal);
        Assert.Contains("value=\"because\"", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", shown, StringComparison.Ordinal);
        Assert.Equal(380, await HeldAsync());
    }

    [Fact]
    public async Task Another_firm_and_an_auditor_can_do_neither()
    {
        var place = await ShipAsync("100");

        foreach (var path in new[] { place, $"{place}/void", $"{place}/correct" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await _other.Browser.GetAsync(path)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await _other.SendAsync($"{place}/void", ("once", "x"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _other.SendAsync($"{place}/correct", ("do", "record"))).StatusCode);
        Assert.Equal(380, await HeldAsync());
    }

    /// <returns>Where its page is.</returns>
    private async Task<string> ShipAsync(string quantity)
    {
        var shipped = await _firm.SendAsync("/portal/ship", ("row-item", _honey), ("row-quantity", quantity), ("row-uom", "kg"), ("partner", "bakery"), ("made", "2026-11-21"), ("place", "hall"), ("once", "ship"), ("do", "record"));
        Assert.Equal(HttpStatusCode.SeeOther, shipped.StatusCode);
        return shipped.Headers.Location!.ToString().Split('?')[0];
    }

    private async Task<decimal> HeldAsync() =>
        (decimal)(await _firm.Api.GetFromJsonAsync<JsonObject>($"/api/items?item={Uri.EscapeDataString(_honey)}"))!["balance"]![0]!["value"]!;

    [GeneratedRegex("href=\"(/portal/batches/\\d+)\"")]
    private static partial Regex BatchLink();

    [GeneratedRegex("href=\"(/portal/events/\\d+/correct)\"")]
    private static partial Regex CorrectLink();

    [GeneratedRegex("name=\"once\" value=\"([^\"]+)\"")]
    private static partial Regex Once();
}

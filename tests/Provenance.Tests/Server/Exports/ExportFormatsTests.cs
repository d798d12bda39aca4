using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Provenance.Core.Bundles;
using Provenance.Core.Epcis;
using Provenance.Tests.Server.Batches;
using Provenance.Tests.Server.Epcis;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Exports;

/// <summary>What <c>GET /api/export</c> gives beside the bundle and CSV: a workbook, an EPCIS document, a report; and a part of each by party and time.</summary>
public sealed partial class ExportFormatsTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    private static readonly XNamespace Sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    [Theory]
    [InlineData("format=exe", 400, "format")]
    [InlineData("format=csv&from=yesterday", 400, "from")]
    [InlineData("format=csv&to=2026-11-31", 400, "to")]
    [InlineData("format=csv&from=2026-11-21&to=2026-11-20", 400, "to")]
    [InlineData("format=csv&party=nobody", 404, "party")]
    [InlineData("format=epcis", 401, "Authorization")]
    public async Task What_can_not_be_given_is_refused_with_its_field(string query, int status, string field)
    {
        await TellAsync("EF-0");

        var (answered, problem) = await GetAsync(world.Ledger.Public, $"/api/export?item={Uri.EscapeDataString(Lot("EF-0"))}&{query}");

        Assert.Equal((status, field), (answered, (string?)problem["field"]));
    }

    [Fact]
    public async Task A_workbook_holds_the_tables_rows_with_numbers_as_numbers_and_says_what_was_asked()
    {
        await TellAsync("EF-1");

        var (type, bytes) = await ExportAsync(world.Imker, "EF-1", "format=xlsx&from=2026-11-19");

        Assert.Equal("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", type);
        using var zip = new ZipArchive(new MemoryStream(bytes));
        Assert.All(zip.Entries.Where(entry => entry.Name.EndsWith(".xml", StringComparison.Ordinal)), entry => XDocument.Load(entry.Open()));
        var rows = Rows(zip, "sheet1.xml");
        Assert.Equal(3, rows.Count);
        Assert.Equal(("index", "item", "quantity"), (rows[0][0].Text, rows[0][13].Text, rows[0][15].Text));
        Assert.Equal((true, Lot("EF-1"), "480", true), (rows[1][0].IsNumber, rows[1][13].Text, rows[1][15].Text, rows[1][15].IsNumber));
        Assert.Equal(("shipping", "100", "KGM"), (rows[2][6].Text, rows[2][15].Text, rows[2][16].Text));
        var about = Rows(zip, "sheet2.xml").ToDictionary(row => row[0].Text, row => row[1].Text);
        Assert.Equal((Lot("EF-1"), "imker GmbH", "no", true), (about["item"], about["seenBy"], about["truncated"], about["from"].StartsWith("2026-11-19T00:00:00", StringComparison.Ordinal)));
    }

    [AjvFact]
    public async Task An_EPCIS_document_is_valid_and_can_be_captured_elsewhere_as_the_same_events()
    {
        await TellAsync("EF-2");

        var (type, bytes) = await ExportAsync(world.Imker, "EF-2", "format=epcis");

        Assert.Equal("application/json", type);
        var document = JsonNode.Parse(bytes)!;
        var line = new JsonObject { ["schema"] = Conformance.PathOf("epcis/gs1/spec/EPCIS-JSON-Schema.json"), ["pointer"] = "", ["name"] = "export", ["document"] = document.DeepClone() };
        Assert.Equal("", await JsonValidator.RunAsync("validate-json.mjs", [line.ToJsonString()]));
        var events = EventReader.Read(bytes).Events;
        Assert.Equal(["ADD", "OBSERVE"], events.Select(e => (string?)JsonNode.Parse(e.Stored.Span)!["action"]));
        await using var other = await TestLedger.StartAsync();
        using var captured = await other.Admin.PostAsync("/capture", new ByteArrayContent(bytes) { Headers = { { "Content-Type", "application/json" } } });
        Assert.True((int)captured.StatusCode == 202, await captured.Content.ReadAsStringAsync());
        var answered = JsonNode.Parse(await other.Admin.GetStringAsync("/events"))!["epcisBody"]!["queryResults"]!["resultsBody"]!["eventList"]!.AsArray();
        Assert.Equal(document["epcisBody"]!["eventList"]!.AsArray().Select(e => (string?)e!["eventID"]).Order(), answered.Select(e => (string?)e!["eventID"]).Order());
    }

    [Fact]
    public async Task Another_firm_gets_the_events_that_name_it_and_no_others_and_a_stranger_none()
    {
        await TellAsync("EF-3");

        var (_, bytes) = await ExportAsync(world.Bakery, "EF-3", "format=epcis");
        var (status, problem) = await GetAsync(world.Stranger, $"/api/export?item={Uri.EscapeDataString(Lot("EF-3"))}&format=epcis");

        Assert.Equal("shipping", (string?)Assert.Single(JsonNode.Parse(bytes)!["epcisBody"]!["eventList"]!.AsArray())!["bizStep"]);
        Assert.Equal((404, "item"), (status, (string?)problem["field"]));
    }

    [Fact]
    public async Task A_part_of_a_trail_is_taken_by_time_and_party_in_every_format()
    {
        await TellAsync("EF-4");
        await AskAsync(world.Bakery, "/api/batches/events", $$"""{"step":"receive","at":"2026-11-20T15:00:00+01:00","item":"{{Lot("EF-4")}}","quantity":100,"uom":"kg","from":{"party":"imker"},"place":"ramp-1"}""");

        Assert.Equal(4, await LinesAsync(world.Ledger.Admin, ""));
        Assert.Equal(3, await LinesAsync(world.Ledger.Admin, "&party=imker"));
        Assert.Equal(2, await LinesAsync(world.Ledger.Admin, "&party=bakery"));
        Assert.Equal(3, await LinesAsync(world.Ledger.Admin, "&to=2026-11-20T14:59:59%2B01:00"));
        Assert.Equal(4, await LinesAsync(world.Ledger.Admin, "&from=2026-11-20&to=2026-11-20"));
        Assert.Equal(1, await LinesAsync(world.Ledger.Admin, "&to=2026-11-19"));
        // The public knows no author here, so it can't find one out by asking for one.
        Assert.Equal(1, await LinesAsync(world.Ledger.Public, "&party=imker"));
        var bundle = BundleVerifier.Open((await ExportAsync(world.Ledger.Admin, "EF-4", "format=bundle&party=bakery")).Bytes);
        Assert.Single(bundle.Proofs);
        Assert.Contains("\"party\":\"bakery\"", Encoding.UTF8.GetString(bundle.Request), StringComparison.Ordinal);

        async Task<int> LinesAsync(HttpClient client, string query) =>
            Encoding.UTF8.GetString((await ExportAsync(client, "EF-4", "format=csv" + query)).Bytes).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length;
    }

    [Theory]
    [InlineData("en", "Report on a trail", "cannot tell", "Shipped", "100 kg")]
    [InlineData("de", "Bericht über einen Weg", "nicht zu sagen", "Verschickt", "100 kg")]
    [InlineData("es", "Informe de un recorrido", "no se puede saber", "Enviado", "100 kg")]
    public async Task A_report_is_one_page_that_needs_nothing_in_the_readers_language(string language, string title, string verdict, string step, string amount)
    {
        await TellAsync("EF-5" + language, ""","place":{"name":"<script>alert(1)</script>","city":"Imst & \"Umgebung\"","country":"AT"}""");

        var (type, bytes) = await ExportAsync(world.Imker, "EF-5" + language, "format=report&lang=" + language);
        var html = Encoding.UTF8.GetString(bytes);

        Assert.Equal("text/html", type);
        foreach (var text in new[] { title, verdict, step, amount, Lot("EF-5" + language), "imker GmbH", "&lt;script&gt;alert(1)&lt;/script&gt;", "Imst &amp; &quot;Umgebung&quot;" })
        {
            Assert.Contains(text, html, StringComparison.Ordinal);
        }
        Assert.DoesNotMatch(NotAlone(), html);
        Assert.Equal(6, Regex.Count(html, "class=\"verdict\""));
    }

    [Fact]
    public async Task The_publics_report_shows_no_more_than_its_page()
    {
        await TellAsync("EF-6");

        var html = Encoding.UTF8.GetString((await ExportAsync(world.Ledger.Public, "EF-6", "format=report")).Bytes);

        Assert.DoesNotMatch(@"\b480\b", html); // alone: a port may hold it
        foreach (var hidden in new[] { "imker GmbH", "urn:uuid", "bakery" })
        {
            Assert.DoesNotContain(hidden, html, StringComparison.Ordinal);
        }
        Assert.Contains("by a firm that is not named", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_says_recalled_and_taken_back()
    {
        await TellAsync("EF-7");
        var noted = await AskAsync(world.Imker, "/api/batches/events", $$"""{"step":"inspect","result":"pass","at":"2026-11-20T11:00:00+01:00","item":"{{Lot("EF-7")}}","place":"hive"}""");
        await AskAsync(world.Imker, "/api/batches/events", $$"""{"step":"void","event":"{{noted["eventId"]}}"}""");
        await AskAsync(world.Imker, "/api/batches/events", $$"""{"step":"recall","at":"2026-11-21T08:00:00+01:00","item":"{{Lot("EF-7")}}","reason":"glass"}""");

        var html = Encoding.UTF8.GetString((await ExportAsync(world.Imker, "EF-7", "format=report")).Bytes);

        Assert.Contains(">Recalled<", html, StringComparison.Ordinal);
        Assert.Contains("<span class=\"void\">Inspected<", html, StringComparison.Ordinal);
        Assert.Contains("Taken back on ", html, StringComparison.Ordinal);
    }

    /// <summary>Made and shipped.</summary>
    private async Task TellAsync(string lot, string more = "")
    {
        await TryAsync(world.Imker, "/api/batches", Making(lot, more: more), "made " + lot);
        await TryAsync(world.Imker, "/api/batches/events",
            $$"""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"{{Lot(lot)}}","quantity":100,"uom":"kg","to":{"party":"bakery"} }""", "shipped " + lot);
    }

    private static async Task<(string? Type, byte[] Bytes)> ExportAsync(HttpClient client, string lot, string query)
    {
        using var response = await client.GetAsync($"/api/export?item={Uri.EscapeDataString(Lot(lot))}&{query}");
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        Assert.Contains("attachment", response.Content.Headers.ContentDisposition!.ToString(), StringComparison.Ordinal);
        return (response.Content.Headers.ContentType!.MediaType, await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>Cells by column, empty ones included.</summary>
    private static List<List<(string Text, bool IsNumber)>> Rows(ZipArchive zip, string sheet)
    {
        var document = XDocument.Load(zip.Entries.Single(entry => entry.Name == sheet).Open());
        return [.. document.Descendants(Sheet + "row").Select(row => row.Elements(Sheet + "c")
            .Select(cell => (string.Concat(cell.Descendants().Where(part => !part.HasElements).Select(part => part.Value)), cell.Attribute("t")?.Value is null or "n" && cell.Element(Sheet + "v") is not null)).ToList())];
    }

    [GeneratedRegex("<script|<img|<link|<iframe|src=|href=|url\\(|@import|\\bon\\w+=", RegexOptions.IgnoreCase)]
    private static partial Regex NotAlone();
}

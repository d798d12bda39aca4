using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Server.Portal.Import;
using Provenance.Server.Storage;

namespace Provenance.Tests.Server.Portal.Import;

/// <summary>Batches and deliveries from a spreadsheet: what is right is recorded once, what is wrong comes back with its reason.</summary>
public sealed class ImportTests : IAsyncLifetime
{
    private const string Header = "SKU;Product;Lot;Quantity;Unit;Made on;Country of origin\n";

    private TestLedger _ledger = null!;
    private ImportJourney _firm = null!;

    public async Task InitializeAsync()
    {
        _ledger = await TestLedger.StartAsync();
        _firm = await ImportJourney.StartAsync(_ledger);
    }

    public Task DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public async Task The_right_rows_are_recorded_once_and_the_wrong_ones_come_back()
    {
        const int rows = 600, bad = 12;
        var text = new StringBuilder(Header);
        for (var i = 1; i <= rows; i++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"LOAF-{i % 40};Loaf {i % 40};L-{i};{(i % (rows / bad) == 0 ? "some" : "12,5")};kg;20.11.2026;Österreich");
        }
        var file = Encoding.UTF8.GetBytes(text.ToString());

        var (before, done, address) = await _firm.RunAsync("batches", file);
        var csv = await _firm.Browser.GetStringAsync($"{address}/not-recorded.csv");
        var (again, _, _) = await _firm.RunAsync("batches", file, "the same by another name.csv");

        Assert.Equal((rows - bad, 0, bad), ImportJourney.Counts(before));
        Assert.Equal((rows - bad, 0, bad), ImportJourney.Counts(done));
        Assert.Equal(bad + 1, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("LOAF-10;Loaf 10;L-50;some;kg;20.11.2026;Österreich;51;", csv, StringComparison.Ordinal);
        Assert.Equal((0, rows - bad, bad), ImportJourney.Counts(again));
        Assert.Equal(rows - bad, Recorded());
        _ledger.Check();
    }

    [Fact]
    public async Task A_check_records_nothing_and_names_row_column_value_and_what_to_do()
    {
        var address = await _firm.UploadAsync("batches", Header + "A;Loaf;L-1;-2;kg;2026-11-20;AT\nA;Loaf;;1;kg;2026-11-20;Atlantis\nA;Loaf;L-3;1;kg;20.11.26;AT\n");

        var page = await _firm.CheckAsync(address);

        Assert.Equal((0, 0, 3), ImportJourney.Counts(page));
        Assert.Matches("(?s)<td>2</td>\\s*<td>Quantity</td>\\s*<td class=\"mono\">-2</td>\\s*<td>Give a number above 0", page);
        foreach (var (row, column, value) in new[] { (3, "Lot", ""), (3, "Country of origin", "Atlantis"), (4, "Made on", "20.11.26") })
        {
            Assert.Matches($"(?s)<td>{row}</td>\\s*<td>{column}</td>\\s*<td class=\"mono\">{value}</td>", page);
        }
        Assert.DoesNotContain("value=\"record\"", page, StringComparison.Ordinal);
        Assert.Equal(0, Recorded());
    }

    [Fact]
    public async Task The_mended_rows_go_in_and_those_on_record_stay_as_they_are()
    {
        await _firm.RunAsync("batches", Encoding.UTF8.GetBytes(Header + "A;Loaf;L-1;1;kg;2026-11-20;AT\nA;Loaf;L-2;none;kg;2026-11-20;AT\n"));

        var (_, done, _) = await _firm.RunAsync("batches", Encoding.UTF8.GetBytes(Header + "A;Loaf;L-1;1;kg;2026-11-20;AT\nA;Loaf;L-2;2;kg;2026-11-20;AT\n"));

        Assert.Equal((1, 1, 0), ImportJourney.Counts(done));
        Assert.Contains("Row 2", done, StringComparison.Ordinal);
        Assert.Equal(2, Recorded());
    }

    [Fact]
    public async Task A_file_with_its_reasons_is_taken_back_as_it_is()
    {
        var (_, _, address) = await _firm.RunAsync("batches", Encoding.UTF8.GetBytes(Header + "A;Loaf;L-1;none;kg;2026-11-20;AT\n"));
        var mended = (await _firm.Browser.GetStringAsync($"{address}/not-recorded.csv")).Replace(";none;", ";1;", StringComparison.Ordinal);

        var (_, done, _) = await _firm.RunAsync("batches", Encoding.UTF8.GetBytes(mended));

        Assert.Equal((1, 0, 0), ImportJourney.Counts(done));
    }

    [Fact]
    public async Task Two_rows_of_one_lot_are_one_unless_the_second_is_meant()
    {
        const string Twice = "SKU;Product;Lot;Quantity;Unit;Made on;Country of origin;Record again\nA;Loaf;L-1;1;kg;2026-11-20;AT;\nA;Loaf;L-1;2;kg;2026-11-20;AT;{0}\n";

        var left = await _firm.RunAsync("batches", Encoding.UTF8.GetBytes(string.Format(CultureInfo.InvariantCulture, Twice, "")));
        var meant = await _firm.RunAsync("batches", Encoding.UTF8.GetBytes(string.Format(CultureInfo.InvariantCulture, Twice, "yes")));

        Assert.Equal((1, 1, 0), ImportJourney.Counts(left.Done));
        Assert.Equal((1, 1, 0), ImportJourney.Counts(meant.Done));
        Assert.Equal(["commissioning", "creating_class_instance"], Events().Select(e => (string)e["bizStep"]!));
    }

    [Fact]
    public async Task Deliveries_are_received_from_papers_and_sent_on_and_the_same_ones_again_are_known()
    {
        await _ledger.Admin.PostAsJsonAsync("/api/parties", new { name = "Shop", slug = "shop", country = "AT" });
        var came = Encoding.UTF8.GetBytes("SKU\tProduct\tLot\tQuantity\tUnit\tReceived on\tSupplier on the papers\tCountry of the supplier\tDelivery note\nSALT\tSalt\t77\t20\tkg\t20.11.2026\tSaline Süd\tAT\tLS-1\n");
        var went = Encoding.UTF8.GetBytes("SKU\tLot\tQuantity\tUnit\tShipped on\tTo\tSold\nSALT\t77\t5\tkg\t21.11.2026\tshop\tja\nSALT\t78\t5\tkg\t21.11.2026\tshop\tno\nSALT\t77\t5\tkg\t21.11.2026\tnobody\t\n");

        var received = await _firm.RunAsync("receipts", came);
        var sent = await _firm.RunAsync("shipments", went);
        var receivedAgain = await _firm.RunAsync("receipts", [.. came, .. "\n\n"u8]);
        var sentAgain = await _firm.RunAsync("shipments", [.. went, .. "\n"u8]);

        Assert.Equal((1, 0, 0), ImportJourney.Counts(received.Done));
        Assert.Equal((1, 0, 2), ImportJourney.Counts(sent.Done));
        Assert.Equal((0, 1, 0), ImportJourney.Counts(receivedAgain.Done));
        Assert.Equal((0, 1, 2), ImportJourney.Counts(sentAgain.Done));
        Assert.Equal(["receiving", "shipping"], Events().Select(e => (string)e["bizStep"]!));
        Assert.Equal("papers", (string)Events()[0].First(member => member.Key.EndsWith("basis", StringComparison.Ordinal)).Value!);
        Assert.Contains("LS-1", Events()[0].ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_column_was_taken_for_is_remembered_by_its_name()
    {
        const string Odd = "Nummer intern;Was;L;Q;U;Tag;Von wo\nA;Loaf;L-{0};1;kg;2026-11-20;AT\n";
        var first = await _firm.UploadAsync("batches", string.Format(CultureInfo.InvariantCulture, Odd, 1));
        var unknown = await _firm.PressAsync(first, "check");
        await _firm.CheckAsync(first, ("column-0", "sku"), ("column-1", "name"), ("column-2", "lot"), ("column-3", "quantity"), ("column-4", "uom"), ("column-5", "made"), ("column-6", "country"));
        await _firm.RecordAsync(first);

        var (_, done, _) = await _firm.RunAsync("batches", Encoding.UTF8.GetBytes(string.Format(CultureInfo.InvariantCulture, Odd, 2)));
        var other = await ImportJourney.StartAsync(_ledger, "other");
        var theirs = await other.PressAsync(await other.UploadAsync("batches", string.Format(CultureInfo.InvariantCulture, Odd, 3)), "check");

        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        Assert.Contains("Say which columns these are: GTIN or Own article number, Lot, Quantity, Made on, Country of origin.", await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((1, 0, 0), ImportJourney.Counts(done));
        Assert.Equal(HttpStatusCode.BadRequest, theirs.StatusCode);
    }

    [Fact]
    public async Task One_field_cannot_be_two_columns()
    {
        var address = await _firm.UploadAsync("batches", Header + "A;Loaf;L-1;1;kg;2026-11-20;AT\n");

        var answer = await _firm.PressAsync(address, "check", ("column-0", "sku"), ("column-1", "lot"), ("column-2", "lot"), ("column-3", "quantity"), ("column-5", "made"), ("column-6", "country"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("id=\"column-2-error\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("batches")]
    [InlineData("receipts")]
    [InlineData("shipments")]
    public async Task A_template_has_columns_that_are_found_again_in_every_language(string kind)
    {
        foreach (var (language, separator) in new[] { ("en", ','), ("de", ';'), ("es", ';') })
        {
            var csv = await _firm.Browser.GetByteArrayAsync($"/portal/import/template/{kind}.csv?lang={language}");
            var xlsx = await _firm.Browser.GetByteArrayAsync($"/portal/import/template/{kind}.xlsx?lang={language}");
            var header = Encoding.UTF8.GetString(csv[3..]).TrimEnd();

            var filled = Encoding.UTF8.GetBytes($"{header}\r\n{string.Join(separator, header.Split(separator).Select(_ => "x"))}\r\n");
            var page = await _firm.Browser.GetStringAsync(await _firm.UploadAsync(kind, filled));

            Assert.Equal(header.Split(separator).Length, page.Split("id=\"decimal\"")[0].Split(" selected").Length - 1);
            Assert.Equal("empty", SheetReader.Read(xlsx).Fault); // and its second sheet is not taken for rows
            Assert.Equal(header.Split(separator), WorkbookOf(xlsx).Headers);
        }
    }

    [Fact]
    public async Task A_kill_while_recording_costs_nothing_and_records_nothing_twice()
    {
        var file = Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Range(1, 450).Select(i => $"A;Loaf;L-{i};1;kg;2026-11-20;AT\n")));
        var (_, _, address) = await _firm.RunAsync("batches", file);

        // As a kill leaves it after the second 200 rows were recorded, and before that was written down.
        await WriteAsync("UPDATE import SET state = 'recording', seen = 200, good = 200; INSERT INTO import_file(import, file) VALUES (1, @file)", new { file });
        await _ledger.RestartAsync();

        _firm = await _firm.BackAsync(_ledger);
        Assert.Equal((450, 0, 0), ImportJourney.Counts(await _firm.WaitAsync(address)));
        Assert.Equal(450, Recorded());
    }

    [Fact]
    public async Task A_key_that_is_withdrawn_meanwhile_records_nothing_more()
    {
        var (colleague, id) = await _firm.ColleagueAsync(_ledger);
        var address = await colleague.UploadAsync("batches", Header + "A;Loaf;L-1;1;kg;2026-11-20;AT\n");
        await colleague.CheckAsync(address);
        await _firm.Api.DeleteAsync($"/api/parties/baecker/keys/{id}");

        var page = await _firm.RecordAsync(address);

        Assert.Contains("The key that sent this file was withdrawn", page, StringComparison.Ordinal);
        Assert.Equal(0, Recorded());
    }

    [Fact]
    public async Task Nobody_sees_another_firms_file_and_an_auditor_sends_none()
    {
        var address = await _firm.UploadAsync("batches", Header + "A;Loaf;L-1;x;kg;2026-11-20;AT\n");
        await _firm.CheckAsync(address);
        var other = await ImportJourney.StartAsync(_ledger, "other");
        var auditor = await ImportJourney.AuditorAsync(_ledger);

        foreach (var path in new[] { address, $"{address}/not-recorded.csv", $"{address}/not-recorded.xlsx" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await other.Browser.GetAsync(path)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await other.PressAsync(address, "delete")).StatusCode);
        Assert.DoesNotContain("file.csv", await other.Browser.GetStringAsync("/portal/import"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await _ledger.Public.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.GetAsync("/portal/import")).StatusCode);
    }

    [Fact]
    public async Task A_file_can_be_thrown_away_and_old_ones_go_by_themselves()
    {
        var first = await _firm.UploadAsync("batches", Header + "A;Loaf;L-1;1;kg;2026-11-20;AT\n");
        await _firm.UploadAsync("batches", Header + "A;Loaf;L-1;1;kg;2026-11-20;AT\n");
        await _firm.PressAsync(first, "delete");
        Assert.Equal(HttpStatusCode.NotFound, (await _firm.Browser.GetAsync(first)).StatusCode);

        _ledger.Clock.Advance(ImportStore.Kept + TimeSpan.FromDays(1));
        _firm = await ImportJourney.StartAsync(_ledger, "late");
        await _firm.UploadAsync("batches", Header + "A;Loaf;L-1;1;kg;2026-11-20;AT\n");

        using var connection = _ledger.Read();
        Assert.Equal(1, connection.QuerySingle<int>("SELECT count(*) FROM import"));
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("=HYPERLINK(\"http://x.example\",\"y\")")]
    [InlineData("+1+1")]
    [InlineData("-1+1")]
    [InlineData("@SUM(A1)")]
    [InlineData("../../etc/passwd")]
    [InlineData("\"; DROP TABLE import; --")]
    public async Task What_is_typed_into_a_cell_is_text_everywhere(string text)
    {
        var quoted = $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        var (page, _, address) = await _firm.RunAsync("batches", Encoding.UTF8.GetBytes($"SKU;Product;Lot;Quantity;Unit;Made on;Country of origin;{quoted}\n{string.Join(';', Enumerable.Repeat(quoted, 8))}\n"), text.Replace("\"", "", StringComparison.Ordinal));
        var csv = await _firm.Browser.GetStringAsync($"{address}/not-recorded.csv");
        var xlsx = await _firm.Browser.GetByteArrayAsync($"{address}/not-recorded.xlsx");
        var list = await _firm.Browser.GetStringAsync("/portal/import");

        Assert.Equal((0, 0, 1), ImportJourney.Counts(page));
        Assert.All([page, list], html => Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal));
        Assert.DoesNotMatch("(?m)(^\uFEFF?|;)\"?[=+@\\t\\r-][^;]", csv); // no cell begins as a formula does
        Assert.DoesNotContain("<f>", Workbooks.FirstSheet(xlsx), StringComparison.Ordinal);
        foreach (var file in new[] { Encoding.UTF8.GetBytes(csv), xlsx })
        {
            var sheet = SheetReader.Read(file).Sheet!;
            Assert.Equal(text, sheet.Headers[7]);
            Assert.All(sheet.Rows[0].Cells.Take(8), cell => Assert.Equal(text, cell.Text));
        }
    }

    [Fact]
    public async Task Once_recorded_the_file_is_gone_and_only_the_wrong_rows_stay()
    {
        await _firm.RunAsync("batches", Encoding.UTF8.GetBytes(Header + "A;Loaf;SECRET-1;1;kg;2026-11-20;AT\nA;Loaf;WRONG-1;x;kg;2026-11-20;AT\n"));

        using var connection = _ledger.Read();
        Assert.Equal(0, connection.QuerySingle<int>("SELECT count(*) FROM import_file"));
        Assert.Equal("WRONG-1", JsonNode.Parse(connection.QuerySingle<string>("SELECT cells FROM import_row"))![2]!.ToString());
    }

    /// <summary>A workbook's first sheet with a row below it.</summary>
    private static Sheet WorkbookOf(byte[] template) => SheetReader.Read(Workbooks.WithRow(template)).Sheet!;

    private Task<int> WriteAsync(string sql, object values) => _ledger.Services.GetRequiredService<LedgerWriter>().RunAsync(connection => connection.Execute(sql, values));

    private int Recorded()
    {
        using var connection = _ledger.Read();
        return connection.QuerySingle<int>("SELECT count(*) FROM event");
    }

    private List<JsonObject> Events()
    {
        using var connection = _ledger.Read();
        return [.. connection.Query<byte[]>("SELECT body FROM event ORDER BY leaf").Select(body => JsonNode.Parse(body)!.AsObject())];
    }
}

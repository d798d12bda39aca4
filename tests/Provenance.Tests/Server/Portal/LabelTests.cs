using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Provenance.Server.Portal;

namespace Provenance.Tests.Server.Portal;

/// <summary>What a label shows, and where the paper has room for it. How it comes out of the printer: EndToEnd/Browser/LabelTests.</summary>
public sealed class LabelTests : IAsyncLifetime
{
    private const string Gtin = "09506000134352";

    private TestLedger _ledger = null!;

    public async Task InitializeAsync()
    {
        _ledger = await TestLedger.StartAsync();
        await RegisterAsync("HO-1", "Honey");
    }

    public Task DisposeAsync() => _ledger.DisposeAsync();

    [ConformanceFact]
    public void Avery_sheets_are_where_the_published_templates_have_them()
    {
        var published = File.ReadLines(Conformance.PathOf("gs1/label-sheets.tsv")).Skip(1).Select(line => line.Split('\t')).ToDictionary(row => row[0]);
        foreach (var sheet in LabelSheet.All.Where(sheet => sheet.Page == "a4"))
        {
            var row = published[sheet.Name];
            double[] expected = [.. row[3..].Select(Millimetres)];
            double[] actual = [sheet.Width, sheet.Height, sheet.Columns * Point, sheet.Rows * Point, sheet.Left, sheet.Top, sheet.Across, sheet.Down];
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 0.01));
        }
    }

    [Fact]
    public async Task No_label_leaves_its_paper()
    {
        foreach (var sheet in LabelSheet.All)
        {
            var (x, y) = sheet.At(sheet.PerPage - 1);
            Assert.True(x + sheet.Width <= sheet.PageWidth && y + sheet.Height <= sheet.PageHeight, sheet.Name);
        }
        Assert.Equal(HttpStatusCode.OK, (await _ledger.Public.GetAsync("/labels")).StatusCode);
    }

    [Fact]
    public async Task A_label_shows_what_everybody_may_see_and_needs_no_key()
    {
        var page = await _ledger.Public.GetStringAsync($"/labels?item=(01){Gtin}(10)HO-1");

        Assert.Contains($">(01){Gtin}</text>", page, StringComparison.Ordinal);
        Assert.Contains(">(10)HO-1</text>", page, StringComparison.Ordinal);
        Assert.Contains(">Honey</text>", page, StringComparison.Ordinal);
        Assert.Equal(21, page.Split("<use ").Length - 1);
        Assert.DoesNotMatch(@"\b480\b", page); // alone: a port may hold it
    }

    [Fact]
    public async Task A_sheet_that_was_begun_is_used_from_the_position_named()
    {
        var page = await _ledger.Public.GetStringAsync($"/labels?item={Gtin}&sheet=l7163&from=13&count=4");

        Assert.Equal(4, page.Split("<use ").Length - 1);
        Assert.Equal(2, page.Split("<svg class=\"sheet").Length - 1);
    }

    [Theory]
    [InlineData("item=09506000134352&sheet=L9999")]
    [InlineData("item=09506000134352&from=22")]
    [InlineData("item=09506000134352&from=0")]
    [InlineData("item=09506000134352&count=1001")]
    [InlineData("item=09506000134352&count=x")]
    [InlineData("item=09506000134351")]
    [InlineData("item=(01)09506000134352(10)NOT-HERE")]
    [InlineData("item=(01)09506000134369(10)HO-1")]
    public async Task What_cannot_be_printed_is_refused_beside_its_field(string query)
    {
        var answer = await _ledger.Public.GetAsync("/labels?" + query);
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("aria-invalid=\"true\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<use ", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5080", true)]
    [InlineData("https://localhost", true)]
    [InlineData("http://trace.example", true)]
    [InlineData("https://trace.example", false)]
    public async Task It_says_TRIAL_until_a_strangers_phone_can_open_the_code(string publicUrl, bool isTrial)
    {
        await _ledger.RestartAsync($"--Ledger:PublicUrl={publicUrl}");

        var page = await _ledger.Public.GetStringAsync($"/labels?item={Gtin}");

        Assert.Equal(isTrial, page.Contains(">TRIAL</text>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_long_name_gives_way_to_the_dates_and_stays_within_the_label()
    {
        await RegisterAsync("LONG", string.Join(' ', Enumerable.Repeat("Bergblütenhonig", 12)));

        var page = await _ledger.Public.GetStringAsync($"/labels?item=(01){Gtin}(10)LONG");

        Assert.Contains("…</text>", page, StringComparison.Ordinal);
        Assert.Contains("2028</text>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bread", 10, 1)]
    [InlineData("Rye bread with caraway", 20, 2)]
    [InlineData("Donaudampfschifffahrtsgesellschaft", 15, 2)]
    [InlineData("👩‍🌾👩‍🌾👩‍🌾👩‍🌾👩‍🌾👩‍🌾", 12, 2)]
    public void Lines_are_cut_at_words_and_whole_characters(string text, double width, int most)
    {
        var lines = LabelText.Wrap(text, 3, width, most, isBold: false);

        Assert.InRange(lines.Count, 1, most);
        Assert.All(lines, line => Assert.InRange(LabelText.WidthOf(line, 3, isBold: false), 0, width + 4));
        Assert.All(lines, line => Assert.DoesNotContain('\uFFFD', line));
    }

    private async Task RegisterAsync(string lot, string name)
    {
        var answer = await _ledger.Admin.PostAsJsonAsync("/api/batches", new
        {
            product = new { gtin = Gtin, name },
            lot,
            quantity = 480,
            uom = "kg",
            at = "2026-11-21T08:00:00+01:00",
            bestBefore = "2028-11-20",
            origin = new { country = "AT" },
        });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private const double Point = 25.4 / 72;

    /// <summary>A length with its unit, points where it has none.</summary>
    private static double Millimetres(string length) =>
        length.EndsWith("in", StringComparison.Ordinal) ? double.Parse(length[..^2], CultureInfo.InvariantCulture) * 25.4
        : double.Parse(length.Replace("pt", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * Point;
}

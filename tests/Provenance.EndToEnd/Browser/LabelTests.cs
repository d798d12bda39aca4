using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>Labels as they come out of the printer: printed to PDF, drawn again as a picture, and read as a phone would.</summary>
[Collection(Pages.Name)]
public sealed class LabelTests(ToldStory story)
{
    private const int Dpi = 300;
    private const double Millimetre = 25.4 / 72; // in points
    private const double Tolerance = 0.5;

    /// <summary>Avery's sheets in points, as gLabels has them; the roll in millimetres.</summary>
    private static Paper Of(string sheet) => sheet switch
    {
        "L7160" => new(21.2 * Millimetre, 43.9 * Millimetre, 187.2 * Millimetre, 108 * Millimetre, 181.4 * Millimetre, 108 * Millimetre, 3, 7),
        "L7163" => new(9.5 * Millimetre, 43 * Millimetre, 292 * Millimetre, 108 * Millimetre, 280.9 * Millimetre, 108 * Millimetre, 2, 7),
        _ => new(0, 0, 62, 40, 62, 40, 1, 1),
    };

    [PrintTheory]
    [InlineData("L7160", 1, 21, 1)]
    [InlineData("L7160", 20, 4, 2)]
    [InlineData("L7163", 3, 12, 1)]
    [InlineData("roll62", 1, 2, 2)]
    public async Task A_printed_label_says_its_item_and_stands_where_the_paper_has_it(string sheet, int from, int count, int pages)
    {
        await using var visit = await story.VisitAsync();
        await visit.OpenAsync($"/labels?item={Uri.EscapeDataString(story.Lot)}&sheet={sheet}&from={from}&count={count}");

        var printed = await visit.Page.PdfAsync(new() { PreferCSSPageSize = true });

        await AssertLabelsAsync(printed, Of(sheet), from, count, pages);
        await visit.AssertNothingElseAsync();
    }

    [PrintTheory]
    [InlineData("L7160", 20, 4, 2)]
    [InlineData("L7163", 3, 12, 1)]
    [InlineData("roll62", 1, 2, 2)]
    public async Task The_PDF_made_in_the_browser_is_the_same_labels(string sheet, int from, int count, int pages)
    {
        await using var visit = await story.VisitAsync();
        await visit.OpenAsync($"/labels?item={Uri.EscapeDataString(story.Lot)}&sheet={sheet}&from={from}&count={count}");

        var saved = await SaveAsync(visit);

        await AssertLabelsAsync(saved, Of(sheet), from, count, pages);
        await visit.AssertNothingElseAsync();
    }

    [PrintTheory]
    [InlineData("L7160")]
    [InlineData("L7163")]
    public async Task A_print_test_draws_the_edges_of_the_labels_on_paper_and_in_the_PDF(string sheet)
    {
        await using var visit = await story.VisitAsync();
        await visit.OpenAsync($"/labels?sheet={sheet}&test=1");

        foreach (var pdf in new[] { await visit.Page.PdfAsync(new() { PreferCSSPageSize = true }), await SaveAsync(visit) })
        {
            using var drawn = await DrawnPdf.OfAsync(pdf, Dpi);
            var (exit, found) = await Programs.RunAsync("node", ["tests/js/find-outlines.mjs", Assert.Single(drawn.Pages), $"{Dpi}", Cells(Of(sheet))]);
            Assert.True(exit == 0, found);
            Assert.All(JsonNode.Parse(found)!.AsArray(), away => Assert.InRange((double)away!, 0, Tolerance));
        }
        await visit.AssertNothingElseAsync();
    }

    [PrintFact]
    public async Task What_looks_like_script_is_text_on_a_label()
    {
        const string Name = "=HYPERLINK(\"x\") <script>alert(1)</script> ../../etc Жито";
        var (status, _) = await story.Server.PostAsync("/api/products", new JsonObject { ["sku"] = "<b>&\"'", ["name"] = Name });
        Assert.Equal(201, status);
        var (recorded, answer) = await story.Server.PostAsync("/api/batches", new JsonObject
        {
            ["product"] = new JsonObject { ["sku"] = "<b>&\"'" },
            ["lot"] = "</text><script>",
            ["quantity"] = 1,
            ["at"] = DateTimeOffset.UtcNow.AddMinutes(-1).ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["origin"] = new JsonObject { ["country"] = "AT" },
        });
        Assert.True(recorded == 201, answer.ToJsonString());
        await using var visit = await story.VisitAsync();

        await visit.OpenAsync($"/labels?item={Uri.EscapeDataString((string)answer["item"]!)}&sheet=L7163&count=1");

        Assert.Equal(0, await visit.Page.Locator("symbol script, symbol b").CountAsync());
        Assert.Contains("<script>", string.Concat(await visit.Page.Locator("symbol text").AllTextContentsAsync()), StringComparison.Ordinal);
        await AssertLabelsAsync(await SaveAsync(visit), Of("L7163"), 1, 1, 1, (string)answer["item"]!);
        await visit.AssertNothingElseAsync();
    }

    /// <summary>The code's quiet zone begins 2 mm within the label; everything else follows from how many modules the code has.</summary>
    private async Task AssertLabelsAsync(byte[] pdf, Paper paper, int from, int count, int pages, string? address = null)
    {
        const double Margin = 2;
        const int QuietZone = 4;
        using var drawn = await DrawnPdf.OfAsync(pdf, Dpi);
        Assert.Equal(pages, drawn.Pages.Count);
        for (var page = 0; page < pages; page++)
        {
            var (exit, read) = await Programs.RunAsync("node", ["tests/js/decode-labels.mjs", drawn.Pages[page], $"{Dpi}", Cells(paper)]);
            Assert.True(exit == 0, read);
            var codes = JsonNode.Parse(read)!.AsArray();
            for (var cell = 0; cell < paper.PerPage; cell++)
            {
                var position = page * paper.PerPage + cell;
                if (position < from - 1 || position >= from - 1 + count)
                {
                    Assert.Null(codes[cell]);
                    continue;
                }
                var code = codes[cell] ?? throw new InvalidOperationException($"No code on label {cell} of page {page}.");
                Assert.Equal(address ?? story.Server.Url.GetLeftPart(UriPartial.Authority) + new Uri(story.Lot).AbsolutePath[2..], (string)code["data"]!);
                var (x, y) = paper.At(cell);
                var inset = Margin + QuietZone * (double)code["module"]!;
                Assert.InRange((double)code["x"]! - x - inset, -Tolerance, Tolerance);
                Assert.InRange((double)code["y"]! - y - inset, -Tolerance, Tolerance);
                Assert.InRange((double)code["module"]!, 0.39, 1);
            }
        }
    }

    private static async Task<byte[]> SaveAsync(Visit visit)
    {
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.Locator("[data-pdf]").ClickAsync());
        return await File.ReadAllBytesAsync(await download.PathAsync());
    }

    private static string Cells(Paper paper) => JsonSerializer.Serialize(Enumerable.Range(0, paper.PerPage).Select(cell =>
    {
        var (x, y) = paper.At(cell);
        return new { x, y, w = paper.Width, h = paper.Height };
    }));

    /// <summary>In millimetres.</summary>
    private sealed record Paper(double Left, double Top, double Across, double Down, double Width, double Height, int Columns, int Rows)
    {
        public int PerPage => Columns * Rows;

        public (double X, double Y) At(int cell) => (Left + cell % Columns * Across, Top + cell / Columns * Down);
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Provenance.EndToEnd.Browser;

/// <summary>A spreadsheet of 5,000 rows of which 12 are wrong: on a phone by keyboard, then on a desk; and without script.</summary>
[Collection(Pages.Name)]
public sealed class ImportJourneyTests(ToldStory story, ITestOutputHelper output)
{
    private const int Rows = 5_000;
    private const int Bad = 12;
    private const string Script = "<script>document.title='!'</script>";
    private const float Patience = 120_000;

    private readonly Firms _firms = new(story);

    [BrowserFact]
    public async Task Of_5000_rows_the_4988_right_ones_are_recorded_once_and_the_12_wrong_ones_mended()
    {
        var (firm, _) = await _firms.FirmsAsync("sheet");
        await using var visit = await story.VisitAsync();
        await visit.Page.SetViewportSizeAsync(390, 844);
        await SignInAsync(visit, firm.Key);
        await Keys.PressAsync(visit, "From a spreadsheet");
        await Look.WellAsync(visit, "import-begin");
        var before = await LogAsync();
        await UploadAsync(visit, "autumn.csv", Table());
        await Look.WellAsync(visit, "import-columns");

        var clock = Stopwatch.StartNew();
        await Keys.PressAsync(visit, "Check the rows");
        await Look.WellAsync(visit, "import-checking");
        await DoneAsync(visit, "Nothing recorded yet");
        output.WriteLine($"checked in {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal(("4,988", "12"), await CountsAsync(visit));
        Assert.Equal(Bad, await visit.Page.Locator("tbody tr").CountAsync());
        Assert.Equal(before, await LogAsync());
        await Look.WellAsync(visit, "import-checked");

        clock.Restart();
        await Keys.PressAsync(visit, "Record 4,988 rows");
        await Look.WellAsync(visit, "import-recording");
        await DoneAsync(visit, "Recorded");
        output.WriteLine($"recorded in {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal(("4,988", "12"), await CountsAsync(visit));
        Assert.Equal(before + Rows - Bad, await LogAsync());
        await Look.WellAsync(visit, "import-done");
        var wrong = await DownloadAsync(visit, "CSV");
        var workbook = await DownloadAsync(visit, "Excel");
        Assert.Equal(Bad + 1, Encoding.UTF8.GetString(wrong).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);

        await visit.Page.SetViewportSizeAsync(1280, 900);
        await visit.OpenAsync("/portal/import");
        await UploadAsync(visit, "the same again.csv", Table());
        await Keys.PressAsync(visit, "Check the rows");
        await DoneAsync(visit, "Nothing recorded yet");
        Assert.Equal(("0", "12"), await CountsAsync(visit));
        Assert.Equal("4,988", await visit.Page.Locator("#held").InnerTextAsync());
        await Look.WellAsync(visit, "import-again");
        Assert.Equal(0, await visit.Page.Locator("[value=record]").CountAsync());
        Assert.Equal(before + Rows - Bad, await LogAsync());

        await visit.OpenAsync("/portal/import");
        await UploadAsync(visit, "not mended.xlsx", workbook);
        await Keys.PressAsync(visit, "Check the rows");
        await DoneAsync(visit, "Nothing recorded yet");
        Assert.Equal(("0", "12"), await CountsAsync(visit));
        Assert.Contains(Script, await visit.Page.Locator("table").InnerTextAsync(), StringComparison.Ordinal); // as text

        await visit.OpenAsync("/portal/import");
        await UploadAsync(visit, "mended.csv", Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(wrong).Replace(Script, "3,5", StringComparison.Ordinal)));
        await Keys.PressAsync(visit, "Check the rows");
        await DoneAsync(visit, "Nothing recorded yet");
        await Keys.PressAsync(visit, "Record 12 rows");
        await DoneAsync(visit, "Recorded");
        Assert.Equal(before + Rows, await LogAsync());
        await visit.OpenAsync("/portal/import");
        await Look.WellAsync(visit, "import-earlier");
    }

    [BrowserFact]
    public async Task A_file_can_be_recorded_without_script_and_what_is_no_table_is_refused()
    {
        var (firm, _) = await _firms.FirmsAsync("plain");
        await using var visit = await story.VisitAsync(withScript: false);
        await SignInAsync(visit, firm.Key);
        await visit.OpenAsync("/portal/import");
        await visit.Page.SetInputFilesAsync("#file", new FilePayload { Name = "letter.pdf", MimeType = "application/pdf", Buffer = Encoding.UTF8.GetBytes("%PDF-1.7") });
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Look at the file" }).ClickAsync();
        Assert.Contains("It is no spreadsheet", await visit.Page.GetByRole(AriaRole.Alert).InnerTextAsync(), StringComparison.Ordinal);

        await visit.Page.SetInputFilesAsync("#file", new FilePayload { Name = "two.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes("SKU;Lot;Quantity;Made on;From\nA;1;1,000;03/04/2026;AT\n") });
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Look at the file" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Check the rows" }).ClickAsync();
        Assert.Contains("Country of origin", await visit.Page.GetByRole(AriaRole.Alert).InnerTextAsync(), StringComparison.Ordinal);
        await visit.Page.Locator("#column-4").SelectOptionAsync("country");
        await visit.Page.Locator("#decimal").SelectOptionAsync("comma");
        await visit.Page.Locator("#dates").SelectOptionAsync("dmy");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Check the rows" }).ClickAsync();
        await ReloadAsync(visit, "Nothing recorded yet");
        Assert.Equal(("0", "1"), await CountsAsync(visit)); // the product has no name yet
        Assert.Contains("Product", await visit.Page.Locator("tbody").InnerTextAsync(), StringComparison.Ordinal);
    }

    /// <summary>The page's own button, until it is through.</summary>
    private static async Task ReloadAsync(Visit visit, string heading)
    {
        var (done, ask) = (visit.Page.GetByRole(AriaRole.Heading, new() { Name = heading, Exact = true, Level = 1 }), visit.Page.GetByRole(AriaRole.Link, new() { Name = "How far is it?" }));
        while (true)
        {
            await done.Or(ask).WaitForAsync(); // whatever page was there before is gone
            if (await done.IsVisibleAsync())
            {
                return;
            }
            var next = new TaskCompletionSource();
            visit.Page.DOMContentLoaded += (_, _) => next.TrySetResult();
            await ask.ClickAsync();
            await next.Task.WaitAsync(TimeSpan.FromSeconds(45));
        }
    }

    private static Task DoneAsync(Visit visit, string heading) => visit.Page.GetByRole(AriaRole.Heading, new() { Name = heading, Exact = true, Level = 1 }).WaitForAsync(new() { Timeout = Patience });

    private static async Task<(string Good, string Bad)> CountsAsync(Visit visit) => (await visit.Page.Locator("#good").InnerTextAsync(), await visit.Page.Locator("#bad").InnerTextAsync());

    /// <summary>The browser's own dialog for files no page can open; all else is keys.</summary>
    private static async Task UploadAsync(Visit visit, string name, byte[] file)
    {
        await visit.Page.SetInputFilesAsync("#file", new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = file });
        await Keys.PressAsync(visit, "Look at the file");
    }

    private static async Task<byte[]> DownloadAsync(Visit visit, string link)
    {
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync());
        return await File.ReadAllBytesAsync(await download.PathAsync());
    }

    private static async Task SignInAsync(Visit visit, string key)
    {
        await visit.OpenAsync("/portal");
        await Keys.TypeAsync(visit, "#key", key, "Enter");
        await visit.Page.WaitForURLAsync("**/portal/batches");
    }

    private async Task<long> LogAsync() => (long)JsonNode.Parse(await story.Server.Admin.GetStringAsync("/api/log/checkpoint"))!["size"]!;

    private static byte[] Table()
    {
        var text = new StringBuilder("Artikel;Bezeichnung;Charge;Menge;Einheit;Herstelldatum;MHD;Herkunft\r\n");
        for (var i = 1; i <= Rows; i++)
        {
            var isBad = i % (Rows / Bad) == 0 && i / (Rows / Bad) <= Bad;
            text.Append(CultureInfo.InvariantCulture, $"BROT-{i % 40};Roggenbrot Nr. {i % 40};R-{i};{(isBad ? Script : "12,5")};kg;20.11.2025;20.11.2035;Österreich\r\n");
        }
        return [.. Encoding.Latin1.GetBytes(text.ToString())];
    }
}

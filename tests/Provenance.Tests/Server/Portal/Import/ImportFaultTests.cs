using System.Net;
using System.Text;

namespace Provenance.Tests.Server.Portal.Import;

/// <summary>What is said of cells that hold nothing a row could be made of.</summary>
public sealed class ImportFaultTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    private const string Header = "SKU;Product;Lot;Quantity;Unit;Made on;Country of origin\n";

    [Theory]
    [InlineData("", "#REF!", "The cell holds an error of the spreadsheet, #REF!.")]
    [InlineData("?lang=de", "#NV", "In der Zelle steht ein Fehler der Tabelle, #NV.")]
    [InlineData("?lang=es", "#¡VALOR!", "La celda contiene un error de la hoja, #¡VALOR!.")]
    public async Task An_error_of_the_spreadsheet_is_called_one_and_no_page_mixes_languages(string language, string cell, string said)
    {
        var firm = await ImportJourney.StartAsync(ledger, "of-" + (language.Length > 0 ? language[^2..] : "en"));
        var (_, _, address) = await firm.RunAsync("batches", Encoding.UTF8.GetBytes(Header + $"A;Loaf;L-1;{cell};kg;2026-11-20;AT\n{cell};Loaf;L-2;1;kg;2026-11-20;AT\nA;Loaf;L-3;none;stones;2026-11-20;Narnia\nA;Loaf;L-4;1;stones;2026-11-20;AT\n"));

        var page = WebUtility.HtmlDecode(await firm.Browser.GetStringAsync(address + language));

        Assert.Equal(2, page.Split(said).Length - 1);
        Assert.DoesNotContain("lang=\"en\"", page[page.IndexOf("<main", StringComparison.Ordinal)..page.IndexOf("</main>", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.DoesNotContain("quotation marks", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await ledger.Public.GetAsync("/api/log/checkpoint")).StatusCode); // of a log without entries
    }
}

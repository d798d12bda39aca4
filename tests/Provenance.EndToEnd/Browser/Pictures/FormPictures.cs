using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser.Pictures;

/// <summary>Forms in the states that no journey comes through.</summary>
[Collection(Browser.Pages.Name)]
public sealed class FormPictures(ToldStory story)
{
    private readonly Firms _firms = new(story);

    [DrawnFact]
    public async Task Registering()
    {
        var (maker, _) = await _firms.FirmsAsync("drawn");
        await using var visit = await _firms.SignedInAsync(maker.Key, 390);
        await visit.OpenAsync("/portal/register");
        await Look.WellAsync(visit, "register-empty");
        await FillAsync(visit, ("number", "9506000134353"), ("lot", "a lot with far too many letters"), ("quantity", "1,000"));
        await visit.Page.Locator("#until").FillAsync("2020-01-01");
        await PressAsync(visit, "See what your buyer will see");
        await visit.Page.Locator("#lot-error").WaitForAsync();
        await Look.WellAsync(visit, "register-faults");

        await FillAsync(visit, ("number", Firms.Gtin), ("name", "Forest honey with a long name, as labels have it"), ("lot", "R-1"), ("quantity", "12,5"), ("region", "Almtal"));
        await visit.Page.Locator("#until").FillAsync("2030-01-31");
        await visit.Page.Locator("#file").SetInputFilesAsync([await PhotoAsync("pallet.png"), new FilePayload { Name = "note.docx", MimeType = "application/msword", Buffer = [1, 2, 3] }]);
        await visit.Page.Locator(".thumbs img").WaitForAsync();
        await Look.WellAsync(visit, "register-photo-chosen");
        await PressAsync(visit, "Attach");
        await visit.Page.Locator("#file-error").WaitForAsync();
        await Look.WellAsync(visit, "register-photo-attached-paper-refused");
        await PressAsync(visit, "See what your buyer will see");
        await visit.Page.Locator(".seen").WaitForAsync();
        await Look.WellAsync(visit, "register-preview");
        await PressAsync(visit, "Register");
        await visit.Page.Locator(".head .code").WaitForAsync();
        await Look.WellAsync(visit, "batch");
        var page = visit.Page.Url;

        await visit.OpenAsync("/portal/register?like=last");
        await Look.WellAsync(visit, "register-like-last");
        await FillAsync(visit, ("lot", "R-1"));
        await PressAsync(visit, "See what your buyer will see");
        await visit.Page.Locator(".seen").WaitForAsync();
        await Look.WellAsync(visit, "register-preview-same-lot");

        await visit.OpenAsync("/portal/register?like=last");
        await FillAsync(visit, ("lot", "R-2"));
        await RecordAsync(visit, "Register");
        await visit.OpenAsync(page);
        await visit.OpenAsync("/portal/register?like=last");
        await FillAsync(visit, ("lot", "R-2"));
        await RecordAsync(visit, "Register");
        await visit.Page.GetByText("This was registered before").WaitForAsync();
        await Look.WellAsync(visit, "register-duplicate");

        await visit.OpenAsync("/portal/register");
        await visit.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await visit.Page.Context.SetOfflineAsync(true);
        await FillAsync(visit, ("lot", "R-3"), ("quantity", "5"));
        await PressAsync(visit, "See what your buyer will see");
        await visit.Page.Locator("[data-offline]:not([hidden])").WaitForAsync();
        await Look.WellAsync(visit, "register-offline");
        await PressAsync(visit, "Record when the connection is back");
        await visit.Page.GetByText("Not sent yet").WaitForAsync();
        await Look.WellAsync(visit, "register-offline-waiting");
        await visit.Page.Context.SetOfflineAsync(false);
    }

    [DrawnFact]
    public async Task Receiving_from_papers()
    {
        var (_, customer) = await _firms.FirmsAsync("hand");
        await using var visit = await _firms.SignedInAsync(customer.Key, 390);
        await visit.OpenAsync("/portal/receive");
        await AddAsync(visit, "what is this", "");
        await visit.Page.Locator("#code-error").WaitForAsync();
        await Look.WellAsync(visit, "step-receive-code-unknown");
        await visit.Page.Locator("[data-picture]").SetInputFilesAsync(await PhotoAsync("nothing.png"));
        await visit.Page.GetByText("No code was found").WaitForAsync();
        await Look.WellAsync(visit, "step-receive-photo-without-code");
        await AddAsync(visit, "SALT", "77");
        await visit.Page.Locator(".entry").WaitForAsync();
        await visit.Page.Locator("#row-quantity-0").FillAsync("10");
        await visit.Page.Locator("#row-damaged-0").FillAsync("12");
        await PressAsync(visit, "See what your buyer will see");
        await visit.Page.Locator("#row-supplier-0-error").WaitForAsync();
        await Look.WellAsync(visit, "step-receive-faults");
        await visit.Page.Locator("#row-damaged-0").FillAsync("2");
        await FillAsync(visit, ("row-name-0", "Salt"), ("row-supplier-0", "Saline Süd"));
        await visit.Page.Locator("#row-country-0").SelectOptionAsync("AT");
        await Look.WellAsync(visit, "step-receive-filled");
        await PressAsync(visit, "See what your buyer will see");
        await visit.Page.Locator(".seen").First.WaitForAsync();
        await Look.WellAsync(visit, "step-receive-preview-papers");
        await PressAsync(visit, "Record the receipt");
        await visit.Page.Locator(".head h1").WaitForAsync();
        await Look.WellAsync(visit, "event-received-papers");
    }

    [DrawnFact]
    public async Task Packing()
    {
        var (maker, _) = await _firms.FirmsAsync("packed");
        await _firms.MakeAsync(maker.Key, "PA-1");
        await using var visit = await _firms.SignedInAsync(maker.Key, 390);
        await visit.OpenAsync("/portal/pack");
        await Look.WellAsync(visit, "step-pack-empty");
        await AddAsync(visit, $"(01){Firms.Gtin}(10)PA-1", "");
        await visit.Page.Locator(".entry").WaitForAsync();
        await PressAsync(visit, "See what your buyer will see");
        await visit.Page.Locator("#into-error").WaitForAsync();
        await Look.WellAsync(visit, "step-pack-faults");
        await FillAsync(visit, ("row-quantity-0", "600"), ("into", "PALLET-7"));
        await PressAsync(visit, "See what your buyer will see");
        await visit.Page.Locator(".seen").WaitForAsync();
        await Look.WellAsync(visit, "step-pack-preview-warned");
        await PressAsync(visit, "Record the packing");
        await visit.Page.Locator(".head h1").WaitForAsync();
        await Look.WellAsync(visit, "event-packed");

        await visit.OpenAsync("/portal/transform");
        await Look.WellAsync(visit, "step-transform-empty");
        await PressAsync(visit, "See what your buyer will see");
        await visit.Page.Locator("#code-error").WaitForAsync();
        await Look.WellAsync(visit, "step-transform-faults");

        await visit.OpenAsync($"/portal/transform?item=(01){Firms.Gtin}(10)PA-1");
        await FillAsync(visit, ("row-quantity-0", "60"), ("number", "CAKE"), ("name", "Honey cake"), ("lot", "B-1"), ("quantity", "80"));
        await PressAsync(visit, "Another lot came out");
        await FillAsync(visit, ("out-number-0", "CRUMBS"), ("out-name-0", "Crumbs"), ("out-lot-0", "B-2"), ("out-quantity-0", "much"));
        await PressAsync(visit, "See what your buyer will see");
        await visit.Page.Locator("#out-quantity-0-error").WaitForAsync();
        await Look.WellAsync(visit, "step-transform-two-lots");
        await FillAsync(visit, ("out-quantity-0", "1,5"));
        await PressAsync(visit, "See what your buyer will see");
        await visit.Page.Locator(".seen").First.WaitForAsync();
        await Look.WellAsync(visit, "step-transform-two-lots-preview");
    }

    [DrawnFact]
    public async Task A_spreadsheet_that_is_none_and_one_with_a_column_too_few()
    {
        var (firm, _) = await _firms.FirmsAsync("sheets");
        await using var visit = await _firms.SignedInAsync(firm.Key, 390);
        await visit.OpenAsync("/portal/import");
        await UploadAsync(visit, "letter.pdf", "%PDF-1.7");
        await visit.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        await Look.WellAsync(visit, "import-refused");
        await UploadAsync(visit, "two.csv", "SKU;Lot;Quantity;Made on;From\nA;1;1,000;03/04/2026;AT\n");
        await PressAsync(visit, "Check the rows");
        await visit.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        await Look.WellAsync(visit, "import-columns-faults");
    }

    [DrawnFact]
    public async Task Correcting_a_batch_with_nothing_right()
    {
        var (maker, _) = await _firms.FirmsAsync("mended");
        await _firms.MakeAsync(maker.Key, "CO-1");
        await using var visit = await _firms.SignedInAsync(maker.Key, 390);
        await visit.Page.Locator(".ingredients a").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Correct" }).ClickAsync();
        await Look.WellAsync(visit, "event-correct-batch");
        await FillAsync(visit, ("lot", ""), ("quantity", "many"));
        await visit.Page.Locator("#made").FillAsync("2099-01-01");
        await PressAsync(visit, "See what will change");
        await visit.Page.Locator(".error").First.WaitForAsync();
        await Look.WellAsync(visit, "event-correct-faults");
    }

    internal static async Task FillAsync(Visit visit, params (string Field, string Text)[] fields)
    {
        foreach (var (field, text) in fields)
        {
            await visit.Page.Locator($"#{field}").FillAsync(text);
        }
    }

    internal static Task PressAsync(Visit visit, string name) => visit.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).First.ClickAsync();

    private static async Task AddAsync(Visit visit, string code, string lot)
    {
        await FillAsync(visit, ("code", code), ("code-lot", lot));
        await visit.Page.Locator("#code").PressAsync("Enter");
    }

    private static async Task RecordAsync(Visit visit, string button)
    {
        await PressAsync(visit, "See what your buyer will see");
        await visit.Page.Locator(".seen").WaitForAsync();
        await PressAsync(visit, button);
    }

    private static async Task UploadAsync(Visit visit, string name, string text)
    {
        await visit.Page.SetInputFilesAsync("#file", new FilePayload { Name = name, MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) });
        await PressAsync(visit, "Look at the file");
    }

    /// <summary>A picture without a code in it.</summary>
    private async Task<FilePayload> PhotoAsync(string name)
    {
        await using var other = await story.VisitAsync();
        await other.Page.SetViewportSizeAsync(160, 120);
        await other.Page.SetContentAsync("<body style='margin:0;height:120px;background:linear-gradient(#8ab,#cde 60%,#864 60%)'>");
        return new FilePayload { Name = name, MimeType = "image/png", Buffer = await other.Page.ScreenshotAsync() };
    }
}

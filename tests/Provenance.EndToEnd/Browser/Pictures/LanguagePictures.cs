using System.Text;
using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser.Pictures;

/// <summary>German and Spanish, whose words are the longest.</summary>
[Collection(Browser.Pages.Name)]
public sealed class LanguagePictures(ToldStory story)
{
    private readonly Firms _firms = new(story);

    [DrawnFact]
    public Task German() => InAsync("de");

    [DrawnFact]
    public Task Spanish() => InAsync("es");

    private async Task InAsync(string language)
    {
        var (maker, customer) = await _firms.FirmsAsync("in-" + language);
        var item = await _firms.MakeAsync(maker.Key, "L-" + language);
        await _firms.ShipAsync(maker, item, 100);
        await using var visit = await story.VisitAsync(languages: language);
        await visit.Page.SetViewportSizeAsync(390, 844);
        await Firms.SignInAsync(visit, customer.Key);
        await SeeAsync("/portal/deliveries", "deliveries");
        await SeeAsync("/portal/products", "own-products");
        await SeeAsync("/portal/places", "own-places");
        await SeeAsync("/portal/keys", "own-keys");
        await SeeAsync("/portal/account", "account");
        await SeeAsync("/portal/import", "import-begin");
        await visit.Page.SetInputFilesAsync("#file", new FilePayload
        {
            Name = "herbst.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes("SKU;Product;Lot;Quantity;Unit;Made on;Country of origin\nA;Honig;1;viel;kg;2026-04-03;AT\nB;Honig;2;12;stones;2026-04-03;Narnia\nC;Honig;3;#REF!;kg;2026-04-03;AT\nD;Honig;4;5;kg;2026-04-03;AT\n"),
        });
        await visit.Page.Locator("form .main").ClickAsync();
        await Look.WellAsync(visit, $"import-columns-{language}");
        await visit.Page.Locator("[value=check]").ClickAsync();
        await visit.Page.Locator("#bad").WaitForAsync();
        await Look.WellAsync(visit, $"import-checked-{language}");

        await SeeAsync("/portal/register", "register");
        foreach (var (field, text) in new[] { ("number", "9506000134353"), ("lot", "a lot with far too many letters"), ("quantity", "1,000") })
        {
            await visit.Page.Locator($"#{field}").FillAsync(text);
        }
        await visit.Page.Locator("button.main").ClickAsync();
        await visit.Page.Locator("#lot-error").WaitForAsync();
        await Look.WellAsync(visit, $"register-faults-{language}");

        await SeeAsync("/portal/receive", "step-receive");
        await visit.Page.Locator("[data-coming] a").ClickAsync();
        await visit.Page.Locator("#row-quantity-0").FillAsync("90");
        await visit.Page.Locator("#row-damaged-0").FillAsync("5");
        await Look.WellAsync(visit, $"step-receive-filled-{language}");
        await visit.Page.Locator("button.main").ClickAsync();
        await visit.Page.Locator(".seen").First.WaitForAsync();
        await Look.WellAsync(visit, $"step-receive-preview-{language}");
        await visit.Page.Locator("button.main").ClickAsync();
        await visit.Page.Locator(".head h1").WaitForAsync();
        await Look.WellAsync(visit, $"event-received-{language}");
        await SeeAsync(visit.Page.Url.Split('?')[0] + "/correct", "event-correct");
        await SeeAsync("/portal/batches/999999", "not-there");

        await SeeAsync("/portal/pack", "step-pack");
        await SeeAsync($"/labels?item={Uri.EscapeDataString(story.Lot)}", "labels");
        await visit.Page.Context.ClearCookiesAsync();
        await SeeAsync("/portal", "sign-in");

        async Task SeeAsync(string path, string name)
        {
            await visit.OpenAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}lang={language}");
            await Look.WellAsync(visit, $"{name}-{language}");
        }
    }
}

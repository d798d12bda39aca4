using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>What a firm keeps itself, by keyboard alone, on a phone and on a desk.</summary>
[Collection(Pages.Name)]
public sealed class OwnDataJourneyTests(ToldStory story)
{
    private const string Script = "<script>document.title='!'</script>";

    private readonly Firms _firms = new(story);

    [BrowserTheory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task Products_places_and_keys_are_kept_by_keyboard_alone(int width)
    {
        var (firm, _) = await _firms.FirmsAsync($"own{width}");
        await using var visit = await story.VisitAsync();
        await visit.Page.SetViewportSizeAsync(width, 900);
        await visit.OpenAsync("/portal");
        await Keys.TypeAsync(visit, "#key", firm.Key, "Enter");
        await visit.Page.WaitForURLAsync("**/portal/batches");
        await Keys.PressAsync(visit, "Imkerei Almtal");
        await Look.WellAsync(visit, "own-account");

        await Keys.PressAsync(visit, "Products");
        await Look.WellAsync(visit, "own-products-none");
        await Keys.TypeAsync(visit, "#number", "9506000134353");
        await Keys.TypeAsync(visit, "#name", Script);
        await Keys.PressAsync(visit, "Add this product");
        Assert.Contains("the last digit should be 2", await visit.Page.Locator("#number-error").InnerTextAsync(), StringComparison.Ordinal);
        await Look.WellAsync(visit, "own-products-fault");
        await Keys.TypeAsync(visit, "#number", "HONIG-500");
        await Keys.TypeAsync(visit, "#holds", "500");
        await Keys.PressAsync(visit, "Add this product");
        Assert.Contains(Script, await visit.Page.Locator("#list").InnerTextAsync(), StringComparison.Ordinal);
        await Keys.PressAsync(visit, "Change");
        await Look.WellAsync(visit, "own-products-change");
        await Keys.TypeAsync(visit, "#name", "Forest honey 500 g");
        await Keys.PressAsync(visit, "Keep it");
        Assert.Contains("Forest honey 500 g", await visit.Page.Locator("#list").InnerTextAsync(), StringComparison.Ordinal);
        await Look.WellAsync(visit, "own-products");

        await visit.OpenAsync("/portal/places");
        foreach (var (field, text) in new[] { ("name", "Cold store"), ("city", "Wels"), ("timeZone", "Europe/Vienna"), ("gln", "9506000111118") })
        {
            await Keys.TypeAsync(visit, $"#{field}", text);
        }
        await Keys.PressAsync(visit, "Add this place");
        Assert.Contains("the last digit should be 7", await visit.Page.Locator("#gln-error").InnerTextAsync(), StringComparison.Ordinal);
        await Look.WellAsync(visit, "own-places-fault");
        await Keys.TypeAsync(visit, "#gln", width == 390 ? "9506000111117" : "9506000111124");
        await Keys.PressAsync(visit, "Add this place");
        Assert.Contains("GLN not confirmed yet", await visit.Page.Locator("#list").InnerTextAsync(), StringComparison.Ordinal);
        await Look.WellAsync(visit, "own-places");

        await visit.OpenAsync("/portal/keys");
        await Keys.TypeAsync(visit, "#name", "Merchandise system");
        await Keys.PressAsync(visit, "Make a key");
        Assert.StartsWith("prov_", await visit.Page.Locator(".once").InnerTextAsync(), StringComparison.Ordinal);
        await Look.WellAsync(visit, "own-keys-made");
        await Keys.PressAsync(visit, "Invite somebody");
        await Keys.TypeAsync(visit, "[name=name]", "Anna");
        await Keys.PressAsync(visit, "Make a link");
        await visit.OpenAsync("/portal/keys");
        Assert.Contains("Anna", await visit.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await Look.WellAsync(visit, "own-keys");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Withdraw: Merchandise system" }).PressAsync("Enter");
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Withdraw this key?" }).WaitForAsync();
        await Look.WellAsync(visit, "own-withdraw");
        await Keys.PressAsync(visit, "Withdraw it");
        await visit.Page.GetByText("Withdrawn ones").WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Withdraw" }).PressAsync("Enter");
        await visit.Page.GetByText("None.").WaitForAsync();
        await Look.WellAsync(visit, "own-keys-withdrawn");
    }
}

namespace Provenance.EndToEnd.Browser;

/// <summary>Finding one's way: home, product, a lot that nobody recorded, the API's page.</summary>
[Collection(Pages.Name)]
public sealed class SiteTests(ToldStory story)
{
    [BrowserFact]
    public async Task The_number_and_lot_on_a_pack_lead_to_its_page_by_keyboard_alone()
    {
        await using var visit = await story.VisitAsync();
        await visit.OpenAsync("/");
        var (product, lot) = (new Uri(story.Product).Segments[^1], new Uri(story.Lot).Segments[^1]);

        await TabToAsync(visit, "item");
        await visit.Page.Keyboard.TypeAsync(product);
        await TabToAsync(visit, "lot");
        await visit.Page.Keyboard.TypeAsync(lot);
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.WaitForURLAsync(story.Lot);

        Assert.Equal("Finca El Mirador, washed Caturra, 250 g", await visit.Page.Locator("h1").InnerTextAsync());
        await visit.AssertNothingElseAsync();
    }

    [BrowserFact]
    public async Task What_is_no_number_is_given_back_with_the_reason()
    {
        await using var visit = await story.VisitAsync();
        await visit.OpenAsync("/");

        await visit.Page.Locator("#item").FillAsync("09506000134351");
        await visit.Page.Locator("#item").PressAsync("Enter");

        await visit.Page.Locator("#item-error").WaitForAsync();
        Assert.Equal("09506000134351", await visit.Page.Locator("#item").InputValueAsync());
    }

    [BrowserFact]
    public async Task A_product_asks_for_the_lot()
    {
        await using var visit = await story.VisitAsync();
        Assert.Equal(200, await visit.OpenAsync(story.Product));

        await visit.Page.Locator("[name=lot]").FillAsync(new Uri(story.Lot).Segments[^1]);
        await visit.Page.Locator("[name=lot]").PressAsync("Enter");

        await visit.Page.WaitForURLAsync(story.Lot);
        await visit.AssertNothingElseAsync();
    }

    [BrowserFact]
    public async Task A_lot_that_nobody_recorded_is_not_found_and_says_so_on_the_products_page()
    {
        await using var visit = await story.VisitAsync();

        Assert.Equal(404, await visit.OpenAsync(story.UnknownLot));

        Assert.True(await visit.Page.GetByText("Lot L0000-00 is not on record").IsVisibleAsync());
        Assert.True(await visit.Page.Locator("[name=lot]").IsVisibleAsync());
        await visit.AssertNothingElseAsync();
    }

    [BrowserFact]
    public async Task The_page_of_the_API_opens_with_nothing_from_elsewhere()
    {
        await using var visit = await story.VisitAsync();

        await visit.Page.GotoAsync("/docs");
        await visit.Page.Locator(".opblock").First.WaitForAsync();

        await visit.AssertNothingElseAsync();
    }

    private static async Task TabToAsync(Visit visit, string field)
    {
        const int FarEnough = 12;
        for (var i = 0; i < FarEnough; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            if (await visit.Page.EvaluateAsync<string?>("document.activeElement.getAttribute('name')") == field)
            {
                return;
            }
        }
        Assert.Fail($"{field} is not within {FarEnough} steps of the Tab key.");
    }
}

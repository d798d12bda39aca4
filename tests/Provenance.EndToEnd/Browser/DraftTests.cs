using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>What was typed outlives a lost connection and a page left behind, and is recorded once.</summary>
[Collection(Pages.Name)]
public sealed class DraftTests(ToldStory story)
{
    private readonly Firms _firms = new(story);

    [BrowserFact]
    public async Task What_is_sent_off_without_a_connection_outlives_a_reload_and_is_recorded_once()
    {
        var (maker, _) = await _firms.FirmsAsync("away");
        var item = await _firms.MakeAsync(maker.Key, "W-1");
        await using var visit = await _firms.SignedInAsync(maker.Key, 390);
        await KeptFormTests.KeptAsync(visit, KeptFormTests.All);
        await visit.OpenAsync("/portal/ship");
        await visit.Page.Locator("#partner").FillAsync(maker.Customer);

        await visit.Page.Context.SetOfflineAsync(true);
        await Keys.TypeAsync(visit, "#code", item, "Enter"); // nobody can look it up now
        await visit.Page.Locator(".entry [name=row-quantity]").FillAsync("25");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "See what your buyer will see" }).ClickAsync();
        await Look.WellAsync(visit, "drafts-offline");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Record when the connection is back" }).ClickAsync();
        await visit.Page.GetByText("Not sent yet").WaitForAsync();
        await Look.WellAsync(visit, "drafts-waiting");

        await visit.Page.ReloadAsync(); // to a form that the browser kept
        await visit.Page.GetByText("You can begin here all the same").WaitForAsync();
        await visit.Page.GetByText("Not sent yet").WaitForAsync();
        await Look.WellAsync(visit, "drafts-reloaded");
        await visit.Page.GotoAsync("/portal/account");
        Assert.Equal("No connection", await visit.Page.Locator("h1").InnerTextAsync());
        await visit.Page.GetByText("Not sent yet").WaitForAsync();
        await Look.WellAsync(visit, "drafts-offline-page");
        Assert.Equal(480, await _firms.HeldAsync(maker.Key, item));

        await visit.Page.Context.SetOfflineAsync(false);
        await visit.Page.GetByText("Sent and recorded").WaitForAsync();
        Assert.Equal(455, await _firms.HeldAsync(maker.Key, item));
        await visit.OpenAsync("/portal/ship");
        await visit.Page.GetByText("Sent and recorded").WaitForAsync();
        await Look.WellAsync(visit, "drafts-sent");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "See it" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Shipped" }).WaitForAsync();
        Assert.Equal(455, await _firms.HeldAsync(maker.Key, item));
    }

    [BrowserFact]
    public async Task What_was_sent_off_wrong_is_given_back_to_be_mended()
    {
        var (maker, _) = await _firms.FirmsAsync("wrong");
        var item = await _firms.MakeAsync(maker.Key, "X-1");
        await using var visit = await _firms.SignedInAsync(maker.Key, 390);
        await visit.OpenAsync("/portal/ship");
        await visit.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await visit.Page.Context.SetOfflineAsync(true);
        await Keys.TypeAsync(visit, "#code", item, "Enter");
        await visit.Page.Locator(".entry [name=row-quantity]").FillAsync("many");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "See what your buyer will see" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Record when the connection is back" }).ClickAsync();
        await visit.Page.Context.SetOfflineAsync(false);

        await visit.Page.GetByText("Sent, but not recorded").WaitForAsync();
        await Look.WellAsync(visit, "drafts-refused");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Open and mend" }).ClickAsync();

        await visit.Page.Locator("#row-quantity-0-error").WaitForAsync();
        Assert.Equal("many", await visit.Page.Locator("#row-quantity-0").InputValueAsync());
        Assert.Equal(480, await _firms.HeldAsync(maker.Key, item));
    }

    [BrowserFact]
    public async Task A_draft_left_behind_is_offered_again_and_gone_once_it_is_recorded()
    {
        var (maker, _) = await _firms.FirmsAsync("left");
        var item = await _firms.MakeAsync(maker.Key, "L-1");
        await using var visit = await _firms.SignedInAsync(maker.Key, 1280);
        await visit.OpenAsync("/portal/ship");
        await Keys.TypeAsync(visit, "#code", item, "Enter");
        await visit.Page.Locator(".entry").WaitForAsync();
        await visit.Page.Locator("#note").FillAsync("two pallets");
        await DraftIsKeptAsync(visit, "two pallets");

        await visit.OpenAsync("/portal/ship");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Take it up again" }).WaitForAsync();
        await Look.WellAsync(visit, "drafts-kept");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Take it up again" }).ClickAsync();
        await visit.Page.Locator(".entry").WaitForAsync();
        Assert.Equal("two pallets", await visit.Page.Locator("#note").InputValueAsync());
        await visit.Page.Locator("#partner").FillAsync(maker.Customer);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "See what your buyer will see" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Record the shipment" }).DblClickAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Shipped" }).WaitForAsync();
        await NoDraftIsKeptAsync(visit);

        await visit.OpenAsync("/portal/ship");
        await visit.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        Assert.Equal(0, await visit.Page.Locator("[data-draft]").CountAsync());
        Assert.Equal(0, await _firms.HeldAsync(maker.Key, item)); // all of it went, once
    }

    /// <summary>Waits until the browser has on its disk what was typed.</summary>
    internal static Task DraftIsKeptAsync(Visit visit, string text) => DraftsComeToAsync(visit, "(drafts) => drafts.some(({ fields }) => fields.some(([, value]) => value === '" + text + "'))");

    private static Task NoDraftIsKeptAsync(Visit visit) => DraftsComeToAsync(visit, "(drafts) => drafts.length === 0");

    private static async Task DraftsComeToAsync(Visit visit, string isSo)
    {
        var look = $$"""
            () => new Promise((resolve) => {
              const open = indexedDB.open('provenance-portal');
              open.onsuccess = () => {
                const asked = open.result.transaction('draft').objectStore('draft').getAll();
                asked.onsuccess = () => {
                  open.result.close();
                  resolve(({{isSo}})(asked.result));
                };
              };
            })
            """;
        for (var tries = 0; !await visit.Page.EvaluateAsync<bool>(look); tries++)
        {
            Assert.True(tries < 300, $"The browser's drafts never came to this: {isSo}");
            await Task.Delay(50);
        }
    }
}

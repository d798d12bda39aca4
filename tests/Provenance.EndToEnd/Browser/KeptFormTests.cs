using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>A form is begun without a connection, and nobody finds another's.</summary>
[Collection(Pages.Name)]
public sealed class KeptFormTests(ToldStory story)
{
    internal const string All = "/portal/pack /portal/receive /portal/register /portal/ship /portal/transform";

    /// <summary>Which forms the browser has.</summary>
    private const string Kept = "caches.open('provenance-portal-forms').then((cache) => cache.keys()).then((kept) => kept.map(({ url }) => new URL(url).pathname).filter((path) => !path.endsWith('kept-for')).sort().join(' '))";

    private readonly Firms _firms = new(story);

    [BrowserFact]
    public async Task Two_batches_begun_without_a_connection_are_both_recorded_and_once_each()
    {
        var (maker, _) = await _firms.FirmsAsync("begun");
        await using var visit = await _firms.SignedInAsync(maker.Key, 390);
        await KeptAsync(visit, All);
        await visit.Page.Context.SetOfflineAsync(true);

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Register a batch" }).ClickAsync();
        await RegisterAsync(visit, "BE-1");
        await Look.WellAsync(visit, "drafts-begun-waiting");
        await visit.Page.GotoAsync("/portal/register");
        await RegisterAsync(visit, "BE-2");
        await visit.Page.GotoAsync("/portal/receive");
        await visit.Page.GetByText("You can begin here all the same").WaitForAsync();
        await Look.WellAsync(visit, "drafts-begun");

        await visit.Page.Context.SetOfflineAsync(false);
        await visit.Page.GotoAsync("/portal/batches");
        await visit.Page.Locator("[data-state=sent]").Nth(1).WaitForAsync();
        await visit.Page.ReloadAsync();
        foreach (var lot in new[] { "BE-1", "BE-2" })
        {
            Assert.Equal(1, await visit.Page.GetByText($"Lot {lot}", new() { Exact = true }).CountAsync());
        }
    }

    [BrowserFact]
    public async Task A_draft_from_before_is_not_written_over_by_one_begun_without_a_connection()
    {
        var (maker, _) = await _firms.FirmsAsync("beside");
        await using var visit = await _firms.SignedInAsync(maker.Key, 390);
        await KeptAsync(visit, All);
        await visit.OpenAsync("/portal/register");
        await visit.Page.Locator("#name").FillAsync("Begun before");
        await DraftTests.DraftIsKeptAsync(visit, "Begun before");
        await visit.Page.Context.SetOfflineAsync(true);

        await visit.Page.GotoAsync("/portal/register");
        await visit.Page.GetByText("the one you began before waits").WaitForAsync();
        await Look.WellAsync(visit, "drafts-begun-beside");
        await RegisterAsync(visit, "BS-1");
        await visit.Page.Context.SetOfflineAsync(false);

        await visit.Page.GotoAsync("/portal/register");
        await visit.Page.GetByText("Sent and recorded").WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Take it up again" }).ClickAsync();
        await visit.Page.WaitForFunctionAsync("document.querySelector('#name').value === 'Begun before'");
    }

    [BrowserFact]
    public async Task Who_signs_out_takes_the_forms_along_and_who_signs_in_has_none_of_anothers()
    {
        var (maker, customer) = await _firms.FirmsAsync("leaves");
        await using var visit = await _firms.SignedInAsync(maker.Key, 1280);
        await KeptAsync(visit, All);
        await visit.OpenAsync("/portal/account");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await visit.Page.Locator("#key").WaitForAsync();
        await KeptAsync(visit, "");
        await visit.Page.Context.SetOfflineAsync(true);
        await visit.Page.GotoAsync("/portal/register");
        Assert.Equal("No connection", await visit.Page.Locator("h1").InnerTextAsync());
        Assert.DoesNotContain("Imkerei Almtal", await visit.Page.ContentAsync(), StringComparison.Ordinal);
        await visit.Page.Context.SetOfflineAsync(false);

        await Firms.SignInAsync(visit, customer.Key);
        await KeptAsync(visit, All);
        // Another's session comes into the browser without anybody's having signed out or in here.
        await using (var elsewhere = await _firms.SignedInAsync(maker.Key, 390))
        {
            var cookie = (await elsewhere.Page.Context.CookiesAsync())[0];
            await visit.Page.Context.AddCookiesAsync([new() { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path }]);
        }
        await visit.OpenAsync("/portal/pack");
        await KeptAsync(visit, "/portal/pack");
        await visit.Page.Context.SetOfflineAsync(true);
        await visit.Page.GotoAsync("/portal/pack");
        Assert.Contains("Imkerei Almtal", await visit.Page.ContentAsync(), StringComparison.Ordinal);
        await visit.Page.GotoAsync("/portal/ship");
        Assert.Equal("No connection", await visit.Page.Locator("h1").InnerTextAsync());
        await visit.Page.Locator("[data-forms] a").WaitForAsync();
        await Look.WellAsync(visit, "offline-forms");
    }

    internal static async Task KeptAsync(Visit visit, string forms)
    {
        await visit.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        for (var tries = 0; await visit.Page.EvaluateAsync<string>(Kept) is var kept && kept != forms; tries++)
        {
            Assert.True(tries < 300, $"Kept are: {kept}");
            await Task.Delay(50);
        }
    }

    private static async Task RegisterAsync(Visit visit, string lot)
    {
        await visit.Page.GetByText("No connection.").First.WaitForAsync();
        foreach (var (field, text) in new[] { ("number", Firms.Gtin), ("name", "Forest honey"), ("lot", lot), ("quantity", "5") })
        {
            await visit.Page.Locator($"#{field}").FillAsync(text);
        }
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "See what your buyer will see" }).First.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Record when the connection is back" }).ClickAsync();
        await visit.Page.Locator("form[inert]").WaitForAsync();
    }
}

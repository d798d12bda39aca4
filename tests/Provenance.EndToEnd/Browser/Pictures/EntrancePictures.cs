using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser.Pictures;

/// <summary>Getting in and out, and what a firm keeps itself.</summary>
[Collection(Browser.Pages.Name)]
public sealed class EntrancePictures(ToldStory story)
{
    private readonly Firms _firms = new(story);

    [DrawnFact]
    public async Task Signing_in()
    {
        const int MostWrong = 10;
        await using var visit = await story.VisitAsync();
        // Of an address of its own: the tests' other browsers must not wait for this one's wrong keys.
        await visit.Page.Context.SetExtraHTTPHeadersAsync([new("X-Forwarded-For", "203.0.113.7")]);
        await visit.OpenAsync("/portal");
        await Look.WellAsync(visit, "sign-in");
        for (var i = 0; i <= MostWrong; i++)
        {
            await visit.Page.Locator("#key").FillAsync("prov_nothing");
            await visit.Page.Locator("#key").PressAsync("Enter");
            await visit.Page.Locator("#key-error").WaitForAsync();
            if (i == 0)
            {
                await Look.WellAsync(visit, "sign-in-wrong");
            }
        }
        await visit.Page.GetByText("Too many wrong keys").WaitForAsync();
        await Look.WellAsync(visit, "sign-in-locked");
    }

    [DrawnFact]
    public async Task An_invitation()
    {
        var (maker, _) = await _firms.FirmsAsync("invited");
        await using var visit = await _firms.SignedInAsync(maker.Key, 390);
        await visit.OpenAsync("/portal/account");
        await visit.Page.Locator("[name=name]").FillAsync("Anna");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        var link = await visit.Page.Locator(".once").InnerTextAsync();
        await Look.WellAsync(visit, "account-invited");

        await visit.OpenAsync(link);
        await Look.WellAsync(visit, "join");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Accept and sign in" }).ClickAsync();
        await visit.Page.Locator(".once").WaitForAsync();
        await Look.WellAsync(visit, "join-done");
        await visit.OpenAsync(link);
        await Look.WellAsync(visit, "join-gone");
    }

    [DrawnFact]
    public async Task The_first_day()
    {
        var (maker, _) = await _firms.FirmsAsync("firstday");
        await using var visit = await _firms.SignedInAsync(maker.Key, 390);
        await Look.WellAsync(visit, "batches-none");
        await visit.OpenAsync("/portal/deliveries");
        await Look.WellAsync(visit, "deliveries-none");
        await visit.OpenAsync("/portal/keys");
        await visit.Page.EvaluateAsync("document.querySelector('#name').required = false");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Make a key" }).ClickAsync();
        await visit.Page.Locator("#name-error").WaitForAsync();
        await Look.WellAsync(visit, "own-keys-fault");
        await visit.OpenAsync("/portal/places?change=hall");
        await Look.WellAsync(visit, "own-places-change");

        var bare = await _firms.BareAsync("bare");
        await visit.OpenAsync("/portal/account");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await Firms.SignInAsync(visit, bare);
        await visit.OpenAsync("/portal/register");
        await Look.WellAsync(visit, "place-empty");
        await visit.Page.EvaluateAsync("document.querySelectorAll('[required]').forEach((one) => (one.required = false))");
        await visit.Page.Locator("#timeZone").FillAsync("Vienna");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Keep this place" }).ClickAsync();
        await visit.Page.Locator("[aria-invalid=true]").First.WaitForAsync();
        await Look.WellAsync(visit, "place-fault");
        await visit.OpenAsync("/portal/import");
        await Look.WellAsync(visit, "import-no-place");
        await visit.OpenAsync("/portal/places");
        await Look.WellAsync(visit, "own-places-none");
    }

    [DrawnFact]
    public async Task An_auditor_and_an_admin()
    {
        var (_, made) = await story.Server.PostAsync("/api/parties/operator/keys", new JsonObject { ["role"] = "auditor" });
        await using var visit = await story.VisitAsync();
        await visit.OpenAsync("/portal");
        await visit.Page.Locator("#key").FillAsync((string)made["key"]!);
        await visit.Page.Locator("#key").PressAsync("Enter");
        await visit.Page.WaitForURLAsync("**/portal/account");
        await Look.WellAsync(visit, "account-auditor");
        await visit.OpenAsync("/portal/receive");
        await Look.WellAsync(visit, "not-allowed");
        await visit.OpenAsync("/portal/batches");
        await Look.WellAsync(visit, "batches-auditor");

        await visit.OpenAsync("/portal/account");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out everywhere" }).ClickAsync();
        await Firms.SignInAsync(visit, RunningServer.AdminKey);
        await visit.OpenAsync("/portal/account");
        await Look.WellAsync(visit, "account-admin");
        await visit.OpenAsync("/portal/events/0/correct");
        await visit.OpenAsync("/portal/batches/999999");
        await Look.WellAsync(visit, "not-there");
    }

    [DrawnFact]
    public async Task A_session_that_ended()
    {
        var (maker, _) = await _firms.FirmsAsync("ended");
        await using var visit = await _firms.SignedInAsync(maker.Key, 390);
        await visit.OpenAsync("/portal/register");
        await visit.Page.Locator("#lot").FillAsync("E-1");
        await visit.Page.Context.ClearCookiesAsync();
        await visit.Page.Context.AddCookiesAsync([new() { Name = "provenance-portal", Value = "of-a-session-that-ended", Domain = story.Server.Url.Host, Path = "/portal" }]);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "See what your buyer will see" }).ClickAsync();
        await visit.Page.Locator("#key").WaitForAsync();
        await Look.WellAsync(visit, "session-ended");

        await Firms.SignInAsync(visit, maker.Key);
        await visit.OpenAsync("/portal/register");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Take it up again" }).WaitForAsync();
        await Look.WellAsync(visit, "register-draft-kept");
        await visit.Page.EvaluateAsync("document.querySelector('[name=form-token]').value = 'of another session'");
        await visit.Page.EvaluateAsync("document.querySelector('form[data-step]').submit()");
        await visit.Page.GetByText("This form does not come from your session").WaitForAsync();
        await Look.WellAsync(visit, "form-refused");
    }
}

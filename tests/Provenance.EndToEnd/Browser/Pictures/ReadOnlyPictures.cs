using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser.Pictures;

/// <summary>A server that only reads, because its chain is away.</summary>
public sealed class ReadOnlyPictures
{
    [DrawnFact]
    public async Task Nothing_is_recorded_at_the_moment()
    {
        await using var chain = await OutsideChain.StartAsync();
        await using var server = chain.PrepareServer();
        await server.StartAgainAsync();
        await server.MustRegisterAsync("A-1");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.StartAsync(playwright);
        await using var context = await browser.NewContextAsync(new() { BaseURL = server.Url.AbsoluteUri, Locale = "en" });
        await using var visit = new Visit(context, await context.NewPageAsync(), server.Url);
        await visit.Page.SetViewportSizeAsync(390, 844);
        await Firms.SignInAsync(visit, RunningServer.AdminKey);
        await visit.OpenAsync("/portal/places");
        await FormPictures.FillAsync(visit, ("name", "Mill"), ("city", "Linz"), ("timeZone", "Europe/Vienna"));
        await visit.Page.Locator("#country").SelectOptionAsync("AT");
        await FormPictures.PressAsync(visit, "Add this place");
        await server.StopAsync();
        await chain.StopAsync();
        await server.StartAgainAsync("read-only");

        await visit.OpenAsync("/portal/register?like=last");
        await FormPictures.FillAsync(visit, ("lot", "A-2"));
        await FormPictures.PressAsync(visit, "See what your buyer will see");
        await visit.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        await Look.WellAsync(visit, "register-read-only");
        await visit.OpenAsync("/portal/pack?item=(01)09506000134369(10)X");
        await FormPictures.PressAsync(visit, "See what your buyer will see");
        await visit.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        await Look.WellAsync(visit, "step-read-only");
        await visit.OpenAsync("/portal/events/0/void");
        await FormPictures.PressAsync(visit, "It did not happen");
        await visit.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        await Look.WellAsync(visit, "event-void-read-only");
        await visit.OpenAsync("/portal/register?like=last&lang=de");
        await visit.Page.Locator("button.main").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        await Look.WellAsync(visit, "register-read-only-de");
        await server.StopAsync();
        await visit.Page.GotoAsync("/portal/batches");
        await Look.WellAsync(visit, "server-away");
    }
}

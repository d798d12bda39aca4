using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>The portal in a browser: by keyboard alone, on pages without script, on a small phone.</summary>
[Collection(Pages.Name)]
public sealed class PortalTests(ToldStory story)
{
    private const int SmallestPhone = 320;
    private const string OperatorName = "The operator";

    [BrowserFact]
    public async Task Somebody_invited_gets_in_by_keyboard_alone_and_back_in_with_their_key()
    {
        await using var visit = await story.VisitAsync();
        await visit.OpenAsync("/portal");
        await TypeKeyAsync(visit, RunningServer.AdminKey);
        await LooksWellAsync(visit);
        await Keys.PressAsync(visit, OperatorName);

        await Keys.PressAsync(visit, "Make a link");
        var link = await visit.Page.Locator(".once").InnerTextAsync();
        await LooksWellAsync(visit);
        await Keys.PressAsync(visit, "Sign out");
        await visit.Page.Locator("[name=key]").WaitForAsync();

        await visit.OpenAsync(link);
        await LooksWellAsync(visit);
        await Keys.PressAsync(visit, "Accept and sign in");
        var key = await visit.Page.Locator(".once").InnerTextAsync();
        await LooksWellAsync(visit);
        await Keys.PressAsync(visit, "Go on");
        await Keys.PressAsync(visit, OperatorName);
        await Keys.PressAsync(visit, "Sign out everywhere");

        await TypeKeyAsync(visit, key);
        await Keys.PressAsync(visit, OperatorName);
        Assert.Equal("You are signed in to record for this firm.", await visit.Page.Locator(".origin").InnerTextAsync());
    }

    [BrowserFact]
    public async Task A_batch_is_registered_by_keyboard_alone_seen_first_and_labelled()
    {
        await using var visit = await story.VisitAsync();
        await visit.OpenAsync("/portal");
        await TypeKeyAsync(visit, RunningServer.AdminKey);
        await Keys.PressAsync(visit, "Register a batch");
        await FillPlaceAsync(visit);
        foreach (var (field, text) in new[] { ("number", "PORTAL-1"), ("name", "Rye bread"), ("lot", "P-1"), ("quantity", "12,5") })
        {
            await visit.Page.Locator($"#{field}").FocusAsync();
            await visit.Page.Keyboard.TypeAsync(text);
        }
        await visit.Page.Locator("#country").SelectOptionAsync("AT");
        await LooksWellAsync(visit);
        await Keys.PressAsync(visit, "See what your buyer will see");
        Assert.Contains("Quantity: 12.5 kg", await visit.Page.Locator(".seen .unchecked").AllInnerTextsAsync().ContinueWith(texts => string.Join(' ', texts.Result), TaskScheduler.Default), StringComparison.Ordinal);
        await LooksWellAsync(visit);

        await Keys.PressAsync(visit, "Register");
        await LooksWellAsync(visit);
        await Keys.PressAsync(visit, "Print labels");

        Assert.Equal(21, await visit.Page.Locator("use").CountAsync());
        await visit.OpenAsync("/portal/batches?q=p-1");
        await LooksWellAsync(visit);
    }

    [BrowserFact]
    public async Task A_wrong_key_is_named_and_the_language_can_be_changed()
    {
        await using var visit = await story.VisitAsync();
        await visit.OpenAsync("/portal");
        await TypeKeyAsync(visit, "prov_nothing", signsIn: false);
        Assert.True(await visit.Page.Locator("#key-error").IsVisibleAsync());
        await LooksWellAsync(visit);

        await visit.Page.GetByText("Deutsch").ClickAsync();

        Assert.Equal("Anmelden", await visit.Page.Locator("h1").InnerTextAsync());
    }

    /// <summary>Asked of a firm that has none yet.</summary>
    private static async Task FillPlaceAsync(Visit visit)
    {
        if (!visit.Page.Url.EndsWith("/portal/place", StringComparison.Ordinal))
        {
            return;
        }
        foreach (var (field, text) in new[] { ("name", "Bakery"), ("city", "Linz"), ("timeZone", "Europe/Vienna") })
        {
            await visit.Page.Locator($"#{field}").FocusAsync();
            await visit.Page.Keyboard.TypeAsync(text);
        }
        await visit.Page.Locator("#country").SelectOptionAsync("AT");
        await LooksWellAsync(visit);
        await Keys.PressAsync(visit, "Keep this place");
    }

    private static async Task TypeKeyAsync(Visit visit, string key, bool signsIn = true)
    {
        await visit.Page.Locator("[name=key]").FocusAsync();
        await visit.Page.Keyboard.TypeAsync(key);
        await visit.Page.Keyboard.PressAsync("Enter");
        if (signsIn)
        {
            await visit.Page.WaitForURLAsync("**/portal/batches");
        }
        else
        {
            await visit.Page.Locator("#key-error").WaitForAsync();
        }
    }

    private static async Task LooksWellAsync(Visit visit)
    {
        Assert.Equal(0, await visit.Page.Locator("script:not([src^='/js/portal/'])").CountAsync()); // drafts and queues, and nothing that a form needs
        var found = await visit.Page.RunAxe();
        Assert.Empty(found.Violations.Where(violation => violation.Impact is "serious" or "critical").Select(violation => $"{violation.Id}: {violation.Nodes[0].Html}"));
        var size = visit.Page.ViewportSize!;
        await visit.Page.SetViewportSizeAsync(SmallestPhone, 640);
        Assert.Equal(SmallestPhone, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await visit.Page.SetViewportSizeAsync(size.Width, size.Height);
    }
}

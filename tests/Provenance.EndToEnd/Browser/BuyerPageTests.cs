using System.Text;
using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>What somebody sees who scans the code on a bag.</summary>
[Collection(Pages.Name)]
public sealed class BuyerPageTests(ToldStory story)
{
    /// <summary>The one that made the bags.</summary>
    private const int Entry = 12;

    [BrowserFact]
    public async Task The_browser_recomputes_the_findings_and_asks_nobody_else()
    {
        await using var visit = await story.VisitAsync();

        Assert.Equal(200, await visit.OpenAsync(story.Lot));

        Assert.Equal("holds", await visit.VerdictAsync("content"));
        Assert.Equal("holds", await visit.VerdictAsync("recorded"));
        foreach (var finding in new[] { "author", "history", "chain", "complete" })
        {
            Assert.Equal("unknown", await visit.VerdictAsync(finding));
        }
        Assert.Contains("trial chain", await visit.Page.Locator("[data-finding=chain] p").InnerTextAsync(), StringComparison.Ordinal);
        Assert.False(await visit.Page.Locator("[data-mismatch]").IsVisibleAsync());
        await visit.AssertNothingElseAsync();
    }

    [BrowserFact]
    public async Task Of_a_lot_whose_steps_are_all_open_the_content_holds()
    {
        await using var visit = await story.VisitAsync();

        await visit.OpenAsync(story.Waiting);

        Assert.Equal("holds", await visit.VerdictAsync("content"));
        Assert.Equal("holds", await visit.VerdictAsync("recorded"));
        Assert.Equal("unknown", await visit.VerdictAsync("chain"));
        Assert.True(await visit.Page.GetByText("Recorded, not yet on the chain").IsVisibleAsync());
        await visit.AssertNothingElseAsync();
    }

    [BrowserFact]
    public async Task Without_script_it_is_readable_and_says_that_nothing_was_checked()
    {
        await using var visit = await story.VisitAsync(withScript: false);

        await visit.Page.GotoAsync(story.Lot);

        Assert.True(await visit.Page.Locator(".journey > li").CountAsync() > 3);
        Assert.Equal("not yet checked on this device", await visit.Page.Locator("[data-progress]").InnerTextAsync());
        Assert.Contains("Checking here needs JavaScript.", await visit.Page.Locator("[data-findings] noscript").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(6, await visit.Page.Locator("[data-finding].unchecked").CountAsync());
    }

    [BrowserTheory]
    [InlineData("\"disclosures\":[\"", "content")]
    [InlineData("\"inclusion\":[\"", "recorded")]
    [InlineData("\"signature\":\"0x", "recorded")]
    public async Task One_changed_byte_in_a_proof_is_named_and_the_page_takes_its_good_news_back(string before, string finding)
    {
        await using var visit = await story.VisitAsync();
        await visit.Page.RouteAsync($"**/api/log/{Entry}/proof", async route =>
        {
            var answer = await route.FetchAsync();
            var body = await answer.BodyAsync();
            Changed.OneByteAfter(body, before);
            await route.FulfillAsync(new() { Response = answer, BodyBytes = body });
        });

        await visit.OpenAsync(story.Lot);

        Assert.Equal("fails", await visit.VerdictAsync(finding));
        Assert.True(await visit.Page.Locator("[data-mismatch]").IsVisibleAsync());
        Assert.False(await visit.Page.GetByText("In order").IsVisibleAsync());
        Assert.Equal($"{Entry}", await visit.Page.Locator(".journey .mismatch").GetAttributeAsync("data-entry"));
    }

    [BrowserFact]
    public async Task A_page_that_shows_another_place_than_its_record_is_found_out()
    {
        await using var visit = await story.VisitAsync();
        await visit.Page.RouteAsync(story.Lot, async route =>
        {
            var answer = await route.FetchAsync();
            var page = Encoding.UTF8.GetString(await answer.BodyAsync());
            Assert.Contains("value=\"Linz\"", page, StringComparison.Ordinal);
            await route.FulfillAsync(new() { Response = answer, Body = page.Replace("value=\"Linz\"", "value=\"Lienz\"", StringComparison.Ordinal) });
        });

        await visit.OpenAsync(story.Lot);

        Assert.Equal("fails", await visit.VerdictAsync("content"));
        Assert.Contains("Lienz", await visit.Page.Locator("[data-finding=content] p").InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await visit.Page.Locator("[data-mismatch]").IsVisibleAsync());
    }
}

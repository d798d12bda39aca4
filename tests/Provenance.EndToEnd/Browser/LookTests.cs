using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>
/// Every page, light and dark: for readers with a screen reader, a small phone, poor sight.
/// With <c>PROVENANCE_SCREENSHOTS=1</c> each page is also drawn for people to look at: those in <see cref="Kept"/> into <c>src/Provenance.Server/Pages/screenshots</c>,
/// the others into <c>tests/.output/screenshots</c>.
/// </summary>
[Collection(Pages.Name)]
public sealed class LookTests(ToldStory story)
{
    private const int SmallestPhone = 320;

    /// <summary>Pictures that the repository holds.</summary>
    private static readonly string[] Kept = ["lot", "product", "unknown-lot", "waiting", "home", "verify"];

    private static readonly int[] DrawnWidths = [390, 1280];

    /// <summary>All that the dark scheme changes.</summary>
    private static readonly AxeRunOptions ColoursOnly = new() { RunOnly = RunOnlyOptions.Rules("color-contrast") };

    private static readonly bool IsDrawing = Environment.GetEnvironmentVariable("PROVENANCE_SCREENSHOTS") == "1";

    [BrowserTheory]
    [InlineData("lot")]
    [InlineData("product")]
    [InlineData("unknown-lot")]
    [InlineData("waiting")]
    [InlineData("home")]
    [InlineData("verify")]
    [InlineData("report")]
    [InlineData(StatesOfLots.Recalled)]
    [InlineData(StatesOfLots.RecalledByOther)]
    [InlineData(StatesOfLots.IngredientRecalled)]
    [InlineData(StatesOfLots.PastUseBy)]
    [InlineData(StatesOfLots.PastBestBefore)]
    [InlineData(StatesOfLots.Corrected)]
    [InlineData(StatesOfLots.OutOfRange)]
    [InlineData(StatesOfLots.Photo)]
    [InlineData("mismatch")]
    [InlineData("german")]
    [InlineData("spanish")]
    public async Task A_page_can_be_read_by_everybody_on_any_screen(string name)
    {
        await using var visit = await story.VisitAsync(languages: name switch { "german" => "de", "spanish" => "es", _ => "en" });
        await OpenAsync(visit, name);

        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await visit.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            var found = await visit.Page.RunAxe(scheme is ColorScheme.Dark ? ColoursOnly : null);
            Assert.Empty(found.Violations.Where(violation => violation.Impact is "serious" or "critical").Select(Describe));
            if (IsDrawing)
            {
                await DrawAsync(visit.Page, name, scheme);
            }
        }

        await visit.Page.SetViewportSizeAsync(SmallestPhone, 640);
        Assert.Equal(SmallestPhone, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    private Task OpenAsync(Visit visit, string name) => name switch
    {
        "lot" => visit.OpenAsync(story.Lot),
        "product" => visit.OpenAsync(story.Product),
        "unknown-lot" => visit.OpenAsync(story.UnknownLot),
        "waiting" => visit.OpenAsync(story.Waiting),
        "home" => visit.OpenAsync("/"),
        "verify" => VerifyPageTests.CheckAsync(visit, "L2611-07.provenance.zip", story.Bundle),
        "report" => visit.OpenAsync($"/report?item={Uri.EscapeDataString(story.Item)}"),
        "mismatch" => MismatchAsync(visit),
        "german" or "spanish" => visit.OpenAsync(story.Lot),
        _ when story.States.TryGetValue(name, out var page) => visit.OpenAsync(page),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such page."),
    };

    /// <summary>A page that shows another city than its record.</summary>
    private async Task MismatchAsync(Visit visit)
    {
        await visit.Page.RouteAsync(story.Lot, async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Body = (await answer.TextAsync()).Replace("value=\"Linz\"", "value=\"Lienz\"", StringComparison.Ordinal) });
        });
        await visit.OpenAsync(story.Lot);
    }

    private static string Describe(AxeResultItem violation) =>
        $"{violation.Id}: {violation.Help} at {string.Join(", ", violation.Nodes.Select(node => node.Html))}";

    private static async Task DrawAsync(IPage page, string name, ColorScheme scheme)
    {
        var folder = Path.Combine(Programs.Root, Kept.Contains(name) ? "src/Provenance.Server/Pages/screenshots" : "tests/.output/screenshots");
        foreach (var width in DrawnWidths)
        {
            await page.SetViewportSizeAsync(width, 900);
            var path = Path.Combine(folder, $"{name}-{width}-{(scheme is ColorScheme.Dark ? "dark" : "light")}.png");
            await page.ScreenshotAsync(new() { Path = path, FullPage = true, Animations = ScreenshotAnimations.Disabled });
        }
    }
}

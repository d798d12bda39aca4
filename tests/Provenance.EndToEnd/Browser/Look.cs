using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>
/// Looks at the state that a page is in. With <c>PROVENANCE_SCREENSHOTS=1</c> it is drawn, light and dark, at 390 and 1280 px:
/// on a phone in the light into <c>src/Provenance.Server/Portal/screenshots</c>, as is all of those in <see cref="_wholly"/>; the others into <c>tests/.output/screenshots</c>.
/// </summary>
internal static class Look
{
    private const int SmallestPhone = 320;

    public static readonly bool IsDrawing = Environment.GetEnvironmentVariable("PROVENANCE_SCREENSHOTS") == "1";

    /// <summary>What is arranged otherwise on a desk, and what shows most colours in the dark: of these the repository has all four pictures.</summary>
    private static readonly HashSet<string> _wholly =
        ["batches", "register-empty", "register-preview", "step-receive-scanned", "step-transform", "event-correct-preview", "import-columns", "import-checked", "own-keys-made", "labels-L7160"];

    /// <summary>All that the dark scheme changes.</summary>
    private static readonly AxeRunOptions _coloursOnly = new() { RunOnly = RunOnlyOptions.Rules("color-contrast") };

    private static readonly HashSet<string> _seen = [];

    /// <summary>For readers with a screen reader and small phones; and drawn to be looked at, where that is asked for.</summary>
    public static async Task WellAsync(Visit visit, string name)
    {
        visit.AssertNoScriptFailed();
        // Looked at once, by whichever test comes there first.
        if (!_seen.Add(name))
        {
            return;
        }
        AssertNothingSerious(name, await visit.Page.RunAxe());
        var size = visit.Page.ViewportSize!;
        await visit.Page.SetViewportSizeAsync(SmallestPhone, 640);
        Assert.Equal((name, SmallestPhone), (name, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")));
        if (IsDrawing)
        {
            await DrawAsync(visit.Page, name);
        }
        await visit.Page.SetViewportSizeAsync(size.Width, size.Height);
    }

    private static async Task DrawAsync(IPage page, string name)
    {
        foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            if (scheme is ColorScheme.Dark)
            {
                AssertNothingSerious(name + " in the dark", await page.RunAxe(_coloursOnly));
            }
            foreach (var width in new[] { 390, 1280 })
            {
                await page.SetViewportSizeAsync(width, 900);
                var isKept = _wholly.Contains(name) || (width == 390 && scheme is ColorScheme.Light);
                var file = Path.Combine(Programs.Root, isKept ? "src/Provenance.Server/Portal/screenshots" : "tests/.output/screenshots", $"{name}-{width}-{(scheme is ColorScheme.Dark ? "dark" : "light")}.png");
                await page.ScreenshotAsync(new() { Path = file, FullPage = true, Animations = ScreenshotAnimations.Disabled });
                if (isKept)
                {
                    // 64 colours are enough to see what is wrong, and take a quarter of the room.
                    var (exit, said) = await Programs.RunAsync("node", ["tests/js/shrink-picture.mjs", file]);
                    Assert.True(exit == 0, said);
                }
            }
        }
    }

    private static void AssertNothingSerious(string name, AxeResult found) =>
        Assert.Empty(found.Violations.Where(violation => violation.Impact is "serious" or "critical").Select(violation => $"{name} {violation.Id}: {violation.Nodes[0].Html}"));
}

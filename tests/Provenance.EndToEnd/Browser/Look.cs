using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>Looks at the state that a page is in. With <c>PROVENANCE_SCREENSHOTS=1</c> it is drawn: those in <see cref="_kept"/> into <c>src/Provenance.Server/Portal/screenshots</c>, the others into <c>tests/.output/screenshots</c>.</summary>
internal static class Look
{
    private const int SmallestPhone = 320;

    private static readonly bool IsDrawing = Environment.GetEnvironmentVariable("PROVENANCE_SCREENSHOTS") == "1";

    /// <summary>Pictures that the repository holds.</summary>
    private static readonly string[] _kept = ["step-receive-scanned", "step-ship-faults", "step-transform", "step-receive-preview", "event-correct-preview", "drafts-waiting"];

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
        var found = await visit.Page.RunAxe();
        Assert.Empty(found.Violations.Where(violation => violation.Impact is "serious" or "critical").Select(violation => $"{name} {violation.Id}: {violation.Nodes[0].Html}"));
        var size = visit.Page.ViewportSize!;
        await visit.Page.SetViewportSizeAsync(SmallestPhone, 640);
        Assert.Equal((name, SmallestPhone), (name, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")));
        foreach (var width in IsDrawing ? [390, 1280] : Array.Empty<int>())
        {
            await visit.Page.SetViewportSizeAsync(width, 900);
            await visit.Page.ScreenshotAsync(new()
            {
                Path = Path.Combine(Programs.Root, _kept.Contains(name) ? "src/Provenance.Server/Portal/screenshots" : "tests/.output/screenshots", $"{name}-{width}.png"),
                FullPage = true,
                Animations = ScreenshotAnimations.Disabled,
            });
        }
        await visit.Page.SetViewportSizeAsync(size.Width, size.Height);
    }
}

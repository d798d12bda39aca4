namespace Provenance.EndToEnd.Browser;

/// <summary>A keyboard and nothing else.</summary>
internal static class Keys
{
    /// <summary>Into a field, in place of what stands there.</summary>
    public static async Task TypeAsync(Visit visit, string field, string text, string? then = null)
    {
        // Each has the focus first, whatever the page's script does with it meanwhile.
        var typed = visit.Page.Locator(field);
        await typed.PressAsync("Control+A");
        await typed.PressSequentiallyAsync(text);
        if (then is not null)
        {
            await typed.PressAsync(then);
        }
    }

    /// <summary>Tab to a button or link, and Enter.</summary>
    public static async Task PressAsync(Visit visit, string name)
    {
        const int FarEnough = 40;
        for (var i = 0; i < FarEnough; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            if (await visit.Page.EvaluateAsync<string?>("document.activeElement.textContent.trim()") == name)
            {
                var next = new TaskCompletionSource();
                visit.Page.DOMContentLoaded += (_, _) => next.TrySetResult();
                await visit.Page.Keyboard.PressAsync("Enter");
                await next.Task.WaitAsync(TimeSpan.FromSeconds(45));
                return;
            }
        }
        Assert.Fail($"'{name}' is not within {FarEnough} steps of the Tab key.");
    }
}

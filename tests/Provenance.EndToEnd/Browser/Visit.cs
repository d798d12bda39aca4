using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>A reader with a page open, and what that page did that none of ours may do.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];

    public Visit(IBrowserContext context, IPage page, Uri server)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => _faults.Add($"script error: {error}");
        page.Console += (_, message) =>
        {
            // A page that answers 404 is one on purpose here; the browser reports it as if a file of the page were missing.
            if (message.Type == "error" && message.Location != page.Url && !message.Location.StartsWith(page.Url + ':', StringComparison.Ordinal))
            {
                _faults.Add($"console: {message.Text} ({message.Location})");
            }
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(server.AbsoluteUri, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                _faults.Add($"asks elsewhere: {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Opens a page and waits until it has checked what it can.</summary>
    /// <returns>The status of the answer.</returns>
    public async Task<int> OpenAsync(string url)
    {
        var answer = await Page.GotoAsync(url);
        if (await Page.Locator("[data-findings]").CountAsync() > 0)
        {
            await Page.Locator("[data-findings] .unchecked").First.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        }
        return answer!.Status;
    }

    /// <summary>What the page says of a finding of design §2: <c>holds</c>, <c>fails</c>, <c>unknown</c> or <c>unchecked</c>.</summary>
    public Task<string?> VerdictAsync(string finding) => Page.Locator($"[data-finding={finding}]").GetAttributeAsync("class");

    /// <summary>No request to another server, no error, no cookie.</summary>
    public async Task AssertNothingElseAsync()
    {
        Assert.Empty(_faults);
        Assert.Empty(await _context.CookiesAsync());
    }

    /// <summary>Whatever else happened, each script ran as it should.</summary>
    public void AssertNoScriptFailed() => Assert.DoesNotContain(_faults, fault => fault.StartsWith("script error", StringComparison.Ordinal));

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}

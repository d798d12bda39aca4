using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>The browser of the machine; Playwright brings none, so that nothing is downloaded behind anybody's back.</summary>
internal static class Chromium
{
    private const string Path = "/usr/bin/chromium";

    // It runs as root in containers, and asks nobody but the server under test.
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    /// <summary>Why tests that need it are skipped: null where everything is there, and in CI, where they fail instead.</summary>
    public static string? Missing { get; } =
        Environment.GetEnvironmentVariable("CI") == "true" ? null
        : !File.Exists(Path) ? $"No {Path}: run apt-get install chromium."
        : new LedgerFactAttribute().Skip;

    /// <param name="more">Further flags, such as a camera made of a file.</param>
    public static Task<IBrowser> StartAsync(IPlaywright playwright, params string[] more) =>
        playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = [.. Flags, .. more] });
}

/// <summary>A fact seen through a browser.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Chromium.Missing;
}

/// <summary>Several of them.</summary>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Chromium.Missing;
}

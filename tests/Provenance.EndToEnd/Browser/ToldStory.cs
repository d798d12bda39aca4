using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>One server on which the demo's story was told, and one browser, for all tests of the pages.</summary>
public sealed class ToldStory : IAsyncLifetime
{
    private const string Tell = "require('./deploy/demo/story.js').tell(process.argv[1], process.argv[2], () => {}).then((s) => console.log(JSON.stringify(s)))";

    private JsonNode? _story;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal RunningServer Server { get; private set; } = null!;

    /// <summary>Page of the lot of coffee.</summary>
    internal string Lot => Text("buyer");

    /// <summary>URI of that lot.</summary>
    internal string Item => Text("item");

    /// <summary>Page of the coffee as a product.</summary>
    internal string Product => Lot[..Lot.IndexOf("/10/", StringComparison.Ordinal)];

    /// <summary>Page of a lot that was never registered.</summary>
    internal string UnknownLot => Product + "/10/L0000-00";

    /// <summary>Page of a lot that is recorded and not on the chain.</summary>
    internal string Waiting { get; private set; } = "";

    /// <summary>Pages of lots in every state that a lot can be in, by the state's name.</summary>
    internal IReadOnlyDictionary<string, string> States { get; private set; } = new Dictionary<string, string>();

    /// <summary>The trail of the lot, as a reader downloads it.</summary>
    internal byte[] Bundle { get; private set; } = [];

    /// <summary>A node of the trial chain.</summary>
    internal string Rpc => Text("rpc");

    internal string Contract => Text("contract");

    public async Task InitializeAsync()
    {
        if (Chromium.Missing is not null)
        {
            return;
        }
        // Anchored when the story is told and not again, so that what is registered afterwards keeps waiting.
        Server = await RunningServer.StartAsync(("Ledger__Anchoring__IntervalSeconds", "604800"));
        var (exit, told) = await Programs.RunAsync("node", ["-e", Tell, Server.Url.GetLeftPart(UriPartial.Authority), RunningServer.AdminKey]);
        Assert.True(exit == 0, told);
        _story = JsonNode.Parse(told);
        var (status, registered) = await Server.RegisterAsync("R-118");
        Assert.Equal(201, status);
        Waiting = new Uri(Server.Url, (string)registered["page"]!).AbsoluteUri;
        States = await StatesOfLots.RecordAsync(Server);
        Bundle = await Server.Admin.GetByteArrayAsync(Text("bundle"));
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.StartAsync(_playwright);
    }

    /// <summary>A reader with nothing stored, on no page yet.</summary>
    /// <param name="languages">As the browser asks for them.</param>
    /// <param name="withCamera">The reader lets pages use the camera, and there is one.</param>
    internal Task<Visit> VisitAsync(bool withScript = true, string languages = "en", bool withCamera = false) => VisitAsync(_browser!, withScript, languages, withCamera);

    /// <summary>The same in another browser.</summary>
    internal async Task<Visit> VisitAsync(IBrowser browser, bool withScript = true, string languages = "en", bool withCamera = false)
    {
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = Server.Url.AbsoluteUri,
            JavaScriptEnabled = withScript,
            Locale = languages,
            Permissions = withCamera ? ["camera"] : [],
        });
        context.SetDefaultTimeout(45_000); // a crowded machine is not a fault
        return new Visit(context, await context.NewPageAsync(), Server.Url);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }

    private string Text(string name) => (string)_story![name]!;
}

/// <summary>Tests that share one told story.</summary>
[CollectionDefinition(Name)]
public sealed class Pages : ICollectionFixture<ToldStory>
{
    public const string Name = "pages";
}

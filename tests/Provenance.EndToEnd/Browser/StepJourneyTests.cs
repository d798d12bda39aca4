using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>Goods on their way between two firms, by hand: scanned, typed, photographed, corrected, without a connection; on a phone and on a desk.</summary>
[Collection(Pages.Name)]
public sealed class StepJourneyTests(ToldStory story)
{
    private const string Gtin = "09506000134369";
    private const int SmallestPhone = 320;
    private const string Script = "<script>document.title='!'</script>";

    // 2 × 2 pixels.
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAEUlEQVR4AWPcAgQMQMDEAAUAK84C1D4gczgAAAAASUVORK5CYII=";

    private static readonly bool IsDrawing = Environment.GetEnvironmentVariable("PROVENANCE_SCREENSHOTS") == "1";

    [BrowserTheory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task A_shipment_is_made_corrected_and_taken_back_by_keyboard_alone(int width)
    {
        var (maker, _) = await FirmsAsync($"keys{width}");
        await MakeAsync(maker.Key, $"K-{width}");
        await using var visit = await SignedInAsync(maker.Key, width);
        await visit.OpenAsync("/portal/ship");
        await LooksWellAsync(visit, "step-ship-empty");

        await TypeAsync(visit, "#code", $"(01){Gtin}(10)K-{width}", "Enter");
        await visit.Page.Locator(".entry").WaitForAsync();
        await TypeAsync(visit, "#row-quantity-0", "none");
        await TypeAsync(visit, "#note", Script, "Tab");
        await PressAsync(visit, "See what your buyer will see");
        await LooksWellAsync(visit, "step-ship-faults");
        Assert.Equal("row-quantity-0", await visit.Page.EvaluateAsync<string>("document.activeElement.id"));
        Assert.Equal(Script, await visit.Page.Locator("#note").InputValueAsync());

        await TypeAsync(visit, "#row-quantity-0", "100");
        await TypeAsync(visit, "#partner", maker.Customer);
        await TypeAsync(visit, "#paper-number-new", "LS-881");
        await PressAsync(visit, "See what your buyer will see");
        Assert.Contains(Script, await visit.Page.Locator(".seen").InnerTextAsync(), StringComparison.Ordinal);
        await LooksWellAsync(visit, "step-ship-preview");
        await PressAsync(visit, "Record the shipment");
        await LooksWellAsync(visit, "event-done");

        await PressAsync(visit, "Correct");
        await LooksWellAsync(visit, "event-correct");
        await TypeAsync(visit, "#row-quantity-0", "10");
        await PressAsync(visit, "See what will change");
        Assert.Equal("100 kg", await visit.Page.Locator(".changes del").InnerTextAsync());
        await LooksWellAsync(visit, "event-correct-preview");
        await PressAsync(visit, "Record the correction");
        Assert.Contains("10 kg", await visit.Page.Locator(".seen").InnerTextAsync(), StringComparison.Ordinal);

        await PressAsync(visit, "Take it back");
        await LooksWellAsync(visit, "event-void");
        await PressAsync(visit, "It did not happen");
        await LooksWellAsync(visit, "event-taken-back");
        await visit.OpenAsync("/portal/deliveries?way=out");
        await LooksWellAsync(visit, "deliveries-out");
        Assert.Equal(2, await visit.Page.GetByText("taken back").Or(visit.Page.GetByText("corrected")).CountAsync());
    }

    [BrowserFact]
    public async Task A_delivery_held_before_the_camera_fills_itself_in_and_is_received()
    {
        var (maker, customer) = await FirmsAsync("cam");
        var item = await MakeAsync(maker.Key, "C-1");
        await ShipAsync(maker, item, 100);
        var video = await DrawAsync("DataMatrix", "gs1", $"(01){Gtin}(10)C-1", "camera.y4m");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.StartAsync(playwright, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", $"--use-file-for-fake-video-capture={video}");
        await using var visit = await story.VisitAsync(browser);
        await SignInAsync(visit, customer.Key);
        await visit.Page.SetViewportSizeAsync(390, 844);
        await visit.OpenAsync("/portal/receive");
        await LooksWellAsync(visit, "step-receive-empty");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Scan with the camera" }).ClickAsync();
        await visit.Page.Locator(".entry").WaitForAsync();
        await visit.Page.Locator("video:not([hidden])").WaitForAsync(); // it goes on looking
        await LooksWellAsync(visit, "step-receive-scanned");

        Assert.Equal("100", await visit.Page.Locator("#row-quantity-0").InputValueAsync());
        Assert.Equal(0, await visit.Page.Locator("#partner").CountAsync()); // the shipment says from whom
        await visit.Page.Locator("#row-quantity-0").FillAsync("90");
        await visit.Page.Locator("#row-damaged-0").FillAsync("5");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "See what your buyer will see" }).ClickAsync();
        await visit.Page.Locator(".seen").First.WaitForAsync();
        await LooksWellAsync(visit, "step-receive-preview");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Record the receipt" }).ClickAsync();
        await visit.Page.GetByText("other than was shipped").WaitForAsync();
        await LooksWellAsync(visit, "event-received");
        Assert.Equal(90, await HeldAsync(customer.Key, item));
    }

    [BrowserTheory]
    [InlineData(390, "Code128")]
    [InlineData(1280, "QRCode")]
    public async Task A_lot_is_made_of_what_a_photo_shows_with_a_photo_attached_and_labelled(int width, string format)
    {
        var (maker, _) = await FirmsAsync($"made{width}");
        var item = await MakeAsync(maker.Key, $"M-{width}");
        var picture = await DrawAsync(format, format == "QRCode" ? "" : "gs1", format == "QRCode" ? item : $"(01){Gtin}(10)M-{width}", $"photo-{width}.png");
        var photo = Path.Combine(Path.GetDirectoryName(picture)!, "pallet.png");
        await File.WriteAllBytesAsync(photo, Convert.FromBase64String(Png));
        await using var visit = await SignedInAsync(maker.Key, width);
        await visit.OpenAsync("/portal/transform");

        await visit.Page.Locator("[data-picture]").SetInputFilesAsync(picture);
        await visit.Page.GetByText("you hold 480 kg").WaitForAsync();
        await visit.Page.Locator("#row-quantity-0").FillAsync("60");
        foreach (var (field, text) in new[] { ("number", "CAKE"), ("name", Script), ("lot", $"B-{width}"), ("quantity", "80") })
        {
            await visit.Page.Locator($"#{field}").FillAsync(text);
        }
        await visit.Page.Locator("[data-file]").SetInputFilesAsync(photo);
        await visit.Page.Locator(".thumbs img").WaitForAsync(); // seen before it is sent
        await LooksWellAsync(visit, "step-transform");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "See what your buyer will see" }).ClickAsync();
        await visit.Page.Locator(".seen").WaitForAsync();
        Assert.Contains("Paper: Delivery note pallet", await visit.Page.Locator(".seen").InnerTextAsync(), StringComparison.Ordinal);
        await LooksWellAsync(visit, "step-transform-preview");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Record the new lot" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Print labels" }).ClickAsync();
        await visit.Page.Locator("use").First.WaitForAsync();

        Assert.Contains("&lt;script&gt;", await visit.Page.Locator("main").InnerHTMLAsync(), StringComparison.Ordinal);
        Assert.NotEqual("!", await visit.Page.TitleAsync());
        Assert.Equal(420, await HeldAsync(maker.Key, item));
    }

    [BrowserFact]
    public async Task What_is_sent_off_without_a_connection_outlives_a_reload_and_is_recorded_once()
    {
        var (maker, _) = await FirmsAsync("away");
        var item = await MakeAsync(maker.Key, "W-1");
        await using var visit = await SignedInAsync(maker.Key, 390);
        await visit.OpenAsync("/portal/ship");
        await visit.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await visit.Page.Locator("#partner").FillAsync(maker.Customer);

        await visit.Page.Context.SetOfflineAsync(true);
        await TypeAsync(visit, "#code", item, "Enter"); // nobody can look it up now
        await visit.Page.Locator(".entry [name=row-quantity]").FillAsync("25");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "See what your buyer will see" }).ClickAsync();
        await LooksWellAsync(visit, "drafts-offline");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Record when the connection is back" }).ClickAsync();
        await visit.Page.GetByText("Not sent yet").WaitForAsync();
        await LooksWellAsync(visit, "drafts-waiting");

        await visit.Page.ReloadAsync();
        Assert.Equal("No connection", await visit.Page.Locator("h1").InnerTextAsync());
        await visit.Page.GetByText("Not sent yet").WaitForAsync();
        await LooksWellAsync(visit, "drafts-reloaded");
        Assert.Equal(480, await HeldAsync(maker.Key, item));

        await visit.Page.Context.SetOfflineAsync(false);
        await visit.Page.GetByText("Sent and recorded").WaitForAsync();
        Assert.Equal(455, await HeldAsync(maker.Key, item));
        await visit.OpenAsync("/portal/ship");
        await visit.Page.GetByText("Sent and recorded").WaitForAsync();
        await LooksWellAsync(visit, "drafts-sent");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "See it" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Shipped" }).WaitForAsync();
        Assert.Equal(455, await HeldAsync(maker.Key, item));
    }

    [BrowserFact]
    public async Task What_was_sent_off_wrong_is_given_back_to_be_mended()
    {
        var (maker, _) = await FirmsAsync("wrong");
        var item = await MakeAsync(maker.Key, "X-1");
        await using var visit = await SignedInAsync(maker.Key, 390);
        await visit.OpenAsync("/portal/ship");
        await visit.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await visit.Page.Context.SetOfflineAsync(true);
        await TypeAsync(visit, "#code", item, "Enter");
        await visit.Page.Locator(".entry [name=row-quantity]").FillAsync("many");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "See what your buyer will see" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Record when the connection is back" }).ClickAsync();
        await visit.Page.Context.SetOfflineAsync(false);

        await visit.Page.GetByText("Sent, but not recorded").WaitForAsync();
        await LooksWellAsync(visit, "drafts-refused");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Open and mend" }).ClickAsync();

        await visit.Page.Locator("#row-quantity-0-error").WaitForAsync();
        Assert.Equal("many", await visit.Page.Locator("#row-quantity-0").InputValueAsync());
        Assert.Equal(480, await HeldAsync(maker.Key, item));
    }

    [BrowserFact]
    public async Task A_draft_left_behind_is_offered_again_and_gone_once_it_is_recorded()
    {
        var (maker, _) = await FirmsAsync("left");
        var item = await MakeAsync(maker.Key, "L-1");
        await using var visit = await SignedInAsync(maker.Key, 1280);
        await visit.OpenAsync("/portal/ship");
        await TypeAsync(visit, "#code", item, "Enter");
        await visit.Page.Locator(".entry").WaitForAsync();
        await visit.Page.Locator("#note").FillAsync("two pallets");
        await DraftIsKeptAsync(visit, "two pallets");

        await visit.OpenAsync("/portal/ship");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Take it up again" }).WaitForAsync();
        await LooksWellAsync(visit, "drafts-kept");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Take it up again" }).ClickAsync();
        await visit.Page.Locator(".entry").WaitForAsync();
        Assert.Equal("two pallets", await visit.Page.Locator("#note").InputValueAsync());
        await visit.Page.Locator("#partner").FillAsync(maker.Customer);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "See what your buyer will see" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Record the shipment" }).DblClickAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Shipped" }).WaitForAsync();

        await visit.OpenAsync("/portal/ship");
        await visit.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        Assert.Equal(0, await visit.Page.Locator("[data-draft]").CountAsync());
        Assert.Equal(0, await HeldAsync(maker.Key, item)); // all of it went, once
    }

    [BrowserTheory]
    [InlineData("navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };", "The camera may not be used here.", true)]
    [InlineData("navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotFoundError'); };", "No camera was found.", true)]
    [InlineData("Object.defineProperty(navigator, 'mediaDevices', { value: undefined });", "Browsers lend the camera to pages under https only", false)]
    public async Task Why_there_is_no_camera_is_said_and_typing_remains(string browser, string said, bool hasButton)
    {
        var (maker, _) = await FirmsAsync("nocam" + said.Length);
        await using var visit = await SignedInAsync(maker.Key, 390);
        await visit.Page.AddInitScriptAsync(browser);
        await visit.OpenAsync("/portal/pack");

        if (hasButton)
        {
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Scan with the camera" }).ClickAsync();
        }
        await visit.Page.GetByText(said).WaitForAsync();

        Assert.True(await visit.Page.Locator("#code").IsVisibleAsync());
        Assert.True(await visit.Page.GetByText("Scan a photo").First.IsVisibleAsync());
        await LooksWellAsync(visit, hasButton ? "step-pack-no-camera" : "step-pack-insecure");
    }

    private sealed record Firm(string Key, string Customer);

    /// <summary>A maker and its customer, each with a place.</summary>
    private async Task<(Firm Maker, Firm Customer)> FirmsAsync(string name)
    {
        var (maker, customer) = ($"maker-{name}", $"shop-{name}");
        return (new Firm(await JoinAsync(maker, "Imkerei Almtal"), customer), new Firm(await JoinAsync(customer, "Hofladen Berger"), maker));
    }

    private async Task<string> JoinAsync(string slug, string name)
    {
        Assert.Equal(201, (await story.Server.PostAsync("/api/parties", new JsonObject { ["name"] = name, ["slug"] = slug, ["country"] = "AT" })).Status);
        var (_, answer) = await story.Server.PostAsync($"/api/parties/{slug}/keys", new JsonObject { ["role"] = "supplier" });
        var key = (string)answer["key"]!;
        await AskAsync(key, "/api/places", new JsonObject { ["id"] = "hall", ["name"] = "Hall", ["city"] = "Linz", ["country"] = "AT", ["timeZone"] = "Europe/Vienna" });
        return key;
    }

    private async Task<string> MakeAsync(string key, string lot) => (string)(await AskAsync(key, "/api/batches", new JsonObject
    {
        ["product"] = new JsonObject { ["gtin"] = Gtin, ["name"] = "Forest honey" },
        ["lot"] = lot,
        ["quantity"] = 480,
        ["uom"] = "kg",
        ["at"] = DateTime.UtcNow.AddDays(-3).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        ["origin"] = new JsonObject { ["country"] = "AT" },
    }))["item"]!;

    private Task<JsonObject> ShipAsync(Firm from, string item, int quantity) => AskAsync(from.Key, "/api/batches/events", new JsonObject
    {
        ["step"] = "ship",
        ["at"] = DateTime.UtcNow.AddDays(-1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        ["items"] = new JsonArray(new JsonObject { ["item"] = item, ["quantity"] = quantity, ["uom"] = "kg" }),
        ["to"] = new JsonObject { ["party"] = from.Customer },
        ["documents"] = new JsonArray(new JsonObject { ["type"] = "desadv", ["number"] = "LS-881" }),
    });

    private async Task<decimal> HeldAsync(string key, string item)
    {
        using var client = Client(key);
        return (decimal)JsonNode.Parse(await client.GetStringAsync($"/api/items?item={Uri.EscapeDataString(item)}"))!["balance"]![0]!["value"]!;
    }

    private async Task<JsonObject> AskAsync(string key, string path, JsonObject body)
    {
        using var client = Client(key);
        using var answer = await client.PostAsync(path, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    private HttpClient Client(string key)
    {
        var client = new HttpClient { BaseAddress = story.Server.Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Waits until the browser has on its disk what was typed.</summary>
    private static async Task DraftIsKeptAsync(Visit visit, string text)
    {
        const string Look = """
            (text) => new Promise((resolve) => {
              const open = indexedDB.open('provenance-portal');
              open.onsuccess = () => {
                const asked = open.result.transaction('draft').objectStore('draft').getAll();
                asked.onsuccess = () => {
                  open.result.close();
                  resolve(asked.result.some(({ fields }) => fields.some(([, value]) => value === text)));
                };
              };
            })
            """;
        for (var tries = 0; !await visit.Page.EvaluateAsync<bool>(Look, text); tries++)
        {
            Assert.True(tries < 200, $"No draft holds '{text}'.");
            await Task.Delay(50);
        }
    }

    private static async Task<string> DrawAsync(string format, string options, string text, string name)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("provenance-codes-").FullName, name);
        var (exit, said) = await Programs.RunAsync("node", ["tests/js/draw-code.mjs", format, options, text, file]);
        Assert.True(exit == 0, said);
        return file;
    }

    private async Task<Visit> SignedInAsync(string key, int width)
    {
        var visit = await story.VisitAsync();
        await visit.Page.SetViewportSizeAsync(width, 844);
        await SignInAsync(visit, key);
        return visit;
    }

    private static async Task SignInAsync(Visit visit, string key)
    {
        await visit.OpenAsync("/portal");
        await TypeAsync(visit, "[name=key]", key, "Enter");
        await visit.Page.WaitForURLAsync("**/portal/batches");
    }

    private static async Task TypeAsync(Visit visit, string field, string text, string? then = null)
    {
        await visit.Page.Locator(field).FocusAsync();
        await visit.Page.Keyboard.PressAsync("Control+A");
        await visit.Page.Keyboard.TypeAsync(text);
        if (then is not null)
        {
            await visit.Page.Keyboard.PressAsync(then);
        }
    }

    /// <summary>Tab to a button or link, and Enter.</summary>
    private static async Task PressAsync(Visit visit, string name)
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
                await next.Task.WaitAsync(TimeSpan.FromSeconds(15));
                return;
            }
        }
        Assert.Fail($"'{name}' is not within {FarEnough} steps of the Tab key.");
    }

    /// <summary>For readers with a screen reader and small phones; and drawn to be looked at, where that is asked for.</summary>
    private static async Task LooksWellAsync(Visit visit, string name)
    {
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
                Path = Path.Combine(Programs.Root, "tests/.output/screenshots", $"{name}-{width}.png"),
                FullPage = true,
                Animations = ScreenshotAnimations.Disabled,
            });
        }
        await visit.Page.SetViewportSizeAsync(size.Width, size.Height);
    }
}

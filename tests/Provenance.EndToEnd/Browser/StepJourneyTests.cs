using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>Goods on their way between two firms, by hand: scanned, typed, photographed, corrected, without a connection; on a phone and on a desk.</summary>
[Collection(Pages.Name)]
public sealed class StepJourneyTests(ToldStory story)
{
    private readonly Firms _firms = new(story);

    private const string Script = "<script>document.title='!'</script>";

    // 2 × 2 pixels.
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAEUlEQVR4AWPcAgQMQMDEAAUAK84C1D4gczgAAAAASUVORK5CYII=";

    [BrowserTheory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task A_shipment_is_made_corrected_and_taken_back_by_keyboard_alone(int width)
    {
        var (maker, _) = await _firms.FirmsAsync($"keys{width}");
        await _firms.MakeAsync(maker.Key, $"K-{width}");
        await using var visit = await _firms.SignedInAsync(maker.Key, width);
        await visit.OpenAsync("/portal/ship");
        await Look.WellAsync(visit, "step-ship-empty");

        await Keys.TypeAsync(visit, "#code", $"(01){Firms.Gtin}(10)K-{width}", "Enter");
        await visit.Page.Locator(".entry").WaitForAsync();
        await Keys.TypeAsync(visit, "#row-quantity-0", "none");
        await Keys.TypeAsync(visit, "#note", Script, "Tab");
        await Keys.PressAsync(visit, "See what your buyer will see");
        await Look.WellAsync(visit, "step-ship-faults");
        Assert.Equal("row-quantity-0", await visit.Page.EvaluateAsync<string>("document.activeElement.id"));
        Assert.Equal(Script, await visit.Page.Locator("#note").InputValueAsync());

        await Keys.TypeAsync(visit, "#row-quantity-0", "100");
        await Keys.TypeAsync(visit, "#partner", maker.Customer);
        await Keys.TypeAsync(visit, "#paper-number-new", "LS-881");
        await Keys.PressAsync(visit, "See what your buyer will see");
        Assert.Contains(Script, await visit.Page.Locator(".seen").InnerTextAsync(), StringComparison.Ordinal);
        await Look.WellAsync(visit, "step-ship-preview");
        await Keys.PressAsync(visit, "Record the shipment");
        await Look.WellAsync(visit, "event-done");

        await Keys.PressAsync(visit, "Correct");
        await Look.WellAsync(visit, "event-correct");
        await Keys.TypeAsync(visit, "#row-quantity-0", "10");
        await Keys.PressAsync(visit, "See what will change");
        Assert.Equal("100 kg", await visit.Page.Locator(".changes del").InnerTextAsync());
        await Look.WellAsync(visit, "event-correct-preview");
        await Keys.PressAsync(visit, "Record the correction");
        Assert.Contains("10 kg", await visit.Page.Locator(".seen").InnerTextAsync(), StringComparison.Ordinal);

        await Keys.PressAsync(visit, "Take it back");
        await Look.WellAsync(visit, "event-void");
        await Keys.PressAsync(visit, "It did not happen");
        await Look.WellAsync(visit, "event-taken-back");
        await visit.OpenAsync("/portal/deliveries?way=out");
        await Look.WellAsync(visit, "deliveries-out");
        Assert.Equal(2, await visit.Page.GetByText("taken back").Or(visit.Page.GetByText("corrected")).CountAsync());
    }

    [BrowserTheory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task A_delivery_held_before_the_camera_fills_itself_in_and_is_received(int width)
    {
        var (maker, customer) = await _firms.FirmsAsync($"cam{width}");
        var item = await _firms.MakeAsync(maker.Key, $"C-{width}");
        await _firms.ShipAsync(maker, item, 100);
        var video = await Firms.DrawAsync("DataMatrix", "gs1", $"(01){Firms.Gtin}(10)C-{width}", "camera.y4m");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.StartAsync(playwright, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", $"--use-file-for-fake-video-capture={video}");
        await using var visit = await story.VisitAsync(browser);
        await Firms.SignInAsync(visit, customer.Key);
        await visit.Page.SetViewportSizeAsync(width, 844);
        await visit.OpenAsync("/portal/receive");
        await Look.WellAsync(visit, "step-receive-empty");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Scan with the camera" }).ClickAsync();
        await visit.Page.Locator(".entry").WaitForAsync();
        await visit.Page.Locator("video:not([hidden])").WaitForAsync(); // it goes on looking
        await Look.WellAsync(visit, "step-receive-scanned");

        Assert.Equal("100", await visit.Page.Locator("#row-quantity-0").InputValueAsync());
        Assert.Equal(0, await visit.Page.Locator("#partner").CountAsync()); // the shipment says from whom
        await visit.Page.Locator("#row-quantity-0").FillAsync("90");
        await visit.Page.Locator("#row-damaged-0").FillAsync("5");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "See what your buyer will see" }).ClickAsync();
        await visit.Page.Locator(".seen").First.WaitForAsync();
        await Look.WellAsync(visit, "step-receive-preview");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Record the receipt" }).ClickAsync();
        await visit.Page.Locator(".head h1").WaitForAsync();
        Assert.Contains("other than was shipped", await visit.Page.Locator(".seen").InnerTextAsync(), StringComparison.Ordinal);
        await Look.WellAsync(visit, "event-received");
        Assert.Equal(90, await _firms.HeldAsync(customer.Key, item));
    }

    [BrowserTheory]
    [InlineData(390, "Code128")]
    [InlineData(1280, "QRCode")]
    public async Task A_lot_is_made_of_what_a_photo_shows_with_a_photo_attached_and_labelled(int width, string format)
    {
        var (maker, _) = await _firms.FirmsAsync($"made{width}");
        var item = await _firms.MakeAsync(maker.Key, $"M-{width}");
        var picture = await Firms.DrawAsync(format, format == "QRCode" ? "" : "gs1", format == "QRCode" ? item : $"(01){Firms.Gtin}(10)M-{width}", $"photo-{width}.png");
        var photo = Path.Combine(Path.GetDirectoryName(picture)!, "pallet.png");
        await File.WriteAllBytesAsync(photo, Convert.FromBase64String(Png));
        await using var visit = await _firms.SignedInAsync(maker.Key, width);
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
        await Look.WellAsync(visit, "step-transform");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "See what your buyer will see" }).ClickAsync();
        await visit.Page.Locator(".seen").WaitForAsync();
        Assert.Contains("Paper: Delivery note pallet", await visit.Page.Locator(".seen").InnerTextAsync(), StringComparison.Ordinal);
        await Look.WellAsync(visit, "step-transform-preview");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Record the new lot" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Print labels" }).ClickAsync();
        await visit.Page.Locator("use").First.WaitForAsync();

        Assert.Contains("&lt;script&gt;", await visit.Page.Locator("main").InnerHTMLAsync(), StringComparison.Ordinal);
        Assert.NotEqual("!", await visit.Page.TitleAsync());
        Assert.Equal(420, await _firms.HeldAsync(maker.Key, item));
    }

    [BrowserTheory]
    [InlineData("de", "Aus anderen Chargen herstellen", "„viel“ ist keine Menge über 0")]
    [InlineData("es", "Elaborar con otros lotes", "«viel» no es una cantidad mayor que 0")]
    public async Task A_form_and_what_is_wrong_with_it_are_in_the_readers_language(string language, string title, string fault)
    {
        var (maker, _) = await _firms.FirmsAsync("lang-" + language);
        var item = await _firms.MakeAsync(maker.Key, "V-" + language);
        await using var visit = await _firms.SignedInAsync(maker.Key, 390);
        await visit.OpenAsync($"/portal/transform?item={Uri.EscapeDataString(item)}&lang={language}");
        Assert.Equal(title, await visit.Page.Locator("h1").InnerTextAsync());

        await visit.Page.Locator("#row-quantity-0").FillAsync("viel");
        await visit.Page.Locator("[value=preview]").ClickAsync();

        await visit.Page.GetByText(fault).WaitForAsync();
        await Look.WellAsync(visit, "step-faults-" + language);
    }

    [BrowserTheory]
    [InlineData("navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };", "The camera may not be used here.", true)]
    [InlineData("navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotFoundError'); };", "No camera was found.", true)]
    [InlineData("Object.defineProperty(navigator, 'mediaDevices', { value: undefined });", "Browsers lend the camera to pages under https only", false)]
    public async Task Why_there_is_no_camera_is_said_and_typing_remains(string browser, string said, bool hasButton)
    {
        var (maker, _) = await _firms.FirmsAsync("nocam" + said.Length);
        await using var visit = await _firms.SignedInAsync(maker.Key, 390);
        await visit.Page.AddInitScriptAsync(browser);
        await visit.OpenAsync("/portal/pack");

        if (hasButton)
        {
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Scan with the camera" }).ClickAsync();
        }
        await visit.Page.GetByText(said).WaitForAsync();

        Assert.True(await visit.Page.Locator("#code").IsVisibleAsync());
        Assert.True(await visit.Page.GetByText("Scan a photo").First.IsVisibleAsync());
        await Look.WellAsync(visit, !hasButton ? "step-pack-insecure" : said.StartsWith("No", StringComparison.Ordinal) ? "step-pack-no-camera" : "step-pack-camera-denied");
    }
}

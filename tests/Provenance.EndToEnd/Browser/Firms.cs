using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Provenance.EndToEnd.Browser;

/// <param name="Key">Of its own.</param>
/// <param name="Customer">Short name of the firm that it deals with.</param>
internal sealed record Firm(string Key, string Customer);

/// <summary>Firms that trade honey, told to the server by its API.</summary>
internal sealed class Firms(ToldStory story)
{
    public const string Gtin = "09506000134369";

    /// <summary>A maker and its customer, each with a place.</summary>
    /// <param name="name">Sets them apart from those of other tests.</param>
    public async Task<(Firm Maker, Firm Customer)> FirmsAsync(string name)
    {
        var (maker, customer) = ($"maker-{name}", $"shop-{name}");
        return (new Firm(await JoinAsync(maker, "Imkerei Almtal"), customer), new Firm(await JoinAsync(customer, "Hofladen Berger"), maker));
    }

    /// <summary>A firm that has told nothing of itself yet.</summary>
    /// <returns>Its key.</returns>
    public Task<string> BareAsync(string slug) => JoinAsync(slug, "Mühle Steyr", hasPlace: false);

    private async Task<string> JoinAsync(string slug, string name, bool hasPlace = true)
    {
        Assert.Equal(201, (await story.Server.PostAsync("/api/parties", new JsonObject { ["name"] = name, ["slug"] = slug, ["country"] = "AT" })).Status);
        var (_, answer) = await story.Server.PostAsync($"/api/parties/{slug}/keys", new JsonObject { ["role"] = "supplier" });
        var key = (string)answer["key"]!;
        if (!hasPlace)
        {
            return key;
        }
        await AskAsync(key, "/api/places", new JsonObject { ["id"] = "hall", ["name"] = "Hall", ["city"] = "Linz", ["country"] = "AT", ["timeZone"] = "Europe/Vienna" });
        return key;
    }

    /// <summary>480 kg of honey.</summary>
    /// <returns>Its URI.</returns>
    public async Task<string> MakeAsync(string key, string lot) => (string)(await AskAsync(key, "/api/batches", new JsonObject
    {
        ["product"] = new JsonObject { ["gtin"] = Gtin, ["name"] = "Forest honey" },
        ["lot"] = lot,
        ["quantity"] = 480,
        ["uom"] = "kg",
        ["at"] = DateTime.UtcNow.AddDays(-3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["origin"] = new JsonObject { ["country"] = "AT" },
    }))["item"]!;

    /// <summary>With the delivery note LS-881 to the firm's customer.</summary>
    public Task<JsonObject> ShipAsync(Firm from, string item, int quantity) => AskAsync(from.Key, "/api/batches/events", new JsonObject
    {
        ["step"] = "ship",
        ["at"] = DateTime.UtcNow.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["items"] = new JsonArray(new JsonObject { ["item"] = item, ["quantity"] = quantity, ["uom"] = "kg" }),
        ["to"] = new JsonObject { ["party"] = from.Customer },
        ["documents"] = new JsonArray(new JsonObject { ["type"] = "desadv", ["number"] = "LS-881" }),
    });

    /// <summary>What a firm holds of an item by its record.</summary>
    public async Task<decimal> HeldAsync(string key, string item)
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

    /// <summary>A bar code as a picture, or as what a camera sees.</summary>
    /// <returns>The file.</returns>
    public static async Task<string> DrawAsync(string format, string options, string text, string name)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("provenance-codes-").FullName, name);
        var (exit, said) = await Programs.RunAsync("node", ["tests/js/draw-code.mjs", format, options, text, file]);
        Assert.True(exit == 0, said);
        return file;
    }

    /// <summary>A browser of that width in which somebody of the firm is signed in.</summary>
    public async Task<Visit> SignedInAsync(string key, int width)
    {
        var visit = await story.VisitAsync();
        await visit.Page.SetViewportSizeAsync(width, 844);
        await SignInAsync(visit, key);
        return visit;
    }

    public static async Task SignInAsync(Visit visit, string key)
    {
        await visit.OpenAsync("/portal");
        // Not key by key: that signing in works so, PortalTests show.
        await visit.Page.Locator("[name=key]").FillAsync(key);
        await visit.Page.Locator("[name=key]").PressAsync("Enter");
        await visit.Page.WaitForURLAsync("**/portal/batches");
    }
}

using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Provenance.EndToEnd.Browser;

/// <summary>A dairy and a shop whose lots are each in another state.</summary>
internal static class StatesOfLots
{
    public const string Recalled = "recalled";
    public const string RecalledByOther = "recalled-by-other";
    public const string IngredientRecalled = "ingredient-recalled";
    public const string PastUseBy = "past-use-by";
    public const string PastBestBefore = "past-best-before";
    public const string Corrected = "corrected";
    public const string OutOfRange = "out-of-range";
    public const string Photo = "photo";

    // 2 × 2 pixels: enough to see that it is there.
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAEUlEQVR4AWPcAgQMQMDEAAUAK84C1D4gczgAAAAASUVORK5CYII=";

    /// <returns>Pages by state.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> RecordAsync(RunningServer server)
    {
        using var dairy = await JoinAsync(server, "states-dairy", "Molkerei Almtal", "Gmunden", "AT");
        using var shop = await JoinAsync(server, "states-shop", "Hofladen Berger", "Passau", "DE");
        var pages = new Dictionary<string, string>();

        async Task<JsonObject> MakeAsync(string state, string more = "", HttpClient? by = null, string product = """{"sku":"BUTTER","name":"Mountain butter, 250 g"}""")
        {
            var made = await AskAsync(by ?? dairy, "/api/batches", $$"""{"product":{{product}},"lot":"{{state}}","quantity":40,"uom":"piece","at":"{{Day(-30)}}","origin":{"country":"AT"}{{more}}}""");
            pages[state] = new Uri(server.Url, (string)made["page"]!).AbsoluteUri;
            return made;
        }
        Task<JsonObject> StepAsync(HttpClient by, string step, JsonNode item, string more = "") =>
            AskAsync(by, "/api/batches/events", $$"""{"step":"{{step}}","at":"{{Day(-2)}}","item":"{{(string)item["item"]!}}"{{more}}}""");

        await StepAsync(dairy, "recall", await MakeAsync(Recalled, $$""","bestBefore":"{{Day(20)}}" """), ""","reason":"Glass splinters were found in one pack. Bring it back to the shop." """);
        await StepAsync(shop, "recall", await MakeAsync(RecalledByOther), ""","reason":"The packs leak" """);
        await MakeAsync(PastUseBy, $$""","useBy":"{{Day(-3)}}" """);
        await MakeAsync(PastBestBefore, $$""","bestBefore":"{{Day(-3)}}" """);
        var corrected = await MakeAsync(Corrected);
        var inspected = await StepAsync(dairy, "inspect", corrected, ""","result":"fail" """);
        await AskAsync(dairy, "/api/batches/events", $$"""{"step":"void","event":"{{(string)inspected["eventId"]!}}"}""");
        await StepAsync(dairy, "observe", await MakeAsync(OutOfRange), ""","readings":[{"type":"Temperature","value":11.5,"uom":"CEL","min":2,"max":8}]""");
        await ShowPhotoAsync(dairy, await MakeAsync(Photo, $$""","bestBefore":"{{Day(20)}}" """));

        var cream = await AskAsync(dairy, "/api/batches", $$"""{"product":{"sku":"CREAM","name":"Cream"},"lot":"C-7","quantity":90,"uom":"l","at":"{{Day(-40)}}","origin":{"country":"AT"} }""");
        await MakeAsync(IngredientRecalled, $$""","inputs":[{"item":"{{(string)cream["item"]!}}","quantity":60,"uom":"l"}]""");
        await StepAsync(dairy, "recall", cream, ""","reason":"Not heated long enough" """);
        return pages;
    }

    private static async Task<HttpClient> JoinAsync(RunningServer server, string slug, string name, string city, string country)
    {
        var party = await AskAsync(server.Admin, "/api/parties", $$"""{"name":"{{name}}","slug":"{{slug}}","country":"{{country}}"}""");
        var key = await AskAsync(server.Admin, $"/api/parties/{(string)party["id"]!}/keys", """{"role":"supplier"}""");
        var client = new HttpClient { BaseAddress = server.Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)key["key"]!);
        await AskAsync(client, "/api/places", $$"""{"id":"main","name":"{{name}}","city":"{{city}}","country":"{{country}}","timeZone":"Europe/Vienna"}""");
        return client;
    }

    private static async Task ShowPhotoAsync(HttpClient by, JsonObject made)
    {
        using var sent = await by.PostAsync("/api/documents", new ByteArrayContent(Convert.FromBase64String(Png)) { Headers = { ContentType = new("image/png") } });
        var photo = JsonNode.Parse(await sent.Content.ReadAsStringAsync())!;
        Assert.True(sent.IsSuccessStatusCode, photo.ToJsonString());
        using var shown = await by.PatchAsync("/api/items", Json($$"""{"item":"{{(string)made["item"]!}}","photo":"{{(string)photo["sha256"]!}}","quantity":true}"""));
        Assert.True(shown.IsSuccessStatusCode, await shown.Content.ReadAsStringAsync());
    }

    private static async Task<JsonObject> AskAsync(HttpClient client, string route, string json)
    {
        using var answer = await client.PostAsync(route, Json(json));
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{route} answered {answer.StatusCode} {body} to {json}");
        return JsonNode.Parse(body)!.AsObject();
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private static string Day(int fromToday) => DateTime.UtcNow.AddDays(fromToday).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

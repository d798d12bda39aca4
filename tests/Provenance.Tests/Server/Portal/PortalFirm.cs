using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Provenance.Tests.Server.Portal;

/// <summary>A firm with a place of its own, signed in to the portal as a browser without script.</summary>
internal sealed partial class PortalFirm
{
    private PortalFirm(HttpClient browser, HttpClient api, string token) => (Browser, Api, Token) = (browser, api, token);

    public HttpClient Browser { get; }

    /// <summary>With a key of the firm.</summary>
    public HttpClient Api { get; }

    public string Token { get; }

    public static async Task<PortalFirm> AddAsync(TestLedger ledger, string slug, string name)
    {
        await ledger.Admin.PostAsJsonAsync("/api/parties", new { name, slug, country = "AT" });
        var key = (string)(await (await ledger.Admin.PostAsJsonAsync($"/api/parties/{slug}/keys", new { role = "supplier" })).Content.ReadFromJsonAsync<JsonObject>())!["key"]!;
        var api = ledger.Client(key);
        var place = await api.PostAsJsonAsync("/api/places", new { id = "hall", name = $"Hall of {name}", city = "Linz", country = "AT", timeZone = "Europe/Vienna" });
        Assert.Equal(HttpStatusCode.Created, place.StatusCode);
        var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = ledger.Public.BaseAddress };
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/portal", new FormUrlEncodedContent([KeyValuePair.Create("key", key)]))).StatusCode);
        var token = TokenField().Match(await browser.GetStringAsync("/portal/receive")).Groups[1].Value;
        return new PortalFirm(browser, api, token);
    }

    /// <summary>Makes honey by the API.</summary>
    /// <returns>Its URI.</returns>
    public async Task<string> MakeAsync(string lot, decimal quantity = 480)
    {
        var answer = await PostApiAsync("/api/batches", new JsonObject
        {
            ["product"] = new JsonObject { ["sku"] = "HONEY", ["name"] = "Honey" },
            ["lot"] = lot,
            ["quantity"] = quantity,
            ["uom"] = "kg",
            ["at"] = "2026-11-20",
            ["origin"] = new JsonObject { ["country"] = "AT" },
        });
        return (string)answer["item"]!;
    }

    public async Task<JsonObject> PostApiAsync(string path, JsonObject body)
    {
        using var answer = await Api.PostAsync(path, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>Sends a form with the session's token.</summary>
    public Task<HttpResponseMessage> SendAsync(string path, params IEnumerable<(string Name, string Value)> fields) =>
        Browser.PostAsync(path, new FormUrlEncodedContent([KeyValuePair.Create("form-token", Token), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]));

    /// <summary>What a page's form would send on: its inputs with their values.</summary>
    public static IReadOnlyList<(string Name, string Value)> FieldsOf(string page) => InPage(Template().Replace(page, ""));

    private static List<(string Name, string Value)> InPage(string page) =>
    [
        .. Input().Matches(page).Select(match => (Name: NameOf().Match(match.Value).Groups[1].Value, Value: WebUtility.HtmlDecode(ValueOf().Match(match.Value).Groups[1].Value)))
            .Where(field => field.Name.Length > 0 && field.Name is not ("form-token" or "file" or "q" or "sold" or "again")),
        .. Choice().Matches(page).Select(match => (match.Groups[1].Value, Chosen().Match(match.Value) is { Success: true } chosen ? chosen.Groups[1].Value : "")).Where(field => field.Item1.Length > 0 && field.Item2.Length > 0),
    ];

    [GeneratedRegex("name=\"form-token\" value=\"([0-9a-f]{64})\"")]
    private static partial Regex TokenField();

    [GeneratedRegex("(?s)<template.*?</template>")]
    private static partial Regex Template();

    [GeneratedRegex("<input [^>]*>")]
    private static partial Regex Input();

    [GeneratedRegex("(?<![-\\w])name=\"([^\"]*)\"")]
    private static partial Regex NameOf();

    [GeneratedRegex("(?<![-\\w])value=\"([^\"]*)\"")]
    private static partial Regex ValueOf();

    [GeneratedRegex("(?s)<select [^>]*?name=\"([^\"]*)\".*?</select>")]
    private static partial Regex Choice();

    [GeneratedRegex("value=\"([^\"]*)\" selected")]
    private static partial Regex Chosen();
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Provenance.Tests.Server.Portal.Import;

/// <summary>A firm that records from spreadsheets, in a browser that is signed in.</summary>
internal sealed partial class ImportJourney
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _key;
    private readonly string _token;

    private ImportJourney(HttpClient browser, HttpClient api, string key, string token) => (Browser, Api, _key, _token) = (browser, api, key, token);

    public HttpClient Browser { get; }

    /// <summary>The same key, for the API.</summary>
    public HttpClient Api { get; }

    /// <summary>A new firm with a place in Linz, where its dates count.</summary>
    public static async Task<ImportJourney> StartAsync(TestLedger ledger, string slug = "baecker")
    {
        Assert.Equal(HttpStatusCode.Created, (await ledger.Admin.PostAsJsonAsync("/api/parties", new { name = "Bäcker", slug, country = "AT" })).StatusCode);
        var (_, key) = await KeyAsync(ledger.Admin, slug, "supplier");
        await ledger.Client(key).PostAsJsonAsync("/api/places", new { id = "linz", name = "Backstube", city = "Linz", country = "AT", timeZone = "Europe/Vienna" });
        return await SignInAsync(ledger, key);
    }

    /// <summary>Signed in again with the same key.</summary>
    public Task<ImportJourney> BackAsync(TestLedger ledger) => SignInAsync(ledger, _key);

    /// <summary>Somebody of the same firm, and the number of their key.</summary>
    public async Task<(ImportJourney Colleague, long Key)> ColleagueAsync(TestLedger ledger)
    {
        var (id, key) = await KeyAsync(Api, "baecker", "supplier");
        return (await SignInAsync(ledger, key), id);
    }

    public static async Task<HttpClient> AuditorAsync(TestLedger ledger) => await BrowserAsync(ledger, (await KeyAsync(ledger.Admin, "operator", "auditor")).Key);

    private static async Task<ImportJourney> SignInAsync(TestLedger ledger, string key)
    {
        var browser = await BrowserAsync(ledger, key);
        return new ImportJourney(browser, ledger.Client(key), key, Token().Match(await browser.GetStringAsync("/portal/import")).Groups[1].Value);
    }

    private static async Task<HttpClient> BrowserAsync(TestLedger ledger, string key)
    {
        var browser = ledger.Public;
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/portal", new FormUrlEncodedContent([KeyValuePair.Create("key", key)]))).StatusCode);
        return browser;
    }

    private static async Task<(long Id, string Key)> KeyAsync(HttpClient api, string slug, string role)
    {
        var made = (await (await api.PostAsJsonAsync($"/api/parties/{slug}/keys", new { role })).Content.ReadFromJsonAsync<JsonObject>())!;
        return ((long)made["id"]!, (string)made["key"]!);
    }

    public Task<HttpResponseMessage> SendAsync(string kind, byte[] file, string name = "file.csv")
    {
        var form = new MultipartFormDataContent { { new StringContent(_token), "form-token" }, { new StringContent(kind), "kind" }, { new ByteArrayContent(file), "file", name } };
        return Browser.PostAsync("/portal/import", form);
    }

    /// <summary>Where the file is, once it is taken.</summary>
    public async Task<string> UploadAsync(string kind, byte[] file, string name = "file.csv")
    {
        var answer = await SendAsync(kind, file, name);
        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.ToString();
    }

    public Task<string> UploadAsync(string kind, string file) => UploadAsync(kind, Encoding.UTF8.GetBytes(file));

    public Task<HttpResponseMessage> PressAsync(string address, string button, params (string Name, string Value)[] fields) => Browser.PostAsync(address, new FormUrlEncodedContent(
        new Dictionary<string, string>(fields.ToDictionary(field => field.Name, field => field.Value)) { ["form-token"] = _token, ["do"] = button }));

    /// <summary>Takes the columns as the page offers them, but for those named, and goes through the rows.</summary>
    /// <returns>The page then.</returns>
    public async Task<string> CheckAsync(string address, params (string Name, string Value)[] chosen)
    {
        var offered = Selects().Matches(await Browser.GetStringAsync(address))
            .Select(select => (select.Groups[1].Value, Selected().Match(select.Value) is { Success: true } option ? option.Groups[1].Value : ""));
        var fields = offered.Where(field => !chosen.Any(one => one.Name == field.Item1)).Concat(chosen).ToArray();
        var answer = await PressAsync(address, "check", fields);
        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, await answer.Content.ReadAsStringAsync());
        return await WaitAsync(address);
    }

    public async Task<string> RecordAsync(string address)
    {
        Assert.Equal(HttpStatusCode.SeeOther, (await PressAsync(address, "record")).StatusCode);
        return await WaitAsync(address);
    }

    /// <summary>A file from beginning to end.</summary>
    public async Task<(string Checked, string Done, string Address)> RunAsync(string kind, byte[] file, string name = "file.csv")
    {
        var address = await UploadAsync(kind, file, name);
        var found = await CheckAsync(address);
        return (found, found.Contains("value=\"record\"", StringComparison.Ordinal) ? await RecordAsync(address) : found, address);
    }

    /// <summary>Of the page: how many rows are right or recorded, on record already, and wrong.</summary>
    public static (int Good, int Held, int Bad) Counts(string page)
    {
        return (Count("good"), Count("held"), Count("bad"));

        int Count(string id) => Regex.Match(page, $"id=\"{id}\">([0-9,.]+)<") is { Success: true } match ? int.Parse(match.Groups[1].Value.Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>Until nothing works on it any more.</summary>
    public async Task<string> WaitAsync(string address)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var page = await Browser.GetStringAsync(address, patience.Token);
            if (!page.Contains("data-working", StringComparison.Ordinal))
            {
                return page;
            }
            await Task.Delay(20, patience.Token);
        }
    }

    [GeneratedRegex("name=\"form-token\" value=\"([0-9a-f]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("<select id=\"[^\"]+\" name=\"([^\"]+)\".*?</select>", RegexOptions.Singleline)]
    private static partial Regex Selects();

    [GeneratedRegex("value=\"([^\"]*)\" selected")]
    private static partial Regex Selected();
}

using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Provenance.Tests.Server.Portal;

/// <summary>Registering a batch from the portal: the same record as by the API, seen before it is made.</summary>
public sealed partial class RegisterTests : IAsyncLifetime
{
    private const string Gtin = "09506000134352";

    private TestLedger _ledger = null!;
    private HttpClient _browser = null!;
    private string _token = "";

    public async Task InitializeAsync()
    {
        _ledger = await TestLedger.StartAsync();
        await _ledger.Admin.PostAsJsonAsync("/api/products", new { gtin = Gtin, name = "Rye <bread>" });
        _browser = await SignedInAsync(TestLedger.AdminKey);
        Assert.Equal("/portal/place", (await _browser.GetAsync("/portal/register")).Headers.Location!.ToString());
        var token = Token().Match(await _browser.GetStringAsync("/portal/place")).Groups[1].Value;
        await _browser.PostAsync("/portal/place", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["form-token"] = token,
            ["name"] = "Backstube Süd",
            ["city"] = "Linz",
            ["country"] = "AT",
            ["timeZone"] = "Europe/Vienna",
        }));
        _token = Token().Match(await _browser.GetStringAsync("/portal/register")).Groups[1].Value;
    }

    public Task DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public async Task The_preview_records_nothing_and_says_what_stays_hidden()
    {
        var page = await (await PostAsync("preview")).Content.ReadAsStringAsync();

        Assert.Contains("Rye &lt;bread&gt;", page, StringComparison.Ordinal);
        Assert.Matches("(?s)class=\"holds\"[^/]*?</span>\\s*<strong>Lot: B-326", page);
        Assert.Matches("(?s)class=\"unchecked\".{0,120}<strong>Quantity: 80", page);
        Assert.Contains("Nothing registered yet", await _browser.GetStringAsync("/portal/batches"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_preview_called_public_is_what_the_public_sees()
    {
        await _ledger.Admin.PatchAsJsonAsync("/api/items", new { item = Gtin, quantity = true });

        var preview = await (await PostAsync("preview")).Content.ReadAsStringAsync();
        var recorded = await PostAsync("record");
        var leaf = recorded.Headers.Location!.ToString().Split('/')[^1];
        var proof = await _ledger.Public.GetStringAsync($"/api/log/{leaf}/proof");
        var disclosed = JsonNode.Parse(proof)!["event"]!["disclosures"]!.AsArray().Select(text => Encoding.UTF8.GetString(Base64Url.DecodeFromChars((string)text!))).ToList();

        Assert.Matches("(?s)class=\"holds\".{0,120}<strong>Quantity: 80", preview);
        Assert.Contains(disclosed, text => text.Contains("/quantityList/0/quantity", StringComparison.Ordinal));
        Assert.Matches("(?s)class=\"unchecked\".{0,120}<strong>Region: Tyrol", preview);
        Assert.DoesNotContain(disclosed, text => text.Contains("Tyrol", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_batch_is_recorded_as_the_API_records_it_and_its_page_leads_to_labels()
    {
        var answer = await PostAsync("record");

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var page = await _browser.GetStringAsync(answer.Headers.Location);
        Assert.Contains("B-326", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync(WebUtility.HtmlDecode(Labels().Match(page).Groups[1].Value))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync(WebUtility.HtmlDecode(Picture().Match(page).Groups[1].Value))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _ledger.Public.GetAsync($"/b/01/{Gtin}/10/B-326")).StatusCode);
        _ledger.Check();
    }

    [Fact]
    public async Task Sent_twice_it_is_recorded_once()
    {
        var first = await PostAsync("record");
        var second = await PostAsync("record");

        Assert.Equal(first.Headers.Location, second.Headers.Location);
    }

    [Fact]
    public async Task An_equal_one_has_to_be_meant()
    {
        await PostAsync("record");
        var preview = await (await PostAsync("preview")).Content.ReadAsStringAsync();

        var refused = await PostAsync("record", ("once", "another"));
        var page = await refused.Content.ReadAsStringAsync();
        var meant = await PostAsync("record", ("once", "another"), ("again", "1"));

        Assert.Contains("This lot is on record already", preview, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("name=\"again\"", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, meant.StatusCode);
    }

    [Theory]
    [InlineData("lot", "")]
    [InlineData("lot", "this lot is longer than twenty characters")]
    [InlineData("quantity", "")]
    [InlineData("quantity", "1,000")]
    [InlineData("quantity", "=1+1")]
    [InlineData("made", "")]
    [InlineData("made", "2027-01-01")]
    [InlineData("until", "soon")]
    [InlineData("country", "")]
    public async Task What_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(string field, string value)
    {
        foreach (var (language, sign) in new[] { ("en", ""), ("de", "?lang=de"), ("es", "?lang=es") })
        {
            var answer = await PostAsync("preview", sign, (field, value), ("region", "<script>alert(1)</script>"));
            var page = await answer.Content.ReadAsStringAsync();

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains($"<html lang=\"{language}\"", page, StringComparison.Ordinal);
            Assert.Contains($"id=\"{field}-error\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_photo_of_the_batch_is_kept_shown_and_recorded_with_it()
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in Fields("attach").Append(KeyValuePair.Create("paper-type", "testres")).Append(KeyValuePair.Create("paper-number", "")))
        {
            form.Add(new StringContent(value), name);
        }
        form.Add(new ByteArrayContent(Documents.Photos.Jpeg), "file", "analysis 12.jpg");

        var attached = await (await _browser.PostAsync("/portal/register", form)).Content.ReadAsStringAsync();
        var sha256 = Thumbnail().Match(attached).Groups[1].Value;
        var recorded = await PostAsync("record", ("paper-type", "testres"), ("paper-number", "analysis 12"), ("paper-sha256", sha256));

        Assert.Contains("value=\"analysis 12\"", attached, StringComparison.Ordinal);
        Assert.Contains("value=\"B-326\"", attached, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, recorded.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _ledger.Admin.GetAsync($"/api/documents/{sha256}")).StatusCode);
    }

    [Fact]
    public async Task Same_as_last_time_fills_in_all_but_lot_and_dates()
    {
        await PostAsync("record", ("quantity", "1200,5"), ("uom", "kg"));

        var page = await _browser.GetStringAsync("/portal/register?like=last");

        Assert.Contains("value=\"1200.5\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"Tyrol\"", page, StringComparison.Ordinal);
        Assert.Matches($"value=\"gtin:{Gtin}\" selected", page);
        Assert.Matches("value=\"AT\" selected", page);
        Assert.DoesNotContain("B-326", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Same_as_last_time_names_a_product_again_that_is_not_on_the_list()
    {
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync("record", ("product", ""), ("number", "JAR-1"), ("name", "Jam <b>"))).StatusCode);

        var page = await _browser.GetStringAsync("/portal/register?like=last");

        Assert.Matches("name=\"number\"[^>]* value=\"JAR-1\"", page);
        Assert.Matches("name=\"name\"[^>]* value=\"Jam &lt;b&gt;\"", page);
    }

    [Fact]
    public async Task The_list_shows_a_firms_own_batches_by_pages_and_finds_them_by_lot_and_name()
    {
        for (var i = 0; i < 21; i++)
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync("record", ("lot", $"L-{i:00}"), ("once", $"n{i}"))).StatusCode);
        }

        var first = await _browser.GetStringAsync("/portal/batches");
        var second = await _browser.GetStringAsync(WebUtility.HtmlDecode(Older().Match(first).Groups[1].Value));
        var found = await _browser.GetStringAsync("/portal/batches?q=l-07");

        Assert.Equal(20, Row().Count(first));
        Assert.Contains("L-00", second, StringComparison.Ordinal);
        Assert.Equal(1, Row().Count(second));
        Assert.Equal(1, Row().Count(found));
        Assert.Equal(20, Row().Count(await _browser.GetStringAsync("/portal/batches?q=rye")));
    }

    [Fact]
    public async Task Another_firms_batch_is_not_there()
    {
        var leaf = (await PostAsync("record")).Headers.Location!.ToString();
        await _ledger.Admin.PostAsJsonAsync("/api/parties", new { name = "Mill", slug = "mill", country = "AT" });
        var key = (string)(await (await _ledger.Admin.PostAsJsonAsync("/api/parties/mill/keys", new { role = "supplier" })).Content.ReadFromJsonAsync<JsonObject>())!["key"]!;
        var mill = await SignedInAsync(key);

        Assert.Equal(HttpStatusCode.NotFound, (await mill.GetAsync(leaf)).StatusCode);
        Assert.DoesNotContain("B-326", await mill.GetStringAsync("/portal/batches"), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> PostAsync(string action, params (string Name, string Value)[] changes) => PostAsync(action, "", changes);

    private Task<HttpResponseMessage> PostAsync(string action, string query, params (string Name, string Value)[] changes)
    {
        var fields = Fields(action);
        foreach (var (name, value) in changes)
        {
            fields[name] = value;
        }
        return _browser.PostAsync("/portal/register" + query, new FormUrlEncodedContent(fields));
    }

    private Dictionary<string, string> Fields(string action) => new()
    {
        ["form-token"] = _token,
        ["do"] = action,
        ["product"] = "gtin:" + Gtin,
        ["lot"] = "B-326",
        ["quantity"] = "80",
        ["uom"] = "piece",
        ["made"] = "2026-11-20",
        ["until"] = "2026-11-27",
        ["untilKind"] = "bestBefore",
        ["place"] = "backstube-s-d",
        ["country"] = "AT",
        ["region"] = "Tyrol",
        ["once"] = "one",
    };

    private async Task<HttpClient> SignedInAsync(string key)
    {
        var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _ledger.Public.BaseAddress };
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/portal", new FormUrlEncodedContent([KeyValuePair.Create("key", key)]))).StatusCode);
        return browser;
    }

    [GeneratedRegex("name=\"form-token\" value=\"([0-9a-f]{64})\"")]
    private static partial Regex Token();

    [GeneratedRegex("src=\"/portal/documents/([0-9a-f]{64})\"")]
    private static partial Regex Thumbnail();

    [GeneratedRegex("href=\"(/labels\\?[^\"]+)\"")]
    private static partial Regex Labels();

    [GeneratedRegex("src=\"(/qr\\?[^\"]+)\"")]
    private static partial Regex Picture();

    [GeneratedRegex("href=\"(/portal/batches\\?[^\"]+before=[^\"]+)\"")]
    private static partial Regex Older();

    [GeneratedRegex("<a href=\"/portal/batches/\\d+\">")]
    private static partial Regex Row();
}

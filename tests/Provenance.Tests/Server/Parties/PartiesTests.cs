using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Provenance.Tests.Server.Parties;

public sealed class PartiesTests : IAsyncLifetime
{
    private TestLedger _ledger = null!;

    public async Task InitializeAsync() => _ledger = await TestLedger.StartAsync();

    public async Task DisposeAsync() => await _ledger.DisposeAsync();

    [Fact]
    public async Task The_admin_makes_parties_and_their_keys_open_the_api()
    {
        var party = await Post(_ledger.Admin, "/api/parties", """{"name":"Bakery Huber","slug":"huber","country":"AT","gcp":"9506000"}""", HttpStatusCode.Created);
        Assert.Matches("^[0-9a-f]{64}$", party.GetProperty("id").GetString()!);
        Assert.Equal("huber", party.GetProperty("slug").GetString());

        var key = await MakeKey("huber", "supplier");
        var seen = await Get(_ledger.Client(key), "/api/parties");
        Assert.Equal("huber", Assert.Single(seen.EnumerateArray()).GetProperty("slug").GetString());
    }

    [Fact]
    public async Task A_key_may_come_as_password_too()
    {
        var client = _ledger.Public;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{TestLedger.AdminKey}")));

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/parties")).StatusCode);
    }

    [Theory]
    [InlineData(null, "/api/parties", 401)]
    [InlineData("a key nobody has", "/api/parties", 401)]
    [InlineData("a key nobody has", "/health/live", 401)]
    public async Task Without_a_known_key_the_door_stays_shut(string? key, string path, int status)
    {
        var answer = await _ledger.Client(key).GetAsync(path);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_withdrawn_key_opens_nothing_from_then_on_and_after_a_restart()
    {
        await MakeParty("huber");
        var key = await MakeKey("huber", "supplier");

        Assert.Equal(HttpStatusCode.NoContent, (await _ledger.Client(key).DeleteAsync("/api/parties/huber/keys/2")).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await _ledger.Client(key).GetAsync("/api/parties")).StatusCode);
        await _ledger.RestartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await _ledger.Client(key).GetAsync("/api/parties")).StatusCode);
    }

    [Fact]
    public async Task A_party_and_its_keys_outlive_a_restart()
    {
        await MakeParty("huber");
        var key = await MakeKey("huber", "supplier");

        await _ledger.RestartAsync();

        var seen = await Get(_ledger.Client(key), "/api/parties");
        Assert.Equal("huber", Assert.Single(seen.EnumerateArray()).GetProperty("slug").GetString());
    }

    [Fact]
    public async Task A_changed_admin_key_replaces_the_one_set_before()
    {
        await _ledger.RestartAsync("--Ledger:AdminKey=another admin key for tests");

        Assert.Equal(HttpStatusCode.Unauthorized, (await _ledger.Admin.GetAsync("/api/parties")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _ledger.Client("another admin key for tests").GetAsync("/api/parties")).StatusCode);
    }

    [Fact]
    public async Task No_key_is_kept_in_the_clear()
    {
        await MakeParty("huber");
        var key = await MakeKey("huber", "supplier");

        await _ledger.RestartAsync();

        foreach (var file in Directory.GetFiles(_ledger.Folder, "ledger.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            Assert.Equal(-1, bytes.ToArray().AsSpan().IndexOf(Encoding.ASCII.GetBytes(key)));
            Assert.Equal(-1, bytes.ToArray().AsSpan().IndexOf(Encoding.ASCII.GetBytes(TestLedger.AdminKey)));
        }
    }

    [Fact]
    public async Task A_supplier_makes_keys_for_its_own_suppliers_and_for_nobody_else()
    {
        await MakeParty("huber");
        await MakeParty("maier");
        var huber = _ledger.Client(await MakeKey("huber", "supplier"));

        await Post(huber, "/api/parties/huber/keys", """{"role":"supplier"}""", HttpStatusCode.Created);
        await Post(huber, "/api/parties/huber/keys", """{"role":"auditor"}""", HttpStatusCode.Forbidden);
        await Post(huber, "/api/parties/maier/keys", """{"role":"supplier"}""", HttpStatusCode.NotFound);
        await Post(huber, "/api/parties", """{"name":"X","slug":"x","country":"AT"}""", HttpStatusCode.Forbidden);
        await Post(_ledger.Admin, "/api/parties/huber/keys", """{"role":"admin"}""", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_auditor_sees_everything_and_changes_nothing()
    {
        await MakeParty("huber");
        await MakeParty("audit");
        var auditor = _ledger.Client(await MakeKey("audit", "auditor"));

        Assert.Equal(3, (await Get(auditor, "/api/parties")).GetArrayLength());
        await Post(auditor, "/api/products", """{"name":"X","sku":"X"}""", HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("""{"name":"","slug":"x","country":"AT"}""", "name", "")]
    [InlineData("""{"name":"X","slug":"Not A Slug","country":"AT"}""", "slug", "Not A Slug")]
    [InlineData("""{"name":"X","slug":"01","country":"AT"}""", "slug", "01")]
    [InlineData("""{"name":"X","slug":"x","country":"Austria"}""", "country", "Austria")]
    [InlineData("""{"name":"X","slug":"x","country":"AT","gln":"1234567890123"}""", "gln", "1234567890123")]
    [InlineData("""{"name":"X","slug":"x","country":"AT","gcp":"12"}""", "gcp", "12")]
    [InlineData("""{"name":"X","slug":"x","country":"AT","domain":"not a host"}""", "domain", "not a host")]
    public async Task A_party_that_cannot_be_is_refused_by_field_and_value(string body, string field, string value)
    {
        var problem = await Post(_ledger.Admin, "/api/parties", body, HttpStatusCode.BadRequest);

        Assert.Equal((field, value), (problem.GetProperty("field").GetString(), problem.GetProperty("value").GetString()));
        Assert.Single((await Get(_ledger.Admin, "/api/parties")).EnumerateArray());
    }

    [Fact]
    public async Task What_was_given_to_one_party_is_not_given_to_another()
    {
        await Post(_ledger.Admin, "/api/parties", """{"name":"Huber","slug":"huber","country":"AT","gcp":"9506000"}""", HttpStatusCode.Created);

        await Post(_ledger.Admin, "/api/parties", """{"name":"Other","slug":"huber","country":"AT"}""", HttpStatusCode.Conflict);
        var taken = await Post(_ledger.Admin, "/api/parties", """{"name":"Other","slug":"other","country":"AT","gcp":"9506000"}""", HttpStatusCode.Conflict);
        Assert.Equal("gcp", taken.GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_supplier_adds_its_skus_and_gtins_under_its_prefix_and_no_others()
    {
        await Post(_ledger.Admin, "/api/parties", """{"name":"Huber","slug":"huber","country":"AT","gcp":"9506000"}""", HttpStatusCode.Created);
        await MakeParty("maier");
        var huber = _ledger.Client(await MakeKey("huber", "supplier"));
        var maier = _ledger.Client(await MakeKey("maier", "supplier"));

        var product = await Post(huber, "/api/products", """{"name":"Hops","gtin":"9506000134352","netContent":{"value":0.5,"uom":"KGM"}}""", HttpStatusCode.Created);
        Assert.Equal("https://id.gs1.org/01/09506000134352", product.GetProperty("item").GetString());
        await Post(huber, "/api/products", """{"name":"Hops","gtin":"9506000134352"}""", HttpStatusCode.Conflict);
        var refused = await Post(maier, "/api/products", """{"name":"Hops","gtin":"9506000134369"}""", HttpStatusCode.Forbidden);
        Assert.Equal("09506000134369", refused.GetProperty("value").GetString());
        await Post(maier, "/api/products", """{"name":"Hops","gtin":"4012345678901"}""", HttpStatusCode.Forbidden);
        await Post(_ledger.Admin, "/api/products", """{"name":"Hops","gtin":"4012345678901","party":"maier"}""", HttpStatusCode.Created);

        var own = await Post(maier, "/api/products", """{"name":"Rye","sku":"RYE"}""", HttpStatusCode.Created);
        Assert.EndsWith("/id/maier/RYE", own.GetProperty("item").GetString());
        Assert.Equal(2, (await Get(maier, "/api/products")).GetArrayLength());
        Assert.Equal(3, (await Get(_ledger.Admin, "/api/products")).GetArrayLength());
    }

    [Theory]
    [InlineData("""{"name":"X"}""", "gtin")]
    [InlineData("""{"name":"X","gtin":"9506000134353"}""", "gtin")]
    [InlineData("""{"name":"X","sku":"01"}""", "sku")]
    [InlineData("""{"name":"X","sku":"unit"}""", "sku")]
    [InlineData("""{"name":"X","sku":"X","netContent":{"value":0,"uom":"KGM"}}""", "netContent.value")]
    [InlineData("""{"name":"X","sku":"X","netContent":{"value":1,"uom":"stones"}}""", "netContent.uom")]
    [InlineData("""{"name":"X","sku":"X","party":"nobody"}""", "party")]
    public async Task A_product_that_cannot_be_is_refused_by_field(string body, string field)
    {
        Assert.Equal(field, (await Post(_ledger.Admin, "/api/products", body, HttpStatusCode.BadRequest)).GetProperty("field").GetString());
        Assert.Empty((await Get(_ledger.Admin, "/api/products")).EnumerateArray());
    }

    [Fact]
    public async Task A_gln_counts_once_the_admin_approved_it()
    {
        await MakeParty("huber");
        await MakeParty("maier");
        var huber = _ledger.Client(await MakeKey("huber", "supplier"));
        const string place = """{"id":"mill","name":"Mill","city":"Graz","country":"AT","gln":"9506000134352","timeZone":"Europe/Vienna"}""";

        Assert.False((await Post(huber, "/api/places", place, HttpStatusCode.Created)).GetProperty("glnApproved").GetBoolean());
        Assert.True((await Post(_ledger.Admin, "/api/places/mill/approve", """{"party":"huber"}""", HttpStatusCode.OK)).GetProperty("glnApproved").GetBoolean());

        var maier = _ledger.Client(await MakeKey("maier", "supplier"));
        await Post(maier, "/api/places", place, HttpStatusCode.Forbidden);
        await _ledger.RestartAsync();
        Assert.True((await Get(_ledger.Admin, "/api/places"))[0].GetProperty("glnApproved").GetBoolean());
    }

    private Task<JsonElement> MakeParty(string slug) =>
        Post(_ledger.Admin, "/api/parties", $$"""{"name":"{{slug}}","slug":"{{slug}}","country":"AT"}""", HttpStatusCode.Created);

    private async Task<string> MakeKey(string slug, string role) =>
        (await Post(_ledger.Admin, $"/api/parties/{slug}/keys", $$"""{"role":"{{role}}"}""", HttpStatusCode.Created)).GetProperty("key").GetString()!;

    private static async Task<JsonElement> Post(HttpClient client, string path, string body, HttpStatusCode expected)
    {
        var answer = await client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(expected == answer.StatusCode, $"{answer.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    private static async Task<JsonElement> Get(HttpClient client, string path) => await client.GetFromJsonAsync<JsonElement>(path);
}

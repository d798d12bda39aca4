using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Provenance.Tests.Server.Portal.Import;

namespace Provenance.Tests.Server.Portal.OwnData;

/// <summary>What a firm keeps itself: products, places, keys and invitations, by the rules of the API and in plain words.</summary>
public sealed partial class OwnDataTests : IAsyncLifetime
{
    private TestLedger _ledger = null!;
    private ImportJourney _firm = null!;

    public async Task InitializeAsync()
    {
        _ledger = await TestLedger.StartAsync();
        _firm = await ImportJourney.StartAsync(_ledger);
    }

    public Task DisposeAsync() => _ledger.DisposeAsync();

    [Theory]
    [InlineData("9506000134353", "the last digit should be 2")]
    [InlineData("950600013435", "the last digit should be 9")]
    [InlineData("4006381333932", "the last digit should be 1")]
    public async Task A_mistyped_GTIN_is_answered_with_the_digit_it_should_end_in(string number, string said)
    {
        var answer = await _firm.PressAsync("/portal/products", "", ("number", number), ("name", "Honey"));
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(said, page, StringComparison.Ordinal);
        Assert.Contains($"value=\"{number}\"", page, StringComparison.Ordinal);
        Assert.Contains("None yet.", page, StringComparison.Ordinal);
        foreach (var (language, words) in new[] { ("de", "müsste die letzte Ziffer"), ("es", "la última cifra debería ser") })
        {
            Assert.Contains(words, WebUtility.HtmlDecode(await (await _firm.PressAsync($"/portal/products?lang={language}", "", ("number", number), ("name", "Honey"))).Content.ReadAsStringAsync()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_firm_adds_its_own_articles_and_GTINs_under_its_prefix_and_no_others()
    {
        await _ledger.Admin.PostAsJsonAsync("/api/parties", new { name = "Imker", slug = "imker", country = "AT", gcp = "9506000" });
        var mine = await _firm.PressAsync("/portal/products", "", ("number", "ROGGEN-1"), ("name", "Rye <b>bread</b>"), ("holds", "0,5"), ("uom", "kg"));
        var theirs = await _firm.PressAsync("/portal/products", "", ("number", "9506000134352"), ("name", "Honey"));
        var twice = await _firm.PressAsync("/portal/products", "", ("number", "ROGGEN-1"), ("name", "Another"));
        var page = await _firm.Browser.GetStringAsync("/portal/products");

        Assert.Equal(HttpStatusCode.SeeOther, mine.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, theirs.StatusCode);
        Assert.Contains("not under a company prefix of yours", await theirs.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, twice.StatusCode);
        Assert.Contains("Rye &lt;b&gt;bread", page, StringComparison.Ordinal);
        Assert.Contains("0.5 kg", page, StringComparison.Ordinal);
        Assert.Contains("ROGGEN-1", await _firm.Api.GetStringAsync("/api/products"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_product_gets_another_name_and_keeps_its_number()
    {
        await _firm.PressAsync("/portal/products", "", ("number", "ROGGEN-1"), ("name", "Rye"), ("holds", "500"), ("uom", "g"));
        var form = await _firm.Browser.GetStringAsync("/portal/products?change=ROGGEN-1");

        var changed = await _firm.PressAsync("/portal/products", "", ("change", "1"), ("own", "1"), ("number", "ROGGEN-1"), ("name", "Rye bread"), ("holds", "750"), ("uom", "g"));
        var wrong = await _firm.PressAsync("/portal/products", "", ("change", "1"), ("own", "1"), ("number", "ROGGEN-1"), ("name", "Rye bread"), ("holds", "much"), ("uom", "g"));
        var unknown = await _firm.PressAsync("/portal/products", "", ("change", "1"), ("own", "1"), ("number", "WEIZEN-1"), ("name", "Wheat"));

        Assert.Contains("value=\"500\"", form, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, changed.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("id=\"holds-error\"", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Matches("\"name\":\"Rye bread\".*\"value\":750", await _firm.Api.GetStringAsync("/api/products"));
    }

    [Theory]
    [InlineData("gln", "9506000111118", "the last digit should be")]
    [InlineData("gln", "950600011111", "These are 12 digits; such a number has 13")]
    [InlineData("gln", "95060001ABCDE", "Digits only")]
    [InlineData("geo", "north", "Two numbers in degrees")]
    [InlineData("geo", "91, 0", "Two numbers in degrees")]
    [InlineData("timeZone", "Mars/Base", "zone of the IANA list")]
    [InlineData("country", "", "Choose the country")]
    [InlineData("city", "", "Give the city")]
    public async Task What_is_wrong_with_a_place_stands_beside_its_field_and_nothing_is_kept(string field, string value, string said)
    {
        var answer = await PlaceAsync((field, value));
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(said, page, StringComparison.Ordinal);
        Assert.Contains($"id=\"{field}-error\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("lager", await _firm.Api.GetStringAsync("/api/places"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_is_added_and_changed_and_its_GLN_waits_for_the_admin()
    {
        Assert.Equal(HttpStatusCode.SeeOther, (await PlaceAsync(("gln", "9506000111117"), ("geo", "48.3, 14.2"))).StatusCode);
        var waits = await _firm.Browser.GetStringAsync("/portal/places");
        Assert.Equal(HttpStatusCode.SeeOther, (await PlaceAsync(("id", "lager"), ("city", "Wels"), ("gln", "9506000111124"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PlaceAsync(("id", "nowhere"))).StatusCode);

        var places = await _firm.Api.GetStringAsync("/api/places");
        Assert.Contains("GLN not confirmed yet", waits, StringComparison.Ordinal);
        Assert.Contains("\"city\":\"Wels\"", places, StringComparison.Ordinal);
        Assert.Contains("9506000111117", places, StringComparison.Ordinal); // events name the place by it, so it stays
        Assert.DoesNotContain("9506000111124", places, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_shown_once_named_seen_in_use_and_withdrawn_after_asking()
    {
        var made = await (await _firm.PressAsync("/portal/keys", "", ("name", "Anna <i>"), ("role", "supplier"))).Content.ReadAsStringAsync();
        var key = Key().Match(made).Value;
        var unused = await _firm.Browser.GetStringAsync("/portal/keys");
        var id = Withdraw().Matches(unused)[^1].Groups[1].Value;
        Assert.Equal(HttpStatusCode.OK, (await _ledger.Client(key).GetAsync("/api/products")).StatusCode);
        var used = await UntilAsync("/portal/keys", page => !page.Contains("never used", StringComparison.Ordinal));

        var question = await _firm.Browser.GetStringAsync($"/portal/keys/{id}/withdraw");
        Assert.Equal(HttpStatusCode.OK, (await _ledger.Client(key).GetAsync("/api/products")).StatusCode); // asking withdraws nothing
        Assert.Equal(HttpStatusCode.SeeOther, (await _firm.PressAsync($"/portal/keys/{id}/withdraw", "")).StatusCode);

        Assert.Contains("Anna &lt;i&gt;", unused, StringComparison.Ordinal);
        Assert.Contains("never used", unused, StringComparison.Ordinal);
        Assert.DoesNotContain(key, unused, StringComparison.Ordinal);
        Assert.Contains("last used 21 Nov 2026", used, StringComparison.Ordinal);
        Assert.Contains("Anna &lt;i&gt;", question, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _ledger.Client(key).GetAsync("/api/products")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _firm.Browser.GetAsync($"/portal/keys/{id}/withdraw")).StatusCode);
    }

    [Fact]
    public async Task Nobody_makes_a_stronger_key_than_their_own_and_nobody_withdraws_anothers()
    {
        var other = await ImportJourney.StartAsync(_ledger, "other");
        var id = Withdraw().Match(await other.Browser.GetStringAsync("/portal/keys")).Groups[1].Value;

        Assert.Equal(HttpStatusCode.Forbidden, (await _firm.PressAsync("/portal/keys", "", ("name", "x"), ("role", "admin"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await _firm.PressAsync("/portal/keys", "", ("name", "x"), ("role", "auditor"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await _firm.PressAsync("/portal/keys", "", ("name", " "), ("role", "supplier"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _firm.PressAsync($"/portal/keys/{id}/withdraw", "")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await other.Api.GetAsync("/api/products")).StatusCode);
    }

    [Fact]
    public async Task Whoever_withdraws_their_own_key_is_signed_out()
    {
        var id = Withdraw().Match(await _firm.Browser.GetStringAsync("/portal/keys")).Groups[1].Value;

        Assert.Contains("You are signed in with it", await _firm.Browser.GetStringAsync($"/portal/keys/{id}/withdraw"), StringComparison.Ordinal);
        Assert.Equal("/portal", (await _firm.PressAsync($"/portal/keys/{id}/withdraw", "")).Headers.Location!.ToString());
        Assert.Equal("/portal", (await _firm.Browser.GetAsync("/portal/keys")).Headers.Location!.ToString());
    }

    [Fact]
    public async Task An_open_invitation_is_listed_and_withdrawn_and_one_that_was_opened_gives_its_name_to_the_key()
    {
        var first = await InviteAsync("Bert");
        var second = await InviteAsync("Carla");
        var other = await ImportJourney.StartAsync(_ledger, "other");
        var open = await _firm.Browser.GetStringAsync("/portal/keys");
        var bert = Regex.Match(open, "Bert.*?/portal/keys/invitations/([0-9a-f]{64})/withdraw", RegexOptions.Singleline).Groups[1].Value;

        await other.PressAsync($"/portal/keys/invitations/{bert}/withdraw", "");
        Assert.Equal(HttpStatusCode.OK, (await _ledger.Public.GetAsync(first)).StatusCode);
        await _firm.PressAsync($"/portal/keys/invitations/{bert}/withdraw", "");
        Assert.Equal(HttpStatusCode.Gone, (await _ledger.Public.GetAsync(first)).StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await _ledger.Public.PostAsync(second, new FormUrlEncodedContent([]))).StatusCode);
        var after = await _firm.Browser.GetStringAsync("/portal/keys");
        Assert.Contains("None.", after, StringComparison.Ordinal);
        Assert.Matches("(?s)Carla.*/portal/keys/[0-9]+/withdraw", after);
    }

    [Fact]
    public async Task An_auditor_keeps_none_of_it()
    {
        var auditor = await ImportJourney.AuditorAsync(_ledger);

        foreach (var page in new[] { "products", "places", "keys" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await auditor.GetAsync($"/portal/{page}")).StatusCode);
        }
    }

    private Task<HttpResponseMessage> PlaceAsync(params (string Name, string Value)[] changes) => _firm.PressAsync("/portal/places", "", [
        .. new[] { ("name", "Lager"), ("city", "Linz"), ("country", "AT"), ("timeZone", "Europe/Vienna"), ("gln", ""), ("geo", "") }.Where(field => changes.All(change => change.Name != field.Item1)), .. changes]);

    private async Task<string> InviteAsync(string name) =>
        new Uri(Link().Match(await (await _firm.PressAsync("/portal/account", "", ("party", "baecker"), ("name", name))).Content.ReadAsStringAsync()).Groups[1].Value).AbsolutePath;

    private async Task<string> UntilAsync(string address, Func<string, bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var page = await _firm.Browser.GetStringAsync(address, patience.Token);
            if (isSo(page))
            {
                return page;
            }
            await Task.Delay(20, patience.Token);
        }
    }

    [GeneratedRegex("prov_[A-Za-z0-9_-]+")]
    private static partial Regex Key();

    [GeneratedRegex("/portal/keys/([0-9]+)/withdraw")]
    private static partial Regex Withdraw();

    [GeneratedRegex("class=\"once mono\">([^<]+)<")]
    private static partial Regex Link();
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Provenance.Server.Portal;

namespace Provenance.Tests.Server.Portal;

/// <summary>Signing in to the portal, as a browser does it.</summary>
public sealed partial class SessionTests : IAsyncLifetime
{
    private TestLedger _ledger = null!;

    public async Task InitializeAsync() => _ledger = await TestLedger.StartAsync();

    public Task DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public async Task A_key_opens_a_session_that_scripts_and_other_paths_never_see()
    {
        var answer = await Browser().PostAsync("/portal", Form(("key", TestLedger.AdminKey)));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("path=/portal;", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(TestLedger.AdminKey, cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_https_the_cookie_never_goes_out_in_the_clear()
    {
        await _ledger.RestartAsync("--Ledger:PublicUrl=https://trace.example");

        var answer = await Browser().PostAsync("/portal", Form(("key", TestLedger.AdminKey)));

        Assert.Contains("secure", Assert.Single(answer.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_database_holds_nothing_that_would_let_anybody_in()
    {
        var answer = await Browser().PostAsync("/portal", Form(("key", TestLedger.AdminKey)));
        var id = Cookie().Match(Assert.Single(answer.Headers.GetValues("Set-Cookie"))).Groups[1].Value;

        using var connection = _ledger.Read();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT hex(hash) FROM portal_session";

        Assert.Equal(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(id))), command.ExecuteScalar());
    }

    [Fact]
    public async Task A_wrong_key_is_refused_beside_its_field_and_not_shown_again()
    {
        var answer = await Browser().PostAsync("/portal", Form(("key", "prov_not-a-key")));
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("id=\"key-error\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("prov_not-a-key", page, StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Whoever_tries_keys_has_to_wait_and_then_gets_in()
    {
        var browser = Browser();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/portal", Form(("key", $"wrong {i}")))).StatusCode);
        }

        var refused = await browser.PostAsync("/portal", Form(("key", TestLedger.AdminKey)));
        _ledger.Clock.Advance(TimeSpan.FromMinutes(5));
        var accepted = await browser.PostAsync("/portal", Form(("key", TestLedger.AdminKey)));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.SeeOther, accepted.StatusCode);
    }

    [Fact]
    public async Task Without_a_session_every_way_in_leads_to_the_sign_in_page()
    {
        var browser = Browser();

        Assert.Equal("/portal", (await browser.GetAsync("/portal/account")).Headers.Location!.ToString());
        Assert.Equal("/portal", (await browser.PostAsync("/portal/account", Form())).Headers.Location!.ToString());
        Assert.Contains("name=\"key\"", await browser.GetStringAsync("/portal"), StringComparison.Ordinal);
        Assert.DoesNotContain("You were signed out", await browser.GetStringAsync("/portal"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whose_session_ended_is_told_so_and_whoever_types_a_wrong_address_stays_in_the_portal()
    {
        var browser = await SignedInAsync(TestLedger.AdminKey);
        var nowhere = await browser.GetAsync("/portal/batches/999999?lang=de");
        _ledger.Clock.Advance(Provenance.Server.Portal.Sessions.Idle);

        var ended = await browser.GetAsync("/portal/batches?lang=de");

        var page = await nowhere.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
        Assert.Contains("Hier ist nichts von Ihnen", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/portal/batches?lang=de\"", page, StringComparison.Ordinal);
        Assert.Equal("/portal?ended=1&lang=de", ended.Headers.Location!.ToString());
        Assert.Contains("Sie wurden abgemeldet", await browser.GetStringAsync(ended.Headers.Location), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_without_the_sessions_own_token_changes_nothing()
    {
        var browser = await SignedInAsync(TestLedger.AdminKey);
        var other = await SignedInAsync(TestLedger.AdminKey);
        var token = await TokenAsync(other);

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync("/portal/sign-out", Form())).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync("/portal/sign-out", Form(("form-token", token)))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/portal/account")).StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_form_of_another_site_is_refused_even_for_signing_in(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/portal") { Content = Form(("key", TestLedger.AdminKey)) };
        request.Headers.Add(header, value);

        var answer = await Browser().SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Signing_out_ends_this_session_and_everywhere_ends_all()
    {
        var (first, second, third) = (await SignedInAsync(TestLedger.AdminKey), await SignedInAsync(TestLedger.AdminKey), await SignedInAsync(TestLedger.AdminKey));

        await first.PostAsync("/portal/sign-out", Form(("form-token", await TokenAsync(first))));
        Assert.Equal(HttpStatusCode.SeeOther, (await first.GetAsync("/portal/account")).StatusCode);
        Assert.Contains("2 browsers", await second.GetStringAsync("/portal/account"), StringComparison.Ordinal);

        await second.PostAsync("/portal/sign-out-everywhere", Form(("form-token", await TokenAsync(second))));
        Assert.Equal(HttpStatusCode.SeeOther, (await third.GetAsync("/portal/account")).StatusCode);
    }

    [Fact]
    public async Task A_session_ends_when_nobody_comes_and_at_its_longest()
    {
        var idle = await SignedInAsync(TestLedger.AdminKey);
        _ledger.Clock.Advance(Sessions.Idle);
        Assert.Equal(HttpStatusCode.SeeOther, (await idle.GetAsync("/portal/account")).StatusCode);

        var busy = await SignedInAsync(TestLedger.AdminKey);
        for (var day = TimeSpan.FromDays(1); day < Sessions.Longest; day += TimeSpan.FromDays(1))
        {
            _ledger.Clock.Advance(TimeSpan.FromDays(1));
            Assert.Equal(HttpStatusCode.OK, (await busy.GetAsync("/portal/account")).StatusCode);
        }
        _ledger.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(HttpStatusCode.SeeOther, (await busy.GetAsync("/portal/account")).StatusCode);
    }

    [Fact]
    public async Task A_withdrawn_key_takes_its_sessions_along_and_a_restart_does_not()
    {
        var made = await (await _ledger.Admin.PostAsJsonAsync("/api/parties/operator/keys", new { role = "supplier" })).Content.ReadFromJsonAsync<JsonObject>();
        var cookies = new CookieContainer();
        await Browser(cookies).PostAsync("/portal", Form(("key", (string)made!["key"]!)));
        await _ledger.RestartAsync(); // on another port, which cookies do not mind
        var browser = Browser(cookies);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/portal/account")).StatusCode);

        await _ledger.Admin.DeleteAsync($"/api/parties/operator/keys/{made["id"]}");

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync("/portal/account")).StatusCode);
    }

    [Fact]
    public async Task An_invitation_lets_one_person_in_once_with_a_key_of_their_own()
    {
        await AddPartyAsync("bakery");
        var link = await InviteAsync("bakery", "supplier");
        var browser = Browser();
        Assert.Contains("Bakery invites you", await browser.GetStringAsync(link), StringComparison.Ordinal);
        Assert.Contains("Bakery invites you", await browser.GetStringAsync(link), StringComparison.Ordinal);

        var page = await (await browser.PostAsync(link, Form())).Content.ReadAsStringAsync();
        var key = Key().Match(page).Value;

        Assert.Contains("Bakery", await browser.GetStringAsync("/portal/account"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _ledger.Client(key).GetAsync("/api/products")).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await Browser().PostAsync(link, Form())).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await Browser().GetAsync(link)).StatusCode);
    }

    [Fact]
    public async Task An_old_invitation_lets_nobody_in()
    {
        var link = await InviteAsync("operator", "auditor");
        _ledger.Clock.Advance(Invitations.Lifetime);

        Assert.Equal(HttpStatusCode.Gone, (await Browser().PostAsync(link, Form())).StatusCode);
    }

    [Fact]
    public async Task A_supplier_invites_to_its_own_firm_and_no_other_and_no_auditors()
    {
        await AddPartyAsync("bakery");
        await AddPartyAsync("mill");
        var made = await (await _ledger.Admin.PostAsJsonAsync("/api/parties/bakery/keys", new { role = "supplier" })).Content.ReadFromJsonAsync<JsonObject>();
        var browser = await SignedInAsync((string)made!["key"]!);
        var token = await TokenAsync(browser);

        var own = await browser.PostAsync("/portal/account", Form(("form-token", token), ("party", "bakery")));
        var other = await browser.PostAsync("/portal/account", Form(("form-token", token), ("party", "mill")));

        Assert.Contains("/portal/join/", await own.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        var supplier = _ledger.Client((string)made["key"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await supplier.PostAsJsonAsync("/api/parties/mill/invitations", new { role = "supplier" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await supplier.PostAsJsonAsync("/api/parties/bakery/invitations", new { role = "auditor" })).StatusCode);
    }

    [Fact]
    public async Task A_session_opens_no_API_route()
    {
        var browser = await SignedInAsync(TestLedger.AdminKey);

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/parties")).StatusCode);
    }

    private async Task AddPartyAsync(string slug) =>
        Assert.True((await _ledger.Admin.PostAsJsonAsync("/api/parties", new { name = char.ToUpperInvariant(slug[0]) + slug[1..], slug, country = "AT" })).IsSuccessStatusCode);

    /// <summary>Path of a new invitation.</summary>
    private async Task<string> InviteAsync(string party, string role)
    {
        var answer = await _ledger.Admin.PostAsJsonAsync($"/api/parties/{party}/invitations", new { role });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return new Uri((string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["link"]!).AbsolutePath;
    }

    private HttpClient Browser(CookieContainer? cookies = null) =>
        new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies ?? new CookieContainer() }) { BaseAddress = _ledger.Public.BaseAddress };

    private async Task<HttpClient> SignedInAsync(string key)
    {
        var browser = Browser();
        var answer = await browser.PostAsync("/portal", Form(("key", key)));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return browser;
    }

    private static async Task<string> TokenAsync(HttpClient browser) =>
        Token().Match(await browser.GetStringAsync("/portal/account")).Groups[1].Value;

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    [GeneratedRegex("name=\"form-token\" value=\"([0-9a-f]{64})\"")]
    private static partial Regex Token();

    [GeneratedRegex("provenance-portal=([^;]+)")]
    private static partial Regex Cookie();

    [GeneratedRegex("prov_[A-Za-z0-9_-]{43}")]
    private static partial Regex Key();
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Server.Anchoring;
using Provenance.Server.Storage;

namespace Provenance.Tests.Server.Health;

/// <summary>The operator's page, and what <c>/health/ready</c> says in each state that is not well.</summary>
public sealed class StatusPageTests : IAsyncLifetime
{
    private TestLedger _ledger = null!;

    public async Task InitializeAsync() => _ledger = await TestLedger.StartAsync();

    public Task DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public async Task The_admin_sees_it_in_three_languages_and_nobody_else_does()
    {
        using var admin = await SignInAsync(TestLedger.AdminKey);
        using var supplier = await SignInAsync(await MakeKeyAsync());

        foreach (var (language, well) in new[] { ("en", "All is well"), ("de", "Alles in Ordnung"), ("es", "Todo está bien") })
        {
            _ledger.Services.GetRequiredService<ChainLink>().Works();
            Assert.Contains(well, await TextAsync(admin, language), StringComparison.Ordinal);
            Assert.DoesNotContain("<script", await TextAsync(admin, language), StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.Forbidden, (await supplier.GetAsync("/portal/status")).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await _ledger.Public.GetAsync("/portal/status")).StatusCode);
        Assert.Equal("/portal/status", (await _ledger.Public.GetAsync("/status")).Headers.Location!.ToString());
    }

    [Fact]
    public async Task What_is_wrong_stands_first_with_the_way_out_and_a_script_in_a_reason_is_text()
    {
        using var admin = await SignInAsync(TestLedger.AdminKey);
        _ledger.Services.GetRequiredService<ChainLink>().Fails("<script>alert(1)</script>");
        await _ledger.Services.GetRequiredService<LedgerWriter>().RunAsync(connection => connection.Execute(
            "INSERT INTO chain_write(kind, payload, state, sealed_at, changed_at) VALUES ('register', x'00', 'aside', @now, @now), ('anchor', x'31', 'broadcast', @now, @now)",
            new { now = _ledger.Clock.GetUtcNow().ToUnixTimeMilliseconds() }));
        _ledger.Clock.Advance(TimeSpan.FromHours(2));

        var page = WebUtility.HtmlDecode(await TextAsync(admin, "en"));

        Assert.Contains("It records; something needs you", page, StringComparison.Ordinal);
        Assert.Contains("Look at Ledger__Chain__RpcUrls", page, StringComparison.Ordinal);
        Assert.Contains("has waited for the chain for 120 minutes", page, StringComparison.Ordinal);
        Assert.Contains("1 writes were refused by the contract", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", await TextAsync(admin, "en"), StringComparison.Ordinal);
        Assert.True(page.IndexOf("Nothing can be anchored", StringComparison.Ordinal) < page.IndexOf("Entries", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ready_says_read_only_and_why_whatever_closes_the_ledger_and_the_page_says_it_too()
    {
        using var admin = await SignInAsync(TestLedger.AdminKey);
        var state = _ledger.Services.GetRequiredService<LedgerState>();
        Assert.Equal(("ready", null), await ReadyAsync());

        state.CloseForWriting("The ledger has not been compared with its contract yet.");
        Assert.Equal(("read-only", "The ledger has not been compared with its contract yet."), await ReadyAsync());
        state.OpenForWriting();

        state.HoldRestored("Restored from a backup.");
        Assert.Equal(("read-only", "Restored from a backup."), await ReadyAsync());
        state.HoldRestored(null);
        Assert.Equal(("ready", null), await ReadyAsync());

        _ledger.Services.GetRequiredService<ChainLink>().Fails("No node has a block younger than 180 s.");
        Assert.Equal("No node has a block younger than 180 s.", (await _ledger.Public.GetFromJsonAsync<JsonObject>("/health/ready"))!["chain"]!.ToString());

        state.SuspectRollback("The contract knows 7 entries, here are 3.");
        Assert.Equal(("read-only", "Rollback suspected. The contract knows 7 entries, here are 3."), await ReadyAsync());
        Assert.Contains("Nothing is being recorded", await TextAsync(admin, "en"), StringComparison.Ordinal);
    }

    private async Task<(string Status, string? Because)> ReadyAsync()
    {
        var health = await _ledger.Public.GetFromJsonAsync<JsonObject>("/health/ready");
        return (health!["status"]!.ToString(), health["because"]?.ToString());
    }

    private async Task<string> MakeKeyAsync()
    {
        var party = (await (await _ledger.Admin.PostAsJsonAsync("/api/parties", new { name = "Mill", slug = "mill", country = "AT" })).Content.ReadFromJsonAsync<JsonObject>())!;
        return (await (await _ledger.Admin.PostAsJsonAsync($"/api/parties/{party["id"]}/keys", new { role = "supplier" })).Content.ReadFromJsonAsync<JsonObject>())!["key"]!.ToString();
    }

    private async Task<HttpClient> SignInAsync(string key)
    {
        var client = _ledger.Client(null);
        using var answer = await client.PostAsync("/portal", new FormUrlEncodedContent([new("key", key)]));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        client.DefaultRequestHeaders.Add("Cookie", answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        return client;
    }

    private static async Task<string> TextAsync(HttpClient client, string language)
    {
        using var answer = await client.GetAsync($"/portal/status?lang={language}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}

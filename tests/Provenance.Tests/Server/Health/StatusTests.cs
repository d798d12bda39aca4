using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Server.Anchoring;
using Provenance.Server.Storage;

namespace Provenance.Tests.Server.Health;

/// <summary><c>GET /api/status</c>: how the ledger is, in numbers and words, for the one who runs it.</summary>
public sealed class StatusTests : IAsyncLifetime
{
    private TestLedger _ledger = null!;

    public async Task InitializeAsync() => _ledger = await TestLedger.StartAsync();

    public Task DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public async Task It_is_the_admins_alone()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await _ledger.Public.GetAsync("/api/status")).StatusCode);
    }

    [Fact]
    public async Task It_counts_entries_queue_and_cost_and_warns_of_a_chain_that_takes_nothing()
    {
        await RegisterAsync();
        var link = _ledger.Services.GetRequiredService<ChainLink>();
        link.Fails("No node answers.");
        await _ledger.Services.GetRequiredService<LedgerWriter>().RunAsync(connection => connection.Execute(
            """
            INSERT INTO chain_write(kind, payload, state, sealed_at, changed_at, cost) VALUES ('register', x'00', 'final', @now, @now, '1500000000000'), ('register', x'00', 'aside', @now, @now, NULL), ('anchor', x'31', 'broadcast', @now, @now, NULL)
            """, new { now = _ledger.Clock.GetUtcNow().ToUnixTimeMilliseconds() }));

        var status = await StatusAsync();

        Assert.Equal(1, (int)status["entries"]!);
        Assert.Equal(1, (int)status["unanchored"]!);
        Assert.Equal(1500, (long)status["costGwei"]!);
        Assert.Equal(1, (int)status["queue"]!["open"]!);
        Assert.Equal("broadcast", status["queue"]!["state"]!.ToString());
        Assert.Equal(["Nothing can be anchored: No node answers.", "1 writes were refused by the contract and set aside."], Warnings(status));

        _ledger.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Contains(Warnings(await StatusAsync()), warning => warning.StartsWith("The oldest of 1 writes has waited for the chain for 120 minutes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_write_that_failed_is_told_here_and_by_health_until_one_succeeds()
    {
        await RegisterAsync();
        var writer = _ledger.Services.GetRequiredService<LedgerWriter>();
        await writer.RunAsync(c => c.ExecuteScalar<long>($"PRAGMA max_page_count = {c.QuerySingle<long>("SELECT page_count FROM pragma_page_count()")}"));
        while ((await RegisterAsync()).StatusCode == HttpStatusCode.Created)
        {
            // into pages that were there
        }

        var health = await _ledger.Public.GetFromJsonAsync<JsonObject>("/health/ready");
        Assert.Equal("read-only", health!["status"]!.ToString());
        Assert.Contains("full", health["because"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains(Warnings(await StatusAsync()), warning => warning.StartsWith("The last write failed", StringComparison.Ordinal));

        await writer.RunAsync(c => c.ExecuteScalar<long>("PRAGMA max_page_count = 1073741823"));
        Assert.Equal(HttpStatusCode.Created, (await RegisterAsync()).StatusCode);
        Assert.Equal("ready", (await _ledger.Public.GetFromJsonAsync<JsonObject>("/health/ready"))!["status"]!.ToString());
    }

    private async Task<JsonObject> StatusAsync() => (await _ledger.Admin.GetFromJsonAsync<JsonObject>("/api/status"))!;

    private static IEnumerable<string> Warnings(JsonObject status) => status["warnings"]!.AsArray().Select(warning => warning!.ToString());

    private Task<HttpResponseMessage> RegisterAsync() => _ledger.Admin.PostAsync("/api/batches", new StringContent(
        $$"""{"product":{"sku":"RYE","name":"Rye flour"},"lot":"{{Guid.NewGuid().ToString("N")[..12]}}","quantity":25,"uom":"kg","at":"2026-11-20T08:00:00Z","origin":{"country":"AT"},"note":"{{new string('x', 500)}}"}""",
        Encoding.UTF8, "application/json"));
}

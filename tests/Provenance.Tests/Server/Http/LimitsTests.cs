using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Tests.Server.Http;

/// <summary>What a sender hears when the disk, the writing queue or its own limit has no room: which it is, when to come again, and that nothing was recorded.</summary>
public sealed class LimitsTests
{
    [Fact]
    public async Task A_full_disk_is_503_loses_nothing_and_is_over_by_itself()
    {
        await using var ledger = await TestLedger.StartAsync();
        var first = await RegisterAsync(ledger.Admin, "before");
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        await LimitPagesAsync(ledger, "SELECT page_count FROM pragma_page_count()");

        HttpResponseMessage refused;
        var stored = 0;
        while ((refused = await RegisterAsync(ledger.Admin, $"filling-{stored}")).StatusCode == HttpStatusCode.Created)
        {
            stored++; // into pages that were allocated already
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        var problem = await ProblemAsync(refused);
        Assert.Equal("urn:provenance:problem:storage", problem["type"]!.ToString());
        Assert.Contains("full", problem["detail"]!.ToString(), StringComparison.Ordinal);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await ledger.Public.GetAsync("/api/log/0/proof")).StatusCode);

        await LimitPagesAsync(ledger, "SELECT 1073741823");
        var after = await (await RegisterAsync(ledger.Admin, $"filling-{stored}")).Content.ReadFromJsonAsync<JsonObject>();
        Assert.Equal(stored + 1, (int)after!["index"]!);
        ledger.Check();
    }

    [Fact]
    public async Task A_key_that_sends_more_than_its_limit_is_answered_429_and_other_keys_are_not()
    {
        await using var ledger = await TestLedger.StartAsync("--Ledger:Limits:PerKeyPerMinute=30");
        var other = await ledger.Admin.PostAsJsonAsync("/api/parties", new { name = "Mill", slug = "mill", country = "AT" });
        var party = (await other.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.ToString();
        var key = (await (await ledger.Admin.PostAsJsonAsync($"/api/parties/{party}/keys", new { role = "supplier" })).Content.ReadFromJsonAsync<JsonObject>())!["key"]!.ToString();

        var refused = await UntilRefusedAsync(ledger.Admin, 40);

        Assert.Contains("Ledger__Limits__PerKeyPerMinute", (await ProblemAsync(refused))["detail"]!.ToString(), StringComparison.Ordinal);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 3);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, (await ledger.Client(key).GetAsync("/api/products")).StatusCode);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, (await ledger.Public.GetAsync("/health/ready")).StatusCode);
    }

    [Fact]
    public async Task Who_has_no_key_is_limited_by_address_and_this_machine_is_not()
    {
        await using var ledger = await TestLedger.StartAsync("--Ledger:Limits:PerAddressPerMinute=20");

        var refused = await UntilRefusedAsync(From(ledger, "198.51.100.7"), 30);

        Assert.Contains("your address", (await ProblemAsync(refused))["detail"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await From(ledger, "198.51.100.8").GetAsync("/health/ready")).StatusCode);
        // One customer's network is one sender; and what a sender writes before its own address counts for nothing.
        await UntilRefusedAsync(From(ledger, "2001:db8:1:2::1"), 30);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await From(ledger, "203.0.113.1, 2001:db8:1:2:ffff::9").GetAsync("/health/ready")).StatusCode);
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await ledger.Public.GetAsync("/health/ready")).StatusCode);
        }
    }

    [Fact]
    public async Task A_full_writing_queue_answers_429_at_once_and_what_it_took_is_recorded()
    {
        await using var ledger = await TestLedger.StartAsync();
        var writer = ledger.Services.GetRequiredService<LedgerWriter>();
        var author = ledger.Services.GetRequiredService<PartyStore>().Get(Party.OperatorRow);
        var keys = ledger.Services.GetRequiredService<IndexKeys>();
        var events = Enumerable.Range(0, 2000).Select(i => TestEvents.Prepare(keys, author, JsonElement.Parse(TestEvents.Json($"urn:uuid:{i}", $"{i}")), isNamed: true)).ToList();
        using var gate = new ManualResetEventSlim();
        var held = writer.RunAsync(_ => { gate.Wait(); return true; });

        var taken = Enumerable.Range(0, 32).Select(_ => writer.RecordAsync(new RecordRequest(author, events) { WhenHeld = WhenHeld.Skip })).ToList();
        var refused = Assert.IsType<RecordOutcome.Refused>(await writer.RecordAsync(new RecordRequest(author, events)));

        Assert.Equal(429, refused.Problem.Status);
        Assert.Equal(1, refused.Problem.RetryAfter);
        Assert.Equal(64_000, writer.Waiting);
        gate.Set();
        await held;
        Assert.All(await Task.WhenAll(taken), outcome => Assert.IsType<RecordOutcome.Recorded>(outcome));
        Assert.Equal(2000ul, writer.Newest!.Size);
        ledger.Check();
    }

    private static async Task<HttpResponseMessage> UntilRefusedAsync(HttpClient client, int most)
    {
        for (var i = 0; i < most; i++)
        {
            var answer = await client.GetAsync("/health/ready");
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                return answer;
            }
        }
        throw new Xunit.Sdk.XunitException($"{most} requests were answered.");
    }

    private static HttpClient From(TestLedger ledger, string address)
    {
        var client = ledger.Client(null);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return client;
    }

    private static Task<HttpResponseMessage> RegisterAsync(HttpClient client, string lot) => client.PostAsync("/api/batches", new StringContent(
        $$"""{"product":{"sku":"RYE","name":"Rye flour"},"lot":"{{lot}}","quantity":25,"uom":"kg","at":"2026-11-20T08:00:00Z","origin":{"country":"AT"},"note":"{{new string('x', 500)}}"}""",
        Encoding.UTF8, "application/json"));

    private static async Task<JsonObject> ProblemAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    private static Task<long> LimitPagesAsync(TestLedger ledger, string pages) => ledger.Services.GetRequiredService<LedgerWriter>()
        .RunAsync(connection => connection.ExecuteScalar<long>($"PRAGMA max_page_count = {connection.QuerySingle<long>(pages)}"));
}

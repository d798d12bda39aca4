using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Server.Epcis.Subscriptions;
using Provenance.Server.Storage;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Server.Epcis.Subscriptions;

public sealed class SubscriptionTests
{
    private const string Allow = "--Ledger:Webhooks:AllowPrivateTargets=true";

    [Fact]
    public async Task Events_come_in_order_signed_each_until_it_is_accepted_and_never_again()
    {
        await using var ledger = await TestLedger.StartAsync(Allow);
        await using var receiver = await Receiver.StartAsync();
        var failures = 2;
        receiver.Answer = _ => failures-- > 0 ? 500 : 204;
        await CaptureAsync(ledger, "0");
        var location = await SubscribeAsync(ledger.Admin, $$"""{"dest":"{{receiver.Url}}","signatureToken":"a secret","stream":true}""");
        await CaptureAsync(ledger, "1", "2");
        await receiver.WaitAsync(3, ledger.Clock);
        await CaptureAsync(ledger, "3");
        var all = await receiver.WaitAsync(4);
        Assert.Equal([500, 500, 204, 204], all.Select(one => one.Status));
        Assert.Single(all.Take(3).Select(one => one.Delivery).Distinct());
        Assert.NotEqual(all[2].Delivery, all[3].Delivery);
        Assert.All(all.Take(3), one => Assert.Equal(["1", "2"], one.Notes));
        Assert.Equal(["3"], all[3].Notes);
        Assert.All(all, one => Assert.Equal(Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes("a secret"), one.Body)), one.Signature));
        Assert.All(all, one => Assert.Equal("urn:uuid:" + one.Delivery, (string?)one.Document["id"]));

        var shown = await (await ledger.Admin.GetAsync(location)).JsonAsync();
        Assert.Equal((string?)shown["subscriptionID"], (string?)all[0].Document["epcisBody"]!["queryResults"]!["subscriptionID"]);
        Assert.Null(shown["signatureToken"]);
        Assert.NotNull(shown["lastNotifiedAt"]);
        await Task.Delay(500);
        Assert.Equal(4, receiver.All.Count);
    }

    [Fact]
    public async Task What_was_not_accepted_before_a_restart_comes_again_under_its_id_and_nothing_twice()
    {
        await using var ledger = await TestLedger.StartAsync(Allow);
        await using var receiver = await Receiver.StartAsync();
        var isUp = false;
        receiver.Answer = _ => isUp ? 200 : 503;
        await SubscribeAsync(ledger.Admin, $$"""{"dest":"{{receiver.Url}}","stream":true}""");
        await CaptureAsync(ledger, "1");
        var first = (await receiver.WaitAsync(1))[0];
        await ledger.RestartAsync();
        isUp = true;
        await CaptureAsync(ledger, "2");
        var accepted = await receiver.WaitAsync(2, ledger.Clock, areAccepted: true);
        Assert.Equal(first.Delivery, accepted[0].Delivery);
        Assert.Equal(["1"], accepted[0].Notes);
        Assert.Equal(["2"], accepted[1].Notes);
        // Until the ledger has noted the second acceptance: one that it did not hear of is sent again, rightly.
        for (var i = 0; i < 1200 && IsUnderWay(); i++)
        {
            await Task.Delay(25);
        }
        await ledger.RestartAsync();
        await Task.Delay(500);
        Assert.Equal(2, receiver.All.Count(one => one.Status == 200));

        bool IsUnderWay()
        {
            using var connection = ledger.Services.GetRequiredService<Database>().Read();
            return connection.ExecuteScalar<bool>("SELECT count(*) FROM subscription WHERE delivery_id IS NOT NULL OR next_leaf < (SELECT count(*) FROM entry)");
        }
    }

    [Fact]
    public async Task A_schedule_brings_what_is_new_at_its_moments_and_an_empty_answer_where_that_is_asked_for()
    {
        await using var ledger = await TestLedger.StartAsync(Allow);
        await using var receiver = await Receiver.StartAsync();
        await CaptureAsync(ledger, "0");
        await SubscribeAsync(ledger.Admin, $$"""{"dest":"{{receiver.Url}}","schedule":{"minute":"[40-41],50"},"reportIfEmpty":true,"initialRecordTime":"2026-01-01T00:00:00Z"}""");
        await CaptureAsync(ledger, "1");
        await Task.Delay(500);
        Assert.Empty(receiver.All);
        ledger.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["0", "1"], (await receiver.WaitAsync(1))[0].Notes);
        ledger.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty((await receiver.WaitAsync(2))[1].Notes);
        await CaptureAsync(ledger, "2");
        ledger.Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(["2"], (await receiver.WaitAsync(3))[2].Notes);
    }

    [Fact]
    public async Task A_receiver_that_asks_for_less_gets_smaller_deliveries_and_all_events_in_order()
    {
        await using var ledger = await TestLedger.StartAsync(Allow);
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = received => received.Notes.Count > 2 ? 413 : 200;
        await SubscribeAsync(ledger.Admin, $$"""{"dest":"{{receiver.Url}}","stream":true}""");
        var numbers = Enumerable.Range(0, 9).Select(n => $"{n}").ToArray();
        await CaptureAsync(ledger, numbers);
        await receiver.WaitAsync(6);
        for (var i = 0; i < 1200 && receiver.All.Where(one => one.Status == 200).Sum(one => one.Notes.Count) < 9; i++)
        {
            await Task.Delay(25);
        }
        Assert.Equal(numbers, receiver.All.Where(one => one.Status == 200).SelectMany(one => one.Notes));
    }

    [Fact]
    public async Task A_subscriber_gets_what_its_key_sees_and_nothing_once_that_is_withdrawn()
    {
        await using var ledger = await TestLedger.StartAsync(Allow);
        await using var receiver = await Receiver.StartAsync();
        var made = await (await ledger.Admin.PostAsync("/api/parties", """{"name":"Reader","slug":"reader","country":"AT"}""")).JsonAsync();
        var keys = await (await ledger.Admin.PostAsync($"/api/parties/{made["id"]}/keys", """{"role":"supplier"}""")).JsonAsync();
        var reader = ledger.Client((string)keys["key"]!);
        await SubscribeAsync(reader, $$"""{"dest":"{{receiver.Url}}","stream":true}""");
        await CaptureAsync(ledger, "1");
        Assert.True((await reader.CaptureAsync(Document(EventWith("ex:n", "2")))).Succeeded());
        Assert.Equal(["2"], (await receiver.WaitAsync(1))[0].Notes);
        var listed = (await (await ledger.Admin.GetAsync($"/api/parties/{made["id"]}/keys")).JsonAsync()).AsArray();
        Assert.Equal(HttpStatusCode.NoContent, (await ledger.Admin.DeleteAsync($"/api/parties/{made["id"]}/keys/{listed[0]!["id"]}")).StatusCode);
        await CaptureAsync(ledger, "3");
        await Task.Delay(700);
        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var ledger = await TestLedger.StartAsync(Allow);
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = _ => 302;
        await SubscribeAsync(ledger.Admin, $$"""{"dest":"{{receiver.Url}}","stream":true}""");
        await CaptureAsync(ledger, "1");
        await receiver.WaitAsync(1);
        await Task.Delay(300);
        Assert.DoesNotContain(receiver.All, one => one.Status == -1);
    }

    [Fact]
    public async Task A_name_that_leads_inside_is_refused_when_it_is_called()
    {
        await using var ledger = await TestLedger.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        // This machine's own name: like a stranger's name whose DNS answer changed after the subscription was made.
        var inside = new UriBuilder(receiver.Url) { Host = Dns.GetHostName() }.Uri;
        var location = await SubscribeAsync(ledger.Admin, $$"""{"dest":"{{inside}}","stream":true}""");
        await CaptureAsync(ledger, "1");
        var error = default(string);
        for (var i = 0; i < 1200 && error is null; i++, await Task.Delay(25))
        {
            error = (string?)(await (await ledger.Admin.GetAsync(location)).JsonAsync())["lastError"];
        }
        Assert.NotNull(error);
        Assert.Empty(receiver.All);
    }

    [Fact]
    public async Task Subscriptions_are_listed_ended_and_go_with_their_query()
    {
        await using var ledger = await TestLedger.StartAsync();
        var first = await SubscribeAsync(ledger.Admin, """{"dest":"https://example.com/hook","schedule":{"hour":"1","minute":"5"}}""");
        var second = await SubscribeAsync(ledger.Admin, """{"dest":"https://example.com/hook","schedule":{"hour":"2"}}""");
        Assert.Equal(2, (await (await ledger.Admin.GetAsync("/queries/all/subscriptions")).JsonAsync()).AsArray().Count);
        Assert.Equal(HttpStatusCode.NoContent, (await ledger.Admin.DeleteAsync(first)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ledger.Admin.GetAsync(first)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await ledger.Admin.DeleteAsync("/queries/all")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ledger.Admin.GetAsync(second)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ledger.Admin.GetAsync("/queries/all/subscriptions")).StatusCode);
    }

    [Theory]
    [InlineData("""{"hour":"1","minute":"5"}""", "2026-11-21T14:30:00Z", "2026-11-22T01:05:00Z")]
    [InlineData("""{"second":"0/30"}""", "2026-11-21T14:30:00.5Z", "2026-11-21T14:30:30Z")]
    [InlineData("""{"minute":"0,30"}""", "2026-11-21T14:30:00Z", "2026-11-21T15:00:00Z")]
    [InlineData("""{"dayOfWeek":"1","hour":"6"}""", "2026-11-21T14:30:00Z", "2026-11-23T06:00:00Z")]
    [InlineData("""{"dayOfMonth":"29","month":"2"}""", "2026-11-21T14:30:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("""{"hour":"[8-10]","minute":"59","second":"59"}""", "2026-12-31T10:59:59Z", "2027-01-01T08:59:59Z")]
    public void A_schedule_runs_when_all_its_fields_match(string schedule, string after, string next)
    {
        using var json = JsonDocument.Parse(schedule);
        Assert.Equal(DateTimeOffset.Parse(next, null), QuerySchedule.Find(json.RootElement, out _)!.Next(DateTimeOffset.Parse(after, null)));
    }

    [Theory]
    [InlineData("93.184.216.34", true)]
    [InlineData("2606:2800:220:1:248:1893:25c8:1946", true)]
    [InlineData("64:ff9b::5db8:d822", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:c0a8:1::1", false)]
    [InlineData("::ffff:192.168.0.1", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    public void Only_the_public_internet_is_public(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddress.Is(IPAddress.Parse(address)));

    private static Task<JsonNode> CaptureAsync(TestLedger ledger, params string[] numbers) => ledger.Admin.CaptureAsync(Document([.. numbers.Select(n => EventWith("ex:n", n))]));

    private static async Task<string> SubscribeAsync(HttpClient client, string body)
    {
        await client.PostAsync("/queries", """{"name":"all","query":{"EXISTS_ex:n":null}}""");
        var made = await client.PostAsync("/queries/all/subscriptions", body);
        Assert.True(made.StatusCode == HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        return made.Headers.Location!.ToString();
    }
}

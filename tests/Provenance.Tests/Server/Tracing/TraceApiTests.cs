using System.Text.Json.Nodes;
using Provenance.Tests.Server.Batches;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Tracing;

public sealed class TraceApiTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    [Fact]
    public async Task A_partner_sees_the_way_of_what_he_got_and_the_public_only_that_there_was_one()
    {
        var cake = await BakeAsync("TR-1");

        var (status, whole) = await TraceAsync(world.Ledger.Admin, cake);
        Assert.Equal(200, status);
        Assert.Equal([cake, Lot("TR-1")], Items(whole["nodes"]!));
        Assert.Equal(["commissioning", "shipping", "receiving", "commissioning"], Steps(whole));
        var edge = Assert.Single(whole["edges"]!.AsArray(), e => (string?)e!["link"] == "madeInto")!;
        Assert.Equal((60m, "KGM"), ((decimal)edge["quantity"]!["value"]!, (string?)edge["quantity"]!["uom"]));

        var (_, bakery) = await TraceAsync(world.Bakery, cake);
        Assert.Equal([cake, Lot("TR-1")], Items(bakery["nodes"]!));
        Assert.Null(Event(bakery, "commissioning", 0)["eventId"]);
        Assert.NotNull(Event(bakery, "shipping", 0)["eventId"]);

        var (_, seen) = await TraceAsync(world.Ledger.Public, cake);
        Assert.Equal(cake, Items(seen["nodes"]!)[0]);
        Assert.StartsWith("hidden:", Items(seen["nodes"]!)[1], StringComparison.Ordinal);
        Assert.DoesNotContain("TR-1", seen.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("urn:uuid", seen.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"quantity\"", seen.ToJsonString(), StringComparison.Ordinal);
        Assert.Null(Event(seen, "shipping", 0)["index"]);
        Assert.NotNull(Event(seen, "commissioning", 1)["index"]);
        Assert.Equal(("DE", "Passau", null), ((string?)Event(seen, "commissioning", 1)["country"], (string?)Event(seen, "commissioning", 1)["city"], Event(seen, "commissioning", 1)["place"]));
    }

    [Fact]
    public async Task Hidden_words_are_new_in_every_answer()
    {
        var cake = await BakeAsync("TR-2");

        var first = Items((await TraceAsync(world.Ledger.Public, cake)).Body["nodes"]!)[1];
        var second = Items((await TraceAsync(world.Ledger.Public, cake)).Body["nodes"]!)[1];

        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task A_trace_is_cut_at_its_depth_and_says_where_it_goes_on()
    {
        var cake = await BakeAsync("TR-3");

        var (_, cut) = await GetAsync(world.Ledger.Admin, $"/api/trace?item={Uri.EscapeDataString(cake)}&direction=back&depth=0");

        Assert.True((bool)cut["truncated"]!);
        Assert.Equal(cake, (string?)Assert.Single(cut["next"]!.AsArray()));
        Assert.Equal([cake], Items(cut["nodes"]!));
    }

    [Theory]
    [InlineData("item=&direction=back", 400, "item")]
    [InlineData("direction=back", 400, "item")]
    [InlineData("item=(01)09506000134351", 400, "item")]
    [InlineData("item=urn:x:never", 404, "item")]
    [InlineData("item=urn:x:never&direction=up", 400, "direction")]
    [InlineData("item=urn:x:never&depth=51", 400, "depth")]
    public async Task A_wrong_question_is_answered_with_its_field(string query, int status, string field)
    {
        var (answered, problem) = await GetAsync(world.Ledger.Public, "/api/trace?" + query);

        Assert.Equal((status, field), (answered, (string?)problem["field"]));
    }

    [Fact]
    public async Task What_was_captured_as_EPCIS_counts_and_links_as_what_was_said_in_plain_words()
    {
        await CaptureAsync(world.Imker, """
            "type":"ObjectEvent","action":"ADD","bizStep":"https://ref.gs1.org/cbv/BizStep-commissioning","eventTime":"2026-11-20T08:00:00.000+01:00",
            "quantityList":[{"epcClass":"urn:epc:class:lgtin:9506000.013435.CAP-1","quantity":500,"uom":"GRM"}]
            """);
        await CaptureAsync(world.Imker, """
            "type":"ObjectEvent","action":"OBSERVE","bizStep":"urn:epcglobal:cbv:bizstep:shipping","eventTime":"2026-11-20T09:00:00Z",
            "quantityList":[{"epcClass":"https://example.com/some/01/09506000134352/10/CAP-1","quantity":0.2,"uom":"KGM"}]
            """);
        await AskAsync(world.Imker, "/api/batches", $$"""
            {"at":"2026-11-20T12:00:00+01:00","inputs":["{{Lot("CAP-1")}}"],"product":{"sku":"JAR","name":"Jar"},"lot":"1","quantity":3}
            """);

        var (_, item) = await GetAsync(world.Imker, "/api/items?item=(01)09506000134352(10)CAP-1");
        Assert.Equal((0m, "GRM"), ((decimal)item["balance"]![0]!["value"]!, (string?)item["balance"]![0]!["uom"]));
        var (_, trace) = await GetAsync(world.Imker, $"/api/trace?item={Uri.EscapeDataString(Lot("CAP-1"))}&direction=forward");
        Assert.Equal(["commissioning", "shipping", "commissioning"], Steps(trace));
        Assert.Equal(300m, (decimal)Assert.Single(trace["edges"]!.AsArray())!["quantity"]!["value"]!);

        static Task<JsonObject> CaptureAsync(HttpClient client, string members) => AskAsync(client, "/events",
            $$"""{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"eventTimeZoneOffset":"+01:00",{{members}}}""");
    }

    [Fact]
    public async Task The_balance_is_the_askers_own()
    {
        await BakeAsync("TR-4");
        var query = "/api/items?item=" + Uri.EscapeDataString(Lot("TR-4"));

        Assert.Equal(380m, (decimal)(await GetAsync(world.Imker, query)).Body["balance"]![0]!["value"]!);
        Assert.Equal(40m, (decimal)(await GetAsync(world.Bakery, query)).Body["balance"]![0]!["value"]!);
        Assert.Null((await GetAsync(world.Stranger, query)).Body["balance"]);
        var (_, seen) = await GetAsync(world.Ledger.Public, query);
        Assert.Equal((null, "inOrder", "Honey"), (seen["balance"], (string?)seen["state"], (string?)seen["product"]));
    }

    /// <summary>100 kg of a lot of honey go to the bakery, which bakes 60 of them into a cake.</summary>
    private async Task<string> BakeAsync(string lot)
    {
        await world.MakeAsync(lot);
        await AskAsync(world.Imker, "/api/batches/events", $$"""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"{{Lot(lot)}}","quantity":100,"uom":"kg","to":{"party":"bakery"} }""");
        await AskAsync(world.Bakery, "/api/batches/events", $$"""{"step":"receive","at":"2026-11-20T10:00:00+01:00","item":"{{Lot(lot)}}","quantity":100,"uom":"kg","from":{"party":"imker"} }""");
        var baked = await AskAsync(world.Bakery, "/api/batches", $$"""
            {"at":"2026-11-20T14:00:00+01:00","inputs":[{"item":"{{Lot(lot)}}","quantity":60,"uom":"kg"}],"product":{"sku":"CAKE","name":"Cake"},"lot":"CAKE-OF-{{lot.Replace("TR", "LOT", StringComparison.Ordinal)}}","quantity":20}
            """);
        return (string)baked["item"]!;
    }

    private static Task<(int Status, JsonObject Body)> TraceAsync(HttpClient client, string item) =>
        GetAsync(client, $"/api/trace?item={Uri.EscapeDataString(item)}&direction=back");

    private static string[] Items(JsonNode nodes) => [.. nodes.AsArray().Select(node => (string)node!["item"]!)];

    private static string[] Steps(JsonNode trace) => [.. trace["events"]!.AsArray().Select(e => (string)e!["bizStep"]!)];

    private static JsonNode Event(JsonNode trace, string bizStep, int place) => trace["events"]!.AsArray().Where(e => (string?)e!["bizStep"] == bizStep).ElementAt(place)!;
}

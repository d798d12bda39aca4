using System.Text.Json.Nodes;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Batches;

/// <summary>What a rival's key can do to goods that are not its own (design §7, Authority).</summary>
public sealed class AuthorityTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    private const string BeekeepersGln = "9506000134376";

    [Fact]
    public async Task A_rivals_recall_is_recorded_as_its_word_and_changes_nothing()
    {
        await world.MakeAsync("RR-1");

        var answer = await AskAsync(world.Stranger, "/api/batches/events", Step("recall", "RR-1", """ "reason":"bad honey" """));

        Assert.Contains("stranger GmbH says this", (string?)Assert.Single(answer["warnings"]!.AsArray()), StringComparison.Ordinal);
        Assert.Equal("inOrder", await StateAsync("RR-1"));
    }

    [Fact]
    public async Task A_rival_does_not_lift_its_makers_recall()
    {
        await world.MakeAsync("RU-1");
        Assert.Empty((await AskAsync(world.Imker, "/api/batches/events", Step("recall", "RU-1", """ "reason":"glass" """)))["warnings"]!.AsArray());

        await AskAsync(world.Stranger, "/api/batches/events", Step("unrecall", "RU-1", """ "reason":"no glass" """, hour: 11));

        Assert.Equal("recalled", await StateAsync("RU-1"));
        await AskAsync(world.Imker, "/api/batches/events", Step("unrecall", "RU-1", """ "reason":"it was another lot" """, hour: 12));
        Assert.Equal("inOrder", await StateAsync("RU-1"));
    }

    [Theory]
    [InlineData("destroy", """ "quantity":480,"uom":"kg","reason":"burnt" """)]
    [InlineData("sell", """ "quantity":480,"uom":"kg" """)]
    [InlineData("sample", """ "quantity":480,"uom":"kg" """)]
    [InlineData("ship", """ "quantity":480,"uom":"kg","to":{"party":"bakery"} """)]
    [InlineData("hold", """ "reason":"mine" """)]
    [InlineData("inspect", """ "result":"fail" """)]
    [InlineData("count", """ "quantity":0,"uom":"kg" """)]
    [InlineData("other", """ "bizStep":"destroying","action":"DELETE","disposition":"destroyed","quantity":480,"uom":"kg" """)]
    public async Task Whatever_a_rival_says_happened_to_my_lot_neither_its_state_nor_my_balance_changes(string step, string more)
    {
        var lot = $"RX-{step}";
        await world.MakeAsync(lot);

        var answer = await AskAsync(world.Stranger, "/api/batches/events", Step(step, lot, more));

        Assert.True(answer["warnings"]!.AsArray().Count > 0 || step is "hold" or "inspect", "A rival who moves what it never had is told so.");
        Assert.Equal("inOrder", await StateAsync(lot));
        Assert.Equal(480, (decimal)(await ItemAsync(world.Imker, lot))["balance"]![0]!["value"]!);
    }

    [Theory]
    [InlineData("/api/batches", """{"product":{"gtin":"09506000134352"},"lot":"MINE","quantity":1,"at":"2026-11-20","place":{"name":"P","city":"Paris","country":"FR","timeZone":"Europe/Paris"},"origin":{"country":"FR"}}""", "product.gtin")]
    [InlineData("/api/batches/events", """{"step":"other","at":"2026-11-20T10:00:00+01:00","item":"(01)09506000134352(10)MINE","quantity":1,"bizStep":"commissioning","action":"ADD"}""", "item")]
    [InlineData("/api/batches/events", """{"step":"other","at":"2026-11-20T10:00:00+01:00","item":"(01)09506000134352(21)MINE","bizStep":"commissioning","action":"ADD"}""", "item")]
    [InlineData("/api/products", """{"gtin":"09506000134352","name":"Honey, mine"}""", "gtin")]
    [InlineData("/api/products", """{"gtin":"09506000134352","name":"Honey, mine","party":"imker"}""", "party")]
    [InlineData("/api/places", """{"id":"x","name":"X","city":"Imst","country":"AT","party":"imker"}""", "party")]
    public async Task Anothers_number_is_forbidden(string route, string request, string field)
    {
        var before = world.CountRows();

        var (status, problem) = await TryAsync(world.Stranger, route, request);

        Assert.Equal((403, field), (status, (string?)problem["field"]));
        Assert.Equal(before, world.CountRows());
    }

    [Fact]
    public async Task Declaring_anothers_GLN_opens_nothing_and_using_it_is_forbidden()
    {
        await world.MakeAsync("GL-1");
        // Before the admin gave it to anybody the stranger says that it is its own.
        await AskAsync(world.Stranger, "/api/places", $$"""{"id":"mine","name":"Mine","city":"Paris","country":"FR","gln":"{{BeekeepersGln}}"}""");
        var shipped = await AskAsync(world.Imker, "/api/batches/events", Step("ship", "GL-1", $$""" "quantity":5,"uom":"kg","to":{"party":"{{BeekeepersGln}}"} """));
        var eventId = Uri.EscapeDataString((string)shipped["eventId"]!);

        Assert.Equal(404, (await GetAsync(world.Stranger, $"/events/{eventId}")).Status);
        var (status, problem) = await TryAsync(world.Stranger, "/api/batches/events", $$"""{"step":"receive","at":"2026-11-20T12:00:00+01:00","shipment":"{{(string?)shipped["eventId"]}}"}""");
        Assert.Equal((400, "shipment"), (status, (string?)problem["field"]));

        await AskAsync(world.Ledger.Admin, "/api/places", $$"""{"id":"wood","name":"Wald","city":"Imst","country":"AT","gln":"{{BeekeepersGln}}","party":"imker"}""");
        (status, problem) = await TryAsync(world.Stranger, "/api/places", $$"""{"id":"mine2","name":"Mine","city":"Paris","country":"FR","gln":"{{BeekeepersGln}}"}""");
        Assert.Equal((403, "gln"), (status, (string?)problem["field"]));
        (status, problem) = await TryAsync(world.Stranger, "/api/batches/events",
            Step("inspect", "GL-1", $$""" "result":"fail","place":{"name":"Wald","city":"Imst","country":"AT","gln":"{{BeekeepersGln}}"} """));
        Assert.Equal((403, "place.gln"), (status, (string?)problem["field"]));
        Assert.Equal(404, (await GetAsync(world.Stranger, $"/events/{eventId}")).Status);
        // The place it named before has become another's: naming it in an event is using that number.
        (status, problem) = await TryAsync(world.Stranger, "/api/batches/events", Step("inspect", "GL-1", """ "result":"fail","place":"mine" """));
        Assert.Equal((403, "place"), (status, (string?)problem["field"]));
    }

    [Fact]
    public async Task Equal_content_and_equal_keys_of_another_party_are_not_told_of()
    {
        await world.MakeAsync("EQ-1");
        var request = Step("inspect", "EQ-1", """ "result":"pass","quantity":1,"uom":"kg","place":{"name":"P","city":"Paris","country":"FR"} """);
        await TryAsync(world.Imker, "/api/batches/events", request, "same key");

        var (status, answer) = await TryAsync(world.Stranger, "/api/batches/events", request, "same key");

        Assert.Equal((201, true), (status, answer["index"] is not null));
    }

    [Fact]
    public async Task Only_the_sender_calls_a_shipment_off_and_only_once_recorded()
    {
        await world.MakeAsync("US-1");
        var shipped = (string?)(await AskAsync(world.Imker, "/api/batches/events", Step("ship", "US-1", """ "quantity":5,"uom":"kg","to":{"party":"bakery"} """)))["eventId"];

        foreach (var other in (HttpClient[])[world.Bakery, world.Stranger])
        {
            var (status, problem) = await TryAsync(other, "/api/batches/events", $$"""{"step":"unship","at":"2026-11-20T12:00:00+01:00","event":"{{shipped}}"}""");
            Assert.Equal((400, "event"), (status, (string?)problem["field"]));
        }
    }

    private static string Step(string step, string lot, string more, int hour = 10) =>
        $$"""{"step":"{{step}}","at":"2026-11-20T{{hour}}:00:00+01:00","item":"{{Lot(lot)}}",{{more}}}""";

    private async Task<string?> StateAsync(string lot) => (string?)(await ItemAsync(world.Ledger.Public, lot))["state"];

    private static async Task<JsonObject> ItemAsync(HttpClient client, string lot) => (await GetAsync(client, "/api/items?item=" + Uri.EscapeDataString(Lot(lot)))).Body;
}

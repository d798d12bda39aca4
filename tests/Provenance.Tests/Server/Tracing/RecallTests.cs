using System.Text.Json.Nodes;
using Provenance.Tests.Server.Batches;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Tracing;

public sealed class RecallTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    [Fact]
    public async Task A_recall_lists_every_lot_holder_and_quantity_and_what_is_unaccounted_for()
    {
        var cake = await BakeAsync("RC-1");
        // Thirty more are on the way, to a firm that records nothing here, or never arrived.
        await StepAsync(world.Imker, $$"""{"step":"ship","at":"2026-11-20T15:00:00+01:00","item":"{{Lot("RC-1")}}","quantity":30,"uom":"kg","to":{"party":"stranger"} }""");
        await RecallAsync("RC-1");

        var trace = await ForwardAsync(world.Ledger.Admin, Lot("RC-1"));

        var descendant = Assert.Single(trace["recall"]!["descendants"]!.AsArray())!;
        Assert.Equal((cake, "none", "bakery GmbH"), ((string?)descendant["item"], (string?)descendant["answer"], (string?)descendant["maker"]));
        var honey = Account(trace, Lot("RC-1"));
        Assert.Equal(("KGM", 480m, 60m), ((string?)honey["uom"], (decimal)honey["made"]!, (decimal)honey["used"]!));
        Assert.Equal([("imker GmbH", 350m), ("bakery GmbH", 35m)], Holders(honey, "holders"));
        Assert.Equal([("bakery GmbH", 5m), ("stranger GmbH", 30m)], Holders(honey, "unaccounted"));
        Assert.Equal([("bakery GmbH", 20m)], Holders(Account(trace, cake), "holders"));
        Assert.Null((await ForwardAsync(world.Ledger.Public, Lot("RC-1")))["accounts"]);
    }

    [Fact]
    public async Task What_was_made_of_a_recalled_lot_waits_for_its_makers_answer()
    {
        var cake = await BakeAsync("RC-2");
        Assert.Equal("inOrder", await StateAsync(cake));

        await RecallAsync("RC-2");
        Assert.Equal(("recalled", "ingredientRecalled"), (await StateAsync(Lot("RC-2")), await StateAsync(cake)));

        // Not the maker of the cake.
        await InspectAsync(world.Stranger, cake);
        Assert.Equal("ingredientRecalled", await StateAsync(cake));
        await InspectAsync(world.Bakery, cake);
        Assert.Equal(("recalled", "inOrder"), (await StateAsync(Lot("RC-2")), await StateAsync(cake)));
        Assert.Equal("inspected", (string?)(await ForwardAsync(world.Ledger.Admin, Lot("RC-2")))["recall"]!["descendants"]![0]!["answer"]);

        await StepAsync(world.Bakery, $$"""{"step":"recall","at":"2026-11-21T12:00:00+01:00","item":"{{cake}}","reason":"to be sure"}""");
        Assert.Equal("recalled", await StateAsync(cake));
        Assert.Equal("recalled", (string?)(await ForwardAsync(world.Ledger.Admin, Lot("RC-2")))["recall"]!["descendants"]![0]!["answer"]);

        Task<JsonObject> InspectAsync(HttpClient client, string item) => StepAsync(client,
            $$"""{"step":"inspect","at":"2026-11-21T09:30:00+01:00","item":"{{item}}","quantity":20,"result":"pass","concerns":"{{Lot("RC-2")}}"}""");
    }

    [Fact]
    public async Task A_recall_lasts_until_it_is_taken_back()
    {
        var cake = await BakeAsync("RC-3");
        await RecallAsync("RC-3");
        await StepAsync(world.Imker, $$"""{"step":"unrecall","at":"2026-11-21T11:00:00+01:00","item":"{{Lot("RC-3")}}","reason":"another lot"}""");

        Assert.Equal(("inOrder", "inOrder"), (await StateAsync(Lot("RC-3")), await StateAsync(cake)));
        Assert.Null((await ForwardAsync(world.Ledger.Admin, Lot("RC-3")))["recall"]);
    }

    [Fact]
    public async Task What_others_say_of_a_lot_stands_as_theirs_and_changes_nothing()
    {
        await world.MakeAsync("RC-4");
        await StepAsync(world.Stranger, $$"""{"step":"recall","at":"2026-11-21T10:00:00+01:00","item":"{{Lot("RC-4")}}","reason":"malice"}""");

        var (_, item) = await GetAsync(world.Ledger.Admin, "/api/items?item=" + Uri.EscapeDataString(Lot("RC-4")));

        Assert.Equal("inOrder", (string?)item["state"]);
        Assert.Equal(("recalled", "stranger GmbH"), ((string?)item["claims"]![0]!["state"], (string?)item["claims"]![0]!["party"]));
        var (_, seen) = await GetAsync(world.Ledger.Public, "/api/items?item=" + Uri.EscapeDataString(Lot("RC-4")));
        Assert.Equal(("recalled", null), ((string?)seen["claims"]![0]!["state"], seen["claims"]![0]!["party"]));
    }

    [Fact]
    public async Task A_serial_number_is_recalled_with_its_lot()
    {
        await AskAsync(world.Imker, "/events", """
            {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"ObjectEvent","action":"ADD","bizStep":"commissioning","eventTime":"2026-11-20T08:00:00Z",
             "eventTimeZoneOffset":"+00:00","epcList":["urn:epc:id:sgtin:9506000.013435.77"],"ilmd":{"cbvmda:lotNumber":"RC-5"} }
            """);
        await world.MakeAsync("RC-5");
        Assert.Equal("inOrder", await StateAsync($"https://id.gs1.org/01/{Gtin}/21/77"));

        await RecallAsync("RC-5");

        Assert.Equal("recalled", await StateAsync($"https://id.gs1.org/01/{Gtin}/21/77"));
    }

    /// <summary>100 kg of a lot of honey go to the bakery, 95 arrive, and 60 of them become a cake.</summary>
    private async Task<string> BakeAsync(string lot)
    {
        await world.MakeAsync(lot);
        await StepAsync(world.Imker, $$"""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"{{Lot(lot)}}","quantity":100,"uom":"kg","to":{"party":"bakery"} }""");
        await StepAsync(world.Bakery, $$"""{"step":"receive","at":"2026-11-20T10:00:00+01:00","item":"{{Lot(lot)}}","quantity":95,"uom":"kg","from":{"party":"imker"} }""");
        var baked = await AskAsync(world.Bakery, "/api/batches", $$"""
            {"at":"2026-11-20T14:00:00+01:00","inputs":[{"item":"{{Lot(lot)}}","quantity":60,"uom":"kg"}],"product":{"sku":"CAKE","name":"Cake"},"lot":"OF-{{lot}}","quantity":20}
            """);
        return (string)baked["item"]!;
    }

    private Task<JsonObject> RecallAsync(string lot) => StepAsync(world.Imker, $$"""{"step":"recall","at":"2026-11-21T09:00:00+01:00","item":"{{Lot(lot)}}","reason":"glass"}""");

    private static Task<JsonObject> StepAsync(HttpClient client, string step) => AskAsync(client, "/api/batches/events", step);

    private async Task<string> StateAsync(string item) => (string)(await GetAsync(world.Ledger.Public, "/api/items?item=" + Uri.EscapeDataString(item))).Body["state"]!;

    private static async Task<JsonObject> ForwardAsync(HttpClient client, string item) =>
        (await GetAsync(client, $"/api/trace?direction=forward&item={Uri.EscapeDataString(item)}")).Body;

    private static JsonNode Account(JsonNode trace, string item) => trace["accounts"]!.AsArray().Single(account => (string?)account!["item"] == item)!;

    private static IEnumerable<(string Party, decimal Quantity)> Holders(JsonNode account, string list) =>
        account[list]!.AsArray().Select(one => ((string)one!["party"]!, (decimal)one["quantity"]!));
}

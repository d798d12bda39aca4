using System.Text.Json.Nodes;
using Provenance.Tests.Server.Batches;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Tracing;

public sealed class AccountTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    [Fact]
    public async Task A_lots_mass_balance_is_exact_to_the_gram_from_the_field_to_the_shop()
    {
        await AskAsync(world.Bakery, "/api/products", """{"sku":"BAG","name":"Coffee, 250 g","netContent":{"value":250,"uom":"g"} }""");
        await world.MakeAsync("GREEN", 380);
        await StepAsync(world.Imker, $$"""{"step":"ship","at":"2026-11-20T09:00:00+01:00","items":[{"item":"{{Lot("GREEN")}}","quantity":151,"uom":"kg"}],"to":{"party":"bakery"} }""");
        await StepAsync(world.Bakery, $$"""{"step":"receive","at":"2026-11-20T10:00:00+01:00","items":[{"item":"{{Lot("GREEN")}}","quantity":151,"uom":"kg"}],"from":{"party":"imker"} }""");
        var roasted = await StepAsync(world.Bakery, $$"""
            {"step":"transform","at":"2026-11-20T11:00:00+01:00","inputs":[{"item":"{{Lot("GREEN")}}","quantity":150.999,"uom":"kg"}],
             "outputs":[{"product":{"sku":"BAG"},"lot":"L1","quantity":480,"uom":"piece"}]}
            """);
        var bags = (string)roasted["item"]!;
        var pallet = world.PublicUrl + "/id/bakery/unit/PALLET-1";
        await StepAsync(world.Bakery, $$"""{"step":"sample","at":"2026-11-20T11:30:00+01:00","item":"{{bags}}","quantity":500,"uom":"g"}""");
        await StepAsync(world.Bakery, $$"""{"step":"destroy","at":"2026-11-20T11:40:00+01:00","item":"{{bags}}","quantity":3,"reason":"burst"}""");
        await StepAsync(world.Bakery, $$"""{"step":"pack","at":"2026-11-20T12:00:00+01:00","into":"{{pallet}}","contents":[{"item":"{{bags}}","quantity":400}]}""");
        await StepAsync(world.Bakery, $$"""{"step":"ship","at":"2026-11-20T13:00:00+01:00","items":[{"item":"{{pallet}}"}],"to":{"party":"stranger"} }""");
        await StepAsync(world.Stranger, $$"""{"step":"receive","at":"2026-11-20T14:00:00+01:00","items":[{"item":"{{pallet}}"}],"from":{"party":"bakery"} }""");
        await StepAsync(world.Stranger, $$"""{"step":"unpack","at":"2026-11-20T15:00:00+01:00","from":"{{pallet}}"}""");
        await StepAsync(world.Stranger, $$"""{"step":"sell","at":"2026-11-20T16:00:00+01:00","item":"{{bags}}","quantity":12}""");

        var trace = await GetTraceAsync(world.Ledger.Admin, Lot("GREEN"), "forward");

        var (green, bag) = (Account(trace, Lot("GREEN")), Account(trace, bags));
        Assert.Equal("KGM made 380 used 150.999 sold 0 destroyed 0 sampled 0 | imker GmbH 229, bakery GmbH 0.001 |  | ", Print(green));
        Assert.Equal(" made 480 used 0 sold 12 destroyed 3 sampled 2 | bakery GmbH 75, stranger GmbH 388 |  | ", Print(bag));
        var packed = trace["edges"]!.AsArray().Single(edge => (string?)edge!["link"] == "packedInto")!;
        Assert.Equal((400m, 480m), ((decimal)packed["quantity"]!["value"]!, (decimal)packed["ofQuantity"]!["value"]!));
        Assert.Equal(388m, (decimal)(await ItemAsync(world.Stranger, bags))["balance"]![0]!["value"]!);
    }

    [Fact]
    public async Task A_cancelled_shipment_never_left_and_what_comes_back_is_held_again()
    {
        await world.MakeAsync("BACK", 100);
        var shipped = await StepAsync(world.Imker, $$"""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"{{Lot("BACK")}}","quantity":40,"uom":"kg","to":{"party":"bakery"} }""");
        await StepAsync(world.Imker, $$"""{"step":"unship","at":"2026-11-20T09:30:00+01:00","event":"{{(string)shipped["eventId"]!}}"}""");
        Assert.Equal("KGM made 100 used 0 sold 0 destroyed 0 sampled 0 | imker GmbH 100 |  | ", Print(await AccountAsync("BACK")));

        await StepAsync(world.Imker, $$"""{"step":"ship","at":"2026-11-20T10:00:00+01:00","item":"{{Lot("BACK")}}","quantity":30,"uom":"kg","to":{"party":"bakery"} }""");
        await StepAsync(world.Bakery, $$"""{"step":"receive","at":"2026-11-20T11:00:00+01:00","item":"{{Lot("BACK")}}","quantity":30,"uom":"kg","from":{"party":"imker"} }""");
        // The bakery has not recorded that it sent it back: the beekeeper's word for it counts for both.
        await StepAsync(world.Imker, $$"""{"step":"return","at":"2026-11-20T12:00:00+01:00","item":"{{Lot("BACK")}}","quantity":10,"uom":"kg","from":{"party":"bakery"},"reason":"crystals"}""");
        Assert.Equal("KGM made 100 used 0 sold 0 destroyed 0 sampled 0 | imker GmbH 80, bakery GmbH 20 |  | ", Print(await AccountAsync("BACK")));

        // And when it does, late, nothing counts twice.
        await StepAsync(world.Bakery, $$"""{"step":"ship","at":"2026-11-20T11:30:00+01:00","item":"{{Lot("BACK")}}","quantity":10,"uom":"kg","to":{"party":"imker"} }""");
        Assert.Equal("KGM made 100 used 0 sold 0 destroyed 0 sampled 0 | imker GmbH 80, bakery GmbH 20 |  | ", Print(await AccountAsync("BACK")));
    }

    [Fact]
    public async Task Nobody_loses_anything_by_a_rivals_word()
    {
        await world.MakeAsync("WORD", 100);
        await StepAsync(world.Stranger, $$"""{"step":"receive","at":"2026-11-20T11:00:00+01:00","item":"{{Lot("WORD")}}","quantity":60,"uom":"kg","from":{"party":"imker"} }""");

        var account = await AccountAsync("WORD");

        Assert.Equal("KGM made 100 used 0 sold 0 destroyed 0 sampled 0 | imker GmbH 100, stranger GmbH 60 |  | ", Print(account));
        Assert.Equal(60m, (decimal)account["brought"]!);

        // Unless the other says so too, however late.
        await StepAsync(world.Imker, $$"""{"step":"ship","at":"2026-11-20T12:00:00+01:00","item":"{{Lot("WORD")}}","quantity":60,"uom":"kg","to":{"party":"stranger"} }""");
        account = await AccountAsync("WORD");
        Assert.Equal("KGM made 100 used 0 sold 0 destroyed 0 sampled 0 | imker GmbH 40, stranger GmbH 60 |  | ", Print(account));
        Assert.Equal(0m, (decimal)account["brought"]!);
    }

    [Fact]
    public async Task More_given_away_than_there_was_is_told_as_missing()
    {
        await world.MakeAsync("SHORT", 10);
        await StepAsync(world.Imker, $$"""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"{{Lot("SHORT")}}","quantity":12,"uom":"kg","to":{"party":"bakery"} }""");

        Assert.Equal("KGM made 10 used 0 sold 0 destroyed 0 sampled 0 |  | bakery GmbH 12 | imker GmbH 2", Print(await AccountAsync("SHORT")));
    }

    [Fact]
    public async Task A_corrected_event_stands_as_corrected_and_counts_for_nothing()
    {
        await world.MakeAsync("FIX", 100);
        var wrong = await StepAsync(world.Imker, $$"""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"{{Lot("FIX")}}","quantity":40,"uom":"kg","to":{"party":"bakery"} }""");
        var right = await StepAsync(world.Imker, $$"""{"step":"correct","event":"{{(string)wrong["eventId"]!}}","replacement":{"items":[{"item":"{{Lot("FIX")}}","quantity":4,"uom":"kg"}]} }""");

        var trace = await GetTraceAsync(world.Imker, Lot("FIX"), "both");

        Assert.Equal([null, "incorrect_data", null], trace["events"]!.AsArray().OrderBy(e => (long)e!["index"]!).Select(e => (string?)e!["declared"]?["reason"]));
        Assert.Equal((string)right["eventId"]!, (string?)trace["events"]!.AsArray().Single(e => e!["declared"] is not null)!["declared"]!["correctedBy"]![0]);
        Assert.Equal("KGM made 100 used 0 sold 0 destroyed 0 sampled 0 | imker GmbH 96 | bakery GmbH 4 | ", Print(Account(trace, Lot("FIX"))));
    }

    private async Task<JsonNode> AccountAsync(string lot) => (await ItemAsync(world.Ledger.Admin, Lot(lot)))["accounts"]!.AsArray().Single()!;

    private static async Task<JsonObject> ItemAsync(HttpClient client, string item) => (await GetAsync(client, "/api/items?item=" + Uri.EscapeDataString(item))).Body;

    private static Task<JsonObject> StepAsync(HttpClient client, string step) => AskAsync(client, "/api/batches/events", step);

    private static async Task<JsonObject> GetTraceAsync(HttpClient client, string item, string direction) =>
        (await GetAsync(client, $"/api/trace?direction={direction}&item={Uri.EscapeDataString(item)}")).Body;

    private static JsonNode Account(JsonNode trace, string item) => trace["accounts"]!.AsArray().Single(account => (string?)account!["item"] == item)!;

    private static string Print(JsonNode account)
    {
        var numbers = new[] { "made", "used", "sold", "destroyed", "sampled" }.Select(name => $"{name} {Number(account[name]!)}");
        return $"{(string?)account["uom"]} {string.Join(' ', numbers)} | {List("holders")} | {List("unaccounted")} | {List("missing")}";

        string List(string name) => string.Join(", ", account[name]!.AsArray().Select(one => $"{(string?)one!["party"]} {Number(one["quantity"]!)}"));

        static string Number(JsonNode number) => ((decimal)number).ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);
    }
}

using System.Text.Json.Nodes;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Batches;

/// <summary>What arrives damaged is said by an inspection that is recorded with the receipt, or not at all.</summary>
public sealed class DamagedTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    [Fact]
    public async Task One_request_records_what_came_and_what_of_it_is_damaged()
    {
        await world.MakeAsync("DM-1");
        var shipment = (string)(await AskAsync(world.Imker, "/api/batches/events", Ship("DM-1", 100)))["eventId"]!;
        var request = $$"""{"step":"receive","at":"2026-11-21T10:00:00+01:00","shipment":"{{shipment}}","note":"wet","items":[{"item":"{{Lot("DM-1")}}","quantity":90000,"uom":"g","damaged":5000}]}""";

        var (status, answer) = await TryAsync(world.Bakery, "/api/batches/events", request, "dm-1");
        var (_, again) = await TryAsync(world.Bakery, "/api/batches/events", request, "dm-1");

        Assert.Equal(201, status);
        Assert.Equal(answer.ToJsonString(), again.ToJsonString());
        var events = answer["events"]!.AsArray().Select(one => world.Stored(one!["index"]!)).ToList();
        Assert.Equal(["receiving", "inspecting"], events.Select(e => (string)e["bizStep"]!));
        Assert.Equal("mismatch_quantity", (string?)events[0]["persistentDisposition"]!["set"]![0]);
        Assert.Equal("non_conformant", (string?)events[1]["disposition"]);
        Assert.Equal((5000m, "GRM"), ((decimal)events[1]["quantityList"]![0]!["quantity"]!, (string?)events[1]["quantityList"]![0]!["uom"]));
        Assert.Equal("wet", (string?)events[1]["rdfs:comment"]);
        world.Ledger.Check();
    }

    [Fact]
    public async Task Goods_from_papers_can_be_damaged_too_in_the_unit_that_they_came_in()
    {
        var answer = await AskAsync(world.Imker, "/api/batches/events",
            """{"step":"receive","at":"2026-11-21T10:00:00+01:00","items":[{"product":{"sku":"SALT","name":"Salt"},"lot":"DM-2","quantity":20,"uom":"kg","damaged":20,"supplier":{"name":"Saline Süd","country":"AT"}}]}""");

        var inspected = world.Stored(answer["index"]!);
        Assert.Equal("inspecting", (string?)inspected["bizStep"]);
        Assert.Equal((20m, "KGM"), ((decimal)inspected["quantityList"]![0]!["quantity"]!, (string?)inspected["quantityList"]![0]!["uom"]));
    }

    [Theory]
    [InlineData("100.5", "items[0].damaged", "100.5", "no more than the 100 kg that arrived")]
    [InlineData("0", "items[0].damaged", "0", "more than 0")]
    [InlineData("-1", "items[0].damaged", "-1", "more than 0")]
    [InlineData("\"some\"", "items[0].damaged", "\"some\"", "Send a number")]
    public async Task More_than_came_and_what_is_no_amount_is_refused_and_nothing_recorded(string damaged, string field, string value, string said)
    {
        var lot = $"DM-{damaged.Trim('"')}";
        await world.MakeAsync(lot);
        await AskAsync(world.Imker, "/api/batches/events", Ship(lot, 100));
        var before = world.CountRows();

        var (status, problem) = await TryAsync(world.Bakery, "/api/batches/events",
            $$"""{"step":"receive","at":"2026-11-21T10:00:00+01:00","from":{"party":"imker"},"items":[{"item":"{{Lot(lot)}}","quantity":100,"uom":"kg","damaged":{{damaged}}}]}""");

        Assert.Equal((400, field, value), (status, (string?)problem["field"], problem["value"]!.ToString()));
        Assert.Contains(said, (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Equal(before, world.CountRows());
    }

    [Fact]
    public async Task Where_nothing_arrives_nothing_is_damaged()
    {
        await world.MakeAsync("DM-9");

        var (status, problem) = await TryAsync(world.Imker, "/api/batches/events",
            $$"""{"step":"hold","at":"2026-11-21T10:00:00+01:00","reason":"wet","items":[{"item":"{{Lot("DM-9")}}","quantity":1,"uom":"kg","damaged":1}]}""");

        Assert.Equal((400, "items[0].damaged"), (status, (string?)problem["field"]));
    }

    private static string Ship(string lot, int quantity) =>
        $$"""{"step":"ship","at":"2026-11-20T10:00:00+01:00","items":[{"item":"{{Lot(lot)}}","quantity":{{quantity}},"uom":"kg"}],"to":{"party":"bakery"} }""";
}

using System.Text.Json.Nodes;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Batches;

public sealed class BatchesApiTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    [Theory]
    [InlineData("\"gtin\":\"09506000134352\"", "\"gtin\":\"09506000134351\"", "product.gtin", "09506000134351", "should be 2")]
    [InlineData("\"lot\":\"W-1\",", "", "lot", null, "lot")]
    [InlineData("\"lot\":\"W-1\"", "\"lot\":\"Ü 1\"", "lot", "Ü 1", "")]
    [InlineData("\"quantity\":480", "\"quantity\":-1", "quantity", "-1", "")]
    [InlineData("\"quantity\":480", "\"quantity\":0", "quantity", "0", "")]
    [InlineData("\"at\":\"2026-11-20T08:00:00+01:00\"", "\"at\":\"2026-11-20T08:00:00\"", "at", "2026-11-20T08:00:00", "offset")]
    [InlineData("\"at\":\"2026-11-20T08:00:00+01:00\"", "\"at\":\"2026-11-25\"", "at", "2026-11-25", "future")]
    [InlineData("\"origin\":{\"country\":\"AT\"}", "\"origin\":{\"country\":\"AT\",\"colour\":1}", "origin.colour", "1", "not known")]
    [InlineData("\"lot\":\"W-1\"", "\"lot\":\"W-1\",\"lot\":\"W-2\"", "lot", "lot", "twice")]
    [InlineData("\"lot\":\"W-1\"", "\"lot\":\"W-1\",\"place\":\"nowhere\"", "place", "nowhere", "no place")]
    [InlineData("{\"product\"", "{\"product", "body", null, "JSON")]
    public async Task A_wrong_field_is_named_with_its_value_and_leaves_nothing_behind(string right, string wrong, string field, string? value, string saying)
    {
        var before = world.CountRows();

        var (status, problem) = await TryAsync(world.Imker, "/api/batches", Making("W-1").Replace(right, wrong, StringComparison.Ordinal), "a key for what fails");

        Assert.Equal(400, status);
        Assert.Equal((field, value), ((string?)problem["field"], (string?)problem["value"]));
        Assert.Contains(saying, (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal(before, world.CountRows());
    }

    [Theory]
    [InlineData("""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/NEVER","quantity":1,"uom":"kg","to":{"party":"bakery"} }""", "item")]
    [InlineData("""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"https://id.gs1.org/01/09506000134352","quantity":1,"uom":"kg","to":{"party":"bakery"} }""", "item")]
    [InlineData("""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"https://id.gs1.org/01/09506000134351/10/A","quantity":1,"uom":"kg","to":{"party":"bakery"} }""", "item")]
    [InlineData("""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"(00)095060001343520017","to":{"party":"nobody"}}""", "to.party")]
    [InlineData("""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"(00)095060001343520017","to":{"party":"bakery","place":"ramp-9"}}""", "to.place")]
    [InlineData("""{"step":"transform","at":"2026-11-20T09:00:00+01:00","inputs":[{"product":{"sku":"SALT"},"lot":"77","quantity":1,"uom":"kg"}],"outputs":[{"product":{"sku":"RYE","name":"Rye"},"lot":"1","quantity":1}]}""", "inputs[0].product")]
    [InlineData("""{"step":"teleport","at":"2026-11-20T09:00:00+01:00","item":"urn:x:1"}""", "step")]
    [InlineData("""{"step":"unpack","at":"2026-11-20T09:00:00+01:00","from":"(00)095060001343520024"}""", "from")]
    public async Task What_is_not_on_record_or_not_offered_is_refused_with_its_field(string request, string field)
    {
        var before = world.CountRows();

        var (status, problem) = await TryAsync(world.Bakery, "/api/batches/events", request);

        Assert.Equal((400, field), (status, (string?)problem["field"]));
        Assert.Equal(before, world.CountRows());
    }

    [Fact]
    public async Task A_batch_is_answered_with_its_item_page_labels_and_proof()
    {
        var answer = await world.MakeAsync("A-1");

        Assert.Equal(Lot("A-1"), (string?)answer["item"]);
        Assert.StartsWith("urn:uuid:", (string?)answer["eventId"], StringComparison.Ordinal);
        Assert.EndsWith("/b/01/09506000134352/10/A-1", (string?)answer["page"], StringComparison.Ordinal);
        Assert.EndsWith($"/api/log/{answer["index"]}/proof", (string?)answer["proof"], StringComparison.Ordinal);
        Assert.Empty(answer["warnings"]!.AsArray());
        var stored = world.Stored(answer["index"]!);
        Assert.Equal(("commissioning", "Honey", "Imkerei", "KGM"),
            ((string?)stored["bizStep"], (string?)stored["prov:productName"], (string?)stored["prov:place"], (string?)stored["quantityList"]![0]!["uom"]));
    }

    [Fact]
    public async Task Anothers_GTIN_is_forbidden()
    {
        var before = world.CountRows();

        var (status, problem) = await TryAsync(world.Stranger, "/api/batches", Making("X-1"));

        Assert.Equal((403, "product.gtin", Gtin), (status, (string?)problem["field"], (string?)problem["value"]));
        Assert.Equal(before, world.CountRows());
    }

    [Fact]
    public async Task A_GTIN_that_is_nobodys_is_accepted_with_a_warning()
    {
        var answer = await AskAsync(world.Stranger, "/api/batches", Making("X-2").Replace(Gtin, "09506000134369", StringComparison.Ordinal).Replace("},\"lot\"", ",\"name\":\"Jam\"},\"lot\"", StringComparison.Ordinal));

        Assert.Contains("maker not confirmed", (string?)Assert.Single(answer["warnings"]!.AsArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_again_is_asked_about_and_then_accepted()
    {
        var first = await world.MakeAsync("D-1");
        var (status, problem) = await TryAsync(world.Imker, "/api/batches", Making("D-1"));

        // The second time the lot is on record, so the event would say that more of it was made. It is the same request all the same.
        Assert.Equal(409, status);
        Assert.EndsWith("possible-duplicate", (string?)problem["type"], StringComparison.Ordinal);
        Assert.Equal((long)first["index"]!, (long)problem["index"]!);
        await AskAsync(world.Imker, "/api/batches", Making("D-1").Replace("\"lot\"", "\"again\":true,\"lot\"", StringComparison.Ordinal));

        const string Ship = """{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/D-1","quantity":5,"uom":"kg","to":{"party":"bakery"} }""";
        first = await AskAsync(world.Imker, "/api/batches/events", Ship);
        (status, problem) = await TryAsync(world.Imker, "/api/batches/events", Ship);
        Assert.Equal(409, status);
        Assert.EndsWith("possible-duplicate", (string?)problem["type"], StringComparison.Ordinal);
        Assert.Equal((long)first["index"]!, (long)problem["index"]!);

        var again = await AskAsync(world.Imker, "/api/batches/events", Ship.Replace("\"quantity\"", "\"again\":true,\"quantity\"", StringComparison.Ordinal));
        Assert.NotEqual((long)first["index"]!, (long)again["index"]!);
    }

    [Fact]
    public async Task A_transformation_of_several_outputs_is_known_again_though_its_events_are_joined()
    {
        await world.MakeAsync("D-2");
        const string Fill = """
            {"step":"transform","at":"2026-11-20T12:00:00+01:00","inputs":[{"item":"https://id.gs1.org/01/09506000134352/10/D-2","quantity":20,"uom":"kg"}],
             "outputs":[{"product":{"sku":"JAR-D","name":"Jar"},"lot":"D-2-J","quantity":30},{"product":{"sku":"POT-D","name":"Pot"},"lot":"D-2-P","quantity":5}]}
            """;
        var again = Fill.Replace("\"inputs\"", "\"again\":true,\"inputs\"", StringComparison.Ordinal);

        var first = await AskAsync(world.Imker, "/api/batches/events", Fill);
        var before = world.CountRows();
        var (status, problem) = await TryAsync(world.Imker, "/api/batches/events", Fill);
        Assert.Equal((409, before), (status, world.CountRows()));
        Assert.EndsWith("possible-duplicate", (string?)problem["type"], StringComparison.Ordinal);
        Assert.Equal((long)first["index"]! - 1, (long)problem["index"]!); // the first of the two events

        // It happened once more: another transformation, not more of the one before.
        var second = await AskAsync(world.Imker, "/api/batches/events", again);
        Assert.NotEqual((string?)world.Stored(first["index"]!)["transformationID"], (string?)world.Stored(second["index"]!)["transformationID"]);
    }

    [Fact]
    public async Task A_request_sent_again_with_its_key_gets_its_first_answer()
    {
        await world.MakeAsync("I-1");
        const string ShipAll = """{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/I-1","to":{"party":"bakery"} }""";

        var (_, first) = await TryAsync(world.Imker, "/api/batches/events", ShipAll, "key-1");
        var before = world.CountRows();
        var (status, second) = await TryAsync(world.Imker, "/api/batches/events", ShipAll, "key-1");

        Assert.Equal(201, status);
        Assert.True(JsonNode.DeepEquals(first, second));
        Assert.Equal(before, world.CountRows());
        (status, _) = await TryAsync(world.Imker, "/api/batches/events", ShipAll.Replace("bakery", "stranger", StringComparison.Ordinal), "key-1");
        Assert.Contains(status, new[] { 400, 409, 422 });
    }

    [Fact]
    public async Task An_omitted_quantity_is_all_that_is_left_and_written_out()
    {
        await world.MakeAsync("Q-1");
        await AskAsync(world.Imker, "/api/batches/events", """{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/Q-1","quantity":130.5,"uom":"kg","to":{"party":"bakery"} }""");

        var rest = await AskAsync(world.Imker, "/api/batches/events", """{"step":"ship","at":"2026-11-20T10:00:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/Q-1","to":{"party":"bakery","place":"ramp-1"}}""");

        var stored = world.Stored(rest["index"]!);
        Assert.Equal(349.5m, (decimal)stored["quantityList"]![0]!["quantity"]!);
        Assert.EndsWith("/id/bakery/at/ramp-1", (string?)stored["destinationList"]![1]!["destination"], StringComparison.Ordinal);
        var (status, problem) = await TryAsync(world.Imker, "/api/batches/events", """{"step":"ship","at":"2026-11-20T11:00:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/Q-1","to":{"party":"bakery"} }""");
        Assert.Equal((400, "quantity"), (status, (string?)problem["field"]));
    }

    [Fact]
    public async Task More_out_than_in_is_a_warning()
    {
        await world.MakeAsync("M-1", 10);

        var answer = await AskAsync(world.Imker, "/api/batches/events", """{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/M-1","quantity":12,"uom":"kg","to":{"party":"bakery"} }""");

        Assert.Contains("12 kg of 10 kg", (string?)Assert.Single(answer["warnings"]!.AsArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_from_papers_is_recorded_first_and_says_whose_papers()
    {
        await world.MakeAsync("P-1");
        var answer = await AskAsync(world.Imker, "/api/batches", """
            {"at":"2026-11-20T12:00:00+01:00","inputs":[{"item":"https://id.gs1.org/01/09506000134352/10/P-1","quantity":5,"uom":"kg"},
             {"product":{"sku":"SALT","name":"Salt"},"lot":"77","quantity":1.2,"uom":"kg","supplier":{"name":"Saline Süd","country":"AT"}}],
             "outputs":[{"product":{"sku":"RYE","name":"Rye bread"},"lot":"B-326","quantity":80,"bestBefore":"2026-11-27"}]}
            """);

        var events = answer["events"]!.AsArray();
        Assert.Equal(2, events.Count);
        var papers = world.Stored(events[0]!["index"]!);
        Assert.Equal(("papers", "Saline Süd", "receiving"), ((string?)papers["prov:basis"], (string?)papers["prov:supplierName"], (string?)papers["bizStep"]));
        Assert.EndsWith("/id/imker/SALT/batch/77", (string?)papers["quantityList"]![0]!["epcClass"], StringComparison.Ordinal);
        Assert.EndsWith("/id/imker/RYE/batch/B-326", (string?)answer["item"], StringComparison.Ordinal);
        Assert.EndsWith("/id/imker/RYE/batch/B-326", (string?)answer["page"], StringComparison.Ordinal);
        Assert.Equal((long)answer["index"]!, (long)events[1]!["index"]!);
    }

    [Fact]
    public async Task A_pallet_carries_its_contents_from_hand_to_hand()
    {
        await world.MakeAsync("C-1");
        await AskAsync(world.Imker, "/api/batches/events", $$"""{"step":"pack","at":"2026-11-20T09:00:00+01:00","into":"{{Pallet}}","contents":[{"item":"{{Lot("C-1")}}","quantity":100,"uom":"kg"}]}""");
        await AskAsync(world.Imker, "/api/batches/events", $$"""{"step":"ship","at":"2026-11-20T10:00:00+01:00","items":["{{Pallet}}"],"to":{"party":"bakery"} }""");
        await AskAsync(world.Bakery, "/api/batches/events", $$"""{"step":"receive","at":"2026-11-20T12:00:00+01:00","items":["{{Pallet}}"],"from":{"party":"imker"} }""");
        await AskAsync(world.Bakery, "/api/batches/events", $$"""{"step":"unpack","at":"2026-11-20T13:00:00+01:00","from":"{{Pallet}}"}""");

        Assert.Equal((380m, 100m), (await Balance(world.Imker), await Balance(world.Bakery)));
        var used = await AskAsync(world.Bakery, "/api/batches", $$"""
            {"at":"2026-11-20T14:00:00+01:00","inputs":[{"item":"{{Lot("C-1")}}"}],"product":{"sku":"CAKE","name":"Cake"},"lot":"1","quantity":20}
            """);
        Assert.Equal(100m, (decimal)world.Stored(used["index"]!)["inputQuantityList"]![0]!["quantity"]!);
        Assert.Empty(used["warnings"]!.AsArray());

        async Task<decimal> Balance(HttpClient client) =>
            (decimal)(await GetAsync(client, "/api/items?item=" + Uri.EscapeDataString(Lot("C-1")))).Body["balance"]![0]!["value"]!;
    }

    [Fact]
    public async Task A_shipment_is_received_by_its_event_and_a_difference_is_said_for_good()
    {
        await world.MakeAsync("S-1");
        var shipped = await AskAsync(world.Imker, "/api/batches/events", $$"""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"{{Lot("S-1")}}","quantity":50,"uom":"kg","to":{"party":"bakery"} }""");
        var id = (string)shipped["eventId"]!;

        var whole = await AskAsync(world.Bakery, "/api/batches/events", $$"""{"step":"receive","at":"2026-11-20T10:00:00+01:00","shipment":"{{id}}"}""");
        Assert.Equal(50m, (decimal)world.Stored(whole["index"]!)["quantityList"]![0]!["quantity"]!);
        Assert.Null(world.Stored(whole["index"]!)["persistentDisposition"]);
        Assert.EndsWith("/id/imker", (string?)world.Stored(whole["index"]!)["sourceList"]![0]!["source"], StringComparison.Ordinal);

        var less = await AskAsync(world.Bakery, "/api/batches/events", $$"""{"step":"receive","at":"2026-11-20T11:00:00+01:00","shipment":"{{id}}","items":[{"item":"{{Lot("S-1")}}","quantity":48,"uom":"kg"}]}""");
        Assert.Equal("mismatch_quantity", (string?)world.Stored(less["index"]!)["persistentDisposition"]!["set"]![0]);

        var (status, problem) = await TryAsync(world.Stranger, "/api/batches/events", $$"""{"step":"receive","at":"2026-11-20T11:00:00+01:00","shipment":"{{id}}"}""");
        Assert.Equal((400, "shipment"), (status, (string?)problem["field"]));
    }

    [Fact]
    public async Task A_thing_with_any_URI_that_was_captured_as_one_thing_is_shipped_as_one_thing()
    {
        await AskAsync(world.Imker, "/events", """
            {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"ObjectEvent","action":"ADD","bizStep":"commissioning",
             "eventTime":"2026-11-20T08:00:00+01:00","eventTimeZoneOffset":"+01:00","epcList":["https://things.example/box/1"]}
            """);

        var shipped = await AskAsync(world.Imker, "/api/batches/events", """
            {"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"https://things.example/box/1","to":{"party":"bakery"}}
            """);

        Assert.Equal("https://things.example/box/1", (string?)Assert.Single(world.Stored(shipped["index"]!)["epcList"]!.AsArray()));
    }

    [Fact]
    public async Task A_date_is_noon_where_it_happened()
    {
        var made = await AskAsync(world.Imker, "/api/batches", Making("T-1").Replace("2026-11-20T08:00:00+01:00", "2026-11-19", StringComparison.Ordinal));

        var stored = world.Stored(made["index"]!);
        Assert.Equal(("2026-11-19T12:00:00+01:00", "+01:00", "day"),
            ((string?)stored["eventTime"], (string?)stored["eventTimeZoneOffset"], (string?)stored["prov:timePrecision"]));
    }

    [Fact]
    public async Task Without_a_key_nothing_is_recorded()
    {
        var (status, _) = await TryAsync(world.Ledger.Public, "/api/batches", Making("K-1"));

        Assert.Equal(401, status);
    }
}

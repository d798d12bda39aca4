using System.Text.Json.Nodes;
using Provenance.Core.Epcis;
using Provenance.Server.Batches;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Batches;

/// <summary>correct and void: the same event with a declaration, and what takes its place.</summary>
public sealed class CorrectionTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    private int _events;

    [Fact]
    public async Task A_quantity_typed_wrong_is_corrected_and_both_stay_on_record()
    {
        var made = await world.MakeAsync("Q-9", 4800);
        var wrong = (string)made["eventId"]!;

        var answer = await CorrectAsync(wrong, """{"quantity":480,"uom":"kg"}""", "\"note\":\"a zero too many\",");

        var (declaration, corrected) = (world.Stored(answer["events"]![0]!["index"]!), world.Stored(answer["index"]!));
        Assert.Equal((wrong, wrong), ((string?)declaration["eventID"], (string?)answer["events"]![0]!["eventId"]));
        Assert.Equal(("incorrect_data", "2026-11-21T14:30:00+00:00", "a zero too many"), (Reason(declaration), (string?)declaration["errorDeclaration"]!["declarationTime"], (string?)declaration["errorDeclaration"]!["rdfs:comment"]));
        Assert.Equal((string?)answer["eventId"], (string?)Assert.Single(declaration["errorDeclaration"]!["correctiveEventIDs"]!.AsArray()));
        declaration.Remove("errorDeclaration");
        Assert.True(JsonNode.DeepEquals(world.Stored(made["index"]!), declaration));
        Assert.Equal(480, (int)corrected["quantityList"]![0]!["quantity"]!);
        Assert.Equal((480m, 480m), (await BalanceAsync("Q-9"), (await TracedAsync("Q-9", answer["index"]!))!.Value));

        var (status, events) = await GetAsync(world.Imker, "/events/" + Uri.EscapeDataString(wrong));
        Assert.Equal(200, status);
        Assert.Equal(2, events["epcisBody"]!["queryResults"]!["resultsBody"]!["eventList"]!.AsArray().Count);
        world.Ledger.Check();
    }

    [Fact]
    public async Task A_shipment_that_never_was_is_voided_and_its_goods_are_there()
    {
        await world.MakeAsync("V-1");
        var shipped = await ShipAsync("V-1", 100);
        Assert.Equal(380, await BalanceAsync("V-1"));

        var answer = await AskAsync(world.Imker, "/api/batches/events", $$"""{"step":"void","event":"{{shipped}}"}""");

        var declaration = world.Stored(answer["index"]!);
        Assert.Equal((shipped, "did_not_occur", null), ((string?)answer["eventId"], Reason(declaration), declaration["errorDeclaration"]!["correctiveEventIDs"]));
        Assert.Equal(Lot("V-1"), (string?)answer["item"]);
        Assert.Equal(480, await BalanceAsync("V-1"));
    }

    /// <summary>Of every step: a replacement, and the members of the event that it changes; all others stay.</summary>
    [Theory]
    [InlineData("make", """{"lot":"$OTHER","quantity":10,"uom":"kg","bestBefore":"2029-01-01","attributes":{"colour":"dark"}}""", "quantityList ilmd")]
    [InlineData("make", """{"useBy":"2027-01-01"}""", "ilmd")]
    [InlineData("make", """{"at":"2026-11-19","place":{"name":"Wald","city":"Imst","country":"AT","timeZone":"Europe/Vienna"}}""", "eventTime prov:timePrecision readPoint bizLocation prov:place")]
    [InlineData("transform", """{"inputs":[{"item":"$LOT","quantity":6,"uom":"kg"}]}""", "inputQuantityList")]
    [InlineData("transform", """{"quantity":70,"bestBefore":"2026-11-28"}""", "outputQuantityList ilmd")]
    [InlineData("transform", """{"outputs":[{"product":{"sku":"PIE","name":"Pie"},"lot":"$OTHER","quantity":3}]}""", "outputQuantityList prov:productName ilmd")]
    [InlineData("repack", """{"lot":"$OTHER"}""", "outputQuantityList")]
    [InlineData("pack", """{"contents":[{"item":"$LOT","quantity":10,"uom":"kg"}]}""", "childQuantityList")]
    [InlineData("pack", """{"into":"(00)095060001343520017"}""", "parentID")]
    [InlineData("unpack", """{"contents":[]}""", "childQuantityList")]
    [InlineData("ship", """{"quantity":10,"uom":"kg","carrier":"Post","to":{"party":"stranger"},"sold":false}""", "quantityList own:carrier sourceList destinationList")]
    [InlineData("ship", """{"place":{"name":"Lager","city":"Imst","country":"AT"}}""", "readPoint prov:place sourceList")]
    [InlineData("ship", """{"documents":[{"type":"inv","number":"9"}],"note":"late"}""", "bizTransactionList rdfs:comment")]
    [InlineData("unship", """{"at":"2026-11-20T11:00:00+01:00"}""", "eventTime")]
    [InlineData("receive", """{"from":{"party":"stranger"},"quantity":6,"uom":"kg"}""", "quantityList sourceList")]
    [InlineData("receive, by papers", """{"quantity":2,"uom":"kg"}""", "quantityList")]
    [InlineData("return", """{"reason":"leaking"}""", "prov:reason")]
    [InlineData("inspect, pass", """{"result":"fail","readings":[]}""", "disposition sensorElementList")]
    [InlineData("sample", """{"items":[{"item":"$LOT","quantity":1,"uom":"kg"}]}""", "quantityList")]
    [InlineData("store", """{"item":"$LOT","quantity":3,"uom":"kg"}""", "quantityList")]
    [InlineData("count", """{"quantity":0,"uom":"kg"}""", "quantityList")]
    [InlineData("hold", """{"reason":"customs"}""", "prov:reason")]
    [InlineData("release", """{"quantity":3,"uom":"kg"}""", "quantityList")]
    [InlineData("sell", """{"quantity":4,"uom":"kg"}""", "quantityList")]
    [InlineData("destroy", """{"reason":"fire","certificates":[{"name":"Burnt","number":"1","issuer":"Fire","covers":"lot"}]}""", "prov:reason certificationInfo gs1:certification")]
    [InlineData("install", """{"quantity":4,"uom":"kg","items":[{"item":"$LOT","quantity":4,"uom":"kg"}]}""", null)]
    [InlineData("remove", """{"items":[{"item":"$LOT","quantity":4,"uom":"kg"}]}""", "childQuantityList prov:productName")]
    [InlineData("observe", """{"readings":[{"type":"Temperature","value":4,"uom":"CEL"}]}""", "sensorElementList")]
    [InlineData("recall", """{"reason":"may contain sand","notice":"https://imker.example/2"}""", "prov:recallReason prov:recallNotice")]
    [InlineData("other", """{"extra":{"crane":"7"}}""", "own:crane @context")]
    public async Task Every_step_is_corrected_member_by_member_and_the_rest_stays(string row, string replacement, string? changed)
    {
        var (name, step) = ($"C-{Guid.NewGuid():N}"[..12], StepRows.Table[row]);
        await world.MakeAsync(name);
        var before = "";
        foreach (var request in step.Before ?? [])
        {
            before = (string)(await AskAsync(world.Imker, "/api/batches/events", Fill(request)))["eventId"]!;
        }
        var recorded = await AskAsync(world.Imker, step.Route, Fill(step.Request));
        var request2 = $$"""{"step":"correct","event":"{{(string?)recorded["eventId"]}}","replacement":{{Fill(replacement)}}}""";

        var (status, answer) = await TryAsync(world.Imker, "/api/batches/events", request2);

        if (changed is null)
        {
            Assert.Equal((400, "replacement.quantity"), (status, (string?)answer["field"]));
            return;
        }
        Assert.True(status == 201, answer.ToJsonString());
        var (old, corrected) = (world.Stored(recorded["index"]!), world.Stored(answer["index"]!));
        Assert.Empty(EventReader.Read(System.Text.Encoding.UTF8.GetBytes(corrected.ToJsonString())).Problems);
        Assert.Empty(EventReader.Read(System.Text.Encoding.UTF8.GetBytes(world.Stored(answer["events"]![0]!["index"]!).ToJsonString())).Problems);
        var different = old.Select(member => member.Key).Union(corrected.Select(member => member.Key)).Where(member => !JsonNode.DeepEquals(old[member], corrected[member]));
        Assert.Equal(changed.Split(' ').Append("eventID").Order(), different.Order());

        string Fill(string text) => text
            .Replace("$LOT", Lot(name), StringComparison.Ordinal)
            .Replace("$NEW", "N" + name, StringComparison.Ordinal)
            .Replace("$OTHER", "O" + name, StringComparison.Ordinal)
            .Replace("$BOX", $"{world.PublicUrl}/id/imker/unit/{name}", StringComparison.Ordinal)
            .Replace("$EVENT", before, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"quantity":480,"uom":"kg"}""", "replacement", "changes nothing")]
    [InlineData("""{}""", "replacement", "changes nothing")]
    [InlineData("""{"colour":"red"}""", "replacement.colour", "not known here")]
    [InlineData("""{"quantity":-3,"uom":"kg"}""", "replacement.quantity", "more than 0")]
    [InlineData("""{"at":"2026-11-20T08:00:00"}""", "replacement.at", "offset")]
    [InlineData("""{"product":{"gtin":"09506000134369","name":"Jam"},"lot":"Ü"}""", "replacement.lot", "")]
    [InlineData("""{"again":true,"quantity":3,"uom":"kg"}""", "replacement.again", "beside")]
    [InlineData("""{"to":{"party":"bakery"}}""", "replacement.to", "not known here")]
    public async Task A_replacement_that_is_wrong_is_refused_by_its_field_and_nothing_is_recorded(string replacement, string field, string saying)
    {
        var made = await world.MakeAsync($"W-{++_events}{Guid.NewGuid():N}"[..12]);
        var before = world.CountRows();

        var (status, problem) = await TryAsync(world.Imker, "/api/batches/events", $$"""{"step":"correct","event":"{{(string?)made["eventId"]}}","replacement":{{replacement}}}""");

        Assert.Equal((400, field), (status, (string?)problem["field"]));
        Assert.Contains(saying, (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal(before, world.CountRows());
    }

    [Fact]
    public async Task An_event_is_declared_an_error_once_and_its_replacement_can_be_corrected_again()
    {
        var made = (string)(await world.MakeAsync("T-9"))["eventId"]!;
        var first = await CorrectAsync(made, """{"quantity":48,"uom":"kg"}""");

        var (status, problem) = await TryAsync(world.Imker, "/api/batches/events", $$"""{"step":"void","event":"{{made}}"}""");
        Assert.Equal((400, "event"), (status, (string?)problem["field"]));
        Assert.Contains($"Entry {first["events"]![0]!["index"]}", (string?)problem["detail"], StringComparison.Ordinal);

        await CorrectAsync((string)first["eventId"]!, """{"quantity":49,"uom":"kg"}""");
        Assert.Equal(49, await BalanceAsync("T-9"));
    }

    [Fact]
    public async Task Others_neither_correct_nor_void_and_learn_only_of_what_names_them()
    {
        var made = (string)(await world.MakeAsync("R-9"))["eventId"]!;
        var shipped = await ShipAsync("R-9", 10);
        var before = world.CountRows();

        foreach (var step in (string[])["\"step\":\"void\"", "\"step\":\"correct\",\"replacement\":{\"note\":\"x\"}"])
        {
            Assert.Equal((403, "event"), await Refused(world.Bakery, step, shipped));
            Assert.Equal((400, "event"), await Refused(world.Bakery, step, made));
            Assert.Equal((400, "event"), await Refused(world.Stranger, step, shipped));
            Assert.Equal((400, "event"), await Refused(world.Stranger, step, $"urn:uuid:{Guid.NewGuid()}"));
        }
        Assert.Equal(before, world.CountRows());

        static async Task<(int, string?)> Refused(HttpClient client, string step, string eventId)
        {
            var (status, problem) = await TryAsync(client, "/api/batches/events", $$"""{{{step}},"event":"{{eventId}}"}""");
            return (status, (string?)problem["field"]);
        }
    }

    [Fact]
    public async Task A_captured_event_is_corrected_and_keeps_what_the_plain_API_does_not_know()
    {
        await world.MakeAsync("E-9");
        const string Id = "urn:uuid:7d1b0f0e-5a3f-4f0a-9a7c-2f6a4f9f1a01";
        await AskAsync(world.Imker, "/events", $$"""
            {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://example.com/"}],"eventID":"{{Id}}","type":"ObjectEvent","action":"OBSERVE","bizStep":"shipping",
             "eventTime":"2026-11-20T08:30:00.000+01:00","eventTimeZoneOffset":"+01:00","quantityList":[{"epcClass":"{{Lot("E-9")}}","quantity":30,"uom":"KGM"}],"ex:seal":{"ex:number":7} }
            """);

        var answer = await CorrectAsync(Id, """{"quantity":3,"uom":"kg"}""");

        var corrected = world.Stored(answer["index"]!);
        Assert.Equal((3, 7), ((int)corrected["quantityList"]![0]!["quantity"]!, (int)corrected["ex:seal"]!["ex:number"]!));
        Assert.Equal("https://example.com/", (string?)corrected["@context"]![1]!["ex"]);
        Assert.Empty(EventReader.Read(System.Text.Encoding.UTF8.GetBytes(corrected.ToJsonString())).Problems);
        Assert.Equal(477, await BalanceAsync("E-9"));
    }

    [Fact]
    public async Task What_was_recorded_since_is_told_of_and_stays()
    {
        var made = (string)(await world.MakeAsync("L-9"))["eventId"]!;
        await ShipAsync("L-9", 10);

        var answer = await CorrectAsync(made, """{"lot":"L-10"}""");

        Assert.Contains("1 other event speaks of https://id.gs1.org/01/09506000134352/10/L-9", (string?)Assert.Single(answer["warnings"]!.AsArray()), StringComparison.Ordinal);
        Assert.Equal(Lot("L-10"), (string?)answer["item"]);
    }

    private static string? Reason(JsonObject declaration) => (string?)declaration["errorDeclaration"]!["reason"];

    private Task<JsonObject> CorrectAsync(string eventId, string replacement, string more = "") =>
        AskAsync(world.Imker, "/api/batches/events", $$"""{"step":"correct",{{more}}"event":"{{eventId}}","replacement":{{replacement}}}""");

    private async Task<string> ShipAsync(string lot, int quantity) => (string)(await AskAsync(world.Imker, "/api/batches/events",
        $$$"""{"step":"ship","at":"2026-11-20T10:00:00+01:00","item":"{{{Lot(lot)}}}","quantity":{{{quantity}}},"uom":"kg","to":{"party":"bakery"}}"""))["eventId"]!;

    private async Task<decimal> BalanceAsync(string lot) =>
        (decimal)(await GetAsync(world.Imker, "/api/items?item=" + Uri.EscapeDataString(Lot(lot)))).Body["balance"]![0]!["value"]!;

    private async Task<decimal?> TracedAsync(string lot, JsonNode index)
    {
        var (_, trace) = await GetAsync(world.Imker, "/api/trace?item=" + Uri.EscapeDataString(Lot(lot)));
        return (decimal?)trace["events"]!.AsArray().First(e => (long?)e!["index"] == (long)index)!["items"]![0]!["quantity"]!["value"];
    }
}

using System.Text;
using Provenance.Server.Batches;

namespace Provenance.Tests.Server.Batches;

public sealed class StepReaderTests
{
    private const string Make = """
        {"product":{"gtin":"09506000134352","name":"Honey"},"lot":"HO-1","quantity":480,"uom":"kg","at":"2026-11-20T08:00:00+01:00",
         "bestBefore":"2028-11-20","origin":{"country":"AT","place":"Pitztal","geo":"47.0,10.8"},"attributes":{"colour":"amber"},
         "certificates":[{"name":"Organic","number":"AT-1","issuer":"ABG","covers":"lot","validUntil":"2027-01-01"}],
         "documents":[{"type":"po","number":"77"}],"note":"first of the year"}
        """;

    [Fact]
    public void A_batch_is_read_with_all_its_members()
    {
        var (step, faults) = Read(Make, "make");

        Assert.Empty(faults);
        var make = Assert.IsType<MakeRequest>(step);
        Assert.Equal(("09506000134352", "Honey", "HO-1"), (make.Output.Product.Gtin, make.Output.Product.Name, make.Output.Lot));
        Assert.Equal(new GivenQuantity("quantity", 480, "kg"), make.Output.Quantity);
        Assert.Equal(new DateOnly(2028, 11, 20), make.Output.BestBefore);
        Assert.Equal(new GivenOrigin("AT", "Pitztal", new GeoPoint(47.0m, 10.8m)), make.Output.Origin);
        Assert.Equal("amber", make.Output.Attributes["colour"].GetString());
        Assert.Equal("AT-1", Assert.Single(make.Common.Certificates).Number);
        Assert.Equal("po", Assert.Single(make.Common.Documents).Type);
        Assert.Equal("first of the year", make.Common.Note);
    }

    [Theory]
    [InlineData("\"lot\":\"HO-1\",", "", "lot", null)]
    [InlineData("\"lot\":\"HO-1\"", "\"lot\":12", "lot", "12")]
    [InlineData("\"lot\":\"HO-1\"", "\"lot\":\" \"", "lot", "\" \"")]
    [InlineData("\"lot\":\"HO-1\"", "\"lot\":null", "lot", "null")]
    [InlineData("\"lot\":\"HO-1\"", "\"lot\":\"HO-1\",\"lot\":\"HO-2\"", "lot", "lot")]
    [InlineData("\"colour\":\"amber\"", "\"colour\":\"amber\",\"colour\":\"dark\"", "attributes.colour", "colour")]
    [InlineData("\"quantity\":480", "\"quantity\":\"480\"", "quantity", "\"480\"")]
    [InlineData("\"quantity\":480,", "", "quantity", null)]
    [InlineData("\"quantity\":480", "\"quantyti\":480", "quantyti", "480")]
    [InlineData("\"at\":\"2026-11-20T08:00:00+01:00\",", "", "at", null)]
    [InlineData("\"bestBefore\":\"2028-11-20\"", "\"bestBefore\":\"20.11.2028\"", "bestBefore", "20.11.2028")]
    [InlineData("\"bestBefore\":\"2028-11-20\"", "\"bestBefore\":\"2028-11-20\",\"useBy\":\"2028-11-20\"", "useBy", "2028-11-20")]
    [InlineData("\"country\":\"AT\"", "\"country\":\"XX\"", "origin.country", "XX")]
    [InlineData("\"geo\":\"47.0,10.8\"", "\"geo\":\"97.0,10.8\"", "origin.geo", "97.0,10.8")]
    [InlineData("\"gtin\":\"09506000134352\"", "\"gtin\":\"09506000134352\",\"sku\":\"A\"", "product", null)]
    [InlineData("\"gtin\":\"09506000134352\",", "", "product", null)]
    [InlineData("\"type\":\"po\"", "\"type\":\"letter\"", "documents[0].type", "letter")]
    [InlineData("\"covers\":\"lot\"", "\"covers\":\"everything\"", "certificates[0].covers", "everything")]
    [InlineData("\"issuer\":\"ABG\",", "", "certificates[0].issuer", null)]
    [InlineData("\"colour\":\"amber\"", "\"colour\":{\"a\":1}", "attributes.colour", "{\"a\":1}")]
    [InlineData("\"colour\":\"amber\"", "\"a:b\":\"amber\"", "attributes.a:b", "a:b")]
    [InlineData("\"note\":\"first of the year\"", "\"note\":\"\\ud800\"", "note", "\\ud800")]
    [InlineData("{\"product\"", "[{\"product\"", "body", null)]
    public void Each_wrong_member_is_named_with_its_value(string right, string wrong, string field, string? value)
    {
        var (step, faults) = Read(Make.Replace(right, wrong, StringComparison.Ordinal), "make");

        Assert.Null(step);
        Assert.Contains(faults, fault => fault.Field == field && (field == "body" || fault.Value == value));
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var (_, faults) = Read("""{"product":{"gtin":"1"},"lot":"","origin":{"country":"at"},"x":1}""", "make");

        Assert.Superset(new HashSet<string> { "lot", "quantity", "origin.country", "at", "x" }, faults.Select(fault => fault.Field).ToHashSet());
    }

    [Theory]
    [InlineData("teleport")]
    [InlineData("Recall")]
    [InlineData("SHIP")]
    public void A_step_that_is_not_offered_is_refused_with_those_that_are(string step)
    {
        var (_, faults) = Read($$"""{"step":"{{step}}","at":"2026-11-20"}""", null);

        var fault = Assert.Single(faults);
        Assert.Equal(("step", step), (fault.Field, fault.Value));
        Assert.Contains("make, transform, repack", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Contents_and_items_may_be_plain_texts()
    {
        var (step, faults) = Read("""{"step":"pack","at":"2026-11-20","into":"(00)095201234567891235","contents":["urn:x:1",{"item":"urn:x:2","quantity":3}]}""", null);

        Assert.Empty(faults);
        var pack = Assert.IsType<NestingRequest>(step);
        Assert.Equal(["urn:x:1", "urn:x:2"], pack.Contents.Select(one => one.Item.Text!));
        Assert.Equal(3, pack.Contents[1].Quantity!.Value);
    }

    [Fact]
    public void A_single_item_has_its_quantity_beside_it()
    {
        var (step, faults) = Read("""{"step":"ship","at":"2026-11-20","item":{"product":{"sku":"A"},"lot":"7"},"quantity":1.25,"uom":"kg","to":{"party":"bakery"}}""", null);

        Assert.Empty(faults);
        var portion = Assert.Single(Assert.IsType<ShipRequest>(step).Items);
        Assert.Equal(("A", "7", 1.25m), (portion.Item.Product!.Sku, portion.Item.Lot, portion.Quantity!.Value));
    }

    [Theory]
    [InlineData("""{"step":"ship","at":"2026-11-20","to":{"party":"b"}}""", "items")]
    [InlineData("""{"step":"ship","at":"2026-11-20","items":[],"to":{"party":"b"}}""", "items")]
    [InlineData("""{"step":"ship","at":"2026-11-20","item":"urn:x:1"}""", "to")]
    [InlineData("""{"step":"ship","at":"2026-11-20","item":"urn:x:1","to":{}}""", "to.party")]
    [InlineData("""{"step":"ship","at":"2026-11-20","item":"urn:x:1","items":["urn:x:1"],"to":{"party":"b"}}""", "items")]
    [InlineData("""{"step":"ship","at":"2026-11-20","item":"urn:x:1","uom":"kg","to":{"party":"b"}}""", "uom")]
    [InlineData("""{"step":"receive","at":"2026-11-20","item":"urn:x:1"}""", "from")]
    [InlineData("""{"step":"receive","at":"2026-11-20","item":"urn:x:1","from":{"party":"b","phone":1}}""", "from.phone")]
    [InlineData("""{"step":"pack","at":"2026-11-20","contents":["urn:x:1"]}""", "into")]
    [InlineData("""{"step":"pack","at":"2026-11-20","into":"urn:x:9"}""", "contents")]
    [InlineData("""{"step":"unpack","at":"2026-11-20"}""", "from")]
    [InlineData("""{"step":"transform","at":"2026-11-20","outputs":[]}""", "outputs")]
    [InlineData("""{"step":"transform","at":"2026-11-20","inputs":[{"item":"urn:x:1"}],"outputs":[{"product":{"sku":"A"},"quantity":1}]}""", "outputs[0].lot")]
    [InlineData("""{"step":"transform","at":"2026-11-20","inputs":[{"lot":"7"}],"outputs":[{"product":{"sku":"A"},"lot":"1","quantity":1}]}""", "inputs[0].product")]
    [InlineData("""{"step":"receive","at":"2026-11-20","items":[{"item":"urn:x:1","supplier":{"name":"S"}}],"from":{"party":"b"}}""", "items[0].supplier.country")]
    [InlineData("""{"step":"install","at":"2026-11-20","items":["urn:x:1"]}""", "onto")]
    [InlineData("""{"step":"install","at":"2026-11-20","onto":"urn:x:9"}""", "items")]
    [InlineData("""{"step":"remove","at":"2026-11-20","items":["urn:x:1"]}""", "onto")]
    [InlineData("""{"step":"unship","at":"2026-11-20"}""", "event")]
    [InlineData("""{"step":"return","at":"2026-11-20","item":"urn:x:1","reason":"r"}""", "from")]
    [InlineData("""{"step":"return","at":"2026-11-20","item":"urn:x:1","from":{"party":"b"}}""", "reason")]
    [InlineData("""{"step":"inspect","at":"2026-11-20","item":"urn:x:1"}""", "result")]
    [InlineData("""{"step":"inspect","at":"2026-11-20","item":"urn:x:1","result":"good"}""", "result")]
    [InlineData("""{"step":"store","at":"2026-11-20","item":"urn:x:1"}""", "place")]
    [InlineData("""{"step":"destroy","at":"2026-11-20","item":"urn:x:1"}""", "reason")]
    [InlineData("""{"step":"hold","at":"2026-11-20","item":"urn:x:1"}""", "reason")]
    [InlineData("""{"step":"release","at":"2026-11-20","item":"urn:x:1"}""", "reason")]
    [InlineData("""{"step":"recall","at":"2026-11-20","item":"urn:x:1"}""", "reason")]
    [InlineData("""{"step":"recall","at":"2026-11-20","item":"urn:x:1","reason":"r","notice":"ftp://x"}""", "notice")]
    [InlineData("""{"step":"observe","at":"2026-11-20","item":"urn:x:1"}""", "readings")]
    [InlineData("""{"step":"observe","at":"2026-11-20","item":"urn:x:1","readings":[{"type":"Temperature","value":1,"uom":"CEL","min":8,"max":2}]}""", "readings[0].max")]
    [InlineData("""{"step":"other","at":"2026-11-20","item":"urn:x:1","action":"OBSERVE"}""", "bizStep")]
    [InlineData("""{"step":"other","at":"2026-11-20","item":"urn:x:1","bizStep":"juggling","action":"OBSERVE"}""", "bizStep")]
    [InlineData("""{"step":"other","at":"2026-11-20","item":"urn:x:1","bizStep":"loading","action":"observe"}""", "action")]
    [InlineData("""{"step":"other","at":"2026-11-20","item":"urn:x:1","bizStep":"loading","action":"OBSERVE","disposition":"fine"}""", "disposition")]
    public void What_a_step_needs_is_asked_for_by_name(string request, string field)
    {
        var (_, faults) = Read(request, null);

        Assert.Contains(faults, fault => fault.Field == field);
    }

    private static (StepRequest? Step, IReadOnlyList<Fault> Faults) Read(string json, string? stepIfNone)
    {
        var faults = new Faults();
        var request = RequestObject.Parse(Encoding.UTF8.GetBytes(json), faults);
        return (request is null ? null : StepTable.Read(request, stepIfNone, faults), faults.All);
    }
}

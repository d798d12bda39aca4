using System.Text;
using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Events;

namespace Provenance.Tests.Core.Events;

public class EventFieldsTests
{
    [Theory]
    [InlineData("""{"type":"ObjectEvent","readPoint":{"id":"urn:a"}}""", """/type="ObjectEvent" /readPoint={"id":"urn:a"}""")]
    [InlineData("""{"epcList":["urn:a","urn:b"]}""", """/epcList/0="urn:a" /epcList/1="urn:b" """)]
    [InlineData("""{"sensorElementList":[{"a":[1,2]},[3]]}""", """/sensorElementList/0={"a":[1,2]} /sensorElementList/1=[3]""")]
    [InlineData("""{"ilmd":{"a":{"b":1},"c":[1]}}""", """/ilmd/a={"b":1} /ilmd/c=[1]""")]
    [InlineData("""{"errorDeclaration":{"reason":"r","correctiveEventIDs":["urn:a"]}}""", """/errorDeclaration/reason="r" /errorDeclaration/correctiveEventIDs=["urn:a"]""")]
    [InlineData("""{"quantityList":[{"epcClass":"c","quantity":1.50},{"epcClass":"d"}]}""", """/quantityList/0/epcClass="c" /quantityList/0/quantity=1.50 /quantityList/1/epcClass="d" """)]
    [InlineData("""{"childQuantityList":[{"a":1}],"inputQuantityList":[{"a":1}],"outputQuantityList":[{"a":1}]}""", "/childQuantityList/0/a=1 /inputQuantityList/0/a=1 /outputQuantityList/0/a=1")]
    [InlineData("""{"epcList":[],"ilmd":{},"x":{},"quantityList":[],"childQuantityList":[{}],"errorDeclaration":{}}""", "/epcList=[] /ilmd={} /x={} /quantityList=[] /childQuantityList/0={} /errorDeclaration={}")]
    [InlineData("""{"@context":["urn:a",{"b":"urn:c"}],"persistentDisposition":{"set":["a"],"unset":["b"]}}""", """/@context=["urn:a",{"b":"urn:c"}] /persistentDisposition={"set":["a"],"unset":["b"]}""")]
    [InlineData("""{"a/b":1,"c~d":2,"ilmd":{"~/":3},"":4}""", "/a~1b=1 /c~0d=2 /ilmd/~0~1=3 /=4")]
    [InlineData("""{"ilmd":"no object","quantityList":"no list","errorDeclaration":[1]}""", """/ilmd="no object" /quantityList="no list" /errorDeclaration/0=1""")]
    public void An_event_falls_into_the_prescribed_fields_in_document_order(string json, string fields)
    {
        var split = EventFields.Split(Parse(json)).ToList();
        Assert.Equal(fields.Trim(), string.Join(' ', split.Select(f => $"{f.Pointer}={Encoding.UTF8.GetString(f.Value)}")));
        Assert.All(split, f => Assert.True(EventFields.IsPrescribed(f.Pointer, f.Value), f.Pointer));
    }

    [Fact]
    public void Tokens_stay_as_received_and_only_white_space_between_them_goes()
    {
        var fields = EventFields.Split(Parse("{ \"a\" : { \"b c\" : [ 1.50 , \"\\u0041 \\\" }\" ] , \"d\" : 1E+2 } }")).Single();
        Assert.Equal("""{"b c":[1.50,"\u0041 \" }"],"d":1E+2}""", Encoding.UTF8.GetString(fields.Value));
    }

    [Theory]
    [InlineData("", "1")]
    [InlineData("type", "1")]
    [InlineData("/a~", "1")]
    [InlineData("/a~2", "1")]
    [InlineData("/a~01b~", "1")]
    [InlineData("/epcList", "[1]")]
    [InlineData("/ilmd", """{"a":1}""")]
    [InlineData("/errorDeclaration", """{"reason":"r"}""")]
    [InlineData("/epcList/01", "1")]
    [InlineData("/epcList/-1", "1")]
    [InlineData("/epcList/x", "1")]
    [InlineData("/epcList/", "1")]
    [InlineData("/epcList/0/a", "1")]
    [InlineData("/readPoint/id", "1")]
    [InlineData("/@context/0", "1")]
    [InlineData("/quantityList/0", """{"a":1}""")]
    [InlineData("/quantityList/0/a/b", "1")]
    [InlineData("/quantityList/x/a", "1")]
    [InlineData("/ilmd/a/b", "1")]
    public void Any_other_way_to_cut_an_event_up_is_not_prescribed(string pointer, string value) =>
        Assert.False(EventFields.IsPrescribed(pointer, Encoding.UTF8.GetBytes(value)));

    [Theory]
    [InlineData("""{"type":"ObjectEvent","epcList":["urn:a","urn:b"],"ilmd":{"a/b":1,"~":{"x":[]}},"quantityList":[{"epcClass":"c","quantity":1.50},{}],"@context":["urn:a"],"empty":[],"none":{}}""")]
    [InlineData("""{"a":"\u00e4","list":[0,1,2,3,4,5,6,7,8,9,10,11]}""")]
    [InlineData("{}")]
    public void All_fields_together_are_the_event_again(string json)
    {
        var (_, disclosures) = EventCommitment.Make(Parse(json), Digest.Zero);
        Assert.Equal(json, Encoding.UTF8.GetString(EventFields.Assemble(disclosures)));
    }

    [Fact]
    public void Some_fields_are_the_event_without_the_others()
    {
        const string json = """{"type":"ObjectEvent","epcList":["urn:a","urn:b","urn:c"],"ilmd":{"x":1,"y":2},"quantityList":[{"epcClass":"c","quantity":5},{"epcClass":"d"}]}""";
        string[] hidden = ["/epcList/0", "/ilmd/y", "/quantityList/0/quantity"];
        var (_, disclosures) = EventCommitment.Make(Parse(json), Digest.Zero);
        var shown = EventFields.Assemble([.. disclosures.Where(d => !hidden.Contains(d.Pointer))]);
        Assert.Equal("""{"type":"ObjectEvent","epcList":["urn:b","urn:c"],"ilmd":{"x":1},"quantityList":[{"epcClass":"c"},{"epcClass":"d"}]}""", Encoding.UTF8.GetString(shown));
    }

    internal static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}

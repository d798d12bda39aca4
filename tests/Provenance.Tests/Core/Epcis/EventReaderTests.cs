using System.Text;
using System.Text.Json;
using Provenance.Core.Epcis;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Core.Epcis;

public class EventReaderTests
{
    [Theory]
    [InlineData("""{"own":"https://ns.example.com/own"}""", true)]
    [InlineData("""{"@vocab":"https://ns.example.com/"}""", true)]
    [InlineData("\"https://ns.example.com/context.jsonld\"", true)]
    [InlineData("""{"other":"https://ns.example.com/own"}""", false)]
    [InlineData("""{"@vocab":"https://ref.gs1.org/epcis/"}""", false)]
    [InlineData("""{"@import":"https://ns.example.com/"}""", false)]
    public void A_name_without_namespace_needs_a_context_that_may_define_it(string context, bool accepted)
    {
        var own = $"[\"https://ref.gs1.org/standards/epcis/epcis-context.jsonld\",{context}]";
        Assert.Equal(accepted, Read(EventWith("@context", own)[..^1] + ",\"own\":1}").Problems.Count == 0);
        // A term of EPCIS is never an extension.
        Assert.NotEmpty(Read(EventWith("@context", own)[..^1] + ",\"parentID\":\"urn:a:b\"}").Problems);
    }

    [Theory]
    [InlineData("""{"location":{"@id":"ex:location","@type":"@id"},"shipping":"https://ns.example.com/shipping"}""", "\"location\":\"urn:a:b\",\"shipping\":1")]
    [InlineData("""{"ex:when":{"@type":"xsd:date"}}""", "\"ex:when\":\"2026-11-21\"")]
    [InlineData("""{"Part":{"@id":"https://ns.example.com/Part","@context":{"weight":"https://ns.example.com/weight"}}}""", "\"Part\":{\"weight\":1}")]
    [InlineData("""{"lot":"urn:epcglobal:cbv:mda:lotNumber"}""", "\"lot\":\"A\",\"urn:epcglobal:cbv:mda:lotNumber\":\"A\"")]
    [InlineData("{}", "\"https://ns.example.com/pass\":{\"@context\":[\"https://www.w3.org/2018/credentials/v1\",{\"p\":\"urn:a:p\"}],\"type\":[\"VerifiableCredential\"],\"id\":\"urn:a:b\"}")]
    [InlineData("{}", "\"quantityList\":[{\"epcClass\":\"urn:epc:idpat:sgtin:*.*.*\"},{\"epcClass\":\"urn:epc:idpat:sgtin:4012345.*.*\"}]")]
    [InlineData("{}", "\"certificationInfo\":[],\"sensorElementList\":[{\"id\":\"_:s\",\"type\":[\"ex:Reading\"],\"sensorReport\":[{\"type\":\"Temperature\"}]}]")]
    public void What_JSON_LD_and_the_schema_allow_is_accepted(string context, string members)
    {
        var own = $"[\"https://raw.githubusercontent.com/gs1/EPCIS/master/epcis-context.jsonld\",{context}]";
        Assert.Empty(Read(EventWith("@context", own)[..^1] + $",{members}}}").Problems);
    }

    [Theory]
    [InlineData("\"schemaVersion\":\"2.0\"", "\"schemaVersion\":2.0", null)]
    [InlineData("\"schemaVersion\":\"2.0\"", "\"schemaVersion\":\"1.2\"", "/schemaVersion")]
    [InlineData("\"schemaVersion\":\"2.0\"", "\"schemaVersion\":\"two\"", "/schemaVersion")]
    [InlineData("\"schemaVersion\":\"2.0\",", "", "/schemaVersion")]
    [InlineData("\"schemaVersion\"", "\"id\":\"_:document1\",\"schemaVersion\"", null)]
    [InlineData("\"schemaVersion\"", "\"id\":\"document1\",\"schemaVersion\"", "/id")]
    [InlineData("\"schemaVersion\"", "\"sender\":\"a\",\"receiver\":\"b\",\"instanceIdentifier\":\"c\",\"ex:more\":1,\"schemaVersion\"", null)]
    [InlineData("\"schemaVersion\"", "\"sender\":1,\"schemaVersion\"", "/sender")]
    [InlineData("\"schemaVersion\"", "\"note\":1,\"schemaVersion\"", "/note")]
    [InlineData("\"creationDate\":\"2026-11-21T14:31:00Z\"", "\"creationDate\":\"yesterday\"", "/creationDate")]
    [InlineData("\"schemaVersion\"", "\"epcisHeader\":[],\"schemaVersion\"", "/epcisHeader")]
    [InlineData("\"schemaVersion\"", "\"epcisHeader\":{\"epcisMasterData\":{\"vocabularyList\":[{\"type\":\"place\"}]}},\"schemaVersion\"", "/epcisHeader/epcisMasterData/vocabularyList/0/type")]
    [InlineData("\"schemaVersion\"", "\"epcisHeader\":{\"epcisMasterData\":{\"vocabularyList\":[{\"type\":\"urn:a:b\",\"vocabularyElementList\":[{\"id\":\"urn:a:c\",\"attributes\":[{\"id\":\"urn:a:d\",\"attribute\":[]}]}]}]}},\"schemaVersion\"", "/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/0/attributes/0/attribute")]
    public void What_stands_around_the_events_has_rules_too(string part, string instead, string? fault)
    {
        var reading = Read(Document(Event).Replace(part, instead, StringComparison.Ordinal));
        Assert.Equal(fault is null ? [] : [fault], reading.Problems.Select(p => p.Path));
        Assert.Equal(fault is not null, reading.IsUnreadable);
    }

    [Fact]
    public void A_stored_event_is_the_received_one_without_white_space_and_with_its_effective_context()
    {
        const string received = """
            { "type" : "ObjectEvent", "eventTime":"2026-11-21T14:30:00.500+01:00","eventTimeZoneOffset":"+01:00", "action":"ADD",
              "quantityList":[ {"epcClass":"urn:epc:class:lgtin:4012345.011111.4444","quantity":1.50e1} ], "ex:note":"a \u00fc \/ b" }
            """;
        var e = Assert.Single(Read(Document(received)).Events);
        Assert.Equal(
            """{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"ex":"https://ns.example.com/"}],"type":"ObjectEvent","""
            + "\"eventTime\":\"2026-11-21T14:30:00.500+01:00\",\"eventTimeZoneOffset\":\"+01:00\",\"action\":\"ADD\",\"quantityList\":["
            + """{"epcClass":"urn:epc:class:lgtin:4012345.011111.4444","quantity":1.50e1}],"ex:note":"a \u00fc \/ b"}""",
            Encoding.UTF8.GetString(e.Stored.Span));
        Assert.Null(e.EventId);
        Assert.Equal(DateTimeOffset.Parse("2026-11-21T13:30:00.500Z", null), e.EventTime);
    }

    [Fact]
    public void The_context_of_the_document_comes_before_the_events_own()
    {
        var own = """["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"ex":"https://other.example/"}]""";
        var e = Assert.Single(Read(Document(EventWith("@context", own))).Events);
        Assert.Equal(
            """["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"ex":"https://ns.example.com/"},{"ex":"https://other.example/"}]""",
            e.Json.GetProperty("@context").GetRawText());
    }

    [Fact]
    public void What_is_ours_is_added_behind_what_was_received()
    {
        var e = Assert.Single(Read(Document(Event)).Events).With("urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427", "abc");
        Assert.EndsWith(
            ""","bizStep":"shipping","eventID":"urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427","prov:source":"abc"}""",
            Encoding.UTF8.GetString(e.Stored.Span), StringComparison.Ordinal);
        Assert.Contains("""{"prov":"urn:uuid:""", Encoding.UTF8.GetString(e.Stored.Span), StringComparison.Ordinal);
        Assert.Equal("urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427", e.EventId);
    }

    [Fact]
    public void A_good_event_beside_a_bad_one_is_still_read()
    {
        var reading = Read(Document(Event, EventWith("action", "\"CREATE\""), Event));
        Assert.Equal([1, 3], reading.Events.Select(e => e.Number));
        var problem = Assert.Single(reading.Problems);
        Assert.Equal("""event 2: /epcisBody/eventList/1/action is none of ADD, OBSERVE and DELETE: "CREATE" """.TrimEnd(), problem.ToString());
    }

    [Theory]
    [InlineData("type", null)]
    [InlineData("type", "\"ObjectEventInvalid\"")]
    [InlineData("action", null)]
    [InlineData("eventTime", null)]
    [InlineData("eventTime", "\"2026-11-21T14:30:00\"")]
    [InlineData("eventTime", "\"2026-02-30T14:30:00Z\"")]
    [InlineData("eventTimeZoneOffset", null)]
    [InlineData("eventTimeZoneOffset", "\"+14:30\"")]
    [InlineData("epcList", null)]
    [InlineData("epcList", "[\"4012345\"]")]
    [InlineData("epcList", "[\"urn:a:b\",\"urn:a:b\"]")]
    [InlineData("epcList", "[\"urn:epc:id:sgtin:0614141.7346.2017\"]")]
    [InlineData("epcList", "[\"https://id.gs1.org/01/10614141073465/21/2017\"]")]
    [InlineData("readPoint", "{\"id\":\"https://id.gs1.org/414/4012345000116\"}")]
    [InlineData("eventID", "\"42\"")]
    [InlineData("eventID", "\"not a uri:x\"")]
    [InlineData("bizStep", "\"transforming\"")]
    [InlineData("bizStep", "\"urn:epcglobal:cbv:bizstep:transforming\"")]
    [InlineData("disposition", "\"in_transport\"")]
    [InlineData("persistentDisposition", "{}")]
    [InlineData("ilmd", "{}")]
    [InlineData("parentID", "\"urn:epc:id:sscc:0614141.1234567890\"")]
    [InlineData("quantityList", "[{\"epcClass\":\"urn:a:b\",\"quantity\":\"1\"}]")]
    [InlineData("quantityList", "[{\"epcClass\":\"urn:a:b\",\"ex:unit\":1}]")]
    [InlineData("note", "\"no namespace\"")]
    [InlineData("epcis:disposition", "\"active\"")]
    [InlineData("urn:uuid:44db9b31-c70d-40eb-bade-f10ef1a55b1b#basis", "\"papers\"")]
    [InlineData("prov:source", "\"theirs\"")]
    [InlineData("ex:a", "{\"b\":[{\"@context\":{\"prov\":\"https://ns.example.com/\"}}]}")]
    [InlineData("ex:a", "{\"@context\":null}")]
    [InlineData("errorDeclaration", "{\"reason\":\"did_not_occur\"}")]
    [InlineData("sensorElementList", "[{\"sensorReport\":[]}]")]
    [InlineData("@context", "{\"bizStep\":\"https://ns.example.com/step\"}")]
    [InlineData("@context", "{\"recalled\":\"https://ref.gs1.org/cbv/Disp-active\"}")]
    [InlineData("@context", "{\"ex2:state\":\"epcis:disposition\"}")]
    [InlineData("@context", "{\"ex2\":\"https://ref.gs1.org/epcis/\"}")]
    [InlineData("@context", "{\"ex2\":{\"@id\":\"https://ns.example.com/\",\"@context\":{\"eventID\":\"urn:a:b\"}}}")]
    [InlineData("@context", "{\"cbv\":\"https://ns.example.com/\"}")]
    [InlineData("@context", "{\"prov\":\"https://ns.example.com/\"}")]
    [InlineData("@context", "{\"p\":\"urn:uuid:44db9b31-c70d-40eb-bade-f10ef1a55b1b#\"}")]
    [InlineData("@context", "{\"kind\":\"@type\"}")]
    [InlineData("@context", "{\"@vocab\":\"https://ref.gs1.org/cbv/BizStep-\"}")]
    [InlineData("@context", "[null]")]
    [InlineData("@context", "[{\"a\":\"urn:a:b\"},{\"a\":\"urn:a:b\"}]")]
    [InlineData("id", "\"event1\"")]
    public void An_event_that_breaks_a_rule_is_refused_and_the_place_named(string name, string? value)
    {
        var reading = Read(Document(Event, EventWith(name, value)));
        Assert.Single(reading.Events);
        var problem = Assert.Single(reading.Problems.Where(p => p.Rule.Length > 0).Take(1));
        Assert.Equal(2, problem.Event);
        Assert.StartsWith("/epcisBody/eventList/1", problem.Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"AggregationEvent","action":"ADD","childEPCs":["urn:a:b"]}""", "/parentID")]
    [InlineData("""{"type":"AggregationEvent","action":"DELETE"}""", "/parentID")]
    [InlineData("""{"type":"AggregationEvent","action":"OBSERVE","parentID":"urn:a:b"}""", "")]
    [InlineData("""{"type":"AssociationEvent","action":"OBSERVE","childEPCs":["urn:a:b"]}""", "/parentID")]
    [InlineData("""{"type":"TransactionEvent","action":"ADD","epcList":["urn:a:b"]}""", "/bizTransactionList")]
    [InlineData("""{"type":"TransactionEvent","action":"ADD","bizTransactionList":[{"bizTransaction":"urn:a:b"}]}""", "")]
    [InlineData("""{"type":"TransformationEvent","inputEPCList":["urn:a:b"]}""", "")]
    [InlineData("""{"type":"TransformationEvent","transformationID":"urn:a:b"}""", "")]
    [InlineData("""{"type":"TransformationEvent","action":"ADD","inputEPCList":["urn:a:b"],"outputEPCList":["urn:a:c"]}""", "/action")]
    public void Each_type_has_its_own_required_members(string members, string place)
    {
        var e = """{"eventTime":"2026-11-21T14:30:00Z","eventTimeZoneOffset":"+01:00",""" + members[1..];
        var problem = Assert.Single(Read(Document(e)).Problems);
        Assert.Equal("/epcisBody/eventList/0" + place, problem.Path);
    }

    [Fact]
    public void A_bare_event_needs_a_context_that_names_the_EPCIS_context()
    {
        Assert.Empty(Read(EventWith("@context", Context)).Problems);
        Assert.NotEmpty(Read(Event).Problems);
        Assert.NotEmpty(Read(EventWith("@context", """{"ex":"https://ns.example.com/"}""")).Problems);
        Assert.True(Read(EventWith("@context", Context)).IsBareEvent);
    }

    [Fact]
    public void An_event_type_of_ones_own_is_named_by_a_URI()
    {
        Assert.Empty(Read(Document(EventWith("type", "\"ex:InspectionEvent\""))).Problems);
    }

    [Fact]
    public void A_bent_context_of_the_document_refuses_all_its_events()
    {
        var reading = Read(Document(Event).Replace("\"ex\":", "\"epcList\":", StringComparison.Ordinal));
        Assert.True(reading.IsUnreadable);
        Assert.Equal("/@context/1/epcList", Assert.Single(reading.Problems).Path);
    }
}

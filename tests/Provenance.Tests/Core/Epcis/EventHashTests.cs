using System.Text.Json;
using Provenance.Core.Epcis;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Core.Epcis;

public class EventHashTests
{
    [ConformanceFact]
    public void Hashes_equal_the_stable_core_vectors()
    {
        var vectors = Conformance.Json("epcis-hash/stable-core-vectors.json").EnumerateObject().Where(d => d.Name.EndsWith(".jsonld", StringComparison.Ordinal));
        var checkedEvents = 0;
        foreach (var document in vectors)
        {
            var events = EventReader.Read(File.ReadAllBytes(Conformance.PathOf("epcis-hash/documents/" + document.Name))).Events;
            foreach (var vector in document.Value.EnumerateArray())
            {
                var e = events[vector.GetProperty("index").GetInt32()].Json;
                Assert.Equal(vector.GetProperty("prehash").GetString(), EventHash.PreHash(e));
                Assert.Equal(vector.GetProperty("hash").GetString(), EventHash.Compute(e));
                checkedEvents++;
            }
        }
        Assert.True(checkedEvents >= 14, $"only {checkedEvents} events checked");
    }

    [ConformanceTheory]
    [InlineData("CBV2.0", EventHashVersion.Cbv20)]
    [InlineData("CBV2.1", EventHashVersion.Cbv21)]
    public void Hashes_equal_those_of_the_reference_today(string name, EventHashVersion version)
    {
        foreach (var document in Conformance.Json("epcis-hash/current-reference-expected.json").GetProperty(name).EnumerateObject())
        {
            var events = EventReader.Read(File.ReadAllBytes(Conformance.PathOf($"epcis-hash/documents/{document.Name}.jsonld"))).Events;
            var expected = document.Value.EnumerateArray().ToList();
            Assert.Equal(expected.Select(v => v.GetProperty("prehash").GetString()), events.Select(e => EventHash.PreHash(e.Json, version)));
            Assert.Equal(expected.Select(v => v.GetProperty("hash").GetString()), events.Select(e => EventHash.Compute(e.Json, version)));
        }
    }

    [ConformanceFact]
    public void Hashes_equal_the_stable_core_vectors_that_exist_in_XML()
    {
        foreach (var document in Conformance.Json("epcis-hash/stable-core-vectors.json").EnumerateObject().Where(d => d.Name.EndsWith(".xml", StringComparison.Ordinal)))
        {
            var events = XmlEvents.Read(Conformance.PathOf("epcis-hash/documents/" + document.Name));
            foreach (var vector in document.Value.EnumerateArray())
            {
                var e = events[vector.GetProperty("index").GetInt32()];
                Assert.Equal((document.Name, vector.GetProperty("prehash").GetString()), (document.Name, EventHash.PreHash(e)));
                Assert.Equal(vector.GetProperty("hash").GetString(), EventHash.Compute(e));
            }
        }
    }

    [ConformanceFact]
    public void All_events_of_a_document_of_equal_ones_hash_alike()
    {
        var files = Directory.GetFiles(Conformance.PathOf("epcis-hash/expected-equal"), "*.xml");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var events = XmlEvents.Read(file);
            Assert.InRange(events.Count, 2, 100);
            foreach (var version in Enum.GetValues<EventHashVersion>())
            {
                Assert.Single(events.Select(e => EventHash.PreHash(e, version)).Distinct());
                Assert.Single(events.Select(e => EventHash.Compute(e, version)).Distinct());
            }
        }
    }

    [Theory]
    [InlineData("eventTime", "\"2026-11-21T13:30:00.500Z\"")]
    [InlineData("eventTime", "\"2026-11-21T13:30:00.49951Z\"")]
    [InlineData("epcList", "[\"https://id.gs1.org/01/10614141073464/21/2017\"]")]
    [InlineData("epcList", "[\"https://shop.example/a/01/10614141073464/22/V/10/L/21/2017?17=261231\"]")]
    [InlineData("epcList", "[\"http://shop.example/gtin/10614141073464/ser/2017\"]")]
    [InlineData("bizStep", "\"urn:epcglobal:cbv:bizstep:shipping\"")]
    [InlineData("bizStep", "\"https://ref.gs1.org/cbv/BizStep-shipping\"")]
    [InlineData("bizStep", "\"cbv:BizStep-shipping\"")]
    [InlineData("recordTime", "\"2026-11-21T13:30:01Z\"")]
    [InlineData("eventID", "\"urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427\"")]
    [InlineData("certificationInfo", "\"https://cert.example/1\"")]
    [InlineData("errorDeclaration", "{\"declarationTime\":\"2026-11-22T13:30:01Z\"}")]
    [InlineData("rdfs:comment", "\"why\"")]
    [InlineData("quantityList", "[]")]
    public void Spelling_and_what_the_rule_leaves_out_do_not_change_the_hash(string name, string value) =>
        Assert.Equal(PreHashOf(Event), PreHashOf(EventWith(name, value)));

    [Theory]
    [InlineData("eventTimeZoneOffset", "\"+02:00\"")]
    [InlineData("action", "\"DELETE\"")]
    [InlineData("epcList", "[\"https://id.gs1.org/01/10614141073464/21/2018\"]")]
    [InlineData("disposition", "\"active\"")]
    [InlineData("ex:note", "\"more\"")]
    public void Anything_else_changes_the_hash(string name, string value) => Assert.NotEqual(PreHashOf(Event), PreHashOf(EventWith(name, value)));

    [Theory]
    [InlineData("1.50", "1.5")]
    [InlineData("\"+007.00\"", "7")]
    [InlineData("1.5e3", "1500")]
    [InlineData("\"-0.0\"", "0")]
    [InlineData("25e-3", "0.025")]
    [InlineData("12345678901234567890.10", "12345678901234567890.1")]
    [InlineData("\"  two words \"", "two words")]
    [InlineData("true", "true")]
    [InlineData("\"2026-11-21T14:30:00+01:00\"", "2026-11-21T13:30:00.000Z")]
    [InlineData("\"ex:thing\"", "https://ns.example.com/thing")]
    public void Values_of_extensions_have_one_spelling(string json, string text) =>
        Assert.EndsWith("{https://ns.example.com/}note=" + text, PreHashOf(EventWith("ex:note", json)), StringComparison.Ordinal);

    [Fact]
    public void Extensions_nest_and_are_sorted()
    {
        var e = EventWith("ex:b", """[{"ex:z":[3,1],"ex:a":{}},"0"]""").Replace("\"bizStep\"", "\"ex:a\":null,\"bizStep\"", StringComparison.Ordinal);
        Assert.EndsWith(
            "BizStep-shipping{https://ns.example.com/}b=0{https://ns.example.com/}b{https://ns.example.com/}a{https://ns.example.com/}z=1{https://ns.example.com/}z=3",
            PreHashOf(e), StringComparison.Ordinal);
    }

    [Fact]
    public void Extensions_inside_standard_fields_come_last_behind_their_parents_tag()
    {
        var e = EventWith("sensorElementList", """[{"ex:e":1,"sensorMetadata":{"ex:m":2,"time":"2026-11-21T13:30:00Z"},"sensorReport":[{"type":"gs1:Temperature","value":4.0,"ex:r":3}]}]""");
        Assert.EndsWith(
            "sensorElementsensorMetadatatime=2026-11-21T13:30:00.000ZsensorReporttype=https://ref.gs1.org/voc/Temperaturevalue=4"
            + "sensorElementsensorMetadata{https://ns.example.com/}m=2sensorReport{https://ns.example.com/}r=3{https://ns.example.com/}e=1",
            PreHashOf(e), StringComparison.Ordinal);
    }

    [Fact]
    public void By_CBV_2_1_extensions_stay_in_their_place_and_the_list_of_sensor_elements_has_a_tag()
    {
        var e = EventWith("sensorElementList", """[{"ex:e":1,"sensorMetadata":{"ex:m":2,"time":"2026-11-21T13:30:00Z"},"sensorReport":[{"type":"Temperature","ex:r":3}]}]""");
        Assert.EndsWith(
            "sensorElementListsensorElementsensorMetadatatime=2026-11-21T13:30:00.000Z{https://ns.example.com/}m=2"
            + "sensorReporttype=https://ref.gs1.org/voc/Temperature{https://ns.example.com/}r=3{https://ns.example.com/}e=1",
            EventHash.PreHash(Assert.Single(Read(Document(e)).Events).Json, EventHashVersion.Cbv21), StringComparison.Ordinal);
    }

    private static string PreHashOf(string e) => EventHash.PreHash(Assert.Single(Read(Document(e)).Events).Json);
}

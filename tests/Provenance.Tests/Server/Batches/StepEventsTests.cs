using System.Text.Json;
using System.Text.Json.Nodes;
using Provenance.Core.Epcis;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Batches;
using Provenance.Server.Tracing;

namespace Provenance.Tests.Server.Batches;

/// <summary>What an event is made of, member by member. The table of plain-api.md, row by row: <see cref="StepsTests"/>.</summary>
public sealed class StepEventsTests
{
    private const string Honey = "https://id.gs1.org/01/09506000134352/10/HO-1";
    private const string Pallet = "https://id.gs1.org/00/095201234567891235";
    private const string Context = $$"""["{{ProvTerms.EpcisContext}}",{"prov":"{{ProvTerms.Namespace}}"}]""";
    private const string Where = """ "prov:place":"Imkerei","prov:city":"Imst","prov:country":"AT" """;
    private const string Stays = """ "readPoint":{"id":"https://id.gs1.org/414/9521321000018"},"bizLocation":{"id":"https://id.gs1.org/414/9521321000018"} """;

    private static readonly OwnIds Ids = new("https://trace.example.com", []);
    private static readonly IReadOnlyDictionary<string, JsonElement> NoFields = new Dictionary<string, JsonElement>();
    private static readonly EventTime At = new("2026-11-21T14:30:00+01:00", "+01:00", IsDay: false);

    private static readonly StepCommon Plain = new(
        "https://id.gs1.org/417/9521321000001", Ids, "imker", At, new StepPlace("https://id.gs1.org/414/9521321000018", "Imkerei", "Imst", "AT"), "AT", [], null, [], [], NoFields);

    [Fact]
    public void Outputs_whose_ilmd_differs_are_events_of_one_transformation_and_only_the_first_has_inputs()
    {
        var rye = Output(Lot("https://id.gs1.org/01/09506000134369/10/B-1", 80, null, "Rye"));
        var wheat = Output(Lot("https://id.gs1.org/01/09506000134376/10/B-2", 20, null, "Wheat"));
        var step = new Transform(Plain, [Lot(Honey, 60, "KGM")], [rye with { UseBy = new DateOnly(2026, 11, 27) }, wheat], "commissioning", "active");

        AssertEvents(step,
            $$"""
            {"@context":{{Context}},"eventID":"urn:uuid:2","type":"TransformationEvent","eventTime":"2026-11-21T14:30:00+01:00","eventTimeZoneOffset":"+01:00",
             "inputQuantityList":[{"epcClass":"{{Honey}}","quantity":60,"uom":"KGM"}],
             "outputQuantityList":[{"epcClass":"https://id.gs1.org/01/09506000134369/10/B-1","quantity":80}],
             "transformationID":"urn:uuid:1","bizStep":"commissioning","disposition":"active",{{Stays}},"ilmd":{"cbvmda:itemExpirationDate":"2026-11-27"},"prov:productName":"Rye",{{Where}}}
            """,
            $$"""
            {"@context":{{Context}},"eventID":"urn:uuid:3","type":"TransformationEvent","eventTime":"2026-11-21T14:30:00+01:00","eventTimeZoneOffset":"+01:00",
             "outputQuantityList":[{"epcClass":"https://id.gs1.org/01/09506000134376/10/B-2","quantity":20}],
             "transformationID":"urn:uuid:1","bizStep":"commissioning","disposition":"active",{{Stays}},"prov:productName":"Wheat",{{Where}}}
            """);
    }

    [Fact]
    public void Outputs_with_one_ilmd_share_an_event()
    {
        var step = new Transform(Plain, [Lot(Honey, 60, "KGM")], [Output(Lot(Honey + "A", 1, null)), Output(Lot(Honey + "B", 2, null))], "repackaging", null);

        var e = Assert.Single(Build(step))!;
        Assert.Equal(2, e["outputQuantityList"]!.AsArray().Count);
        Assert.Null(e["transformationID"]);
        Assert.Equal(("repackaging", null), ((string?)e["bizStep"], e["disposition"]));
    }

    [Fact]
    public void Common_fields_stand_where_EPCIS_has_them()
    {
        var hash = new string('a', 64);
        var common = Plain with
        {
            At = At with { IsDay = true },
            Place = null,
            Note = "first of the year",
            Documents = [new GivenDocument("desadv", "LS 881/a", "https://a.example/x.pdf", hash), new GivenDocument("po", "7", null, null)],
            Certificates = [new GivenCertificate("Organic", "AT-1", "ABG", new DateOnly(2026, 1, 1), null, null, hash, "lot")],
            Readings = [new StepReading("Temperature", 4.5m, "CEL", null, null, 4m, true), new StepReading("RelativeHumidity", 70m, "P1", null, null, null, false)],
            Own = new Dictionary<string, JsonElement> { ["hive"] = JsonElement.Parse("12") },
        };

        AssertEvents(new Nesting(common, new NestingWords("AggregationEvent", "DELETE", "unpacking", "from", "contents", ""), Item(Pallet), []),
            $$"""
            {"@context":["{{ProvTerms.EpcisContext}}",{"prov":"{{ProvTerms.Namespace}}","own":"https://trace.example.com/id/imker/terms#"}],
             "eventID":"urn:uuid:1","type":"AggregationEvent","eventTime":"2026-11-21T14:30:00+01:00","eventTimeZoneOffset":"+01:00",
             "parentID":"{{Pallet}}","action":"DELETE","bizStep":"unpacking",
             "bizTransactionList":[{"type":"desadv","bizTransaction":"https://trace.example.com/id/imker/doc/desadv/LS%20881%2Fa"},
                                   {"type":"po","bizTransaction":"https://trace.example.com/id/imker/doc/po/7"}],
             "prov:documents":[{"bizTransaction":"https://trace.example.com/id/imker/doc/desadv/LS%20881%2Fa","url":"https://a.example/x.pdf","sha256":"{{hash}}"}],
             "sensorElementList":[{"sensorMetadata":{"time":"2026-11-21T14:30:00+01:00"},
                                   "sensorReport":[{"type":"Temperature","value":4.5,"uom":"CEL","exception":"ALARM_CONDITION","prov:max":4},{"type":"RelativeHumidity","value":70,"uom":"P1"}]}],
             "certificationInfo":["https://trace.example.com/id/imker/doc/cert/AT-1"],
             "gs1:certification":[{"type":"gs1:CertificationDetails","gs1:certificationStandard":"Organic","gs1:certificationIdentification":"AT-1",
                                   "gs1:certificationAgency":"ABG","gs1:certificationStartDate":"2026-01-01","gs1:certificationSubject":"lot","prov:sha256":"{{hash}}"}],
             "rdfs:comment":"first of the year","prov:country":"AT","prov:timePrecision":"day","own:hive":12}
            """);
    }

    /// <summary>Equal as JSON and in the order of members, and what our own reader of EPCIS takes without a word.</summary>
    private static void AssertEvents(Step step, params string[] expected)
    {
        var events = Build(step);
        Assert.Equal(expected.Select(json => JsonNode.Parse(json)!.ToJsonString()), events.Select(e => e!.ToJsonString()));
        foreach (var e in events)
        {
            Assert.Empty(EventReader.Read(System.Text.Encoding.UTF8.GetBytes(e!.ToJsonString())).Problems);
        }
    }

    private static List<JsonNode?> Build(Step step)
    {
        var ids = 0;
        return [.. step.Build(() => $"urn:uuid:{++ids}").Select(bytes => JsonNode.Parse(bytes))];
    }

    private static StepOutput Output(StepPortion portion) => new(portion, null, null, null, null, null, NoFields);

    private static StepPortion Lot(string uri, decimal value, string? uom, string name = "Honey") => new(Item(uri), new Amount(value, uom), name);

    private static ItemId Item(string uri) => ItemId.TryParse(uri, Ids, out var item, out var error) ? item : throw new ArgumentException(error);
}

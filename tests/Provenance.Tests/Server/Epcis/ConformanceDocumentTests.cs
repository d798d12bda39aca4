using System.Net;
using System.Text.Json.Nodes;
using Provenance.Core.Epcis;
using Provenance.Core.Proofs;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Server.Epcis;

/// <summary>
/// Every JSON document that others wrote for EPCIS 2.0: each is captured, in a party of its own because some share eventIDs, and comes back
/// equal, but for those listed here with the rule they break. The rules know no file: the list only says what they should find.
/// </summary>
public sealed class ConformanceDocumentTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly string[] Folders =
        ["epcis/gs1/JSON", "epcis/gs1/JSON-simple-context", "epcis/gs1/XML", "epcis/openepcis/2.0/EPCIS/JSON", "epcis/scenarios", "epcis-hash/documents", "epcis-hash/expected-equal"];

    private const string Capture = "epcis/openepcis/2.0/EPCIS/JSON/Capture/Invalid/";
    private const string Scenario = "epcis/scenarios/extensions/eu/";
    private const string First = "/epcisBody/eventList/0/";

    /// <summary>GS1's JSON Schema wants a number.</summary>
    private const string NoNumber = "is no number";

    /// <summary>The first rule that each breaks, with its place. GS1's JSON Schema refuses all of them but the one of lgtin.</summary>
    private static readonly Dictionary<string, (string Field, string Rule)> Broken = new()
    {
        // Meant to be wrong.
        [Capture + "Combination_of_events_with_missing_mandatory_fields.json"] = (First + "action", "is missing"),
        [Capture + "Combination_of_multiple_invalid_fields.json"] = (First + "bizStep", "is no CBV business step and no URI"),
        [Capture + "Combination_of_non_standard_bizStep_and_disposition.json"] = (First + "bizStep", "is no CBV business step and no URI"),
        [Capture + "EPCISDocument_without_context.json"] = ("/@context", "is missing"),
        [Capture + "ObjectEvent_with_invalid_action.json"] = (First + "action", "is none of ADD, OBSERVE and DELETE"),
        [Capture + "ObjectEvent_with_invalid_certificationInfo.json"] = (First + "certificationInfo/0", "is no absolute URI"),
        [Capture + "ObjectEvent_with_invalid_eventTime_format.json"] = (First + "eventTime", "is no time with an offset"),
        [Capture + "ObjectEvent_with_non_standard_bizStep.json"] = (First + "bizStep", "is no CBV business step and no URI"),
        [Capture + "ObjectEvent_with_non_standard_disposition.json"] = (First + "disposition", "is no CBV disposition and no URI"),
        [Capture + "ObjectEvent_with_quantity_as_text.json"] = (First + "quantityList/0/quantity", NoNumber),
        [Capture + "ObjectEvent_without_action_and_eventTime.json"] = (First + "eventTime", "is missing"),
        ["epcis/openepcis/2.0/EPCIS/JSON/Query/Invalid/QueryDocument_with_invalid_eventType.json"] =
            ("/epcisBody/queryResults/resultsBody/eventList/0/type", "is no EPCIS event type and no URI of another"),
        ["epcis/openepcis/2.0/EPCIS/JSON/Query/Queries/Invalid/Query_with_invalid_values.json"] = ("type", "This is one event without an EPCISDocument around it"), // a query: see below

        // Wrong by accident. EPCIS 2.0 §7.4.2: ilmd is for events of action ADD.
        ["epcis/gs1/JSON-simple-context/WithFullCombinationOfFields/object_event_all_possible_fields.jsonld"] = (First + "ilmd", "is allowed only with action ADD"),
        // §7.4.6: a transformation has no action.
        [Scenario + "battery/epcis/amperia-staxwall-lifecycle.jsonld"] = (First + "action", "does not belong here"),
        [Scenario + "iron-steel/epcis/transformation-rolling.jsonld"] = (First + "action", "does not belong here"),
        // CBV 2.0 §7.5 lists did_not_occur and incorrect_data; urn:epcglobal:cbv: is for words that are listed.
        [Scenario + "battery/epcis/negative-event.jsonld"] = (First + "errorDeclaration/reason", "is no CBV error reason and no URI"),
        // TDS 2.0 §6.3: an lgtin has digits before its lot.
        [Scenario + "electronics/epcis/weee-disposal.jsonld"] =
            ("/epcisBody/eventList/2/outputQuantityList/0/epcClass", "is no valid GS1 identifier"),
        [Scenario + "battery/epcis/carbon-footprint.jsonld"] = (First + "sensorElementList/0/sensorReport/0/value", NoNumber),
        [Scenario + "battery/epcis/temperature-extreme.jsonld"] = (First + "sensorElementList/0/sensorReport/0/value", NoNumber),
        [Scenario + "electronics/epcis/commissioning.jsonld"] = (First + "sensorElementList/0/sensorReport/0/value", NoNumber),
        [Scenario + "eudr/epcis/harvesting.jsonld"] = (First + "sensorElementList/0/sensorReport/0/value", NoNumber),
        [Scenario + "ppwr/epcis/deposit-return.jsonld"] = (First + "sensorElementList/0/sensorReport/0/value", NoNumber),
    };

    [ConformanceFact]
    public async Task Every_valid_document_comes_back_as_it_was_captured_and_every_other_is_refused_for_what_it_breaks()
    {
        var found = Files(Folders).ToDictionary(file => Path.GetRelativePath(Conformance.Folder!, file).Replace('\\', '/'));
        Assert.Empty(Broken.Keys.Except(found.Keys));
        Assert.Empty(found.Keys.Where(name => name.Contains("/Invalid/", StringComparison.Ordinal)).Except(Broken.Keys));
        foreach (var (name, file) in found)
        {
            var json = await File.ReadAllTextAsync(file);
            var (party, size) = (await ledger.NewPartyAsync(), ledger.Size());
            if (Broken.TryGetValue(name, out var broken))
            {
                var problem = await RefusedAsync(await party.PostAsync("/capture", json), "epcisException:ValidationException");
                Assert.Equal((name, broken.Field), (name, problem["field"]!.GetValue<string>()));
                Assert.Contains(broken.Rule, problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
                Assert.Equal(size, ledger.Size());
            }
            else
            {
                await AssertComesBackAsync(name, json, party);
            }
        }
        ledger.Check();
        await AssertEveryEntryVerifiesAsync();
    }

    [ConformanceFact]
    public async Task The_invalid_query_is_refused_as_a_query_too()
    {
        var query = await File.ReadAllTextAsync(Conformance.PathOf("epcis/openepcis/2.0/EPCIS/JSON/Query/Queries/Invalid/Query_with_invalid_values.json"));
        var problem = await RefusedAsync(await ledger.Admin.PostAsync("/queries", $$"""{"name":"wrong","query":{{query}}}"""), "epcisException:QueryParameterException");
        Assert.Equal("GE_eventTime", problem["field"]!.GetValue<string>());
        Assert.Equal("not-a-date", problem["value"]!.GetValue<string>());
        await RefusedAsync(await ledger.Admin.PostAsync("/queries", query), "epcisException:QueryValidationException");
        await RefusedAsync(await ledger.Admin.GetAsync("/events?EQ_action=SHIPPED"), "epcisException:QueryParameterException");
        await RefusedAsync(await ledger.Admin.GetAsync("/events?orderBy=eventTime&orderDirection=SIDEWAYS"), "epcisException:QueryParameterException");
    }

    private static async Task AssertComesBackAsync(string name, string json, HttpClient party)
    {
        var reading = EventReader.Read(System.Text.Encoding.UTF8.GetBytes(json));
        if (reading.IsBareEvent)
        {
            var answer = await party.PostAsync("/events", json);
            Assert.True(answer.StatusCode == HttpStatusCode.Created, name + await answer.Content.ReadAsStringAsync());
        }
        else
        {
            Assert.True((await party.CaptureAsync(json)).Succeeded(), name);
        }
        foreach (var sent in reading.Events)
        {
            var found = await party.EventsAsync(sent.EventId ?? EventHash.Compute(sent.Json));
            var expected = Comparable(JsonNode.Parse(sent.Stored.Span)!, sent.EventId is not null);
            Assert.True(found.Any(e => JsonNode.DeepEquals(expected, Comparable(e, sent.EventId is not null))), $"{name}, event {sent.Number}");
            Assert.All(found, e => Assert.Equal("2026-11-21T14:30:00.000Z", e["recordTime"]!.GetValue<string>()));
        }
    }

    /// <summary>An event without what is ours: recordTime, and the id of one that came without.</summary>
    private static JsonObject Comparable(JsonNode e, bool hasId)
    {
        var copy = e.DeepClone().AsObject();
        copy.Remove("recordTime");
        if (!hasId)
        {
            copy.Remove("eventID");
        }
        // A context that all events share stands at the top of the answer.
        if (!copy.ContainsKey("@context"))
        {
            copy["@context"] = e.Root["@context"]!.DeepClone();
        }
        return copy;
    }

    private static async Task<JsonNode> RefusedAsync(HttpResponseMessage answer, string type)
    {
        var problem = await answer.JsonAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, problem.ToJsonString());
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(type, problem["type"]!.GetValue<string>());
        return problem;
    }

    /// <summary>As an auditor would: by the proof alone.</summary>
    private async Task AssertEveryEntryVerifiesAsync()
    {
        for (var leaf = 0L; leaf < ledger.Size(); leaf++)
        {
            var proof = ProofJson.Parse(await ledger.Admin.GetByteArrayAsync($"/api/log/{leaf}/proof"));
            var findings = Verifier.Verify(proof, null);
            Assert.Equal(Verdict.Holds, findings[(int)Question.Content - 1].Verdict);
            Assert.Equal(Verdict.Holds, findings[(int)Question.Recorded - 1].Verdict);
            Assert.DoesNotContain(findings, finding => finding.Verdict == Verdict.DoesNotHold);
        }
    }
}

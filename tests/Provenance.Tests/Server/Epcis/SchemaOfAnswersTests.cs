using System.Text;
using System.Text.Json.Nodes;
using Provenance.Core.Epcis;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Server.Epcis;

/// <summary>The events of GS1's and OpenEPCIS' documents are answered by GS1's own JSON Schema, by a validator that is not ours.</summary>
public sealed class SchemaOfAnswersTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    private const string Schema = "epcis/gs1/spec/EPCIS-JSON-Schema.json";
    private const string Description = "epcis/gs1/spec/REST-Bindings/openapi.json";

    [AjvFact]
    public async Task Every_event_and_every_job_is_answered_by_the_schema()
    {
        var lines = new List<string>();
        foreach (var file in Files("epcis/gs1/JSON", "epcis/openepcis/2.0/EPCIS/JSON/Capture/Documents"))
        {
            var json = await File.ReadAllTextAsync(file);
            if (EventReader.Read(Encoding.UTF8.GetBytes(json)).IsBareEvent)
            {
                continue;
            }
            var own = await ledger.NewPartyAsync();
            var location = (await own.PostAsync("/capture", json)).Headers.Location;
            lines.AddRange(Job(file, await (await own.GetAsync(location)).JsonAsync()));
            foreach (var e in EventReader.Read(Encoding.UTF8.GetBytes(json)).Events.Where(IsOfTheFirstVersion))
            {
                foreach (var format in (string[])["Never_Translates", "Always_GS1_Digital_Link"])
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, "/events/" + Uri.EscapeDataString(e.EventId ?? EventHash.Compute(e.Json)));
                    request.Headers.Add("GS1-EPC-Format", format);
                    lines.Add(Line(Schema, "", file, await (await own.SendAsync(request)).JsonAsync()));
                }
            }
        }
        var faults = await JsonValidator.RunAsync("validate-json.mjs", lines);
        Assert.True(faults.Length == 0, faults);
    }

    [AjvFact]
    public async Task The_validator_finds_what_breaks_the_schema() =>
        Assert.Contains("made wrong", await JsonValidator.RunAsync("validate-json.mjs", [Line(Schema, "", "made wrong", JsonNode.Parse(Document(EventWith("action", "\"LOOK\"")))!)]), StringComparison.Ordinal);

    // The schema is that of 2.0.0. persistentDisposition on other types, a type in sensorElement and newer measurement types came later, URNs of CBV words it does not take at all.
    private static bool IsOfTheFirstVersion(ReceivedEvent e)
    {
        var text = Encoding.UTF8.GetString(e.Stored.Span);
        return !text.Contains("urn:epcglobal:cbv:", StringComparison.Ordinal) && !text.Contains("EffectiveDose", StringComparison.Ordinal)
            && !(e.Json.TryGetProperty("persistentDisposition", out _) && e.Type is not ("ObjectEvent" or "TransformationEvent"))
            && !text.Contains("\"type\":\"epcis:SensorElement\"", StringComparison.Ordinal);
    }

    // Its oneOf, errors or errorFile, requires neither, so that no job there is keeps it as it stands: each part by itself.
    private static IEnumerable<string> Job(string name, JsonNode job) =>
        [Line(Description, "#/components/schemas/CaptureJob/allOf/0", name, job), Line(Description, "#/components/schemas/CaptureJob/allOf/1/oneOf/0", name, job)];

    private static string Line(string schema, string pointer, string name, JsonNode document) =>
        new JsonObject { ["schema"] = Conformance.PathOf(schema), ["pointer"] = pointer, ["name"] = name, ["document"] = document.DeepClone() }.ToJsonString();
}

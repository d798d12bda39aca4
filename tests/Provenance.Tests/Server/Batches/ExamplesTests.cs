using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Provenance.Server.Batches;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Batches;

/// <summary>What the API's page shows can be sent, in its order, and is recorded. GS1's own schema looks at the events in tests/js/steps.test.mjs.</summary>
public sealed partial class ExamplesTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    private const string Id = "urn:uuid:00000000-0000-4000-8000-000000000000";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Every_example_of_the_APIs_page_is_recorded_as_the_events_that_are_checked_in()
    {
        // What the examples take for granted: a part to install.
        await AskAsync(world.Imker, "/api/batches/events",
            """{"step":"other","at":"2026-11-21T07:00:00+01:00","item":"https://id.gs1.org/01/09506000134352/21/SENSOR-7","bizStep":"commissioning","action":"ADD"}""");
        var (events, byStep) = (new JsonArray(), new Dictionary<string, string>());

        foreach (var kind in StepTable.All)
        {
            var about = kind.Word switch { "unship" or "correct" => "ship", "void" => "sell", _ => null };
            var request = about is null ? kind.Example : kind.Example.Replace(Id, byStep[about], StringComparison.Ordinal);
            var answer = await AskAsync(kind.Word == "receive" ? world.Bakery : world.Imker, "/api/batches/events", request);
            byStep[kind.Word] = (string)answer["eventId"]!;
            foreach (var index in answer["events"]?.AsArray().Select(e => e!["index"]!) ?? [answer["index"]!])
            {
                var stored = world.Stored(index);
                events.Add(new JsonObject { ["step"] = kind.Word, ["event"] = stored });
            }
        }

        var text = Normal(events.ToJsonString(Indented)) + "\n";
        var file = Repository.PathOf("tests/snapshots/step-events.json");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(file, text);
        }
        Assert.Equal(await File.ReadAllTextAsync(file), text);
        world.Ledger.Check();
    }

    [Fact]
    public async Task The_description_shows_an_example_of_every_step()
    {
        var description = JsonNode.Parse(await world.Ledger.Public.GetStringAsync("/openapi/v1.json"))!;

        var examples = description["paths"]!["/api/batches/events"]!["post"]!["requestBody"]!["content"]!["application/json"]!["examples"]!.AsObject();

        Assert.Equal(StepTable.All.Select(kind => kind.Word), examples.Select(example => example.Key));
        Assert.All(examples, example => Assert.Equal(example.Key, (string?)example.Value!["value"]!["step"]));
    }

    /// <summary>Ids in the order in which they come up, and an address that is nobody's.</summary>
    private string Normal(string events)
    {
        var seen = new List<string>();
        return RandomId().Replace(events.Replace(world.PublicUrl, "https://trace.example.com", StringComparison.Ordinal), match =>
        {
            if (!seen.Contains(match.Value))
            {
                seen.Add(match.Value);
            }
            return $"urn:uuid:00000000-0000-4000-8000-{seen.IndexOf(match.Value) + 1:D12}";
        });
    }

    [GeneratedRegex("urn:uuid:[0-9a-f-]{36}(?!#)")]
    private static partial Regex RandomId();
}

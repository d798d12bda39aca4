using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Provenance.Tests.Server;

/// <summary>The API's description is a public face: a change to it must show as a diff.</summary>
public sealed class OpenApiTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_checked_in_description_is_the_one_served()
    {
        var served = JsonNode.Parse(await ledger.Public.GetStringAsync("/openapi/v1.json"))!.AsObject();
        served.Remove("servers"); // the address of this run
        var description = served.ToJsonString(Indented) + "\n";
        var file = Repository.PathOf("tests/snapshots/openapi.json");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(file, description);
        }

        Assert.Equal(await File.ReadAllTextAsync(file), description);
    }
}

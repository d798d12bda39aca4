using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Provenance.Tests.Server.Epcis;

/// <summary>What an EPCIS client does over HTTP.</summary>
static class EpcisClient
{
    private static int s_parties;

    /// <summary>A client with the supplier's key of a party made for it.</summary>
    public static async Task<HttpClient> NewPartyAsync(this TestLedger ledger, object? more = null)
    {
        var party = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        var number = Interlocked.Increment(ref s_parties);
        (party["name"], party["slug"], party["country"]) = ($"Party {number}", $"party-{number}", "AT");
        var made = await ledger.Admin.PostAsJsonAsync("/api/parties", party);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return ledger.Client(await ledger.KeyAsync((await made.JsonAsync())["id"]!.GetValue<string>(), "supplier"));
    }

    public static async Task<string> KeyAsync(this TestLedger ledger, string party, string role)
    {
        var made = await ledger.Admin.PostAsJsonAsync($"/api/parties/{party}/keys", new { role });
        return (await made.JsonAsync())["key"]!.GetValue<string>();
    }

    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string route, string json, string? behaviour = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (behaviour is not null)
        {
            request.Headers.Add("GS1-Capture-Error-Behaviour", behaviour);
        }
        return client.SendAsync(request);
    }

    /// <summary>Captures a document and answers with its finished job.</summary>
    public static async Task<JsonNode> CaptureAsync(this HttpClient client, string json, string? behaviour = null)
    {
        var answer = await client.PostAsync("/capture", json, behaviour);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        var job = await (await client.GetAsync(answer.Headers.Location)).JsonAsync();
        Assert.False(job["running"]!.GetValue<bool>());
        return job;
    }

    public static bool Succeeded(this JsonNode job) => job["success"]!.GetValue<bool>();

    /// <summary>Events with that id; none where the answer is 404.</summary>
    public static async Task<IReadOnlyList<JsonNode>> EventsAsync(this HttpClient client, string id)
    {
        var answer = await client.GetAsync("/events/" + Uri.EscapeDataString(id));
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return [];
        }
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var document = await answer.JsonAsync();
        Assert.Equal("EPCISQueryDocument", document["type"]!.GetValue<string>());
        return [.. document["epcisBody"]!["queryResults"]!["resultsBody"]!["eventList"]!.AsArray().Select(e => e!)];
    }

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync()) ?? throw new InvalidOperationException("an empty answer");

    /// <summary>How many entries the log has.</summary>
    public static long Size(this TestLedger ledger)
    {
        using var connection = ledger.Read();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM entry";
        return (long)command.ExecuteScalar()!;
    }
}

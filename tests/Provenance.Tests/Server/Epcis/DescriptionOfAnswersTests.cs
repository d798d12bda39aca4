using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Provenance.Core.Epcis;
using Provenance.Tests.Server.Epcis.Subscriptions;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Server.Epcis;

/// <summary>Every resource, as a stranger asks for it who holds GS1's OpenAPI description: status, media type, body and headers are as described there.</summary>
public sealed class DescriptionOfAnswersTests
{
    private const string Description = "epcis/gs1/spec/REST-Bindings/openapi.json";
    private const string Epc = "urn:epc:id:sgtin:0614141.107346.2017";

    private static readonly string Place = "urn:epc:id:sgln:0614141.00777.0";

    private static readonly string Rich = EventWith("eventID", "\"urn:example:described\"")[..^1]
        + $$$""","disposition":"in_transit","readPoint":{"id":"{{{Place}}}"},"bizLocation":{"id":"{{{Place}}}"}}""";

    private readonly List<string> _lines = [];

    [AjvFact]
    public async Task Every_resource_answers_as_GS1_describes_it()
    {
        await using var ledger = await TestLedger.StartAsync("--Ledger:Webhooks:AllowPrivateTargets=true", "--Ledger:MaxBodyMebibytes=2");
        var client = await ledger.NewPartyAsync();
        await RootAsync(client);
        await CapturesAsync(client);
        await EventsAsync(client);
        await ValuesAsync(client);
        await QueriesAsync(client);
        await using var receiver = await Receiver.StartAsync();
        await SubscriptionsAsync(client, receiver);
        await RefusalsAsync(ledger, client);
        var faults = await JsonValidator.RunAsync("validate-answers.mjs", _lines);
        Assert.True(faults.Length == 0, faults);
        Assert.InRange(_lines.Count, 90, int.MaxValue);
    }

    [AjvFact]
    public async Task The_validator_finds_what_breaks_the_description()
    {
        var answer = new JsonObject
        {
            ["description"] = Conformance.PathOf(Description),
            ["name"] = "made wrong",
            ["path"] = "/events",
            ["method"] = "get",
            ["status"] = 200,
            ["headers"] = new JsonObject { ["gs1-next-page-token-expires"] = "soon" },
            ["mediaType"] = "application/json",
            ["body"] = new JsonObject { ["type"] = "EPCISQueryDocument" },
        };
        var faults = await JsonValidator.RunAsync("validate-answers.mjs", [answer.ToJsonString()]);
        foreach (var fault in (string[])["GS1-EPCIS-Version is missing", "GS1-Next-Page-Token-Expires (soon)", "epcisBody"])
        {
            Assert.Contains(fault, faults, StringComparison.Ordinal);
        }
    }

    private async Task RootAsync(HttpClient client)
    {
        await AskAsync(client, HttpMethod.Options, "/", "/", 204);
        await AskAsync(client, HttpMethod.Get, "/", "/", 200);
    }

    private async Task CapturesAsync(HttpClient client)
    {
        await AskAsync(client, HttpMethod.Options, "/capture", "/capture", 204);
        for (var i = 0; i < 2; i++)
        {
            var captured = await AskAsync(client, HttpMethod.Post, "/capture", "/capture", 202, Document(Rich, EventWith("ex:note", $"{i}")));
            await AskAsync(client, HttpMethod.Get, captured.Headers.Location!.ToString(), "/capture/{captureID}", 200);
            await AskAsync(client, HttpMethod.Options, captured.Headers.Location!.ToString(), "/capture/{captureID}", 204);
        }
        using var partly = new HttpRequestMessage(HttpMethod.Post, "/capture") { Content = Json(Document(EventWith("ex:note", "3"), EventWith("bizStep", "\"transforming\""))) };
        partly.Headers.Add("GS1-Capture-Error-Behaviour", "proceed");
        await AskAsync(client, partly, "/capture", 202);
        await AskAsync(client, HttpMethod.Get, "/capture?perPage=2", "/capture", 200);
        await AskAsync(client, HttpMethod.Get, "/capture", "/capture", 200);
    }

    private async Task EventsAsync(HttpClient client)
    {
        await AskAsync(client, HttpMethod.Options, "/events", "/events", 204);
        var added = await AskAsync(client, HttpMethod.Post, "/events", "/events", 201, EventWith("@context", Context));
        await AskAsync(client, HttpMethod.Get, added.Headers.Location!.ToString(), "/events/{eventID}", 200);
        await AskAsync(client, HttpMethod.Options, added.Headers.Location!.ToString(), "/events/{eventID}", 204);
        await AskAsync(client, HttpMethod.Post, "/events", "/events", 409, EventWith("@context", Context));
        foreach (var format in (string[])["No_Preference", "Always_GS1_Digital_Link", "Always_EPC_URN", "Never_Translates"])
        {
            using var all = new HttpRequestMessage(HttpMethod.Get, "/events?perPage=2&EQ_bizStep=shipping");
            all.Headers.Add("GS1-EPC-Format", format);
            await AskAsync(client, all, "/events", 200);
        }
        await AskAsync(client, HttpMethod.Get, "/events?EQ_bizStep=killing", "/events", 200);
    }

    private async Task ValuesAsync(HttpClient client)
    {
        foreach (var (resource, parameter, value) in ((string, string, string)[])
            [("eventTypes", "eventType", "ObjectEvent"), ("epcs", "epc", Epc), ("bizSteps", "bizStep", "shipping"), ("bizLocations", "bizLocation", Place),
                ("readPoints", "readPoint", Place), ("dispositions", "disposition", "in_transit")])
        {
            var (list, one, events) = ($"/{resource}", $"/{resource}/{{{parameter}}}", $"/{resource}/{{{parameter}}}/events");
            await AskAsync(client, HttpMethod.Options, list, list, 204);
            await AskAsync(client, HttpMethod.Get, list, list, 200);
            await AskAsync(client, HttpMethod.Get, list + "?perPage=1", list, 200);
            await AskAsync(client, HttpMethod.Get, list + "?perPage=none", list, 400);
            await AskAsync(client, HttpMethod.Options, $"{list}/{Uri.EscapeDataString(value)}", one, 204);
            await AskAsync(client, HttpMethod.Get, $"{list}/{Uri.EscapeDataString(value)}", one, 200);
            await AskAsync(client, HttpMethod.Get, $"{list}/{Uri.EscapeDataString("urn:example:none")}", one, 404);
            await AskAsync(client, HttpMethod.Options, $"{list}/{Uri.EscapeDataString(value)}/events", events, 204);
            await AskAsync(client, HttpMethod.Get, $"{list}/{Uri.EscapeDataString(value)}/events?perPage=1", events, 200);
            await AskAsync(client, HttpMethod.Get, $"{list}/{Uri.EscapeDataString(value)}/events?EQ_nothing=1", events, 400);
        }
    }

    private async Task QueriesAsync(HttpClient client)
    {
        const string query = """{"name":"shipped","query":{"eventType":["ObjectEvent"],"EQ_bizStep":["shipping"]}}""";
        await AskAsync(client, HttpMethod.Options, "/queries", "/queries", 204);
        await AskAsync(client, HttpMethod.Get, "/queries", "/queries", 200);
        await AskAsync(client, HttpMethod.Post, "/queries", "/queries", 201, query);
        await AskAsync(client, HttpMethod.Post, "/queries", "/queries", 409, query);
        await AskAsync(client, HttpMethod.Post, "/queries", "/queries", 201, """{"name":"other","query":{}}""");
        await AskAsync(client, HttpMethod.Post, "/queries", "/queries", 400, """{"name":"wrong","query":{"EQ_action":["LOOK"]}}""");
        await AskAsync(client, HttpMethod.Get, "/queries?perPage=1", "/queries", 200);
        await AskAsync(client, HttpMethod.Get, "/queries/shipped", "/queries/{queryName}", 200);
        await AskAsync(client, HttpMethod.Options, "/queries/shipped", "/queries/{queryName}", 204);
        await AskAsync(client, HttpMethod.Get, "/queries/none", "/queries/{queryName}", 404);
        await AskAsync(client, HttpMethod.Get, "/queries/shipped/events", "/queries/{queryName}/events", 200);
        await AskAsync(client, HttpMethod.Get, "/queries/shipped/events?perPage=1", "/queries/{queryName}/events", 200);
        await AskAsync(client, HttpMethod.Options, "/queries/shipped/events", "/queries/{queryName}/events", 204);
        await AskAsync(client, HttpMethod.Delete, "/queries/other", "/queries/{queryName}", 204);
    }

    private async Task SubscriptionsAsync(HttpClient client, Receiver receiver)
    {
        const string all = "/queries/{queryName}/subscriptions", one = all + "/{subscriptionID}";
        await AskAsync(client, HttpMethod.Options, "/queries/shipped/subscriptions", all, 204);
        await AskAsync(client, HttpMethod.Post, "/queries/shipped/subscriptions", all, 201, $$"""{"dest":"{{receiver.Url}}","schedule":{"hour":"1","minute":"5"},"reportIfEmpty":true}""");
        var made = await AskAsync(client, HttpMethod.Post, "/queries/shipped/subscriptions", all, 201, $$"""{"dest":"{{receiver.Url}}","signatureToken":"a secret","stream":true}""");
        await AskAsync(client, HttpMethod.Post, "/queries/shipped/subscriptions", all, 400, $$"""{"dest":"{{receiver.Url}}"}""");
        await AskAsync(client, HttpMethod.Post, "/queries/none/subscriptions", all, 404, $$"""{"dest":"{{receiver.Url}}","stream":true}""");
        await AskAsync(client, HttpMethod.Get, "/queries/shipped/subscriptions?perPage=1", all, 200);
        await client.CaptureAsync(Document(EventWith("ex:n", "1")));
        var received = (await receiver.WaitAsync(1))[0];
        // What is sent is described as what /events answers.
        _lines.Add(Line("webhook", "/events/{eventID}", "get", 200, new JsonObject { ["gs1-epcis-version"] = "2.0.0", ["gs1-cbv-version"] = "2.0.0", ["gs1-extensions"] = "" }, "application/json", received.Document));
        await AskAsync(client, HttpMethod.Get, made.Headers.Location!.AbsolutePath, one, 200);
        await AskAsync(client, HttpMethod.Options, made.Headers.Location!.AbsolutePath, one, 204);
        await AskAsync(client, HttpMethod.Delete, made.Headers.Location!.AbsolutePath, one, 204);
        await AskAsync(client, HttpMethod.Get, made.Headers.Location!.AbsolutePath, one, 404);
        await AskAsync(client, HttpMethod.Options, made.Headers.Location!.AbsolutePath, one, 404);
    }

    private async Task RefusalsAsync(TestLedger ledger, HttpClient client)
    {
        await AskAsync(client, HttpMethod.Post, "/capture", "/capture", 400, Document(EventWith("bizStep", "\"transforming\"")));
        await AskAsync(client, HttpMethod.Post, "/events", "/events", 400, EventWith("action", "\"LOOK\""));
        await AskAsync(client, HttpMethod.Get, "/events?EQ_action=LOOK", "/events", 400);
        await AskAsync(client, HttpMethod.Get, "/events?maxEventCount=1", "/events", 413);
        await AskAsync(client, HttpMethod.Get, "/events?EQ_eventID=urn:" + new string('x', 17_000), "/events", 414);
        await AskAsync(client, HttpMethod.Get, "/capture/none", "/capture/{captureID}", 404);
        await AskAsync(client, HttpMethod.Get, "/events/urn:example:none", "/events/{eventID}", 404);
        await AskAsync(client, HttpMethod.Post, "/capture", "/capture", 413, Document().PadRight((2 << 20) + 1));
        await AskAsync(client, HttpMethod.Post, "/events", "/events", 413, EventWith("@context", Context).PadRight((2 << 20) + 1));
        await AskAsync(client, HttpMethod.Delete, "/nextPageToken/x", "/nextPageToken/{token}", 501);
        var auditor = ledger.Client(await ledger.KeyAsync("operator", "auditor"));
        foreach (var (method, path, status) in ((HttpMethod, string, int)[])
            [(HttpMethod.Get, "/events", 401), (HttpMethod.Post, "/capture", 401), (HttpMethod.Get, "/queries", 401), (HttpMethod.Get, "/epcs", 401), (HttpMethod.Post, "/capture", 403), (HttpMethod.Post, "/events", 403)])
        {
            await AskAsync(status == 401 ? ledger.Public : auditor, method, path, path, status, method == HttpMethod.Post ? Document() : null);
        }
        foreach (var path in (string[])["/events", "/capture", "/queries", "/epcs", "/bizSteps", "/eventTypes", "/readPoints", "/bizLocations", "/dispositions"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Accept", "application/xml");
            await AskAsync(client, request, path, 406);
        }
        foreach (var path in (string[])["/events", "/capture", "/queries"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("<a/>", Encoding.UTF8, "application/xml") };
            await AskAsync(client, request, path, 415);
        }
    }

    private async Task<HttpResponseMessage> AskAsync(HttpClient client, HttpMethod method, string url, string path, int status, string? body = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = body is null ? null : Json(body) };
        // What is refused by its length is answered before it is read, and who still sends then may find the connection closed.
        request.Headers.ExpectContinue = status == 413 && body is not null;
        return await AskAsync(client, request, path, status);
    }

    /// <summary>Asks, holds the status to what is expected, and writes the answer down for the validator.</summary>
    private async Task<HttpResponseMessage> AskAsync(HttpClient client, HttpRequestMessage request, string path, int status)
    {
        if (request.Headers.Accept.Count == 0)
        {
            request.Headers.Add("Accept", "application/json");
        }
        var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{request.Method} {request.RequestUri!.OriginalString[..Math.Min(100, request.RequestUri.OriginalString.Length)]} was answered {(int)answer.StatusCode}: {text}");
        var headers = new JsonObject();
        foreach (var header in answer.Headers.Concat(answer.Content.Headers))
        {
            headers[header.Key.ToLowerInvariant()] = string.Join(", ", header.Value);
        }
        _lines.Add(Line($"{request.RequestUri!.OriginalString[..Math.Min(100, request.RequestUri.OriginalString.Length)]}", path, request.Method.Method.ToLowerInvariant(), status, headers,
            answer.Content.Headers.ContentType?.MediaType, text.Length == 0 ? null : JsonNode.Parse(text)));
        return answer;
    }

    private static string Line(string name, string path, string method, int status, JsonObject headers, string? mediaType, JsonNode? body) => new JsonObject
    {
        ["description"] = Conformance.PathOf(Description),
        ["name"] = name,
        ["path"] = path,
        ["method"] = method,
        ["status"] = status,
        ["headers"] = headers,
        ["mediaType"] = mediaType,
        ["body"] = body?.DeepClone(),
    }.ToJsonString();

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}

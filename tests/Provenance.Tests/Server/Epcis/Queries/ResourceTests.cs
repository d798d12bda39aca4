using System.Net;
using System.Text.Json.Nodes;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Server.Epcis.Queries;

public sealed class ResourceTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly string Place = EventWith("readPoint", """{"id":"urn:epc:id:sgln:0614141.07346.1234"}""");

    [Fact]
    public async Task Lists_hold_what_the_events_that_a_caller_sees_name()
    {
        const string gln = "9520001000010";
        var (author, other, partner) = (await ledger.NewPartyAsync(), await ledger.NewPartyAsync(), await ledger.NewPartyAsync(new { gln }));
        await author.CaptureAsync(Document(
            EventWith("bizStep", "\"https://steps.example/blend\""), Place, EventWith("epcList", """["https://shop.example/a"]"""),
            EventWith("destinationList", $$"""[{"type":"owning_party","destination":"https://id.gs1.org/417/{{gln}}"}]""")[..^1] + ",\"bizLocation\":{\"id\":\"https://places.example/1\"}}"));
        Assert.Contains("https://steps.example/blend", await MembersAsync(author, "/bizSteps"));
        Assert.Contains("shipping", await MembersAsync(other, "/bizSteps"));
        Assert.DoesNotContain("https://steps.example/blend", await MembersAsync(other, "/bizSteps"));
        Assert.Equal(["urn:epc:id:sgln:0614141.07346.1234"], await MembersAsync(author, "/readPoints"));
        Assert.Equal(["https://places.example/1"], await MembersAsync(partner, "/bizLocations"));
        Assert.Empty(await MembersAsync(partner, "/readPoints"));
        Assert.Equal(["urn:epc:id:sgtin:0614141.107346.2017", "https://shop.example/a"], await MembersAsync(author, "/epcs"));
        Assert.Equal(["urn:epc:id:sgtin:0614141.107346.2017"], await MembersAsync(partner, "/epcs"));
        Assert.Empty(await MembersAsync(other, "/epcs"));
        Assert.Equal(5, (await MembersAsync(other, "/eventTypes")).Count);
        Assert.Contains("recalled", await MembersAsync(other, "/dispositions"));
    }

    [Theory]
    [InlineData("/bizSteps/shipping")]
    [InlineData("/bizSteps/urn:epcglobal:cbv:bizstep:shipping")]
    [InlineData("/eventTypes/ObjectEvent")]
    [InlineData("/dispositions/recalled")]
    [InlineData("/readPoints/urn:epc:id:sgln:0614141.07346.1234")]
    [InlineData("/readPoints/https:%2F%2Fid.gs1.org%2F414%2F0614141073467%2F254%2F1234")]
    [InlineData("/epcs/https:%2F%2Fid.gs1.org%2F01%2F10614141073464%2F21%2F2017")]
    [InlineData("/epcs/https://id.gs1.org/01/10614141073464/21/2017")]
    public async Task Below_a_value_are_its_events(string path)
    {
        var party = await ledger.NewPartyAsync();
        await party.CaptureAsync(Document(Place));
        Assert.Equal(["events"], await MembersAsync(party, path));
        var answer = await party.GetAsync(path + "/events?EQ_action=OBSERVE");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(path.StartsWith("/dispositions", StringComparison.Ordinal) ? 0 : 1, QueryTests.EventsOf(await answer.JsonAsync()).Count());
        var byId = path.Split('/', 3);
        Assert.Equal(["events"], await MembersAsync(party, $"/{byId[1]}?id={byId[2]}"));
        Assert.Equal(HttpStatusCode.OK, (await party.GetAsync($"/{byId[1]}/events?id={byId[2]}")).StatusCode);
    }

    [Theory]
    [InlineData("/bizSteps/walking")]
    [InlineData("/bizSteps/https:%2F%2Fsteps.example%2Fnone/events")]
    [InlineData("/eventTypes/NoEvent")]
    [InlineData("/epcs/urn:epc:id:sgtin:0614141.107346.1/events")]
    [InlineData("/epcs/nothing")]
    public async Task What_no_event_names_is_not_there(string path)
    {
        var answer = await (await ledger.NewPartyAsync()).GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("epcisException:NoSuchResourceException", (string?)(await answer.JsonAsync())["type"]);
    }

    [Theory]
    [InlineData("/bizSteps", 42)]
    [InlineData("/epcs", 7)]
    [InlineData("/readPoints", 7)]
    public async Task Lists_come_in_pages_each_name_once(string path, int expected)
    {
        var party = await ledger.NewPartyAsync();
        await party.CaptureAsync(Document([
            .. Enumerable.Range(0, 7).Select(n => EventWith("epcList", $"[\"https://shop.example/{n}\",\"https://shop.example/{Math.Max(n - 1, 0)}\"]"))
                .Select((e, n) => e[..^1] + $",\"readPoint\":{{\"id\":\"https://places.example/{n}\"}}}}")
                .Select(e => e.Replace("[\"https://shop.example/0\",\"https://shop.example/0\"]", "[\"https://shop.example/0\"]", StringComparison.Ordinal)),
            EventWith("bizStep", "\"https://steps.example/own\"")[..^1].Replace("urn:epc:id:sgtin:0614141.107346.2017", "https://shop.example/3", StringComparison.Ordinal) + "}"]));
        var names = new List<string>();
        for (string? next = path + "?perPage=3"; next is not null;)
        {
            var answer = await party.GetAsync(next);
            var page = (await answer.JsonAsync())["member"]!.AsArray().Select(name => (string)name!).ToList();
            Assert.InRange(page.Count, 0, 3);
            names.AddRange(page);
            next = QueryTests.NextOf(answer);
        }
        Assert.Equal(expected, names.Count);
        Assert.Equal(expected, names.Distinct().Count());
    }

    [Fact]
    public async Task A_named_query_is_kept_run_and_forgotten()
    {
        var (party, other) = (await ledger.NewPartyAsync(), await ledger.NewPartyAsync());
        await party.CaptureAsync(Document(Event, EventWith("bizStep", "\"receiving\""), EventWith("ex:n", "5")));
        const string body = """{"name":"Mine & only","query":{"@context":{"q":"https://ns.example.com/"},"EQ_bizStep":["shipping"],"EXISTS_q:n":null}}""";
        var made = await party.PostAsync("/queries", body);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var location = made.Headers.Location!.ToString();
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(body), await (await party.GetAsync(location)).JsonAsync()));
        Assert.Single((await (await party.GetAsync("/queries")).JsonAsync()).AsArray());
        Assert.Single(QueryTests.EventsOf(await (await party.GetAsync(location + "/events")).JsonAsync()));

        Assert.Equal(HttpStatusCode.Conflict, (await party.PostAsync("/queries", body)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(location)).StatusCode);
        Assert.Equal("epcisException:NoSuchNameException", (string?)(await (await other.GetAsync(location + "/events")).JsonAsync())["type"]);
        Assert.Equal(HttpStatusCode.NoContent, (await party.DeleteAsync(location)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await party.DeleteAsync(location)).StatusCode);
    }

    [Fact]
    public async Task Descendants_and_attributes_go_by_the_master_data_of_the_asker()
    {
        var (party, other) = (await ledger.NewPartyAsync(), await ledger.NewPartyAsync());
        const string place = """{"type":"urn:epcglobal:epcis:vtype:ReadPoint","vocabularyElementList":[{"id":"urn:epc:id:sgln:0614141.00000.0","children":["https://id.gs1.org/414/0614141073467/254/1234"],"attributes":[{"id":"cbvmda:city","attribute":"Graz"}]}]}""";
        var document = JsonNode.Parse(Document(Place, EventWith("readPoint", """{"id":"urn:epc:id:sgln:0614141.00000.0"}""")))!.AsObject();
        document["epcisHeader"] = JsonNode.Parse("""{"epcisMasterData":{"vocabularyList":[""" + place + "]}}");
        Assert.True((await party.CaptureAsync(document.ToJsonString())).Succeeded());
        await other.CaptureAsync(Document(Place));
        foreach (var (query, expected) in new[]
        {
            ("WD_readPoint=https://id.gs1.org/414/0614141000005", 2), ("EQ_readPoint=https://id.gs1.org/414/0614141000005", 1), ("WD_readPoint=urn:epc:id:sgln:0614141.07346.1234", 1),
            ("HASATTR_readPoint=cbvmda:city", 1), ("HASATTR_readPoint=cbvmda:name", 0), ("EQATTR_readPoint_urn:epcglobal:cbv:mda:city=Graz", 1), ("EQ_ATTR_readPoint_cbvmda:city=Wien", 0),
        })
        {
            var answer = await party.GetAsync("/events?" + query);
            Assert.Equal(expected, QueryTests.EventsOf(await answer.JsonAsync()).Count());
        }
        Assert.Empty(QueryTests.EventsOf(await (await other.GetAsync("/events?WD_readPoint=https://id.gs1.org/414/0614141000005")).JsonAsync()));
    }

    [Theory]
    [InlineData("""{"name":"q"}""", "query")]
    [InlineData("""{"query":{}}""", "name")]
    [InlineData("""{"name":"","query":{}}""", "name")]
    [InlineData("""{"name":"q","query":[]}""", "query")]
    [InlineData("""{"name":"q","query":{"EQ_action":["SHIPPED"]}}""", "EQ_action")]
    [InlineData("""{"name":"q","query":{"EQ_nothing":"x"}}""", "EQ_nothing")]
    [InlineData("""{"name":"q","query":{"GE_eventTime":{}}}""", "GE_eventTime")]
    [InlineData("""{"name":"q","name":"q","query":{}}""", "/name")]
    public async Task What_is_no_query_gets_no_name(string body, string field)
    {
        var answer = await ledger.Admin.PostAsync("/queries", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, (string?)(await answer.JsonAsync())["field"]);
    }

    private static async Task<IReadOnlyList<string>> MembersAsync(HttpClient client, string path)
    {
        var answer = await client.GetAsync(path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "perPage=1000");
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var collection = await answer.JsonAsync();
        Assert.Equal("Collection", (string?)collection["type"]);
        return [.. collection["member"]!.AsArray().Select(name => (string)name!)];
    }
}

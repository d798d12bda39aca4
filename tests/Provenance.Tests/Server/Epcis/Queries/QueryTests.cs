using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Server.Epcis.Queries;

public sealed class QueryTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    public static IEnumerable<JsonNode> EventsOf(JsonNode document) =>
        document["epcisBody"]!["queryResults"]!["resultsBody"]!["eventList"]!.AsArray().Select(e => e!);

    /// <summary>The URL of the next page; null on the last.</summary>
    public static string? NextOf(HttpResponseMessage answer)
    {
        if (!answer.Headers.TryGetValues("Link", out var links))
        {
            return null;
        }
        Assert.True(answer.Headers.Contains("GS1-Next-Page-Token-Expires"));
        var link = Regex.Match(links.Single(), "^<(?<url>[^>]+)>; rel=\"next\"$");
        Assert.True(link.Success);
        return link.Groups["url"].Value;
    }

    [Fact]
    public async Task An_item_is_found_by_its_URN_and_by_its_Digital_Link()
    {
        var party = await ledger.NewPartyAsync();
        await party.CaptureAsync(Document(EventWith("epcList", """["urn:epc:id:sgtin:0614141.107346.2017"]"""), EventWith("epcList", """["https://shop.example/01/10614141073464/21/2018"]""")));
        Assert.Equal(1, await CountAsync(party, "MATCH_epc=urn:epc:id:sgtin:0614141.107346.2017"));
        Assert.Equal(1, await CountAsync(party, "MATCH_epc=https%3A%2F%2Fid.gs1.org%2F01%2F10614141073464%2F21%2F2017"));
        Assert.Equal(1, await CountAsync(party, "MATCH_anyEPC=urn:epc:id:sgtin:0614141.107346.2018"));
        Assert.Equal(2, await CountAsync(party, "MATCH_epc=urn:epc:idpat:sgtin:0614141.107346.*"));
        Assert.Equal(2, await CountAsync(party, "MATCH_epc=https://id.gs1.org/01/10614141073464"));
        Assert.Equal(2, await CountAsync(party, "MATCH_epc=urn:epc:idpat:sgtin:0614141.*.*"));
        Assert.Equal(0, await CountAsync(party, "MATCH_epc=urn:epc:idpat:sgtin:0614142.*.*"));
    }

    [Theory]
    [InlineData("EQ_bizStep=shipping")]
    [InlineData("EQ_bizStep=urn:epcglobal:cbv:bizstep:shipping")]
    [InlineData("EQ_bizStep=https%3A%2F%2Fref.gs1.org%2Fcbv%2FBizStep-shipping")]
    [InlineData("EQ_bizStep=receiving%7Cshipping")]
    [InlineData("EQ_bizStep=receiving|cbv:BizStep-shipping")]
    [InlineData("GE_eventTime=2026-11-21T14:30:00+01:00&LT_eventTime=2026-11-21T13:30:01Z")]
    public async Task A_word_is_one_word_in_all_its_spellings(string query)
    {
        var party = await ledger.NewPartyAsync();
        await party.CaptureAsync(Document(Event, EventWith("bizStep", "\"urn:epcglobal:cbv:bizstep:shipping\"")));
        Assert.Equal(2, await CountAsync(party, query));
    }

    [Theory]
    [InlineData("EQ_bizStep=ex:blend", null, 1)]
    [InlineData("EQ_bizStep=https://ns.example.com/blend", null, 2)]
    [InlineData("EQ_bizStep=mine:blend", "mine=https://ns.example.com/", 2)]
    [InlineData("EQ_bizStep=mine:blend", null, 0)]
    public async Task A_word_of_somebodys_own_goes_by_its_namespace_where_its_prefix_is_declared(string query, string? extensions, int expected)
    {
        var party = await ledger.NewPartyAsync();
        await party.CaptureAsync(Document(EventWith("bizStep", "\"ex:blend\""), EventWith("bizStep", "\"https://ns.example.com/blend\"")));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events?" + query);
        if (extensions is not null)
        {
            request.Headers.Add("GS1-Extensions", extensions);
        }
        Assert.Equal(expected, EventsOf(await (await party.SendAsync(request)).JsonAsync()).Count());
    }

    [Theory]
    [InlineData("EQ_bizSteps=shipping", "EQ_bizSteps")]
    [InlineData("eq_bizStep=shipping", "eq_bizStep")]
    [InlineData("EQ_bizStep=walking", "EQ_bizStep")]
    [InlineData("EQ_action=SHIPPED", "EQ_action")]
    [InlineData("GE_eventTime=not-a-date", "GE_eventTime")]
    [InlineData("GE_eventTime=2026-11-21T14:30:00", "GE_eventTime")]
    [InlineData("orderBy=eventTime&orderDirection=SIDEWAYS", "orderDirection")]
    [InlineData("orderBy=quantity", "orderBy")]
    [InlineData("eventCountLimit=5", "eventCountLimit")]
    [InlineData("orderBy=eventTime&eventCountLimit=5&maxEventCount=5", "eventCountLimit")]
    [InlineData("maxEventCount=-1", "maxEventCount")]
    [InlineData("perPage=0", "perPage")]
    [InlineData("nextPageToken=abc", "nextPageToken")]
    [InlineData("EQ_quantity=many", "EQ_quantity")]
    [InlineData("GT_ex:field=word", "GT_ex:field")]
    [InlineData("MATCH_epc=plain", "MATCH_epc")]
    [InlineData("EXISTS_errorDeclaration=perhaps", "EXISTS_errorDeclaration")]
    public async Task What_is_no_query_is_refused_by_its_name(string query, string field)
    {
        var answer = await ledger.Admin.GetAsync("/events?" + query);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.JsonAsync();
        Assert.Equal("epcisException:QueryParameterException", (string?)problem["type"]);
        Assert.Equal(field, (string?)problem["field"]);
    }

    [Fact]
    public async Task An_answer_beyond_maxEventCount_is_refused()
    {
        var party = await ledger.NewPartyAsync();
        await party.CaptureAsync(Document([.. Enumerable.Range(0, 5).Select(n => EventWith("ex:n", $"{n}"))]));
        Assert.Equal(5, await CountAsync(party, "maxEventCount=5"));
        var answer = await party.GetAsync("/events?maxEventCount=4");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("epcisException:QueryTooLargeException", (string?)(await answer.JsonAsync())["type"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&orderBy=eventTime")]
    [InlineData("&orderBy=eventTime&orderDirection=ASC")]
    [InlineData("&orderBy=recordTime")]
    [InlineData("&orderBy=ex:n")]
    public async Task Pages_hold_each_event_once_while_others_are_captured(string order)
    {
        var party = await ledger.NewPartyAsync();
        await party.CaptureAsync(Document([.. Enumerable.Range(0, 50).Select(n => EventWith("ex:n", $"{n % 7}").Replace(":00.5+", $":{n:D2}.5+", StringComparison.Ordinal))]));
        var found = new List<string>();
        for (string? next = "/events?perPage=7" + order; next is not null;)
        {
            var answer = await party.GetAsync(next);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            found.AddRange(EventsOf(await answer.JsonAsync()).Select(e => (string)e["eventID"]!));
            next = NextOf(answer);
            await party.CaptureAsync(Document(EventWith("ex:later", $"{found.Count}")));
        }
        Assert.Equal(50, found.Count);
        Assert.Equal(50, found.Distinct().Count());
    }

    [Fact]
    public async Task A_token_goes_with_its_query_until_it_expires()
    {
        var party = await ledger.NewPartyAsync();
        await party.CaptureAsync(Document([.. Enumerable.Range(0, 5).Select(n => EventWith("ex:n", $"{n}"))]));
        var next = NextOf(await party.GetAsync("/events?perPage=2&EQ_action=OBSERVE"))!;
        Assert.Equal(HttpStatusCode.OK, (await party.GetAsync(next)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await party.GetAsync(next.Replace("OBSERVE", "ADD", StringComparison.Ordinal))).StatusCode);
        ledger.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(HttpStatusCode.BadRequest, (await party.GetAsync(next)).StatusCode);
        Assert.Equal(HttpStatusCode.NotImplemented, (await party.DeleteAsync("/nextPageToken/abc")).StatusCode);
    }

    private static async Task<int> CountAsync(HttpClient client, string query)
    {
        var answer = await client.GetAsync("/events?perPage=1000&" + query);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return EventsOf(await answer.JsonAsync()).Count();
    }
}

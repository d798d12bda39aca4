using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Core.Gs1;
using Provenance.Server.Epcis;
using Provenance.Server.Pages;
using Provenance.Tests.Core.Epcis;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Server.Epcis;

public sealed class OriginalFileTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    private const string Gln = "9520001000010";

    private static string Named(string id, string? destination = null) =>
        EventWith("eventID", $"\"{id}\"")[..^1] + (destination is null ? "}" : $$""","destinationList":[{"type":"owning_party","destination":"https://id.gs1.org/417/{{destination}}"}]}""");

    [Fact]
    public async Task A_received_document_comes_back_byte_for_byte()
    {
        var party = await ledger.NewPartyAsync();
        var document = "\n  " + Document(Named("https://events.example/original?a=b/c"), Event) + "\t";
        await party.CaptureAsync(document);
        var answer = await party.GetAsync($"/api/events/{Uri.EscapeDataString("https://events.example/original?a=b/c")}/original");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(document, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Each_event_of_a_document_holds_the_files_HMAC_under_the_key_kept_beside_it()
    {
        var party = await ledger.NewPartyAsync();
        var document = Document(Named("urn:example:hmac-1"), Named("urn:example:hmac-2"));
        await party.CaptureAsync(document);
        using var connection = ledger.Read();
        var sources = connection.Query<string>("SELECT CAST(body AS TEXT) ->> '$.\"prov:source\"' FROM event ORDER BY leaf DESC LIMIT 2").ToList();
        Assert.Equal(sources[0], sources[1]);
        var key = connection.QuerySingle<byte[]>("SELECT key FROM received_file WHERE source = @source", new { source = Convert.FromHexString(sources[0]) });
        Assert.Equal(sources[0], Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(document))));
    }

    [Fact]
    public async Task A_file_is_shown_to_who_may_see_every_event_in_it()
    {
        var author = await ledger.NewPartyAsync();
        var partner = await ledger.NewPartyAsync(new { gln = Gln });
        var other = await ledger.NewPartyAsync();
        await author.CaptureAsync(Document(Named("urn:example:shown-1", Gln), Named("urn:example:shown-2", Gln)));
        await author.CaptureAsync(Document(Named("urn:example:partly-1", Gln), Named("urn:example:partly-2")));
        foreach (var (client, shown, partly) in (IEnumerable<(HttpClient, HttpStatusCode, HttpStatusCode)>)[
            (author, HttpStatusCode.OK, HttpStatusCode.OK), (ledger.Admin, HttpStatusCode.OK, HttpStatusCode.OK),
            (partner, HttpStatusCode.OK, HttpStatusCode.Forbidden), (other, HttpStatusCode.NotFound, HttpStatusCode.NotFound), (ledger.Public, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)])
        {
            Assert.Equal(shown, (await client.GetAsync("/api/events/urn:example:shown-1/original")).StatusCode);
            Assert.Equal(partly, (await client.GetAsync("/api/events/urn:example:partly-1/original")).StatusCode);
        }
    }

    [Fact]
    public async Task An_index_names_an_event_too_and_one_that_came_alone_has_no_file()
    {
        var party = await ledger.NewPartyAsync();
        await party.CaptureAsync(Document(EventWith("ex:note", "\"by index\"")));
        Assert.Equal(HttpStatusCode.OK, (await party.GetAsync($"/api/events/{ledger.Size() - 1}/original")).StatusCode);
        await party.PostAsync("/events", EventWith("@context", Context)[..^1] + ",\"ex:note\":\"alone\"}");
        Assert.Equal(HttpStatusCode.NotFound, (await party.GetAsync($"/api/events/{ledger.Size() - 1}/original")).StatusCode);
    }

    [Fact]
    public async Task What_the_header_says_is_kept_as_stated_by_its_sender_and_the_newest_counts()
    {
        var (one, other) = (await ledger.NewPartyAsync(), await ledger.NewPartyAsync());
        foreach (var (client, name) in (IEnumerable<(HttpClient, string)>)[(one, "Mill"), (one, "Old mill"), (other, "The mill by the river")])
        {
            ledger.Clock.Advance(TimeSpan.FromMilliseconds(1));
            var header = JsonNode.Parse($$$"""
                {"epcisMasterData":{"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:BusinessLocation","vocabularyElementList":[
                {"id":"urn:epc:id:sgln:9520001.00002.0","attributes":[{"id":"cbvmda:name","attribute":"{{{name}}}"},{"id":"cbvmda:countryCode","attribute":"AT"}],"children":["urn:epc:id:sgln:9520001.00002.1"]}]}]}}
                """);
            var document = JsonNode.Parse(Document(Event))!;
            document["epcisHeader"] = header;
            Assert.True((await client.CaptureAsync(document.ToJsonString())).Succeeded());
        }
        Assert.True(ItemId.TryParse("https://id.gs1.org/414/9520001000027", OwnIds.None, out var place, out var fault), fault);
        var stated = ledger.Services.GetRequiredService<MasterDataStore>().Find(place);
        Assert.Equal(["The mill by the river", "Old mill"], stated.Select(s => s.Name));
        Assert.Equal("AT", stated[0].Find("countryCode"));
    }

    [Theory]
    [InlineData("urn:epc:idpat:sgtin:9520001.000003.*", true)]
    [InlineData("https://id.gs1.org/01/09520001000034", true)]
    [InlineData("https://id.gs1.org/01/09520001000041", false)]
    public async Task A_page_without_a_recorded_name_calls_the_product_as_its_maker_states_it(string product, bool isIt)
    {
        var maker = await ledger.NewPartyAsync();
        var lot = $"L{Guid.NewGuid():N}"[..12];
        var document = JsonNode.Parse(Document(EventWith("quantityList", $$"""[{"epcClass":"https://id.gs1.org/01/09520001000034/10/{{lot}}","quantity":2}]""").Replace("OBSERVE", "ADD", StringComparison.Ordinal)))!;
        document["epcisHeader"] = JsonNode.Parse($$$"""
            {"epcisMasterData":{"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:EPCClass","vocabularyElementList":[
            {"id":"{{{product}}}","attributes":[{"id":"cbvmda:descriptionShort","attribute":"Dried plums"}]}]}]}}
            """);
        Assert.True((await maker.CaptureAsync(document.ToJsonString())).Succeeded());
        Assert.True(ItemId.TryParse($"https://id.gs1.org/01/09520001000034/10/{lot}", OwnIds.None, out var item, out _));
        Assert.Equal(isIt ? "Dried plums" : null, ledger.Services.GetRequiredService<BuyerPageStore>().Find(item)!.StatedProductName?.Value);
    }
}

using System.Net;
using System.Text.Json.Nodes;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Server.Epcis;

/// <summary>What the header of a captured document says of products and places stands on the public page, as stated by who sent it, and nowhere as recorded.</summary>
public sealed class StatedNamesTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    private const string Place = "urn:epc:id:sgln:9520001.00001.0";

    [Theory]
    [InlineData("en", "The name is stated by ", "Linz, Austria", "stated by ")]
    [InlineData("de", "Den Namen gibt ", "Linz, Österreich", "Angabe von ")]
    [InlineData("es", "El nombre lo indica ", "Linz, Austria", "según ")]
    public async Task A_page_calls_product_and_place_as_the_header_does_and_says_whose_word_that_is(string language, string product, string place, string by)
    {
        var maker = await ledger.NewPartyAsync();
        var lot = await CaptureAsync(maker, "Dried <script>alert(1)</script> plums", "Linz", "AT");
        // Somebody else's word on the same place counts for nothing on the maker's steps.
        await CaptureAsync(await ledger.NewPartyAsync(), "Plastic plums", "Graz", "AT");
        var page = WebUtility.HtmlDecode(await PageAsync(lot, language));
        Assert.Contains("Dried <script>alert(1)</script> plums", page, StringComparison.Ordinal);
        foreach (var text in (string[])[product, place, by + "Party "])
        {
            Assert.Contains(text, page, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("Graz", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Mill street", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", await PageAsync(lot, language), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_maker_reads_in_the_portal_what_buyers_read()
    {
        var maker = await ledger.NewPartyAsync();
        var lot = await CaptureAsync(maker, "Dried <b>plums</b>", "Linz", "AT");
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = ledger.Public.BaseAddress };
        await browser.PostAsync("/portal", new FormUrlEncodedContent([KeyValuePair.Create("key", maker.DefaultRequestHeaders.Authorization!.Parameter!)]));

        var list = await browser.GetStringAsync("/portal/batches?q=" + lot);
        var page = await browser.GetStringAsync(WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Match(list, "href=\"(/portal/batches/\\d+)\"").Groups[1].Value));

        Assert.Contains("<h1>Dried &lt;b&gt;plums&lt;/b&gt;</h1>", page, StringComparison.Ordinal);
        Assert.Contains("The name is stated by Party ", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_event_says_itself_comes_first()
    {
        var maker = await ledger.NewPartyAsync();
        var lot = await CaptureAsync(maker, "Plums of the header", "Linz", "AT", more: """
            ,"prov:productName":"Plums of the event","prov:city":"Wels","prov:country":"AT"
            """);
        var page = WebUtility.HtmlDecode(await PageAsync(lot, "en"));
        Assert.Contains("Plums of the event", page, StringComparison.Ordinal);
        Assert.Contains("Wels", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Plums of the header", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Linz", page, StringComparison.Ordinal);
    }

    /// <returns>The lot, made in that document.</returns>
    private static async Task<string> CaptureAsync(HttpClient maker, string name, string city, string country, string more = "")
    {
        var lot = $"L{Guid.NewGuid():N}"[..12];
        var document = JsonNode.Parse(Document(EventWith("quantityList", $$"""[{"epcClass":"https://id.gs1.org/01/09520001000034/10/{{lot}}","quantity":2}]""")
            .Replace("OBSERVE", "ADD", StringComparison.Ordinal)[..^1] + $$$""","readPoint":{"id":"{{{Place}}}"}{{{more.Trim()}}}}"""))!;
        document["epcisBody"]!["eventList"]![0]!.AsObject().Remove("epcList");
        if (more.Length > 0)
        {
            document["@context"]!.AsArray().Add(new JsonObject { ["prov"] = "urn:uuid:44db9b31-c70d-40eb-bade-f10ef1a55b1b#" });
        }
        JsonObject Attribute(string id, string value) => new() { ["id"] = id, ["attribute"] = value };
        JsonObject Vocabulary(string type, string id, params JsonNode[] attributes) => new()
        {
            ["type"] = "urn:epcglobal:epcis:vtype:" + type,
            ["vocabularyElementList"] = new JsonArray(new JsonObject { ["id"] = id, ["attributes"] = new JsonArray(attributes) }),
        };
        document["epcisHeader"] = new JsonObject
        {
            ["epcisMasterData"] = new JsonObject
            {
                ["vocabularyList"] = new JsonArray(
                    Vocabulary("EPCClass", "urn:epc:idpat:sgtin:9520001.000003.*", Attribute("urn:epcglobal:cbv:mda:descriptionShort", name)),
                    Vocabulary("ReadPoint", Place, Attribute("cbvmda:city", city), Attribute("cbvmda:countryCode", country), Attribute("cbvmda:streetAddressOne", "Mill street 1"))),
            },
        };
        var job = await maker.CaptureAsync(document.ToJsonString());
        Assert.True(job.Succeeded(), job.ToJsonString());
        return lot;
    }

    private async Task<string> PageAsync(string lot, string language)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/b/01/09520001000034/10/{lot}");
        request.Headers.Add("Accept-Language", language);
        request.Headers.Add("Accept", "text/html");
        var answer = await ledger.Public.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Provenance.Core.Gs1;
using Provenance.Server.Resolver;

namespace Provenance.Tests.Server.Resolver;

public sealed partial class MachineViewTests(HttpResolver world) : IClassFixture<HttpResolver>
{
    private const string Lot = $"/01/{ResolverWorld.Gtin}/10/HO-1";

    [Fact]
    public async Task Programs_get_a_lot_as_a_product_of_schema_org_with_its_events_and_proofs()
    {
        using var answer = await world.GetAsync("/b" + Lot, accept: "application/ld+json");
        var product = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

        Assert.Equal((200, "application/ld+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains("Accept", answer.Headers.Vary);
        Assert.Equal(("Product", "https://id.gs1.org" + Lot, "Honey", ResolverWorld.Gtin, "HO-1"),
            ((string?)product["@type"], (string?)product["@id"], (string?)product["name"], (string?)product["gtin"], (string?)product["gs1:hasBatchLotNumber"]));
        Assert.Equal(("imker GmbH", "AT"), ((string?)product["manufacturer"]!["name"], (string?)product["countryOfOrigin"]!["identifier"]));
        Assert.Equal($"{world.Root}/events?MATCH_anyEPCClass={Uri.EscapeDataString("https://id.gs1.org" + Lot)}", (string?)product["gs1:epcis"]!["@id"]);
        using var proof = await world.GetAsync(new Uri((string)product["subjectOf"]![0]!["url"]!).PathAndQuery);
        Assert.Equal((200, (string?)product["subjectOf"]![0]!["encodingFormat"]), ((int)proof.StatusCode, proof.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task The_page_holds_the_same_for_programs_and_a_browser_gets_the_page()
    {
        using var page = await world.GetAsync("/b" + Lot, accept: "text/html,application/xhtml+xml,*/*;q=0.8");
        using var data = await world.GetAsync("/b" + Lot + "?format=jsonld", accept: "text/html");

        Assert.Equal(("text/html", "application/ld+json"), (page.Content.Headers.ContentType!.MediaType, data.Content.Headers.ContentType!.MediaType));
        Assert.Equal(await data.Content.ReadAsStringAsync(), Data().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value);
    }

    [Fact]
    public async Task A_lot_that_is_not_on_record_is_no_product_for_programs()
    {
        using var answer = await world.GetAsync($"/b/01/{ResolverWorld.Gtin}/10/NOT-MADE", accept: "application/ld+json");

        Assert.Equal((404, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public void A_name_can_not_end_the_script_element_that_holds_it()
    {
        var page = Pages.SamplePages.Lot() with { Printed = "</script><script>alert(1)</script>" };

        Assert.DoesNotContain('<', ProductJsonLd.Write(page, "https://trace.example"));
    }

    [Theory]
    [InlineData("9506000134352", "/b/01/09506000134352")]
    [InlineData("0 9506000 13435 2", "/b/01/09506000134352")]
    [InlineData("(01)09506000134352(10)HO-1", "/b/01/09506000134352/10/HO-1")]
    [InlineData("010950600013435210HO-1", "/b/01/09506000134352/10/HO-1")]
    [InlineData("]Q3010950600013435210HO-1", "/b/01/09506000134352/10/HO-1")]
    [InlineData("010950600013435210HO-1\u001d17271120", "/b/01/09506000134352/10/HO-1")]
    [InlineData("https://brand.example/x/01/09506000134352/10/HO-1?17=271120", "/b/01/09506000134352/10/HO-1")]
    [InlineData("id.gs1.org/01/09506000134352/21/S", "/b/01/09506000134352/21/S")]
    [InlineData("/01/09506000134352/10/HO-1", "/b/01/09506000134352/10/HO-1")]
    [InlineData("urn:epc:class:lgtin:950600013.0435.HO-1", "/b/01/09506000134352/10/HO-1")]
    [InlineData("urn:epc:id:sscc:9521141.1234567890", "/b/00/195211412345678900")]
    [InlineData("395211411234567893", "/b/00/395211411234567893")]
    [InlineData("3952114 112345 67893", "/b/00/395211411234567893")]
    [InlineData("00395211411234567893", "/b/00/395211411234567893")]
    [InlineData("https://trace.example/id/mill/RYE/batch/7", "/id/mill/RYE/batch/7")]
    [InlineData("trace.example/id/mill/RYE/batch/7", "/id/mill/RYE/batch/7")]
    [InlineData("/id/mill/RYE/batch/7", "/id/mill/RYE/batch/7")]
    [InlineData("https://any.example/COMPRESSED", "/b/01/09506000134352/10/HO-1")]
    [InlineData("any.example/COMPRESSED", "/b/01/09506000134352/10/HO-1")]
    public void Whatever_is_typed_from_a_pack_names_its_item(string text, string page)
    {
        Assert.True(CompressedLink.TryCompress("https://any.example/01/09506000134352/10/HO-1", keepsKey: false, packsOthers: false, out var compressed, out _));
        text = text.Replace("COMPRESSED", compressed[(compressed.LastIndexOf('/') + 1)..], StringComparison.Ordinal);

        Assert.True(TypedItem.TryRead(text, "", new OwnIds("https://trace.example", []), out var item, out var fault), fault);

        Assert.Equal(page, Provenance.Server.Pages.PagesApi.PathOf(item));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("9506000134353")]
    [InlineData("example.org/products/7")]
    [InlineData("")]
    public void Other_words_name_nothing(string text) => Assert.False(TypedItem.TryRead(text, "", new OwnIds("https://trace.example", []), out _, out _));

    [GeneratedRegex("<script type=\"application/ld\\+json\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Data();
}

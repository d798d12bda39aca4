using System.Text;
using System.Text.Json.Nodes;
using Provenance.Tests.Server.Batches;
using Provenance.Tests.Server.Documents;

namespace Provenance.Tests.Server.Parties;

/// <summary>What a maker lets the public see.</summary>
public sealed class PublicViewTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    [Fact]
    public async Task The_quantity_made_is_hidden_until_its_maker_shows_it_and_hidden_again_when_it_wants()
    {
        var made = await world.MakeAsync("V-1", 481);
        var item = BatchWorld.Lot("V-1");
        Assert.Equal((false, false, false), await ShownAsync(made, 481));

        Assert.True((bool)(await ChangeAsync(world.Imker, $$"""{"item":"{{item}}","quantity":true}"""))["quantity"]!);
        Assert.Equal((true, true, true), await ShownAsync(made, 481));

        await ChangeAsync(world.Imker, $$"""{"item":"{{item}}","quantity":null}""");
        Assert.Equal((false, false, false), await ShownAsync(made, 481));
    }

    [Fact]
    public async Task What_is_chosen_for_a_product_holds_for_its_lots_unless_they_differ()
    {
        await BatchWorld.AskAsync(world.Imker, "/api/products", """{"sku":"PROPOLIS","name":"Propolis"}""");
        var product = world.PublicUrl + "/id/imker/PROPOLIS";
        await ChangeAsync(world.Imker, $$"""{"item":"{{product}}","quantity":true}""");
        const string making = """{"product":{"sku":"PROPOLIS"},"lot":"{0}","quantity":{1},"uom":"g","at":"2026-11-20T08:00:00+01:00","origin":{"country":"AT"}}""";
        var open = await BatchWorld.AskAsync(world.Imker, "/api/batches", making.Replace("{0}", "P-1", StringComparison.Ordinal).Replace("{1}", "771", StringComparison.Ordinal));
        var closed = await BatchWorld.AskAsync(world.Imker, "/api/batches", making.Replace("{0}", "P-2", StringComparison.Ordinal).Replace("{1}", "772", StringComparison.Ordinal));

        await ChangeAsync(world.Imker, $$"""{"item":"{{closed["item"]}}","quantity":false}""");

        Assert.Equal((true, true, true), await ShownAsync(open, 771));
        Assert.Equal((false, false, false), await ShownAsync(closed, 772));
    }

    [Fact]
    public async Task Amounts_that_others_record_of_a_shown_lot_stay_hidden()
    {
        await world.MakeAsync("V-3", 100);
        await ChangeAsync(world.Imker, $$"""{"item":"{{BatchWorld.Lot("V-3")}}","quantity":true}""");
        var shipped = await BatchWorld.AskAsync(world.Imker, "/api/batches/events",
            $$"""{"step":"ship","at":"2026-11-21T10:00:00+01:00","item":"{{BatchWorld.Lot("V-3")}}","quantity":37,"uom":"kg","to":{"party":"bakery"} }""");

        Assert.DoesNotContain("\"37\"", string.Join(' ', await DisclosedAsync(shipped)), StringComparison.Ordinal);
        Assert.DoesNotContain(await DisclosedAsync(shipped), field => field.Contains("/quantity\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_photo_and_a_name_are_shown_for_the_product_and_its_lots()
    {
        await BatchWorld.AskAsync(world.Imker, "/api/products", """{"sku":"MEAD","name":"Mead"}""");
        var product = world.PublicUrl + "/id/imker/MEAD";
        var (_, photo) = await DocumentsApiTests.SendAsync(world.Imker, Photos.ProgressiveJpeg);
        Assert.Equal(404, (int)(await world.Ledger.Public.GetAsync(new Uri((string)photo["url"]!))).StatusCode);

        var view = await ChangeAsync(world.Imker, $$"""{"item":"{{product}}","photo":"{{photo["sha256"]}}","name":"Mead, dry"}""");

        Assert.Equal(((string)photo["url"]!, "Mead, dry"), ((string)view["photo"]!, (string)view["name"]!));
        Assert.Equal(200, (int)(await world.Ledger.Public.GetAsync(new Uri((string)photo["url"]!))).StatusCode);
        var page = await world.Ledger.Public.GetStringAsync("/id/imker/MEAD");
        Assert.Contains($"/api/documents/{photo["sha256"]}", page, StringComparison.Ordinal);
        Assert.Contains("Mead, dry", page, StringComparison.Ordinal);
        await ChangeAsync(world.Imker, $$"""{"item":"{{product}}","photo":null,"name":null}""");
        Assert.Equal(404, (int)(await world.Ledger.Public.GetAsync(new Uri((string)photo["url"]!))).StatusCode);
    }

    [Fact]
    public async Task Only_the_maker_chooses()
    {
        await world.MakeAsync("V-5");
        var change = $$"""{"item":"{{BatchWorld.Lot("V-5")}}","quantity":true}""";

        Assert.Equal(403, (await TryChangeAsync(world.Bakery, change)).Status);
        Assert.Equal(401, (await TryChangeAsync(world.Ledger.Public, change)).Status);
        Assert.Equal(200, (await TryChangeAsync(world.Ledger.Admin, change)).Status);
        Assert.Equal(404, (await TryChangeAsync(world.Imker, """{"item":"https://id.gs1.org/01/04012345678901","quantity":true}""")).Status);
    }

    [Theory]
    [InlineData("""{"quantity":true}""", "item")]
    [InlineData("""{"item":"(01)123","quantity":true}""", "item")]
    [InlineData("""{"item":"@","quantity":"yes"}""", "quantity")]
    [InlineData("""{"item":"@","photo":"nothing like it"}""", "photo")]
    [InlineData("""{"item":"@","photo":"0000000000000000000000000000000000000000000000000000000000000000"}""", "photo")]
    [InlineData("""{"item":"@","name":""}""", "name")]
    [InlineData("""{"item":"@","price":1}""", "price")]
    public async Task A_choice_that_cannot_be_is_refused_by_field(string body, string field)
    {
        var (status, problem) = await TryChangeAsync(world.Imker, body.Replace("@", $"https://id.gs1.org/01/{BatchWorld.Gtin}", StringComparison.Ordinal));

        Assert.Equal((400, field), (status, (string)problem["field"]!));
    }

    [Fact]
    public async Task Choices_outlive_a_restart()
    {
        await using var ledger = await TestLedger.StartAsync();
        await BatchWorld.AskAsync(ledger.Admin, "/api/products", """{"sku":"TEA","name":"Tea"}""");
        using var change = new HttpRequestMessage(HttpMethod.Patch, "/api/items?item=" + Uri.EscapeDataString(Base(ledger) + "/id/operator/TEA"))
        { Content = new StringContent("""{"name":"Green tea"}""", Encoding.UTF8, "application/json") };
        Assert.Equal(200, (int)(await ledger.Admin.SendAsync(change)).StatusCode);

        await ledger.RestartAsync();

        Assert.Contains("Green tea", await ledger.Public.GetStringAsync("/id/operator/TEA"), StringComparison.Ordinal);
    }

    private static string Base(TestLedger ledger) => ledger.Public.BaseAddress!.GetLeftPart(UriPartial.Authority);

    private static async Task<JsonObject> ChangeAsync(HttpClient client, string json)
    {
        var (status, body) = await TryChangeAsync(client, json);
        Assert.True(status == 200, body.ToJsonString());
        return body;
    }

    private static async Task<(int Status, JsonObject Body)> TryChangeAsync(HttpClient client, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/items") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }

    /// <summary>Whether the public finds the quantity in the proof, the trace and on the page.</summary>
    private async Task<(bool Proof, bool Trace, bool Page)> ShownAsync(JsonObject made, int quantity)
    {
        var (_, trace) = await BatchWorld.GetAsync(world.Ledger.Public, "/api/trace?item=" + Uri.EscapeDataString((string)made["item"]!));
        var page = await world.Ledger.Public.GetStringAsync(new Uri((string)made["page"]!));
        return ((await DisclosedAsync(made)).Any(field => field.EndsWith($"/quantity\",{quantity}]", StringComparison.Ordinal)),
            (decimal?)trace["nodes"]![0]!["made"]?["value"] == quantity, page.Contains($"{quantity}", StringComparison.Ordinal));
    }

    private async Task<List<string>> DisclosedAsync(JsonObject recorded)
    {
        var (_, proof) = await BatchWorld.GetAsync(world.Ledger.Public, $"/api/log/{recorded["index"]}/proof");
        return [.. proof["event"]!["disclosures"]!.AsArray().Select(text => Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars((string)text!)))];
    }
}

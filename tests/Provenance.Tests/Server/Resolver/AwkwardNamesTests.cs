using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Provenance.Core.Gs1;
using Provenance.Tests.Server.Batches;

namespace Provenance.Tests.Server.Resolver;

/// <summary>What stands between two slashes of a URL may hold a slash itself: nothing on the way may read it twice.</summary>
public sealed class AwkwardNamesTests(HttpResolver world) : IClassFixture<HttpResolver>
{
    private const string Item = $"/01/{ResolverWorld.Gtin}";

    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    [Theory]
    [InlineData("A/B")]
    [InlineData("50%")]
    [InlineData("x+y")]
    [InlineData("%2F")]
    [InlineData("a&b=c?d")]
    [InlineData(";:,'*()\"<>!")]
    [InlineData("..")]
    public async Task Awkward_lots_are_themselves_on_every_route(string lot)
    {
        var escaped = PercentEncoding.Encode(lot);
        var uri = $"https://id.gs1.org{Item}/10/{escaped}";
        if (lot == "..")
        {
            // Browsers fold this away, escaped or not; so do clients, and the record names it all the same.
            escaped = "..";
        }
        var made = await BatchWorld.AskAsync(world.Maker, "/api/batches", BatchWorld.Making(JsonEncodedText.Encode(lot).ToString()));
        Assert.Equal(uri, (string?)made["item"]);
        Assert.Equal((string?)made["item"], (string?)(await BatchWorld.GetAsync(world.Public, "/api/trace?item=" + Uri.EscapeDataString(uri))).Body["nodes"]![0]!["item"]);
        Assert.Equal(uri, (string?)(await BatchWorld.GetAsync(world.Public, "/api/items?item=" + Uri.EscapeDataString($"(01){ResolverWorld.Gtin}(10){lot.Replace("(", "\\(", StringComparison.Ordinal)}"))).Body["item"]);
        using var qr = await world.GetAsync("/qr?item=" + Uri.EscapeDataString(uri));
        Assert.Equal(200, (int)qr.StatusCode);
        if (lot == "..")
        {
            return;
        }
        using var scan = await world.GetAsync($"{Item}/10/{escaped}");
        Assert.Equal($"{world.Root}/b{Item}/10/{escaped}", scan.Headers.Location!.OriginalString);
        using var page = await world.GetAsync($"/b{Item}/10/{escaped}");
        Assert.Equal(200, (int)page.StatusCode);
        Assert.Contains(Html.Encode(lot), await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var linkset = await world.LinksetAsync($"{Item}/10/{escaped}");
        Assert.Equal($"{world.Root}{Item}/10/{escaped}", (string?)linkset["linkset"]![0]!["anchor"]);
        using var lookUp = await world.GetAsync("/look-up?item=" + ResolverWorld.Gtin + "&lot=" + Uri.EscapeDataString(lot));
        Assert.Equal($"/b{Item}/10/{escaped}", lookUp.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("Charge Ü/7")]
    [InlineData("批次+50%")]
    public async Task Awkward_lots_of_our_own_are_themselves_on_every_route(string lot)
    {
        var made = await BatchWorld.AskAsync(world.Maker, "/api/batches",
            $$"""{"product":{"sku":"RYE/1","name":"Rye"},"lot":"{{lot}}","quantity":2,"uom":"kg","at":"2026-11-20T08:00:00+01:00","origin":{"country":"AT"} }""");
        var path = $"/id/imker/RYE%2F1/batch/{PercentEncoding.Encode(lot)}";

        Assert.Equal(world.Root + path, (string?)made["item"]);
        using var page = await world.GetAsync(path);
        Assert.Equal(200, (int)page.StatusCode);
        Assert.Contains(Html.Encode(lot), await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(world.Root + path, (string?)(await BatchWorld.GetAsync(world.Public, "/api/items?item=" + Uri.EscapeDataString(world.Root + path))).Body["item"]);
        using var qr = await world.GetAsync("/qr?item=" + Uri.EscapeDataString(world.Root + path));
        Assert.Equal(200, (int)qr.StatusCode);
    }

    [Theory]
    [InlineData("urn:example:event/50%25+ü?x=1")]
    [InlineData("https://example.org/events/1%2F2")]
    public async Task Awkward_event_ids_are_themselves_in_path_and_query(string id)
    {
        var captured = $$"""
            {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"ObjectEvent","eventID":"{{id}}","eventTime":"2026-11-20T08:00:00Z","eventTimeZoneOffset":"+00:00",
             "epcList":["https://id.gs1.org{{Item}}/21/{{Math.Abs(id.GetHashCode(StringComparison.Ordinal))}}"],"action":"OBSERVE","bizStep":"inspecting"}
            """;
        using var sent = await world.Maker.PostAsync("/events", new StringContent(captured, Encoding.UTF8, "application/json"));
        Assert.True((int)sent.StatusCode == 201, await sent.Content.ReadAsStringAsync());

        using var byPath = await world.Maker.GetAsync("/events/" + Uri.EscapeDataString(id));
        using var byQuery = await world.Maker.GetAsync("/events?id=" + Uri.EscapeDataString(id));

        Assert.Equal((200, 200), ((int)byPath.StatusCode, (int)byQuery.StatusCode));
        Assert.Contains(id, Regex.Unescape(await byPath.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }
}

using System.Text.Json.Nodes;
using Provenance.Tests.Server.Batches;

namespace Provenance.Tests.Server.Resolver;

public sealed class LinksApiTests(HttpResolver world) : IClassFixture<HttpResolver>
{
    [Fact]
    public async Task A_party_keeps_lists_and_takes_away_links_of_its_own_items()
    {
        var kept = await world.KeepAsync("gs1:faqs", "https://imker.example/faqs?a=1#top", """ "hreflang":["de-AT"],"context":["AT"],"mediaType":"text/html" """, $"(01){ResolverWorld.Gtin}(10)L-1");
        Assert.Equal($"https://id.gs1.org/01/{ResolverWorld.Gtin}/10/L-1", (string?)kept["item"]);
        using var found = await world.GetAsync($"/01/{ResolverWorld.Gtin}/10/L-1?linkType=gs1:faqs");
        Assert.Equal("https://imker.example/faqs?a=1&linkType=gs1:faqs#top", found.Headers.Location!.OriginalString);

        var own = JsonNode.Parse(await world.Maker.GetStringAsync("/api/links?item=" + Uri.EscapeDataString((string)kept["item"]!)))!.AsArray();
        Assert.Equal(kept.ToJsonString(), Assert.Single(own)!.ToJsonString());
        Assert.Equal("[]", await world.Stranger.GetStringAsync("/api/links"));

        Assert.Equal(404, (int)(await world.Stranger.DeleteAsync($"/api/links/{kept["id"]}")).StatusCode);
        Assert.Equal(204, (int)(await world.Maker.DeleteAsync($"/api/links/{kept["id"]}")).StatusCode);
        using var gone = await world.GetAsync($"/01/{ResolverWorld.Gtin}/10/L-1?linkType=gs1:faqs");
        Assert.Equal(404, (int)gone.StatusCode);
    }

    [Fact]
    public async Task Nobody_keeps_links_for_what_is_anothers_or_nobodys()
    {
        var (anothers, _) = await BatchWorld.TryAsync(world.Stranger, "/api/links", Body("item", ResolverWorld.Gtin));
        var (nobodys, _) = await BatchWorld.TryAsync(world.Stranger, "/api/links", Body("item", "09506000149325"));
        var (public_, _) = await BatchWorld.TryAsync(world.Public, "/api/links", Body("item", ResolverWorld.Gtin));
        var (admins, _) = await BatchWorld.TryAsync(world.Client(TestLedger.AdminKey), "/api/links", Body("item", "09506000149325"));

        Assert.Equal((403, 403, 401, 201), (anothers, nobodys, public_, admins));
    }

    [Fact]
    public async Task The_same_link_is_kept_once()
    {
        await world.KeepAsync("gs1:menuInfo", "https://imker.example/menu");

        var (status, problem) = await BatchWorld.TryAsync(world.Maker, "/api/links", $$"""{"item":"{{ResolverWorld.Gtin}}","type":"gs1:menuInfo","href":"https://imker.example/menu","title":"x"}""");

        Assert.Equal((409, "href"), (status, (string?)problem["field"]));
    }

    [Theory]
    [InlineData("item", "https://example.org/01/09506000134353")]
    [InlineData("item", "urn:uuid:0d8c8d6e-6f0a-4f6c-9d6a-0f6a2b7c1d3e")]
    [InlineData("item", "/id/imker/RYE")]
    [InlineData("type", "pip")]
    [InlineData("type", "gs1:nosuchlt")]
    [InlineData("type", "gs1:defaultLink")]
    [InlineData("type", "gs1:recallStatus")]
    [InlineData("type", "https://example.org/voc?x")]
    [InlineData("href", "javascript:alert(1)")]
    [InlineData("href", "/relative")]
    [InlineData("href", "https://user:secret@example.org/")]
    [InlineData("href", "https://example.org/a b")]
    [InlineData("href", "ROOT/01/09506000134352")]
    [InlineData("title", " ")]
    [InlineData("mediaType", "html")]
    [InlineData("mediaType", "text/*")]
    [InlineData("mediaType", "made/up")]
    public async Task A_wrong_link_is_refused_by_its_field(string field, string value)
    {
        var (status, problem) = await BatchWorld.TryAsync(world.Maker, "/api/links", Body(field, value.Replace("ROOT", world.Root, StringComparison.Ordinal)));

        Assert.Equal((400, field), (status, (string?)problem["field"]));
        Assert.Equal(value.Replace("ROOT", world.Root, StringComparison.Ordinal), (string?)problem["value"]);
    }

    [Theory]
    [InlineData("hreflang", "german")]
    [InlineData("hreflang", "DE")]
    [InlineData("context", "a b")]
    public async Task A_wrong_word_of_a_list_is_refused_by_its_field(string field, string value)
    {
        var body = JsonNode.Parse(Body("item", ResolverWorld.Gtin))!.AsObject();
        body[field] = new JsonArray("de", value);

        var (status, problem) = await BatchWorld.TryAsync(world.Maker, "/api/links", body.ToJsonString());

        Assert.Equal((400, field, value), (status, (string?)problem["field"], (string?)problem["value"]));
    }

    private static string Body(string field, string value)
    {
        var body = new JsonObject { ["item"] = ResolverWorld.Gtin, ["type"] = "gs1:homepage", ["href"] = "https://imker.example/", ["title"] = "Home", [field] = value };
        return body.ToJsonString();
    }
}

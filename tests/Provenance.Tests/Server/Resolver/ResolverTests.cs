using System.Diagnostics;
using System.Text.Json.Nodes;
using Provenance.Core.Gs1;
using Provenance.Tests.Server.Batches;

namespace Provenance.Tests.Server.Resolver;

/// <summary>What the resolver does beyond what GS1's suite asks.</summary>
public sealed class ResolverTests(HttpResolver world) : IClassFixture<HttpResolver>
{
    private const string Item = $"/01/{ResolverWorld.Gtin}";

    [Theory]
    [InlineData("de", "https://imker.example/sicher")]
    [InlineData("de-AT,de;q=0.9,en;q=0.8", "https://imker.example/sicher")]
    [InlineData("fr, en;q=0.2", "https://imker.example/safety")]
    [InlineData("en;q=0.4, de;q=0.3", "https://imker.example/safety")]
    public async Task The_readers_language_decides_between_links_of_one_type(string languages, string target)
    {
        using var answer = await world.GetAsync(Item + "/10/HO-1?linkType=gs1:safetyInfo", languages: languages);
        using var byQuery = await world.GetAsync(Item + $"/10/HO-1?linkType=gs1:safetyInfo&lang={languages[..2]}", languages: "it");

        Assert.Equal(target + "?linkType=gs1:safetyInfo", answer.Headers.Location!.OriginalString);
        Assert.Contains("Accept-Language", answer.Headers.Vary);
        Assert.Equal(languages[..2] == "fr" ? 300 : 307, (int)byQuery.StatusCode);
    }

    [Fact]
    public async Task Links_that_fit_alike_are_a_choice()
    {
        using var answer = await world.GetAsync(Item + "?linkType=gs1:recipeInfo", languages: "de");
        var choice = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["linkset"]![0]!;
        using var page = await world.GetAsync(Item + "?linkType=gs1:recipeInfo", accept: "text/html");

        Assert.Equal((300, "application/linkset+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Equal(["https://imker.example/recipes/1", "https://imker.example/recipes/2"], choice["https://ref.gs1.org/voc/recipeInfo"]!.AsArray().Select(link => (string?)link!["href"]));
        Assert.Equal((300, "text/html"), ((int)page.StatusCode, page.Content.Headers.ContentType!.MediaType));
        Assert.Contains("href=\"https://imker.example/recipes/2\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("&context=AT", "https://imker.example/at")]
    [InlineData("&context=at", "https://imker.example/at")]
    [InlineData("&context=FR", "https://imker.example/everybody")]
    [InlineData("", "https://imker.example/everybody")]
    public async Task The_context_decides_between_links_and_who_names_none_gets_what_is_for_everybody(string query, string target)
    {
        await TryKeepAsync("gs1:promotion", "https://imker.example/everybody");
        await TryKeepAsync("gs1:promotion", "https://imker.example/at", """ "context":["AT","DE"] """);

        using var answer = await world.GetAsync($"{Item}?linkType=gs1:promotion{query}");

        Assert.Equal(target, answer.Headers.Location!.GetLeftPart(UriPartial.Path));
    }

    [Fact]
    public async Task The_media_type_decides_between_links()
    {
        await TryKeepAsync("gs1:tutorial", "https://imker.example/film", """ "mediaType":"video/mp4" """);
        await TryKeepAsync("gs1:tutorial", "https://imker.example/booklet", """ "mediaType":"application/pdf" """);

        using var film = await world.GetAsync(Item + "?linkType=gs1:tutorial", accept: "video/*, */*;q=0.1");
        using var booklet = await world.GetAsync(Item + "?linkType=gs1:tutorial&mediaType=application/pdf");

        Assert.Equal(("/film", "/booklet"), (film.Headers.Location!.AbsolutePath, booklet.Headers.Location!.AbsolutePath));
    }

    [Fact]
    public async Task The_nearest_link_counts_and_a_lot_inherits_its_products()
    {
        const string lot = $"https://example.org/01/{ResolverWorld.Gtin}/10/NEAR";
        await world.KeepAsync("gs1:support", "https://imker.example/support");
        await world.KeepAsync("gs1:support", "https://imker.example/support/near", item: lot);
        await world.KeepAsync("gs1:eifu", "https://imker.example/variant", item: $"https://example.org/01/{ResolverWorld.Gtin}/22/V");

        Assert.Equal("/support/near", await PathAsync(Item + "/10/NEAR?linkType=gs1:support"));
        Assert.Equal("/support/near", await PathAsync(Item + "/22/V/10/NEAR/21/1?linkType=gs1:support"));
        Assert.Equal("/support", await PathAsync(Item + "/10/FAR?linkType=gs1:support"));
        Assert.Equal("/variant", await PathAsync(Item + "/22/V/10/NEAR?linkType=gs1:eifu"));
        using var other = await world.GetAsync(Item + "/22/W/10/NEAR?linkType=gs1:eifu");
        Assert.Equal(404, (int)other.StatusCode);
    }

    [Fact]
    public async Task What_a_company_links_to_once_holds_for_all_that_it_makes_but_leads_no_scan_away()
    {
        var admin = world.Client(TestLedger.AdminKey);
        await BatchWorld.AskAsync(admin, "/api/parties", """{"name":"Mill","slug":"mill","country":"AT","gln":"9521123456785"}""");
        await BatchWorld.AskAsync(admin, "/api/products", """{"gtin":"09521123456006","name":"Flour","party":"mill"}""");
        await BatchWorld.AskAsync(admin, "/api/links", """{"item":"(417)9521123456785","type":"gs1:homepage","href":"https://mill.example/","title":"The mill","default":true}""");

        Assert.Equal("mill.example", (await world.GetAsync("/01/09521123456006/10/F-1?linkType=gs1:homepage")).Headers.Location!.Host);
        Assert.Equal("mill.example", (await world.GetAsync("/417/9521123456785")).Headers.Location!.Host);
        Assert.Equal("/b/01/09521123456006/10/F-1", await PathAsync("/01/09521123456006/10/F-1"));
        Assert.Equal([$"{world.Root}/01/09521123456006", $"{world.Root}/417/9521123456785"],
            (await world.LinksetAsync("/01/09521123456006"))["linkset"]!.AsArray().Select(level => (string?)level!["anchor"]));
        Assert.Equal(404, (int)(await world.GetAsync(Item + "?linkType=gs1:homepage")).StatusCode);
    }

    [Fact]
    public async Task A_compressed_link_is_resolved_as_what_it_says_and_the_answer_names_that()
    {
        foreach (var (keepsKey, query) in new[] { (true, ""), (false, ""), (false, "?17=271120") })
        {
            Assert.True(CompressedLink.TryCompress($"{world.Root}{Item}/10/HO-1{query}", keepsKey, packsOthers: false, out var compressed, out _));

            using var answer = await world.GetAsync(compressed[world.Root.Length..]);

            Assert.Equal($"{world.Root}/b{Item}/10/HO-1{query}", answer.Headers.Location!.OriginalString);
            Assert.Contains($"<{world.Root}{Item}/10/HO-1>; rel=\"owl:sameAs\"", answer.Headers.GetValues("Link"));
            Assert.Contains($"<{world.Root}{Item}/10/HO-1?linkType=linkset>; rel=\"linkset\"", string.Join(",", answer.Headers.GetValues("Link")), StringComparison.Ordinal);
        }
        using var word = await world.GetAsync("/favicon");
        Assert.Equal(404, (int)word.StatusCode);
    }

    [Theory]
    [InlineData("/01/09506000134369")]
    [InlineData("/01/09506000134369/10/X")]
    [InlineData("/414/9506000134352")]
    [InlineData("/417/9506000134352")]
    [InlineData("/00/095060001343520017")]
    [InlineData("/253/9506000134352A1")]
    [InlineData("/255/9506000134352")]
    [InlineData("/401/9506000x")]
    [InlineData("/402/95060001343520015")]
    [InlineData("/415/9506000134352/8020/R1")]
    [InlineData("/8003/00950600134352400")]
    [InlineData("/8004/9506000x/7040/1A2B")]
    [InlineData("/8006/095060001343690102/21/S")]
    [InlineData("/8010/9506000A/8011/7")]
    [InlineData("/8013/1987654Ad4X4bL5ttr2310c2K")]
    [InlineData("/8017/952114112345678906/8019/1")]
    [InlineData("/8018/952114112345678906")]
    public async Task Every_primary_key_leads_to_a_page_and_has_no_links_where_nothing_is_known(string path)
    {
        if (!DigitalLink.TryParse(world.Root + path, out _, out var fault))
        {
            Assert.Contains("check digit", fault, StringComparison.Ordinal);
            return;
        }
        using var answer = await world.GetAsync(path);
        using var linkset = await world.GetAsync(path + "?linkType=linkset");
        using var pip = await world.GetAsync(path + "?linkType=gs1:pip");

        Assert.Equal((307, 404, 404), ((int)answer.StatusCode, (int)linkset.StatusCode, (int)pip.StatusCode));
        using var page = await world.GetAsync(answer.Headers.Location!.PathAndQuery);
        Assert.Equal(404, (int)page.StatusCode);
    }

    [Fact]
    public async Task The_makers_default_leads_elsewhere_until_the_lot_is_recalled()
    {
        const string gtin = "09506000149301";
        await BatchWorld.AskAsync(world.Client(TestLedger.AdminKey), "/api/products", $$"""{"gtin":"{{gtin}}","name":"Comb","party":"imker"}""");
        await BatchWorld.AskAsync(world.Maker, "/api/batches", BatchWorld.Making("R-1").Replace(ResolverWorld.Gtin, gtin, StringComparison.Ordinal));
        await world.KeepAsync("gs1:pip", "https://imker.example/comb", """ "default":true, "hreflang":["en"] """, gtin);
        await world.KeepAsync("gs1:pip", "https://imker.example/wabe", """ "default":true, "hreflang":["de"], "keepsQuery":false """, gtin);

        Assert.Equal("/comb", await PathAsync($"/01/{gtin}/10/R-1"));
        using var german = await world.GetAsync($"/01/{gtin}/10/R-1?x=1", languages: "de");
        Assert.Equal("https://imker.example/wabe", german.Headers.Location!.OriginalString);
        var product = (await world.LinksetAsync($"/01/{gtin}"))["linkset"]![0]!;
        Assert.Equal("https://imker.example/comb", (string?)Assert.Single(product["https://ref.gs1.org/voc/defaultLink"]!.AsArray())!["href"]);
        Assert.Equal(2, product["https://ref.gs1.org/voc/defaultLinkMulti"]!.AsArray().Count);

        await BatchWorld.AskAsync(world.Maker, "/api/batches/events",
            $$"""{"step":"recall","at":"2026-11-20T10:00:00+01:00","item":"https://id.gs1.org/01/{{gtin}}/10/R-1","reason":"glass"}""");

        Assert.Equal($"/b/01/{gtin}/10/R-1", await PathAsync($"/01/{gtin}/10/R-1"));
        Assert.Equal("/comb", await PathAsync($"/01/{gtin}/10/R-2"));
    }

    [Fact]
    public async Task Reached_by_another_name_it_answers_with_a_path()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, world.Root + Item) { Headers = { Host = "another.example" } };
        using var answer = await world.Public.SendAsync(request);

        Assert.Equal("/b" + Item, answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task People_get_pages_and_JSON_LD_names_its_context()
    {
        using var page = await world.GetAsync(Item + "?linkType=linkset", accept: "text/html,application/xhtml+xml,*/*;q=0.8");
        using var ld = await world.GetAsync(Item + "?linkType=linkset", accept: "application/ld+json");
        using var refused = await world.GetAsync("/01/09506000134353", accept: "text/html");

        Assert.Equal((200, "text/html"), ((int)page.StatusCode, page.Content.Headers.ContentType!.MediaType));
        Assert.Contains("https://imker.example/instructions", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("https://ref.gs1.org/standards/resolver/linkset-context", (string?)JsonNode.Parse(await ld.Content.ReadAsStringAsync())!["@context"]);
        Assert.Equal((400, "text/html"), ((int)refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
    }

    // A party and a place are on record and private; the others are not on record at all.
    [Fact]
    public async Task What_is_private_and_what_is_unknown_answer_alike_in_body_and_time()
    {
        await BatchWorld.AskAsync(world.Maker, "/api/places", """{"id":"hive","name":"Secret hive","city":"Imst","country":"AT","gln":"9506000134376"}""");
        foreach (var query in new[] { "", "?linkType=linkset", "?linkType=gs1:pip" })
        {
            var (secret, unknown) = (new Tries(), new Tries());
            for (var i = 0; i < 20; i++)
            {
                await TryAsync("/414/9506000134376" + query, secret);
                await TryAsync("/414/9506000134383" + query, unknown);
            }

            Assert.Equal(secret.Answer.Replace("9506000134376", "9506000134383", StringComparison.Ordinal), unknown.Answer);
            // One that looked something up for the other's nothing would be off by more than half.
            Assert.InRange(secret.Median / unknown.Median, 0.5, 2);
        }
    }

    private async Task<string> PathAsync(string path)
    {
        using var answer = await world.GetAsync(path);
        Assert.Equal(307, (int)answer.StatusCode);
        return answer.Headers.Location!.AbsolutePath;
    }

    // The rows of a theory share the ledger.
    private async Task TryKeepAsync(string type, string href, string more = "") => await BatchWorld.TryAsync(world.Maker, "/api/links",
        $$"""{"item":"{{ResolverWorld.Gtin}}","type":"{{type}}","href":"{{href}}","title":"{{type}}"{{(more.Length == 0 ? "" : "," + more)}}}""");

    private async Task TryAsync(string path, Tries tries)
    {
        var clock = Stopwatch.StartNew();
        using var answer = await world.GetAsync(path);
        tries.Answer = $"{answer.StatusCode} {answer.Headers.Location} {await answer.Content.ReadAsStringAsync()}";
        tries.Times.Add(clock.Elapsed.TotalMilliseconds);
    }

    /// <summary>Of one address, taken in turns with another's, so that what else the machine does falls on both.</summary>
    private sealed class Tries
    {
        public List<double> Times { get; } = [];

        /// <summary>Status, target and body of the last.</summary>
        public string Answer { get; set; } = "";

        public double Median => Times.Order().ElementAt(Times.Count / 2);
    }
}

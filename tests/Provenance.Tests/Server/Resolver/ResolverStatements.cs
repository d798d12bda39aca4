using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provenance.Core.Gs1;

namespace Provenance.Tests.Server.Resolver;

/// <summary>The statements of GS1's resolver test suite, each under the suite's name for it. Two more ask for TLS: <see cref="StatementsOverTls"/>.</summary>
public abstract class ResolverStatements(ResolverWorld world)
{
    private const string Item = $"/01/{ResolverWorld.Gtin}";

    private const string Lot = Item + "/10/HO-1";

    [Fact]
    public void IsURL_and_validDL_and_plausibleDL_The_tested_link_is_a_digital_link()
    {
        Assert.True(Uri.IsWellFormedUriString(world.Root + Lot, UriKind.Absolute));
        Assert.True(DigitalLink.TryParse(world.Root + Lot, out _, out _));
    }

    [Fact]
    public async Task RdFile_There_is_a_description_file_at_its_place()
    {
        using var answer = await world.GetAsync("/.well-known/gs1resolver", accept: "application/json");

        var description = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        Assert.Equal((200, "application/json", "*"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, Header(answer, "Access-Control-Allow-Origin")));
        Assert.Equal(world.Root, (string?)description["resolverRoot"]);
        Assert.Equal(["all"], description["supportedPrimaryKeys"]!.AsArray().Select(key => (string)key!));
        DescriptionSchema.AssertValid(description);
    }

    [Fact]
    public async Task HttpVersion_It_speaks_HTTP_1_1_or_higher()
    {
        using var answer = await world.GetAsync(Item);

        Assert.True(answer.Version >= new Version(1, 1));
    }

    [Fact]
    public async Task CorsCheck_and_methodsCheck_Any_page_may_ask_by_GET_HEAD_and_OPTIONS()
    {
        foreach (var (method, status) in new[] { (HttpMethod.Get, 307), (HttpMethod.Head, 307), (HttpMethod.Options, 204) })
        {
            using var answer = await world.GetAsync(Item, method: method);

            Assert.Equal((status, "*", "GET, HEAD, OPTIONS"),
                ((int)answer.StatusCode, Header(answer, "Access-Control-Allow-Origin"), Header(answer, "Access-Control-Allow-Methods")));
        }
        using var post = await world.GetAsync(Item, method: HttpMethod.Post);
        Assert.Equal(405, (int)post.StatusCode);
    }

    [Fact]
    public async Task LinkOnRedirect_and_legacyLinkHeaders_A_redirect_names_the_linkset_and_no_other_link()
    {
        using var answer = await world.GetAsync(Lot);

        Assert.Equal([$"<{world.Root}{Lot}?linkType=linkset>; rel=\"linkset\"; type=\"application/linkset+json\"; title=\"All links of this item\""], answer.Headers.GetValues("Link"));
    }

    [Theory]
    [InlineData(Item + "/foo")]
    [InlineData("/01/09506000134353")]
    [InlineData("/01/9506000134352")]
    [InlineData("/01/09506000134352/21/S/10/L")]
    [InlineData("/01/09506000134352/10/")]
    [InlineData("/01/09506000134352/10/A%20B")]
    [InlineData("/01/09506000134352?17=261331")]
    [InlineData("/01/09506000134352?10=L")]
    [InlineData("/01")]
    [InlineData("/00/00/395211411234567893")]
    [InlineData("/8013/1987654Ad4X4bL5ttr2310cXX")]
    public async Task ReportWith400_and_noErrorWith200_What_is_no_digital_link_is_said_to_be_none(string path)
    {
        using var answer = await world.GetAsync(path);

        Assert.Equal((400, "*", "application/problem+json"), ((int)answer.StatusCode, Header(answer, "Access-Control-Allow-Origin"), answer.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task TrailingSlash_A_slash_at_the_end_changes_nothing()
    {
        using var without = await world.GetAsync(Lot);
        using var with = await world.GetAsync(Lot + "/");

        Assert.Equal((without.StatusCode, without.Headers.Location), (with.StatusCode, with.Headers.Location));
    }

    [Theory]
    [InlineData("/10/test")]
    [InlineData("/21/test")]
    [InlineData("/22/test")]
    [InlineData("/22/A/10/B/21/C")]
    [InlineData("/235/test")]
    public async Task BasicWalkUp_Every_qualifier_is_taken_and_what_it_does_not_know_is_the_products(string qualifiers)
    {
        using var answer = await world.GetAsync(Item + qualifiers);
        using var instructions = await world.GetAsync(Item + qualifiers + "?linkType=gs1:instructions");
        var linkset = await world.LinksetAsync(Item + qualifiers);

        Assert.Equal(307, (int)answer.StatusCode);
        Assert.StartsWith("https://imker.example/instructions", instructions.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(world.Root + Item, (string?)linkset["linkset"]![0]!["anchor"]);
    }

    [Fact]
    public async Task LtLinksetNoRedirect_and_ltAllNoRedirect_and_ltAcceptHeader_Who_asks_for_all_links_gets_them()
    {
        foreach (var (query, accept) in new[] { ("?linkType=linkset", null), ("?linkType=all", null), ("", "application/linkset+json"), ("", "text/html;q=0.5, application/linkset+json") })
        {
            using var answer = await world.GetAsync(Lot + query, accept);

            Assert.Equal((200, "application/linkset+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            Assert.Equal([world.Root + Lot, world.Root + Item],
                JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["linkset"]!.AsArray().Select(level => (string?)level!["anchor"]));
        }
    }

    [ConformanceFact]
    public async Task ValidLinkset_and_hackedLinkset_Links_are_valid_by_the_schema()
    {
        foreach (var path in new[] { Item, Lot, Item + "/10/unknown" })
        {
            Assert.Empty(LinksetSchema.Faults(JsonSerializer.SerializeToElement(await world.LinksetAsync(path))));
        }
    }

    [Fact]
    public async Task LinksetJsonldCheck_and_declaredContentType_A_linkset_says_what_it_is()
    {
        using var answer = await world.GetAsync(Lot, accept: "application/linkset+json");

        Assert.Equal("application/linkset+json", answer.Content.Headers.ContentType!.ToString());
        Assert.Contains("<https://ref.gs1.org/standards/resolver/linkset-context>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"", answer.Headers.GetValues("Link"));
    }

    [Fact]
    public async Task QsPassedOn_The_query_goes_along()
    {
        using var answer = await world.GetAsync(Lot + "?17=271120&foo=bar%20b&baz");

        Assert.EndsWith("?17=271120&foo=bar%20b&baz", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DefaultLinkExists_and_singleDefaulLink_and_singleMultiLink_Each_level_has_one_default_with_a_title_alone()
    {
        foreach (var level in (await world.LinksetAsync(Lot))["linkset"]!.AsArray())
        {
            var defaults = Links(level!, "defaultLink");
            Assert.Equal(["href", "title"], Assert.Single(defaults).Select(member => member.Key));
            // What it leads to is described by another type too.
            Assert.Contains(level!.AsObject().Where(type => type.Key.StartsWith("https://", StringComparison.Ordinal) && !type.Key.Contains("defaultLink", StringComparison.Ordinal)).SelectMany(type => type.Value!.AsArray()),
                link => (string?)link!["href"] == (string?)defaults[0]["href"]);
            Assert.NotEqual(1, level!.AsObject().ContainsKey("https://ref.gs1.org/voc/defaultLinkMulti") ? Links(level!, "defaultLinkMulti").Count : 0);
        }
    }

    [ConformanceFact]
    public async Task LinkTypesDefined_Link_types_are_GS1s()
    {
        var types = File.ReadLines(Conformance.PathOf("gs1/linktypes-v1.16.tsv")).Skip(1).Select(line => line.Split('\t')).Where(row => row[3] == "stable").Select(row => row[0][4..]).ToHashSet();
        var used = (await world.LinksetAsync(Lot))["linkset"]!.AsArray().SelectMany(level => level!.AsObject()).Select(member => member.Key)
            .Where(key => key is not ("anchor" or "itemDescription")).ToList();

        Assert.All(used, type => Assert.Contains(type["https://ref.gs1.org/voc/".Length..], types));
        Assert.All(types, type => Assert.True(Provenance.Server.Resolver.LinkType.TryParse("gs1:" + type, out _, out _), type));
        Assert.False(Provenance.Server.Resolver.LinkType.TryParse("gs1:productSustainabilityInfo", out _, out _));
    }

    [Fact]
    public async Task DefaultTarget_Without_a_wish_a_scan_leads_to_the_default()
    {
        var linkset = await world.LinksetAsync(Lot);

        using var answer = await world.GetAsync(Lot);

        Assert.Equal((307, (string?)Links(linkset["linkset"]![0]!, "defaultLink")[0]["href"]), ((int)answer.StatusCode, answer.Headers.Location!.OriginalString));
    }

    [Fact]
    public async Task LoObject_Every_link_that_is_alone_in_its_type_is_reached_by_its_type()
    {
        var seen = new HashSet<string>();
        foreach (var (type, links) in (await world.LinksetAsync(Lot))["linkset"]!.AsArray().SelectMany(level => level!.AsObject()).Where(member => member.Key.StartsWith("https://", StringComparison.Ordinal)))
        {
            // The nearest level's counts.
            if (!seen.Add(type) || links!.AsArray().Count > 1)
            {
                continue;
            }
            foreach (var spelling in new[] { type, type.Replace("https://ref.gs1.org/voc/", "gs1:", StringComparison.Ordinal), type.Replace("ref.gs1.org", "gs1.org", StringComparison.Ordinal) })
            {
                using var answer = await world.GetAsync($"{Lot}?linkType={spelling}");

                var (page, fragment) = ((string)links[0]!["href"]!).Split('#') is [var p, var f] ? (p, "#" + f) : ((string)links[0]!["href"]!, "");
                Assert.Equal((307, $"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}linkType={spelling}{fragment}"), ((int)answer.StatusCode, answer.Headers.Location!.OriginalString));
            }
        }
        Assert.True(seen.Count > 5);
    }

    [Theory]
    [InlineData("gs1:nosuchlt")]
    [InlineData("gs1:leaveReview")]
    [InlineData("https://example.com/voc/nothing")]
    [InlineData("nothing")]
    public async Task SpecificLinkTypeNotFound_A_type_without_a_link_is_not_found(string type)
    {
        using var answer = await world.GetAsync($"{Lot}?linkType={type}");

        Assert.Equal(404, (int)answer.StatusCode);
    }

    private static List<JsonObject> Links(JsonNode level, string type) => [.. level["https://ref.gs1.org/voc/" + type]!.AsArray().Select(link => link!.AsObject())];

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}

public sealed class StatementsOverHttp(HttpResolver world) : ResolverStatements(world), IClassFixture<HttpResolver>;

/// <summary>The same with TLS, which two statements ask for.</summary>
public abstract class StatementsWithTls(ResolverWorld world) : ResolverStatements(world)
{
    private ResolverWorld World { get; } = world;

    [Fact]
    public async Task IsHttps_and_tlsOK_It_is_reached_by_HTTP_over_TLS()
    {
        using var answer = await World.GetAsync($"/01/{ResolverWorld.Gtin}");

        Assert.Equal(("https", 307), (new Uri(World.Root).Scheme, (int)answer.StatusCode));
        Assert.Equal("max-age=31536000", string.Join("", answer.Headers.GetValues("Strict-Transport-Security")));
    }

    [Theory]
    [InlineData("A%2FB")]
    [InlineData("A%25B")]
    [InlineData("A%2BB")]
    [InlineData("A+B")]
    [InlineData("A%3FB")]
    public async Task Escapes_in_a_lot_come_through(string lot)
    {
        using var answer = await World.GetAsync($"/01/{ResolverWorld.Gtin}/10/{lot}");

        Assert.Equal(307, (int)answer.StatusCode);
        using var page = await World.GetAsync(answer.Headers.Location!.PathAndQuery, accept: "text/html");
        Assert.Contains(Uri.UnescapeDataString(lot), WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_signs_in_gets_a_cookie_for_https_alone()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["key"] = TestLedger.AdminKey });
        using var request = new HttpRequestMessage(HttpMethod.Post, World.Root + "/portal") { Content = form };
        request.Headers.Add("Origin", World.Root);
        using var answer = await World.Public.SendAsync(request);

        Assert.Equal(303, (int)answer.StatusCode);
        Assert.Contains("; secure", Assert.Single(answer.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }
}

public sealed class StatementsOverTls(HttpsResolver world) : StatementsWithTls(world), IClassFixture<HttpsResolver>;

/// <summary>Behind the proxy that <c>deploy/</c> brings; needs Caddy on the machine.</summary>
public sealed class StatementsBehindProxy(CaddyResolver world) : StatementsWithTls(world), IClassFixture<CaddyResolver>;

using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Pages;
using Provenance.Tests.Server.Batches;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Pages;

public sealed class BuyerPageStoreTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    [Fact]
    public async Task The_page_of_a_lot_tells_its_way_and_hides_whose_goods_went_in()
    {
        var cake = await BakeAsync("PG-1");

        var page = Find(cake)!;

        Assert.Equal((BuyerSubject.Lot, "Cake", "PG-1-CAKE", LotState.InOrder), (page.Subject, page.ProductName!.Value, page.Lot, page.Condition.State));
        Assert.Equal(new Firm("bakery GmbH"), page.Maker);
        Assert.Equal("2026-11-27", page.BestBefore!.Value);
        Assert.Equal(["make", "ship", "receive", "transform"], page.Journey.Select(step => step.Step));
        Assert.Equal([true, true, true, false], page.Journey.Select(step => step.Leaf is null));
        Assert.Equal([null, null, "bakery GmbH", "bakery GmbH"], page.Journey.Select(step => step.By?.Name));
        Assert.Equal(["Imst", "Imst", "Passau", "Passau"], page.Journey.Select(step => step.Place!.City!.Value));
        Assert.All(page.Journey, step => Assert.Null(step.Amount));
        var ingredient = Assert.Single(page.Ingredients);
        Assert.Equal((null, null, "AT"), (ingredient.Name, ingredient.From, ingredient.Country!.Value));
        Assert.Null(page.Quantity);
        Assert.Equal("Organic", Assert.Single(page.Certificates).Name.Value);
        Assert.False(page.Certificates[0].IsExpired);
    }

    [Fact]
    public async Task What_the_maker_of_an_ingredient_made_is_shown_once_it_chose_to_be_named()
    {
        await using var other = new OtherWorld();
        var own = await other.StartAsync();
        var cake = await BakeAsync("PG-2", own);
        var parties = await own.Ledger.Admin.GetStringAsync("/api/parties");
        var imker = JsonNode.Parse(parties)!.AsArray().Single(party => (string?)party!["slug"] == "imker")!;
        using var change = await own.Imker.PatchAsync($"/api/parties/{(string)imker["id"]!}", new StringContent("""{"named":true}""", System.Text.Encoding.UTF8, "application/json"));
        change.EnsureSuccessStatusCode();

        var page = Find(cake, own)!;

        var ingredient = Assert.Single(page.Ingredients);
        Assert.Equal(("Honey", "imker GmbH", Lot("PG-2")), (ingredient.Name!.Value, ingredient.From!.Name, ingredient.Lot!.Value));
        Assert.All(page.Journey, step => Assert.NotNull(step.Leaf));
    }

    [Fact]
    public async Task A_lot_past_its_use_by_date_says_so()
    {
        await world.MakeAsync("PG-3", more: ""","useBy":"2026-11-20" """);

        Assert.Equal(LotState.PastUseBy, Find(Lot("PG-3"))!.Condition.State);
    }

    [Fact]
    public async Task A_product_has_a_page_and_an_unknown_lot_of_it_says_so()
    {
        await world.MakeAsync("PG-4");

        Assert.Equal((BuyerSubject.Product, "Honey"), (Find($"https://id.gs1.org/01/{Gtin}")!.Subject, Find($"https://id.gs1.org/01/{Gtin}")!.StatedProductName?.Value));
        Assert.Equal(BuyerSubject.UnknownLot, Find(Lot("NOT-MADE"))!.Subject);
        Assert.Null(Find("https://id.gs1.org/01/09506000134376"));
        Assert.Null(Find("urn:x:nothing"));
    }

    [Fact]
    public async Task Every_field_of_a_page_stands_in_the_public_proof_of_its_event()
    {
        var page = Find(await BakeAsync("PG-5"))!;

        var fields = FieldsOf(page).Where(field => field.Leaf is not null).ToList();
        Assert.True(fields.Count > 8);
        foreach (var ofEvent in fields.GroupBy(field => field.Leaf!.Value))
        {
            var (_, proof) = await GetAsync(world.Ledger.Public, BuyerPage.ProofPath(ofEvent.Key));
            var disclosed = proof["event"]!["disclosures"]!.AsArray().Select(text => Disclosure.Parse((string)text!)).ToDictionary(one => one.Pointer, one => JsonNode.Parse(one.Value.Span));
            Assert.All(ofEvent, field => Assert.Equal(field.Value, (string?)At(disclosed, field.Pointer)));
        }
        Assert.Superset(fields.Select(field => field.Leaf!.Value).ToHashSet(), page.Leaves.ToHashSet());
    }

    [Fact]
    public async Task A_page_draws_how_a_lot_came_together_and_names_no_hidden_one()
    {
        var page = Find(await BakeAsync("PG-6"))!;

        Assert.Equal([1, 1], page.Graph!.Rows.Select(row => row.Items.Count));
        var link = Assert.Single(page.Graph.Links);
        Assert.Equal((Lot("PG-6"), page.Item), (link.From.Uri, link.To.Uri));
        Assert.Null(page.GraphItems[link.From].Name);
        Assert.Equal(["Imst", "Passau"], page.Where!.Places.Select(place => place.Place.City!.Value));
    }

    [Fact]
    public async Task A_reading_out_of_range_is_public_and_one_within_is_not()
    {
        await world.MakeAsync("PG-7");
        var cold = await ObserveAsync("PG-7", 4);
        var warm = await ObserveAsync("PG-7", 11.5m);

        var alarms = Find(Lot("PG-7"))!.Journey.SelectMany(step => step.Alarms).ToList();

        var alarm = Assert.Single(alarms);
        Assert.Equal(("11.5", "CEL", "8", (ulong)warm), (alarm.Value.Value, alarm.Uom!.Value, alarm.Max!.Value, alarm.Value.Leaf!.Value));
        Assert.False(await ShowsReadingsAsync(cold));
        Assert.True(await ShowsReadingsAsync(warm));
    }

    [Fact]
    public async Task What_is_private_is_answered_like_what_is_unknown()
    {
        var (_, existing) = await PageAsync("/id/imker/at/hive");
        var (status, unknown) = await PageAsync("/id/imker/at/none");

        Assert.Equal(System.Net.HttpStatusCode.NotFound, status);
        Assert.Equal(unknown, existing);
    }

    private async Task<(System.Net.HttpStatusCode Status, string Body)> PageAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/html" } } };
        using var answer = await world.Ledger.Public.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<long> ObserveAsync(string lot, decimal celsius) => (long)(await AskAsync(world.Imker, "/api/batches/events", $$"""
        {"step":"observe","at":"2026-11-20T{{(celsius > 8 ? 12 : 11)}}:00:00+01:00","item":"{{Lot(lot)}}",
         "readings":[{"type":"Temperature","value":{{celsius.ToString(System.Globalization.CultureInfo.InvariantCulture)}},"uom":"CEL","min":2,"max":8}]}
        """))["index"]!;

    private async Task<bool> ShowsReadingsAsync(long leaf)
    {
        var (_, proof) = await GetAsync(world.Ledger.Public, BuyerPage.ProofPath((ulong)leaf));
        return proof["event"]!["disclosures"]!.AsArray().Any(text => Disclosure.Parse((string)text!).Pointer.StartsWith("/sensorElementList", StringComparison.Ordinal));
    }

    /// <summary>What the proof discloses there; a pointer may lead deeper than the disclosure that holds it.</summary>
    private static JsonNode? At(Dictionary<string, JsonNode?> disclosed, string pointer)
    {
        var (held, value) = disclosed.Single(one => pointer == one.Key || pointer.StartsWith(one.Key + "/", StringComparison.Ordinal));
        return pointer[held.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(value, (node, step) => node![step]);
    }

    private BuyerPage? Find(string item, BatchWorld? of = null)
    {
        var services = (of ?? world).Ledger.Services;
        return ItemId.TryParse(item, services.GetRequiredService<OwnIds>(), out var id, out var error)
            ? services.GetRequiredService<FindBuyerPage>()(id) : throw new ArgumentException(error);
    }

    private static IEnumerable<Recorded> FieldsOf(BuyerPage page) =>
        new[] { page.ProductName, page.BestBefore, page.UseBy, page.Made?.At, page.Made?.Offset }
            .Concat(page.Journey.SelectMany(step => new[] { step.SaidIn, step.Time?.At, step.Time?.Offset, step.Place?.City, step.Place?.Country, step.Basis }))
            .Concat(page.Ingredients.SelectMany(one => new[] { one.Name, one.Lot, one.Country }))
            .Concat(page.Certificates.SelectMany(one => new[] { one.Name, one.Issuer, one.Number, one.ValidFrom, one.ValidUntil, one.Url }))
            .OfType<Recorded>();

    private async Task<string> BakeAsync(string lot, BatchWorld? of = null)
    {
        var (imker, bakery) = ((of ?? world).Imker, (of ?? world).Bakery);
        await AskAsync(imker, "/api/batches", Making(lot));
        await AskAsync(imker, "/api/batches/events", $$"""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"{{Lot(lot)}}","quantity":100,"uom":"kg","to":{"party":"bakery"} }""");
        await AskAsync(bakery, "/api/batches/events", $$"""{"step":"receive","at":"2026-11-20T10:00:00+01:00","item":"{{Lot(lot)}}","quantity":100,"uom":"kg","from":{"party":"imker"} }""");
        var baked = await AskAsync(bakery, "/api/batches", $$"""
            {"at":"2026-11-20T14:00:00+01:00","inputs":[{"item":"{{Lot(lot)}}","quantity":60,"uom":"kg"}],"product":{"sku":"CAKE","name":"Cake"},"lot":"{{lot}}-CAKE","quantity":20,
             "bestBefore":"2026-11-27","certificates":[{"name":"Organic","number":"DE-1","issuer":"ABC","validUntil":"2027-01-01","covers":"lot"}]}
            """);
        return (string)baked["item"]!;
    }

    /// <summary>A ledger for one test, where a party changes its mind for good.</summary>
    private sealed class OtherWorld : IAsyncDisposable
    {
        private readonly BatchWorld _world = new();

        public async Task<BatchWorld> StartAsync()
        {
            await _world.InitializeAsync();
            return _world;
        }

        public async ValueTask DisposeAsync() => await _world.DisposeAsync();
    }
}

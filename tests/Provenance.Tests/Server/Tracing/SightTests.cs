using System.Text.Json.Nodes;
using Provenance.Tests.Server.Batches;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Tracing;

/// <summary>One way of goods, asked for by everybody who may have an interest in it (design §7, Private by default).</summary>
public sealed class SightTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    [Fact]
    public async Task Each_asker_sees_of_one_trace_what_is_his_to_see()
    {
        var cake = await BakeAsync("SG-1", "bakery");
        var auditor = await AuditorAsync();

        // The bakery's own steps and what was sent to it; the beekeeper sent honey, and does not know of cakes; who checks sees all; a rival is the public.
        Assert.Equal("4 of 4 events by index, 4 by name of who, 2 items by name, amounts of 5", Print(await BackAsync(auditor, cake)));
        Assert.Equal("4 of 4 events by index, 3 by name of who, 2 items by name, amounts of 4", Print(await BackAsync(world.Bakery, cake)));
        Assert.Equal("4 of 4 events by index, 3 by name of who, 2 items by name, amounts of 3", Print(await BackAsync(world.Imker, cake)));
        Assert.Equal("1 of 4 events by index, 0 by name of who, 1 items by name, amounts of 0", Print(await BackAsync(world.Stranger, cake)));
        Assert.Equal("1 of 4 events by index, 0 by name of who, 1 items by name, amounts of 0", Print(await BackAsync(world.Ledger.Public, cake)));
    }

    [Fact]
    public async Task Of_an_event_that_is_not_shown_not_even_the_hour_is_told()
    {
        var cake = await BakeAsync("SG-2", "bakery");

        var seen = await BackAsync(world.Ledger.Public, cake);

        var hidden = seen["events"]!.AsArray().Where(e => e!["index"] is null).ToList();
        Assert.Equal(3, hidden.Count);
        Assert.All(hidden, e => Assert.Equal(("2026-11-20T00:00:00+01:00", "day", null), ((string?)e!["eventTime"], (string?)e["timePrecision"], e["proof"])));
        Assert.DoesNotContain("T09:", seen.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_only_says_that_he_received_a_pallet_learns_nothing_of_what_is_on_it()
    {
        await world.MakeAsync("SG-3");
        var pallet = world.PublicUrl + "/id/imker/unit/SG-3";
        await StepAsync(world.Imker, $$"""{"step":"pack","at":"2026-11-20T12:00:00+01:00","into":"{{pallet}}","contents":[{"item":"{{Lot("SG-3")}}","quantity":317,"uom":"kg"}]}""");
        await StepAsync(world.Imker, $$"""{"step":"ship","at":"2026-11-20T13:00:00+01:00","items":[{"item":"{{pallet}}"}],"to":{"party":"bakery"} }""");
        await StepAsync(world.Stranger, $$"""{"step":"receive","at":"2026-11-20T14:00:00+01:00","items":[{"item":"{{pallet}}"}],"from":{"party":"imker"} }""");

        var (_, asked) = await GetAsync(world.Stranger, "/api/items?item=" + Uri.EscapeDataString(Lot("SG-3")));
        var (_, traced) = await GetAsync(world.Stranger, $"/api/trace?direction=both&item={Uri.EscapeDataString(Lot("SG-3"))}");

        Assert.Null(asked["balance"]);
        Assert.Empty(asked["accounts"]!.AsArray());
        Assert.DoesNotMatch(@"\b317\b", asked.ToJsonString() + traced.ToJsonString()); // alone: a port may hold it

        await StepAsync(world.Bakery, $$"""{"step":"receive","at":"2026-11-20T15:00:00+01:00","items":[{"item":"{{pallet}}"}],"from":{"party":"imker"} }""");
        Assert.Equal(317m, (decimal)(await GetAsync(world.Bakery, "/api/items?item=" + Uri.EscapeDataString(Lot("SG-3")))).Body["balance"]![0]!["value"]!);
    }

    private async Task<string> BakeAsync(string lot, string to)
    {
        await world.MakeAsync(lot);
        await StepAsync(world.Imker, $$"""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"{{Lot(lot)}}","quantity":100,"uom":"kg","to":{"party":"{{to}}"} }""");
        await StepAsync(world.Bakery, $$"""{"step":"receive","at":"2026-11-20T10:00:00+01:00","item":"{{Lot(lot)}}","quantity":100,"uom":"kg","from":{"party":"imker"} }""");
        var baked = await AskAsync(world.Bakery, "/api/batches", $$"""
            {"at":"2026-11-20T14:00:00+01:00","inputs":[{"item":"{{Lot(lot)}}","quantity":60,"uom":"kg"}],"product":{"sku":"CAKE","name":"Cake"},"lot":"OF-{{lot}}","quantity":20}
            """);
        return (string)baked["item"]!;
    }

    private async Task<HttpClient> AuditorAsync()
    {
        var party = await AskAsync(world.Ledger.Admin, "/api/parties", """{"name":"Prüfer","slug":"pruefer","country":"AT"}""");
        var key = await AskAsync(world.Ledger.Admin, $"/api/parties/{(string)party["id"]!}/keys", """{"role":"auditor"}""");
        return world.Ledger.Client((string)key["key"]!);
    }

    private static Task<JsonObject> StepAsync(HttpClient client, string step) => AskAsync(client, "/api/batches/events", step);

    private static async Task<JsonObject> BackAsync(HttpClient client, string item) =>
        (await GetAsync(client, $"/api/trace?direction=back&item={Uri.EscapeDataString(item)}")).Body;

    private static string Print(JsonObject trace)
    {
        var events = trace["events"]!.AsArray();
        var named = trace["nodes"]!.AsArray().Count(node => !((string)node!["item"]!).StartsWith("hidden:", StringComparison.Ordinal));
        var amounts = events.SelectMany(e => e!["items"]!.AsArray()).Count(mention => mention!["quantity"] is not null);
        return $"{events.Count(e => e!["index"] is not null)} of {events.Count} events by index, {events.Count(e => e!["party"] is not null)} by name of who, {named} items by name, amounts of {amounts}";
    }
}

using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Provenance.Tests.Server.Portal;

/// <summary>A beekeeper with honey and a bakery that buys it, each in a browser without script.</summary>
public abstract partial class StepFormTests : IAsyncLifetime
{
    private protected TestLedger Ledger { get; private set; } = null!;

    private protected PortalFirm Beekeeper { get; private set; } = null!;

    private protected PortalFirm Bakery { get; private set; } = null!;

    /// <summary>URI of the beekeeper's 480 kg.</summary>
    private protected string Honey { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Ledger = await TestLedger.StartAsync();
        Beekeeper = await PortalFirm.AddAsync(Ledger, "imker", "Imkerei");
        Bakery = await PortalFirm.AddAsync(Ledger, "bakery", "Bakery");
        Honey = await Beekeeper.MakeAsync("HO-1");
    }

    public Task DisposeAsync() => Ledger.DisposeAsync();

    private protected (string Name, string Value)[] Row(string quantity) => [("row-item", Honey), ("row-quantity", quantity), ("row-uom", "kg")];

    private protected (string, string)[] Receipt(string quantity, string damaged = "") =>
        [.. Row(quantity), ("row-damaged", damaged), ("partner", "imker"), ("made", "2026-11-21"), ("place", "hall"), ("once", "receipt")];

    /// <summary>From the beekeeper to the bakery, by the API.</summary>
    private protected async Task<string> ShipAsync(string quantity, string paper = "LS-881") => (string)(await Beekeeper.PostApiAsync("/api/batches/events", new JsonObject
    {
        ["step"] = "ship",
        ["at"] = "2026-11-21T09:00:00+01:00",
        ["items"] = new JsonArray(new JsonObject { ["item"] = Honey, ["quantity"] = decimal.Parse(quantity, CultureInfo.InvariantCulture), ["uom"] = "kg" }),
        ["to"] = new JsonObject { ["party"] = "bakery" },
        ["documents"] = new JsonArray(new JsonObject { ["type"] = "desadv", ["number"] = paper }),
    }))["eventId"]!;

    private protected async Task<decimal> HeldAsync(PortalFirm firm)
    {
        var answer = await firm.Api.GetFromJsonAsync<JsonObject>($"/api/items?item={Uri.EscapeDataString(Honey)}");
        return (decimal)answer!["balance"]![0]!["value"]!;
    }

    /// <summary>How many entries there are.</summary>
    private protected async Task<long> SizeAsync() => (long)(await Ledger.Public.GetFromJsonAsync<JsonObject>("/api/log/checkpoint"))!["size"]!;

    private protected static async Task<JsonNode> EventAsync(PortalFirm firm, string leaf)
    {
        var page = await firm.Browser.GetStringAsync($"/portal/events/{leaf}");
        var answer = JsonNode.Parse(await firm.Api.GetStringAsync($"/events/{Uri.EscapeDataString(EventId().Match(page).Value)}"))!;
        return answer["epcisBody"]?["queryResults"]?["resultsBody"]?["eventList"]?[0] ?? answer["epcisBody"]?["event"] ?? answer;
    }

    private protected static async Task<string> TextAsync(Task<HttpResponseMessage> answer) => await (await answer).Content.ReadAsStringAsync();

    [GeneratedRegex(@"/portal/events/(\d+)\?done=1(?:&also=(\d+))?")]
    private protected static partial Regex Leaves();

    [GeneratedRegex("urn:uuid:[0-9a-f-]{36}")]
    private static partial Regex EventId();
}

using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Provenance.Tests.Server.Batches;

/// <summary>A beekeeper, a bakery and a stranger on one ledger, spoken to over HTTP.</summary>
public sealed class BatchWorld : IAsyncLifetime
{
    public const string Gtin = "09506000134352";
    public const string Honey = $"https://id.gs1.org/01/{Gtin}/10/HO-1";
    public const string Pallet = "https://id.gs1.org/00/095060001343520017";

    public TestLedger Ledger { get; } = new();

    public HttpClient Imker { get; private set; } = null!;

    public HttpClient Bakery { get; private set; } = null!;

    public HttpClient Stranger { get; private set; } = null!;

    /// <summary>What ids of the ledger's own begin with.</summary>
    public string PublicUrl => Ledger.Services.GetRequiredService<Provenance.Core.Gs1.OwnIds>().PublicUrl;

    public async Task InitializeAsync()
    {
        await Ledger.InitializeAsync();
        Imker = await JoinAsync("imker", "AT");
        Bakery = await JoinAsync("bakery", "DE");
        Stranger = await JoinAsync("stranger", "FR");
        await AskAsync(Ledger.Admin, "/api/products", $$"""{"gtin":"{{Gtin}}","name":"Honey","party":"imker"}""");
        await AskAsync(Imker, "/api/places", """{"id":"hive","name":"Imkerei","city":"Imst","country":"AT","timeZone":"Europe/Vienna"}""");
        await AskAsync(Bakery, "/api/places", """{"id":"ramp-1","name":"Ramp 1","city":"Passau","country":"DE","timeZone":"Europe/Berlin"}""");
    }

    public Task DisposeAsync() => Ledger.DisposeAsync();

    /// <summary>Sends a request that must succeed, and answers its body.</summary>
    public static async Task<JsonObject> AskAsync(HttpClient client, string route, string json)
    {
        var (status, body) = await TryAsync(client, route, json);
        Assert.True(status is 200 or 201, $"{route} answered {status}: {body.ToJsonString()} to {json}");
        return body;
    }

    public static async Task<(int Status, JsonObject Body)> TryAsync(HttpClient client, string route, string json, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, body.Length == 0 ? [] : JsonNode.Parse(body)!.AsObject());
    }

    public static async Task<(int Status, JsonObject Body)> GetAsync(HttpClient client, string route)
    {
        using var response = await client.GetAsync(route);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
    }

    public Task<JsonObject> MakeAsync(string lot, decimal quantity = 480, string more = "") => AskAsync(Imker, "/api/batches", Making(lot, quantity, more));

    public static string Making(string lot, decimal quantity = 480, string more = "") =>
        $$"""{"product":{"gtin":"{{Gtin}}"},"lot":"{{lot}}","quantity":{{quantity.ToString(System.Globalization.CultureInfo.InvariantCulture)}},"uom":"kg","at":"2026-11-20T08:00:00+01:00","origin":{"country":"AT"}{{more}}}""";

    /// <summary>The lots of one test differ from those of all others, which share the ledger.</summary>
    public static string Lot(string lot) => $"https://id.gs1.org/01/{Gtin}/10/{lot}";

    /// <summary>The event as it was stored.</summary>
    public JsonObject Stored(JsonNode index)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(Ledger.Folder, "ledger.db")};Mode=ReadOnly;Pooling=False");
        return JsonNode.Parse(Dapper.SqlMapper.QuerySingle<byte[]>(connection, "SELECT body FROM event WHERE leaf = @leaf", new { leaf = (long)index }))!.AsObject();
    }

    /// <summary>How many events there are, and how many rows of everything that a request could leave behind.</summary>
    public long CountRows()
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(Ledger.Folder, "ledger.db")};Mode=ReadOnly;Pooling=False");
        return Dapper.SqlMapper.QuerySingle<long>(connection, """
            SELECT (SELECT count(*) FROM entry) + (SELECT count(*) FROM event) + (SELECT count(*) FROM seed) + (SELECT count(*) FROM meta)
                 + (SELECT count(*) FROM item) + (SELECT count(*) FROM ix_item) + (SELECT count(*) FROM ix_term) + (SELECT count(*) FROM checkpoint)
                 + (SELECT count(*) FROM idempotency) + (SELECT count(*) FROM product) + (SELECT count(*) FROM place)
            """);
    }

    private async Task<HttpClient> JoinAsync(string slug, string country)
    {
        var party = await AskAsync(Ledger.Admin, "/api/parties", $$"""{"name":"{{slug}} GmbH","slug":"{{slug}}","country":"{{country}}"}""");
        var key = await AskAsync(Ledger.Admin, $"/api/parties/{(string)party["id"]!}/keys", """{"role":"supplier"}""");
        return Ledger.Client((string)key["key"]!);
    }
}

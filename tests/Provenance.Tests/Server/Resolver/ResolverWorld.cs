using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Provenance.Tests.Server.Batches;

namespace Provenance.Tests.Server.Resolver;

/// <summary>A product with a lot and a party's own links, on a ledger reached by http or https.</summary>
public abstract class ResolverWorld : IAsyncLifetime
{
    public const string Gtin = BatchWorld.Gtin;

    public TestLedger Ledger { get; private set; } = null!;

    /// <summary>The server's root, without slash.</summary>
    public string Root { get; protected set; } = null!;

    public HttpClient Public { get; private set; } = null!;

    /// <summary>With the key of the firm that holds <see cref="Gtin"/>.</summary>
    public HttpClient Maker { get; private set; } = null!;

    public HttpClient Stranger { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Ledger = await StartAsync();
        Public = Client(null);
        var admin = Client(TestLedger.AdminKey);
        Maker = await JoinAsync(admin, "imker");
        Stranger = await JoinAsync(admin, "stranger");
        await BatchWorld.AskAsync(admin, "/api/products", $$"""{"gtin":"{{Gtin}}","name":"Honey","party":"imker"}""");
        await BatchWorld.AskAsync(Maker, "/api/batches", BatchWorld.Making("HO-1"));
        await KeepAsync("gs1:instructions", "https://imker.example/instructions");
        await KeepAsync("gs1:safetyInfo", "https://imker.example/safety", """ "hreflang":["en"] """);
        await KeepAsync("gs1:safetyInfo", "https://imker.example/sicher", """ "hreflang":["de"] """);
        await KeepAsync("gs1:recipeInfo", "https://imker.example/recipes/1");
        await KeepAsync("gs1:recipeInfo", "https://imker.example/recipes/2");
    }

    public virtual async Task DisposeAsync() => await Ledger.DisposeAsync();

    /// <summary>Starts the ledger and sets <see cref="Root"/>.</summary>
    protected virtual async Task<TestLedger> StartAsync()
    {
        var ledger = await TestLedger.StartAsync();
        Root = RootOf(ledger);
        return ledger;
    }

    protected static string RootOf(TestLedger ledger) => ledger.Public.BaseAddress!.ToString().TrimEnd('/');

    /// <summary>Whether this is the certificate that the server must have.</summary>
    protected virtual bool Trusts(X509Certificate2 presented) => false;

    /// <summary>Follows no redirects. Over TLS it trusts this world's own certificate and no other.</summary>
    public HttpClient Client(string? key)
    {
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            ServerCertificateCustomValidationCallback = (_, presented, _, _) => presented is not null && Trusts(presented),
        };
        var client = new HttpClient(handler) { BaseAddress = new Uri(Root) };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        }
        return client;
    }

    /// <summary>Keeps a link of the maker's for its product, or another item.</summary>
    public Task<JsonObject> KeepAsync(string type, string href, string more = "", string item = Gtin) => BatchWorld.AskAsync(Maker, "/api/links",
        $$"""{"item":"{{item}}","type":"{{type}}","href":"{{href}}","title":"{{type[4..]}} of the maker"{{(more.Length == 0 ? "" : "," + more)}}}""");

    /// <summary>A GET with headers of one's own.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, string? accept = null, string? languages = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, Root + path);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }
        if (languages is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Language", languages);
        }
        return await Public.SendAsync(request);
    }

    /// <summary>All links of an item, which must be there.</summary>
    public async Task<JsonObject> LinksetAsync(string path)
    {
        using var answer = await GetAsync(path + "?linkType=linkset");
        Assert.Equal(200, (int)answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    private async Task<HttpClient> JoinAsync(HttpClient admin, string slug)
    {
        var party = await BatchWorld.AskAsync(admin, "/api/parties", $$"""{"name":"{{slug}} GmbH","slug":"{{slug}}","country":"AT"}""");
        var key = await BatchWorld.AskAsync(admin, $"/api/parties/{(string)party["id"]!}/keys", """{"role":"supplier"}""");
        return Client((string)key["key"]!);
    }
}

public sealed class HttpResolver : ResolverWorld;

/// <summary>TLS by the server itself.</summary>
public sealed class HttpsResolver : ResolverWorld
{
    private readonly string _file = Path.GetTempFileName();
    private readonly X509Certificate2 _certificate = MakeCertificate();

    protected override async Task<TestLedger> StartAsync()
    {
        await File.WriteAllBytesAsync(_file, _certificate.Export(X509ContentType.Pfx, "test"));
        var ledger = await TestLedger.StartAsync("--urls=https://127.0.0.1:0", $"--Kestrel:Certificates:Default:Path={_file}", "--Kestrel:Certificates:Default:Password=test");
        Root = RootOf(ledger);
        return ledger;
    }

    protected override bool Trusts(X509Certificate2 presented) => presented.GetCertHashString() == _certificate.GetCertHashString();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _certificate.Dispose();
        File.Delete(_file);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Provenance.Core.Gs1;
using Provenance.Server;
using Provenance.Server.Http;
using Provenance.Server.Pages;

namespace Provenance.Tests.Server.Pages;

/// <summary>The pages on a loopback port, over pages made up for tests instead of a ledger: item URI → page.</summary>
internal sealed class PageHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PageHost(WebApplication app) => _app = app;

    public HttpClient Client { get; private set; } = null!;

    public static async Task<PageHost> StartAsync(Func<ItemId, BuyerPage?> find, string publicUrl = "http://127.0.0.1:5080")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRouting().AddPages();
        builder.Services.AddSingleton(new LedgerOptions());
        builder.Services.AddSingleton(new OwnIds(publicUrl, []));
        builder.Services.AddSingleton<FindBuyerPage>(item => find(item));
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.UseSecurityHeaders();
        app.UsePageFiles();
        app.UseMiddleware<ProblemBoundary>();
        app.MapPages();
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new PageHost(app) { Client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) } };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

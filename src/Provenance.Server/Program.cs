using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Provenance.Server;
using Provenance.Server.Anchoring;
using Provenance.Server.Batches;
using Provenance.Server.Documents;
using Provenance.Server.Epcis;
using Provenance.Server.Erasing;
using Provenance.Server.Exports;
using Provenance.Server.Health;
using Provenance.Server.Http;
using Provenance.Server.Log;
using Provenance.Server.Pages;
using Provenance.Server.Parties;
using Provenance.Server.Portal;
using Provenance.Server.Reports;
using Provenance.Server.Resolver;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

if (args.Contains(ReindexMode.Argument) || args.Contains(ReindexMode.CheckArgument))
{
    return await ReindexMode.RunAsync(args);
}
if (args.Contains(EraseMode.Argument) || args.Contains(EraseMode.RedactArgument))
{
    return await EraseMode.RunAsync(args);
}
await Build(args).RunAsync();
return 0;

/// <summary>The server: its parts in the order in which a request meets them.</summary>
public partial class Program
{
    /// <param name="clock">The time; null for the system's.</param>
    /// <param name="isAnchored">False leaves the chain away: a test that needs none establishes a ledger id of its own.</param>
    internal static WebApplication Build(string[] args, TimeProvider? clock = null, bool isAnchored = true)
    {
        var builder = WebApplication.CreateBuilder(args);
        var services = builder.Services;
        // Paths hold invitations: whoever asks for more of Microsoft's log than is usual does not get those. The ledger's own spans and logs name routes.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning).AddFilter("Microsoft.AspNetCore.Routing", LogLevel.Warning);

        services.AddSingleton<IValidateOptions<LedgerOptions>, LedgerOptionsValidation>();
        services.AddOptions<LedgerOptions>()
            .Bind(builder.Configuration.GetSection("Ledger"), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<LedgerOptions>>().Value);
        services.AddSingleton(clock ?? TimeProvider.System);
        services.AddOptions<KestrelServerOptions>().Configure<LedgerOptions>((kestrel, ledger) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = (long)ledger.MaxBodyMebibytes << 20;
            kestrel.Limits.MaxRequestLineSize = 4 * EpcisRoutes.LongestTarget; // so that a problem can say what is too long
        });
        services.ConfigureHttpJsonOptions(json => LedgerJson.Apply(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // so that ProblemBoundary can name the field
        services.AddOpenApi();

        services.AddPublicUrl();
        services.AddTelemetry(builder.Configuration);
        services.AddStatus();
        services.AddStorage();
        services.AddParties();
        services.AddAnchoring(isAnchored);
        services.AddDocuments();
        services.AddBatches();
        services.AddTracing();
        services.AddExports();
        services.AddLog();
        services.AddPages();
        services.AddPortal();
        services.AddReports();
        services.AddEpcis();
        services.AddResolver();

        var app = builder.Build();

        app.UseForwardedScheme();
        app.UseTelemetry();
        app.UseSecurityHeaders();
        app.UsePageFiles();
        app.UseEpcis();
        app.UseMiddleware<ProblemBoundary>();
        app.UseKeptBodies();
        app.UseMiddleware<Authentication>();
        app.UsePortal();

        app.MapHealth();
        app.MapStatus();
        app.MapParties();
        app.MapProducts();
        app.MapPlaces();
        app.MapAnchoring();
        app.MapItems();
        app.MapDocuments();
        app.MapBatches();
        app.MapTracing();
        app.MapExports();
        app.MapLog();
        app.MapPages();
        app.MapLabels();
        app.MapPortal();
        app.MapReports();
        app.MapEpcis();
        app.MapLinks();
        app.MapResolver();
        app.MapApiDocs();
        return app;
    }
}

using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Provenance.Server.Health;

/// <summary>Sends measures and spans by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names a receiver, as every OpenTelemetry program does; else nothing is sent and nothing collected.</summary>
internal static class TelemetrySetup
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<Telemetry>();
        if (configuration[Endpoint] is not { Length: > 0 } endpoint)
        {
            return;
        }
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new InvalidOperationException($"{Endpoint} is '{endpoint}'; take the absolute http or https URL of an OTLP receiver, or leave it out.");
        }
        services.AddHostedService<StatusTeller>();
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("provenance", serviceVersion: typeof(TelemetrySetup).Assembly.GetName().Version?.ToString()))
            // ASP.NET's measures carry route templates, never paths.
            .WithMetrics(metrics => metrics.AddMeter(Telemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"))
            // Whole: ASP.NET's own span, which is left out, would stand for "not sampled" as the parent of ours.
            .WithTracing(tracing => tracing.AddSource(Telemetry.Name).SetSampler(new AlwaysOnSampler()))
            .UseOtlpExporter(OtlpExportProtocol.HttpProtobuf, uri);
    }

    public static void UseTelemetry(this IApplicationBuilder app) => app.UseMiddleware<RequestSpans>();

    /// <summary>Keeps what the gauges show new: the chain is asked here, not while measures are collected.</summary>
    private sealed class StatusTeller(LedgerStatus status, Telemetry telemetry, ILogger<StatusTeller> log) : BackgroundService
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    telemetry.Tell((await status.ReadAsync(stoppingToken)).Answer);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    log.LogWarning("The state of the ledger could not be read for telemetry: {Reason}", e.Message);
                }
                await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Numerics;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Provenance.Server.Health;

/// <summary>The ledger's own measures and spans (OpenTelemetry, meter and source <c>Provenance</c>). No attribute ever holds a key, an item, a lot or a firm: only states, methods, routes and status codes.</summary>
internal sealed class Telemetry : IDisposable
{
    public const string Name = "Provenance";

    private readonly Meter _meter = new(Name);
    private readonly ActivitySource _source = new(Name);
    private readonly Counter<long> _recorded;
    private readonly Histogram<int> _group;
    private readonly Counter<long> _deliveries;
    private StatusAnswer? _status;

    public Telemetry()
    {
        _recorded = _meter.CreateCounter<long>("provenance.log.recorded", "{event}", "Events committed");
        _group = _meter.CreateHistogram<int>("provenance.log.group", "{request}", "Requests that shared a commit");
        _deliveries = _meter.CreateCounter<long>("provenance.webhook.deliveries", "{delivery}", "Webhook deliveries, by outcome: accepted, too-large or retry");
        Gauge("provenance.log.entries", "{event}", "Entries in the log", status => status.Entries);
        Gauge("provenance.log.waiting", "{event}", "Events that wait for the disk", status => status.Waiting);
        Gauge("provenance.log.unanchored", "{event}", "Entries that no final anchor covers", status => status.Unanchored);
        Gauge("provenance.ledger.writable", "1", "1 while it records", status => status.ReadOnlyBecause is null ? 1 : 0);
        Gauge("provenance.warnings", "{warning}", "Things the operator should look at", status => status.Warnings.Count);
        Gauge("provenance.disk.free", "By", "Free on the data directory's disk", status => status.Disk?.FreeBytes);
        Gauge("provenance.chain.cost", "gwei", "What all writes to the chain have cost", status => status.CostGwei);
        Gauge("provenance.chain.aside", "{write}", "Writes that the contract refused", status => status.Queue.Aside);
        Gauge("provenance.chain.final.size", "{event}", "Entries under the newest final anchor", status => status.LastFinal?.Size);
        Gauge("provenance.chain.head.age", "s", "Age of the chain's newest block", status => status.Chain?.HeadAgeSeconds);
        Gauge("provenance.chain.balance", "gwei", "Balance of the account that pays", status => status.Chain?.BalanceWei is { } wei ? (double)BigInteger.Parse(wei, CultureInfo.InvariantCulture) / 1e9 : null);
        _meter.CreateObservableGauge("provenance.chain.queue", ObserveQueue, "{write}", "Writes to the chain that are not final, by the state of the oldest");
    }

    /// <summary>A group is on the disk.</summary>
    public void Committed(int requests, long events)
    {
        _recorded.Add(events);
        _group.Record(requests);
    }

    /// <param name="outcome"><c>accepted</c>, <c>too-large</c> or <c>retry</c>.</param>
    public void Delivered(string outcome) => _deliveries.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>A span; null while nobody listens.</summary>
    public Activity? Start(string name, ActivityKind kind = ActivityKind.Internal) => _source.StartActivity(name, kind);

    /// <summary>What the gauges show from now on.</summary>
    public void Tell(StatusAnswer status) => Volatile.Write(ref _status, status);

    public void Dispose()
    {
        _meter.Dispose();
        _source.Dispose();
    }

    private void Gauge(string name, string unit, string description, Func<StatusAnswer, double?> read) => _meter.CreateObservableGauge(
        name, () => Volatile.Read(ref _status) is { } status && read(status) is { } value ? [new Measurement<double>(value)] : Array.Empty<Measurement<double>>(), unit, description);

    private Measurement<long>[] ObserveQueue() => Volatile.Read(ref _status) is { } status
        ? [new Measurement<long>(status.Queue.Open, new KeyValuePair<string, object?>("state", status.Queue.State ?? "empty"))] : [];
}

/// <summary>A span for each request. ASP.NET's own would name its path, and paths of ours name items.</summary>
internal sealed class RequestSpans(RequestDelegate next, Telemetry telemetry)
{
    public async Task InvokeAsync(HttpContext context)
    {
        using var span = telemetry.Start(context.Request.Method, ActivityKind.Server);
        try
        {
            await next(context);
        }
        finally
        {
            if (span is not null)
            {
                var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern is RoutePattern pattern ? (pattern.RawText ?? "").TrimEnd('/') : "";
                span.DisplayName = $"{context.Request.Method} {route}".TrimEnd();
                span.SetTag("http.request.method", context.Request.Method);
                span.SetTag("http.route", route);
                span.SetTag("http.response.status_code", context.Response.StatusCode);
                span.SetStatus(context.Response.StatusCode >= 500 ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
            }
        }
    }
}

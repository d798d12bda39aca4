using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Provenance.Server.Health;

namespace Provenance.Tests.Server.Health;

/// <summary>What monitoring sees: measures and spans of the ledger's own, and nothing in them that names a key, an item or a firm.</summary>
public sealed class TelemetryTests
{
    private const string Lot = "LOT-NOBODYS-BUSINESS";

    [Fact]
    public async Task Records_groups_queue_and_requests_are_measured_and_nothing_names_an_item_or_key()
    {
        var measured = new ConcurrentBag<(string Name, double Value, string Tags)>();
        var spans = new ConcurrentBag<string>();
        using var meters = new MeterListener { InstrumentPublished = (instrument, listener) => Enable(instrument, listener) };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Add((instrument.Name, value, Text(tags))));
        meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => measured.Add((instrument.Name, value, Text(tags))));
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Add((instrument.Name, value, Text(tags))));
        meters.Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => spans.Add($"{span.DisplayName} {string.Join(' ', span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))}"),
        };
        ActivitySource.AddActivityListener(listener);
        var ledger = await TestLedger.StartAsync();

        var page = await RegisterAsync(ledger);
        using (var shown = await ledger.Public.GetAsync(page))
        {
            Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        }
        ledger.Services.GetRequiredService<Telemetry>().Tell((await ledger.Services.GetRequiredService<LedgerStatus>().ReadAsync(default)).Answer);
        meters.RecordObservableInstruments();
        await ledger.DisposeAsync();

        foreach (var name in new[] { "provenance.log.recorded", "provenance.log.entries", "provenance.ledger.writable" })
        {
            Assert.Contains(measured, m => m.Name == name && m.Value == 1);
        }
        // Another small write may share the commit, and the trial chain may be quicker than the question.
        Assert.Contains(measured, m => m.Name == "provenance.log.group" && m.Value >= 1);
        Assert.Contains(measured, m => m is { Name: "provenance.log.unanchored", Value: 0 or 1 });
        Assert.Contains(measured, m => m.Name == "provenance.chain.queue" && m.Tags.Contains("state=", StringComparison.Ordinal));
        Assert.Contains(spans, span => span.StartsWith("POST /api/batches http.request.method=POST", StringComparison.Ordinal) && span.EndsWith("http.response.status_code=201", StringComparison.Ordinal));
        Assert.Contains(spans, span => span.StartsWith("ledger.commit requests=", StringComparison.Ordinal));
        foreach (var secret in new[] { Lot, TestLedger.AdminKey, "Rye flour" })
        {
            Assert.DoesNotContain(measured, m => m.Tags.Contains(secret, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(spans, span => span.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }

        static void Enable(Instrument instrument, MeterListener listener)
        {
            if (instrument.Meter.Name == Telemetry.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        }

        static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
    }

    [Fact]
    public async Task A_receiver_that_is_configured_gets_measures_and_spans_without_items_or_keys()
    {
        var received = new ConcurrentDictionary<string, string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var receiver = builder.Build();
        receiver.Urls.Add("http://127.0.0.1:0");
        receiver.MapPost("/v1/{kind}", async (string kind, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            received.AddOrUpdate(kind, Encoding.Latin1.GetString(body.ToArray()), (_, before) => before + Encoding.Latin1.GetString(body.ToArray()));
            return Results.Ok();
        });
        await receiver.StartAsync();
        var ledger = await TestLedger.StartAsync($"--OTEL_EXPORTER_OTLP_ENDPOINT={receiver.Urls.Single()}");
        var page = await RegisterAsync(ledger);
        using (await ledger.Public.GetAsync(page))
        {
            // seen
        }
        await ledger.DisposeAsync(); // sends what is left

        Assert.Contains("provenance.log.recorded", received["metrics"], StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", received["metrics"], StringComparison.Ordinal);
        Assert.Contains("POST /api/batches", received["traces"], StringComparison.Ordinal);
        foreach (var secret in new[] { Lot, TestLedger.AdminKey, "Rye flour" })
        {
            Assert.DoesNotContain(received.Values, body => body.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }

    private static async Task<string> RegisterAsync(TestLedger ledger)
    {
        using var answer = await ledger.Admin.PostAsync("/api/batches", new StringContent(
            $$"""{"product":{"sku":"RYE","name":"Rye flour"},"lot":"{{Lot}}","quantity":25,"uom":"kg","at":"2026-11-20T08:00:00Z","origin":{"country":"AT"} }""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return new Uri((await answer.Content.ReadFromJsonAsync<JsonObject>())!["page"]!.ToString()).PathAndQuery;
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Provenance.Tests.Server.Epcis.Subscriptions;

/// <summary>What a subscription sends to, over HTTP on loopback.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = [];

    private Receiver(WebApplication app) => _app = app;

    /// <summary>How the next delivery is answered; 200 unless set.</summary>
    public Func<Received, int> Answer { get; set; } = _ => StatusCodes.Status200OK;

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/hook";

    public IReadOnlyList<Received> All => [.. _received];

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new Receiver(app);
        app.MapPost("/hook", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var received = new Received(body.ToArray(), context.Request.Headers["Idempotency-Key"].ToString(), context.Request.Headers["GS1-Signature"].ToString());
            var status = receiver.Answer(received);
            receiver._received.Enqueue(received with { Status = status });
            context.Response.StatusCode = status;
            if (status == (int)HttpStatusCode.Redirect)
            {
                context.Response.Headers.Location = "/elsewhere";
            }
        });
        app.MapPost("/elsewhere", () => receiver._received.Enqueue(new Received([], "", "") { Status = -1 }));
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Waits until so many came, or were accepted, while the ledger's time goes on; a test that waits longer has failed.</summary>
    public async Task<IReadOnlyList<Received>> WaitAsync(int count, TestClock? clock = null, bool areAccepted = false)
    {
        var came = Came();
        for (var i = 0; i < 600 && came.Count < count; i++, came = Came())
        {
            await Task.Delay(25);
            clock?.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.True(came.Count >= count, $"{count} deliveries expected, {came.Count} came.");
        return came;

        IReadOnlyList<Received> Came() => [.. All.Where(one => !areAccepted || one.Status is >= 200 and < 300)];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

internal sealed record Received(byte[] Body, string Delivery, string Signature)
{
    public int Status { get; init; }

    public IReadOnlyList<string> Notes => [.. Queries.QueryTests.EventsOf(JsonNode.Parse(Body)!).Select(e => e["ex:n"]!.ToJsonString())];

    public JsonNode Document => JsonNode.Parse(Body)!;
}

using System.Diagnostics;
using System.Net;
using System.Text;

namespace Provenance.Benchmarks;

/// <param name="Events">In the ledger when reading is measured.</param>
/// <param name="Time">For each load.</param>
/// <param name="Clients">That record at the same time.</param>
internal sealed record Plan(int Events, TimeSpan Time, int Clients);

/// <summary>Loads the server and prints what it took. Targets stand beside the figures (design §6); nothing is asserted.</summary>
internal sealed class Measurements(BenchServer server, Plan plan)
{
    private const int DocumentSize = 500;
    private const int Chains = 40;
    private const int Reads = 600;

    private long _next;

    public async Task RunAsync(CancellationToken cancel)
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, .NET {Environment.Version}; client and server share them.");
        Console.WriteLine();
        Console.WriteLine($"{"load",-52}{"measured",16}   aim");
        await SinglesAsync(cancel);
        await DocumentsAsync(cancel);
        await ReadAsync(cancel);
        await RestartAsync();
    }

    private async Task SinglesAsync(CancellationToken cancel)
    {
        await RecordAsync("/events", Stories.Single, TimeSpan.FromSeconds(2), HttpStatusCode.Created, cancel); // warm
        var before = server.ProcessorTime;
        var (count, time) = await RecordAsync("/events", Stories.Single, plan.Time, HttpStatusCode.Created, cancel);
        Print($"POST /events, {plan.Clients} clients", $"{count / time.TotalSeconds:N0} /s", "3,000 /s");
        PrintProcessorTime(before, count);
    }

    private async Task DocumentsAsync(CancellationToken cancel)
    {
        using var client = server.Client();
        foreach (var chain in Enumerable.Range(0, Chains))
        {
            await SendAsync(client, "/capture", Stories.Document(Stories.Chain(chain)), HttpStatusCode.Accepted, cancel);
        }
        var before = server.ProcessorTime;
        var clock = Stopwatch.StartNew();
        var first = _next;
        var (lastAt, lastCount) = (TimeSpan.Zero, first);
        var senders = Enumerable.Range(0, Math.Min(4, plan.Clients)).Select(async _ =>
        {
            using var own = server.Client();
            while (Interlocked.Read(ref _next) < plan.Events)
            {
                var from = Interlocked.Add(ref _next, DocumentSize) - DocumentSize;
                await SendAsync(own, "/capture", Stories.Document(Enumerable.Range(0, DocumentSize).Select(i => Stories.Event(from + i))), HttpStatusCode.Accepted, cancel);
                if (from + DocumentSize - lastCount >= Math.Max(plan.Events / 5, 20_000))
                {
                    var (now, count) = (clock.Elapsed, from + DocumentSize);
                    Print($"  documents, {lastCount:N0} to {count:N0}", $"{(count - lastCount) / (now - lastAt).TotalSeconds:N0} /s", "");
                    (lastAt, lastCount) = (now, count);
                }
            }
        });
        await Task.WhenAll(senders);
        Print($"POST /capture, {DocumentSize} events each, to {_next:N0}", $"{(_next - first) / clock.Elapsed.TotalSeconds:N0} /s", "10,000 /s");
        PrintProcessorTime(before, _next - first);
        Print("data directory", $"{server.Size / (double)_next:N0} B/event", "");
    }

    private async Task ReadAsync(CancellationToken cancel)
    {
        using var client = server.Client();
        using var everybody = server.Client(key: false);
        await SendAsync(client, "/api/anchor", "", HttpStatusCode.OK, cancel);
        var random = new Random(1);
        var newest = _next;
        await ReadAsync("one item's events", client, "3 ms", () => $"/events?MATCH_anyEPC={Uri.EscapeDataString(Stories.Item(random.NextInt64(newest)))}", cancel);
        await ReadAsync("one proof", everybody, "3 ms", () => $"/api/log/{random.NextInt64(newest)}/proof", cancel);
        await ReadAsync("trace back, depth 10", client, "15 ms", () => $"/api/trace?item={Uri.EscapeDataString(Stories.Lot(random.Next(Chains)))}&direction=back&depth=10", cancel);
        await ReadAsync("buyer's page of a lot made in 10 steps", everybody, "20 ms", () => new Uri(Stories.Lot(random.Next(Chains))).AbsolutePath is var path ? "/b" + path : "", cancel);
        await ReadAsync("buyer's page of a serial", everybody, "20 ms", () => "/b" + new Uri(Stories.Item(random.NextInt64(newest))).AbsolutePath, cancel);
    }

    private async Task RestartAsync()
    {
        await server.StopAsync();
        Print($"start to ready with {_next:N0} events", $"{(await server.StartAgainAsync()).TotalSeconds:N2} s", "2 s");
    }

    private async Task<(long Count, TimeSpan Time)> RecordAsync(string route, Func<long, string> body, TimeSpan time, HttpStatusCode expected, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, plan.Clients).Select(async _ =>
        {
            using var client = server.Client();
            var count = 0L;
            for (; clock.Elapsed < time; count++)
            {
                await SendAsync(client, route, body(Interlocked.Increment(ref _next) - 1), expected, cancel);
            }
            return count;
        }));
        return (counts.Sum(), clock.Elapsed);
    }

    /// <summary>One reader, one request after the other, the whole answer read.</summary>
    private static async Task ReadAsync(string what, HttpClient client, string aim, Func<string> route, CancellationToken cancel)
    {
        var times = new List<double>(Reads);
        for (var i = -Reads / 4; i < Reads; i++)
        {
            var asked = route();
            var start = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(asked, cancel);
            var body = await answer.Content.ReadAsByteArrayAsync(cancel);
            if (!answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException($"{asked}: {(int)answer.StatusCode} {Encoding.UTF8.GetString(body)}");
            }
            if (i >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
        times.Sort();
        Print($"{what}, median / p95", $"{times[Reads / 2]:N1} / {times[Reads * 95 / 100]:N1} ms", aim);
    }

    private static async Task SendAsync(HttpClient client, string route, string body, HttpStatusCode expected, CancellationToken cancel)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(route, content, cancel);
        if (answer.StatusCode != expected)
        {
            throw new InvalidOperationException($"{route}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancel)}");
        }
    }

    private void PrintProcessorTime(TimeSpan before, long events) =>
        Print("  processor time of the server", $"{(server.ProcessorTime - before).TotalMicroseconds / Math.Max(events, 1):N0} µs/event", "");

    private static void Print(string what, string measured, string aim) => Console.WriteLine($"{what,-52}{measured,16}   {aim}");
}

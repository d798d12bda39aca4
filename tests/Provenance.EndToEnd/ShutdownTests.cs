using System.Collections.Concurrent;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Cli.Check;

namespace Provenance.EndToEnd;

/// <summary>SIGTERM while firms record: what was answered is there, what was not answered was refused in a sentence, or had not reached the server.</summary>
public sealed class ShutdownTests
{
    [LedgerFact]
    public async Task A_stop_under_load_finishes_what_it_acknowledged_and_refuses_the_rest_cleanly()
    {
        await using var server = await RunningServer.StartAsync(("Ledger__Anchoring__IntervalSeconds", "1"));
        await server.MustRegisterAsync("first");
        var acknowledged = new ConcurrentDictionary<long, string>();
        var refused = new ConcurrentBag<int>();
        using var enough = new CancellationTokenSource();
        var load = Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                var lot = string.Create(CultureInfo.InvariantCulture, $"stop-{client}-{i}");
                try
                {
                    var (status, answer) = await server.RegisterAsync(lot);
                    if (status == 201)
                    {
                        Assert.True(acknowledged.TryAdd((long)answer["index"]!, lot), $"{answer["index"]} was given twice.");
                    }
                    else
                    {
                        refused.Add(status);
                    }
                }
                catch (HttpRequestException)
                {
                    return; // it listens no more
                }
            }
        })).ToList();
        while (acknowledged.Count < 50)
        {
            await Task.Delay(10);
        }

        await server.StopAsync(); // and its exit code is 0
        await enough.CancelAsync();
        await Task.WhenAll(load);

        Assert.All(refused, status => Assert.Equal(503, status));
        Assert.Empty(new LedgerCheck(server.Directory).Run());
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(server.Directory, "ledger.db")};Mode=ReadOnly;Pooling=False"))
        {
            foreach (var (leaf, lot) in acknowledged)
            {
                var body = connection.ExecuteScalar<byte[]>("SELECT body FROM event WHERE leaf = @leaf", new { leaf });
                Assert.Contains($"/{lot}\"", System.Text.Encoding.UTF8.GetString(body!), StringComparison.Ordinal);
            }
        }
        await server.StartAgainAsync();
        Assert.True(await server.MustRegisterAsync("after") > acknowledged.Keys.Max());
    }
}

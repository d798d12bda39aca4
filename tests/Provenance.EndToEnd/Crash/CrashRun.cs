using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Cli.Check;
using Provenance.Core.Proofs;

namespace Provenance.EndToEnd.Crash;

/// <summary>One ledger, killed again and again while clients record and anchor. After each restart everything that was answered is held to what is there.</summary>
/// <remarks>
/// A round: start with one fail point set; settle (send again, with the same Idempotency-Key, what the last round sent; take proofs; check the ledger);
/// then load until the server is dead. It may die in any of these, also before it is ready.
/// </remarks>
internal sealed class CrashRun(int seed, int kills)
{
    private const int Clients = 4;
    private const string AtRandom = "at random";

    /// <summary>Proofs taken a round, while more are open; all of them are taken once more at the end.</summary>
    private const int ProofsARound = 8;

    /// <summary>Where <c>FailPoint.Reach</c> stands in the server.</summary>
    private static readonly string[] Points =
    [
        "before-commit", "after-commit", "before-prepared", "after-prepared", "before-broadcast", "after-broadcast", "before-mined", "after-mined", "before-final", "after-final", AtRandom,
    ];

    private readonly Random _random = new(seed);
    private readonly ConcurrentQueue<Sent> _unsettled = [];
    private readonly List<Sent> _settled = [];
    private int _lots;

    public int Seed => seed;

    public int Kills => kills;

    public Dictionary<string, int> KillsByPoint { get; } = [];

    public int Acknowledged => _settled.Count;

    /// <summary>Requests that were answered, sent again, and got the same answer, byte for byte.</summary>
    public int Replayed { get; private set; }

    /// <summary>Requests that got no answer before the kill.</summary>
    public int SentAgain { get; private set; }

    public int Proofs { get; private set; }

    public async Task RunAsync()
    {
        await using var server = RunningServer.Prepare(("Ledger__Anchoring__IntervalSeconds", "1"));
        for (var round = 0; round < kills; round++)
        {
            var point = Points[round % Points.Length];
            server.Settings["PROVENANCE_FAIL_POINT"] = point switch
            {
                AtRandom => "",
                "before-commit" or "after-commit" => $"{point}:{_random.Next(1, 60)}",
                _ => $"{point}:{_random.Next(1, 3)}",
            };
            point = await RoundAsync(server, point, TimeSpan.FromMilliseconds(_random.Next(50, 1500)));
            KillsByPoint[point] = KillsByPoint.GetValueOrDefault(point) + 1;
        }
        server.Settings["PROVENANCE_FAIL_POINT"] = "";
        await server.StartAgainAsync();
        await SettleAsync(server);
        await AssertWholeAsync(server);
    }

    /// <returns>Where it died.</returns>
    private async Task<string> RoundAsync(RunningServer server, string point, TimeSpan moment)
    {
        try
        {
            await server.StartAgainAsync();
            var check = Task.Run(() => AssertClean(server.Directory));
            try
            {
                await SettleAsync(server);
            }
            finally
            {
                await check;
            }
        }
        catch (Exception e) when (IsGone(server, e))
        {
            Assert.True(point != AtRandom && await server.EndedAsync(TimeSpan.FromSeconds(30)), $"The server ended though nothing told it to: {e.Message}\n{server.LastLines}");
            return point;
        }
        using var enough = new CancellationTokenSource();
        var load = Enumerable.Range(0, Clients).Select(_ => RegisterAsync(server, enough.Token)).Append(AnchorAsync(server, enough.Token)).ToList();
        // A fail point that is not reached (no anchor is due) becomes a kill like any other.
        var isReached = await server.EndedAsync(point == AtRandom ? moment : TimeSpan.FromSeconds(20));
        if (!isReached)
        {
            await server.KillAsync();
        }
        await enough.CancelAsync();
        await Task.WhenAll(load);
        return isReached ? point : AtRandom;
    }

    private async Task RegisterAsync(RunningServer server, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            var sent = new Sent($"L{Interlocked.Increment(ref _lots)}");
            _unsettled.Enqueue(sent);
            try
            {
                sent.Answer = await PostAsync(server, sent);
            }
            catch (Exception e) when (IsGone(server, e))
            {
                return; // not acknowledged, whatever became of it
            }
        }
    }

    private static async Task AnchorAsync(RunningServer server, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            try
            {
                using var answer = await server.Admin.PostAsync("/api/anchor", null, enough);
                Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict, $"/api/anchor: {answer.StatusCode}\n{server.LastLines}");
            }
            catch (Exception e) when (e is OperationCanceledException || IsGone(server, e))
            {
                return;
            }
        }
    }

    /// <summary>Sends again what was sent: the same answer where there was one, and one recording where there was none.</summary>
    private async Task SettleAsync(RunningServer server)
    {
        var proofs = ProofsARound;
        while (_unsettled.TryPeek(out var sent))
        {
            var answer = await PostAsync(server, sent);
            if (sent.Answer is { } first)
            {
                Assert.True(first == answer, $"{sent.Lot} was answered {first}, and when sent again {answer}.");
                Replayed++;
            }
            else
            {
                SentAgain++;
            }
            sent.Answer = answer;
            if (proofs-- > 0)
            {
                await AssertProvenAsync(server, sent, mustBeFinal: false);
            }
            _settled.Add(sent);
            _unsettled.TryDequeue(out _);
        }
    }

    private async Task AssertWholeAsync(RunningServer server)
    {
        await server.AnchorAsync();
        foreach (var sent in _settled)
        {
            await AssertProvenAsync(server, sent, mustBeFinal: true);
        }
        AssertClean(server.Directory);
        using var connection = new SqliteConnection($"Data Source={Path.Combine(server.Directory, "ledger.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var bodies = connection.Query<(long Leaf, byte[] Body)>("SELECT leaf, body FROM event").ToDictionary(row => row.Leaf, row => Encoding.UTF8.GetString(row.Body));
        foreach (var sent in _settled)
        {
            Assert.Contains($"/{sent.Lot}\"", Assert.Contains(sent.Index, bodies.AsReadOnly()), StringComparison.Ordinal);
        }
        // As many events as requests, each at its own leaf: none twice, none that nobody sent, and (AssertClean) no leaf left out.
        Assert.Equal(_settled.Count, _settled.Select(sent => sent.Index).Distinct().Count());
        Assert.Equal(_settled.Count, bodies.Count);
        Assert.Equal(0, connection.ExecuteScalar<long>("SELECT count(*) FROM (SELECT 1 FROM anchor GROUP BY root HAVING count(*) > 1)"));
    }

    private async Task AssertProvenAsync(RunningServer server, Sent sent, bool mustBeFinal)
    {
        using var answer = await server.Admin.GetAsync($"/api/log/{sent.Index}/proof");
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(answer.IsSuccessStatusCode, $"Proof {sent.Index}: {answer.StatusCode} {Encoding.UTF8.GetString(bytes)}");
        var proof = ProofJson.Parse(bytes);
        var findings = Verifier.Verify(proof, null);
        Assert.DoesNotContain(findings, finding => finding.Verdict == Verdict.DoesNotHold);
        Assert.All([Question.Content, Question.Recorded], question => Assert.Equal(Verdict.Holds, findings.Single(f => f.Question == question).Verdict));
        Assert.Equal((ulong)sent.Index, proof.LeafIndex);
        Assert.True(proof.Anchor is not null || !mustBeFinal, $"Proof {sent.Index} has no anchor though everything is final.");
        Proofs++;
    }

    private static async Task<string> PostAsync(RunningServer server, Sent sent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/batches") { Content = new StringContent(sent.Body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", sent.Lot);
        using var answer = await server.Admin.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{sent.Lot}: {answer.StatusCode} {text}\n{server.LastLines}");
        return text;
    }

    private static void AssertClean(string directory)
    {
        var check = new LedgerCheck(directory);
        Assert.Empty(check.Run());
    }

    /// <summary>The connection broke because the server died; any other broken connection is a fault.</summary>
    private static bool IsGone(RunningServer server, Exception e) => e is HttpRequestException or IOException or TimeoutException && server.IsGoing();

    private sealed class Sent(string lot)
    {
        public string Lot => lot;

        public string Body { get; } = $$"""
            {"product":{"sku":"RYE","name":"Rye flour"},"lot":"{{lot}}","quantity":25,"uom":"kg","at":"2026-11-20T08:00:00Z","origin":{"country":"AT"},
             "place":{"name":"Mill","city":"Linz","country":"AT"} }
            """;

        /// <summary>Null until the server answered.</summary>
        public string? Answer { get; set; }

        public long Index => JsonDocument.Parse(Answer!).RootElement.GetProperty("index").GetInt64();
    }
}

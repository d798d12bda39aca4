using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Provenance.EndToEnd.Crash;

/// <summary>The real server, killed by SIGKILL at every line where a crash could cost something, and at random, under load.</summary>
public sealed class CrashTests
{
    private const int KillsOfALedger = 50;
    private const int KillsInCi = 40;

    /// <summary>Set by <c>npm run crash</c>.</summary>
    private static readonly int? Asked =
        int.TryParse(Environment.GetEnvironmentVariable("PROVENANCE_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : null;

    [LedgerFact]
    public async Task Nothing_acknowledged_is_lost_or_recorded_twice_wherever_the_server_is_killed()
    {
        var clock = Stopwatch.StartNew();
        var runs = new List<CrashRun>();
        var left = Asked ?? KillsInCi;
        foreach (var seed in Seeds())
        {
            if (left <= 0)
            {
                break;
            }
            var run = new CrashRun(seed, Math.Min(left, KillsOfALedger));
            await run.RunAsync();
            runs.Add(run);
            left -= run.Kills;
        }
        // Every fault has stopped the test before this line.
        Assert.All(runs, run => Assert.True(run.Acknowledged > run.Kills, $"Seed {run.Seed}: only {run.Acknowledged} events were acknowledged."));
        if (Asked is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(Folder, "last-full-run.txt"), Report(runs, clock.Elapsed));
        }
    }

    private static string Folder => Path.Combine(Programs.Root, "tests", "Provenance.EndToEnd", "Crash");

    private static IEnumerable<int> Seeds() => Environment.GetEnvironmentVariable("PROVENANCE_CRASH_SEED") is { Length: > 0 } one
        ? [int.Parse(one, CultureInfo.InvariantCulture)]
        : File.ReadLines(Path.Combine(Folder, "seeds.txt")).Where(line => !line.StartsWith('#')).Select(line => int.Parse(line, CultureInfo.InvariantCulture));

    private static string Report(List<CrashRun> runs, TimeSpan took)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"npm run crash, {DateTimeOffset.UtcNow:yyyy-MM-dd}, {took.TotalMinutes:0} minutes, {Environment.ProcessorCount} cores");
        text.AppendLine(CultureInfo.InvariantCulture, $"kills {runs.Sum(run => run.Kills)}, seeds {string.Join(' ', runs.Select(run => run.Seed))}");
        text.AppendLine(CultureInfo.InvariantCulture, $"acknowledged {runs.Sum(run => run.Acknowledged)}, replayed {runs.Sum(run => run.Replayed)}, sent again because no answer came {runs.Sum(run => run.SentAgain)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"proofs verified {runs.Sum(run => run.Proofs)}");
        text.AppendLine("lost 0, recorded twice 0, gaps 0, proofs that do not hold 0");
        text.AppendLine();
        foreach (var point in runs.SelectMany(run => run.KillsByPoint).GroupBy(kill => kill.Key, kill => kill.Value).OrderBy(point => point.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{point.Sum(),5}  {point.Key}");
        }
        return text.ToString();
    }
}

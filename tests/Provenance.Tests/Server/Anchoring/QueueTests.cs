using System.Globalization;
using Provenance.Tests.Chain;

namespace Provenance.Tests.Server.Anchoring;

/// <summary>The writing queue against a node that times out, lags, forgets, lies about nonces and reorganises (design §5, Writing).</summary>
public sealed class QueueTests
{
    /// <summary>More by hand, as <c>npm run chaos</c> does: <c>PROVENANCE_CHAOS=1000</c>.</summary>
    private static readonly int Runs =
        int.TryParse(Environment.GetEnvironmentVariable("PROVENANCE_CHAOS"), CultureInfo.InvariantCulture, out var runs) ? runs : 12;

    private static readonly int FirstSeed =
        int.TryParse(Environment.GetEnvironmentVariable("PROVENANCE_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    /// <summary>541: a write counted as mined by the word of a node that lagged. 841: evidence of a block in which the anchor did not stand yet.</summary>
    [AnvilFact]
    public async Task Seeds_that_once_found_a_fault_find_none()
    {
        foreach (var seed in (int[])[541, 841])
        {
            await using var run = await QueueRun.StartAsync(seed);
            await run.LiveAsync(steps: 150, deepest: 64);
            await run.CheckAsync();
        }
    }

    [AnvilFact]
    public async Task Whatever_the_node_does_everything_is_anchored_once()
    {
        var (reorganisations, faults) = (0, 0);
        for (var seed = FirstSeed; seed < FirstSeed + Runs; seed++)
        {
            try
            {
                await using var run = await QueueRun.StartAsync(seed);
                await run.LiveAsync(steps: 150, deepest: 64);
                await run.CheckAsync();
                reorganisations += run.Reorganisations;
                faults += run.Faulty.Met.Where(met => met.Key != Fault.None).Sum(met => met.Value);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed} (again: PROVENANCE_SEED={seed} PROVENANCE_CHAOS=1): {e.Message}", e);
            }
        }
        Assert.True(reorganisations >= Runs / 2, $"{reorganisations} reorganisations in {Runs} runs.");
        Assert.True(faults >= Runs, $"{faults} faults in {Runs} runs.");
    }
}

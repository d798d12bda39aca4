using System.Diagnostics;
using System.Net;

namespace Provenance.EndToEnd;

/// <summary><c>provenance erase</c> and <c>redact</c> on a real ledger with a real chain: refused beside a server, killed in between, and what is left is proven on the chain as before.</summary>
public sealed class EraseTests
{
    [LedgerFact]
    public async Task What_is_left_after_erasing_and_redacting_is_proven_on_the_chain_and_anchoring_goes_on()
    {
        await using var server = await RunningServer.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await server.MustRegisterAsync($"L{i}");
        }
        await server.AnchorAsync();
        string[] data = ["--data", server.Directory, "--public-url", server.Url.GetLeftPart(UriPartial.Authority)];

        var (exit, output) = await Programs.ProvenanceAsync(["erase", .. data, "--event", "1", "--yes"]);
        Assert.True(exit == 64 && output.Contains("stop it first", StringComparison.Ordinal), output);
        (exit, output) = await Programs.ProvenanceAsync(["redact", .. data, "--event", "2", "--field", "/prov:productName", "--yes"]);
        Assert.True(exit == 64 && output.Contains("stop it first", StringComparison.Ordinal), output);
        await server.MustRegisterAsync("not anchored yet");
        await server.StopAsync();

        // Killed at some moment: all of it, or nothing.
        await KillAsync(["erase", .. data, "--event", "1", "--yes"]);
        (exit, output) = await Programs.ProvenanceAsync("check", "--data", server.Directory);
        Assert.True(exit == 0, output);
        (exit, output) = await Programs.ProvenanceAsync(["erase", .. data, "--event", "1", "--yes"]);
        Assert.True(exit == 0 || output.Contains("was erased on", StringComparison.Ordinal), output);
        (exit, output) = await Programs.ProvenanceAsync(["redact", .. data, "--event", "2", "--field", "/prov:productName", "--yes"]);
        Assert.True(exit == 0, output);
        (exit, output) = await Programs.ProvenanceAsync(["erase", .. data, "--event", "3", "--yes"]);
        Assert.True(exit == 0, output);
        (exit, output) = await Programs.ProvenanceAsync(["check", .. data, "--index"]);
        Assert.True(exit == 0, output);

        await server.StartAgainAsync();
        await server.MustRegisterAsync("after");
        var anchored = await server.AnchorAsync();
        Assert.Equal(5, (int)anchored["size"]!);
        foreach (var (leaf, isErased) in new[] { (0, false), (1, true), (2, false), (3, true), (4, false) })
        {
            using var answer = await server.Admin.GetAsync($"/api/log/{leaf}/proof");
            Assert.Equal(isErased ? HttpStatusCode.Gone : HttpStatusCode.OK, answer.StatusCode);
            if (!isErased)
            {
                var file = Path.Combine(Path.GetDirectoryName(server.Directory)!, $"{leaf}.json");
                await File.WriteAllBytesAsync(file, await answer.Content.ReadAsByteArrayAsync());
                (exit, output) = await Programs.ProvenanceAsync("verify", file, "--rpc", anchored["rpc"]!.ToString(), "--contract", anchored["contract"]!.ToString());
                Assert.True(exit == 0, output);
            }
        }
    }

    /// <summary>Kills the server program, which does the work, as soon as SQLite's log grows.</summary>
    private static async Task KillAsync(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Programs.Provenance, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var wal = new FileInfo(Path.Combine(arguments[2], "ledger.db-wal"));
        while (!process.HasExited && !(wal.Exists && wal.Length > 0))
        {
            await Task.Delay(1);
            wal.Refresh();
        }
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Provenance.Cli.Check;

namespace Provenance.EndToEnd;

/// <summary>Small real file systems that fill up or become read-only under load: 503, nothing lost, and it goes on by itself.</summary>
public sealed class DiskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provenance-disk-").FullName;

    public void Dispose()
    {
        Run("umount", _folder);
        Directory.Delete(_folder, recursive: true);
    }

    [MountFact]
    public async Task A_full_disk_answers_503_loses_nothing_and_goes_on_by_itself()
    {
        Mount("size=12m");
        await using var server = RunningServer.Prepare(("Ledger__DataDirectory", Path.Combine(_folder, "data")));
        await server.StartAgainAsync();

        await GoOnAfterAsync(server, Path.Combine(_folder, "data"), () => Fill(_folder), () => File.Delete(Path.Combine(_folder, "filler")));
    }

    [MountFact]
    public async Task A_full_disk_under_the_lineage_file_answers_503_loses_nothing_and_goes_on_by_itself()
    {
        Mount("size=64k");
        await using var server = RunningServer.Prepare(("Ledger__LineageFile", Path.Combine(_folder, "lineage")));
        await server.StartAgainAsync();

        await GoOnAfterAsync(server, server.Directory, () => Fill(_folder), () => File.Delete(Path.Combine(_folder, "filler")));
    }

    [MountFact]
    public async Task A_disk_that_becomes_read_only_answers_503_loses_nothing_and_goes_on_by_itself()
    {
        Mount("size=64k");
        await using var server = RunningServer.Prepare(("Ledger__LineageFile", Path.Combine(_folder, "lineage")));
        await server.StartAgainAsync();

        await GoOnAfterAsync(server, server.Directory, () => Run("mount", "-o", "remount,ro", _folder), () => Run("mount", "-o", "remount,rw", _folder));
    }

    private static async Task GoOnAfterAsync(RunningServer server, string data, Action trouble, Action relief)
    {
        var recorded = new Dictionary<long, string>();
        async Task<(int Status, JsonObject Answer)> RegisterAsync(string lot)
        {
            var (status, answer) = await server.RegisterAsync(lot);
            if (status == 201)
            {
                recorded.Add((long)answer["index"]!, lot);
            }
            return (status, answer);
        }

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(201, (await RegisterAsync($"before-{i}")).Status);
        }
        trouble();
        var (refusal, problem) = (201, new JsonObject());
        for (var i = 0; refusal == 201 && i < 20_000; i++)
        {
            (refusal, problem) = await RegisterAsync(string.Create(CultureInfo.InvariantCulture, $"filling-{i}"));
        }
        Assert.True(refusal == 503, $"{refusal} {problem.ToJsonString()}");
        Assert.Contains("goes on by itself", problem["detail"]!.ToString(), StringComparison.Ordinal);
        await server.WaitForHealthAsync(health => health["status"]!.ToString() == "read-only", "health says that the last write failed");
        using (var proof = await server.Admin.GetAsync("/api/log/0"))
        {
            Assert.True(proof.IsSuccessStatusCode, "Reading goes on.");
        }

        relief();
        Assert.Equal(201, (await RegisterAsync("after")).Status);
        await server.WaitForHealthAsync(health => health["status"]!.ToString() == "ready", "it is ready again");
        Assert.Equal(Enumerable.Range(0, recorded.Count).Select(i => (long)i), recorded.Keys.Order());
        await server.AnchorAsync();
        await server.StopAsync();
        Assert.Empty(new LedgerCheck(data).Run());
    }

    private void Mount(string options) => Assert.Equal(0, Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", _folder));

    private static void Fill(string folder)
    {
        using var filler = new FileStream(Path.Combine(folder, "filler"), FileMode.Create);
        try
        {
            for (var block = new byte[4096]; ;)
            {
                filler.Write(block);
                filler.Flush();
            }
        }
        catch (IOException)
        {
            // full
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>A fact that mounts a file system: for root on Linux. Elsewhere limits within SQLite stand in for it (FailureTests, StatusTests).</summary>
    private sealed class MountFactAttribute : FactAttribute
    {
        public MountFactAttribute() => Skip = Programs.Anvil is null || !OperatingSystem.IsLinux() || Environment.UserName != "root" ? "Mounting a small file system takes root on Linux." : null;
    }
}

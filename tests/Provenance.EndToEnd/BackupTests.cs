using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using Provenance.Cli.Check;

namespace Provenance.EndToEnd;

/// <summary>A backup of a running ledger, and what may be done with it: read at once, go on only when no newer copy can be forked.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provenance-backup-").FullName;

    private string Backup => Path.Combine(_folder, "ledger.tar.gz");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [LedgerFact]
    public async Task A_backup_taken_under_load_is_whole_only_reads_when_restored_and_goes_on_when_told_to()
    {
        await using var server = await RunningServer.StartAsync(("Ledger__Anchoring__IntervalSeconds", "1"));
        var acknowledged = new ConcurrentDictionary<long, string>();
        await server.MustRegisterAsync("first");
        await server.AnchorAsync();
        using var enough = new CancellationTokenSource();
        var load = Enumerable.Range(0, 3).Select(client => RegisterAsync(server, client, acknowledged, enough.Token)).ToList();

        await Task.Delay(500);
        var before = acknowledged.Count;
        var (exit, output) = await Programs.ProvenanceAsync("backup", "--data", server.Directory, "--to", Backup);
        Assert.True(exit == 0, output);
        await enough.CancelAsync();
        await Task.WhenAll(load);
        await server.StopAsync();
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Backup) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), "Others can read the backup.");

        Assert.Equal(64, (await Programs.ProvenanceAsync("restore", Backup, "--data", server.Directory)).Exit);
        Directory.Move(server.Directory, Path.Combine(_folder, "lost"));
        (exit, output) = await Programs.ProvenanceAsync("restore", Backup, "--data", server.Directory);
        Assert.True(exit == 0, output);
        Assert.Contains("--go-on", output, StringComparison.Ordinal);
        var size = AssertClean(server.Directory);
        Assert.True(size > (ulong)before, $"{size} entries in the backup, {before} were acknowledged before it.");

        await server.StartAgainAsync("read-only");
        await server.WaitForHealthAsync(health => health["because"]!.ToString().Contains("--go-on", StringComparison.Ordinal), "it says how to go on");
        Assert.Equal(503, (await server.RegisterAsync("too early")).Status);
        using (var proof = await server.Admin.GetAsync("/api/log/0/proof"))
        {
            Assert.True(proof.IsSuccessStatusCode);
        }
        await server.StopAsync();

        Assert.Equal(0, (await Programs.ProvenanceAsync("restore", "--go-on", "--data", server.Directory)).Exit);
        Assert.Equal(64, (await Programs.ProvenanceAsync("restore", "--go-on", "--data", server.Directory)).Exit);
        await server.StartAgainAsync();
        Assert.Equal((long)size, await server.MustRegisterAsync("after"));
        Assert.Equal((long)size + 1, (long)(await server.AnchorAsync())["size"]!);
        AssertClean(server.Directory);
    }

    [LedgerFact]
    public async Task A_backup_that_was_changed_is_not_restored()
    {
        await using var server = await RunningServer.StartAsync();
        await server.MustRegisterAsync("first");
        Assert.Equal(0, (await Programs.ProvenanceAsync("backup", "--data", server.Directory, "--to", Backup)).Exit);
        Assert.Equal(64, (await Programs.ProvenanceAsync("backup", "--data", server.Directory, "--to", Backup)).Exit);
        var bytes = await File.ReadAllBytesAsync(Backup);
        var random = new Random(7);
        for (var i = 0; i < 8; i++)
        {
            var changed = (byte[])bytes.Clone();
            do
            {
                changed[random.Next(100, bytes.Length - 100)] ^= (byte)(1 << random.Next(8));
            }
            while (IsSameInside(changed, bytes));
            var file = Path.Combine(_folder, i.ToString(CultureInfo.InvariantCulture));
            await File.WriteAllBytesAsync(file, changed);

            var (exit, output) = await Programs.ProvenanceAsync("restore", file, "--data", Path.Combine(_folder, "restored"));

            Assert.True(exit is 1 or 64, output);
            Assert.False(Directory.Exists(Path.Combine(_folder, "restored")));
        }
    }

    [LedgerFact]
    public async Task A_restored_copy_behind_its_contract_stays_read_only_whatever_it_is_told_and_one_that_the_lineage_file_names_goes_on()
    {
        await using var chain = await OutsideChain.StartAsync();
        await using var server = chain.PrepareServer();
        server.Settings["Ledger__LineageFile"] = Path.Combine(_folder, "lineage");
        await server.StartAgainAsync();
        await server.MustRegisterAsync("A-1");
        await server.AnchorAsync();
        Assert.Equal(0, (await Programs.ProvenanceAsync("backup", "--data", server.Directory, "--to", Backup)).Exit);
        await server.StopAsync();

        await RestoreAsync(server, "newest");
        await server.StartAgainAsync();
        await server.MustRegisterAsync("A-2");
        await server.AnchorAsync();
        await server.StopAsync();

        await RestoreAsync(server, "older");
        Assert.Equal(0, (await Programs.ProvenanceAsync("restore", "--go-on", "--data", server.Directory)).Exit);
        server.Settings.Remove("Ledger__LineageFile");
        await server.StartAgainAsync("read-only");
        await server.WaitForHealthAsync(health => health["because"]!.ToString().StartsWith("Rollback suspected", StringComparison.Ordinal), "rollback is suspected");
    }

    private async Task RestoreAsync(RunningServer server, string away)
    {
        Directory.Move(server.Directory, Path.Combine(_folder, away));
        var (exit, output) = await Programs.ProvenanceAsync("restore", Backup, "--data", server.Directory);
        Assert.True(exit == 0, output);
    }

    private static async Task RegisterAsync(RunningServer server, int client, ConcurrentDictionary<long, string> acknowledged, CancellationToken enough)
    {
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            var lot = $"C{client}-{i}";
            acknowledged[await server.MustRegisterAsync(lot)] = lot;
        }
    }

    private static ulong AssertClean(string directory)
    {
        var check = new LedgerCheck(directory);
        Assert.Empty(check.Run());
        return check.Entries;
    }

    /// <summary>Between deflate's blocks lie bits that nobody reads: turned, they change nothing.</summary>
    private static bool IsSameInside(byte[] changed, byte[] original)
    {
        try
        {
            return Unzip(changed).AsSpan().SequenceEqual(Unzip(original));
        }
        catch (InvalidDataException)
        {
            return false;
        }

        static byte[] Unzip(byte[] packed)
        {
            using var zip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            using var all = new MemoryStream();
            zip.CopyTo(all);
            return all.ToArray();
        }
    }
}

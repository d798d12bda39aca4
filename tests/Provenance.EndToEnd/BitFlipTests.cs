using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Cli.Check;

namespace Provenance.EndToEnd;

/// <summary>
/// A bit is turned somewhere in some file of a data directory that holds all kinds of content: <c>provenance check</c> names it, or the ledger reads exactly as before. Short in CI;
/// <c>PROVENANCE_FLIPS=5000</c> for as many bits of the database (<c>npm run flips</c>).
/// </summary>
public sealed class BitFlipTests : IAsyncLifetime
{
    private const string Tell = "require('./deploy/demo/story.js').tell(process.argv[1], process.argv[2], () => {}).then((s) => console.log(JSON.stringify(s)))";

    private const int Short = 40;

    private static readonly int Flips = int.TryParse(Environment.GetEnvironmentVariable("PROVENANCE_FLIPS"), NumberStyles.None, CultureInfo.InvariantCulture, out var flips) ? flips : Short;

    /// <summary>Tables whose rows follow from events: <c>check --index</c> holds them to those.</summary>
    private static readonly HashSet<string> Made = ["ix_eid", "ix_hash", "ix_item", "ix_term", "item", "vocabulary"];

    /// <summary>The one column that nothing else tells, see deploy/README.md: whether the sender gave the eventID. It decides only what counts as the same event.</summary>
    private const string Unprotected = "event.is_named";

    private readonly Random _random = new(20261128);
    private static (string Folder, string Url)? s_told;

    private RunningServer? _server;

    private string Data => _server!.Directory;

    private string Lineage => Path.Combine(Path.GetDirectoryName(Data)!, "lineage");

    public async Task InitializeAsync()
    {
        if (Programs.Anvil is null)
        {
            return;
        }
        _server = RunningServer.Prepare();
        _server.Settings["Ledger__LineageFile"] = Lineage;
        _server.Settings["Ledger__Anchoring__IntervalSeconds"] = "604800";
        if (s_told is { } told)
        {
            // Told once; every test has a copy of its own.
            Copy(told.Folder, Path.GetDirectoryName(Data)!);
            _server.Settings["Ledger__PublicUrl"] = told.Url;
            return;
        }
        await _server.StartAgainAsync();
        var url = _server.Url.GetLeftPart(UriPartial.Authority);
        var (exit, output) = await Programs.RunAsync("node", ["-e", Tell, url, RunningServer.AdminKey]);
        Assert.True(exit == 0, output);
        await _server.AnchorAsync();
        await _server.MustRegisterAsync("not anchored");
        await _server.StopAsync();
        s_told = (Directory.CreateTempSubdirectory("provenance-flips-").FullName, url);
        Copy(Path.GetDirectoryName(Data)!, s_told.Value.Folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(s_told.Value.Folder, recursive: true);
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [LedgerFact]
    public async Task A_turned_bit_of_the_database_is_named_or_changes_nothing_that_is_read()
    {
        Assert.Empty(Faults());
        var whole = Contents();
        Assert.True(whole.Count(table => table.Value.Rows > 0) > 20, "The story left most tables empty.");
        var (named, idle, indexes) = (0, 0, 0);
        for (var i = 0; i < Flips; i++)
        {
            using var turned = new TurnedBit(Path.Combine(Data, "ledger.db"), _random);
            if (Faults().Count > 0)
            {
                named++;
                continue;
            }
            var changed = TryContents() is { } now ? whole.Keys.Union(now.Keys).Where(table => whole.GetValueOrDefault(table) != now.GetValueOrDefault(table)).ToList() : ["all: it can't be read"];
            if (changed.Count > 0 && changed.All(Made.Contains))
            {
                indexes++;
                var (exit, output) = await Programs.ProvenanceAsync("check", "--index", "--data", Data, "--public-url", s_told!.Value.Url);
                Assert.True(exit == 1, $"{turned}: {string.Join(", ", changed)} read otherwise, and check --index says {output}");
                continue;
            }
            Assert.True(changed is [] or [Unprotected], $"{turned}: {string.Join(", ", changed)} read otherwise, and check finds nothing.");
            idle++;
        }
        Assert.Empty(Faults());
        Assert.Equal(whole, Contents());
        Assert.True(named > Flips / 10, $"{named} of {Flips} named, {indexes} by --index, {idle} in bits that nobody reads");
        if (Flips > Short)
        {
            await File.WriteAllTextAsync(Path.Combine(Programs.Root, "tests", "Provenance.EndToEnd", "last-full-flips.txt"), string.Create(CultureInfo.InvariantCulture,
                $"{Flips} turned bits of a database of {new FileInfo(Path.Combine(Data, "ledger.db")).Length} bytes: {named} named by check, {indexes} more by check --index, {idle} in bits that nobody reads (every row equal)\n"));
        }
    }

    [LedgerFact]
    public async Task A_turned_bit_of_any_other_file_is_named()
    {
        var files = Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories)
            .Where(file => new FileInfo(file).Length > 0 && Path.GetFileName(file) is not ("ledger.db" or "genesis.json")).ToList(); // what Anvil began with, never read again
        Assert.Contains(files, file => file.Contains("documents", StringComparison.Ordinal));
        foreach (var name in new[] { "ledger.key", "chain.key", "trial-admin.key", "state.json", "chain-id" })
        {
            Assert.Contains(files, file => Path.GetFileName(file) == name);
        }
        foreach (var file in files)
        {
            for (var i = 0; i < (Flips > Short ? 20 : 1); i++)
            {
                using var turned = new TurnedBit(file, _random, caseMatters: !file.EndsWith(".key", StringComparison.Ordinal) && !file.EndsWith("chain-id", StringComparison.Ordinal));
                var faults = Faults();
                Assert.True(faults is [var fault] && fault.Contains(Path.GetFileName(file), StringComparison.Ordinal), $"{turned}: {string.Join(" | ", faults)}");
            }
        }
    }

    [LedgerFact]
    public async Task A_turned_bit_in_the_log_that_a_kill_left_is_named_and_the_server_only_reads()
    {
        await _server!.StartAgainAsync();
        for (var i = 0; i < 4; i++)
        {
            await _server.MustRegisterAsync($"in the log {i}");
        }
        await _server.KillAsync();
        var log = Path.Combine(Data, "ledger.db-wal");
        var kept = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(Data)!, "kept")).FullName;
        Copy(Data, kept);
        for (var i = 0; i < 4; i++)
        {
            // Frames of the last commits: SQLite drops those from the damaged one on, and with them what was answered.
            using (new TurnedBit(log, _random, from: i == 0 ? new FileInfo(log).Length - 100 : new FileInfo(log).Length * i / 5))
            {
                var faults = Faults(Lineage);
                Assert.True(faults.Any(fault => fault.Contains("ledger.db-wal", StringComparison.Ordinal) || fault.StartsWith("lineage:", StringComparison.Ordinal)), string.Join(" | ", faults));
                if (i == 3)
                {
                    await _server.StartAgainAsync("read-only");
                    await _server.WaitForHealthAsync(health => health["because"]!.ToString().StartsWith("Rollback suspected", StringComparison.Ordinal), "it suspects a rollback");
                    Assert.Equal(503, (await _server.RegisterAsync("too late")).Status);
                    await _server.KillAsync();
                }
            }
            Directory.Delete(Data, recursive: true);
            Directory.CreateDirectory(Data);
            Copy(kept, Data);
        }
        await _server.StartAgainAsync();
        await _server.MustRegisterAsync("after");
    }

    [LedgerFact]
    public async Task The_server_does_not_start_on_a_changed_key_or_chain_and_says_what_to_do()
    {
        foreach (var (name, says) in new[] { ("ledger.key", "backup"), ("chain/chain-id", "move that folder away") })
        {
            using var turned = new TurnedBit(Path.Combine(Data, name), _random, from: 0, caseMatters: false);
            await Assert.ThrowsAsync<TimeoutException>(() => _server!.StartAgainAsync());
            Assert.True(await _server!.EndedAsync(TimeSpan.FromSeconds(60)));
            Assert.Contains(says, _server.LastLines, StringComparison.Ordinal);
        }
    }

    private IReadOnlyList<string> Faults(string? lineage = null) => new LedgerCheck(Data) { LineageFile = lineage }.Run();

    private Dictionary<string, (int Rows, string Hash)>? TryContents()
    {
        try
        {
            return Contents();
        }
        catch (SqliteException)
        {
            return null;
        }
    }

    /// <summary>Every row of every table, as SQL writes it.</summary>
    private Dictionary<string, (int Rows, string Hash)> Contents()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "ledger.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var tables = connection.Query<string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").ToList();
        return tables.Append(Unprotected).ToDictionary(name => name, name =>
        {
            var table = name.Split('.')[0];
            var columns = string.Join(" || ',' || ", connection.Query<string>("SELECT name FROM pragma_table_info(@table)", new { table })
                .Where(column => table != "event" || (column == "is_named") == (name == Unprotected)).Select(column => $"quote(\"{column}\")"));
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var rows = 0;
            foreach (var row in connection.Query<string>($"SELECT {columns} FROM {table}", buffered: false))
            {
                rows++;
                hash.AppendData(System.Text.Encoding.UTF8.GetBytes(row + "\n"));
            }
            return (rows, Convert.ToHexString(hash.GetHashAndReset()));
        });
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    /// <summary>One bit of a file, turned until this is disposed.</summary>
    private sealed class TurnedBit : IDisposable
    {
        private readonly string _file;
        private readonly long _position;
        private readonly byte _bit;

        /// <param name="from">Bytes before are spared, and those far after.</param>
        /// <param name="caseMatters">False: not the bit between a and A, which hex digits read alike; nor the line's end.</param>
        public TurnedBit(string file, Random random, long? from = null, bool caseMatters = true)
        {
            _file = file;
            var length = new FileInfo(file).Length;
            var end = caseMatters ? length : length - 1;
            _position = from is { } start ? start + random.NextInt64(Math.Min(64, end - start)) : random.NextInt64(end);
            _bit = (byte)(1 << (caseMatters ? random.Next(8) : random.Next(4)));
            Turn();
        }

        public void Dispose() => Turn();

        public override string ToString() => $"bit {_bit} of byte {_position} in {_file}";

        private void Turn()
        {
            if (!File.Exists(_file) || new FileInfo(_file).Length <= _position)
            {
                return; // SQLite took its log away
            }
            using var stream = new FileStream(_file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            stream.Position = _position;
            var value = stream.ReadByte();
            stream.Position = _position;
            stream.WriteByte((byte)(value ^ _bit));
        }
    }
}

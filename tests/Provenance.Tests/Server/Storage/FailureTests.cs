using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Tests.Server.Storage;

/// <summary>What stays of a write that failed, and of one that only seemed to.</summary>
public sealed class FailureTests : IAsyncLifetime
{
    private readonly string _outside = Directory.CreateTempSubdirectory("provenance-lineage-").FullName;
    private TestLedger _ledger = null!;

    private string LineageFile => Path.Combine(_outside, "lineage", "newest");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_outside, "lineage"));
        _ledger = await TestLedger.StartAsync($"--Ledger:LineageFile={LineageFile}");
    }

    public async Task DisposeAsync()
    {
        await _ledger.DisposeAsync();
        Directory.Delete(_outside, recursive: true);
    }

    [Fact]
    public async Task A_commit_that_fails_and_did_not_happen_leaves_nothing_behind_in_memory_or_on_disk()
    {
        await RecordAsync(200, "before");
        await LimitPagesAsync("SELECT page_count FROM pragma_page_count()");

        await Assert.ThrowsAsync<SqliteException>(() => RecordAsync(500, "on a full disk"));

        await LimitPagesAsync("SELECT 1073741823");
        Assert.Equal(200ul, Writer.Newest!.Size);
        Assert.Equal(Enumerable.Range(200, 500).Select(i => (long)i), Leaves(await RecordAsync(500, "on a full disk")));
        _ledger.Check();
    }

    [Fact]
    public async Task A_lineage_file_that_takes_nothing_refuses_before_the_commit_and_goes_on_by_itself()
    {
        await RecordAsync(1, "before");
        Directory.Delete(Path.GetDirectoryName(LineageFile)!, recursive: true);

        var refused = await Assert.ThrowsAsync<LineageFault>(() => RecordAsync(1, "not recorded"));

        Assert.Contains("Nothing of this request was recorded", refused.Message, StringComparison.Ordinal);
        Assert.Contains("lineage", Writer.DiskTrouble, StringComparison.Ordinal);
        Assert.Equal(1ul, Writer.Newest!.Size);
        Directory.CreateDirectory(Path.GetDirectoryName(LineageFile)!);
        Assert.Equal([1L], Leaves(await RecordAsync(1, "not recorded")));
        Assert.Null(Writer.DiskTrouble);
        _ledger.Check();
    }

    [Fact]
    public async Task A_commit_that_happened_and_could_not_be_noted_is_not_answered_and_found_when_sent_again()
    {
        await RecordAsync(1, "before");
        File.Delete(LineageFile);
        Directory.CreateDirectory(Path.Combine(LineageFile, "in the way"));

        var fault = await Assert.ThrowsAsync<LineageFault>(() => RecordAsync(1, "committed and not answered"));

        Assert.Contains("send it again", fault.Message, StringComparison.Ordinal);
        Assert.Null(_ledger.Services.GetRequiredService<LedgerState>().ReadOnlyBecause);
        Directory.Delete(LineageFile, recursive: true);
        Assert.Equal(new RecordOutcome.Duplicate(0, 1), await RecordAsync(1, "committed and not answered"));
        Assert.Equal([2L], Leaves(await RecordAsync(1, "after")));
        Assert.StartsWith($"{_ledger.Services.GetRequiredService<LedgerState>().LedgerId} 3 ", await File.ReadAllTextAsync(LineageFile), StringComparison.Ordinal);
        _ledger.Check();
    }

    [Fact]
    public async Task The_lineage_file_names_the_newest_state_before_anything_is_answered()
    {
        await RecordAsync(3, "a");

        Assert.Equal($"{TestLedger.LedgerId} 3 {Writer.Newest!.Root}\n", await File.ReadAllTextAsync(LineageFile));
    }

    [Fact]
    public async Task An_older_copy_of_the_data_is_read_only_whatever_the_chain_says()
    {
        await RecordAsync(3, "a");
        await _ledger.StopAsync();
        var copy = Path.Combine(_outside, "copy");
        Copy(_ledger.Folder, copy);
        await _ledger.RestartAsync();
        await RecordAsync(3, "b");
        await _ledger.StopAsync();
        Copy(copy, _ledger.Folder);

        await _ledger.RestartAsync();

        var refused = Assert.IsType<RecordOutcome.Refused>(await RecordAsync(1, "c"));
        Assert.Equal(503, refused.Problem.Status);
        Assert.StartsWith("Rollback suspected", refused.Problem.Detail);
        Assert.Contains("\"read-only\"", await _ledger.Public.GetStringAsync("/health/ready"));
    }

    private LedgerWriter Writer => _ledger.Services.GetRequiredService<LedgerWriter>();

    private Task<RecordOutcome> RecordAsync(int count, string note)
    {
        var author = _ledger.Services.GetRequiredService<PartyStore>().Get(Party.OperatorRow);
        var keys = _ledger.Services.GetRequiredService<IndexKeys>();
        return Writer.RecordAsync(new RecordRequest(author, [.. Enumerable.Range(0, count).Select(i =>
            TestEvents.Prepare(keys, author, JsonElement.Parse(TestEvents.Json($"urn:uuid:{note}-{i}".Replace(' ', '-'), $"{note} {i}")), isNamed: true))]));
    }

    private static IEnumerable<long> Leaves(RecordOutcome outcome) => Assert.IsType<RecordOutcome.Recorded>(outcome).Events.Select(e => e.Leaf);

    /// <summary>A disk that is full at this many pages: SQLite refuses the next one, as it would with no space left.</summary>
    private Task<long> LimitPagesAsync(string pages) =>
        Writer.RunAsync(connection => connection.ExecuteScalar<long>($"PRAGMA max_page_count = {connection.QuerySingle<long>(pages)}"));

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var old in Directory.GetFiles(to, "ledger.db*"))
        {
            File.Delete(old);
        }
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }
}

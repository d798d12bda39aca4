using Provenance.Cli.Check;
using Provenance.Tests.Server.Batches;
using Provenance.Tests.Server.Documents;

namespace Provenance.Tests.Cli;

/// <summary>What <c>provenance check</c> finds in a ledger that somebody had his fingers in. Changed bytes of events and nodes: TamperTests.</summary>
public sealed class LedgerCheckTests(BatchWorld world) : IClassFixture<BatchWorld>, IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            await BatchWorld.TryAsync(world.Imker, "/api/batches", BatchWorld.Making($"CHECK-{i}"), idempotencyKey: $"check-{i}");
        }
        Assert.Empty(world.Ledger.Faults());
    }

    public Task DisposeAsync()
    {
        Assert.Empty(world.Ledger.Faults());
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("DELETE FROM event WHERE leaf = 1", "event 1: the event or its seed is missing, and not both")]
    [InlineData("DELETE FROM event WHERE leaf = 1; DELETE FROM seed WHERE leaf = 1", "event 1: it is gone, and nobody noted that it was erased")]
    [InlineData("INSERT INTO erasure(leaf, erased_at) VALUES (1, 0)", "erasure 1: its event is still there")]
    [InlineData("INSERT INTO erasure(leaf, erased_at) VALUES (1, 0)", "table erasure: a row was changed, added or removed behind the server's back, or its sum in row_sum was")]
    [InlineData("DELETE FROM meta WHERE leaf = 1", "meta 1: the party or salt is missing or damaged")]
    [InlineData("DELETE FROM entry WHERE leaf = 1", "entry 1: missing")]
    [InlineData("UPDATE meta SET seq = 7 WHERE leaf = 1", "meta 1: the party's entry 2 is missing before its 7")]
    [InlineData("UPDATE event SET at = at + 1 WHERE leaf = 1", "event 1: the time beside it is not its own")]
    [InlineData("DELETE FROM ix_eid WHERE leaf = 1", "ix_eid: does not have 1")]
    [InlineData("DELETE FROM ix_hash WHERE leaf = 1", "ix_hash: does not have 1")]
    [InlineData("UPDATE ix_party SET k = 99 WHERE leaf = 1", "ix_party: has 1 not under its party")]
    [InlineData("UPDATE ix_time SET k = k + 1 WHERE leaf = 1", "ix_time: has 1 not under its time")]
    [InlineData("INSERT INTO ix_eid(seg, k, leaf) VALUES (0, 1, 1)", "ix_eid: has 1 twice")]
    [InlineData("INSERT INTO ix_item(seg, k, leaf) VALUES (0, 1, 99)", "ix_item: has 99 where it does not belong")]
    [InlineData("INSERT INTO item(seg, k, name) VALUES (0, 1, 'x')", "item: 1 of its rows belong to no event")]
    [InlineData("DELETE FROM tile WHERE id = 0", "node tile 0 of level 0: missing")]
    [InlineData("INSERT INTO tile(id, hashes) VALUES (5, x'00')", "node tile 5 of level 0: belongs to no entry")]
    [InlineData("DELETE FROM checkpoint WHERE size = 3", "checkpoint: none covers the last of 3 entries")]
    [InlineData("INSERT INTO checkpoint(size, root, signature, signer, signed_at) SELECT 9, root, signature, signer, 0 FROM checkpoint LIMIT 1", "checkpoint 9: the log has only 3 entries")]
    public void A_changed_row_is_named(string change, string fault)
    {
        using var copy = new CopiedLedger(world.Ledger);
        copy.Change(change);

        Assert.Contains(fault, new LedgerCheck(copy.Folder).Run());
    }

    [Fact]
    public void A_stopped_check_goes_on_and_recomputes_only_what_reads_otherwise_since()
    {
        using var copy = new CopiedLedger(world.Ledger);
        var notes = Path.Combine(copy.Folder, "notes", "check.json");
        Stop(after: 2);
        Assert.True(File.Exists(notes));

        // Stopped again before it came so far: what is noted stays noted.
        Stop(after: 1);
        var (faults, skipped, changed) = GoOn();
        Assert.Equal((0, 2UL, 0UL), (faults.Count, skipped, changed));
        Assert.False(File.Exists(notes), "A check that came to its end leaves no notes.");

        Stop(after: 2);
        copy.Change("UPDATE seed SET seed = zeroblob(32) WHERE leaf = 1");
        (faults, skipped, changed) = GoOn();
        Assert.Equal(["event 1: the stored event, its seed or the entry's digest was changed"], faults);
        Assert.Equal((1UL, 1UL), (skipped, changed));

        void Stop(ulong after)
        {
            using var stop = new CancellationTokenSource();
            var check = new LedgerCheck(copy.Folder)
            {
                NotesFile = notes,
                StretchLength = 1,
                Progress = (done, _) => (done == after ? stop : null)?.Cancel(),
            };
            Assert.ThrowsAny<Exception>(() => check.Run(stop.Token));
            Assert.True(check.Entries >= after);
        }

        (IReadOnlyList<string> Faults, ulong Skipped, ulong Changed) GoOn()
        {
            var check = new LedgerCheck(copy.Folder) { NotesFile = notes, StretchLength = 1 };
            var found = check.Run();
            Assert.True(check.Notes!.GoesOn);
            return (found, check.Notes.Skipped, check.Notes.Changed);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"v\":1,\"ledger\":\"00\",\"length\":1,\"entries\":3,\"root\":\"00\",\"at\":\"now\",\"stretches\":[\"00\",\"00\",\"00\"]}")]
    public void Notes_that_are_damaged_or_of_another_ledger_count_as_none(string text)
    {
        using var copy = new CopiedLedger(world.Ledger);
        var notes = Path.Combine(copy.Folder, "check.json");
        File.WriteAllText(notes, text);

        var check = new LedgerCheck(copy.Folder) { NotesFile = notes, StretchLength = 1 };

        Assert.Empty(check.Run());
        Assert.False(check.Notes!.GoesOn);
        Assert.Equal(0UL, check.Notes.Skipped);
    }

    [Fact]
    public async Task A_document_that_is_missing_or_changed_is_named()
    {
        var (_, kept) = await DocumentsApiTests.SendAsync(world.Imker, DocumentsApiTests.Pdf("checked"));
        var sha256 = (string)kept["sha256"]!;
        var file = Path.Combine(world.Ledger.Folder, "documents", sha256[..2], sha256);
        var bytes = await File.ReadAllBytesAsync(file);

        bytes[10] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        Assert.Equal([$"document {sha256}: its file was changed"], world.Ledger.Faults());
        File.Delete(file);
        Assert.Equal([$"document {sha256}: its file is missing"], world.Ledger.Faults());

        bytes[10] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
    }

    [Fact]
    public void A_wreck_names_its_first_faults_and_counts_them_all()
    {
        var faults = new FaultList();

        for (var i = 0; i < 2 * FaultList.Most; i++)
        {
            faults.Add($"{i}");
        }

        Assert.Equal((FaultList.Most, 2L * FaultList.Most, "0"), (faults.Named.Count, faults.Count, faults.Named[0]));
    }
}

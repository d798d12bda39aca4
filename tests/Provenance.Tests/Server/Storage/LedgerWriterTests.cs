using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Core;
using Provenance.Core.Log;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Tests.Server.Storage;

public sealed class LedgerWriterTests : IAsyncLifetime
{
    private TestLedger _ledger = null!;

    private LedgerWriter Writer => _ledger.Services.GetRequiredService<LedgerWriter>();

    private IndexKeys Keys => _ledger.Services.GetRequiredService<IndexKeys>();

    public async Task InitializeAsync() => _ledger = await TestLedger.StartAsync();

    public async Task DisposeAsync() => await _ledger.DisposeAsync();

    [Fact]
    public async Task Events_get_consecutive_leaves_and_their_party_a_sequence_without_gaps()
    {
        var baker = await MakeParty("baker");

        Assert.Equal([0L, 1, 2], Leaves(await Record(Operator, "a", "b", "c")));
        Assert.Equal([3L], Leaves(await Record(baker, "d")));
        Assert.Equal([4L], Leaves(await Record(Operator, "e")));

        _ledger.Check();
        Assert.Equal([1L, 2, 3, 1, 4], Query<long>("SELECT seq FROM meta ORDER BY leaf"));
    }

    [Fact]
    public async Task What_was_recorded_is_there_after_a_restart_and_goes_on_where_it_ended()
    {
        await Record(Operator, [.. Enumerable.Range(0, 300).Select(i => $"first {i}")]);
        var before = Writer.Newest!;

        await _ledger.RestartAsync();

        Assert.Equal(before, Writer.Newest);
        Assert.Equal([300L, 301], Leaves(await Record(Operator, "second 0", "second 1")));
        _ledger.Check();
    }

    [Fact]
    public async Task Many_writers_at_once_make_one_log()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                Assert.IsType<RecordOutcome.Recorded>(await Record(Operator, $"{client}-{i}"));
            }
        })));

        Assert.Equal(320ul, Writer.Newest!.Size);
        _ledger.Check();
    }

    [Fact]
    public async Task A_request_with_one_refused_event_leaves_nothing_behind()
    {
        await Record(Operator, Named("urn:uuid:1", "held"));

        var outcome = await Record(Operator, Named("urn:uuid:2", "new"), Named("urn:uuid:1", "changed"));

        Assert.Equal(new RecordOutcome.Conflict(1, 0), outcome);
        Assert.Equal([1L], Leaves(await Record(Operator, Named("urn:uuid:2", "new"))));
        _ledger.Check();
    }

    [Fact]
    public async Task A_write_that_throws_is_taken_back_and_the_others_stay()
    {
        var failing = Writer.RunAsync<int>(connection =>
        {
            connection.Execute("INSERT INTO authority(kind, key, party) VALUES ('gcp', '9506000', 1)");
            throw new InvalidOperationException("on purpose");
        });
        var recording = Record(Operator, "a");

        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        await recording;
        Assert.Empty(Query<string>("SELECT key FROM authority"));
        _ledger.Check();
    }

    [Fact]
    public async Task An_equal_event_without_an_id_is_a_duplicate_unless_it_is_said_to_be_another()
    {
        await Record(Operator, "a");

        Assert.Equal(new RecordOutcome.Duplicate(0, 0), await Record(Operator, "a"));
        Assert.Equal([1L], Leaves(await Writer.RecordAsync(new RecordRequest(Operator, [Prepare(Operator, Unnamed("a"))]) { WhenHeld = WhenHeld.RecordAgain })));
        _ledger.Check();
    }

    [Fact]
    public async Task Another_party_may_record_the_same()
    {
        var baker = await MakeParty("baker");
        await Record(Operator, "a", "b");
        await Record(Operator, Named("urn:uuid:1", "c"));

        Assert.Equal([3L], Leaves(await Record(baker, "a")));
        Assert.Equal([4L], Leaves(await Record(baker, Named("urn:uuid:1", "c"))));
    }

    [Fact]
    public async Task A_skipped_event_answers_where_it_is_held()
    {
        await Record(Operator, "a");

        var outcome = await Writer.RecordAsync(new RecordRequest(Operator, [.. new[] { "a", "b", "b" }.Select(e => Prepare(Operator, Unnamed(e)))]) { WhenHeld = WhenHeld.Skip });

        var recorded = Assert.IsType<RecordOutcome.Recorded>(outcome);
        Assert.Equal([new(0, false), new(1, true), new(1, false)], recorded.Events);
        Assert.Equal(2ul, recorded.Checkpoint.Size);
        _ledger.Check();
    }

    [Fact]
    public async Task An_eventID_stands_for_one_content_and_for_its_declaration_as_an_error()
    {
        const string declaration = "\"errorDeclaration\":{\"declarationTime\":\"2026-11-21T15:00:00Z\",\"reason\":\"incorrect_data\"}";
        await Record(Operator, Named("urn:uuid:1", "a"));

        Assert.Equal(new RecordOutcome.Duplicate(0, 0), await Record(Operator, Named("urn:uuid:1", "a")));
        Assert.Equal(new RecordOutcome.Conflict(0, 0), await Record(Operator, Named("urn:uuid:1", "b")));
        Assert.Equal([1L], Leaves(await Record(Operator, Named("urn:uuid:1", "a", declaration))));
        Assert.Equal(new RecordOutcome.Duplicate(0, 1), await Record(Operator, Named("urn:uuid:1", "a", declaration)));
        Assert.Equal(new RecordOutcome.Conflict(0, 0), await Record(Operator, Named("urn:uuid:1", "b", declaration)));
        Assert.Equal(new RecordOutcome.Conflict(0, 0), await Record(Operator, Named("urn:uuid:1", "a", declaration.Replace("15:00", "16:00", StringComparison.Ordinal))));
        Assert.Equal([2L], Leaves(await Record(Operator, Named("urn:uuid:unknown", "z", declaration))));
        _ledger.Check();
    }

    [Fact]
    public async Task A_request_sent_again_under_its_key_gets_the_first_answer()
    {
        Assert.Equal([0L], Leaves(await RecordKeyed("key", "body", "a")));

        var again = Assert.IsType<RecordOutcome.Replayed>(await RecordKeyed("key", "body", "a"));
        Assert.Equal("0"u8.ToArray(), again.Answer);
        var other = Assert.IsType<RecordOutcome.Refused>(await RecordKeyed("key", "another body", "b"));
        Assert.Equal((422, "Idempotency-Key", "key"), (other.Problem.Status, other.Problem.Field, other.Problem.Value));
        Assert.Equal([1L], Leaves(await RecordKeyed("another key", "another body", "b")));
        _ledger.Check();
    }

    [Fact]
    public async Task A_submission_out_of_sequence_is_told_the_next_number()
    {
        await Record(Operator, "a", "b");

        var refused = Assert.IsType<RecordOutcome.Refused>(await Writer.RecordAsync(new RecordRequest(Operator, [Prepare(Operator, Unnamed("c"))]) { Submission = Submit(1, 1) }));
        Assert.Equal((409, ("firstSeq", 3L)), (refused.Problem.Status, refused.Problem.Numbers.Single()));
        Assert.IsType<RecordOutcome.Recorded>(await Writer.RecordAsync(new RecordRequest(Operator, [Prepare(Operator, Unnamed("c"))]) { Submission = Submit(3, 1) }));
        _ledger.Check();

        Submission Submit(ulong first, ulong count) => new(Operator.Id, first, count, Digest.Zero, default, default);
    }

    [Fact]
    public async Task Nothing_is_recorded_while_the_ledger_is_read_only()
    {
        _ledger.Services.GetRequiredService<LedgerState>().CloseForWriting("The chain answers otherwise.");

        var refused = Assert.IsType<RecordOutcome.Refused>(await Record(Operator, "a"));

        Assert.Equal((503, "The chain answers otherwise."), (refused.Problem.Status, refused.Problem.Detail));
        Assert.Null(Writer.Newest);
    }

    [Fact]
    public async Task An_established_ledger_cannot_become_another()
    {
        await Writer.EstablishAsync(TestLedger.LedgerId);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Writer.EstablishAsync(Digest.Sha256("another"u8)));
    }

    private Party Operator => _ledger.Services.GetRequiredService<PartyStore>().Get(Party.OperatorRow);

    private Task<RecordOutcome> Record(Party author, params string[] notes) => Record(author, [.. notes.Select(Unnamed)]);

    private Task<RecordOutcome> Record(Party author, params (string Json, bool IsNamed)[] events) =>
        Writer.RecordAsync(new RecordRequest(author, [.. events.Select(e => Prepare(author, e))]));

    private Task<RecordOutcome> RecordKeyed(string key, string body, string note) =>
        Writer.RecordAsync(new RecordRequest(Operator, [Prepare(Operator, Unnamed(note))])
        {
            Idempotency = new Idempotency(key, Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(body)), events => [.. events.Select(e => (byte)('0' + e.Leaf))]),
        });

    private static IEnumerable<long> Leaves(RecordOutcome outcome) => Assert.IsType<RecordOutcome.Recorded>(outcome).Events.Select(e => e.Leaf);

    private static (string Json, bool IsNamed) Unnamed(string note) => (TestEvents.Json($"urn:uuid:{Guid.NewGuid()}", note), false);

    private static (string Json, bool IsNamed) Named(string id, string note, string? more = null) => (TestEvents.Json(id, note, more), true);

    private PreparedEvent Prepare(Party author, (string Json, bool IsNamed) e)
    {
        using var stored = JsonDocument.Parse(e.Json);
        return TestEvents.Prepare(Keys, author, stored.RootElement, e.IsNamed);
    }

    private async Task<Party> MakeParty(string slug) =>
        (await _ledger.Services.GetRequiredService<PartyStore>().AddAsync(slug, slug, "AT", null, [])).Added!;

    private List<T> Query<T>(string sql)
    {
        using var connection = _ledger.Read();
        return [.. connection.Query<T>(sql)];
    }
}

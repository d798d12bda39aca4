using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Log;
using Provenance.Core.Merkle;
using Provenance.Server.Http;

namespace Provenance.Server.Storage;

/// <summary>Gives events their place in the log and in their party's sequence, and writes them into the open transaction.</summary>
/// <remarks>Owned by the writer's thread. What it holds in memory always equals what the open transaction holds: <see cref="Rewind"/> takes both back together.</remarks>
internal sealed class Recorder : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly EventRows _rows;
    private readonly SameEvents _same;
    private readonly TreeWriter _tree;
    private readonly Dictionary<long, long> _lastSeq = [];
    private readonly List<(long Party, long Before)> _seqChanges = [];

    public Recorder(SqliteConnection connection)
    {
        _connection = connection;
        _rows = new EventRows(connection);
        _same = new SameEvents(connection);
        _tree = new TreeWriter(connection, connection.ExecuteScalar<ulong>("SELECT coalesce(max(leaf) + 1, 0) FROM entry"));
    }

    /// <summary>Leaves so far, those of the open transaction included.</summary>
    public ulong Size => _tree.Size;

    public Digest Root => _tree.Root;

    public RecorderMark Mark() => new(_tree.Mark(), _same.Mark, _seqChanges.Count);

    /// <summary>Forgets what was recorded after the mark; the caller takes back the transaction, or its savepoint.</summary>
    public void Rewind(RecorderMark mark)
    {
        _tree.Rewind(mark.Tree);
        _same.Rewind(mark.Keys);
        _rows.Rewind();
        for (; _seqChanges.Count > mark.SeqChanges; _seqChanges.RemoveAt(_seqChanges.Count - 1))
        {
            var (party, before) = _seqChanges[^1];
            _lastSeq[party] = before;
        }
    }

    /// <summary>Writes the tree's tiles: once a transaction, before it is committed.</summary>
    public void Flush() => _tree.Flush();

    public void Committed()
    {
        _tree.Committed();
        _same.Committed();
        _seqChanges.Clear();
    }

    /// <summary>Writes all of the request, and answers with its events; or answers with another outcome, after which the caller takes back what was written.</summary>
    public (List<RecordedEvent> Events, RecordOutcome? Instead) Record(RecordRequest request, DateTimeOffset now)
    {
        var party = request.Author.Row;
        if (request.Idempotency is { } named && Before(party, named) is { } earlier)
        {
            return ([], earlier);
        }
        var seq = LastSeq(party);
        if (request.Submission is { } signed && (signed.FirstSeq != (ulong)seq + 1 || signed.Count != (ulong)request.Events.Count))
        {
            return ([], new RecordOutcome.Refused(OutOfSequence(signed, seq + 1)));
        }
        var submission = WriteSubmission(request.Submission);
        var events = new List<RecordedEvent>(request.Events.Count);
        foreach (var added in request.Events)
        {
            var verdict = _same.Judge(added, party, (long)Size, request.WhenHeld == WhenHeld.RecordAgain);
            if (verdict.Holding == Holding.Other && (request.WhenHeld != WhenHeld.Proceed || submission is not null))
            {
                return ([], new RecordOutcome.Conflict(events.Count, verdict.Leaf));
            }
            if (verdict.Holding == Holding.Equal && (request.WhenHeld is not (WhenHeld.Skip or WhenHeld.Proceed) || submission is not null))
            {
                return ([], new RecordOutcome.Duplicate(events.Count, verdict.Leaf));
            }
            events.Add(verdict.Holding == Holding.None
                ? new RecordedEvent(Append(request, added, ++seq, now, submission), true)
                : new RecordedEvent(verdict.Leaf, false, verdict.Holding == Holding.Other));
        }
        KeepSeq(party, seq);
        Remember(party, request.Idempotency, events);
        request.Beside?.Invoke(_connection, events);
        return (events, null);
    }

    public void Dispose()
    {
        _rows.Dispose();
        _same.Dispose();
        _tree.Dispose();
    }

    private long Append(RecordRequest request, PreparedEvent added, long seq, DateTimeOffset now, long? submission)
    {
        var leaf = (long)Size;
        var meta = new EntryMeta(request.Author.Id, now, EntryMeta.SaltOf(added.Salt), (ulong)seq, request.Submission?.Hash);
        var entry = new Entry(added.EventDigest, meta.Hash);
        _rows.Write(leaf, entry, added, request.Author.Row, seq, now.ToUnixTimeMilliseconds(), submission);
        _same.Add(added);
        _tree.Append(entry.LeafHash);
        return leaf;
    }

    private RecordOutcome? Before(long party, Idempotency named)
    {
        var row = _connection.QuerySingleOrDefault<(byte[] Request, byte[] Answer)?>(
            "SELECT request, answer FROM idempotency WHERE party = @party AND key = @key", new { party, key = named.Key });
        return row switch
        {
            null => null,
            var (request, answer) when new Digest(request) == named.Request => new RecordOutcome.Replayed(answer),
            _ => new RecordOutcome.Refused(Problem.Plain(StatusCodes.Status422UnprocessableEntity,
                "This Idempotency-Key came with another body before; take a new key for a new request.") with
            { Field = "Idempotency-Key", Value = named.Key }),
        };
    }

    private void Remember(long party, Idempotency? named, List<RecordedEvent> events)
    {
        if (named is not null)
        {
            _connection.Execute("INSERT INTO idempotency(party, key, request, leaf, answer) VALUES (@party, @key, @request, @leaf, @answer)",
                new { party, key = named.Key, request = named.Request.ToArray(), leaf = events[0].Leaf, answer = named.Answer(events) });
        }
    }

    private long? WriteSubmission(Submission? signed) => signed is null ? null : _connection.QuerySingle<long>("""
        INSERT INTO submission(hash, first_seq, count, root, signature, signer)
        VALUES (@hash, @firstSeq, @count, @root, @signature, @signer)
        RETURNING id
        """, new
    {
        hash = signed.Hash.ToArray(),
        firstSeq = (long)signed.FirstSeq,
        count = (long)signed.Count,
        root = signed.Root.ToArray(),
        signature = signed.Signature.ToArray(),
        signer = signed.Signer.ToArray(),
    });

    private static Problem OutOfSequence(Submission signed, long expected) =>
        Problem.Conflict("out-of-sequence", "Not the next in the party's sequence",
            string.Create(CultureInfo.InvariantCulture, $"The submission starts at {signed.FirstSeq} with {signed.Count} events; the next to record is {expected}. Sign again from there.")) with
        {
            Field = "firstSeq",
            Value = signed.FirstSeq.ToString(CultureInfo.InvariantCulture),
            Numbers = [("firstSeq", expected)],
        };

    /// <summary>The party's count so far; looked up once for each party and run of the server.</summary>
    private long LastSeq(long party)
    {
        if (!_lastSeq.TryGetValue(party, out var last))
        {
            // The newest segments first: a party that records is found in one of the last.
            for (var segment = (long)Size >> IndexKeys.SegmentBits; segment >= 0 && last == 0; segment--)
            {
                last = _connection.ExecuteScalar<long>("""
                    SELECT seq FROM meta
                    WHERE leaf = (SELECT max(leaf) FROM ix_party WHERE seg = @segment AND k = @party)
                    """, new { segment, party });
            }
            _lastSeq[party] = last;
        }
        return last;
    }

    private void KeepSeq(long party, long seq)
    {
        _seqChanges.Add((party, _lastSeq[party]));
        _lastSeq[party] = seq;
    }
}

/// <summary>A state of <see cref="Recorder"/> that it can come back to until the next commit.</summary>
internal sealed record RecorderMark(MerkleFrontier Tree, int Keys, int SeqChanges);

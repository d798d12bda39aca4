using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Log;
using Provenance.Server.Health;
using Provenance.Server.Http;

namespace Provenance.Server.Storage;

/// <summary>
/// The one writer. Requests that wait are committed together (group commit): each in a savepoint of its own, so that a refused one leaves nothing behind,
/// under one checkpoint and one sync. Answers go out after the commit.
/// </summary>
/// <remarks>
/// A crash before the commit costs nothing that was answered; one after it costs an answer, and the event sent again is found to be a duplicate.
/// There is no recovery code: a start reads the committed state.
/// </remarks>
internal sealed partial class LedgerWriter(
    Database database, LedgerState state, LedgerSigner signer, Lineage lineage, Telemetry telemetry, TimeProvider clock, IHostApplicationLifetime application, ILogger<LedgerWriter> log)
    : IHostedService, IDisposable
{
    /// <summary>A group is closed at this many events: longer ones would make everybody wait for the slowest.</summary>
    private const int MostEvents = 2000;

    /// <summary>Events that may wait for the disk, some seconds' work: a flood is sent away and does not fill our memory.</summary>
    private const int MostWaiting = 64_000;

    private readonly Channel<Job> _jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(1024) { SingleReader = true });
    private readonly SqliteConnection _connection = database.Writer;
    private readonly Statement _begin = new(database.Writer, "BEGIN IMMEDIATE");
    private readonly Statement _commit = new(database.Writer, "COMMIT");
    private readonly Statement _checkpoint = Checkpoints.Insert(database.Writer);
    private readonly Statement _savepoint = new(database.Writer, "SAVEPOINT request");
    private readonly Statement _release = new(database.Writer, "RELEASE request");
    private readonly Statement _takeBack = new(database.Writer, "ROLLBACK TO request");
    private Recorder? _recorder;
    private Thread? _thread;
    private volatile Checkpoint? _newest;
    private volatile bool _isClosing;
    private volatile string? _diskTrouble;
    private int _waiting;
    private int _present;
    private int _crowd;
    private DateTimeOffset _lastRecorded;

    /// <summary>The newest signed checkpoint; null while nothing is recorded.</summary>
    public Checkpoint? Newest => _newest;

    /// <summary>Why the last write failed, for people; null when it did not.</summary>
    public string? DiskTrouble => _diskTrouble;

    /// <summary>Events that wait for the disk now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Records the events of one request, all or none; comes back when they are on the disk. Refused when too many wait already.</summary>
    public async Task<RecordOutcome> RecordAsync(RecordRequest request)
    {
        if (state.ReadOnlyBecause is { } because)
        {
            return new RecordOutcome.Refused(Problem.ReadOnly(because));
        }
        var job = new RecordJob(request);
        if (Interlocked.Add(ref _waiting, job.Events) > Math.Max(MostWaiting, job.Events) || !_jobs.Writer.TryWrite(job))
        {
            Interlocked.Add(ref _waiting, -job.Events);
            return new RecordOutcome.Refused(_isClosing
                ? Problem.ReadOnly("The server is stopping; nothing of this request was recorded. Send it again when the server is back.")
                : Problem.TooMany(1, "More is waiting for the disk than it takes in some seconds, so nothing of this request was recorded. Send it again after Retry-After."));
        }
        Interlocked.Increment(ref _present);
        try
        {
            return await job.Done;
        }
        finally
        {
            Interlocked.Decrement(ref _present);
        }
    }

    /// <summary>A small write of another kind, in a savepoint of its own: comes back when it is on the disk. An exception takes it back and comes through.</summary>
    /// <param name="write">Runs on the writer's thread and keeps everybody waiting; plain SQL on this connection, no transactions.</param>
    public async Task<T> RunAsync<T>(Func<SqliteConnection, T> write)
    {
        var job = new RunJob<T>(write);
        await _jobs.Writer.WriteAsync(job);
        return await job.Done;
    }

    /// <summary>Makes this the ledger of that contract, once. Every signature from now on names it.</summary>
    /// <exception cref="InvalidOperationException">It is another ledger already.</exception>
    public async Task EstablishAsync(Digest ledgerId)
    {
        var held = await RunAsync(connection =>
        {
            connection.Execute("INSERT INTO ledger(id, ledger_id, established_at) VALUES (1, @id, @now) ON CONFLICT DO NOTHING",
                new { id = ledgerId.ToArray(), now = clock.GetUtcNow().ToUnixTimeMilliseconds() });
            return new Digest(connection.QuerySingle<byte[]>("SELECT ledger_id FROM ledger"));
        });
        if (held != ledgerId)
        {
            throw new InvalidOperationException(
                $"Ledger__Chain__Contract, or the chain under Ledger__Chain__RpcUrls, is the contract of another ledger ({ledgerId}); the data in Ledger__DataDirectory is of ledger {held}. Correct the one that is wrong.");
        }
        state.Establish(held);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_connection.QuerySingleOrDefault<byte[]>("SELECT ledger_id FROM ledger") is { } id)
        {
            state.Establish(new Digest(id));
        }
        _recorder = new Recorder(_connection);
        _newest = Checkpoints.FindNewest(_connection);
        _lastRecorded = DateTimeOffset.FromUnixTimeMilliseconds(
            _connection.ExecuteScalar<long>("SELECT coalesce((SELECT recorded_at FROM meta ORDER BY leaf DESC LIMIT 1), 0)"));
        lineage.Compare(_connection, state);
        _thread = new Thread(Loop) { Name = "ledger writer", IsBackground = true };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        // The web server has stopped before and let its requests end, so what is still here was sent by it or by the anchoring loop, and is finished.
        _isClosing = true;
        _jobs.Writer.TryComplete();
        _thread?.Join();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _recorder?.Dispose();
        foreach (var statement in (Statement[])[_begin, _commit, _checkpoint, _savepoint, _release, _takeBack])
        {
            statement.Dispose();
        }
    }

    private void Loop()
    {
        var group = new List<Job>();
        try
        {
            while (_jobs.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                group.Clear();
                Gather(group);
                Write(group);
                _crowd = Math.Max(group.Count, Volatile.Read(ref _present));
                Interlocked.Add(ref _waiting, -group.OfType<RecordJob>().Sum(job => job.Events));
            }
        }
        catch (Exception e)
        {
            // Memory and disk may disagree now. Only a start, which reads the disk, makes them equal again.
            log.LogCritical(e, "The writer failed and the server stops");
            state.CloseForWriting("The writer failed; the server is stopping.");
            _jobs.Writer.TryComplete(e);
            group.ForEach(job => job.Fail(e));
            while (_jobs.Reader.TryRead(out var job))
            {
                job.Fail(e);
            }
            application.StopApplication();
        }
    }

    /// <summary>Takes what waits. Where several clients record at once, those just answered are about to send again: a millisecond for them lets all share one signature and one sync.</summary>
    private void Gather(List<Job> group)
    {
        var events = 0;
        Take();
        if (group.Count < _crowd)
        {
            Thread.Sleep(1);
            Take();
        }

        void Take()
        {
            for (; events < MostEvents && _jobs.Reader.TryRead(out var job); events += job.Events)
            {
                group.Add(job);
            }
        }
    }

    private void Write(List<Job> group)
    {
        var recorder = _recorder!;
        var mark = recorder.Mark();
        var before = recorder.Size;
        Checkpoint? sealing = null;
        using var span = telemetry.Start("ledger.commit");
        span?.SetTag("requests", group.Count);
        try
        {
            var now = Now();
            _begin.Execute();
            group.ForEach(job => Apply(job, recorder, now));
            if (recorder.Size > before)
            {
                recorder.Flush();
                sealing = Seal(recorder, now);
                lineage.Prepare(state.LedgerId!.Value, sealing);
            }
            FailPoint.Reach("before-commit");
            _commit.Execute();
            FailPoint.Reach("after-commit");
        }
        catch (Exception e) when (e is SqliteException or LineageFault)
        {
            // The disk is full or failing. Nothing of this group was answered, and nothing of it stays.
            log.LogError(e, "A commit of {Requests} requests failed", group.Count);
            _diskTrouble = DiskFault.Find(e) ?? e.Message;
            if (IsInTransaction)
            {
                _connection.Execute("ROLLBACK");
            }
            recorder.Rewind(mark);
            group.ForEach(job => job.Fail(e));
            return;
        }
        recorder.Committed();
        if (sealing is not null)
        {
            _newest = sealing;
            telemetry.Committed(group.Count, (long)(sealing.Size - before));
            try
            {
                lineage.Keep();
            }
            catch (LineageFault e)
            {
                log.LogError(e, "{Requests} requests were recorded and can't be answered", group.Count);
                _diskTrouble = e.Message;
                group.ForEach(job => job.Fail(e));
                return;
            }
            _diskTrouble = null;
        }
        group.ForEach(job => job.Answer(_newest));
    }

    private void Apply(Job job, Recorder recorder, DateTimeOffset now)
    {
        var mark = recorder.Mark();
        _savepoint.Execute();
        try
        {
            if (job.Apply(_connection, recorder, now))
            {
                _release.Execute();
                return;
            }
        }
        catch (Exception e) when (IsInTransaction)
        {
            // This request's own fault: the others of its group go on. Where SQLite gave up the whole transaction, the group fails.
            job.Fail(e);
        }
        _takeBack.Execute();
        _release.Execute();
        recorder.Rewind(mark);
    }

    /// <summary>Signs the log as it will be after this commit. Nobody sees the signature before.</summary>
    private Checkpoint Seal(Recorder recorder, DateTimeOffset now)
    {
        var (size, root) = (recorder.Size, recorder.Root);
        var signature = signer.Key.Sign(LedgerTypedData.Checkpoint(state.LedgerId!.Value, size, root));
        var checkpoint = new Checkpoint(size, root, signature, signer.Key.Address);
        Checkpoints.Write(_checkpoint, checkpoint, now);
        return checkpoint;
    }

    /// <summary>The time to record, in whole milliseconds. It never goes back along the log, whatever the clock does: queries by recordTime rely on that.</summary>
    private DateTimeOffset Now()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        return _lastRecorded = now > _lastRecorded ? now : _lastRecorded;
    }

    private bool IsInTransaction => SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0;
}

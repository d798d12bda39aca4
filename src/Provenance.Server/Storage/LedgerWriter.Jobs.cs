using Microsoft.Data.Sqlite;
using Provenance.Core.Log;

namespace Provenance.Server.Storage;

internal sealed partial class LedgerWriter
{
    /// <summary>Something to write, and whoever waits for it.</summary>
    private abstract class Job
    {
        /// <summary>How much it lengthens a group.</summary>
        public abstract int Events { get; }

        /// <summary>Writes into the open savepoint. False to take it back.</summary>
        public abstract bool Apply(SqliteConnection connection, Recorder recorder, DateTimeOffset now);

        /// <summary>After the commit. A job that failed stays failed.</summary>
        /// <param name="newest">Covers everything committed.</param>
        public abstract void Answer(Checkpoint? newest);

        public abstract void Fail(Exception exception);
    }

    private sealed class RecordJob(RecordRequest request) : Job
    {
        private readonly TaskCompletionSource<RecordOutcome> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private (List<RecordedEvent> Events, RecordOutcome? Instead) _result;
        private DateTimeOffset _recordedAt;

        public Task<RecordOutcome> Done => _done.Task;

        public override int Events => request.Events.Count;

        public override bool Apply(SqliteConnection connection, Recorder recorder, DateTimeOffset now)
        {
            _result = recorder.Record(request, now);
            _recordedAt = now;
            return _result.Instead is null;
        }

        public override void Answer(Checkpoint? newest) =>
            _done.TrySetResult(_result.Instead ?? new RecordOutcome.Recorded(_result.Events, _recordedAt, newest!));

        public override void Fail(Exception exception) => _done.TrySetException(exception);
    }

    private sealed class RunJob<T>(Func<SqliteConnection, T> write) : Job
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Done => _done.Task;

        public override int Events => 1;

        public override bool Apply(SqliteConnection connection, Recorder recorder, DateTimeOffset now)
        {
            _result = write(connection);
            return true;
        }

        public override void Answer(Checkpoint? newest) => _done.TrySetResult(_result!);

        public override void Fail(Exception exception) => _done.TrySetException(exception);
    }
}

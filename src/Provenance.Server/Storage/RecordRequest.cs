using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Log;
using Provenance.Server.Http;
using Provenance.Server.Parties;

namespace Provenance.Server.Storage;

/// <summary>Events to record together: all of them, or none.</summary>
internal sealed record RecordRequest(Party Author, IReadOnlyList<PreparedEvent> Events)
{
    /// <summary>What to do with an event that the ledger holds already.</summary>
    public WhenHeld WhenHeld { get; init; } = WhenHeld.Refuse;

    /// <summary>The author's own signature over all of them, checked but for its place in the sequence. With it nothing is skipped.</summary>
    public Submission? Submission { get; init; }

    /// <summary>How the sender named this request, if it did.</summary>
    public Idempotency? Idempotency { get; init; }

    /// <summary>What is written beside the events, in their transaction. Runs on the writer's thread; plain SQL on this connection.</summary>
    public Action<SqliteConnection, IReadOnlyList<RecordedEvent>>? Beside { get; init; }
}

/// <summary>What to do with an event that the ledger holds already (design §3, Same event).</summary>
internal enum WhenHeld
{
    /// <summary>Answer where it is and record nothing.</summary>
    Refuse,

    /// <summary>Leave it out and record the others.</summary>
    Skip,

    /// <summary>Leave it out, and also an event whose eventID stands for other content, and record the others.</summary>
    Proceed,

    /// <summary>Record it again: two equal deliveries a day are real. An eventID that the sender gave still stands for one event.</summary>
    RecordAgain,
}

/// <summary>Makes a request that is sent again get the first answer again.</summary>
/// <param name="Key">The header <c>Idempotency-Key</c>; the party's own.</param>
/// <param name="Request">SHA-256 of the body: another body under the same key is refused.</param>
/// <param name="Answer">The answer's body, from the leaves given, in the order of the events. Runs on the writer's thread, so it only prints.</param>
internal sealed record Idempotency(string Key, Digest Request, Func<IReadOnlyList<RecordedEvent>, byte[]> Answer);

/// <param name="Leaf">Index in the log.</param>
/// <param name="IsNew">False where it was left out, because of the event at this leaf.</param>
/// <param name="IsConflict">It was left out because its eventID stands for other content there; otherwise it is the same event.</param>
internal readonly record struct RecordedEvent(long Leaf, bool IsNew, bool IsConflict = false);

/// <summary>What became of a <see cref="RecordRequest"/>.</summary>
internal abstract record RecordOutcome
{
    /// <summary>On the disk. The checkpoint covers it.</summary>
    /// <param name="Events">In the order of the request.</param>
    public sealed record Recorded(IReadOnlyList<RecordedEvent> Events, DateTimeOffset RecordedAt, Checkpoint Checkpoint) : RecordOutcome;

    /// <summary>Nothing recorded: the ledger holds this event.</summary>
    /// <param name="Event">Its place in the request.</param>
    public sealed record Duplicate(int Event, long Leaf) : RecordOutcome;

    /// <summary>Nothing recorded: the party's eventID stands for other content.</summary>
    /// <param name="Event">Its place in the request.</param>
    public sealed record Conflict(int Event, long Leaf) : RecordOutcome;

    /// <summary>Nothing recorded: the request was recorded before, and this was its answer.</summary>
    public sealed record Replayed(byte[] Answer) : RecordOutcome;

    /// <summary>Nothing recorded, for a reason that every route words alike.</summary>
    public sealed record Refused(Problem Problem) : RecordOutcome;
}

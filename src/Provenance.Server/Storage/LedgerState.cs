using Provenance.Core;

namespace Provenance.Server.Storage;

/// <summary>Which ledger this is, and whether it may record now. Read by every request, set by the writer and by whoever talks to the chain.</summary>
internal sealed class LedgerState
{
    private volatile Identity? _identity;
    private volatile string? _rollback;
    private volatile string? _restored;
    private volatile string? _readOnlyBecause = "The ledger is starting and has not been compared with its contract yet.";

    /// <summary>What every signature of this ledger names; null until its first contract exists.</summary>
    public Digest? LedgerId => _identity?.LedgerId;

    /// <summary>Why nothing can be recorded, for people; null when it can.</summary>
    public string? ReadOnlyBecause => _identity is null
        ? "This is a new ledger and its contract does not exist yet: the chain has to answer once before anything can be recorded."
        : _rollback ?? _readOnlyBecause ?? _restored;

    public bool IsEstablished => _identity is not null;

    /// <summary>Set once by <see cref="LedgerWriter"/>, from the database or when the row is committed.</summary>
    internal void Establish(Digest ledgerId) => _identity = new Identity(ledgerId);

    /// <summary>From now on events are accepted: size and root were found to be the newest there are (design §5, Start).</summary>
    public void OpenForWriting() => _readOnlyBecause = null;

    /// <summary>This copy came from a backup: nothing is recorded on it before it is known that nothing newer exists. Null: that is known.</summary>
    public void HoldRestored(string? because) => _restored = because;

    /// <summary>From now on everything but reading is refused, with this reason.</summary>
    public void CloseForWriting(string because) => _readOnlyBecause = because;

    /// <summary>This copy of the data is not the newest: nothing opens it for writing until the server starts again on other data.</summary>
    public void SuspectRollback(string because) => _rollback = "Rollback suspected. " + because;

    // A reference, so that a reader never sees half of 32 bytes.
    private sealed record Identity(Digest LedgerId);
}

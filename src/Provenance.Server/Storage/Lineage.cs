using System.Globalization;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Log;
using Provenance.Core.Merkle;

namespace Provenance.Server.Storage;

/// <summary>A line outside the data directory that says which state is the newest: whoever restores an older copy of the data cannot go on from it unnoticed.</summary>
internal sealed class Lineage(LedgerOptions options)
{
    /// <summary>Written before each group is answered, so it is never ahead of what was committed, nor behind what was answered.</summary>
    public void Keep(Digest ledgerId, Checkpoint newest)
    {
        if (options.LineageFile is { } file)
        {
            DurableFile.Write(Path.GetFullPath(file), string.Create(CultureInfo.InvariantCulture, $"{ledgerId} {newest.Size} {newest.Root}\n"));
        }
    }

    /// <summary>At start: opens the ledger for writing when this is the newest copy, and closes it for good when it is not.</summary>
    public void Compare(SqliteConnection connection, LedgerState state)
    {
        var mark = Path.Combine(options.DataPath, DataDirectory.RestoredMark);
        if (File.Exists(mark))
        {
            state.HoldRestored(
                $"This ledger was restored from a backup ({File.ReadAllText(mark).Trim()}). The chain can't show whether more was recorded after it. "
                + "See that no other server runs on this ledger; if nothing newer can be restored, stop this one, run 'provenance restore --go-on' and start it again.");
        }
        if (options.LineageFile is not { } file || !File.Exists(file) || state.LedgerId is not { } ledgerId)
        {
            return;
        }
        if (File.ReadAllText(file).Split(' ', '\n') is not [var id, var size, var root, ""]
            || !ulong.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var leaves))
        {
            state.SuspectRollback($"{file} does not read 'ledgerId size root'. Look what wrote it; remove it to go by the chain alone.");
            return;
        }
        var held = (ulong)(Checkpoints.FindNewest(connection)?.Size ?? 0);
        if (id != ledgerId.ToString() || leaves > held || MerkleTree.Root(leaves, new TreeReader(connection).Node).ToString() != root)
        {
            state.SuspectRollback($"{file} knows {leaves} entries of ledger {id}; here are {held} of {ledgerId}, or others. Restore the newest copy of the data.");
            return;
        }
        state.OpenForWriting();
        state.HoldRestored(null);
        File.Delete(mark);
    }
}

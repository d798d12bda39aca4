using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Provenance.Chain.Keys;
using Provenance.Core;
using Provenance.Core.Log;
using Provenance.Core.Merkle;

namespace Provenance.Server.Storage;

/// <summary>A line outside the data directory that says which state is the newest: whoever restores an older copy of the data cannot go on from it unnoticed.</summary>
internal sealed class Lineage(LedgerOptions options)
{
    /// <summary>
    /// Before a group is committed: its line is on the disk under another name, so that a full disk shows while everything can still be taken back. A crash between the two halves
    /// leaves the line before it, which is a state that this log had.
    /// </summary>
    /// <exception cref="LineageFault">It could not be written.</exception>
    public void Prepare(Digest ledgerId, Checkpoint newest)
    {
        if (options.LineageFile is { } file)
        {
            Try(file, () => DurableFile.WriteBeside(Path.GetFullPath(file), Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{ledgerId} {newest.Size} {newest.Root}\n"))),
                "Nothing of this request was recorded, and nothing recorded before is lost; it goes on by itself once that file can be written.");
        }
    }

    /// <summary>After the commit and before anything is answered: so the file is never ahead of what was committed, nor behind what was answered.</summary>
    /// <exception cref="LineageFault">It could not be renamed.</exception>
    public void Keep()
    {
        if (options.LineageFile is { } file)
        {
            Try(file, () => DurableFile.Rename(Path.GetFullPath(file)),
                "This request was recorded, but could not be noted there, so it counts as not answered: send it again once that file can be written, and it is found to be recorded.");
        }
    }

    private static void Try(string file, Action write, string consequence)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LineageFault($"Ledger__LineageFile '{file}' can't be written ({e.Message.TrimEnd('.')}). {consequence}", e);
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

/// <summary>The lineage file takes nothing: the message says what became of the request.</summary>
internal sealed class LineageFault(string message, Exception inner) : IOException(message, inner);

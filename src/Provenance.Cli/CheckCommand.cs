using System.CommandLine;
using Provenance.Cli.Check;

namespace Provenance.Cli;

/// <summary><c>provenance check</c>: is this ledger's data whole?</summary>
internal static class CheckCommand
{
    public static Command Make()
    {
        var data = new Option<DirectoryInfo>("--data")
        {
            HelpName = "DIR",
            Description = "The ledger's data directory",
            DefaultValueFactory = _ => new DirectoryInfo("data"),
        };
        var notes = new Option<FileInfo?>("--notes")
        {
            HelpName = "FILE",
            Description = "Where a check that is stopped leaves how far it came. Default: a file of yours, outside the data directory",
        };
        var afresh = new Option<bool>("--afresh") { Description = "Recompute everything, also what a stopped check found whole" };
        var index = new Option<bool>("--index") { Description = "Also make every index row anew from the events and compare (the server program does it; takes twice as long)" };
        var url = ServerMode.UrlOption();
        var lineage = new Option<FileInfo?>("--lineage") { HelpName = "FILE", Description = "The server's Ledger__LineageFile: is everything here that was ever answered?" };
        var command = new Command("check",
            "Recompute a whole ledger: events, seeds, entries, nodes, checkpoints, anchors, indexes, documents, keys and the tables beside the log. Reads only; the\n"
            + "server may be running.\n"
            + "Stopped with Ctrl-C it goes on where it was when called again: what was found whole is read again, and recomputed where it reads otherwise.\n"
            + "Exit code: 0 all fits together, 1 something was changed (named, a line each), 2 stopped before the end, 64 usage.")
        {
            data, notes, afresh, lineage, index, url,
        };
        command.SetAction(async (result, cancel) =>
        {
            var directory = result.GetValue(data)!.FullName;
            var file = result.GetValue(notes)?.FullName ?? CheckNotes.DefaultFile(directory);
            if (result.GetValue(afresh) && file is not null)
            {
                File.Delete(file);
            }
            var exit = Run(directory, file, result.GetValue(lineage)?.FullName, cancel);
            return exit != Exit.CannotTell && result.GetValue(index)
                ? Math.Max(exit, await ServerMode.StartAsync("--check-index", directory, result.GetValue(url)!, cancel))
                : exit;
        });
        return command;
    }

    private static int Run(string directory, string? notes, string? lineage, CancellationToken cancel)
    {
        using var bar = new ProgressBar("entries");
        LedgerCheck check;
        try
        {
            check = new LedgerCheck(directory) { NotesFile = notes, LineageFile = lineage, Progress = bar.Show };
        }
        catch (FileNotFoundException e)
        {
            throw new UsageException(e.Message + " Name another with --data.");
        }
        IReadOnlyList<string> faults;
        try
        {
            faults = check.Run(cancel);
        }
        catch (Exception e) when (IsStop(e))
        {
            bar.Dispose();
            return Stopped(check, notes);
        }
        bar.Dispose();
        SayWhatWasSkipped(check);
        foreach (var fault in faults)
        {
            Console.Out.WriteLine(fault);
        }
        if (check.FaultCount > faults.Count)
        {
            Console.Out.WriteLine($"and {check.FaultCount - faults.Count} more");
        }
        Console.Out.WriteLine(check.FaultCount == 0
            ? $"{check.Entries} entries: all fits together"
            : $"{check.Entries} entries: {check.FaultCount} {(check.FaultCount == 1 ? "fault" : "faults")}");
        return faults.Count == 0 ? Exit.Holds : Exit.DoesNotHold;
    }

    private static bool IsStop(Exception e) =>
        e is OperationCanceledException || (e is AggregateException all && all.Flatten().InnerExceptions.All(inner => inner is OperationCanceledException));

    private static int Stopped(LedgerCheck check, string? notes)
    {
        Console.Error.WriteLine($"Stopped after {check.Entries} entries, {(check.FaultCount == 0 ? "without a fault so far" : $"{check.FaultCount} faults so far")}. "
            + (notes is null ? "This system has no place for notes, so the next check begins anew; name one with --notes." : $"Call it again to go on; its notes are in {notes}."));
        return check.FaultCount == 0 ? Exit.CannotTell : Exit.DoesNotHold;
    }

    private static void SayWhatWasSkipped(LedgerCheck check)
    {
        if (check.Notes?.Earlier is not { } earlier)
        {
            return;
        }
        Console.Error.WriteLine($"Went on from a check that was stopped on {earlier.At} after {earlier.Entries} entries (root {earlier.Root}): "
            + $"{check.Notes.Skipped} of them read as they did then and were not recomputed"
            + (check.Notes.Changed == 0 ? "." : $"; {check.Notes.Changed} lie in stretches that read otherwise now, and were."));
    }
}

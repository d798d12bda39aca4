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
        var command = new Command("check",
            "Recompute a whole ledger: events, seeds, entries, nodes, checkpoints, anchors, indexes and documents. Reads only; the server may be running.\n"
            + "Exit code: 0 all fits together, 1 something was changed (named, a line each), 64 usage.")
        {
            data,
        };
        command.SetAction(result => Run(result.GetValue(data)!));
        return command;
    }

    private static int Run(DirectoryInfo data)
    {
        LedgerCheck check;
        try
        {
            check = new LedgerCheck(data.FullName);
        }
        catch (FileNotFoundException e)
        {
            throw new UsageException(e.Message + " Name another with --data.");
        }
        using (check)
        {
            var faults = check.Run();
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
    }
}

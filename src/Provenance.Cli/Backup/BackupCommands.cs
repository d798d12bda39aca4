using System.CommandLine;
using Provenance.Core;

namespace Provenance.Cli.Backup;

/// <summary><c>provenance backup</c> and <c>provenance restore</c>.</summary>
internal static class BackupCommands
{
    public static Command MakeBackup()
    {
        var data = DataOption();
        var to = new Option<FileInfo>("--to") { HelpName = "FILE", Description = "The file to make, such as ledger-2026-11-24.tar.gz", Required = true };
        var command = new Command("backup",
            "Copy a whole ledger into one file, as of one moment: database, keys, documents, the embedded chain. The server may be running.\n"
            + "The file holds the ledger's keys: keep it where nobody else reads it.")
        {
            data, to,
        };
        command.SetAction(result =>
        {
            var file = result.GetValue(to)!.FullName;
            var taken = LedgerBackup.Take(result.GetValue(data)!.FullName, file);
            Console.Out.WriteLine($"{file}: {taken.Size} entries as of {taken.Moment}");
            return Exit.Holds;
        });
        return command;
    }

    public static Command MakeRestore()
    {
        var data = DataOption();
        var file = new Argument<FileInfo?>("FILE") { HelpName = "FILE", Description = "A backup", Arity = ArgumentArity.ZeroOrOne };
        var goOn = new Option<bool>("--go-on") { Description = "Let a restored ledger record again. What was answered after the backup is lost then, and receipts for it contradict this ledger" };
        var command = new Command("restore",
            "Put a backup back into an empty data directory, checked. The server only reads on it until a lineage file shows that it is the newest copy,\n"
            + "or until you say with --go-on that the lost one will not come back. Exit code: 0 restored, 1 the backup was changed, 64 usage.")
        {
            file, data, goOn,
        };
        command.SetAction(result =>
        {
            var directory = result.GetValue(data)!.FullName;
            return (result.GetValue(file), result.GetValue(goOn)) switch
            {
                ({ } backup, false) => Restore(backup.FullName, directory),
                (null, true) => GoOn(directory),
                _ => throw new UsageException("Name a backup to restore; or --go-on, without one, for what was restored before."),
            };
        });
        return command;
    }

    private static int Restore(string file, string data)
    {
        var (restored, faults) = LedgerRestore.Restore(file, data);
        if (restored is null)
        {
            foreach (var fault in faults)
            {
                Console.Out.WriteLine(fault);
            }
            Console.Out.WriteLine("Not restored.");
            return Exit.DoesNotHold;
        }
        Console.Out.WriteLine($"{data}: {restored.Size} entries as of {restored.Moment}");
        Console.Error.WriteLine(
            $"""
            The server will only read on it until it is known that nothing newer exists. To go on:
            1. See that the other server is off and stays off: two would fork the ledger.
            2. Start the server and look at /health/ready. 'Rollback suspected' means that the chain knows entries that are not here: restore a newer backup.
            3. If you have nothing newer: provenance restore --go-on --data {data}, and start the server again. Receipts given out after the backup
               contradict the ledger from then on, so tell those who hold them.
            """);
        return Exit.Holds;
    }

    private static int GoOn(string data)
    {
        var mark = Path.Combine(data, DataDirectory.RestoredMark);
        if (!File.Exists(mark))
        {
            throw new UsageException($"The ledger in '{data}' does not wait: it was not restored, or goes on already.");
        }
        File.Delete(mark);
        Console.Out.WriteLine($"{data}: records again from the server's next start, unless the chain knows more than is here");
        return Exit.Holds;
    }

    private static Option<DirectoryInfo> DataOption() => new("--data")
    {
        HelpName = "DIR",
        Description = "The ledger's data directory",
        DefaultValueFactory = _ => new DirectoryInfo("data"),
    };
}

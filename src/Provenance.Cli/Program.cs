using System.CommandLine;
using Provenance.Cli.Admin;
using Provenance.Cli.Backup;
using Provenance.Cli.Remote;

namespace Provenance.Cli;

/// <summary>The command line. Not named Program, as the server's is, which tests see beside this one.</summary>
internal static class CommandLine
{
    private static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("Provenance: verify what a ledger shows, and look after a ledger of your own.")
        {
            VerifyCommand.Make(),
            ExportCommand.Make(),
            RecordCommand.Make(),
            CheckCommand.Make(),
            ReindexCommand.Make(),
            EraseCommand.Make(),
            RedactCommand.Make(),
            BackupCommands.MakeBackup(),
            BackupCommands.MakeRestore(),
            DeployCommand.Make(),
            KeysCommand.Make(),
    SucceedCommand.Make(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine(error.Message);
            }
            Console.Error.WriteLine("Try 'provenance --help'.");
            return Exit.Usage;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine(e.Message);
            return Exit.Usage;
        }
        catch (OperationCanceledException)
        {
            return Exit.CannotTell; // Ctrl-C
        }
    }
}

using System.CommandLine;
using System.Globalization;
using Provenance.Cli.Admin;

namespace Provenance.Cli;

/// <summary><c>provenance redact</c>: takes single fields of an event out of a ledger for good; the rest of the event can be proven as before.</summary>
internal static class RedactCommand
{
    public static Command Make()
    {
        var data = new Option<DirectoryInfo>("--data") { HelpName = "DIR", Description = "The ledger's data directory", DefaultValueFactory = _ => new DirectoryInfo("data") };
        var leaf = new Option<long>("--event") { HelpName = "INDEX", Description = "The event, by its index in the log", Required = true };
        var fields = new Option<string[]>("--field") { HelpName = "POINTER", Description = "A field, by its JSON pointer, such as /ilmd/cbvmda:lotNumber; of what holds several, all of them", Required = true, AllowMultipleArgumentsPerToken = true };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would go, and change nothing" };
        var yes = new Option<bool>("--yes") { Description = "Don't ask" };
        var url = ReindexCommand.UrlOption();
        var command = new Command("redact",
            "Take fields of an event away for good, with the server off: their values, what proves them, the EPCIS document the event came in, documents that only they refer to. Their digests stay, so\n"
            + "the other fields are proven as before. What could reverse the event's meaning, and what it is found and counted by, stays: erase the event instead. That fields were taken away, and when,\n"
            + "is noted and shown. Backups made before are not touched. Exit code: 0 done, 1 not confirmed or the ledger is not whole (nothing was changed), 64 usage.")
        {
            data, leaf, fields, dryRun, yes, url,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var directory = parsed.GetValue(data)!.FullName;
            using (HeldDirectory.Take(directory))
            {
                // Only to say it in this command's words: the server program takes the lock itself.
            }
            string[] arguments =
            [
                string.Create(CultureInfo.InvariantCulture, $"--redact-event={parsed.GetValue(leaf)}"),
                .. parsed.GetValue(fields)!.Select(field => $"--redact-field={field}"),
                .. parsed.GetValue(dryRun) ? new[] { "--redact-dry-run" } : [],
                .. parsed.GetValue(yes) ? new[] { "--redact-yes" } : [],
            ];
            return await ReindexCommand.StartAsync("--redact", directory, parsed.GetValue(url)!, cancel, arguments);
        });
        return command;
    }
}

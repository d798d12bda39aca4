using System.CommandLine;
using System.Globalization;
using Provenance.Cli.Admin;

namespace Provenance.Cli;

/// <summary><c>provenance erase</c>: takes what events said out of a ledger for good, and leaves the log whole. The server program does it, which alone knows what refers to an event.</summary>
internal static class EraseCommand
{
    public static Command Make()
    {
        var data = new Option<DirectoryInfo>("--data") { HelpName = "DIR", Description = "The ledger's data directory", DefaultValueFactory = _ => new DirectoryInfo("data") };
        var events = new Option<long[]>("--event") { HelpName = "INDEX", Description = "An event, by its index in the log; several may be named", AllowMultipleArgumentsPerToken = true };
        var item = new Option<string?>("--item") { HelpName = "URI", Description = "Every event that speaks of an item" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would go, and change nothing" };
        var yes = new Option<bool>("--yes") { Description = "Don't ask" };
        var url = ReindexCommand.UrlOption();
        var command = new Command("erase",
            "Erase events for good, with the server off: what they said, the seeds from which it could be proven, the EPCIS document they came in, documents that only they refer to. What repeats\n"
            + "an event (a declaration that it was an error) goes with it. Entries, leaf hashes and the log stay, so every other proof holds; that something was erased, and when, is noted and shown.\n"
            + "Backups made before are not touched. Exit code: 0 done, 1 not confirmed or the ledger is not whole (nothing was erased), 64 usage.")
        {
            data, events, item, dryRun, yes, url,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var directory = parsed.GetValue(data)!.FullName;
            var leaves = parsed.GetValue(events) ?? [];
            if (leaves.Length == 0 && parsed.GetValue(item) is null)
            {
                throw new UsageException("Name what to erase with --event or --item.");
            }
            using (HeldDirectory.Take(directory))
            {
                // Only to say it in this command's words: the server program takes the lock itself.
            }
            string[] arguments =
            [
                .. leaves.Select(leaf => string.Create(CultureInfo.InvariantCulture, $"--erase-event={leaf}")),
                .. parsed.GetValue(item) is { } named ? new[] { $"--erase-item={named}" } : [],
                .. parsed.GetValue(dryRun) ? new[] { "--erase-dry-run" } : [],
                .. parsed.GetValue(yes) ? new[] { "--erase-yes" } : [],
            ];
            return await ReindexCommand.StartAsync("--erase", directory, parsed.GetValue(url)!, cancel, arguments);
        });
        return command;
    }
}

using System.CommandLine;
using System.Globalization;

namespace Provenance.Cli;

/// <summary><c>provenance erase</c>: takes what events said out of a ledger for good, and leaves the log whole. The server program does it, which alone knows what refers to an event.</summary>
internal static class EraseCommand
{
    public static Command Make()
    {
        var options = new ErasingOptions("erase");
        var events = new Option<long[]>("--event") { HelpName = "INDEX", Description = "An event, by its index in the log; several may be named", AllowMultipleArgumentsPerToken = true };
        var item = new Option<string?>("--item") { HelpName = "URI", Description = "Every event that speaks of an item" };
        var command = new Command("erase",
            "Erase events for good, with the server off: what they said, the seeds from which it could be proven, the EPCIS document they came in, documents that only they refer to. What repeats\n"
            + "an event (a declaration that it was an error) goes with it. Entries, leaf hashes and the log stay, so every other proof holds; that something was erased, and when, is noted and shown.\n"
            + "Backups made before are not touched. Exit code: 0 done, 1 not confirmed or the ledger is not whole (nothing was erased), 64 usage.")
        {
            options.Data, events, item,
        };
        options.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var leaves = parsed.GetValue(events) ?? [];
            if (leaves.Length == 0 && parsed.GetValue(item) is null)
            {
                throw new UsageException("Name what to erase with --event or --item.");
            }
            string[] arguments =
            [
                .. leaves.Select(leaf => string.Create(CultureInfo.InvariantCulture, $"--erase-event={leaf}")),
                .. parsed.GetValue(item) is { } named ? new[] { $"--erase-item={named}" } : [],
            ];
            return await options.StartAsync(parsed, arguments, cancel);
        });
        return command;
    }
}

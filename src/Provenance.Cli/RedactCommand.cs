using System.CommandLine;
using System.Globalization;

namespace Provenance.Cli;

/// <summary><c>provenance redact</c>: takes single fields of an event out of a ledger for good; the rest of the event can be proven as before.</summary>
internal static class RedactCommand
{
    public static Command Make()
    {
        var options = new ErasingOptions("redact");
        var leaf = new Option<long>("--event") { HelpName = "INDEX", Description = "The event, by its index in the log", Required = true };
        var fields = new Option<string[]>("--field") { HelpName = "POINTER", Description = "A field, by its JSON pointer, such as /ilmd/cbvmda:lotNumber; of what holds several, all of them", Required = true, AllowMultipleArgumentsPerToken = true };
        var command = new Command("redact",
            "Take fields of an event away for good, with the server off: their values, what proves them, the EPCIS document the event came in, documents that only they refer to. Their digests stay, so\n"
            + "the other fields are proven as before. What could reverse the event's meaning, and what it is found and counted by, stays: erase the event instead. That fields were taken away, and when,\n"
            + "is noted and shown. Backups made before are not touched. Exit code: 0 done, 1 not confirmed or the ledger is not whole (nothing was changed), 64 usage.")
        {
            options.Data, leaf, fields,
        };
        options.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            string[] arguments =
            [
                string.Create(CultureInfo.InvariantCulture, $"--redact-event={parsed.GetValue(leaf)}"),
                .. parsed.GetValue(fields)!.Select(field => $"--redact-field={field}"),
            ];
            return await options.StartAsync(parsed, arguments, cancel);
        });
        return command;
    }
}

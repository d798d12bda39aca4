using System.CommandLine;
using Provenance.Chain.Keys;

namespace Provenance.Cli.Admin;

/// <summary><c>provenance keys passphrase</c>: another passphrase for the keys at rest, or a first one, or none.</summary>
internal static class PassphraseCommand
{
    public static Command Make()
    {
        var options = new AdminOptions();
        var before = new Option<string?>("--passphrase-file") { HelpName = "FILE", Description = "The passphrase that the keys are sealed under now. Leave it out where they lie in plain" };
        var after = new Option<string?>("--new-passphrase-file") { HelpName = "FILE", Description = "The new passphrase, at least 16 characters. The server needs it as Ledger__KeyPassphraseFile from its next start" };
        var plain = new Option<bool>("--plain") { Description = "Seal them no more: they lie in plain, for the owner alone" };
        var command = new Command("passphrase",
            "Change, set or take away the passphrase under which all key files are sealed, retired ones included. A wrong one changes nothing. Stopped in between, all keys\n"
            + "open with one and the same of the two passphrases, and the same call does the rest. Exit code: 0 done, 64 not (the message says why).")
        {
            options.Data, before, after, plain,
        };
        command.SetAction(parsed => Run(parsed.GetValue(options.Data)!.FullName, parsed.GetValue(before), parsed.GetValue(after), parsed.GetValue(plain)));
        return command;
    }

    private static int Run(string data, string? before, string? after, bool isPlain)
    {
        if (after is null != isPlain)
        {
            throw new UsageException("Name the new passphrase with --new-passphrase-file, or say --plain for none.");
        }
        if (PassphraseChange.Files(data).Count == 0)
        {
            throw new UsageException($"There are no keys in '{data}'. Name another with --data.");
        }
        using var alone = HeldDirectory.Lock(data);
        try
        {
            using var change = new PassphraseChange(data, before, after);
            foreach (var (file, account, isDone) in change.Run())
            {
                var name = Path.GetRelativePath(data, file);
                (isDone ? Console.Out : Console.Error).WriteLine(isDone ? $"{name}: {account}, {(isPlain ? "in plain" : "sealed under the new passphrase")}" : $"{name}: opens with both");
            }
        }
        catch (InvalidOperationException e)
        {
            throw new UsageException(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"Stopped: {e.Message} All keys open with one of the two passphrases; mend that and call this again.");
        }
        Console.Error.WriteLine(isPlain
            ? "Start the server without Ledger__KeyPassphraseFile, or it seals them again."
            : "Point Ledger__KeyPassphraseFile at the new passphrase before the server starts. Older backups open with the passphrase of their day: keep it as long as them.");
        return Exit.Holds;
    }
}

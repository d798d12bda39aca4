using System.CommandLine;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Keys;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Cli.Admin;

/// <summary><c>provenance keys</c>: what accounts the keys in the data directory are, and changing them while the server is off.</summary>
internal static class KeysCommand
{
    private const string Retired = "retired-keys";

    public static Command Make() => new("keys", "Show or change the keys in a data directory, or the passphrase they are sealed under. Changing takes the server off, and a new key the contract's admin.")
    {
        MakeShow(),
        MakeRotation("rotate-ledger", "Give the ledger a new key for its checkpoints. What was signed before stays valid.", RotateLedgerAsync),
        MakeRotation("rotate-chain", "Give the server a new account for its transactions: it gets the roles, the old one loses them. Send it coins before the next anchor.", RotateChainAsync),
        PassphraseCommand.Make(),
    };

    private static Command MakeShow()
    {
        var data = new AdminOptions().Data;
        var passphrase = new AdminOptions().Passphrase;
        var command = new Command("show", "Print the account of each key. Never a key.") { data, passphrase };
        command.SetAction(parsed =>
        {
            var directory = parsed.GetValue(data)!.FullName;
            foreach (var file in new[] { "ledger.key", "chain.key", "trial-admin.key" }.Select(name => Path.Combine(directory, name)).Where(File.Exists))
            {
                using var key = Do(() => KeyFile.ReadOrMake(file, parsed.GetValue(passphrase)));
                Console.Out.WriteLine($"{Path.GetFileName(file)}: {key.Address}");
            }
            return Exit.Holds;
        });
        return command;
    }

    private static Command MakeRotation(string name, string description, Func<AdminSession, Address, CancellationToken, Task> rotate)
    {
        var options = new AdminOptions();
        var contract = new Option<string>("--contract") { HelpName = "ADDRESS", Description = "As Ledger__Chain__Contract", Required = true };
        var command = new Command(name, description + " Stopped in between it goes on when called again.") { contract };
        options.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            if (!Address.TryParse(parsed.GetValue(contract)!.ToLowerInvariant(), out var address))
            {
                throw new UsageException($"--contract is '{parsed.GetValue(contract)}'; take 0x and 40 hex digits.");
            }
            try
            {
                using var session = await options.OpenAsync(parsed, cancel);
                using var alone = HeldDirectory.Take(session.Data);
                await rotate(session, address, cancel);
                return Exit.Holds;
            }
            catch (Exception e) when (e is Chain.Rpc.ChainException or InvalidOperationException)
            {
                throw new UsageException(e.Message);
            }
        });
        return command;
    }

    private static async Task RotateLedgerAsync(AdminSession session, Address contract, CancellationToken cancel)
    {
        using var next = session.Key("next-ledger.key");
        var ledgerId = await session.Chain.GetLedgerIdAsync(contract, cancel);
        var party = new PartyId(ledgerId);
        if (await session.Chain.FindKeyAsync(contract, party, next.Address, cancel) is null)
        {
            var nonce = await session.Chain.GetPartyNonceAsync(contract, party, cancel);
            await session.Steps("rotate-ledger.json").DoAsync($"ledger key {next.Address}", contract,
                LedgerCalls.AddKey(party, next.Address, next.Sign(LedgerTypedData.Key(ledgerId, party, next.Address, nonce)), null), 0, cancel);
        }
        Exchange(session, "ledger.key", next);
        File.Delete(Path.Combine(session.Data, "rotate-ledger.json"));
        Console.Out.WriteLine($"The ledger signs as {next.Address} from the server's next start.");
    }

    private static async Task RotateChainAsync(AdminSession session, Address contract, CancellationToken cancel)
    {
        using var next = session.Key("next-chain.key");
        using var old = session.Key("chain.key");
        var steps = session.Steps("rotate-chain.json");
        await steps.DoAsync($"role ANCHORER for {next.Address}", contract, LedgerCalls.GrantAnchorer(next.Address), 0, cancel);
        await steps.DoAsync($"role REGISTRAR for {next.Address}", contract, LedgerCalls.GrantRegistrar(next.Address), 0, cancel);
        if (old.Address != next.Address)
        {
            await steps.DoAsync($"no role ANCHORER for {old.Address}", contract, LedgerCalls.RevokeAnchorer(old.Address), 0, cancel);
            await steps.DoAsync($"no role REGISTRAR for {old.Address}", contract, LedgerCalls.RevokeRegistrar(old.Address), 0, cancel);
        }
        Exchange(session, "chain.key", next);
        File.Delete(Path.Combine(session.Data, "rotate-chain.json"));
        Console.Out.WriteLine($"The server writes as {next.Address} from its next start. Send that account coins; what is left on {old.Address} is yours to send away.");
    }

    /// <summary>The old file is copied aside before the new one takes its name, so at every moment there is a key of that name.</summary>
    private static void Exchange(AdminSession session, string name, LocalKey next)
    {
        var file = Path.Combine(session.Data, name);
        using (var old = session.Key(name))
        {
            if (old.Address != next.Address)
            {
                var aside = Path.Combine(session.Data, Retired, old.Address.ToString());
                DurableFile.MakeDirectory(aside);
                File.Copy(file, Path.Combine(aside, name), overwrite: true);
            }
        }
        KeyFile.Replace(file, next, session.PassphraseFile);
        File.Delete(Path.Combine(session.Data, "next-" + name));
        Console.Error.WriteLine($"The old {name} lies in {Path.Combine(session.Data, Retired)}: destroy it once the new one is seen to work.");
    }

    private static T Do<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException e)
        {
            throw new UsageException(e.Message);
        }
    }
}

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
    public static Command Make() => new("keys", "Show or change the keys in a data directory, or the passphrase they are sealed under. Changing takes the server off, and a new key the contract's admin.")
    {
        MakeShow(),
        MakeRotation("rotate-ledger", "Give the ledger a new key for its checkpoints. What was signed before stays valid.", (session, contract, _, cancel) => RotateLedgerAsync(session, contract, cancel)),
        MakeChainRotation(),
        PassphraseCommand.Make(),
    };

    private static Command MakeShow()
    {
        var data = new AdminOptions().Data;
        var passphrase = new AdminOptions().Passphrase;
        var signer = new SignerOptions().Url;
        var command = new Command("show", "Print the account of each key, and the accounts of a signer. Never a key.") { data, passphrase, signer };
        command.SetAction(async (parsed, cancel) =>
        {
            var directory = parsed.GetValue(data)!.FullName;
            foreach (var file in new[] { "ledger.key", "chain.key", "trial-admin.key" }.Select(name => Path.Combine(directory, name)).Where(File.Exists))
            {
                using var key = Do(() => KeyFile.ReadOrMake(file, parsed.GetValue(passphrase)));
                Console.Out.WriteLine($"{Path.GetFileName(file)}: {key.Address}");
            }
            if (parsed.GetValue(signer) is { } url)
            {
                var (host, accounts) = await SignerOptions.ListAsync(url, cancel);
                foreach (var account in accounts)
                {
                    Console.Out.WriteLine($"signer {host}: {account}");
                }
            }
            return Exit.Holds;
        });
        return command;
    }

    private static Command MakeChainRotation()
    {
        var signer = new SignerOptions();
        var from = new Option<string?>("--from") { HelpName = "ADDRESS", Description = "The account that wrote until now, where its key is not chain.key: it loses the roles" };
        var command = MakeRotation("rotate-chain",
            "Give the server a new account for its transactions, of a new key or of a signer: it gets the roles, the old one loses them. Send it coins before the next anchor.",
            async (session, contract, parsed, cancel) =>
            {
                if (parsed.GetValue(from) is { } text && !Address.TryParse(text.ToLowerInvariant(), out _))
                {
                    throw new UsageException($"--from is '{text}'; take 0x and 40 hex digits.");
                }
                await ChainRotation.RunAsync(session, contract, await signer.FindAsync(parsed, cancel), parsed.GetValue(from) is { } old ? Address.Parse(old.ToLowerInvariant()) : null, cancel);
            });
        command.Options.Add(from);
        signer.AddTo(command);
        return command;
    }

    private static Command MakeRotation(string name, string description, Func<AdminSession, Address, ParseResult, CancellationToken, Task> rotate)
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
                await rotate(session, address, parsed, cancel);
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
        RetiredKeys.Exchange(session, "ledger.key", next);
        File.Delete(Path.Combine(session.Data, "rotate-ledger.json"));
        Console.Out.WriteLine($"The ledger signs as {next.Address} from the server's next start.");
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

using Provenance.Chain;
using Provenance.Core.Ethereum;

namespace Provenance.Cli.Admin;

/// <summary>Another account for the server's transactions: of a new key in the data directory, or of a signer.</summary>
internal static class ChainRotation
{
    private const string Key = "chain.key";
    private const string Steps = "rotate-chain.json";

    /// <param name="signerAccount">Null: a key is made here.</param>
    /// <param name="from">The account before, where its key is not here.</param>
    public static async Task RunAsync(AdminSession session, Address contract, Address? signerAccount, Address? from, CancellationToken cancel)
    {
        var old = FindOld(session, from);
        using var made = signerAccount is null ? session.Key("next-" + Key) : null;
        var next = signerAccount ?? made!.Address;
        var steps = session.Steps(Steps);
        await steps.DoAsync($"role ANCHORER for {next}", contract, LedgerCalls.GrantAnchorer(next), 0, cancel);
        await steps.DoAsync($"role REGISTRAR for {next}", contract, LedgerCalls.GrantRegistrar(next), 0, cancel);
        if (old != next)
        {
            await steps.DoAsync($"no role ANCHORER for {old}", contract, LedgerCalls.RevokeAnchorer(old), 0, cancel);
            await steps.DoAsync($"no role REGISTRAR for {old}", contract, LedgerCalls.RevokeRegistrar(old), 0, cancel);
        }
        if (made is null)
        {
            RetiredKeys.Retire(session, Key, old);
            Console.Out.WriteLine($"Ledger__Chain__SignerAccount={next}");
        }
        else
        {
            RetiredKeys.Exchange(session, Key, made);
        }
        File.Delete(Path.Combine(session.Data, Steps));
        Console.Out.WriteLine($"The server writes as {next} from its next start. Send that account coins; what is left on {old} is yours to send away.");
    }

    private static Address FindOld(AdminSession session, Address? from)
    {
        if (!File.Exists(Path.Combine(session.Data, Key)))
        {
            return from ?? throw new UsageException($"There is no {Key} in '{session.Data}': name the account that wrote until now with --from. /api/status has it.");
        }
        using var key = session.Key(Key);
        return from is null || from == key.Address
            ? key.Address
            : throw new UsageException($"--from is {from} and {Key} is of account {key.Address}; leave --from out, or move that file away.");
    }
}

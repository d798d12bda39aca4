using System.CommandLine;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Cli.Admin;

/// <summary><c>provenance succeed</c>: a ledger goes on in another contract, on the same chain or another, from exactly where the old one ends (design §4, Succession).</summary>
internal static class SucceedCommand
{
    public static Command Make()
    {
        var options = new AdminOptions();
        var contract = new Option<string>("--contract") { HelpName = "ADDRESS", Description = "As Ledger__Chain__Contract: the contract that ends", Required = true };
        var toRpc = new Option<string[]>("--to-rpc") { HelpName = "URL", Description = "JSON-RPC endpoint of the chain to go to. Default: the same chain", AllowMultipleArgumentsPerToken = true };
        var toFees = new Option<FeeMode?>("--to-fees") { Description = "How that chain charges. Default: as --fees" };
        var signer = new SignerOptions();
        var command = new Command("succeed",
            "Go on in a new contract, on the same chain (newer code) or another: ends the old contract where its history ends, for good. Takes the old contract's admin, who pays on\n"
            + "both chains, and the server off. Stopped in between it goes on when called again, and nothing is paid for twice. Exit code: 0 done, 64 not (the message says why).")
        {
            contract, toRpc, toFees,
        };
        options.AddTo(command);
        signer.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            if (!Address.TryParse(parsed.GetValue(contract)!.ToLowerInvariant(), out var old))
            {
                throw new UsageException($"--contract is '{parsed.GetValue(contract)}'; take 0x and 40 hex digits.");
            }
            if (parsed.GetValue(toRpc)!.FirstOrDefault(url => !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")) is not null)
            {
                throw new UsageException("--to-rpc is no absolute http or https URL.");
            }
            try
            {
                using var session = await options.OpenAsync(parsed, cancel);
                using var alone = HeldDirectory.Take(session.Data);
                var account = await signer.FindAsync(parsed, cancel);
                var urls = parsed.GetValue(toRpc) is { Length: > 0 } named ? named : parsed.GetValue(options.Rpc)!;
                using var next = RpcChain.Open([.. urls.Select(url => new Uri(url))]);
                var succession = new Succession(session, old, next, await next.GetChainIdAsync(cancel), session.Fees with { Mode = parsed.GetValue(toFees) ?? session.Fees.Mode });
                var successor = await succession.RunAsync(account, cancel);
                for (var i = 0; i < urls.Length; i++)
                {
                    Console.Out.WriteLine($"Ledger__Chain__RpcUrls__{i}={urls[i]}");
                }
                Console.Out.WriteLine($"Ledger__Chain__Contract={successor}");
                Console.Error.WriteLine(
                    """
                    Start the server with these, and with Ledger__Chain__Profile of that chain. Publish the new address beside the old one: who verifies asks both contracts.
                    """);
                return Exit.Holds;
            }
            catch (Exception e) when (e is ChainException or InvalidOperationException)
            {
                throw new UsageException(e.Message);
            }
        });
        return command;
    }
}

using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Chain;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Cli.Admin;

/// <summary><c>provenance deploy</c>: a ledger of one's own on a chain of others, from an RPC URL and a funded key.</summary>
internal static class DeployCommand
{
    /// <summary>Of the transactions after the first, which can't be asked for before the contract is there; measured in tests/contracts/gas.js, with room.</summary>
    internal const ulong GasAfterDeployment = 2 * 60_000 + 160_000 + 30_000;

    public static Command Make()
    {
        var options = new AdminOptions();
        var fund = new Option<decimal>("--fund") { HelpName = "COINS", Description = "Coins of the chain for the account that anchors. Default 0: send it some yourself" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what it would cost, and send nothing" };
        var command = new Command("deploy",
            "Deploy the ledger's contract on a chain and make it ready: gives the anchoring account its roles, registers the ledger's key. Stopped in between it goes on when\n"
            + "called again, and nothing is paid for twice. Keep the admin's key off the server afterwards. Exit code: 0 done, 64 not (the message says why).")
        {
            fund, dryRun,
        };
        options.AddTo(command);
        var signer = new SignerOptions();
        signer.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            try
            {
                using var session = await options.OpenAsync(parsed, cancel);
                if (parsed.GetValue(fund) < 0)
                {
                    throw new UsageException("--fund is negative; take coins of the chain, such as 0.05.");
                }
                var wei = (BigInteger)(parsed.GetValue(fund) * 1_000_000_000_000_000_000m);
                var account = await signer.FindAsync(parsed, cancel);
                return parsed.GetValue(dryRun) ? await EstimateAsync(session, wei, cancel) : await DeployAsync(session, account, parsed.GetValue(options.Rpc)!, wei, cancel);
            }
            catch (Exception e) when (e is Chain.Rpc.ChainException or InvalidOperationException)
            {
                throw new UsageException(e.Message);
            }
        });
        return command;
    }

    private static async Task<int> EstimateAsync(AdminSession session, BigInteger fund, CancellationToken cancel)
    {
        var estimate = await session.Chain.EstimateGasAsync(session.Admin.Address, null, LedgerCalls.Deploy(session.Admin.Address), cancel);
        var gas = estimate is GasEstimate.Needed needed ? needed.Gas + GasAfterDeployment : throw new UsageException("The chain refuses the contract's code; does it run the Cancun rules or later?");
        var fees = await session.Chain.FindFeesAsync(session.Fees, cancel) ?? throw new UsageException("The chain asks more for a unit of gas than --ceiling-gwei allows.");
        var most = (BigInteger)(fees.Ceiling * gas) + fund;
        var balance = await session.Chain.GetBalanceAsync(session.Admin.Address, cancel);
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"chain {session.ChainId}: about {gas} gas in 4 transactions{(fund.IsZero ? "" : " and a transfer")}, at most {AdminSteps.Coins(most)} coins at today's fees"));
        Console.Out.WriteLine($"account {session.Admin.Address} has {AdminSteps.Coins(balance)} coins: {(balance >= most ? "enough" : "too few")}");
        Console.Error.WriteLine("Nothing was sent.");
        return balance >= most ? Exit.Holds : Exit.DoesNotHold;
    }

    private static async Task<int> DeployAsync(AdminSession session, Address? signerAccount, string[] rpc, BigInteger fund, CancellationToken cancel)
    {
        Provenance.Chain.Keys.DurableFile.MakeDirectory(session.Data);
        if (FindLedger(session.Data) is { } held)
        {
            throw new UsageException($"'{session.Data}' holds ledger {held} already. A new ledger needs an empty directory; this one moves to another chain by succession (provenance succeed).");
        }
        using var ledger = session.Key("ledger.key");
        using var key = signerAccount is null ? session.Key("chain.key") : null;
        var writer = signerAccount ?? key!.Address;
        // Called again with another signer it must not take the roles of the first for done.
        var whose = signerAccount is null ? "" : $" for {writer}";
        var steps = session.Steps("deploy.json");
        var contract = (await steps.DoAsync("contract", null, LedgerCalls.Deploy(session.Admin.Address), 0, cancel)).Contract
            ?? throw new UsageException("The chain mined the transaction and made no contract.");
        await steps.DoAsync($"role ANCHORER{whose}", contract, LedgerCalls.GrantAnchorer(writer), 0, cancel);
        await steps.DoAsync($"role REGISTRAR{whose}", contract, LedgerCalls.GrantRegistrar(writer), 0, cancel);
        var ledgerId = await session.Chain.GetLedgerIdAsync(contract, cancel);
        var party = new PartyId(ledgerId);
        var nonce = await session.Chain.GetPartyNonceAsync(contract, party, cancel);
        await steps.DoAsync("ledger key", contract,
            LedgerCalls.RegisterKey(party, ledger.Address, ledger.Sign(LedgerTypedData.Key(ledgerId, party, ledger.Address, nonce))), 0, cancel);
        if (!fund.IsZero)
        {
            await steps.DoAsync($"coins for the anchoring account{whose}", writer, [], fund, cancel);
        }
        Console.Out.WriteLine($"Ledger {ledgerId} in contract {contract} on chain {session.ChainId}. Start the server with:");
        for (var i = 0; i < rpc.Length; i++)
        {
            Console.Out.WriteLine($"Ledger__Chain__RpcUrls__{i}={rpc[i]}");
        }
        Console.Out.WriteLine($"Ledger__Chain__Contract={contract}");
        Console.Out.WriteLine($"Ledger__DataDirectory={session.Data}");
        if (signerAccount is not null)
        {
            Console.Out.WriteLine($"Ledger__Chain__SignerAccount={writer}");
            Console.Out.WriteLine("Ledger__Chain__SignerUrl=the URL given here as --signer");
        }
        Console.Error.WriteLine(
            $"""
            Name the kind of chain in Ledger__Chain__Profile, and keep account {writer} in coins: it pays for the anchors.
            The admin's key stays off the server. Whoever is to check this ledger needs the contract's address from you by a way of its own: print it, put it on your site.
            """);
        return Exit.Holds;
    }

    internal static string? FindLedger(string data)
    {
        var file = Path.Combine(data, "ledger.db");
        if (!File.Exists(file))
        {
            return null;
        }
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return connection.QuerySingleOrDefault<byte[]>("SELECT ledger_id FROM ledger") is { } id ? Convert.ToHexStringLower(id) : null;
    }
}

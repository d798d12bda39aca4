using System.Numerics;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Proofs;

namespace Provenance.Cli.Admin;

/// <summary>
/// The steps from one contract to the next, in an order in which none can hurt: first nobody anchors in the old one any more, so that its head stands; then the successor starts at that head, and is made ready; only then the old
/// one names it, which nothing takes back. Each transaction is in a file before it is sent (<see cref="AdminSteps"/>), so that a second call does what is left.
/// </summary>
internal sealed class Succession(AdminSession session, Address old, IChain next, ulong nextChainId, FeePolicy nextFees)
{
    private const string Deployment = "successor";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <param name="signerAccount">The account that anchors from now on, where a signer keeps its key; null: that of chain.key.</param>
    /// <returns>The successor, which the old contract names.</returns>
    /// <exception cref="UsageException">It can't go on; what was sent so far is in the files, and the old contract is open unless the message says otherwise.</exception>
    public async Task<Address> RunAsync(Address? signerAccount, CancellationToken cancel)
    {
        var ledgerId = await CheckAsync(cancel);
        using var ledger = ExistingKey("ledger.key");
        using var key = signerAccount is null ? ExistingKey("chain.key") : null;
        var writer = signerAccount ?? key!.Address;
        var name = $"succeed-{old}";
        var oldSteps = session.Steps($"{name}.json");
        var newSteps = new AdminSteps(next, nextChainId, session.Admin, nextFees, Path.Combine(session.Data, $"{name}-next.json"));

        var links = await session.Chain.GetLinksAsync(old, cancel);
        var head = await session.Chain.GetHeadAsync(old, cancel);
        if (head.Size == links.StartSize)
        {
            throw new UsageException($"Contract {old} holds no anchor of its own yet: anchor once (POST /api/anchor) before it ends.");
        }
        if (!newSteps.Has(Deployment))
        {
            if (!links.IsOpen)
            {
                throw new UsageException($"Contract {old} has ended already and names {links.Successor} on chain {links.SuccessorChainId}: the ledger goes on there. Nothing was sent.");
            }
            await MustPayAsync(ledgerId, head, cancel);
        }
        if (links.IsOpen)
        {
            await oldSteps.DoAsync($"no role ANCHORER for {writer} in the old contract", old, LedgerCalls.RevokeAnchorer(writer), 0, cancel);
        }
        // An anchor that was on its way may have been mined meanwhile; from here on none can be.
        head = await session.Chain.GetHeadAsync(old, cancel);
        var successor = (await newSteps.DoAsync(Deployment, null,
            LedgerCalls.DeploySuccessor(session.Admin.Address, ledgerId, session.ChainId, old, head.Size, head.Root), 0, cancel)).Contract
            ?? throw new UsageException("The chain mined the transaction and made no contract.");
        await newSteps.DoAsync($"role ANCHORER for {writer}", successor, LedgerCalls.GrantAnchorer(writer), 0, cancel);
        await newSteps.DoAsync($"role REGISTRAR for {writer}", successor, LedgerCalls.GrantRegistrar(writer), 0, cancel);
        var party = new PartyId(ledgerId);
        var nonce = await next.GetPartyNonceAsync(successor, party, cancel);
        await newSteps.DoAsync("ledger key", successor, LedgerCalls.RegisterKey(party, ledger.Address, ledger.Sign(LedgerTypedData.Key(ledgerId, party, ledger.Address, nonce))), 0, cancel);

        await MustContinueAsync(successor, ledgerId, cancel);
        if (links.IsOpen)
        {
            await oldSteps.DoAsync($"the old contract ends and names {successor}", old, LedgerCalls.Succeed(nextChainId, successor), 0, cancel);
        }
        await MustBeNamedAsync(successor, cancel);
        Console.Out.WriteLine($"Ledger {ledgerId} goes on in contract {successor} on chain {nextChainId}, from its {head.Size} entries in contract {old} on chain {session.ChainId}.");
        return successor;
    }

    private async Task<Digest> CheckAsync(CancellationToken cancel)
    {
        if (await session.Chain.FindCodeHashAsync(old, cancel) is not { } code || !LedgerCode.KnownHashes.Contains(code))
        {
            throw new UsageException($"--contract {old} is no ledger contract that this version knows, on chain {session.ChainId}.");
        }
        var ledgerId = await session.Chain.GetLedgerIdAsync(old, cancel);
        return DeployCommand.FindLedger(session.Data) == ledgerId.ToString()
            ? ledgerId
            : throw new UsageException($"Contract {old} is of ledger {ledgerId}, and '{session.Data}' holds {DeployCommand.FindLedger(session.Data) ?? "none"}. Correct --contract, --rpc or --data.");
    }

    /// <summary>Before anybody loses a role: is there enough to go on with on the other chain?</summary>
    private async Task MustPayAsync(Digest ledgerId, LedgerHead head, CancellationToken cancel)
    {
        var code = LedgerCalls.DeploySuccessor(session.Admin.Address, ledgerId, session.ChainId, old, head.Size, head.Root);
        var gas = await next.EstimateGasAsync(session.Admin.Address, null, code, cancel) is GasEstimate.Needed needed
            ? needed.Gas + DeployCommand.GasAfterDeployment
            : throw new UsageException($"Chain {nextChainId} refuses the contract's code.");
        var fees = await next.FindFeesAsync(nextFees, cancel) ?? throw new UsageException($"Chain {nextChainId} asks more for a unit of gas than --ceiling-gwei allows. Call this again later.");
        var most = (BigInteger)(fees.Ceiling * gas);
        if (await next.GetBalanceAsync(session.Admin.Address, cancel) is var balance && balance < most)
        {
            throw new UsageException($"On chain {nextChainId} it may cost {AdminSteps.Coins(most)} and account {session.Admin.Address} has {AdminSteps.Coins(balance)} coins there. Send it some and call this again. Nothing was sent.");
        }
    }

    /// <summary>Before the old contract is closed for good: does the successor start exactly where that one stands?</summary>
    private async Task MustContinueAsync(Address successor, Digest ledgerId, CancellationToken cancel)
    {
        var head = await session.Chain.GetHeadAsync(old, cancel);
        var found = await next.GetLinksAsync(successor, cancel);
        if (await next.GetLedgerIdAsync(successor, cancel) != ledgerId || (found.PredecessorChainId, found.Predecessor) != (session.ChainId, old))
        {
            throw new UsageException($"Contract {successor} does not continue {old}: remove succeed-{old}-next.json to deploy another.");
        }
        if ((found.StartSize, found.StartRoot) != (head.Size, head.Root))
        {
            throw new UsageException(
                $"Contract {successor} starts at {found.StartSize} entries, and {old} holds {head.Size} by now: somebody else anchors there. Take that account's role away, remove succeed-{old}-next.json, and call this again. Nothing is closed.");
        }
    }

    /// <summary>A node may lag behind the one that showed the receipt.</summary>
    private async Task MustBeNamedAsync(Address successor, CancellationToken cancel)
    {
        var until = DateTimeOffset.UtcNow + Patience;
        ContractLinks links;
        do
        {
            links = await session.Chain.GetLinksAsync(old, cancel);
            if ((links.SuccessorChainId, links.Successor) == (nextChainId, successor))
            {
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancel);
        }
        while (links.IsOpen && DateTimeOffset.UtcNow < until);
        throw new UsageException(links.IsOpen
            ? $"The node does not show that {old} has ended. Call this again."
            : $"Contract {old} has ended and names {links.Successor} on chain {links.SuccessorChainId}, not {successor}: the ledger goes on there.");
    }

    private LocalKey ExistingKey(string name) => File.Exists(Path.Combine(session.Data, name))
        ? session.Key(name)
        : throw new UsageException($"There is no {name} in '{session.Data}'{(name == "chain.key" ? ": name the signer that keeps it with --signer and --signer-account" : ": put the file of a backup back")}.");
}

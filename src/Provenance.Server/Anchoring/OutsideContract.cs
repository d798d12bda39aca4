using Provenance.Chain;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Server.Storage;

namespace Provenance.Server.Anchoring;

/// <summary>The ledger's contract on a chain of others: found where the settings say, and held against what this ledger knows of itself. Another chain, contract or code stops the server (design §5).</summary>
internal sealed class OutsideContract(LedgerOptions options, LedgerSigner signer, LedgerWriter writer, LedgerState state, Database database, TimeProvider clock)
{
    /// <exception cref="InvalidOperationException">It is not this ledger's: nothing that waiting mends. The message names the settings to look at.</exception>
    public async Task<Contract> FindAsync(IChain chain, CancellationToken cancel)
    {
        var address = Address.Parse(options.Chain.Contract!.ToLowerInvariant());
        var known = FindKnown();
        ulong chainId;
        try
        {
            chainId = await chain.GetChainIdAsync(cancel);
        }
        catch (ChainException e) when (e is { Outcome: RpcOutcome.WrongChain, Refusal: null } && known is { } there)
        {
            throw new InvalidOperationException(
                $"Ledger__Chain__RpcUrls lead to another chain ({e.Message}). This ledger is anchored in contract {there.Address} on chain {there.ChainId}: name URLs of that chain, and that contract in Ledger__Chain__Contract.", e);
        }
        if (await chain.FindCodeHashAsync(address, cancel) is not { } code || !LedgerCode.KnownHashes.Contains(code))
        {
            throw new InvalidOperationException($"Ledger__Chain__Contract {address} is no ledger contract that this version knows, on chain {chainId}.");
        }
        var ledgerId = await chain.GetLedgerIdAsync(address, cancel);
        var links = await chain.GetLinksAsync(address, cancel);
        // A chain can be copied, contract and all, under another id (a fork, a test network). Signatures would be good on both, and the copy belongs to anybody.
        if (links.IsFirst && LedgerTypedData.LedgerIdOf(chainId, address) != ledgerId)
        {
            throw new InvalidOperationException(
                $"Ledger__Chain__RpcUrls lead to chain {chainId}; the contract at {address} there is a copy of one that began on another chain. Name URLs, and in Ledger__Chain__Contract the contract, of the chain that ledger {state.LedgerId ?? ledgerId} is anchored on.");
        }
        await writer.EstablishAsync(ledgerId);
        if (await chain.FindKeyAsync(address, new PartyId(ledgerId), signer.Key.Address, cancel) is null)
        {
            throw new InvalidOperationException(
                $"The contract does not know this ledger's key {signer.Key.Address}: its admin has to register it for party {ledgerId}.");
        }
        if (known != (chainId, address))
        {
            await writer.RunAsync(connection => KnownContracts.Add(connection, chainId, address, links.StartSize, clock.GetUtcNow()));
        }
        return new Contract(chain, chainId, address, TrialRpc: null);
    }

    /// <summary>Without URLs the server runs a chain of its own. A ledger that is anchored elsewhere must not go on there because a setting was forgotten.</summary>
    /// <exception cref="InvalidOperationException">It is anchored elsewhere.</exception>
    public static void MustBeTrial(Database database, LedgerState state)
    {
        // Made before the first contract on an embedded chain, and only there.
        if (state.LedgerId is null || File.Exists(Path.Combine(database.Directory, "trial-admin.key")))
        {
            return;
        }
        using var connection = database.Read();
        var where = KnownContracts.FindNewest(connection) is { } known ? $"in contract {known.Address} on chain {known.ChainId}" : "on a chain of others";
        throw new InvalidOperationException($"Ledger__Chain__RpcUrls is not set, and this ledger is anchored {where}: name URLs of that chain, and Ledger__Chain__Contract.");
    }

    private (ulong ChainId, Address Address)? FindKnown()
    {
        using var connection = database.Read();
        return KnownContracts.FindNewest(connection);
    }
}

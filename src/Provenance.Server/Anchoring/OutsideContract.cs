using Provenance.Chain;
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
        var chainId = await chain.GetChainIdAsync(cancel);
        var isLedger = await chain.FindCodeHashAsync(address, cancel) is { } code && LedgerCode.KnownHashes.Contains(code);
        var links = isLedger ? await chain.GetLinksAsync(address, cancel) : null;
        // The address alone tells nothing: whoever deploys first on two chains gets the same one on both, and a chain can be copied, contract and all, under another id (a fork, a test network).
        var continues = links is not null && known is { } last && (links.PredecessorChainId, links.Predecessor) == last;
        if (known is { } there && there.ChainId != chainId && !continues)
        {
            throw new InvalidOperationException(
                $"Ledger__Chain__RpcUrls lead to another chain ({chain.Host} serves chain {chainId}, expected {there.ChainId}). This ledger is anchored in contract {there.Address} on chain {there.ChainId}: "
                + "name URLs of that chain, or of the one that provenance succeed moved it to, with its Ledger__Chain__Contract.");
        }
        if (links is null)
        {
            throw new InvalidOperationException($"Ledger__Chain__Contract {address} is no ledger contract that this version knows, on chain {chainId}.");
        }
        var ledgerId = await chain.GetLedgerIdAsync(address, cancel);
        if (links.IsFirst && LedgerTypedData.LedgerIdOf(chainId, address) != ledgerId)
        {
            throw new InvalidOperationException(
                $"Ledger__Chain__RpcUrls lead to chain {chainId}; the contract at {address} there is a copy of one that began on another chain. Name URLs, and in Ledger__Chain__Contract the contract, of the chain that ledger {state.LedgerId ?? ledgerId} is anchored on.");
        }
        await writer.EstablishAsync(ledgerId);
        if (known is { } before && before != (chainId, address) && !continues)
        {
            throw new InvalidOperationException(
                $"Ledger__Chain__Contract {address} on chain {chainId} does not continue the one that this ledger is anchored in, {before.Address} on chain {before.ChainId}: name that one and its URLs, or have its admin call provenance succeed.");
        }
        if (await chain.FindKeyAsync(address, new PartyId(ledgerId), signer.Key.Address, cancel) is null)
        {
            throw new InvalidOperationException(
                $"The contract does not know this ledger's key {signer.Key.Address}: its admin has to register it for party {ledgerId}.");
        }
        if (known != (chainId, address))
        {
            await writer.RunAsync(connection =>
            {
                if (known is not null)
                {
                    // A successor: what was signed for the contract before can't be mined here, and if it was mined there, this one's start covers it.
                    ChainWrites.SealAllAgain(connection, clock.GetUtcNow(), "The ledger goes on in another contract.");
                }
                return KnownContracts.Add(connection, chainId, address, links.StartSize, clock.GetUtcNow());
            });
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

    /// <summary>The contract that this ledger is anchored in, as it remembers; null before the first.</summary>
    public (ulong ChainId, Address Address)? FindKnown()
    {
        using var connection = database.Read();
        return KnownContracts.FindNewest(connection);
    }
}

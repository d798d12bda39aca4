using Dapper;
using Provenance.Chain;
using Provenance.Chain.Embedded;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Server.Storage;

namespace Provenance.Server.Anchoring;

/// <summary>The ledger's contract on the embedded chain: deployed at the first start, and again, as a successor, when the chain's state is gone.</summary>
/// <remarks>
/// A crash within leaves a chain whose state was never saved: the next start finds a new chain and deploys anew. The contract is written into the
/// database only after the chain's state is on the disk, so the database never names a contract that a restart could lose.
/// </remarks>
internal sealed class TrialContract(EmbeddedChain embedded, IChain chain, ChainKeys keys, LedgerSigner signer, LedgerWriter writer, LedgerState state, Database database, TimeProvider clock)
{
    private const ulong Gas = 8_000_000;

    private ulong _nonce;

    /// <summary>Address of the contract to write to.</summary>
    public async Task<Address> GetAsync(CancellationToken cancel)
    {
        // A chain that lost its state has another id, so a contract known for this id is on it.
        var address = FindKnown() ?? await DeployAsync(cancel);
        await writer.EstablishAsync(await chain.GetLedgerIdAsync(address, cancel));
        return address;
    }

    private async Task<Address> DeployAsync(CancellationToken cancel)
    {
        _nonce = await chain.GetTransactionCountAsync(keys.TrialAdmin.Address, cancel);
        var (code, startSize) = LostPredecessor() is { } lost
            ? (LedgerCalls.DeploySuccessor(keys.TrialAdmin.Address, state.LedgerId!.Value, lost.ChainId, lost.Contract, lost.Size, lost.Root), lost.Size)
            : (LedgerCalls.Deploy(keys.TrialAdmin.Address), 0UL);
        var address = (await SendAsync(null, code, cancel)).Contract ?? throw new InvalidOperationException("The embedded chain made no contract.");
        await SendAsync(address, LedgerCalls.GrantAnchorer(keys.Writer.Address), cancel);
        await SendAsync(address, LedgerCalls.GrantRegistrar(keys.Writer.Address), cancel);

        var ledgerId = await chain.GetLedgerIdAsync(address, cancel);
        var party = new PartyId(ledgerId);
        var signature = signer.Key.Sign(LedgerTypedData.Key(ledgerId, party, signer.Key.Address, await chain.GetPartyNonceAsync(address, party, cancel)));
        await SendAsync(address, LedgerCalls.RegisterKey(party, signer.Key.Address, signature), cancel);

        await embedded.SaveAsync(cancel);
        var now = clock.GetUtcNow();
        await writer.RunAsync(connection =>
        {
            ChainWrites.SealAllAgain(connection, now, "The chain it was sent to is gone.");
            return KnownContracts.Add(connection, embedded.ChainId, address, startSize, now);
        });
        return address;
    }

    private Address? FindKnown()
    {
        using var connection = database.Read();
        return KnownContracts.FindOn(connection, embedded.ChainId)?.Address;
    }

    /// <summary>What the lost chain held last, as far as the ledger knows; null where nothing was signed in its name yet.</summary>
    private (ulong ChainId, Address Contract, ulong Size, Digest Root)? LostPredecessor()
    {
        if (state.LedgerId is null)
        {
            return null;
        }
        using var connection = database.Read();
        var contract = KnownContracts.FindNewest(connection) ?? throw new InvalidOperationException("The database names no contract: restore a backup.");
        var head = connection.QuerySingleOrDefault<(long Size, byte[]? Root)>("SELECT size, root FROM anchor ORDER BY size DESC LIMIT 1");
        if (head.Root is null)
        {
            // Nothing was anchored: the successor starts where the signed log stands, which is all there is to hold it to.
            head = connection.QuerySingleOrDefault<(long Size, byte[]? Root)>("SELECT size, root FROM checkpoint ORDER BY size LIMIT 1");
        }
        return head.Root is null
            ? throw new InvalidOperationException("The embedded chain's state is gone and nothing was recorded: remove the data directory and start again.")
            : (contract.ChainId, contract.Address, (ulong)head.Size, new Digest(head.Root));
    }

    private async Task<Receipt> SendAsync(Address? to, byte[] data, CancellationToken cancel)
    {
        var transaction = await chain.SignAsync(new Transaction
        {
            ChainId = embedded.ChainId,
            Nonce = _nonce++,
            To = to,
            Data = data,
            GasLimit = Gas,
            Fees = await chain.FindFeesAsync(new FeePolicy(), cancel) ?? throw new InvalidOperationException("The embedded chain asks no fee."),
        }, keys.TrialAdmin, cancel);
        var sent = await chain.BroadcastAsync(transaction, cancel);
        if (sent.Outcome is not (BroadcastOutcome.Accepted or BroadcastOutcome.AlreadyKnown))
        {
            throw new InvalidOperationException($"The embedded chain refused a transaction: {sent.Detail}");
        }
        for (var tries = 0; tries < 200; tries++)
        {
            // Anvil answers null for some milliseconds after it took a transaction.
            if (await chain.FindReceiptAsync(transaction.Hash, cancel) is { } receipt)
            {
                return receipt.Succeeded ? receipt : throw new InvalidOperationException("The embedded chain reverted a transaction of the set-up.");
            }
            await Task.Delay(25, cancel);
        }
        throw new InvalidOperationException("The embedded chain did not mine a transaction of the set-up.");
    }
}

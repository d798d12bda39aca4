using System.Numerics;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Core.Merkle;
using Provenance.Server.Storage;

namespace Provenance.Server.Anchoring;

internal sealed partial class ChainStep
{
    /// <summary>Margin over the estimate, in percent: the head may lie elsewhere in the tree when it is mined.</summary>
    private const ulong GasMargin = 25;

    /// <summary>The nonce of a write's next transaction; null when the chain is not in a state to give one.</summary>
    private async Task<ulong?> FindNonceAsync(ChainWrite write, CancellationToken cancel)
    {
        // One unmined transaction at a time, so the count of mined ones is the next nonce, unless the node has not heard of all.
        var count = await _chain.GetTransactionCountAsync(keys.Writer.Address, cancel);
        var ours = Read(c => ChainTransactions.NextNonce(c, contract.ChainId, keys.Writer.Address));
        if (count >= ours)
        {
            return count;
        }
        await StayAsync(write, $"The node knows {count} of our {ours} transactions: it lags behind, or its chain took them back.");
        return null;
    }

    /// <summary>Signs the write's next transaction for this nonce: today's fees, and enough more than the last one of the same nonce.</summary>
    private async Task<bool> SignAsync(ChainWrite write, ulong nonce, CancellationToken cancel)
    {
        if (await FindDataAsync(write, cancel) is not { } data)
        {
            return await AcceptAsync(write, cancel);
        }
        var estimate = await _chain.EstimateGasAsync(keys.Writer.Address, contract.Address, data, cancel);
        if (estimate is GasEstimate.Reverts { Reason: var reason })
        {
            return await RefusedAsync(write, $"{reason.Error} {reason.Detail}".Trim(), cancel);
        }
        if (await _chain.FindFeesAsync(rules.Fees, cancel) is not { } fees)
        {
            return await StayAsync(write, "The chain asks more than Ledger__Chain__CeilingGwei allows; waiting for lower fees.");
        }
        if (Read(c => ChainTransactions.Between(c, contract.ChainId, keys.Writer.Address, nonce, nonce + 1)) is [.., var before])
        {
            fees = fees.AtLeast(before.Fees.Raised(rules.BumpPercent));
            if (fees.Ceiling > (rules.Fees.Ceiling ?? UInt128.MaxValue))
            {
                await _chain.BroadcastAsync(before.Signed, cancel);
                return await StayAsync(write, "A higher fee would pass Ledger__Chain__CeilingGwei; waiting for lower fees.");
            }
        }
        var gas = ((GasEstimate.Needed)estimate).Gas;
        var limit = gas + gas * GasMargin / 100;
        if (await _chain.GetBalanceAsync(keys.Writer.Address, cancel) is var balance && balance < (BigInteger)(fees.Ceiling * limit))
        {
            return await StayAsync(write, $"Account {keys.Writer.Address} has {balance} wei and this transaction may cost {fees.Ceiling * limit}: send it coins of the chain.");
        }
        var transaction = new Transaction { ChainId = contract.ChainId, Nonce = nonce, To = contract.Address, Data = data, GasLimit = limit, Fees = fees };
        SignedTransaction signed;
        try
        {
            signed = await _chain.SignAsync(transaction, keys.Writer, cancel);
        }
        catch (SignerException e)
        {
            // As with a chain that is away: nothing has failed, the write waits where it is, and what was broadcast before is still looked for.
            await StayAsync(write, e.Message);
            throw;
        }
        var stored = ChainTransaction.Of(write.Id, transaction, signed, keys.Writer.Address, Now);
        return await MoveAsync("prepared", c => ChainWrites.Prepared(c, write, stored, Now));
    }

    /// <summary>The call data; null when the contract holds an anchor as large already.</summary>
    private async Task<byte[]?> FindDataAsync(ChainWrite write, CancellationToken cancel)
    {
        if (!write.IsAnchor)
        {
            return write.Payload;
        }
        var head = await GetHeadAsync(cancel);
        if (head.Size >= write.Size)
        {
            return null;
        }
        using var connection = database.Read();
        var tree = new TreeReader(connection);
        return LedgerCalls.Anchor(write.Size, MerkleTree.Root(write.Size, tree.Node), head.Size == 0 ? [] : MerkleProof.Consistency(head.Size, write.Size, tree.Node));
    }
}

using System.Globalization;
using Dapper;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Merkle;
using Provenance.Server.Storage;

namespace Provenance.Server.Anchoring;

/// <summary>Takes the oldest open write one step further. Every step may be repeated: after a crash the same step runs again.</summary>
internal sealed class ChainStep(Contract contract, Finality finality, Func<CancellationToken, Task>? saveTrialChain, ChainKeys keys, LedgerWriter writer, LedgerState state, Database database, TimeProvider clock)
{
    /// <summary>Margin over the estimate, in percent: the head may lie elsewhere in the tree when it is mined.</summary>
    private const ulong GasMargin = 25;

    private readonly IChain _chain = contract.Chain;

    /// <summary>Whether the write moved: then the next step can follow at once.</summary>
    /// <exception cref="ChainException">The chain could not be asked; nothing is known and nothing has failed.</exception>
    public Task<bool> TakeAsync(ChainWrite write, CancellationToken cancel) => write.State switch
    {
        "sealed" => PrepareAsync(write, cancel),
        "prepared" => BroadcastAsync(write, cancel),
        "broadcast" => LookForReceiptAsync(write, cancel),
        "mined" => FinishAsync(write, cancel),
        _ => throw new InvalidOperationException($"Write {write.Id} is in unknown state '{write.State}'."),
    };

    private async Task<bool> PrepareAsync(ChainWrite write, CancellationToken cancel)
    {
        byte[] data;
        if (write.IsAnchor)
        {
            var head = await _chain.GetHeadAsync(contract.Address, cancel);
            if (head.Size >= write.Size)
            {
                // Ours, mined by a transaction that a crash or a replacement made us lose sight of; the root decides.
                return await AcceptAsync(write, cancel);
            }
            var (root, proof) = ReadConsistency(head, write.Size);
            data = LedgerCalls.Anchor(write.Size, root, proof);
        }
        else
        {
            data = write.Payload;
        }
        var estimate = await _chain.EstimateGasAsync(keys.Writer.Address, contract.Address, data, cancel);
        if (estimate is GasEstimate.Reverts reverts)
        {
            return await RefusedAsync(write, $"{reverts.Reason.Error} {reverts.Reason.Detail}".Trim());
        }
        if (await _chain.FindFeesAsync(new FeePolicy(), cancel) is not { } fees)
        {
            await NoteAsync(write, "The chain asks more than the ceiling allows; waiting for lower fees.");
            return false;
        }
        // One unmined transaction at a time: so the count of mined ones is the next nonce.
        var nonce = await _chain.GetTransactionCountAsync(keys.Writer.Address, cancel);
        var gas = ((GasEstimate.Needed)estimate).Gas;
        var transaction = await _chain.SignAsync(new Transaction
        {
            ChainId = contract.ChainId,
            Nonce = nonce,
            To = contract.Address,
            Data = data,
            GasLimit = gas + gas * GasMargin / 100,
            Fees = fees,
        }, keys.Writer, cancel);
        await writer.RunAsync(c => { ChainWrites.Prepared(c, write, nonce, transaction, Now); return true; });
        return true;
    }

    private async Task<bool> BroadcastAsync(ChainWrite write, CancellationToken cancel)
    {
        var sent = await _chain.BroadcastAsync(write.Transaction, cancel);
        switch (sent.Outcome)
        {
            case BroadcastOutcome.Underpriced:
                // Refused by every node asked, so nobody holds it: it may be signed anew with today's fees.
                await SealAgainAsync(write, $"The fee was too low: {sent.Detail}");
                return true;
            case BroadcastOutcome.Rejected:
                return await RefusedAsync(write, sent.Detail);
            default:
                await writer.RunAsync(c => { ChainWrites.Broadcast(c, write, Now, sent.Outcome == BroadcastOutcome.Unknown ? sent.Detail : null); return true; });
                return true;
        }
    }

    private async Task<bool> LookForReceiptAsync(ChainWrite write, CancellationToken cancel)
    {
        if (await _chain.FindReceiptAsync(write.Transaction.Hash, cancel) is not { } receipt)
        {
            // Unknown, not failed. If the account's count went past our nonce, another transaction took it and ours can't be mined any more.
            if (await _chain.GetTransactionCountAsync(keys.Writer.Address, cancel) > (ulong)write.Nonce!
                && await _chain.FindReceiptAsync(write.Transaction.Hash, cancel) is null)
            {
                await NoteAsync(write, "The nonce was used, and the node shows no receipt yet.");
                return write.IsAnchor && (await _chain.GetHeadAsync(contract.Address, cancel)).Size >= write.Size && await AcceptAsync(write, cancel);
            }
            await _chain.BroadcastAsync(write.Transaction, cancel);
            return false;
        }
        if (!receipt.Succeeded)
        {
            return await RefusedAsync(write, $"Reverted in block {receipt.BlockNumber}.");
        }
        await writer.RunAsync(c => { ChainWrites.Mined(c, write, receipt.BlockNumber, receipt.BlockHash, Now); return true; });
        return true;
    }

    private async Task<bool> FinishAsync(ChainWrite write, CancellationToken cancel)
    {
        var number = (ulong)write.BlockNumber!;
        var block = await _chain.FindBlockAsync(BlockReference.Number(number), cancel);
        if (block is null || block.Hash != new Digest(write.BlockHash!))
        {
            // A reorganisation took the block back, or the node lags: look for the receipt again, and send again what is not in a block.
            await writer.RunAsync(c => { ChainWrites.Broadcast(c, write, Now, $"Block {number} is not part of the chain any more."); return true; });
            return true;
        }
        if (await finality.FindFinalBlockAsync(_chain, cancel) is not { } final || final < number)
        {
            return false;
        }
        if (saveTrialChain is not null)
        {
            // Before it counts as final: what is final must survive the trial chain's death.
            await saveTrialChain(cancel);
        }
        var anchor = write.IsAnchor ? await GetEvidenceAsync(write.Size, final, cancel) : null;
        await writer.RunAsync(c => { ChainWrites.Final(c, write, anchor, Now); return true; });
        return true;
    }

    /// <summary>The contract holds this checkpoint though its transaction is unknown: as good as mined, if the root is ours.</summary>
    private async Task<bool> AcceptAsync(ChainWrite write, CancellationToken cancel)
    {
        var root = RootAt(write.Size);
        if (await _chain.FindCheckpointAsync(contract.Address, root, cancel) is not { } held || held.Size != write.Size)
        {
            // A later anchor of ours covers it: its own root was never sent. Entries are proven under the later one.
            await writer.RunAsync(c => { ChainWrites.Aside(c, write, Now, "A later checkpoint was anchored before this one."); return true; });
            return true;
        }
        var latest = await _chain.FindBlockAsync(BlockReference.Latest, cancel) ?? throw new InvalidOperationException("The chain has no latest block.");
        await writer.RunAsync(c => { ChainWrites.Mined(c, write, latest.Number, latest.Hash, Now); return true; });
        return true;
    }

    private async Task<FinalAnchor> GetEvidenceAsync(ulong size, ulong finalBlock, CancellationToken cancel)
    {
        var (root, keysReliedOn) = ReadRelied(size);
        // The embedded chain keeps only its newest state; elsewhere the evidence must lie in a final block.
        var at = contract.IsTrial ? BlockReference.Latest : BlockReference.Number(finalBlock);
        var evidence = await _chain.GetEvidenceAsync(contract.Address, root, keysReliedOn, at, cancel);
        var held = await _chain.FindCheckpointAsync(contract.Address, root, cancel)
            ?? throw new InvalidOperationException($"The contract does not hold the root at {size} that it was seen to hold.");
        return BlockHeader.TryRead(evidence.Header, out var header, out var reason)
            ? new FinalAnchor(size, root, header.Number, held.Time, evidence)
            : throw new InvalidOperationException(reason);
    }

    private (Digest Root, List<(PartyId Party, Address Key)> Keys) ReadRelied(ulong size)
    {
        using var connection = database.Read();
        var checkpoint = Checkpoints.Find(connection, (long)size) ?? throw new InvalidOperationException($"There is no checkpoint of size {size}.");
        var signers = connection.Query<(byte[] Party, byte[] Signer)>(
            """
            SELECT DISTINCT p.party_id, s.signer FROM meta m JOIN submission s ON s.id = m.submission JOIN party p ON p.id = m.party
            WHERE m.leaf >= coalesce((SELECT max(size) FROM anchor WHERE size < @size), 0) AND m.leaf < @size
            """, new { size = (long)size }).Select(row => (new PartyId(new Digest(row.Party)), new Address(row.Signer)));
        return (checkpoint.Root, [.. signers.Append((new PartyId(state.LedgerId!.Value), checkpoint.Signer)).Distinct()]);
    }

    private (Digest Root, List<Digest> Proof) ReadConsistency(LedgerHead head, ulong size)
    {
        using var connection = database.Read();
        var tree = new TreeReader(connection);
        return (MerkleTree.Root(size, tree.Node), head.Size == 0 ? [] : MerkleProof.Consistency(head.Size, size, tree.Node));
    }

    private Digest RootAt(ulong size)
    {
        using var connection = database.Read();
        return MerkleTree.Root(size, new TreeReader(connection).Node);
    }

    private async Task<bool> RefusedAsync(ChainWrite write, string why)
    {
        if (!write.IsAnchor)
        {
            await writer.RunAsync(c => { ChainWrites.Aside(c, write, Now, why); return true; });
            return true;
        }
        await SealAgainAsync(write, why);
        return false;
    }

    private Task<bool> SealAgainAsync(ChainWrite write, string why) => writer.RunAsync(c => { ChainWrites.SealedAgain(c, write, Now, why); return true; });

    private Task<bool> NoteAsync(ChainWrite write, string why) => writer.RunAsync(c => { ChainWrites.Noted(c, write, Now, why); return true; });

    private DateTimeOffset Now => clock.GetUtcNow();
}

/// <summary>When a block is final.</summary>
/// <param name="Rule"><c>instant</c>, <c>finalized</c>, or a number of confirmations.</param>
internal readonly record struct Finality(string Rule)
{
    /// <summary>Number of the newest final block; null where there is none yet, or the node does not know the tag.</summary>
    public async Task<ulong?> FindFinalBlockAsync(IChain chain, CancellationToken cancel)
    {
        var block = await chain.FindBlockAsync(Rule == "finalized" ? BlockReference.Finalized : BlockReference.Latest, cancel);
        if (block is null || Rule is "finalized" or "instant")
        {
            return block?.Number;
        }
        var confirmations = ulong.Parse(Rule, CultureInfo.InvariantCulture);
        return block.Number + 1 >= confirmations ? block.Number + 1 - confirmations : null;
    }
}

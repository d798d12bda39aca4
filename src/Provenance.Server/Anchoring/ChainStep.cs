using System.Numerics;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Merkle;
using Provenance.Server.Storage;

namespace Provenance.Server.Anchoring;

/// <summary>Takes the oldest open write one step further. Every step may be repeated: after a crash the same step runs again.</summary>
/// <remarks>
/// What makes every retry harmless: the contract takes no checkpoint twice; one write at a time is open, so all of its transactions say the same; and all
/// are kept, so that a receipt of any settles it. A null receipt, a lagging node and a refusal are news about the node, never a failure of the write.
/// </remarks>
internal sealed partial class ChainStep(
    Contract contract, ChainRules rules, Func<CancellationToken, Task>? saveTrialChain, ChainKeys keys, LedgerWriter writer, LedgerState state, Database database, TimeProvider clock)
{
    /// <summary>What two nodes tell differently is decided when it is still so after this time.</summary>
    private static readonly TimeSpan SureAfter = TimeSpan.FromMinutes(10);

    private readonly IChain _chain = contract.Chain;
    private readonly AnchorEvidence _evidence = new(contract, state, database);

    /// <summary>Whether the write moved: then the next step can follow at once.</summary>
    /// <exception cref="ChainException">The chain could not be asked; nothing is known and nothing has failed.</exception>
    /// <exception cref="SignerException">The account's signer gave no signature; nothing was sent.</exception>
    public Task<bool> TakeAsync(ChainWrite write, CancellationToken cancel) => write.State switch
    {
        "sealed" => PrepareAsync(write, cancel),
        "prepared" => BroadcastAsync(write, cancel),
        "broadcast" => LookForReceiptAsync(write, cancel),
        "mined" => FinishAsync(write, cancel),
        _ => throw new InvalidOperationException($"Write {write.Id} is in unknown state '{write.State}'."),
    };

    /// <summary>Looks whether what counts as final is still there. A chain that takes it back was trusted too early: then it is written again, and proven anew.</summary>
    /// <returns>True when something has to be done again.</returns>
    public async Task<bool> RecheckAsync(CancellationToken cancel)
    {
        long? firstGone = null;
        using var connection = database.Read();
        foreach (var (write, number, hash) in ChainWrites.FinalAnchors(connection))
        {
            // A node that does not have the block lags; only another block in its place says that it is gone. Below a block that stands, all stand.
            if (await _chain.FindBlockAsync(BlockReference.Number(number), cancel) is not { } block || block.Hash == hash)
            {
                break;
            }
            firstGone = write;
        }
        return firstGone is { } first && await MoveAsync(c => ChainWrites.TakenBack(c, first, Now,
            "The chain took back a block that counted as final: Ledger__Chain__Finality is too weak for it."));
    }

    private async Task<bool> PrepareAsync(ChainWrite write, CancellationToken cancel)
    {
        if (Transactions(write) is { Count: > 0 } earlier && await FindReceiptAsync(earlier, cancel) is { Succeeded: true } receipt)
        {
            // Sealed again because it seemed lost, and mined after all.
            return await MoveAsync("mined", c => ChainWrites.Mined(c, write, receipt, Now));
        }
        return await FindNonceAsync(write, cancel) is { } nonce && await SignAsync(write, nonce, cancel);
    }

    private async Task<bool> BroadcastAsync(ChainWrite write, CancellationToken cancel)
    {
        var newest = Transactions(write)[0];
        var sent = await _chain.BroadcastAsync(newest.Signed, cancel);
        switch (sent.Outcome)
        {
            case BroadcastOutcome.Underpriced:
                // Somebody may hold an earlier one of the same nonce; so it is replaced, not forgotten.
                return Now - newest.At < rules.BumpAfter / 6 ? await StayAsync(write, $"The fee was too low: {sent.Detail}") : await SignAsync(write, (ulong)newest.Nonce, cancel);
            case BroadcastOutcome.Rejected:
                // No funds, a full pool, an unknown fault: tried again as it is, and after a while signed anew.
                return Now - newest.At < rules.BumpAfter
                    ? await StayAsync(write, $"The node refused it: {sent.Detail}")
                    : await MoveAsync(c => ChainWrites.SealedAgain(c, write, Now, $"The node refused it: {sent.Detail}"));
            default:
                return await MoveAsync("broadcast", c => ChainWrites.Broadcast(c, write, Now, sent.Outcome == BroadcastOutcome.Unknown ? sent.Detail : null));
        }
    }

    private async Task<bool> LookForReceiptAsync(ChainWrite write, CancellationToken cancel)
    {
        var transactions = Transactions(write);
        if (transactions.Count == 0)
        {
            return await MoveAsync(c => ChainWrites.SealedAgain(c, write, Now, "Nothing was signed for it on this chain."));
        }
        if (await FindReceiptAsync(transactions, cancel) is { } receipt)
        {
            return receipt.Succeeded
                ? await MoveAsync("mined", c => ChainWrites.Mined(c, write, receipt, Now))
                : await RefusedAsync(write, $"Reverted in block {receipt.BlockNumber}.", cancel);
        }
        var newest = transactions[0];
        if (new Address(newest.Account) != keys.Writer.Address)
        {
            // Should it be mined nevertheless, the contract takes it only once.
            return await MoveAsync(c => ChainWrites.SealedAgain(c, write, Now, "It was signed by the account before this one."));
        }
        var nonce = (ulong)newest.Nonce;
        var count = await _chain.GetTransactionCountAsync(keys.Writer.Address, cancel);
        if (count > nonce)
        {
            return await NonceUsedAsync(write, newest, cancel);
        }
        // Nodes drop what waits too long: earlier nonces of ours first, or this one would wait for them for ever.
        foreach (var dropped in Read(c => ChainTransactions.Between(c, contract.ChainId, keys.Writer.Address, count, nonce)))
        {
            await _chain.BroadcastAsync(dropped.Signed, cancel);
        }
        var sent = await _chain.BroadcastAsync(newest.Signed, cancel);
        if (Now - newest.At < rules.BumpAfter || newest.Fees is Fees.Legacy(var price) && price == 0)
        {
            // A free transaction can be sent again, never replaced: 10 % more than nothing is nothing.
            return sent.Outcome == BroadcastOutcome.Underpriced && await StayAsync(write, $"The fee was too low: {sent.Detail}");
        }
        return await SignAsync(write, nonce, cancel);
    }

    /// <summary>The account's count went past our nonce and no receipt is shown: the node lags, or another program uses the same key.</summary>
    private async Task<bool> NonceUsedAsync(ChainWrite write, ChainTransaction newest, CancellationToken cancel)
    {
        if (await IsDoneAsync(write, cancel))
        {
            return await AcceptAsync(write, cancel);
        }
        // Given up only after providers' longest known lag. Should ours be mined nevertheless, the contract takes it only once.
        return Now - newest.At >= ChainRules.GiveUpAfter
            ? await MoveAsync(c => ChainWrites.SealedAgain(c, write, Now, "Its nonce was used by a transaction that is not ours: does another program use the same key?"))
            : await StayAsync(write, "The nonce was used, and the node shows no receipt yet.");
    }

    private async Task<bool> FinishAsync(ChainWrite write, CancellationToken cancel)
    {
        var number = (ulong)write.BlockNumber!;
        var block = await _chain.FindBlockAsync(BlockReference.Number(number), cancel);
        if (block is null || block.Hash != new Digest(write.BlockHash!))
        {
            // A reorganisation took the block back, or the node lags: look for the receipt again, and send again what is not in a block.
            return await MoveAsync(c => ChainWrites.Broadcast(c, write, Now, $"Block {number} is not part of the chain any more."));
        }
        if (await rules.FindFinalBlockAsync(_chain, cancel) is not { } final || final < number)
        {
            return false;
        }
        if (saveTrialChain is not null)
        {
            // Before it counts as final: what is final must survive the trial chain's death.
            await saveTrialChain(cancel);
        }
        var anchor = write.IsAnchor ? await _evidence.FindAsync(write.Size, final, cancel) : null;
        if (write.IsAnchor ? anchor is null : IsKey(write) && !await IsDoneAsync(write, cancel))
        {
            // The node lags. Or one did that showed what the contract held before a reorganisation, and the write counted as mined by its word: then it is sent again.
            var missing = $"The node shows block {number} without what it holds.";
            return write.Error == missing && Now - write.ChangedSince >= SureAfter ? await MoveAsync(c => ChainWrites.Broadcast(c, write, Now, missing)) : await StayAsync(write, missing);
        }
        return await MoveAsync("final", c => ChainWrites.Final(c, write, anchor, Now));
    }

    /// <summary>Whether the contract holds what the write says, however it came there.</summary>
    private async Task<bool> IsDoneAsync(ChainWrite write, CancellationToken cancel) => write.IsAnchor
        ? (await GetHeadAsync(cancel)).Size >= write.Size
        : LedgerCalls.TryReadRegisterKey(write.Payload, out var party, out var key) && await _chain.FindKeyAsync(contract.Address, party, key, cancel) is not null;

    private static bool IsKey(ChainWrite write) => LedgerCalls.TryReadRegisterKey(write.Payload, out _, out _);

    /// <summary>The contract holds it though its transaction is unknown: as good as mined, if the root is ours.</summary>
    private async Task<bool> AcceptAsync(ChainWrite write, CancellationToken cancel)
    {
        if (write.IsAnchor && (await _chain.FindCheckpointAsync(contract.Address, _evidence.RootAt(write.Size), cancel))?.Size != write.Size)
        {
            // Either a node that lags behind the one that showed the head; or a later anchor of ours covers it, and its entries are proven under that.
            const string covered = "A later checkpoint was anchored before this one.";
            return write.Error == covered && Now - write.ChangedSince >= SureAfter ? await MoveAsync(c => ChainWrites.Aside(c, write, Now, covered)) : await StayAsync(write, covered);
        }
        return await _chain.FindBlockAsync(BlockReference.Latest, cancel) is { } latest && await MoveAsync(c => ChainWrites.MinedByAnother(c, write, latest, Now));
    }

    private async Task<bool> RefusedAsync(ChainWrite write, string why, CancellationToken cancel)
    {
        if (await IsDoneAsync(write, cancel))
        {
            return await AcceptAsync(write, cancel);
        }
        if (!write.IsAnchor)
        {
            return await MoveAsync(c => ChainWrites.Aside(c, write, Now, why));
        }
        // An anchor is tried until the contract takes it: what it refuses now it may have refused to a node that lags.
        if (write.State != "sealed")
        {
            await MoveAsync(c => ChainWrites.SealedAgain(c, write, Now, why));
            return false;
        }
        return await StayAsync(write, why);
    }

    /// <summary>The contract's head. One that this log never had was made by another server with our key: from here on nothing is recorded.</summary>
    private async Task<LedgerHead> GetHeadAsync(CancellationToken cancel)
    {
        var head = await _chain.GetHeadAsync(contract.Address, cancel);
        if (Read(c => HeadComparison.FindFault(head, c)) is { } fault)
        {
            state.SuspectRollback(fault);
            throw new ChainException(RpcOutcome.Answered, "Rollback suspected. " + fault);
        }
        return head;
    }

    private async Task<Receipt?> FindReceiptAsync(List<ChainTransaction> transactions, CancellationToken cancel)
    {
        Receipt? reverted = null;
        foreach (var transaction in transactions)
        {
            if (await _chain.FindReceiptAsync(new Digest(transaction.Hash), cancel) is { } receipt)
            {
                if (receipt.Succeeded)
                {
                    return receipt;
                }
                reverted ??= receipt;
            }
        }
        return reverted;
    }

    private List<ChainTransaction> Transactions(ChainWrite write) => Read(c => ChainTransactions.Of(c, write.Id, contract.ChainId));

    private T Read<T>(Func<Microsoft.Data.Sqlite.SqliteConnection, T> read)
    {
        using var connection = database.Read();
        return read(connection);
    }

    private Task<bool> MoveAsync(Action<Microsoft.Data.Sqlite.SqliteConnection> change) => writer.RunAsync(c => { change(c); return true; });

    /// <summary>One of the steps between which a crash must cost nothing. Each has been done when it is written down: signed, sent, seen, proven.</summary>
    private async Task<bool> MoveAsync(string step, Action<Microsoft.Data.Sqlite.SqliteConnection> change)
    {
        FailPoint.Reach("before-" + step);
        var moved = await MoveAsync(change);
        FailPoint.Reach("after-" + step);
        return moved;
    }

    private async Task<bool> StayAsync(ChainWrite write, string why)
    {
        if (write.Error != why)
        {
            await MoveAsync(c => ChainWrites.Noted(c, write, Now, why));
        }
        return false;
    }

    private DateTimeOffset Now => clock.GetUtcNow();
}

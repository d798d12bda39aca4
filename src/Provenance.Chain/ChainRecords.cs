using System.Numerics;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Chain;

/// <summary>Which block is meant: a number, a hash, or a tag.</summary>
public readonly record struct BlockReference
{
    private readonly string? _tag;

    private BlockReference(string tag) => _tag = tag;

    public static BlockReference Latest => new("latest");

    /// <summary>The newest block that the chain's consensus will not take back.</summary>
    public static BlockReference Finalized => new("finalized");

    public static BlockReference Number(ulong number) => new($"0x{number:x}");

    public static BlockReference Hash(Digest hash) => new("0x" + hash);

    /// <summary>True for a hash, which JSON-RPC asks for with another method.</summary>
    public bool IsHash => ToString().Length == 2 + 2 * Digest.Size;

    /// <summary>True for a tag, which not every chain knows.</summary>
    public bool IsTag => !ToString().StartsWith("0x", StringComparison.Ordinal);

    /// <summary>As JSON-RPC spells it.</summary>
    public override string ToString() => _tag ?? "latest";
}

/// <summary>A block's place in the chain.</summary>
/// <param name="Time">UTC, whole seconds.</param>
public sealed record Block(ulong Number, Digest Hash, Digest ParentHash, DateTimeOffset Time);

/// <summary>The contract's newest checkpoint; size 0 with a zero root before the first.</summary>
/// <param name="Size">Leaves.</param>
/// <param name="Time">Of the block that anchored it: UTC, whole seconds.</param>
public sealed record LedgerHead(ulong Size, Digest Root, DateTimeOffset Time);

/// <summary>A mined transaction.</summary>
/// <param name="Succeeded">False: it was reverted, and its fee is spent.</param>
/// <param name="Contract">The contract it created.</param>
/// <param name="Cost">Wei it cost in all, a rollup's share for its layer 1 included.</param>
public sealed record Receipt(
    Digest Transaction,
    ulong BlockNumber,
    Digest BlockHash,
    bool Succeeded,
    Address? Contract,
    ulong GasUsed,
    BigInteger Cost,
    IReadOnlyList<EventLog> Logs);

/// <summary>One event of a transaction, as the contract emitted it.</summary>
public sealed record EventLog(Address Contract, IReadOnlyList<Digest> Topics, ReadOnlyMemory<byte> Data);

/// <summary>What a call would cost, or why it would be reverted.</summary>
public abstract record GasEstimate
{
    private GasEstimate()
    {
    }

    /// <summary>Units of gas at the newest block; the state may differ when it is mined, so a limit needs a margin.</summary>
    public sealed record Needed(ulong Gas) : GasEstimate;

    public sealed record Reverts(Revert Reason) : GasEstimate;
}

/// <summary>Where a broadcast stands.</summary>
public enum BroadcastOutcome
{
    Accepted,

    /// <summary>The node had it already: as good as accepted.</summary>
    AlreadyKnown,

    /// <summary>The nonce is used: by this transaction, by a replacement, or by someone else with the key. Receipts tell which.</summary>
    NonceTooLow,

    /// <summary>The fee is below what the node takes, or too little above that of the transaction it would replace.</summary>
    Underpriced,

    /// <summary>The node will not take these bytes; the detail has its words.</summary>
    Rejected,

    /// <summary>No answer: it may be in the pool or not. Look for the receipt, send again.</summary>
    Unknown,
}

/// <summary>The end of a broadcast, with the node's words for a person.</summary>
public sealed record Broadcast(BroadcastOutcome Outcome, string Detail)
{
    private static readonly BroadcastOutcome[] TakenByTheFirst = [BroadcastOutcome.AlreadyKnown, BroadcastOutcome.NonceTooLow];

    /// <summary>What a reply to eth_sendRawTransaction says of the transaction.</summary>
    public static Broadcast Of(RpcReply reply)
    {
        if (reply.Outcome is RpcOutcome.Answered)
        {
            return new Broadcast(BroadcastOutcome.Accepted, "");
        }
        if (reply.Refusal is null)
        {
            return new Broadcast(BroadcastOutcome.Unknown, reply.Detail);
        }
        var outcome = BroadcastRefusal.Sort(reply.Refusal.Message);
        // A node asked before, which gave no answer, may have taken what this one refuses.
        return reply.MayHaveBeenDelivered && !TakenByTheFirst.Contains(outcome)
            ? new Broadcast(BroadcastOutcome.Unknown, reply.Detail)
            : new Broadcast(outcome, reply.Detail);
    }
}

namespace Provenance.Chain.Rpc;

/// <summary>One URL of a node, whichever library speaks to it.</summary>
internal interface IRpcNode
{
    /// <summary>Host and port: all of the URL that may be shown, because providers put their key into path or user.</summary>
    string Host { get; }

    /// <summary>True once this URL has named the expected chain id, until its next fault.</summary>
    bool ChainIsRight { get; set; }

    /// <summary>When this URL last showed a newest block that was young enough.</summary>
    DateTimeOffset HeadSeenAt { get; set; }

    /// <summary>Asks eth_chainId. The number is null unless the reply is an answer that names one.</summary>
    Task<(RpcReply Reply, ulong? ChainId)> AskChainIdAsync(CancellationToken cancel);

    /// <summary>Asks for the newest block's time, in seconds since 1970. Null unless the reply is an answer that has one.</summary>
    Task<(RpcReply Reply, ulong? Time)> AskHeadTimeAsync(CancellationToken cancel);
}

/// <summary>The nodes of one chain, in the order in which they are asked.</summary>
/// <remarks>Every URL is asked for its chain id before its first question and after each fault: a provider's URL for the wrong network,
/// or a restarted private chain, must not take a transaction or give evidence.</remarks>
/// <param name="nodes">At least one.</param>
/// <param name="chainId">The chain expected. Null: the first to answer sets it, and the others must agree.</param>
/// <param name="mostHeadAge">Older a URL's newest block must not be, or the next is asked; null not to look.</param>
internal sealed class RpcNodes<TNode>(IReadOnlyList<TNode> nodes, ulong? chainId, TimeSpan? mostHeadAge = null)
    where TNode : IRpcNode
{
    private readonly Lock _gate = new();
    private ulong? _chainId = chainId;

    // The node that answered last is asked first, so that questions of one decision see one node's chain.
    private volatile int _preferred;

    /// <summary>Host of the URL that answered last.</summary>
    public string Host => nodes[_preferred].Host;

    /// <summary>Asks until one node answers or refuses; else returns the last fault, with all of them in its detail.</summary>
    public async Task<RpcReply> AskAsync(Func<TNode, Task<RpcReply>> ask, CancellationToken cancel)
    {
        var first = _preferred;
        var faults = new List<string>();
        var mayHaveBeenDelivered = false;
        RpcReply? fault = null;
        for (var i = 0; i < nodes.Count; i++)
        {
            var index = (first + i) % nodes.Count;
            var node = nodes[index];
            var last = await CheckChainAsync(node, cancel) ?? await CheckHeadAsync(node, cancel) ?? await ask(node);
            if (last.Outcome is RpcOutcome.Answered or RpcOutcome.Refused)
            {
                _preferred = index;
                return last with { MayHaveBeenDelivered = mayHaveBeenDelivered };
            }
            // Before the chain id is known to be right the question itself was not sent.
            mayHaveBeenDelivered |= node.ChainIsRight && last.Outcome is not (RpcOutcome.Unreachable or RpcOutcome.Lagging);
            node.ChainIsRight = false;
            node.HeadSeenAt = default;
            faults.Add(last.Detail);
            // "Another chain" is the outcome only where every URL says so: then waiting helps nobody.
            fault = last.Outcome is RpcOutcome.WrongChain ? fault ?? last : last;
        }
        return fault! with { Detail = string.Join("; ", faults), MayHaveBeenDelivered = mayHaveBeenDelivered };
    }

    /// <summary>Null when the node serves the expected chain; else the fault.</summary>
    private async Task<RpcReply?> CheckChainAsync(TNode node, CancellationToken cancel)
    {
        if (node.ChainIsRight)
        {
            return null;
        }
        var (reply, served) = await node.AskChainIdAsync(cancel);
        if (reply.Outcome is not RpcOutcome.Answered)
        {
            // A node that refuses to name its chain has not refused the question.
            return reply.Outcome is RpcOutcome.Refused ? reply with { Outcome = RpcOutcome.WrongChain } : reply;
        }
        if (served is null)
        {
            return reply with { Outcome = RpcOutcome.Malformed, Detail = $"{node.Host} names no chain id" };
        }
        lock (_gate)
        {
            _chainId ??= served;
            node.ChainIsRight = served == _chainId;
        }
        return node.ChainIsRight
            ? null
            : reply with { Outcome = RpcOutcome.WrongChain, Detail = $"{node.Host} serves chain {served}, expected {_chainId}" };
    }

    /// <summary>Null when the node's newest block is young enough; else the fault. Looked at twice within the age that is allowed.</summary>
    private async Task<RpcReply?> CheckHeadAsync(TNode node, CancellationToken cancel)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (mostHeadAge is not { } most || now - node.HeadSeenAt < most / 2)
        {
            return null;
        }
        var (reply, time) = await node.AskHeadTimeAsync(cancel);
        if (reply.Outcome is not (RpcOutcome.Answered or RpcOutcome.Refused))
        {
            return reply;
        }
        var age = now.ToUnixTimeSeconds() - (long)Math.Min(time ?? 0, int.MaxValue);
        if (age > most.TotalSeconds)
        {
            return reply with { Outcome = RpcOutcome.Lagging, Detail = $"{node.Host}'s newest block is {age} s old: it lags, or the chain stands still" };
        }
        node.HeadSeenAt = now;
        return null;
    }
}

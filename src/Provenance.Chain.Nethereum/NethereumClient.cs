using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;

namespace Provenance.Chain.Nethereum;

/// <summary>Nethereum's client over the nodes of one chain: asks the next URL when one gives no answer, and keeps a fault apart from a
/// "no".</summary>
internal sealed class NethereumClient : ClientBase, IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly RpcNodes<NethereumNode> _nodes;

    /// <inheritdoc cref="OpenChain"/>
    public NethereumClient(IReadOnlyList<Uri> urls, ulong? chainId, TimeSpan? timeout, TimeSpan? mostHeadAge)
    {
        ArgumentOutOfRangeException.ThrowIfZero(urls.Count);
        _handler = RpcHttp.Handler(urls);
        _nodes = new RpcNodes<NethereumNode>([.. urls.Select(url => new NethereumNode(_handler, url, timeout ?? RpcHttp.DefaultTimeout))], chainId, mostHeadAge);
    }

    public string Host => _nodes.Host;

    /// <exception cref="ChainException">No node answered, or one refused; the reply is with it.</exception>
    public override async Task<RpcResponseMessage> SendAsync(RpcRequestMessage rpcRequestMessage, string? route = null)
    {
        RpcResponseMessage? answer = null;
        // What is asked has no end but its time-out: Nethereum hands no cancellation down. Who waits stops waiting.
        var reply = await _nodes.AskAsync(
            async node =>
            {
                (var asked, answer) = await node.AskAsync(rpcRequestMessage.Method, rpcRequestMessage.RawParameters);
                return asked;
            },
            CancellationToken.None);
        return reply.Outcome is RpcOutcome.Answered
            ? answer!
            : throw new ChainException(reply.Outcome, $"{rpcRequestMessage.Method}: {reply.Detail}", reply.Refusal) { Reply = reply };
    }

    /// <summary>Strict where Nethereum is not: a number in another spelling comes from a node that we do not understand.</summary>
    public override T DecodeResult<T>(RpcResponseMessage rpcResponseMessage)
    {
        if (typeof(T) == typeof(HexBigInteger)
            && !(rpcResponseMessage.Result is string text && Quantity.TryParse(text, out _)))
        {
            throw new ChainException(RpcOutcome.Malformed, $"{Host} answered '{rpcResponseMessage.Result ?? "null"}', which is no quantity.");
        }
        try
        {
            return base.DecodeResult<T>(rpcResponseMessage);
        }
        // Nethereum wraps whatever a converter threw into a bare Exception.
        catch (Exception e) when (e is not ChainException)
        {
            throw new ChainException(RpcOutcome.Malformed, $"{Host} answered with something else: {e.Message}", inner: e);
        }
    }

    public void Dispose() => _handler.Dispose();

    // Batches are never asked for.
    protected override Task<RpcResponseMessage[]> SendAsync(RpcRequestMessage[] requests) => throw new NotSupportedException();
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Provenance.Chain.Rpc;

/// <summary>Asks Ethereum nodes over HTTP (JSON-RPC 2.0). With several URLs, the next is asked when one gives no answer.</summary>
public sealed class JsonRpc : IDisposable
{
    private readonly RpcNodes<RpcEndpoint> _nodes;
    private readonly HttpClient _http;

    /// <param name="urls">At least one, http or https.</param>
    /// <param name="chainId">The chain expected. Null: the first to answer sets it, and the others must agree.</param>
    /// <param name="timeout">For one question to one URL; default 10 s.</param>
    /// <param name="mostHeadAge">Older a URL's newest block must not be, or the next is asked; null not to look.</param>
    public JsonRpc(IReadOnlyList<Uri> urls, ulong? chainId = null, TimeSpan? timeout = null, TimeSpan? mostHeadAge = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(urls.Count);
        _http = new HttpClient(RpcHttp.Handler(urls)) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = int.MaxValue };
        _nodes = new RpcNodes<RpcEndpoint>([.. urls.Select(url => new RpcEndpoint(_http, url, timeout ?? RpcHttp.DefaultTimeout))], chainId, mostHeadAge);
    }

    /// <summary>Host of the URL that answered last, without path or key.</summary>
    public string Host => _nodes.Host;

    /// <summary>Asks until one URL answers or refuses; else returns the last fault, with all of them in its detail.</summary>
    public Task<RpcReply> TryCallAsync(string method, JsonArray parameters, CancellationToken cancel = default) =>
        _nodes.AskAsync(node => node.AskAsync(method, parameters, cancel), cancel);

    /// <summary>The result; default when the node answered null, which means that it does not know.</summary>
    /// <exception cref="ChainException">No node answered, or with something else.</exception>
    public async Task<T?> FindAsync<T>(string method, JsonTypeInfo<T> type, JsonArray parameters, CancellationToken cancel = default)
    {
        var reply = await TryCallAsync(method, parameters, cancel);
        if (reply.Outcome is not RpcOutcome.Answered)
        {
            throw new ChainException(reply.Outcome, $"{method}: {reply.Detail}", reply.Refusal);
        }
        try
        {
            return reply.Result.ValueKind is JsonValueKind.Null ? default : reply.Result.Deserialize(type);
        }
        catch (JsonException e)
        {
            throw new ChainException(RpcOutcome.Malformed, $"{method}: {Host} answered with something else: {e.Message}", inner: e);
        }
    }

    /// <summary>The result, which must be there.</summary>
    /// <exception cref="ChainException">No node answered, or with null or something else.</exception>
    public async Task<T> GetAsync<T>(string method, JsonTypeInfo<T> type, JsonArray parameters, CancellationToken cancel = default)
        where T : class =>
        await FindAsync(method, type, parameters, cancel) ?? throw AnsweredNull(method);

    /// <inheritdoc cref="GetAsync"/>
    public async Task<T> GetValueAsync<T>(string method, JsonTypeInfo<T?> type, JsonArray parameters, CancellationToken cancel = default)
        where T : struct =>
        await FindAsync(method, type, parameters, cancel) ?? throw AnsweredNull(method);

    public void Dispose() => _http.Dispose();

    private ChainException AnsweredNull(string method) => new(RpcOutcome.Malformed, $"{method}: {Host} answered null.");
}

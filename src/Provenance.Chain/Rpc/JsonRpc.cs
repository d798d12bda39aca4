using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Provenance.Chain.Rpc;

/// <summary>Asks Ethereum nodes over HTTP (JSON-RPC 2.0). With several URLs, the next is asked when one gives no answer.</summary>
/// <remarks>Every URL is asked for its chain id before its first question and after each fault: a provider's URL for the wrong network,
/// or a restarted private chain, must not take a transaction or give evidence.</remarks>
public sealed class JsonRpc : IDisposable
{
    private readonly RpcEndpoint[] _endpoints;
    private readonly HttpClient _http;
    private readonly Lock _gate = new();
    private ulong? _chainId;

    // The endpoint that answered last is asked first, so that questions of one decision see one node's chain.
    private volatile int _preferred;

    /// <param name="urls">At least one, http or https.</param>
    /// <param name="chainId">The chain expected. Null: the first to answer sets it, and the others must agree.</param>
    /// <param name="timeout">For one question to one URL; default 10 s.</param>
    public JsonRpc(IReadOnlyList<Uri> urls, ulong? chainId = null, TimeSpan? timeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(urls.Count);
        _chainId = chainId;
        var handler = new SocketsHttpHandler
        {
            // A redirected POST becomes a GET.
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            // An environment's proxy would be asked for 127.0.0.1 too, and answer for its own.
            UseProxy = !urls.All(url => url.IsLoopback),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = int.MaxValue };
        _endpoints = [.. urls.Select(url => new RpcEndpoint(_http, url, timeout ?? TimeSpan.FromSeconds(10)))];
    }

    /// <summary>Host of the URL that answered last, without path or key.</summary>
    public string Host => _endpoints[_preferred].Host;

    /// <summary>Asks until one URL answers or refuses; else returns the last fault, with all of them in its detail.</summary>
    public async Task<RpcReply> TryCallAsync(string method, JsonArray parameters, CancellationToken cancel = default)
    {
        var first = _preferred;
        var faults = new List<string>();
        var mayHaveBeenDelivered = false;
        RpcReply? last = null;
        for (var i = 0; i < _endpoints.Length; i++)
        {
            var index = (first + i) % _endpoints.Length;
            last = await CheckChainAsync(_endpoints[index], cancel) ?? await _endpoints[index].AskAsync(method, parameters, cancel);
            if (last.Outcome is RpcOutcome.Answered or RpcOutcome.Refused)
            {
                _preferred = index;
                return last with { MayHaveBeenDelivered = mayHaveBeenDelivered };
            }
            // Before the chain id is known to be right the question itself was not sent.
            mayHaveBeenDelivered |= _endpoints[index].ChainIsRight && last.Outcome is not RpcOutcome.Unreachable;
            _endpoints[index].ChainIsRight = false;
            faults.Add(last.Detail);
        }
        return last! with { Detail = string.Join("; ", faults), MayHaveBeenDelivered = mayHaveBeenDelivered };
    }

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

    /// <summary>Null when the endpoint serves the expected chain; else the fault.</summary>
    private async Task<RpcReply?> CheckChainAsync(RpcEndpoint endpoint, CancellationToken cancel)
    {
        if (endpoint.ChainIsRight)
        {
            return null;
        }
        var reply = await endpoint.AskAsync("eth_chainId", [], cancel);
        if (reply.Outcome is not RpcOutcome.Answered)
        {
            // A node that refuses to name its chain has not refused the question.
            return reply.Outcome is RpcOutcome.Refused ? reply with { Outcome = RpcOutcome.WrongChain } : reply;
        }
        ulong? served;
        try
        {
            served = reply.Result.Deserialize(RpcJson.Default.NullableUInt64);
        }
        catch (JsonException)
        {
            served = null;
        }
        if (served is null)
        {
            return reply with { Outcome = RpcOutcome.Malformed, Detail = $"{endpoint.Host} names no chain id" };
        }
        lock (_gate)
        {
            _chainId ??= served;
            endpoint.ChainIsRight = served == _chainId;
        }
        return endpoint.ChainIsRight
            ? null
            : reply with { Outcome = RpcOutcome.WrongChain, Detail = $"{endpoint.Host} serves chain {served}, expected {_chainId}" };
    }
}

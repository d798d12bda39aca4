namespace Provenance.Chain.Rpc;

/// <summary>How nodes are reached over HTTP.</summary>
internal static class RpcHttp
{
    /// <summary>For one question to one URL.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    public static SocketsHttpHandler Handler(IReadOnlyList<Uri> urls) => new()
    {
        // A redirected POST becomes a GET.
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // An environment's proxy would be asked for 127.0.0.1 too, and answer for its own.
        UseProxy = !urls.All(url => url.IsLoopback),
    };

    /// <summary>A fault of the connection: only these say that the question was not delivered.</summary>
    public static RpcReply Fault(HttpRequestException e, string host)
    {
        var delivered = e.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError);
        return delivered
            ? RpcReply.Fault(RpcOutcome.TimedOut, $"{host} broke off the connection ({e.HttpRequestError})")
            : RpcReply.Fault(RpcOutcome.Unreachable, $"{host} cannot be reached ({e.HttpRequestError})");
    }
}

using System.Text;

namespace Provenance.Chain.Rpc;

/// <summary>How nodes are reached over HTTP.</summary>
internal static class RpcHttp
{
    /// <summary>For one question to one URL.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Shorter parts of a URL are words (<c>rpc</c>, <c>v3</c>, <c>key</c>), which a message may hold by itself.</summary>
    private const int ShortestSecret = 6;

    public static SocketsHttpHandler Handler(IReadOnlyList<Uri> urls) => new()
    {
        // A redirected POST becomes a GET.
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // An environment's proxy would be asked for 127.0.0.1 too, and answer for its own.
        UseProxy = !urls.All(url => url.IsLoopback),
    };

    /// <summary>A node's own words, without what is secret in its URL: some repeat the request, and providers put their key into path, query or user.</summary>
    public static string Hide(string words, Uri url)
    {
        var user = Uri.UnescapeDataString(url.UserInfo);
        string[] secrets =
        [
            user, url.UserInfo, user.Split(':', 2)[^1], url.UserInfo.Split(':', 2)[^1], Convert.ToBase64String(Encoding.UTF8.GetBytes(user)),
            .. url.AbsolutePath.Split('/'), .. url.Query.Split('?', '&', '='), .. Uri.UnescapeDataString(url.PathAndQuery).Split('/', '?', '&', '='),
        ];
        foreach (var secret in secrets.Where(secret => secret.Length >= ShortestSecret).OrderByDescending(secret => secret.Length))
        {
            words = words.Replace(secret, "…", StringComparison.OrdinalIgnoreCase);
        }
        return words;
    }

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

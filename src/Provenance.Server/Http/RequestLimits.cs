using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Provenance.Server.Parties;

namespace Provenance.Server.Http;

/// <summary>How many requests a key, or an address without a key, may send: a token bucket each, as large as a minute's worth and filled evenly.</summary>
/// <remarks>Many readers share an address (a shop's network, a phone company's), so what one may send fits a crowd; it stops programs that went astray.</remarks>
internal sealed class RequestLimits : IDisposable
{
    private readonly PartitionedRateLimiter<string>? _perKey;
    private readonly PartitionedRateLimiter<string>? _perAddress;
    private readonly HashSet<IPAddress> _proxies;

    public RequestLimits(LedgerOptions options)
    {
        _perKey = Make(options.Limits.PerKeyPerMinute);
        _perAddress = Make(options.Limits.PerAddressPerMinute);
        _proxies = [.. options.Limits.Proxies.Select(IPAddress.Parse)];
    }

    /// <summary>Counts the request. Null while there is room; else 429.</summary>
    /// <param name="caller">Null without a key, or with one that is not known.</param>
    public Problem? WhyNot(HttpContext context, Caller? caller)
    {
        if (caller is not null)
        {
            return _perKey is null ? null : Take(_perKey, caller.KeyId.ToString(CultureInfo.InvariantCulture), "this key", "Ledger__Limits__PerKeyPerMinute");
        }
        return _perAddress is null || FindAddress(context) is not { } address ? null : Take(_perAddress, address, "your address", "Ledger__Limits__PerAddressPerMinute");
    }

    public void Dispose()
    {
        _perKey?.Dispose();
        _perAddress?.Dispose();
    }

    private static Problem? Take(PartitionedRateLimiter<string> limiter, string who, string words, string setting)
    {
        using var lease = limiter.AttemptAcquire(who);
        if (lease.IsAcquired)
        {
            return null;
        }
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;
        return Problem.TooMany(wait, string.Create(CultureInfo.InvariantCulture, $"Too many requests from {words}. Go on in {wait} s; the operator sets the limit ({setting})."));
    }

    /// <summary>Who asks: an IPv4 address or an IPv6 network of 64 bits, which is one customer's. Null for this machine itself, which is not limited.</summary>
    public string? FindAddress(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (address is null)
        {
            return null;
        }
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(address) || _proxies.Contains(address))
        {
            // Only a proxy that is known is believed, and only what it added itself: the last of the list.
            if (context.Request.Headers["X-Forwarded-For"] is not [.., { Length: > 0 } chain] || !IPAddress.TryParse(chain.Split(',')[^1].Trim(), out address))
            {
                return null;
            }
        }
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }

    private static PartitionedRateLimiter<string>? Make(int perMinute) => perMinute == 0
        ? null
        : PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetTokenBucketLimiter(who, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = Math.Max(1, perMinute / 60),
            ReplenishmentPeriod = TimeSpan.FromMinutes(1.0 * Math.Max(1, perMinute / 60) / perMinute),
            AutoReplenishment = true,
            QueueLimit = 0,
        }));
}

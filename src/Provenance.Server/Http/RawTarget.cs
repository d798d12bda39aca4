using Microsoft.AspNetCore.Http.Features;

namespace Provenance.Server.Http;

/// <summary>What was asked for, as it was sent: a decoded path can't tell a slash within a lot from one between segments.</summary>
/// <param name="Path">From the first slash on, percent-encoded.</param>
/// <param name="Query">With its question mark; empty where there is none.</param>
internal readonly record struct RawTarget(string Path, string Query)
{
    public static RawTarget Of(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        // A proxy may send the absolute form (RFC 9112 §3.2.2).
        if (!target.StartsWith('/') && target.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0)
        {
            var slash = target.IndexOf('/', scheme + 3);
            target = slash < 0 ? "/" : target[slash..];
        }
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? new(target, "") : new(target[..query], target[query..]);
    }
}

using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Provenance.Server.Http;

/// <summary>Behind a proxy that ends TLS a request is https all the same: its cookies are for https alone, and its answers ask for https from now on.</summary>
internal static class ForwardedScheme
{
    /// <summary>Believes <c>X-Forwarded-Proto</c> of this machine and of <c>Ledger__Limits__Proxies</c>, and of nobody else.</summary>
    public static void UseForwardedScheme(this WebApplication app)
    {
        // KnownProxies has loopback already. A chain of proxies is not believed beyond the last.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedProto };
        foreach (var proxy in app.Services.GetRequiredService<LedgerOptions>().Limits.Proxies)
        {
            options.KnownProxies.Add(IPAddress.Parse(proxy));
        }
        app.UseForwardedHeaders(options);
    }
}

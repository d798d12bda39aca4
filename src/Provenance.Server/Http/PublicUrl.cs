using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Provenance.Core.Gs1;

namespace Provenance.Server.Http;

/// <summary>Under which URL others know this server: <c>Ledger__PublicUrl</c>, else the address it listens on, which is known once it does.</summary>
internal static class PublicUrl
{
    public static void AddPublicUrl(this IServiceCollection services) => services.AddSingleton(provider =>
    {
        var options = provider.GetRequiredService<LedgerOptions>();
        return new OwnIds(options.PublicUrl ?? Listening(provider.GetRequiredService<IServer>()), options.FormerUrls);
    });

    /// <exception cref="InvalidOperationException">Asked before the server listens.</exception>
    private static string Listening(IServer server)
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("The server does not listen yet, so its own URL is not known.");
        return FromAddress(address);
    }

    /// <summary>The URL that a server has which listens on this address and was given no other.</summary>
    public static string FromAddress(string address)
    {
        var url = new UriBuilder(address.Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://*", "://localhost", StringComparison.Ordinal));
        if (url.Host is "0.0.0.0" or "[::]")
        {
            url.Host = "localhost";
        }
        return url.Uri.GetLeftPart(UriPartial.Authority);
    }
}

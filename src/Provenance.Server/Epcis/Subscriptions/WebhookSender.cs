using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Provenance.Server.Epcis.Subscriptions;

/// <summary>What a receiver made of a delivery.</summary>
internal enum Reception
{
    /// <summary>It has it: a 2xx reached us.</summary>
    Accepted,

    /// <summary>It asks for less at once: 413.</summary>
    TooLarge,

    /// <summary>Anything else; it may have it or not.</summary>
    Failed,
}

/// <summary>Posts deliveries to receivers: to addresses of the public internet only, unless the operator allows others, and never to where a redirect points.</summary>
internal sealed class WebhookSender : IDisposable
{
    /// <summary>Stays the same however often a delivery is sent: the receiver knows by it what it has already.</summary>
    public const string DeliveryHeader = "Idempotency-Key";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly bool _allowsPrivate;
    private readonly HttpClient _http;

    public WebhookSender(LedgerOptions options)
    {
        _allowsPrivate = options.Webhooks.AllowPrivateTargets;
        // No proxy: it would resolve the name anew, where no check reaches.
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 16,
        })
        {
            Timeout = Timeout,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Provenance", typeof(WebhookSender).Assembly.GetName().Version!.ToString(3)));
    }

    /// <summary>Why a subscription to there could never work; null when it may.</summary>
    public string? WhyNot(Uri dest) => _allowsPrivate ? null
        : IPAddress.TryParse(dest.DnsSafeHost, out var address) && !PublicAddress.Is(address) ? $"{address} is no address of the public internet."
        : dest.IsLoopback || dest.DnsSafeHost.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ? "It is this machine itself."
        : null;

    public async Task<(Reception Reception, string? Error)> SendAsync(Subscription subscription, Delivery delivery, ReadOnlyMemory<byte> document, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, subscription.Dest) { Content = new ReadOnlyMemoryContent(document) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("GS1-EPCIS-Version", EpcisHeaders.Version);
        request.Headers.Add("GS1-CBV-Version", EpcisHeaders.Version);
        request.Headers.Add("GS1-Extensions", EpcisHeaders.Extensions);
        request.Headers.Add(DeliveryHeader, delivery.Id);
        if (subscription.SignatureToken is { } token)
        {
            request.Headers.Add("GS1-Signature", Sign(token, document.Span));
        }
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            return answer.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => (Reception.Accepted, null),
                HttpStatusCode.RequestEntityTooLarge => (Reception.TooLarge, null),
                >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => (Reception.Failed, $"The receiver answered {(int)answer.StatusCode}; redirects are not followed."),
                var status => (Reception.Failed, $"The receiver answered {(int)status}."),
            };
        }
        catch (HttpRequestException e)
        {
            return (Reception.Failed, e.InnerException is RefusedTargetException refused ? refused.Message : $"The receiver can't be reached: {e.Message}");
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            return (Reception.Failed, $"The receiver did not answer within {Timeout.TotalSeconds:F0} s.");
        }
    }

    /// <summary>HMAC-SHA256 of the body's bytes, keyed with the token's UTF-8, in base64.</summary>
    public static string Sign(string token, ReadOnlySpan<byte> body) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), body));

    public void Dispose() => _http.Dispose();

    /// <summary>Connects to an address that was checked itself: a name that answers differently the next time gains nothing.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, stop);
        var allowed = addresses.Where(address => _allowsPrivate || PublicAddress.Is(address)).ToArray();
        if (allowed.Length == 0)
        {
            throw new RefusedTargetException($"'{host}' has no address of the public internet; the operator may allow others with Ledger__Webhooks__AllowPrivateTargets.");
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class RefusedTargetException(string message) : Exception(message);
}

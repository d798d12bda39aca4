using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Provenance.EndToEnd;

/// <summary>A copy of a chain under another id, as a fork of it is: same blocks, same contract, same answers but for <c>eth_chainId</c>.</summary>
internal sealed class CopiedChain : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _original;

    public CopiedChain(string original, ulong chainId)
    {
        (ChainId, _original, Url) = (chainId, new HttpClient { BaseAddress = new Uri(original) }, $"http://127.0.0.1:{RunningServer.FreePort()}/");
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _ = ListenAsync();
    }

    public string Url { get; }

    public ulong ChainId { get; }

    /// <summary>Methods that it was asked, each once.</summary>
    public ConcurrentDictionary<string, bool> Asked { get; } = [];

    public ValueTask DisposeAsync()
    {
        _listener.Close();
        _original.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Answers a question with a JSON-RPC error in these words; null lets it through.</summary>
    public Func<HttpListenerRequest, string?>? Refuse { get; set; }

    /// <summary>Answers every question with this HTTP status and nothing else.</summary>
    public int? Status { get; set; }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // It was closed.
        }
    }

    private async Task AnswerAsync(HttpListenerContext http)
    {
        try
        {
            var body = await new StreamReader(http.Request.InputStream).ReadToEndAsync();
            var question = JsonNode.Parse(body)!;
            var method = (string)question["method"]!;
            Asked[method] = true;
            if (Status is { } status)
            {
                http.Response.StatusCode = status;
                http.Response.Close();
                return;
            }
            var answer = Refuse?.Invoke(http.Request) is { } words
                ? new JsonObject { ["jsonrpc"] = "2.0", ["id"] = question["id"]!.DeepClone(), ["error"] = new JsonObject { ["code"] = -32000, ["message"] = words } }.ToJsonString()
                : method == "eth_chainId"
                ? $$"""{"jsonrpc":"2.0","id":{{question["id"]!.ToJsonString()}},"result":"0x{{ChainId.ToString("x", CultureInfo.InvariantCulture)}}"}"""
                : await (await _original.PostAsync("", new StringContent(body, Encoding.UTF8, "application/json"))).Content.ReadAsStringAsync();
            http.Response.ContentType = "application/json";
            await http.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
            http.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or HttpRequestException or IOException)
        {
            // Either end is gone.
            http.Response.Abort();
        }
    }
}

using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Provenance.Tests.Chain;

/// <summary>An HTTP server that answers as a broken or crowded node does. It serves chain 7 unless the script says otherwise.</summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedNode(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    /// <summary>Methods asked, in order.</summary>
    public List<string> Asked { get; } = [];

    /// <param name="script">Answers one question: method, id. Null leaves eth_chainId to the default.</param>
    public static async Task<ScriptedNode> StartAsync(Func<HttpContext, string, long, Task> script, string chainId = "0x7")
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var node = new ScriptedNode(app);
        app.Run(async http =>
        {
            using var question = await JsonDocument.ParseAsync(http.Request.Body);
            var method = question.RootElement.GetProperty("method").GetString()!;
            var id = question.RootElement.GetProperty("id").GetInt64();
            node.Asked.Add(method);
            await (method == "eth_chainId" ? AnswerAsync(http, id, $"\"{chainId}\"") : script(http, method, id));
        });
        await app.StartAsync();
        return node;
    }

    /// <summary>Always the same HTTP answer; <c>ID</c> in it stands for the question's id.</summary>
    public static Task<ScriptedNode> StartAsync(string body, int status = 200, string chainId = "0x7") => StartAsync(
        async (http, _, id) =>
        {
            http.Response.StatusCode = status;
            await http.Response.WriteAsync(body.Replace("ID", $"{id}", StringComparison.Ordinal));
        },
        chainId);

    public static Task AnswerAsync(HttpContext http, long id, string result) =>
        http.Response.WriteAsync($$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result}}}""");

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

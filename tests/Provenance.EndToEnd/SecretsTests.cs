using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Chain.Ethereum;
using Provenance.Tests.Chain;

namespace Provenance.EndToEnd;

/// <summary>
/// A server that does everything it can, and to which everything happens, with all logs at Trace: no secret stands in any line, answer, header or measure, but where it is shown once to whom it is made for.
/// Nodes and signers that repeat what they were sent are part of it.
/// </summary>
public sealed class SecretsTests
{
    private const string Passphrase = "a passphrase nobody may read";
    private const string RpcPassword = "rpc-password-0451", RpcPath = "pathkey-9f2e77aa", RpcQuery = "querykey-51c0ffee", SignerPassword = "signer-password-7431";

    private readonly List<string> _lines = [];
    private readonly List<(string Question, string Answer)> _answers = [];
    private readonly List<string> _measures = [];

    [LedgerFact]
    public async Task No_secret_stands_in_any_log_line_answer_header_or_measure()
    {
        await using var chain = await OutsideChain.StartAsync();
        await using var node = new CopiedChain(chain.Url, await chain.GetChainIdAsync());
        using var receiver = Receive(out var otlp);
        await using var server = chain.PrepareServer();
        using var ledgerKey = LocalKey.Parse(await File.ReadAllTextAsync(Path.Combine(server.Directory, "ledger.key")));
        using var chainKey = LocalKey.Parse(await File.ReadAllTextAsync(Path.Combine(server.Directory, "chain.key")));
        await using var signer = new TestSigner(chainKey);
        Prepare(server, node, otlp);

        await server.StartAgainAsync();
        var secrets = await LiveAsync(server);
        await TroubleNodeAsync(server, node);
        await server.StopAsync();
        server.Settings["Ledger__Chain__SignerUrl"] = new UriBuilder(signer.Url) { UserName = "sig", Password = SignerPassword }.Uri.ToString();
        server.Settings["Ledger__Chain__SignerAccount"] = chainKey.Address.ToString();
        await server.StartAgainAsync();
        await TroubleSignerAsync(server, signer);
        await server.StopAsync();
        await RefuseSettingsAsync(server);

        secrets.AddRange([
            ("the admin's key", RunningServer.AdminKey), ("the passphrase", Passphrase), ("the ledger's key", Convert.ToHexStringLower(ledgerKey.Export())), ("the chain's key", Convert.ToHexStringLower(chainKey.Export())),
            ("the node's password", RpcPassword), ("the node's path", RpcPath), ("the node's query", RpcQuery), ("the signer's password", SignerPassword), .. IndexSecrets(server.Directory),
        ]);
        AssertNowhere(secrets);
    }

    private void Prepare(RunningServer server, CopiedChain node, string otlp)
    {
        var passphrase = Path.Combine(Path.GetDirectoryName(server.Directory)!, "passphrase");
        File.WriteAllText(passphrase, Passphrase);
        server.Settings["Ledger__KeyPassphraseFile"] = passphrase;
        server.Settings["Ledger__Chain__RpcUrls__0"] = new UriBuilder(node.Url) { UserName = "rpc", Password = RpcPassword, Path = $"/v3/{RpcPath}", Query = $"apikey={RpcQuery}" }.Uri.ToString();
        server.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = otlp;
        server.Settings["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        foreach (var category in new[] { "Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Routing", "System" })
        {
            server.Settings[$"Logging__LogLevel__{category}"] = "Trace";
        }
        server.Printed = line =>
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        };
    }

    /// <summary>Firms, keys, sessions, events, exports, pages, and every kind of mistake.</summary>
    private async Task<List<(string Name, string Value)>> LiveAsync(RunningServer server)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server.Url };
        var admin = Bearer(RunningServer.AdminKey);
        var party = JsonNode.Parse(await AskAsync(http, "POST", "/api/parties", admin, """{"name":"Mill","slug":"mill","country":"AT"}"""))!["id"]!.ToString();
        var supplier = JsonNode.Parse(await AskAsync(http, "POST", $"/api/parties/{party}/keys", admin, """{"role":"supplier"}""", isShownOnce: true))!["key"]!.ToString();
        var auditor = JsonNode.Parse(await AskAsync(http, "POST", $"/api/parties/{party}/keys", admin, """{"role":"auditor"}""", isShownOnce: true))!["key"]!.ToString();
        var link = JsonNode.Parse(await AskAsync(http, "POST", $"/api/parties/{party}/invitations", admin, """{"role":"supplier"}""", isShownOnce: true))!["link"]!.ToString();
        var index = await server.MustRegisterAsync("S-1");
        await server.AnchorAsync();

        var sessions = new List<string>();
        foreach (var key in new[] { RunningServer.AdminKey, supplier })
        {
            using var signedIn = await http.PostAsync("/portal", new FormUrlEncodedContent([new("key", key)]));
            Keep("POST /portal", signedIn, await signedIn.Content.ReadAsStringAsync(), but: "Set-Cookie");
            sessions.Add(signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0].Split('=', 2)[1]);
        }
        await AskAsync(http, "POST", "/portal", null, "key=" + RunningServer.AdminKey + "x", type: "application/x-www-form-urlencoded");

        string[] wrongly = [Bearer("not-a-key-of-anybody"), Bearer(supplier + "x"), Basic("", "not-a-key"), Basic("user", supplier), "Bearer", "Basic !!!", "Negotiate abc"];
        foreach (var authorization in wrongly.Append(Bearer(supplier)).Append(Bearer(auditor)).Append(admin))
        {
            foreach (var (method, path, body) in new (string, string, string?)[]
            {
                ("GET", "/api/status", null), ("GET", "/api/parties", null), ("GET", $"/api/parties/{party}/keys", null), ("GET", "/events?eventType=x", null), ("GET", "/queries", null), ("GET", "/capture", null),
                ("POST", "/capture", "{"), ("POST", "/capture", """{"@context":[],"type":"EPCISDocument","schemaVersion":"2.0","epcisBody":{"eventList":[{"type":"ObjectEvent"}]}}"""), ("POST", "/events", "{}"),
                ("POST", "/api/batches", """{"product":7}"""), ("POST", "/api/batches", "nothing"), ("DELETE", $"/api/parties/{party}/keys/77", null), ("PUT", "/api/status", null), ("GET", "/nothing/here", null),
                ("GET", $"/api/log/{index}/proof", null), ("GET", $"/api/log/{index + 1000}/proof", null), ("GET", "/api/export?format=bundle&item=x", null), ("GET", "/api/export?format=csv", null), ("GET", "/api/items?item=x", null),
            })
            {
                await AskAsync(http, method, path, authorization, body);
            }
        }
        foreach (var session in sessions.Append("not-a-session"))
        {
            foreach (var path in new[] { "/portal", "/portal/status?lang=en", "/portal/status?lang=de", "/portal/status?lang=es", "/portal/account", "/portal/events", "/portal/nothing" })
            {
                await AskAsync(http, "GET", path, null, cookie: session);
            }
            await AskAsync(http, "POST", "/portal/register", null, "lot=", cookie: session, type: "application/x-www-form-urlencoded");
        }
        foreach (var path in new[] { "/", "/health/live", "/health/ready", "/openapi/v1.json", "/docs/index.html", "/verify", $"/b/{index}", "/01/09506000134352", "/.well-known/gs1resolver", "/%ff", "/portal/join/not-an-invitation" })
        {
            await AskAsync(http, "GET", path, null);
        }
        var token = link[(link.LastIndexOf('/') + 1)..];
        using var invited = await http.GetAsync(new Uri(link).PathAndQuery);
        return [("the supplier's key", supplier), ("the auditor's key", auditor), ("the admin's session", sessions[0]), ("the supplier's session", sessions[1]), ("the invitation", token)];
    }

    private async Task TroubleNodeAsync(RunningServer server, CopiedChain node)
    {
        node.Refuse = request => $"I refuse {request.Headers["Authorization"]} ({Encoding.UTF8.GetString(Convert.FromBase64String(request.Headers["Authorization"]!.Split(' ')[1]))}) at {request.Url} {request.RawUrl}";
        await server.MustRegisterAsync("S-2");
        await SeeTroubleAsync(server, "I refuse");
        (node.Refuse, node.Status) = (null, 401);
        await SeeTroubleAsync(server, "answered HTTP 401");
        node.Status = null;
        await server.AnchorAsync();
    }

    private async Task TroubleSignerAsync(RunningServer server, TestSigner signer)
    {
        await server.MustRegisterAsync("S-3");
        await server.AnchorAsync();
        var basic = signer.Authorizations[^1]!;
        Assert.Equal("sig:" + SignerPassword, Encoding.UTF8.GetString(Convert.FromBase64String(basic.Split(' ')[1])));
        signer.Instead = (200, $$"""{"jsonrpc":"2.0","id":"ID","error":{"code":-32000,"message":"No entry for {{basic}}, sig:{{SignerPassword}}."} }""");
        await server.MustRegisterAsync("S-4");
        await SeeTroubleAsync(server, "No entry for");
        signer.Instead = (401, basic);
        _ = server.Admin.PostAsync("/api/anchor", null);
        await SeeTroubleAsync(server, "answered HTTP 401");
        signer.Stop();
        _ = server.Admin.PostAsync("/api/anchor", null);
        await SeeTroubleAsync(server, "cannot be reached");
        signer.Instead = null;
        signer.Start();
        await server.AnchorAsync();
    }

    /// <summary>What can't be a setting is told at start, and goes into the log.</summary>
    private static async Task RefuseSettingsAsync(RunningServer server)
    {
        var (rpc, signer) = (server.Settings["Ledger__Chain__RpcUrls__0"], server.Settings["Ledger__Chain__SignerUrl"]);
        (server.Settings["Ledger__Chain__RpcUrls__0"], server.Settings["Ledger__Chain__SignerUrl"]) = ("htp" + rpc[4..], "ht" + signer[4..]);
        await Assert.ThrowsAsync<TimeoutException>(() => server.StartAgainAsync());
        Assert.Contains("Ledger__Chain__RpcUrls__0 is no absolute http or https URL", server.LastLines, StringComparison.Ordinal);
        Assert.Contains("Ledger__Chain__SignerUrl is no absolute http or https URL", server.LastLines, StringComparison.Ordinal);
    }

    private async Task SeeTroubleAsync(RunningServer server, string says)
    {
        await server.WaitForHealthAsync(health => health["chain"]?.ToString().Contains(says, StringComparison.Ordinal) == true, says);
        using var http = new HttpClient { BaseAddress = server.Url };
        foreach (var path in new[] { "/health/ready", "/api/status" })
        {
            await AskAsync(http, "GET", path, Bearer(RunningServer.AdminKey));
        }
        Assert.Contains(_answers, answer => answer.Answer.Contains(says, StringComparison.Ordinal));
    }

    private async Task<string> AskAsync(
        HttpClient http, string method, string path, string? authorization, string? body = null, string? cookie = null, string type = "application/json", bool isShownOnce = false)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, type) };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        request.Headers.TryAddWithoutValidation("Cookie", cookie is null ? null : $"provenance-portal={cookie}");
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode < 500, $"{method} {path}: {(int)answer.StatusCode} {text}");
        Keep($"{method} {path}", answer, isShownOnce ? "" : text, but: null);
        return text;
    }

    private void Keep(string question, HttpResponseMessage answer, string text, string? but) =>
        _answers.Add((question, string.Join('\n', answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != but).Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Append(text))));

    private void AssertNowhere(List<(string Name, string Value)> secrets)
    {
        // What is not there can't be missed: each list has to be long, and to hold what it must.
        Assert.True(_answers.Count > 200, $"{_answers.Count} answers");
        Assert.Contains(_lines, line => line.Contains("trce:", StringComparison.Ordinal));
        Assert.Contains(_measures, measure => measure.Contains("provenance.log.recorded", StringComparison.Ordinal));
        foreach (var (name, value) in secrets)
        {
            Assert.True(value.Length >= 12, name);
            foreach (var spelling in new[] { value, Uri.EscapeDataString(value), WebUtility.HtmlEncode(value), Convert.ToBase64String(Encoding.UTF8.GetBytes(value)).TrimEnd('=')[..^1] })
            {
                foreach (var (where, texts) in new[] { ("log", _lines), ("answer", _answers.ConvertAll(answer => $"{answer.Question}\n{answer.Answer}")), ("measure", _measures) })
                {
                    var found = texts.Find(text => text.Contains(spelling, StringComparison.OrdinalIgnoreCase));
                    Assert.True(found is null, $"{name} stands in a {where}:\n{found}");
                }
            }
        }
    }

    private static IEnumerable<(string Name, string Value)> IndexSecrets(string directory)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "ledger.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        foreach (var (name, value) in connection.Query<(string, byte[])>("SELECT name, value FROM secret"))
        {
            yield return (name, Convert.ToHexStringLower(value));
            yield return (name, Convert.ToBase64String(value).TrimEnd('='));
        }
    }

    private HttpListener Receive(out string url)
    {
        url = $"http://127.0.0.1:{RunningServer.FreePort()}/";
        var listener = new HttpListener { Prefixes = { url } };
        listener.Start();
        _ = ReceiveAsync(listener);
        return listener;
    }

    private async Task ReceiveAsync(HttpListener listener)
    {
        try
        {
            while (true)
            {
                var http = await listener.GetContextAsync();
                using var body = new StreamReader(http.Request.InputStream, Encoding.Latin1);
                _measures.Add(await body.ReadToEndAsync());
                http.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // It was closed.
        }
    }

    private static string Bearer(string key) => $"Bearer {key}";

    private static string Basic(string user, string key) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{key}"));
}

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Provenance.EndToEnd;

/// <summary>Every line of a JSON log is JSON, and no secret stands in any, however much it logs.</summary>
public sealed class LogTests
{
    private const string Passphrase = "a passphrase that nobody may read";

    [LedgerFact]
    public async Task No_key_passphrase_session_or_invitation_is_ever_logged()
    {
        var lines = new List<string>();
        await using var server = RunningServer.Prepare(("Logging__Console__FormatterName", "json"), ("Logging__LogLevel__Default", "Debug"), ("Logging__LogLevel__Microsoft", "Information"),
            ("Ledger__Anchoring__IntervalSeconds", "1"));
        server.Printed = line =>
        {
            lock (lines)
            {
                lines.Add(line);
            }
        };
        var passphrase = Path.Combine(Path.GetDirectoryName(server.Directory)!, "passphrase");
        await File.WriteAllTextAsync(passphrase, Passphrase);
        await server.StartAgainAsync();
        var keys = new[] { "ledger.key", "chain.key", "trial-admin.key" }.Select(name => File.ReadAllText(Path.Combine(server.Directory, name)).Split(' ')[0]).ToList();
        await server.StopAsync();
        server.Settings["Ledger__KeyPassphraseFile"] = passphrase;
        await server.StartAgainAsync();

        var party = (await server.PostAsync("/api/parties", new JsonObject { ["name"] = "Mill", ["slug"] = "mill", ["country"] = "AT" })).Answer;
        var key = (await server.PostAsync($"/api/parties/{party["id"]}/keys", new JsonObject { ["role"] = "supplier" })).Answer["key"]!.ToString();
        var link = (await server.PostAsync($"/api/parties/{party["id"]}/invitations", new JsonObject { ["role"] = "supplier" })).Answer["link"]!.ToString();
        await server.MustRegisterAsync("logged");
        await server.AnchorAsync();
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Url };
        using var signedIn = await browser.PostAsync("/portal", new FormUrlEncodedContent([new("key", key)]));
        var session = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0].Split('=', 2)[1];
        var token = link[(link.LastIndexOf('/') + 1)..];
        await browser.GetAsync(new Uri(link).PathAndQuery);
        foreach (var (method, path) in new[] { ("GET", "/api/status"), ("GET", "/portal/account"), ("POST", "/portal/join/" + token), ("POST", "/capture"), ("GET", "/events?MATCH_epc=x"), ("GET", "/nothing"), ("GET", "/api/items?item=x") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? new StringContent("{") : null };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            request.Headers.Add("Cookie", $"provenance-portal={session}");
            using var answer = await browser.SendAsync(request);
            Assert.True((int)answer.StatusCode < 500, $"{method} {path}: {(int)answer.StatusCode}");
        }
        await server.StopAsync();

        Assert.True(lines.Count > 20, $"only {lines.Count} lines");
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            Assert.True(IsJson(line), line);
            foreach (var secret in new[] { Passphrase, key, RunningServer.AdminKey, session, token }.Concat(keys))
            {
                Assert.False(line.Contains(secret, StringComparison.OrdinalIgnoreCase) || line.Contains(Uri.EscapeDataString(secret), StringComparison.OrdinalIgnoreCase), line);
            }
        }
    }

    private static bool IsJson(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

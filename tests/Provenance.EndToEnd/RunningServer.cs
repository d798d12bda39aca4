using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Provenance.EndToEnd;

/// <summary>The server as a process of its own, on a free loopback port and a data directory that is removed at the end.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    public const string AdminKey = "the-admin-of-the-tests";

    private const int LinesKept = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("provenance-e2e-");
    private readonly Queue<string> _lastLines = [];
    private Process? _process;
    private int? _chain;

    private RunningServer()
    {
        Url = new Uri($"http://127.0.0.1:{FreePort()}");
        Directory = Path.Combine(_folder.FullName, "data");
        Admin = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(90) };
        Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
    }

    public Uri Url { get; }

    /// <summary>The data directory. Its parent is the test's to use.</summary>
    public string Directory { get; }

    public HttpClient Admin { get; }

    /// <summary>Environment of the next start.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Told every line that it prints from its next start on.</summary>
    public Action<string>? Printed { get; set; }

    /// <summary>What it printed last.</summary>
    public string LastLines
    {
        get
        {
            lock (_lastLines)
            {
                return string.Join('\n', _lastLines);
            }
        }
    }

    /// <summary>A server that has not started yet.</summary>
    public static RunningServer Prepare(params (string Name, string Value)[] settings)
    {
        var server = new RunningServer();
        foreach (var (name, value) in settings)
        {
            server.Settings[name] = value;
        }
        return server;
    }

    /// <summary>A server on an empty data directory that takes events.</summary>
    public static async Task<RunningServer> StartAsync(params (string Name, string Value)[] settings)
    {
        var server = Prepare(settings);
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts on what the data directory holds, and waits for that status of <c>/health/ready</c>.</summary>
    public async Task StartAgainAsync(string status = "ready")
    {
        var start = new ProcessStartInfo("dotnet", [Programs.Server, "--urls", Url.GetLeftPart(UriPartial.Authority)])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["Ledger__DataDirectory"] = Directory;
        start.Environment["Ledger__AdminKey"] = AdminKey;
        start.Environment["Logging__LogLevel__Microsoft"] = "Warning";
        start.Environment["Ledger__Chain__Anvil"] = Programs.Anvil;
        foreach (var (name, value) in Settings)
        {
            start.Environment[name] = value;
        }
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await WaitForHealthAsync(health => health["status"]?.ToString() == status, $"it is {status}");
        _chain = ProcessTree.FindDescendant(_process.Id, "anvil");
    }

    /// <summary>Waits until <c>/health/ready</c> says what it should.</summary>
    public async Task<JsonObject> WaitForHealthAsync(Func<JsonObject, bool> isSo, string what)
    {
        var clock = Stopwatch.StartNew();
        var last = "";
        while (clock.Elapsed < Patience && _process is { HasExited: false })
        {
            try
            {
                using var answer = await Admin.GetAsync("/health/ready");
                last = await answer.Content.ReadAsStringAsync();
                if (JsonNode.Parse(last) is JsonObject health && isSo(health))
                {
                    return health;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(50);
        }
        throw new TimeoutException($"Not seen within {Patience}: {what}. Last: {last}\n{LastLines}");
    }

    /// <summary>SIGKILL: no code of the server runs any more. Its chain ends by itself.</summary>
    public async Task KillAsync()
    {
        _chain = ProcessTree.FindDescendant(_process!.Id, "anvil") ?? _chain;
        _process.Kill();
        Assert.True(await EndedAsync(Patience));
    }

    /// <summary>Waits until the server has ended without being told to, and its chain with it. False when it has not, after this time.</summary>
    public async Task<bool> EndedAsync(TimeSpan patience)
    {
        try
        {
            await _process!.WaitForExitAsync(new CancellationTokenSource(patience).Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        await ProcessTree.WaitForEndAsync(_chain);
        _process.Dispose();
        (_process, _chain) = (null, null);
        return true;
    }

    /// <summary>Whether the process has ended, or is ending: a connection may break some moments before the process is seen to be gone.</summary>
    public bool IsGoing()
    {
        try
        {
            return _process is not { } process || process.WaitForExit(TimeSpan.FromSeconds(30));
        }
        catch (InvalidOperationException)
        {
            return true; // disposed meanwhile, because it ended
        }
    }

    /// <summary>SIGKILL to the embedded chain alone.</summary>
    public async Task KillChainAsync()
    {
        var chain = ProcessTree.FindDescendant(_process!.Id, "anvil") ?? throw new InvalidOperationException("The server has no chain running.");
        using (var process = Process.GetProcessById(chain))
        {
            process.Kill();
        }
        await ProcessTree.WaitForEndAsync(chain);
    }

    /// <summary>SIGTERM, as a service manager ends it.</summary>
    public async Task StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]))
        {
            await kill.WaitForExitAsync();
        }
        await _process.WaitForExitAsync(new CancellationTokenSource(Patience).Token);
        Assert.Equal(0, _process.ExitCode);
        _process.Dispose();
        _process = null;
    }

    /// <summary>Registers a batch under that lot.</summary>
    /// <returns>The status and the answer; the leaf index is its <c>index</c>.</returns>
    public async Task<(int Status, JsonObject Answer)> RegisterAsync(string lot)
    {
        var at = DateTimeOffset.UtcNow.AddMinutes(-1).ToString("yyyy-MM-ddTHH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var json = $$"""
            {"product":{"sku":"RYE","name":"Rye flour"},"lot":"{{lot}}","quantity":25,"uom":"kg","at":"{{at}}","origin":{"country":"AT"},
             "place":{"name":"Mill","city":"Linz","country":"AT"} }
            """;
        using var answer = await Admin.PostAsync("/api/batches", new StringContent(json, Encoding.UTF8, "application/json"));
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }

    /// <summary>Registers a batch, which must succeed.</summary>
    /// <returns>Its leaf index.</returns>
    public async Task<long> MustRegisterAsync(string lot)
    {
        var (status, answer) = await RegisterAsync(lot);
        Assert.True(status == 201, $"{lot}: {status} {answer.ToJsonString()}\n{LastLines}");
        return (long)answer["index"]!;
    }

    /// <summary>Brings all that is recorded to the chain, and waits until it is final.</summary>
    /// <returns>Size, chainId, contract and, on the embedded chain, rpc.</returns>
    public async Task<JsonObject> AnchorAsync()
    {
        using var answer = await Admin.PostAsync("/api/anchor", null);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode} {body}\n{LastLines}");
        return JsonNode.Parse(body)!.AsObject();
    }

    /// <summary>Posts JSON as the admin.</summary>
    public async Task<(int Status, JsonObject Answer)> PostAsync(string path, JsonObject body)
    {
        using var answer = await Admin.PostAsync(path, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            if (!_process.HasExited)
            {
                await KillAsync();
            }
            _process?.Dispose();
        }
        Admin.Dispose();
        _folder.Delete(recursive: true);
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Keep(string? line)
    {
        Printed?.Invoke(line ?? "");
        lock (_lastLines)
        {
            _lastLines.Enqueue(line ?? "");
            if (_lastLines.Count > LinesKept)
            {
                _lastLines.Dequeue();
            }
        }
    }
}

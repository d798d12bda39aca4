using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Provenance.Benchmarks;

/// <summary>The server as a process of its own, with its embedded chain, on a data directory that is removed at the end unless it has a name.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private const string Key = "the-admin-of-the-benchmarks";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder;
    private readonly bool _keeps;
    private readonly string _program;
    private Process? _process;

    private BenchServer(string program, string? keep)
    {
        (_program, _keeps, Url) = (program, keep is not null, new Uri($"http://127.0.0.1:{FreePort()}"));
        _folder = keep is null ? Directory.CreateTempSubdirectory("provenance-bench-") : Directory.CreateDirectory(keep);
    }

    /// <summary>The server built beside this program.</summary>
    public static string Built =>
        Path.Combine(AppContext.BaseDirectory.Replace(
            Path.Combine("tests", "Provenance.Benchmarks"), Path.Combine("src", "Provenance.Server"), StringComparison.Ordinal), "Provenance.Server.dll");

    public Uri Url { get; }

    /// <summary>Bytes of the database, its log and the chain's state.</summary>
    public long Size => _folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <param name="keep">A folder for the data, which stays; null: one that is removed.</param>
    public static async Task<BenchServer> StartAsync(string program, string? keep)
    {
        var server = new BenchServer(program, keep);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>What the server's process has used of all cores, unlike wall time the same on a busy machine.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <param name="key">False: as the public.</param>
    public HttpClient Client(bool key = true)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Url, Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = key ? new AuthenticationHeaderValue("Bearer", Key) : null;
        return client;
    }

    /// <returns>From the start of the process to the first "ready".</returns>
    public async Task<TimeSpan> StartAgainAsync()
    {
        var start = new ProcessStartInfo("dotnet", [_program, "--urls", Url.GetLeftPart(UriPartial.Authority)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["Ledger__DataDirectory"] = Path.Combine(_folder.FullName, "data");
        start.Environment["Ledger__AdminKey"] = Key;
        start.Environment["Ledger__OperatorCountry"] = "AT";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        var clock = Stopwatch.StartNew();
        _process = Process.Start(start)!;
        _ = _process.StandardOutput.ReadToEndAsync();
        var errors = _process.StandardError.ReadToEndAsync();
        using var client = Client();
        while (clock.Elapsed < Patience && !_process.HasExited)
        {
            try
            {
                if ((await client.GetStringAsync("/health/ready")).Contains("\"ready\"", StringComparison.Ordinal))
                {
                    return clock.Elapsed;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(20);
        }
        throw new TimeoutException($"The server was not ready within {Patience}. {(_process.HasExited ? await errors : "")}");
    }

    public async Task StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]))
        {
            await kill.WaitForExitAsync();
        }
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await StopAsync();
        }
        if (!_keeps)
        {
            _folder.Delete(recursive: true);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

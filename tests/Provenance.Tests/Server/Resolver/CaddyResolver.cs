using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Provenance.Tests.Server.Resolver;

/// <summary>The ledger behind the proxy of <c>deploy/</c>, with its own settings file. For <c>localhost</c> Caddy is its own certificate authority.</summary>
public sealed class CaddyResolver : ResolverWorld
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("provenance-caddy-");
    private Process? _caddy;
    private X509Certificate2? _authority;

    private string AuthorityFile => Path.Combine(_folder.FullName, "caddy", "pki", "authorities", "local", "root.crt");

    protected override async Task<TestLedger> StartAsync()
    {
        var (port, ledgerPort) = (FreePort(), FreePort());
        var ledger = await TestLedger.StartAsync($"--urls=http://127.0.0.1:{ledgerPort}", $"--Ledger:PublicUrl=https://localhost:{port}");
        var start = new ProcessStartInfo("caddy", ["run", "--adapter", "caddyfile", "--config", Repository.PathOf("deploy/Caddyfile")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _folder.FullName,
        };
        start.Environment["XDG_DATA_HOME"] = start.Environment["XDG_CONFIG_HOME"] = start.Environment["HOME"] = _folder.FullName;
        start.Environment["PROVENANCE_HOST"] = $"localhost:{port}";
        start.Environment["PROVENANCE_UPSTREAM"] = $"127.0.0.1:{ledgerPort}";
        _caddy = Process.Start(start)!;
        _ = _caddy.StandardOutput.ReadToEndAsync();
        var said = _caddy.StandardError.ReadToEndAsync();
        Root = $"https://localhost:{port}";
        for (var clock = Stopwatch.StartNew(); !await AnswersAsync();)
        {
            if (clock.Elapsed > Patience || _caddy.HasExited)
            {
                _caddy.Kill();
                throw new InvalidOperationException($"Caddy did not get ready. {await said}");
            }
            await Task.Delay(50);
        }
        return ledger;
    }

    protected override bool Trusts(X509Certificate2 presented)
    {
        _authority ??= X509CertificateLoader.LoadCertificateFromFile(AuthorityFile);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.ExtraStore.Add(X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Path.GetDirectoryName(AuthorityFile)!, "intermediate.crt")));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // nobody publishes what this authority revoked
        return chain.Build(presented);
    }

    public override async Task DisposeAsync()
    {
        if (_caddy is not null)
        {
            _caddy.Kill();
            await _caddy.WaitForExitAsync();
            _caddy.Dispose();
        }
        await base.DisposeAsync();
        _authority?.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = Client(null);
            return (await client.GetAsync("/health/live")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

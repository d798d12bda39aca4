using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Chain.Ethereum;
using Provenance.Cli.Check;
using Provenance.Core;
using Provenance.Server.Storage;

namespace Provenance.Tests.Server;

/// <summary>
/// The real server on a loopback port with a real database in a folder of its own, without a chain.
/// <c>await using var ledger = await TestLedger.StartAsync();</c> or as a class fixture.
/// </summary>
public sealed class TestLedger : IAsyncLifetime, IAsyncDisposable
{
    public const string AdminKey = "an admin key for tests";

    private string[] _settings;
    private WebApplication? _app;

    /// <summary>For xunit, which starts a fixture itself.</summary>
    public TestLedger() : this([])
    {
    }

    private TestLedger(string[] settings) => _settings = settings;

    private Digest Established { get; init; } = LedgerId;

    /// <summary>What signatures of this ledger name.</summary>
    public static Digest LedgerId { get; } = Digest.Sha256("a ledger for tests"u8);

    /// <summary>The data directory; removed with the fixture.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("provenance-test-").FullName;

    /// <summary>Without a key, as the public sees the server.</summary>
    public HttpClient Public => Client(null);

    /// <summary>With the admin's key.</summary>
    public HttpClient Admin => Client(AdminKey);

    /// <summary>The time that the server sees; moves only when told to.</summary>
    public TestClock Clock { get; } = new();

    /// <summary>What the server's own code would be handed.</summary>
    public IServiceProvider Services => (_app ?? throw new InvalidOperationException("The ledger is stopped.")).Services;

    /// <param name="settings">As on the command line: <c>--Ledger:MaxBodyMebibytes=1</c>.</param>
    public static async Task<TestLedger> StartAsync(params string[] settings)
    {
        var ledger = new TestLedger(settings);
        await ledger.InitializeAsync();
        return ledger;
    }

    /// <summary>The ledger of a contract that is on a chain already, with the key of the account that writes there.</summary>
    public static async Task<TestLedger> StartAsync(Digest ledgerId, LocalKey writer)
    {
        var ledger = new TestLedger([]) { Established = ledgerId };
        await File.WriteAllTextAsync(Path.Combine(ledger.Folder, "chain.key"), Convert.ToHexStringLower(writer.Export()));
        await ledger.InitializeAsync();
        return ledger;
    }

    /// <summary>The ledger of a contract that is on a chain already, with settings.</summary>
    public static async Task<TestLedger> StartAsync(Digest ledgerId, string[] settings)
    {
        var ledger = new TestLedger(settings) { Established = ledgerId };
        await ledger.InitializeAsync();
        return ledger;
    }

    public HttpClient Client(string? key)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(Address()) };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        return client;
    }

    public async Task InitializeAsync()
    {
        string[] args =
        [
            "--urls=http://127.0.0.1:0", $"--Ledger:DataDirectory={Folder}", $"--Ledger:AdminKey={AdminKey}", "--Logging:LogLevel:Default=Warning", .. _settings,
        ];
        _app = Program.Build(args, Clock, isAnchored: false);
        await _app.StartAsync();
        await Services.GetRequiredService<LedgerWriter>().EstablishAsync(Established);
        Services.GetRequiredService<LedgerState>().OpenForWriting();
    }

    /// <summary>Reads the whole ledger and holds every table to the others: what <c>provenance check</c> does.</summary>
    public void Check() => Assert.Empty(Faults());

    /// <summary>What <c>provenance check</c> finds wrong.</summary>
    public IReadOnlyList<string> Faults()
    {
        var check = new LedgerCheck(Folder);
        return check.Run();
    }

    /// <summary>A connection that sees what is committed.</summary>
    internal SqliteConnection Read() => Services.GetRequiredService<Database>().Read();

    /// <summary>Stops the server and starts it again on the same data.</summary>
    /// <param name="settings">Further settings from now on; a later one of the same name counts.</param>
    public async Task RestartAsync(params string[] settings)
    {
        await StopAsync();
        _settings = [.. _settings, .. settings];
        await InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    private string Address() => Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Stops the server and leaves its data.</summary>
    public async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
            _app = null;
        }
    }
}

/// <summary>A clock that stands still until it is moved.</summary>
public sealed class TestClock : TimeProvider
{
    private long _ticks = new DateTimeOffset(2026, 11, 21, 14, 30, 0, TimeSpan.Zero).UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}

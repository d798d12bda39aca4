using System.Net;
using System.Net.Sockets;
using Provenance.Chain;
using Provenance.Chain.Embedded;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.EndToEnd;

/// <summary>
/// A chain that is not the server's: it has an admin of its own, keeps its address over restarts, and can be away. A port that stays leads to
/// whichever process is the chain at the time.
/// </summary>
internal sealed class OutsideChain : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provenance-chain-").FullName;
    private readonly LocalKey _admin = LocalKey.Create();
    private readonly LocalKey _writer = LocalKey.Create();
    private readonly LocalKey _signer = LocalKey.Create();
    private readonly int _port = RunningServer.FreePort();
    private EmbeddedChain? _chain;
    private TcpListener? _door;

    public string Url => $"http://127.0.0.1:{_port}/";

    public Address Contract { get; private set; }

    /// <summary>The contract's admin.</summary>
    public Address Admin => _admin.Address;

    /// <summary>The account that anchors.</summary>
    public Address Writer => _writer.Address;

    /// <summary>A running chain with a ledger's contract.</summary>
    public static async Task<OutsideChain> StartAsync()
    {
        var outside = new OutsideChain();
        await outside.StartAgainAsync();
        await outside.DeployAsync();
        return outside;
    }

    /// <summary>A running chain without a contract, on which the admin has coins.</summary>
    public static async Task<OutsideChain> StartBareAsync()
    {
        var outside = new OutsideChain();
        await outside.StartAgainAsync();
        return outside;
    }

    /// <summary>The admin's key as a person keeps it.</summary>
    public string WriteAdminKey()
    {
        var file = Path.Combine(_folder, "admin.key");
        File.WriteAllText(file, Convert.ToHexStringLower(_admin.Export()) + "\n");
        return file;
    }

    /// <summary>Transactions that the admin has paid for.</summary>
    public Task<ulong> CountAdminAsync() => CountAsync(Admin);

    /// <summary>Transactions that an account has paid for.</summary>
    public async Task<ulong> CountAsync(Address account)
    {
        using var chain = RpcChain.Open([_chain!.Url], _chain.ChainId);
        return await chain.GetTransactionCountAsync(account);
    }

    public async Task<ulong> GetChainIdAsync()
    {
        using var chain = RpcChain.Open([_chain!.Url]);
        return await chain.GetChainIdAsync();
    }

    /// <summary>Coins from the admin.</summary>
    public async Task FundAsync(Address account)
    {
        using var chain = RpcChain.Open([_chain!.Url], _chain.ChainId);
        await SendAsync(chain, account, [], 1_000_000_000_000_000_000);
    }

    /// <summary>A server that will write to this chain, with the keys that the admin knows; not started yet.</summary>
    public RunningServer PrepareServer()
    {
        var server = RunningServer.Prepare(
            ("Ledger__Chain__RpcUrls__0", Url), ("Ledger__Chain__Contract", Contract.ToString()), ("Ledger__Anchoring__IntervalSeconds", "1"));
        Directory.CreateDirectory(server.Directory);
        File.WriteAllText(Path.Combine(server.Directory, "chain.key"), Convert.ToHexStringLower(_writer.Export()));
        File.WriteAllText(Path.Combine(server.Directory, "ledger.key"), Convert.ToHexStringLower(_signer.Export()));
        return server;
    }

    public async Task StartAgainAsync()
    {
        _chain = await EmbeddedChain.StartAsync(_folder, [_admin.Address, _writer.Address], Programs.Anvil);
        _door = new TcpListener(IPAddress.Loopback, _port);
        _door.Start();
        _ = LetInAsync(_door, _chain.Url.Port);
    }

    /// <summary>From now on the chain's address refuses connections. Its state is kept.</summary>
    public async Task StopAsync()
    {
        _door?.Stop();
        await (_chain?.StopAsync() ?? Task.CompletedTask);
        (_door, _chain) = (null, null);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _admin.Dispose();
        _writer.Dispose();
        _signer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Another ledger's contract takes the place of the one before.</summary>
    public Task DeployAnotherAsync() => DeployAsync();

    private async Task DeployAsync()
    {
        using var chain = RpcChain.Open([_chain!.Url], _chain.ChainId);
        Contract = (await SendAsync(chain, null, LedgerCalls.Deploy(_admin.Address))).Contract!.Value;
        await SendAsync(chain, Contract, LedgerCalls.GrantAnchorer(_writer.Address));
        await SendAsync(chain, Contract, LedgerCalls.GrantRegistrar(_writer.Address));
        var ledgerId = await chain.GetLedgerIdAsync(Contract);
        var party = new PartyId(ledgerId);
        var nonce = await chain.GetPartyNonceAsync(Contract, party);
        await SendAsync(chain, Contract, LedgerCalls.RegisterKey(party, _signer.Address, _signer.Sign(LedgerTypedData.Key(ledgerId, party, _signer.Address, nonce))));
    }

    private async Task<Receipt> SendAsync(RpcChain chain, Address? to, byte[] data, System.Numerics.BigInteger value = default)
    {
        var signed = new Transaction
        {
            ChainId = _chain!.ChainId,
            Nonce = await chain.GetTransactionCountAsync(_admin.Address),
            To = to,
            Value = value,
            Data = data,
            GasLimit = 8_000_000,
            Fees = (await chain.FindFeesAsync(new FeePolicy()))!,
        }.Sign(_admin);
        Assert.Equal(BroadcastOutcome.Accepted, (await chain.BroadcastAsync(signed)).Outcome);
        for (var i = 0; i < 500; i++, await Task.Delay(20))
        {
            // Anvil mines at once, but may answer null for a moment.
            if (await chain.FindReceiptAsync(signed.Hash) is { } receipt)
            {
                Assert.True(receipt.Succeeded);
                return receipt;
            }
        }
        throw new TimeoutException("No receipt within 10 s.");
    }

    private static async Task LetInAsync(TcpListener door, int to)
    {
        try
        {
            while (true)
            {
                _ = JoinAsync(await door.AcceptTcpClientAsync(), to);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The door was shut.
        }
    }

    private static async Task JoinAsync(TcpClient caller, int to)
    {
        using (caller)
        {
            try
            {
                using var chain = new TcpClient();
                await chain.ConnectAsync(IPAddress.Loopback, to);
                await Task.WhenAny(caller.GetStream().CopyToAsync(chain.GetStream()), chain.GetStream().CopyToAsync(caller.GetStream()));
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                // Either end is gone: so is the other, now.
            }
        }
    }
}

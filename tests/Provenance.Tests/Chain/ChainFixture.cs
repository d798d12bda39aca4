using Provenance.Chain;
using Provenance.Chain.Embedded;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Merkle;

namespace Provenance.Tests.Chain;

/// <summary>A real chain with a ledger's contract on it, and a log of random leaves to anchor. Nothing is started where Anvil is
/// missing.</summary>
public class ChainFixture : IAsyncLifetime, IAsyncDisposable
{
    private readonly Dictionary<(int, ulong), Digest> _nodes = [];
    private readonly MerkleFrontier _log = new();
    private EmbeddedChain? _embedded;
    private JsonRpc? _rpc;
    private IChain? _chain;

    /// <summary>Makes the client that all goes through.</summary>
    public virtual OpenChain Open => RpcChain.Open;

    /// <summary>Deploys, and does what only the admin may.</summary>
    public LocalKey Admin { get; } = LocalKey.Create();

    public LocalKey Anchorer { get; } = LocalKey.Create();

    public LocalKey Registrar { get; } = LocalKey.Create();

    public string Folder { get; } = Directory.CreateTempSubdirectory("provenance-chain-").FullName;

    public EmbeddedChain Embedded => _embedded ?? throw new InvalidOperationException("No chain is running.");

    /// <summary>For what only Anvil takes.</summary>
    public JsonRpc Rpc => _rpc ?? throw new InvalidOperationException("No chain is running.");

    public IChain Chain => _chain ?? throw new InvalidOperationException("No chain is running.");

    public Address Contract { get; private set; }

    public Digest LedgerId { get; private set; }

    public static async Task<ChainFixture> StartAsync()
    {
        var fixture = new ChainFixture();
        await fixture.InitializeAsync();
        return fixture;
    }

    public async Task InitializeAsync()
    {
        if (Anvil.SkipReason is not null)
        {
            return;
        }
        await StartChainAsync();
        Contract = (await SendAsync(Admin, null, LedgerCalls.Deploy(Admin.Address))).Contract!.Value;
        LedgerId = await Chain.GetLedgerIdAsync(Contract);
        await SendAsync(Admin, Contract, LedgerCalls.GrantAnchorer(Anchorer.Address));
        await SendAsync(Admin, Contract, LedgerCalls.GrantRegistrar(Registrar.Address));
    }

    /// <summary>Starts the chain on what its directory holds.</summary>
    public async Task StartChainAsync()
    {
        _embedded = await EmbeddedChain.StartAsync(Folder, [Admin.Address, Anchorer.Address, Registrar.Address], Anvil.Program);
        _rpc = new JsonRpc([_embedded.Url], _embedded.ChainId);
        _chain = Open([_embedded.Url], _embedded.ChainId);
    }

    /// <summary>Signs, broadcasts, and waits for the receipt: Anvil mines at once, but may answer null for a moment.</summary>
    public async Task<Receipt> SendAsync(IAccount key, Address? to, byte[] data)
    {
        var estimate = await Chain.EstimateGasAsync(key.Address, to, data);
        var signed = await Chain.SignAsync(new Transaction
        {
            ChainId = Embedded.ChainId,
            Nonce = await Chain.GetTransactionCountAsync(key.Address),
            To = to,
            Data = data,
            GasLimit = Assert.IsType<GasEstimate.Needed>(estimate).Gas * 5 / 4,
            Fees = (await Chain.FindFeesAsync(new FeePolicy()))!,
        }, key);
        Assert.Equal(BroadcastOutcome.Accepted, (await Chain.BroadcastAsync(signed)).Outcome);
        return await WaitAsync(signed);
    }

    public async Task<Receipt> WaitAsync(SignedTransaction signed)
    {
        for (var i = 0; i < 500; i++)
        {
            if (await Chain.FindReceiptAsync(signed.Hash) is { } receipt)
            {
                Assert.True(receipt.Succeeded);
                return receipt;
            }
            await Task.Delay(10);
        }
        throw new TimeoutException("No receipt within 5 s.");
    }

    /// <summary>Adds leaves and anchors the log as it then is.</summary>
    public async Task<(ulong Size, Digest Root, Receipt Receipt)> AnchorAsync(int leaves)
    {
        var (data, size, root) = await GrowAsync(leaves);
        return (size, root, await SendAsync(Anchorer, Contract, data));
    }

    /// <summary>Adds leaves; the call data that anchors them is returned unsent.</summary>
    public async Task<(byte[] Data, ulong Size, Digest Root)> GrowAsync(int leaves)
    {
        var head = await Chain.GetHeadAsync(Contract);
        for (var i = 0; i < leaves; i++)
        {
            _log.Append(MerkleTree.LeafHash(Guid.NewGuid().ToByteArray()), (level, index, hash) => _nodes[(level, index)] = hash);
        }
        List<Digest> proof = head.Size == 0 ? [] : MerkleProof.Consistency(head.Size, _log.Size, (level, index) => _nodes[(level, index)]);
        return (LedgerCalls.Anchor(_log.Size, _log.Root(), proof), _log.Size, _log.Root());
    }

    /// <summary>Ends the chain without taking its state.</summary>
    public async Task StopChainAsync()
    {
        _rpc?.Dispose();
        _chain?.Dispose();
        if (_embedded is not null)
        {
            await _embedded.DisposeAsync();
        }
        (_rpc, _chain, _embedded) = (null, null, null);
    }

    public async Task DisposeAsync()
    {
        await StopChainAsync();
        Admin.Dispose();
        Anchorer.Dispose();
        Registrar.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

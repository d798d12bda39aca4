using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Chain.Embedded;

/// <summary>The trial chain: Anvil on a loopback port, with a chain id and funded accounts of its own, its state in one
/// directory.</summary>
/// <remarks>
/// What was mined after the last <see cref="SaveAsync"/> is lost when the machine or Anvil dies, and is anchored again from the chain's
/// head. If the state file is gone the chain begins anew under another id (<see cref="IsNew"/>): under the same id the first
/// contract would get the same address, and with it the lost ledger's identity.
/// Seen on Anvil 1.7.1: the latest header's state root is the root of eth_getProof from block 1 on and after --load-state;
/// block 0 has the empty trie's root, whatever its accounts. Proofs are given for the newest block only (history is pruned).
/// </remarks>
public sealed class EmbeddedChain : IAsyncDisposable
{
    /// <summary>Above the ids that public chains use, and exact in a double, which JavaScript wallets and JSON readers need.</summary>
    private const ulong LowestChainId = 1UL << 40, HighestChainId = (1UL << 53) - 1;

    /// <summary>A million coins: gas without end.</summary>
    private static readonly UInt128 Funds = UInt128.Parse("1000000000000000000000000", CultureInfo.InvariantCulture);

    private readonly AnvilProcess _anvil;
    private readonly JsonRpc _rpc;
    private readonly string _stateFile;
    private readonly SemaphoreSlim _saving = new(1, 1);

    private EmbeddedChain(AnvilProcess anvil, Uri url, ulong chainId, bool isNew, string stateFile)
    {
        (_anvil, Url, ChainId, IsNew, _stateFile) = (anvil, url, chainId, isNew, stateFile);
        _rpc = new JsonRpc([url], chainId, timeout: TimeSpan.FromMinutes(2));
    }

    /// <summary>Where it answers, on 127.0.0.1. Every start has another port.</summary>
    public Uri Url { get; }

    /// <summary>Random, below 2^53; the same as long as the state is there.</summary>
    public ulong ChainId { get; }

    /// <summary>True when there was no state to load: nothing deployed before is on this chain.</summary>
    public bool IsNew { get; }

    /// <summary>True once Anvil has ended, also when nobody asked it to.</summary>
    public bool HasExited => _anvil.HasExited;

    /// <summary>Completes when Anvil has ended, also when nobody asked it to.</summary>
    public Task Exited => _anvil.Exited;

    /// <summary>Starts the chain, with the state kept in <paramref name="directory"/> where there is one.</summary>
    /// <param name="directory">Made when missing; holds <c>chain-id</c>, <c>state.json</c> and Anvil's scratch files.</param>
    /// <param name="funded">Accounts of ours that are to have coins.</param>
    /// <param name="anvil">Path of the program; null to find it (<see cref="AnvilBinary"/>).</param>
    /// <exception cref="FileNotFoundException">Anvil is not installed.</exception>
    /// <exception cref="InvalidOperationException">Anvil did not start; the message has its last lines.</exception>
    public static async Task<EmbeddedChain> StartAsync(
        string directory, IReadOnlyList<Address> funded, string? anvil = null, CancellationToken cancel = default)
    {
        var program = AnvilBinary.Get(anvil);
        Directory.CreateDirectory(directory);
        var stateFile = Path.Combine(directory, "state.json");
        var idFile = Path.Combine(directory, "chain-id");
        var isNew = !File.Exists(stateFile);
        ulong chainId;
        string[] origin;
        if (isNew)
        {
            chainId = NewChainId();
            // Written before the first state can be: a state without its chain id could not be used again.
            await ReplaceAsync(idFile, async file => await file.WriteAsync(Encoding.ASCII.GetBytes($"{chainId}\n"), cancel));
            var genesis = Path.Combine(directory, "genesis.json");
            await File.WriteAllTextAsync(genesis, Genesis(chainId, funded), cancel);
            origin = ["--init", genesis];
        }
        else
        {
            chainId = await SavedState.ReadChainIdAsync(directory, idFile, stateFile, cancel);
            origin = ["--load-state", stateFile];
        }

        string[] arguments =
        [
            "--port", "0",
            "--chain-id", chainId.ToString(CultureInfo.InvariantCulture),
            // Anvil's own accounts have keys that everybody knows; by default any web page may call it.
            "--accounts", "0", "--no-cors",
            // Without these it keeps thousands of whole states, in the user's home (7.2 GB after 10,000 anchors).
            "--prune-history", "--cache-path", Path.Combine(directory, "scratch"),
            // The tags safe and finalized are then the latest block: here finality is instant.
            "--slots-in-an-epoch", "0",
            .. origin,
        ];
        var (process, port) = await AnvilProcess.StartAsync(program, arguments, cancel);
        var chain = new EmbeddedChain(process, new Uri($"http://127.0.0.1:{port}/"), chainId, isNew, stateFile);
        try
        {
            await chain.FundAsync(funded, cancel);
        }
        catch
        {
            await chain.DisposeAsync();
            throw;
        }
        return chain;
    }

    /// <summary>Writes the chain's state to disk: after this returns, a kill of any process loses nothing mined before the call.</summary>
    /// <exception cref="ChainException">Anvil gave no state.</exception>
    public async Task SaveAsync(CancellationToken cancel = default)
    {
        await _saving.WaitAsync(cancel);
        try
        {
            var dump = await _rpc.GetAsync("anvil_dumpState", RpcJson.Default.ByteArray, [], cancel);
            // Anvil's own --state file is written in place: a kill within it leaves JSON that Anvil refuses to start with.
            await ReplaceAsync(_stateFile, async file =>
            {
                await using var unpacked = new GZipStream(new MemoryStream(dump), CompressionMode.Decompress);
                using var state = new MemoryStream();
                await unpacked.CopyToAsync(state, cancel);
                await SavedState.WriteAsync(file, ChainId, state.GetBuffer().AsMemory(0, (int)state.Length), cancel);
            });
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>Takes the state a last time and ends Anvil.</summary>
    public async Task StopAsync(CancellationToken cancel = default)
    {
        if (!_anvil.HasExited)
        {
            await SaveAsync(cancel);
        }
        await DisposeAsync();
    }

    /// <summary>Ends Anvil as it stands; what was not saved is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        await _anvil.DisposeAsync();
        _rpc.Dispose();
        _saving.Dispose();
    }

    /// <summary>Accounts that a loaded state does not know, because their key is newer than the chain.</summary>
    private async Task FundAsync(IReadOnlyList<Address> accounts, CancellationToken cancel)
    {
        var paid = false;
        foreach (var account in accounts)
        {
            JsonArray newest = [account.ToString(), "latest"];
            var balance = await _rpc.GetValueAsync("eth_getBalance", RpcJson.Default.NullableBigInteger, newest, cancel);
            if (balance.IsZero)
            {
                await _rpc.TryCallAsync("anvil_setBalance", [account.ToString(), Quantity.Format(Funds)], cancel);
                paid = true;
            }
        }
        if (paid)
        {
            // Without a block the latest header's state root would not hold these balances, and no proof would match it.
            await _rpc.TryCallAsync("evm_mine", [], cancel);
        }
    }

    private static ulong NewChainId() =>
        LowestChainId + BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) % (HighestChainId - LowestChainId);

    private static string Genesis(ulong chainId, IReadOnlyList<Address> funded)
    {
        var zero = "0x" + Digest.Zero;
        var alloc = new JsonObject();
        foreach (var account in funded)
        {
            alloc[account.ToString()] = new JsonObject { ["balance"] = Quantity.Format(Funds) };
        }
        return new JsonObject
        {
            ["config"] = new JsonObject { ["chainId"] = chainId },
            ["nonce"] = "0x0",
            ["timestamp"] = Quantity.Format((UInt128)(ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds()),
            ["extraData"] = "0x",
            ["gasLimit"] = "0x1c9c380",
            ["difficulty"] = "0x0",
            ["mixHash"] = zero,
            ["coinbase"] = Address.Zero.ToString(),
            ["alloc"] = alloc,
        }.ToJsonString();
    }

    /// <summary>A crash leaves the old file or the new one, whole.</summary>
    private static async Task ReplaceAsync(string path, Func<FileStream, Task> write)
    {
        var fresh = path + ".new";
        await using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await write(file);
            file.Flush(flushToDisk: true);
        }
        File.Move(fresh, path, overwrite: true);
    }
}

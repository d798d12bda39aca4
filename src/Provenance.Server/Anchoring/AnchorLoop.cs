using Microsoft.Data.Sqlite;
using Provenance.Chain;
using Provenance.Chain.Embedded;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Server.Health;
using Provenance.Server.Storage;

namespace Provenance.Server.Anchoring;

/// <summary>
/// Brings the log to the chain: connects, compares, then seals a checkpoint whenever the interval has passed and works off the queue.
/// The same loop runs after a crash. A chain that is away makes it wait; it never holds up recording.
/// </summary>
internal sealed class AnchorLoop(LedgerOptions options, OpenChain open, ChainLink link, ChainKeys keys, LedgerSigner signer, LedgerWriter writer, LedgerState state, Database database, Telemetry telemetry, TimeProvider clock, IHostApplicationLifetime application, ILogger<AnchorLoop> log)
    : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>After a signer gave no signature: it may count questions, or show each to a person.</summary>
    private static readonly TimeSpan SignerPause = TimeSpan.FromSeconds(10);

    /// <summary>How often the newest final block is looked at again.</summary>
    private static readonly TimeSpan RecheckEvery = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _wake = new(0);
    private readonly Rehash _rehash = new(database);
    private readonly ChainRules _rules = ChainRules.Of(options.Chain);
    private DateTimeOffset _recheckedAt;
    private EmbeddedChain? _embedded;
    private IChain? _chain;
    private long _asked;

    private TimeSpan Interval => TimeSpan.FromSeconds(options.Anchoring.IntervalSeconds ?? (IsEmbedded ? 10 : 600));

    private bool IsEmbedded => options.Chain.RpcUrls.Count == 0;

    /// <summary>Anchors what is recorded now without waiting for the interval.</summary>
    public void AskNow()
    {
        Interlocked.Exchange(ref _asked, 1);
        _wake.Release();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_embedded is not null)
        {
            try
            {
                await _embedded.StopAsync(cancellationToken);
            }
            catch (ChainException e)
            {
                // What was final is on the disk; the rest is anchored again.
                log.LogWarning(e, "The embedded chain's last state could not be saved");
                await _embedded.DisposeAsync();
            }
        }
        _chain?.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sealedLast = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            var moved = false;
            var pause = Poll;
            try
            {
                await ForgetDeadChainAsync();
                var contract = link.Contract ?? await ConnectAsync(stoppingToken);
                if (clock.GetUtcNow() - sealedLast >= Interval || Interlocked.Exchange(ref _asked, 0) == 1)
                {
                    sealedLast = await writer.RunAsync(c => ChainWrites.SealNewest(c, clock.GetUtcNow())) ? clock.GetUtcNow() : sealedLast;
                }
                moved = await StepAsync(contract, stoppingToken);
                link.Tell(_rehash.Fault);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (ChainException e)
            {
                log.LogWarning("The chain can't be asked: {Reason}", e.Message);
                link.Fails(e.Message);
            }
            catch (SignerException e)
            {
                if (link.Trouble != e.Message)
                {
                    log.LogWarning("Nothing is signed for the chain: {Reason}", e.Message);
                }
                link.FailsToSign(e.Message);
                pause = SignerPause;
            }
            catch (SqliteException e)
            {
                log.LogError(e, "The queue of writes to the chain could not be read or written");
                link.Fails(e.Message);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException and not (FileNotFoundException or DirectoryNotFoundException))
            {
                // A full or read-only disk took no state of the embedded chain. What is not saved does not count as final, and is tried again.
                log.LogError("The data directory can't be written: {Reason}", e.Message);
                link.Fails($"The data directory can't be written: {e.Message}");
            }
            catch (Exception e)
            {
                // A wrong contract, a damaged state file: nothing that waiting mends. Reading goes on elsewhere; here the server must stop, loudly.
                log.LogCritical(e, "Anchoring can't go on and the server stops: {Reason}", e.Message);
                application.StopApplication();
                return;
            }
            if (!moved)
            {
                await _wake.WaitAsync(pause, stoppingToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    private async Task<bool> StepAsync(Contract contract, CancellationToken cancel)
    {
        ChainWrite? write;
        using (var connection = database.Read())
        {
            write = ChainWrites.FindOldestOpen(connection);
        }
        var step = new ChainStep(contract, _rules, _embedded is null ? null : _embedded.SaveAsync, keys, writer, state, database, clock);
        if (!contract.IsTrial && clock.GetUtcNow() - _recheckedAt >= RecheckEvery)
        {
            _recheckedAt = clock.GetUtcNow();
            if (await step.RecheckAsync(cancel))
            {
                log.LogError("The chain took back a block that counted as final; what stood in it is written again. Ledger__Chain__Finality is too weak for this chain");
                return true;
            }
        }
        if (write is { IsAnchor: true, State: "sealed" } && !_rehash.IsWhole(write.Size))
        {
            if (link.Trouble != _rehash.Fault)
            {
                log.LogCritical("Nothing is anchored: {Reason}", _rehash.Fault);
            }
            return false;
        }
        if (write is null)
        {
            return false;
        }
        using var span = telemetry.Start("chain.step");
        span?.SetTag("kind", write.IsAnchor ? "anchor" : "register").SetTag("state", write.State);
        return await step.TakeAsync(write, cancel);
    }

    /// <summary>Finds the contract and holds the local log against it; only then may anything be recorded (design §5, Start).</summary>
    private async Task<Contract> ConnectAsync(CancellationToken cancel)
    {
        var contract = IsEmbedded ? await StartEmbeddedAsync(cancel) : await FindOutsideAsync(cancel);
        var head = await contract.Chain.GetHeadAsync(contract.Address, cancel);
        using (var connection = database.Read())
        {
            if (HeadComparison.FindFault(head, connection) is { } fault)
            {
                state.SuspectRollback(fault);
            }
        }
        await writer.RunAsync(c => ChainTransactions.Claim(c, keys.Writer.Address));
        state.OpenForWriting();
        link.Found(contract);
        log.LogInformation("Anchoring in contract {Contract} on chain {Chain} by {Client}; it holds {Size} entries. Account {Account} writes there, {Signer}",
            contract.Address, contract.ChainId, contract.Chain.GetType().Name, head.Size, keys.Writer.Address, keys.Writer is SignerEndpoint endpoint ? $"signed for by {endpoint.Host}" : "with the key in chain.key");
        return contract;
    }

    /// <summary>The embedded chain's process may die alone: it is started again on its last saved state, and found like at a start.</summary>
    private async Task ForgetDeadChainAsync()
    {
        if (_embedded is not { HasExited: true } dead)
        {
            return;
        }
        log.LogWarning("The embedded chain has ended and is started again");
        link.Lost("The embedded chain has ended and is started again.");
        _embedded = null;
        _chain?.Dispose();
        _chain = null;
        await dead.DisposeAsync();
    }

    /// <summary>URLs on another chain than the one this ledger is known to be on are not used. Only where all of them are: then it may have moved there.</summary>
    private async Task<Contract> FindOutsideAsync(CancellationToken cancel)
    {
        var outside = new OutsideContract(options, signer, writer, state, database, clock);
        try
        {
            return await outside.FindAsync(_chain ??= OpenOutside(outside.FindKnown()?.ChainId), cancel);
        }
        catch (ChainException e) when (e is { Outcome: RpcOutcome.WrongChain, Refusal: null })
        {
            _chain!.Dispose();
            _chain = OpenOutside(null);
            return await outside.FindAsync(_chain, cancel);
        }
    }

    private IChain OpenOutside(ulong? chainId) => open([.. options.Chain.RpcUrls.Select(url => new Uri(url))], chainId, mostHeadAge: _rules.MostHeadAge);

    private async Task<Contract> StartEmbeddedAsync(CancellationToken cancel)
    {
        OutsideContract.MustBeTrial(database, state);
        _embedded ??= await EmbeddedChain.StartAsync(
            Path.Combine(database.Directory, "chain"), [keys.TrialAdmin.Address, keys.Writer.Address], options.Chain.Anvil, cancel);
        _chain ??= open([_embedded.Url], _embedded.ChainId);
        var address = await new TrialContract(_embedded, _chain, keys, signer, writer, state, database, clock).GetAsync(cancel);
        return new Contract(_chain, _embedded.ChainId, address, _embedded.Url);
    }
}

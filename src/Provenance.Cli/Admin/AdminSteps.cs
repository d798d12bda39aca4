using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Keys;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Cli.Admin;

/// <summary>
/// Transactions of the contract's admin, one after the other. Each is signed and written down before it is sent, under its step's name: a command that was stopped and is called again sends the
/// same bytes, looks for their receipts, and goes on where it was. Nothing is paid for twice.
/// </summary>
internal sealed class AdminSteps(IChain chain, ulong chainId, LocalKey admin, FeePolicy fees, string file)
{
    private const int GasMargin = 25;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly StepsFile _kept = Read(file, chainId, admin.Address);

    /// <summary>Whether the step was signed and written down, by this call or an earlier one.</summary>
    public bool Has(string name) => _kept.Steps.ContainsKey(name);

    /// <summary>Does the step, or sees that it is done.</summary>
    /// <param name="name">Says in a few words what it is; the same at the next call.</param>
    /// <exception cref="UsageException">The contract refuses it, the account cannot pay, or no block took it yet.</exception>
    public async Task<Receipt> DoAsync(string name, Address? to, byte[] data, BigInteger value, CancellationToken cancel)
    {
        if (!_kept.Steps.TryGetValue(name, out var step))
        {
            step = await PrepareAsync(name, to, data, value, cancel);
            _kept.Steps[name] = step;
            DurableFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(_kept, StepsJson.Default.StepsFile), syncsName: true);
        }
        var signed = new SignedTransaction(Convert.FromHexString(step.Raw), Digest.Parse(step.Hash));
        var until = DateTimeOffset.UtcNow + Patience;
        for (var tries = 0; DateTimeOffset.UtcNow < until; tries++)
        {
            if (await chain.FindReceiptAsync(signed.Hash, cancel) is { } receipt)
            {
                await Console.Error.WriteLineAsync($"{name}: in block {receipt.BlockNumber}");
                return receipt.Succeeded
                    ? receipt
                    : throw new UsageException($"{name}: transaction 0x{step.Hash} was reverted. Nothing more is sent; see what the contract says, and remove {file} to begin anew.");
            }
            if (tries % 60 == 0 && await chain.BroadcastAsync(signed, cancel) is { Outcome: BroadcastOutcome.Rejected or BroadcastOutcome.Underpriced } refused)
            {
                throw new UsageException($"{name}: the node refuses the transaction: {refused.Detail}. Mend that and call this again.");
            }
            await Task.Delay(Pause, cancel);
        }
        throw new UsageException($"{name}: no block has taken transaction 0x{step.Hash} within {Patience.TotalMinutes:0} minutes. Call this again to go on waiting.");
    }

    private async Task<Step> PrepareAsync(string name, Address? to, byte[] data, BigInteger value, CancellationToken cancel)
    {
        var gas = await chain.EstimateGasAsync(admin.Address, to, data, cancel) switch
        {
            GasEstimate.Needed needed => needed.Gas + needed.Gas * GasMargin / 100,
            GasEstimate.Reverts { Reason: var reason } => throw new UsageException($"{name}: the contract refuses it: {reason.Error} {reason.Detail}".TrimEnd() + "."),
            _ => throw new InvalidOperationException(),
        };
        var price = await chain.FindFeesAsync(fees, cancel) ?? throw new UsageException($"{name}: the chain asks more for a unit of gas than --ceiling-gwei allows. Call this again later.");
        var balance = await chain.GetBalanceAsync(admin.Address, cancel);
        var most = (BigInteger)(price.Ceiling * gas) + value;
        if (balance < most)
        {
            throw new UsageException($"{name}: it may cost {Coins(most)} and account {admin.Address} has {Coins(balance)} coins of the chain. Send it some and call this again.");
        }
        var nonce = Math.Max(await chain.GetTransactionCountAsync(admin.Address, cancel), _kept.Steps.Values.Select(s => s.Nonce + 1).DefaultIfEmpty().Max());
        var signed = await chain.SignAsync(new Transaction
        {
            ChainId = chainId,
            Nonce = nonce,
            To = to,
            Value = value,
            Data = data,
            GasLimit = gas,
            Fees = price,
        }, admin, cancel);
        return new Step(nonce, signed.Hash.ToString(), Convert.ToHexStringLower(signed.Raw.Span));
    }

    /// <summary>Wei as coins, for people.</summary>
    public static string Coins(BigInteger wei) => ((decimal)wei / 1e18m).ToString("0.##################", CultureInfo.InvariantCulture);

    private static StepsFile Read(string file, ulong chainId, Address admin)
    {
        if (!File.Exists(file))
        {
            return new StepsFile(chainId, admin.ToString(), []);
        }
        var kept = JsonSerializer.Deserialize(File.ReadAllBytes(file), StepsJson.Default.StepsFile)!;
        return kept.ChainId == chainId && kept.Admin == admin.ToString()
            ? kept
            : throw new UsageException($"{file} is of account {kept.Admin} on chain {kept.ChainId}; this is {admin} on chain {chainId}. Take the same again, or remove that file to begin anew.");
    }

    /// <param name="Raw">The signed bytes in hex.</param>
    internal sealed record Step(ulong Nonce, string Hash, string Raw);

    internal sealed record StepsFile(ulong ChainId, string Admin, Dictionary<string, Step> Steps);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(AdminSteps.StepsFile))]
internal sealed partial class StepsJson : JsonSerializerContext;

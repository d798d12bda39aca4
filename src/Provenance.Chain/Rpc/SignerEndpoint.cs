using System.Text.Json;
using System.Text.Json.Nodes;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Chain.Rpc;

/// <summary>
/// An account whose key a signer elsewhere keeps, asked over JSON-RPC: Web3Signer, Clef, or a node that holds keys. Of its answer only the signature is new: everything else has to be what was asked
/// (<see cref="SignedCheck"/>).
/// </summary>
/// <remarks>
/// Web3Signer and nodes know <c>eth_signTransaction</c>; Clef by itself calls the same <c>account_signTransaction</c>. The one is asked first, the other where that is no method. Web3Signer answers with
/// the raw bytes in hex, geth and Clef with an object whose <c>raw</c> they are. Web3Signer takes its chain id from its own settings and reads none from the question; the check of the answer tells.
/// </remarks>
public sealed class SignerEndpoint : IAccount
{
    /// <summary>JSON-RPC 2.0 §5.1.</summary>
    private const long MethodNotFound = -32601;

    /// <summary>Our largest transaction, the contract's creation, is 25 kB.</summary>
    private const int LongestAnswer = 1 << 20;

    private static readonly string[] SignMethods = ["eth_signTransaction", "account_signTransaction"];
    private static readonly string[] ListMethods = ["eth_accounts", "account_list"];

    private readonly HttpClient _http;
    private readonly RpcEndpoint _endpoint;

    /// <param name="url">http or https; a user and password in it go along as Basic authentication.</param>
    /// <param name="account">The account that is to sign.</param>
    /// <param name="timeout">For one question; default 30 s: a hardware module or a rule engine may think for a while.</param>
    public SignerEndpoint(Uri url, Address account, TimeSpan? timeout = null)
    {
        Address = account;
        _http = new HttpClient(RpcHttp.Handler([url])) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestAnswer };
        _endpoint = new RpcEndpoint(_http, url, timeout ?? TimeSpan.FromSeconds(30));
    }

    public Address Address { get; }

    /// <summary>Host and port: all of the URL that may be shown.</summary>
    public string Host => _endpoint.Host;

    public async Task<SignedTransaction> SignAsync(Transaction transaction, CancellationToken cancel = default)
    {
        var answer = await AskAsync(SignMethods, [Question(transaction)], cancel);
        var hex = answer.ValueKind is JsonValueKind.Object && answer.TryGetProperty("raw", out var inner) ? inner : answer;
        var raw = hex.ValueKind is JsonValueKind.String ? Hex.FindPrefixed(hex.GetString()!.ToLowerInvariant()) : null;
        if (raw is null)
        {
            throw new SignerException($"Signer {Host} answered with neither hex nor an object whose member raw is hex. Nothing was sent.");
        }
        return SignedCheck.FindFault(transaction, Address, raw) is { } fault
            ? throw new SignerException($"Signer {Host} {fault}. Nothing was sent.")
            : new SignedTransaction(raw, Keccak256.Hash(raw));
    }

    /// <summary>The accounts that the signer says it has.</summary>
    public async Task<IReadOnlyList<Address>> ListAsync(CancellationToken cancel = default)
    {
        var answer = await AskAsync(ListMethods, [], cancel);
        try
        {
            return answer.Deserialize(RpcJson.Default.AddressArray) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new SignerException($"Signer {Host} answered with something that is no list of accounts.", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> AskAsync(string[] methods, JsonArray parameters, CancellationToken cancel)
    {
        foreach (var method in methods)
        {
            var reply = await _endpoint.AskAsync(method, parameters, cancel);
            if (reply.Outcome is RpcOutcome.Answered)
            {
                return reply.Result;
            }
            if (reply.Refusal?.Code != MethodNotFound || method == methods[^1])
            {
                throw new SignerException($"Signer {reply.Detail}.");
            }
        }
        throw new InvalidOperationException();
    }

    /// <summary>Every member that a signer would fill in by itself is given. A creation has no <c>to</c>.</summary>
    private JsonObject Question(Transaction transaction)
    {
        var question = new JsonObject
        {
            ["from"] = Address.ToString(),
            ["gas"] = Quantity.Format(transaction.GasLimit),
            ["value"] = Quantity.Format(transaction.Value),
            ["nonce"] = Quantity.Format(transaction.Nonce),
            ["data"] = Hex.Prefixed(transaction.Data.Span),
            ["chainId"] = Quantity.Format(transaction.ChainId),
        };
        if (transaction.To is { } to)
        {
            question["to"] = to.ToString();
        }
        switch (transaction.Fees)
        {
            case Fees.Eip1559 fees:
                question["maxFeePerGas"] = Quantity.Format(fees.MaxFeePerGas);
                question["maxPriorityFeePerGas"] = Quantity.Format(fees.MaxPriorityFeePerGas);
                break;
            case Fees.Legacy fees:
                question["gasPrice"] = Quantity.Format(fees.GasPrice);
                break;
        }
        if (transaction.AccessList.Count > 0)
        {
            question["accessList"] = new JsonArray([.. transaction.AccessList.Select(entry => new JsonObject
            {
                ["address"] = entry.Address.ToString(),
                ["storageKeys"] = new JsonArray([.. entry.Slots.Select(slot => JsonValue.Create("0x" + slot))]),
            })]);
        }
        return question;
    }
}

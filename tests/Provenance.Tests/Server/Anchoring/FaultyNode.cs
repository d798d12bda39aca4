using System.Globalization;
using System.Net.Http.Headers;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Server.Anchoring;

/// <summary>Ways in which providers were seen to fail (reference/chain-peers.md §2 and §4).</summary>
internal enum Fault
{
    None,

    /// <summary>The question reaches the node, the answer does not reach us.</summary>
    FailsButHappened,

    /// <summary>The question reaches nobody.</summary>
    FailsAndDidNot,

    /// <summary>HTTP 429.</summary>
    TooMany,

    /// <summary>Half an answer.</summary>
    Malformed,

    /// <summary>Another chain's id, where that is asked; elsewhere no answer.</summary>
    WrongChain,

    /// <summary>The question reaches the node twice; the second answer is ours.</summary>
    Twice,

    /// <summary>Sent transactions are accepted, and answered as if their nonce were used.</summary>
    NonceTooLow,

    /// <summary>Answers come from some blocks ago.</summary>
    Lags,
}

/// <summary>Stands between the ledger and a node, and fails as its random numbers say. Always: replacements that pay less than 10 % more are refused.</summary>
internal sealed class FaultyNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _node;
    private readonly Random _random;
    private readonly Dictionary<BigInteger, (BigInteger Fee, string Raw)> _pool = [];
    private readonly SemaphoreSlim _one = new(1);

    private FaultyNode(WebApplication app, Uri node, Random random)
    {
        (_app, _random) = (app, random);
        _node = new HttpClient { BaseAddress = node };
    }

    public Uri Url => new(_app.Urls.Single());

    /// <summary>Of a thousand questions, how many meet a fault.</summary>
    public int PerMille { get; set; }

    /// <summary>Receipts are answered null, as by a provider whose index stands still.</summary>
    public bool ForgetsReceipts { get; set; }

    /// <summary>Faults so far, by kind: a run without any would test nothing.</summary>
    public Dictionary<Fault, int> Met { get; } = [];

    public int RefusedReplacements { get; private set; }

    public static async Task<FaultyNode> StartAsync(Uri node, Random random)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var faulty = new FaultyNode(app, node, random);
        app.Run(faulty.AnswerAsync);
        await app.StartAsync();
        return faulty;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _node.Dispose();
        _one.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var question = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
        await _one.WaitAsync(); // one after the other: only then does a seed tell the whole story
        try
        {
            await AnswerAsync(http, question, Draw());
        }
        finally
        {
            _one.Release();
        }
    }

    private Fault Draw()
    {
        var fault = _random.Next(1000) < PerMille ? (Fault)_random.Next(1, Enum.GetValues<Fault>().Length) : Fault.None;
        Met[fault] = Met.GetValueOrDefault(fault) + 1;
        return fault;
    }

    private async Task AnswerAsync(HttpContext http, JsonObject question, Fault fault)
    {
        var method = (string)question["method"]!;
        var isSending = method == "eth_sendRawTransaction";
        switch (fault)
        {
            case Fault.FailsAndDidNot:
            case Fault.WrongChain when method != "eth_chainId":
                http.Abort();
                return;
            case Fault.WrongChain:
                await ResultAsync(http, question, "0x2a");
                return;
            case Fault.TooMany:
                http.Response.StatusCode = 429;
                return;
            case Fault.Lags when !isSending:
                await LagAsync(question);
                break;
        }
        if (method == "eth_getTransactionReceipt" && ForgetsReceipts)
        {
            await ResultAsync(http, question, null);
            return;
        }
        if (isSending && Replaces((string)question["params"]![0]!))
        {
            RefusedReplacements++;
            await http.Response.WriteAsync(Error(question, "replacement transaction underpriced"));
            return;
        }
        var answer = await ForwardAsync(question);
        if (fault == Fault.Twice)
        {
            answer = await ForwardAsync(question);
        }
        switch (fault)
        {
            case Fault.FailsButHappened:
                http.Abort();
                break;
            case Fault.Malformed:
                await http.Response.WriteAsync(answer[..(answer.Length / 2)]);
                break;
            case Fault.NonceTooLow when isSending:
                await http.Response.WriteAsync(Error(question, "nonce too low"));
                break;
            default:
                await http.Response.WriteAsync(answer);
                break;
        }
    }

    /// <summary>As geth and Besu do it: another transaction of the same nonce has to pay 10 % more.</summary>
    private bool Replaces(string raw)
    {
        var bytes = Convert.FromHexString(raw.AsSpan(2));
        if (bytes[0] != 2)
        {
            return false; // legacy: only free ones are sent here
        }
        var fields = Rlp.Decode(bytes.AsSpan(1)).Items; // type 2: chain id, nonce, tip, most, …
        var (nonce, fee) = (Integer(fields[1].Bytes), Integer(fields[3].Bytes));
        if (_pool.TryGetValue(nonce, out var held) && held.Raw != raw && fee * 100 < held.Fee * 110)
        {
            return true;
        }
        _pool[nonce] = (fee, raw);
        return false;

        static BigInteger Integer(ReadOnlyMemory<byte> bytes) => new(bytes.Span, isUnsigned: true, isBigEndian: true);
    }

    private async Task LagAsync(JsonObject question)
    {
        var asked = (JsonArray)question["params"]!;
        var at = asked.Select((value, index) => (value, index)).FirstOrDefault(x => x.value is JsonValue text && text.TryGetValue<string>(out var tag) && tag == "latest");
        if (at.value is null)
        {
            return;
        }
        var newest = (string)JsonNode.Parse(await ForwardAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = "eth_blockNumber", ["params"] = new JsonArray() }))!["result"]!;
        var number = long.Parse(newest.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) - _random.Next(1, 6);
        asked[at.index] = $"0x{number:x}";
    }

    private async Task<string> ForwardAsync(JsonObject question)
    {
        using var content = new StringContent(question.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await _node.PostAsync("/", content);
        return await answer.Content.ReadAsStringAsync();
    }

    private static Task ResultAsync(HttpContext http, JsonObject question, string? result) =>
        http.Response.WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = question["id"]!.DeepClone(), ["result"] = result }.ToJsonString());

    private static string Error(JsonObject question, string message) => new JsonObject
    {
        ["jsonrpc"] = "2.0",
        ["id"] = question["id"]!.DeepClone(),
        ["error"] = new JsonObject { ["code"] = -32000, ["message"] = message },
    }.ToJsonString();
}

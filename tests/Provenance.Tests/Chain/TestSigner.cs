using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Chain;

/// <summary>A signer over HTTP, as small as one can be, that keeps a key and answers as Web3Signer, geth or Clef do; or wrongly, in any way that a test asks for.</summary>
internal sealed class TestSigner : IAsyncDisposable
{
    private readonly LocalKey _key;
    private readonly int _port;
    private HttpListener? _listener;

    public TestSigner(LocalKey key)
    {
        _key = key;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            _port = ((IPEndPoint)free.LocalEndpoint).Port;
        }
        Start();
    }

    public Uri Url => new($"http://127.0.0.1:{_port}/");

    /// <summary>Methods asked, in order.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Authorization headers seen.</summary>
    public List<string?> Authorizations { get; } = [];

    /// <summary>The last transaction that it was asked to sign, as it came.</summary>
    public JsonObject? Question { get; private set; }

    /// <summary>Methods that it knows: Clef has its own names.</summary>
    public string[] Methods { get; set; } = ["eth_signTransaction", "eth_accounts"];

    /// <summary>As geth and Clef: the raw bytes beside a copy in JSON.</summary>
    public bool AnswersObject { get; set; }

    /// <summary>Changes what it signs.</summary>
    public Action<JsonObject>? Bend { get; set; }

    /// <summary>Changes what it answers; the argument is the signed transaction's hex.</summary>
    public Func<string, JsonNode?>? BendAnswer { get; set; }

    /// <summary>Changes the signature.</summary>
    public Func<EthSignature, EthSignature>? BendSignature { get; set; }

    /// <summary>Answers this and nothing else.</summary>
    public (int Status, string Body)? Instead { get; set; }

    /// <summary>Thinks for so long.</summary>
    public TimeSpan Delay { get; set; }

    public void Start()
    {
        _listener = new HttpListener { Prefixes = { Url.ToString() } };
        _listener.Start();
        _ = ListenAsync(_listener);
    }

    /// <summary>From now on connections are refused.</summary>
    public void Stop()
    {
        _listener?.Close();
        _listener = null;
    }

    public ValueTask DisposeAsync()
    {
        Stop();
        return ValueTask.CompletedTask;
    }

    private async Task ListenAsync(HttpListener listener)
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await listener.GetContextAsync());
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // It was stopped.
        }
    }

    private async Task AnswerAsync(HttpListenerContext http)
    {
        try
        {
            var question = JsonNode.Parse(await new StreamReader(http.Request.InputStream).ReadToEndAsync())!.AsObject();
            lock (Asked)
            {
                Asked.Add((string)question["method"]!);
                Authorizations.Add(http.Request.Headers["Authorization"]);
            }
            await Task.Delay(Delay);
            (http.Response.StatusCode, var body) = Instead ?? (200, Answer(question).ToJsonString());
            http.Response.ContentType = "application/json";
            await http.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body.Replace("\"ID\"", question["id"]!.ToJsonString(), StringComparison.Ordinal)));
            http.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // Whoever asked is gone.
        }
    }

    private JsonObject Answer(JsonObject question)
    {
        var method = (string)question["method"]!;
        var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = question["id"]!.DeepClone() };
        if (!Methods.Contains(method))
        {
            answer["error"] = new JsonObject { ["code"] = -32601, ["message"] = $"the method {method} does not exist/is not available" };
        }
        else if (method.EndsWith("signTransaction", StringComparison.Ordinal))
        {
            Question = question["params"]![0]!.DeepClone().AsObject();
            answer["result"] = Sign(question["params"]![0]!.AsObject());
        }
        else
        {
            answer["result"] = new JsonArray(_key.Address.ToString());
        }
        return answer;
    }

    private JsonNode? Sign(JsonObject question)
    {
        Bend?.Invoke(question);
        var transaction = Read(question);
        var signature = _key.Sign(transaction.SigningHash);
        var raw = Hex.Prefixed(transaction.EncodeSigned(BendSignature?.Invoke(signature) ?? signature));
        return BendAnswer is not null ? BendAnswer(raw) : AnswersObject ? new JsonObject { ["raw"] = raw, ["tx"] = question.DeepClone() } : raw;
    }

    private static Transaction Read(JsonObject json) => new()
    {
        ChainId = (ulong)Number(json, "chainId"),
        Nonce = (ulong)Number(json, "nonce"),
        To = json["to"] is { } to ? Address.Parse((string)to!) : null,
        Value = Number(json, "value"),
        Data = Hex.FindPrefixed((string)json["data"]!)!,
        GasLimit = (ulong)Number(json, "gas"),
        Fees = json.ContainsKey("gasPrice")
            ? new Fees.Legacy((UInt128)Number(json, "gasPrice"))
            : new Fees.Eip1559((UInt128)Number(json, "maxFeePerGas"), (UInt128)Number(json, "maxPriorityFeePerGas")),
        AccessList =
        [
            .. (json["accessList"]?.AsArray() ?? []).Select(entry => (
                Address.Parse((string)entry!["address"]!),
                (IReadOnlyList<Digest>)[.. entry["storageKeys"]!.AsArray().Select(slot => Digest.Parse(((string)slot!).AsSpan(2)))])),
        ],
    };

    private static BigInteger Number(JsonObject json, string name) =>
        BigInteger.Parse("0" + ((string)json[name]!)[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}

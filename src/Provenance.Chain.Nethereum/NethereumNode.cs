using System.Net;
using System.Text.Json;
using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using JsonException = System.Text.Json.JsonException;
using JsonSerializer = Newtonsoft.Json.JsonSerializer;
using RpcError = Nethereum.JsonRpc.Client.RpcMessages.RpcError;

namespace Provenance.Chain.Nethereum;

/// <summary>One URL of a node behind Nethereum's <see cref="RpcClient"/>: sends one question, and sorts what comes back.</summary>
internal sealed class NethereumNode : IRpcNode
{
    private static readonly JsonSerializerSettings StrictAnswers = MakeSettings();

    private static long s_lastId;

    private readonly RpcClient _client;
    private readonly TimeSpan _timeout;
    private readonly Uri _url;

    public NethereumNode(HttpMessageHandler handler, Uri url, TimeSpan timeout)
    {
        // Nethereum's own time-out is one number for the whole process; it can be undercut here, not exceeded.
        (Host, _url, _timeout) = (url.Authority, url, timeout < ClientBase.ConnectionTimeout ? timeout : ClientBase.ConnectionTimeout);
        var http = new HttpClient(new RefusalReader(handler), disposeHandler: false) { Timeout = _timeout };
        _client = new RpcClient(url, http, jsonSerializerSettings: StrictAnswers);
    }

    public string Host { get; }

    public bool ChainIsRight { get; set; }

    public DateTimeOffset HeadSeenAt { get; set; }

    public async Task<(RpcReply Reply, ulong? ChainId)> AskChainIdAsync(CancellationToken cancel)
    {
        var (reply, answer) = await AskAsync("eth_chainId", Array.Empty<object>()).WaitAsync(cancel);
        return (reply, answer?.Result is string text && Quantity.TryParse(text, out var id) && id <= ulong.MaxValue ? (ulong)id : null);
    }

    public async Task<(RpcReply Reply, ulong? Time)> AskHeadTimeAsync(CancellationToken cancel)
    {
        var (reply, answer) = await AskAsync("eth_getBlockByNumber", new object[] { "latest", false }).WaitAsync(cancel);
        var time = (answer?.Result as JObject)?["timestamp"] is { Type: JTokenType.String } text ? (string)text! : null;
        return (reply, time is not null && Quantity.TryParse(time, out var seconds) && seconds <= ulong.MaxValue ? (ulong)seconds : null);
    }

    /// <summary>The answer is there exactly when the reply says so.</summary>
    public async Task<(RpcReply Reply, RpcResponseMessage? Answer)> AskAsync(string method, object parameters)
    {
        // Nethereum numbers all its questions alike, so that an answer to another would go unnoticed.
        var question = new RpcRequestMessage(Interlocked.Increment(ref s_lastId), method) { RawParameters = parameters };
        RpcResponseMessage? answer;
        try
        {
            answer = await _client.SendAsync(question);
        }
        catch (RpcClientTimeoutException)
        {
            return (RpcReply.Fault(RpcOutcome.TimedOut, $"{Host} did not answer within {_timeout.TotalSeconds} s"), null);
        }
        catch (RpcClientUnknownException e)
        {
            return (Sort(e.InnerException), null);
        }
        if (answer is null || answer.Id is not long id || id != (long)question.Id)
        {
            return (RpcReply.Fault(RpcOutcome.Malformed, $"{Host} answered another question"), null);
        }
        if (answer.Error is { } error)
        {
            JsonElement? data = error.Data is null ? null : JsonElement.Parse(JsonConvert.SerializeObject(error.Data));
            return (RpcReply.Refused(new RpcRefusal(error.Code, RpcHttp.Hide(error.Message, _url), data), Host), null);
        }
        return (new RpcReply(RpcOutcome.Answered, default, null, ""), answer);
    }

    private RpcReply Sort(Exception? fault) => fault switch
    {
        HttpRequestException { StatusCode: HttpStatusCode.TooManyRequests } =>
            RpcReply.Fault(RpcOutcome.RateLimited, $"{Host} wants fewer questions (HTTP 429)"),
        HttpRequestException { StatusCode: { } status } => RpcReply.Fault(RpcOutcome.HttpError, $"{Host} answered HTTP {(int)status}"),
        HttpRequestException e => RpcHttp.Fault(e, Host),
        IOException => RpcReply.Fault(RpcOutcome.TimedOut, $"{Host} broke off its answer"),
        _ => RpcReply.Fault(RpcOutcome.Malformed, $"{Host} did not answer in JSON-RPC: {RpcHttp.Hide(fault?.Message ?? "", _url)}"),
    };

    private static JsonSerializerSettings MakeSettings()
    {
        var settings = DefaultJsonSerializerSettingsFactory.BuildDefaultJsonSerializerSettings();
        settings.Converters.Add(new AnswerConverter());
        return settings;
    }

    /// <summary>Reads an answer as JSON-RPC 2.0 §5 has it; by default Nethereum takes an answer without a result for a null, and a
    /// refusal without a code for one of code 0.</summary>
    private sealed class AnswerConverter : JsonConverter<RpcResponseMessage>
    {
        public override bool CanWrite => false;

        public override RpcResponseMessage ReadJson(
            JsonReader reader, Type objectType, RpcResponseMessage? existingValue, bool hasExistingValue, JsonSerializer serializer)
        {
            var answer = JObject.Load(reader);
            object? id = answer["id"] is { Type: JTokenType.Integer } number ? (long)number : null;
            // "error": null beside a result is against the specification, and common.
            if (answer["error"] is { Type: not JTokenType.Null } error)
            {
                return error is JObject refusal && refusal["code"] is { Type: JTokenType.Integer } code
                    && refusal["message"] is { Type: JTokenType.String } message
                    ? new RpcResponseMessage(id, new RpcError
                    {
                        Code = (int)code, Message = (string)message!, Data = refusal["data"],
                    })
                    : throw new JsonSerializationException("refused without code or message");
            }
            return answer["result"] is { } result
                ? new RpcResponseMessage(id, result is JValue value ? value.Value : result)
                : throw new JsonSerializationException("neither result nor error");
        }

        public override void WriteJson(JsonWriter writer, RpcResponseMessage? value, JsonSerializer serializer) =>
            throw new NotSupportedException();
    }

    /// <summary>Some nodes send a JSON-RPC refusal with an HTTP status of 4xx or 5xx, which Nethereum would not read.</summary>
    private sealed class RefusalReader(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if ((int)response.StatusCode >= 400 && response.StatusCode is not HttpStatusCode.TooManyRequests)
            {
                await response.Content.LoadIntoBufferAsync(cancellationToken);
                if (IsRefusal(await response.Content.ReadAsByteArrayAsync(cancellationToken)))
                {
                    response.StatusCode = HttpStatusCode.OK;
                }
            }
            return response;
        }

        private static bool IsRefusal(byte[] body)
        {
            try
            {
                return JsonElement.Parse(body) is { ValueKind: JsonValueKind.Object } answer
                    && answer.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object;
            }
            catch (JsonException)
            {
                return false;
            }
        }
    }
}

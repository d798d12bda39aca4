using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Provenance.Chain.Rpc;

/// <summary>One URL of a node: sends one question, and sorts what comes back.</summary>
internal sealed class RpcEndpoint(HttpClient http, Uri url, TimeSpan timeout) : IRpcNode
{
    private static long s_lastId;

    public string Host { get; } = url.Authority;

    public bool ChainIsRight { get; set; }

    public DateTimeOffset HeadSeenAt { get; set; }

    public async Task<(RpcReply Reply, ulong? ChainId)> AskChainIdAsync(CancellationToken cancel)
    {
        var reply = await AskAsync("eth_chainId", [], cancel);
        try
        {
            return (reply, reply.Outcome is RpcOutcome.Answered ? reply.Result.Deserialize(RpcJson.Default.NullableUInt64) : null);
        }
        catch (JsonException)
        {
            return (reply, null);
        }
    }

    public async Task<(RpcReply Reply, ulong? Time)> AskHeadTimeAsync(CancellationToken cancel)
    {
        var reply = await AskAsync("eth_getBlockByNumber", ["latest", false], cancel);
        try
        {
            return (reply, reply.Outcome is RpcOutcome.Answered ? reply.Result.Deserialize(RpcJson.Default.RpcBlock)?.Timestamp : null);
        }
        catch (JsonException)
        {
            return (reply, null);
        }
    }

    public async Task<RpcReply> AskAsync(string method, JsonArray parameters, CancellationToken cancel)
    {
        var id = Interlocked.Increment(ref s_lastId);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = Body(id, method, parameters) };
            if (url.UserInfo.Length > 0)
            {
                var user = Uri.UnescapeDataString(url.UserInfo);
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
            }
            using var response = await http.SendAsync(request, deadline.Token);
            return Sort(id, response.StatusCode, await response.Content.ReadAsByteArrayAsync(deadline.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Fault(RpcOutcome.TimedOut, $"did not answer within {timeout.TotalSeconds} s");
        }
        catch (HttpRequestException e)
        {
            return RpcHttp.Fault(e, Host);
        }
        catch (IOException)
        {
            return Fault(RpcOutcome.TimedOut, "broke off its answer");
        }
    }

    private static ByteArrayContent Body(long id, string method, JsonArray parameters)
    {
        var question = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters.DeepClone() };
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(question.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private RpcReply Sort(long id, HttpStatusCode status, byte[] body)
    {
        if (status is HttpStatusCode.TooManyRequests)
        {
            return Fault(RpcOutcome.RateLimited, "wants fewer questions (HTTP 429)");
        }
        // Some nodes send a JSON-RPC refusal with an HTTP status of 4xx or 5xx: the body decides, where it is one.
        var reply = SortBody(id, body);
        var succeeded = (int)status is >= 200 and < 300;
        return succeeded || reply.Outcome is RpcOutcome.Refused or RpcOutcome.RateLimited
            ? reply
            : Fault(RpcOutcome.HttpError, $"answered HTTP {(int)status}");
    }

    private RpcReply SortBody(long id, byte[] body)
    {
        JsonElement answer;
        try
        {
            answer = JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return Fault(RpcOutcome.Malformed, "did not answer in JSON");
        }
        if (answer.ValueKind is not JsonValueKind.Object
            || !answer.TryGetProperty("id", out var answeredId) || answeredId.ValueKind is not JsonValueKind.Number
            || !answeredId.TryGetInt64(out var number) || number != id)
        {
            return Fault(RpcOutcome.Malformed, "answered another question");
        }
        var hasResult = answer.TryGetProperty("result", out var result);
        // "error": null beside a result is against the specification, and common.
        if (answer.TryGetProperty("error", out var error) && error.ValueKind is not JsonValueKind.Null)
        {
            return SortRefusal(error);
        }
        return hasResult
            ? new RpcReply(RpcOutcome.Answered, result, null, "")
            : Fault(RpcOutcome.Malformed, "answered with neither result nor error");
    }

    private RpcReply SortRefusal(JsonElement error)
    {
        if (error.ValueKind is not JsonValueKind.Object
            || !error.TryGetProperty("code", out var code) || code.ValueKind is not JsonValueKind.Number || !code.TryGetInt64(out var number)
            || !error.TryGetProperty("message", out var message) || message.ValueKind is not JsonValueKind.String)
        {
            return Fault(RpcOutcome.Malformed, "refused without code or message");
        }
        return RpcReply.Refused(new RpcRefusal(number, RpcHttp.Hide(message.GetString()!, url), error.TryGetProperty("data", out var data) ? data : null), Host);
    }

    private RpcReply Fault(RpcOutcome outcome, string what) => RpcReply.Fault(outcome, $"{Host} {what}");
}

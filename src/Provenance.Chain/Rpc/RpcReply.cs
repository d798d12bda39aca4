using System.Text.Json;

namespace Provenance.Chain.Rpc;

/// <summary>How a question to a node ended. Only <see cref="Answered"/> and <see cref="Refused"/> say anything about the chain.</summary>
public enum RpcOutcome
{
    /// <summary>The node gave a result, which may be null.</summary>
    Answered,

    /// <summary>The node understood and said no, with a code and a message.</summary>
    Refused,

    /// <summary>No connection: the question was not delivered.</summary>
    Unreachable,

    /// <summary>No answer in time, or the connection broke: the question may have been delivered.</summary>
    TimedOut,

    /// <summary>The provider wants fewer questions (HTTP 429, or JSON-RPC -32005 of EIP-1474).</summary>
    RateLimited,

    /// <summary>An HTTP status other than 2xx without a JSON-RPC answer: a proxy, a wrong path, a wrong key.</summary>
    HttpError,

    /// <summary>An answer that is not one to our question: no JSON, another id, values that are no quantities.</summary>
    Malformed,

    /// <summary>The node's newest block is too old: what it answers may be history.</summary>
    Lagging,

    /// <summary>The node serves another chain than the one configured.</summary>
    WrongChain,
}

/// <summary>A node's "no" (JSON-RPC 2.0 §5.1).</summary>
/// <param name="Data">What came with it, as JSON text; a revert's bytes are in here, in a place that differs from client to client.</param>
public sealed record RpcRefusal(long Code, string Message, JsonElement? Data);

/// <summary>The end of one question.</summary>
/// <param name="Result">Set when answered.</param>
/// <param name="Refusal">Set when refused.</param>
/// <param name="Detail">What went wrong, for a person; names the host, never the whole URL, which may hold a provider's key.</param>
/// <param name="MayHaveBeenDelivered">True when some node, asked before this one, may have acted on the question without our hearing of
/// it.</param>
public sealed record RpcReply(RpcOutcome Outcome, JsonElement Result, RpcRefusal? Refusal, string Detail, bool MayHaveBeenDelivered = false)
{
    /// <summary>EIP-1474: the provider's limit is exceeded.</summary>
    private const long LimitExceeded = -32005;

    private const long TooManyRequests = 429;

    /// <summary>A reply that says nothing about the chain.</summary>
    public static RpcReply Fault(RpcOutcome outcome, string detail) => new(outcome, default, null, detail);

    /// <summary>A node's "no"; where it only means "not now", a fault.</summary>
    public static RpcReply Refused(RpcRefusal refusal, string host) => refusal.Code is LimitExceeded or TooManyRequests
        ? Fault(RpcOutcome.RateLimited, $"{host} wants fewer questions ({refusal.Message})")
        : new RpcReply(RpcOutcome.Refused, default, refusal, $"{host} refused: {refusal.Message} ({refusal.Code})");
}

/// <summary>The chain could not be asked, or did not answer as it must. Says nothing about what the chain holds: a verdict is "cannot
/// tell".</summary>
public sealed class ChainException(RpcOutcome outcome, string message, RpcRefusal? refusal = null, Exception? inner = null)
    : Exception(message, inner)
{
    public RpcOutcome Outcome { get; } = outcome;

    /// <summary>The node's words, when it refused.</summary>
    public RpcRefusal? Refusal { get; } = refusal;

    /// <summary>The whole reply, where there was one.</summary>
    public RpcReply? Reply { get; init; }

    internal static ChainException NoBaseFee(string host) =>
        new(RpcOutcome.Malformed, $"{host}: blocks have no base fee. Set Ledger__Chain__Fees to legacy or zero.");
}

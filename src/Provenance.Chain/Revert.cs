using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core;

namespace Provenance.Chain;

/// <summary>Why a contract refused a call.</summary>
/// <param name="Error">The name of the custom error (for example <c>Inconsistent</c>), <c>Error</c>, <c>Panic</c>, or
/// <c>unknown</c>.</param>
/// <param name="Detail">The error's arguments, the message, or the node's words.</param>
public sealed record Revert(string Error, string Detail)
{
    /// <summary>Error(string), Solidity's own: <c>require</c> with a message.</summary>
    private const uint ErrorSelector = 0x08c379a0;

    /// <summary>Panic(uint256), Solidity's own: an overflow, an index out of range.</summary>
    private const uint PanicSelector = 0x4e487b71;

    /// <summary>Reads a revert out of a node's refusal; null if the refusal is about something else.</summary>
    public static Revert? Find(RpcRefusal refusal)
    {
        if (FindData(refusal.Data) is { Length: >= 4 } data)
        {
            return Decode(data, refusal.Message);
        }
        // Code 3 is geth's for a revert; others say it in words. No data: an old compiler, or a call to nothing.
        return refusal.Code == 3 || refusal.Message.Contains("revert", StringComparison.OrdinalIgnoreCase)
            ? new Revert("unknown", refusal.Message)
            : null;
    }

    /// <param name="data">Selector and arguments, at least 4 bytes.</param>
    /// <param name="message">The node's words, for data that cannot be read.</param>
    public static Revert Decode(ReadOnlySpan<byte> data, string message)
    {
        var selector = BinaryPrimitives.ReadUInt32BigEndian(data);
        var arguments = new AbiReader(data[sizeof(uint)..]);
        try
        {
            return selector switch
            {
                ErrorSelector => new Revert("Error", arguments.ReadText()),
                PanicSelector => new Revert("Panic", $"0x{arguments.ReadUint():x}"),
                _ when LedgerArtifact.Errors.TryGetValue(selector, out var signature) => DecodeOwn(signature, arguments),
                _ => new Revert("unknown", $"{message} ({Hex.Prefixed(data)})"),
            };
        }
        catch (FormatException)
        {
            return new Revert("unknown", $"{message} ({Hex.Prefixed(data)})");
        }
    }

    /// <param name="signature">For example <c>SizeOutOfRange(uint64,uint64)</c>; the contract's errors have static arguments only.</param>
    private static Revert DecodeOwn(string signature, AbiReader arguments)
    {
        var open = signature.IndexOf('(', StringComparison.Ordinal);
        var values = new List<string>();
        foreach (var type in signature[(open + 1)..^1].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            values.Add(type switch
            {
                "address" => arguments.ReadAddress().ToString(),
                "uint64" => arguments.ReadUInt64().ToString(CultureInfo.InvariantCulture),
                _ => arguments.ReadDigest().ToString(),
            });
        }
        return new Revert(signature[..open], string.Join(", ", values));
    }

    /// <summary>Clients put the bytes at different places: <c>"0x…"</c> (geth, Anvil, Besu), <c>"Reverted 0x…"</c> (Nethermind),
    /// <c>{"data":"0x…"}</c>.</summary>
    private static byte[]? FindData(JsonElement? data)
    {
        if (data is { ValueKind: JsonValueKind.Object } wrapper && wrapper.TryGetProperty("data", out var inner))
        {
            data = inner;
        }
        if (data is not { ValueKind: JsonValueKind.String } text)
        {
            return null;
        }
        var hex = text.GetString()!;
        return Hex.FindPrefixed(hex[Math.Max(0, hex.IndexOf("0x", StringComparison.Ordinal))..].ToLowerInvariant());
    }
}

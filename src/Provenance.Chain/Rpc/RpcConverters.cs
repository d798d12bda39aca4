using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Chain.Rpc;

/// <summary>Reads the JSON string that a node writes for a value. Writing is never needed: questions are built by hand.</summary>
internal abstract class RpcConverter<T> : JsonConverter<T>
{
    protected abstract bool TryRead(string text, out T value);

    public sealed override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.String && TryRead(reader.GetString()!, out var value))
        {
            return value;
        }
        throw new JsonException();
    }

    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => throw new NotSupportedException();
}

internal sealed class QuantityConverter : RpcConverter<ulong>
{
    protected override bool TryRead(string text, out ulong value)
    {
        var right = Quantity.TryParse(text, out var quantity) && quantity <= ulong.MaxValue;
        value = right ? (ulong)quantity : 0;
        return right;
    }
}

internal sealed class BigQuantityConverter : RpcConverter<BigInteger>
{
    protected override bool TryRead(string text, out BigInteger value) => Quantity.TryParse(text, out value);
}

internal sealed class DigestConverter : RpcConverter<Digest>
{
    protected override bool TryRead(string text, out Digest value)
    {
        value = default;
        return text.StartsWith("0x", StringComparison.Ordinal) && Digest.TryParse(text.AsSpan(2), out value);
    }
}

internal sealed class AddressConverter : RpcConverter<Address>
{
    /// <summary>Nodes differ in case here: some write EIP-55's checksum.</summary>
    protected override bool TryRead(string text, out Address value) => Address.TryParse(text.ToLowerInvariant(), out value);
}

internal sealed class DataConverter : RpcConverter<byte[]>
{
    protected override bool TryRead(string text, out byte[] value)
    {
        var bytes = Hex.FindPrefixed(text);
        value = bytes ?? [];
        return bytes is not null;
    }
}

using System.Numerics;

namespace Provenance.Core.Ethereum;

/// <summary>A decoded RLP item: a string of bytes, or a list of items.</summary>
public sealed class RlpItem
{
    internal RlpItem(ReadOnlyMemory<byte> encoding, ReadOnlyMemory<byte> bytes, IReadOnlyList<RlpItem>? items)
    {
        Encoding = encoding;
        Bytes = bytes;
        Items = items ?? [];
        IsList = items is not null;
    }

    public bool IsList { get; }

    /// <summary>The item as it stood in the input, prefix included.</summary>
    public ReadOnlyMemory<byte> Encoding { get; }

    /// <summary>The bytes of a string; empty for a list.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The members of a list; none for a string.</summary>
    public IReadOnlyList<RlpItem> Items { get; }

    /// <summary>Reads a non-negative integer: big-endian, zero being the empty string. False for a list and for leading zeros.</summary>
    public bool TryReadInteger(out BigInteger value)
    {
        var right = !IsList && !(Bytes.Length > 0 && Bytes.Span[0] == 0);
        value = right ? new BigInteger(Bytes.Span, isUnsigned: true, isBigEndian: true) : BigInteger.Zero;
        return right;
    }

    /// <summary><see cref="TryReadInteger"/>, false also above 2^64-1.</summary>
    public bool TryReadUInt64(out ulong value)
    {
        var right = TryReadInteger(out var integer) && integer <= ulong.MaxValue;
        value = right ? (ulong)integer : 0;
        return right;
    }

    /// <summary>Reads a string of exactly 32 bytes.</summary>
    public bool TryReadDigest(out Digest digest)
    {
        var right = !IsList && Bytes.Length == Digest.Size;
        digest = right ? new Digest(Bytes.Span) : default;
        return right;
    }
}

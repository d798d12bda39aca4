using System.Buffers.Binary;
using System.Numerics;

namespace Provenance.Core.Ethereum;

/// <summary>Recursive length prefix (yellow paper, appendix B). Decoding accepts the one encoding that encoding makes.</summary>
public static class Rlp
{
    private const byte StringOffset = 0x80;
    private const byte ListOffset = 0xC0;

    /// <summary>Longest payload whose length fits into the prefix byte.</summary>
    private const int ShortLength = 55;

    /// <summary>Nesting accepted: an access list needs 3; without a limit a few kilobytes of 0xC1… would exhaust the stack.</summary>
    private const int MaxDepth = 256;

    public static byte[] EncodeBytes(ReadOnlySpan<byte> bytes) =>
        bytes is [< StringOffset] ? bytes.ToArray() : [.. Prefix(StringOffset, bytes.Length), .. bytes];

    /// <param name="value">Zero or positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative value, which RLP cannot hold.</exception>
    public static byte[] EncodeInteger(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value.IsZero ? [StringOffset] : EncodeBytes(value.ToByteArray(isUnsigned: true, isBigEndian: true));
    }

    /// <param name="bigEndian">An unsigned integer of fixed width, such as r and s of a signature; its leading zeros are dropped.</param>
    public static byte[] EncodeInteger(ReadOnlySpan<byte> bigEndian) => EncodeBytes(bigEndian.TrimStart((byte)0));

    /// <param name="encodedItems">Each already encoded.</param>
    public static byte[] EncodeList(params ReadOnlySpan<byte[]> encodedItems)
    {
        var length = 0;
        foreach (var item in encodedItems)
        {
            length = checked(length + item.Length);
        }
        var prefix = Prefix(ListOffset, length);
        var list = new byte[prefix.Length + length];
        prefix.CopyTo(list, 0);
        var at = prefix.Length;
        foreach (var item in encodedItems)
        {
            item.CopyTo(list, at);
            at += item.Length;
        }
        return list;
    }

    /// <summary>Reads one item that fills the input. False on trailing or missing bytes, on a length or a single byte not in
    /// its shortest form, and on nesting deeper than any message of Ethereum.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> input, out RlpItem item)
    {
        ReadOnlyMemory<byte> rest = input.ToArray();
        var read = Next(ref rest, depth: 0);
        item = read ?? Empty;
        return read is not null && rest.IsEmpty;
    }

    /// <inheritdoc cref="TryDecode"/>
    /// <exception cref="FormatException">Where <see cref="TryDecode"/> is false.</exception>
    public static RlpItem Decode(ReadOnlySpan<byte> input) =>
        TryDecode(input, out var item) ? item : throw new FormatException($"The {input.Length} bytes are not one RLP item in its canonical encoding.");

    private static readonly RlpItem Empty = new(new byte[] { StringOffset }, default, null);

    private static byte[] Prefix(byte offset, int length)
    {
        if (length <= ShortLength)
        {
            return [(byte)(offset + length)];
        }
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        ReadOnlySpan<byte> trimmed = bytes.TrimStart((byte)0);
        return [(byte)(offset + ShortLength + trimmed.Length), .. trimmed];
    }

    /// <summary>Takes the first item off <paramref name="rest"/>; null if there is none in canonical form.</summary>
    private static RlpItem? Next(ref ReadOnlyMemory<byte> rest, int depth)
    {
        if (rest.IsEmpty || depth > MaxDepth)
        {
            return null;
        }
        var start = rest;
        var prefix = start.Span[0];
        if (prefix < StringOffset)
        {
            rest = start[1..];
            return new RlpItem(start[..1], start[..1], null);
        }
        var isList = prefix >= ListOffset;
        if (FindLength(start.Span, isList ? ListOffset : StringOffset) is not var (header, length) || length > start.Length - header)
        {
            return null;
        }
        var payload = start.Slice(header, length);
        rest = start[(header + length)..];
        if (!isList)
        {
            return payload.Span is [< StringOffset] ? null : new RlpItem(start[..(header + length)], payload, null);
        }

        var items = new List<RlpItem>();
        while (!payload.IsEmpty)
        {
            if (Next(ref payload, depth + 1) is not { } item)
            {
                return null;
            }
            items.Add(item);
        }
        return new RlpItem(start[..(header + length)], default, items);
    }

    /// <summary>Bytes of prefix and of payload; null if the length is not in its shortest form or runs over 2^31.</summary>
    private static (int Header, int Length)? FindLength(ReadOnlySpan<byte> input, byte offset)
    {
        var inPrefix = input[0] - offset;
        if (inPrefix <= ShortLength)
        {
            return (1, inPrefix);
        }
        var width = inPrefix - ShortLength;
        if (width > 4 || input.Length <= width || input[1] == 0)
        {
            return null;
        }
        uint length = 0;
        foreach (var digit in input.Slice(1, width))
        {
            length = length << 8 | digit;
        }
        return length is <= ShortLength or > int.MaxValue ? null : (1 + width, (int)length);
    }
}

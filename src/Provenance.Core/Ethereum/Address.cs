namespace Provenance.Core.Ethereum;

/// <summary>20 bytes: an account or contract on an Ethereum-compatible chain.</summary>
public readonly record struct Address
{
    /// <summary>Width in bytes.</summary>
    public const int Size = 20;

    private readonly UInt128 _high;
    private readonly uint _low;

    /// <param name="bytes">Exactly 20 bytes.</param>
    /// <exception cref="ArgumentException">Any other length.</exception>
    public Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"An address is 20 bytes, not {bytes.Length}.", nameof(bytes));
        }
        _high = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    public static Address Zero => default;

    /// <summary>Reads <c>0x</c> and 40 lower-case hex digits: the one spelling that proofs may use.</summary>
    public static bool TryParse(string? text, out Address address)
    {
        var bytes = Hex.FindPrefixed(text);
        var right = bytes is { Length: Size };
        address = right ? new Address(bytes) : default;
        return right;
    }

    /// <summary>Reads <c>0x</c> and 40 hex digits of either case, as nodes and people write them. A checksum in the case (EIP-55) is not examined.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static Address Parse(string text) =>
        TryParse(text.ToLowerInvariant(), out var address) ? address : throw new FormatException($"'{text}' is not an address: 0x and 40 hex digits.");

    /// <param name="destination">At least 20 bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(destination[16..], _low);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary><c>0x</c> and 40 lower-case hex digits.</summary>
    public override string ToString() => Hex.Prefixed(ToArray());
}

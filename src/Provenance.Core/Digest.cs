using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Provenance.Core;

/// <summary>32 bytes: a SHA-256 or keccak-256 hash, a Merkle root, or an opaque id of that width.</summary>
/// <remarks>Held as four big-endian words, so that it lives on the stack, compares by value and sorts as its hex does.</remarks>
public readonly record struct Digest : IComparable<Digest>
{
    /// <summary>Width in bytes.</summary>
    public const int Size = 32;

    private readonly ulong _a, _b, _c, _d;

    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">Any other length.</exception>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A digest is 32 bytes, not {bytes.Length}.", nameof(bytes));
        }
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>32 zero bytes.</summary>
    public static Digest Zero => default;

    /// <summary>SHA-256 (FIPS 180-4) of the bytes.</summary>
    public static Digest Sha256(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(data, hash);
        return new Digest(hash);
    }

    /// <summary>Reads exactly 64 lower-case hex digits, without prefix: the one spelling that proofs may use.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (!Hex.TryDecode(hex, bytes))
        {
            digest = default;
            return false;
        }
        digest = new Digest(bytes);
        return true;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException">Anything else.</exception>
    public static Digest Parse(ReadOnlySpan<char> hex) =>
        TryParse(hex, out var digest) ? digest : throw new FormatException($"'{hex}' is not 64 lower-case hex digits.");

    /// <param name="destination">At least 32 bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>64 lower-case hex digits, without prefix.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());

    /// <summary>43 characters, unpadded (RFC 4648 §5).</summary>
    public string ToBase64Url() => Base64Url.EncodeToString(ToArray());

    public int CompareTo(Digest other)
    {
        var order = _a.CompareTo(other._a);
        order = order != 0 ? order : _b.CompareTo(other._b);
        order = order != 0 ? order : _c.CompareTo(other._c);
        return order != 0 ? order : _d.CompareTo(other._d);
    }

    public override int GetHashCode() => HashCode.Combine(_a, _d);
}

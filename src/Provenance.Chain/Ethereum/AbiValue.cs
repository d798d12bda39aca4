using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Chain.Ethereum;

/// <summary>A value in the contract ABI's encoding (Solidity documentation, "Contract ABI Specification").</summary>
/// <remarks>The value itself knows whether it is static or dynamic, so encoding needs no type string beside it.</remarks>
public sealed class AbiValue
{
    private const int WordSize = 32;

    private readonly byte[] _head;
    private readonly AbiValue[]? _members;

    private AbiValue(byte[] head, AbiValue[]? members, bool isDynamic) => (_head, _members, IsDynamic) = (head, members, isDynamic);

    /// <summary>True when a container holds an offset to it instead of the value.</summary>
    public bool IsDynamic { get; }

    /// <summary>The data of a call: the selector, then the arguments as one tuple.</summary>
    /// <param name="selector">The first four bytes, big-endian, of the keccak-256 of the function's signature.</param>
    public static byte[] Call(uint selector, params ReadOnlySpan<AbiValue> arguments)
    {
        var data = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(data, selector);
        return [.. data, .. Tuple(arguments).Encode()];
    }

    /// <summary>uint8 … uint256.</summary>
    public static AbiValue Uint(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return Word([.. new byte[WordSize - bytes.Length], .. bytes]);
    }

    /// <summary>int8 … int256, in two's complement.</summary>
    public static AbiValue Int(BigInteger value) => value.Sign < 0 ? Uint((BigInteger.One << 256) + value) : Uint(value);

    public static AbiValue Bool(bool value) => Uint(value ? 1 : 0);

    public static AbiValue Address(Address value) => Word([.. new byte[WordSize - Core.Ethereum.Address.Size], .. value.ToArray()]);

    public static AbiValue Bytes32(Digest value) => Word(value.ToArray());

    /// <summary>bytes1 … bytes32: padded on the right.</summary>
    public static AbiValue FixedBytes(ReadOnlySpan<byte> value) => Word([.. value, .. new byte[WordSize - value.Length]]);

    /// <summary>bytes: length, then content padded to words.</summary>
    public static AbiValue Bytes(ReadOnlySpan<byte> value) =>
        new([.. Length(value.Length), .. value, .. new byte[-value.Length & (WordSize - 1)]], null, isDynamic: true);

    public static AbiValue Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>A struct, or an array of fixed length T[n] with n > 0.</summary>
    public static AbiValue Tuple(params ReadOnlySpan<AbiValue> members)
    {
        var isDynamic = false;
        foreach (var member in members)
        {
            isDynamic |= member.IsDynamic;
        }
        return new AbiValue([], members.ToArray(), isDynamic);
    }

    /// <summary>T[]: length, then elements.</summary>
    public static AbiValue List(params ReadOnlySpan<AbiValue> elements) =>
        new(Length(elements.Length), elements.ToArray(), isDynamic: true);

    public byte[] Encode()
    {
        if (_members is null)
        {
            return _head;
        }
        var encoded = Array.ConvertAll(_members, member => member.Encode());
        var offset = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            offset += _members[i].IsDynamic ? WordSize : encoded[i].Length;
        }

        // Offsets count from the first member, so a list's length word lies before their zero.
        using var heads = new MemoryStream();
        using var tails = new MemoryStream();
        for (var i = 0; i < encoded.Length; i++)
        {
            if (_members[i].IsDynamic)
            {
                heads.Write(Length(offset));
                tails.Write(encoded[i]);
                offset += encoded[i].Length;
            }
            else
            {
                heads.Write(encoded[i]);
            }
        }
        return [.. _head, .. heads.ToArray(), .. tails.ToArray()];
    }

    private static AbiValue Word(byte[] word) => new(word, null, isDynamic: false);

    private static byte[] Length(int value)
    {
        var word = new byte[WordSize];
        BinaryPrimitives.WriteInt32BigEndian(word.AsSpan(WordSize - sizeof(int)), value);
        return word;
    }
}

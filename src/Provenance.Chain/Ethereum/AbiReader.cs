using System.Numerics;
using System.Text;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Chain.Ethereum;

/// <summary>Reads what a contract returned, member after member. Padding that is not zero (or the sign) is refused, as Solidity refuses
/// it.</summary>
/// <remarks>Every method throws <see cref="FormatException"/> when the bytes are not what is asked for.</remarks>
public ref struct AbiReader
{
    private const int WordSize = 32;

    private readonly ReadOnlySpan<byte> _tuple;
    private int _at;

    /// <param name="tuple">The encoding of a tuple: offsets inside count from its first byte.</param>
    public AbiReader(ReadOnlySpan<byte> tuple) => _tuple = tuple;

    /// <summary>uintN.</summary>
    public BigInteger ReadUint(int bits = 256)
    {
        var value = new BigInteger(Word(), isUnsigned: true, isBigEndian: true);
        return value.GetBitLength() <= bits ? value : throw new FormatException($"{value} is no uint{bits}.");
    }

    public ulong ReadUInt64() => (ulong)ReadUint(64);

    /// <summary>intN.</summary>
    public BigInteger ReadInt(int bits = 256)
    {
        var value = new BigInteger(Word(), isUnsigned: false, isBigEndian: true);
        // GetBitLength leaves the sign bit out.
        return value.GetBitLength() < bits ? value : throw new FormatException($"{value} is no int{bits}.");
    }

    public bool ReadBool() => !ReadUint(1).IsZero;

    public Digest ReadDigest() => new(Word());

    public Address ReadAddress()
    {
        var word = Word();
        return word[..12].ContainsAnyExcept((byte)0) ? throw new FormatException("A word is no address.") : new Address(word[12..]);
    }

    /// <summary>bytes1 … bytes32.</summary>
    public byte[] ReadFixedBytes(int size)
    {
        var word = Word();
        return word[size..].ContainsAnyExcept((byte)0) ? throw new FormatException($"A word is no bytes{size}.") : word[..size].ToArray();
    }

    /// <summary>bytes.</summary>
    public byte[] ReadBytes()
    {
        var tail = ReadTail();
        var length = tail.ReadLength();
        var rest = tail._tuple[tail._at..];
        return length <= rest.Length
            ? rest[..length].ToArray()
            : throw new FormatException($"{length} bytes announced, {rest.Length} there.");
    }

    /// <summary>string; UTF-8 that is none is refused.</summary>
    public string ReadText()
    {
        try
        {
            return StrictUtf8.GetString(ReadBytes());
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException("A string is not UTF-8.", e);
        }
    }

    /// <summary>A tuple or fixed array with dynamic members: a reader of its own, because its offsets count from its start.</summary>
    public AbiReader ReadTail()
    {
        var offset = ReadUint();
        return offset <= _tuple.Length
            ? new AbiReader(_tuple[(int)offset..])
            : throw new FormatException($"An offset of {offset} leaves the {_tuple.Length} bytes.");
    }

    /// <summary>T[]: how many elements, and a reader that stands at the first.</summary>
    public AbiReader ReadList(out int count)
    {
        var tail = ReadTail();
        count = tail.ReadLength();
        return new AbiReader(tail._tuple[tail._at..]);
    }

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private int ReadLength()
    {
        var length = ReadUint();
        return length <= _tuple.Length ? (int)length : throw new FormatException($"A length of {length} in {_tuple.Length} bytes.");
    }

    private ReadOnlySpan<byte> Word()
    {
        if (_tuple.Length - _at < WordSize)
        {
            throw new FormatException($"The {_tuple.Length} bytes end before the word at {_at}.");
        }
        var word = _tuple.Slice(_at, WordSize);
        _at += WordSize;
        return word;
    }
}

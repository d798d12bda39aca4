using System.Numerics;
using System.Text.Json;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Core.Ethereum;

public class RlpTests
{
    [ConformanceFact]
    public void Every_outside_vector_encodes_and_decodes()
    {
        foreach (var vector in Conformance.Json("ethereum/rlp.json").EnumerateArray())
        {
            var encoded = vector.HexBytes("encoded");
            Assert.Equal(encoded, Encode(vector.GetProperty("decoded")));
            Assert.Equal(encoded, Encode(Rlp.Decode(encoded)));
        }
    }

    /// <summary>The first group is that of ethereum/tests, RLPTests/invalidRLPTest.json, by name; the second ours.</summary>
    [Theory]
    [InlineData("bf0f000000000000021111", "int32Overflow: length of 8 bytes")]
    [InlineData("ff0f000000000000021111", "int32Overflow2")]
    [InlineData("c1", "incorrectLengthInArray: list shorter than announced")]
    [InlineData("f800", "lengths below 56 in the long form")]
    [InlineData("f90000", "leadingZerosInLongLengthList")]
    [InlineData("b90000", "leadingZerosInLongLengthArray")]
    [InlineData("b800", "nonOptimalLongLengthArray1")]
    [InlineData("b801ff", "nonOptimalLongLengthArray2")]
    [InlineData("8100", "bytesShouldBeSingleByte00")]
    [InlineData("8101", "bytesShouldBeSingleByte01")]
    [InlineData("817f", "bytesShouldBeSingleByte7F")]
    [InlineData("", "emptyEncoding")]
    [InlineData("efdebd", "less2")]
    [InlineData("efb83600", "less")]
    [InlineData("a0000000000000000000000000000000000000000000000000000000000000", "string one byte short")]
    [InlineData("8000", "trailing byte after a string")]
    [InlineData("c000", "trailing byte after a list")]
    [InlineData("c28100", "not the shortest form, inside a list")]
    [InlineData("c2c280", "inner list runs over the outer")]
    [InlineData("b8", "length missing")]
    [InlineData("f8", "list length missing")]
    [InlineData("bbffffffff", "length above 2^31")]
    public void Anything_but_the_canonical_encoding_is_refused(string hex, string why)
    {
        Assert.False(Rlp.TryDecode(Convert.FromHexString(hex), out _), why);
    }

    [Theory]
    [InlineData(55, "b7")]
    [InlineData(56, "b838")]
    [InlineData(255, "b8ff")]
    [InlineData(256, "b90100")]
    [InlineData(65536, "ba010000")]
    public void Long_strings_carry_the_shortest_length_and_come_back(int length, string prefix)
    {
        var bytes = Enumerable.Repeat((byte)0xAB, length).ToArray();
        var encoded = Rlp.EncodeBytes(bytes);
        Assert.Equal(prefix, Convert.ToHexStringLower(encoded.AsSpan(0, encoded.Length - length)));
        Assert.Equal(bytes, Rlp.Decode(encoded).Bytes.ToArray());
        Assert.False(Rlp.TryDecode(encoded.AsSpan(0, encoded.Length - 1), out _));
    }

    [Fact]
    public void Integers_have_no_leading_zeros()
    {
        Assert.Equal([0x80], Rlp.EncodeInteger(0));
        Assert.Equal([0x7F], Rlp.EncodeInteger(127));
        Assert.Equal([0x81, 0x80], Rlp.EncodeInteger(128));
        Assert.Equal([0x82, 0x04, 0x00], Rlp.EncodeInteger(1024));
        Assert.Equal([0x82, 0x04, 0x00], Rlp.EncodeInteger([0, 0, 4, 0]));
        Assert.Equal([0x80], Rlp.EncodeInteger([0, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rlp.EncodeInteger(BigInteger.MinusOne));

        Assert.False(Rlp.Decode([0x00]).TryReadInteger(out _), "00");
        Assert.False(Rlp.Decode([0x82, 0x00, 0xFF]).TryReadInteger(out _), "00ff");
        Assert.False(Rlp.Decode([0xC0]).TryReadInteger(out _), "a list");
        Assert.True(Rlp.Decode([0x88, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]).TryReadUInt64(out var most));
        Assert.Equal(ulong.MaxValue, most);
        Assert.False(Rlp.Decode([0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0]).TryReadUInt64(out _), "2^64");
        Assert.True(Rlp.Decode([0x80]).TryReadInteger(out var zero) && zero.IsZero);
    }

    [Fact]
    public void Nesting_that_would_exhaust_the_stack_is_refused()
    {
        byte[] nested = [0xC0];
        for (var depth = 0; depth < 10_000; depth++)
        {
            nested = Rlp.EncodeList(nested);
        }
        Assert.False(Rlp.TryDecode(nested, out _));
    }

    [Fact]
    public void Every_byte_string_that_decodes_encodes_to_itself()
    {
        var random = new Random(20260101);
        for (var i = 0; i < 200_000; i++)
        {
            var bytes = new byte[random.Next(1, 7)];
            random.NextBytes(bytes);
            if (Rlp.TryDecode(bytes, out var item))
            {
                Assert.Equal(bytes, Encode(item));
                Assert.Equal(bytes, item.Encoding.ToArray());
            }
        }
    }

    private static byte[] Encode(JsonElement decoded) => decoded.ValueKind == JsonValueKind.Array
        ? Rlp.EncodeList([.. decoded.EnumerateArray().Select(Encode)])
        : Rlp.EncodeBytes(decoded.HexBytes());

    private static byte[] Encode(RlpItem item) =>
        item.IsList ? Rlp.EncodeList([.. item.Items.Select(Encode)]) : Rlp.EncodeBytes(item.Bytes.Span);
}

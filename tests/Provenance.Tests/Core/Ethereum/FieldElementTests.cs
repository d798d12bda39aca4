using System.Globalization;
using System.Numerics;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Core.Ethereum;

public class FieldElementTests
{
    private static readonly BigInteger P =
        BigInteger.Parse("00FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [Fact]
    public void Sums_differences_and_products_agree_with_BigInteger()
    {
        var random = new Random(20260102);
        for (var i = 0; i < 50_000; i++)
        {
            var (x, y) = (Some(random), Some(random));
            var (fieldX, fieldY) = (Field(x), Field(y));
            Assert.Equal((x + y) % P, Integer(fieldX + fieldY));
            Assert.Equal((x - y + P) % P, Integer(fieldX - fieldY));
            Assert.Equal(x * y % P, Integer(fieldX * fieldY));
        }
    }

    [Fact]
    public void Inverses_and_square_roots_agree_with_BigInteger()
    {
        var random = new Random(20260103);
        for (var i = 0; i < 500; i++)
        {
            var x = Some(random);
            Assert.Equal(BigInteger.ModPow(x, P - 2, P), Integer(Field(x).Inverse()));

            var root = BigInteger.ModPow(x, (P + 1) / 4, P);
            var isSquare = root * root % P == x;
            Assert.Equal(isSquare ? root : null, Field(x).FindSquareRoot() is { } found ? Integer(found) : (BigInteger?)null);
        }
    }

    [Fact]
    public void A_value_of_p_or_above_is_refused()
    {
        Assert.True(FieldElement.TryRead(Bytes(P - 1), out _));
        Assert.False(FieldElement.TryRead(Bytes(P), out _));
        Assert.False(FieldElement.TryRead(Bytes((BigInteger.One << 256) - 1), out _));
    }

    /// <summary>Half of them at limb boundaries and close to zero and p, where carries and the last reduction go wrong.</summary>
    private static BigInteger Some(Random random)
    {
        var bytes = new byte[32];
        random.NextBytes(bytes);
        var value = new BigInteger(bytes, isUnsigned: true) % P;
        var near = random.Next(3) - 1;
        return random.Next(8) switch
        {
            0 => random.Next(3),
            1 => P - 1 - random.Next(3),
            2 => ((BigInteger.One << 64 * random.Next(1, 4)) + near) % P,
            3 => (P - (BigInteger.One << 64 * random.Next(1, 4)) + near) % P,
            _ => value,
        };
    }

    private static FieldElement Field(BigInteger value)
    {
        Assert.True(FieldElement.TryRead(Bytes(value), out var element));
        return element;
    }

    private static BigInteger Integer(FieldElement element)
    {
        Span<byte> bytes = stackalloc byte[32];
        element.CopyTo(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    private static byte[] Bytes(BigInteger value)
    {
        var digits = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - digits.Length], .. digits];
    }
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Provenance.Core.Ethereum;

/// <summary>An integer modulo p = 2^256 - 2^32 - 977, the field of secp256k1 (SEC 2 §2.4.1), always fully reduced.</summary>
/// <remarks>Its time depends on its values: only for what everyone may know.</remarks>
internal readonly record struct FieldElement
{
    /// <summary>2^256 mod p: what a carry out of the top limb is worth.</summary>
    private const ulong Wrap = 0x1_0000_03D1;

    /// <summary>The lowest limb of p; its other three are all ones.</summary>
    private const ulong LowestOfP = ulong.MaxValue - Wrap + 1;

    // Lowest limb first.
    private readonly ulong _0, _1, _2, _3;

    private FieldElement(ulong w0, ulong w1, ulong w2, ulong w3) => (_0, _1, _2, _3) = (w0, w1, w2, w3);

    public static FieldElement Zero => default;

    public static FieldElement One => new(1, 0, 0, 0);

    public static FieldElement Seven => new(7, 0, 0, 0);

    public bool IsZero => (_0 | _1 | _2 | _3) == 0;

    public bool IsOdd => (_0 & 1) == 1;

    /// <param name="bigEndian">32 bytes. False for p and above: a second spelling of a small value.</param>
    public static bool TryRead(ReadOnlySpan<byte> bigEndian, out FieldElement element)
    {
        element = new FieldElement(
            BinaryPrimitives.ReadUInt64BigEndian(bigEndian[24..]), BinaryPrimitives.ReadUInt64BigEndian(bigEndian[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bigEndian[8..]), BinaryPrimitives.ReadUInt64BigEndian(bigEndian));
        return element.Reduced() == element;
    }

    /// <param name="bigEndian">At least 32 bytes.</param>
    public void CopyTo(Span<byte> bigEndian)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian, _3);
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian[8..], _2);
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian[16..], _1);
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian[24..], _0);
    }

    public static FieldElement operator +(in FieldElement x, in FieldElement y)
    {
        var carry = 0UL;
        var w0 = Add(x._0, y._0, ref carry);
        var w1 = Add(x._1, y._1, ref carry);
        var w2 = Add(x._2, y._2, ref carry);
        var w3 = Add(x._3, y._3, ref carry);
        return Fold(w0, w1, w2, w3, carry);
    }

    public static FieldElement operator -(in FieldElement x, in FieldElement y)
    {
        var borrow = 0UL;
        var w0 = Subtract(x._0, y._0, ref borrow);
        var w1 = Subtract(x._1, y._1, ref borrow);
        var w2 = Subtract(x._2, y._2, ref borrow);
        var w3 = Subtract(x._3, y._3, ref borrow);
        if (borrow == 0)
        {
            return new FieldElement(w0, w1, w2, w3);
        }
        // The limbs hold x - y + 2^256; taking off Wrap leaves x - y + p, which is in range.
        borrow = 0;
        w0 = Subtract(w0, Wrap, ref borrow);
        w1 = Subtract(w1, 0, ref borrow);
        w2 = Subtract(w2, 0, ref borrow);
        w3 = Subtract(w3, 0, ref borrow);
        return new FieldElement(w0, w1, w2, w3);
    }

    public static FieldElement operator *(in FieldElement x, in FieldElement y)
    {
        ulong carry = 0;
        var w0 = MultiplyAdd(x._0, y._0, 0, ref carry);
        var w1 = MultiplyAdd(x._0, y._1, 0, ref carry);
        var w2 = MultiplyAdd(x._0, y._2, 0, ref carry);
        var w3 = MultiplyAdd(x._0, y._3, 0, ref carry);
        var w4 = carry;

        carry = 0;
        w1 = MultiplyAdd(x._1, y._0, w1, ref carry);
        w2 = MultiplyAdd(x._1, y._1, w2, ref carry);
        w3 = MultiplyAdd(x._1, y._2, w3, ref carry);
        w4 = MultiplyAdd(x._1, y._3, w4, ref carry);
        var w5 = carry;

        carry = 0;
        w2 = MultiplyAdd(x._2, y._0, w2, ref carry);
        w3 = MultiplyAdd(x._2, y._1, w3, ref carry);
        w4 = MultiplyAdd(x._2, y._2, w4, ref carry);
        w5 = MultiplyAdd(x._2, y._3, w5, ref carry);
        var w6 = carry;

        carry = 0;
        w3 = MultiplyAdd(x._3, y._0, w3, ref carry);
        w4 = MultiplyAdd(x._3, y._1, w4, ref carry);
        w5 = MultiplyAdd(x._3, y._2, w5, ref carry);
        w6 = MultiplyAdd(x._3, y._3, w6, ref carry);
        var w7 = carry;

        carry = 0;
        w0 = MultiplyAdd(w4, Wrap, w0, ref carry);
        w1 = MultiplyAdd(w5, Wrap, w1, ref carry);
        w2 = MultiplyAdd(w6, Wrap, w2, ref carry);
        w3 = MultiplyAdd(w7, Wrap, w3, ref carry);
        return Fold(w0, w1, w2, w3, carry);
    }

    /// <summary>1/x; zero for zero. Fermat: x^(p-2).</summary>
    public FieldElement Inverse()
    {
        var (x2, x22, x223) = RunsOfOnes();
        var power = x223.Squared(23) * x22;
        power = power.Squared(5) * this;
        power = power.Squared(3) * x2;
        return power.Squared(2) * this;
    }

    /// <summary>A square root, of either sign; null if there is none. p ≡ 3 mod 4, so it is x^((p+1)/4).</summary>
    public FieldElement? FindSquareRoot()
    {
        var (x2, x22, x223) = RunsOfOnes();
        var power = x223.Squared(23) * x22;
        power = (power.Squared(6) * x2).Squared(2);
        return power * power == this ? power : null;
    }

    /// <summary>x^(2^n - 1) for n = 2, 22, 223: in binary, p-2 and (p+1)/4 are a few runs of ones, so these shared powers save
    /// some 240 multiplications.</summary>
    private (FieldElement X2, FieldElement X22, FieldElement X223) RunsOfOnes()
    {
        var x2 = Squared(1) * this;
        var x3 = x2.Squared(1) * this;
        var x6 = x3.Squared(3) * x3;
        var x9 = x6.Squared(3) * x3;
        var x11 = x9.Squared(2) * x2;
        var x22 = x11.Squared(11) * x11;
        var x44 = x22.Squared(22) * x22;
        var x88 = x44.Squared(44) * x44;
        var x176 = x88.Squared(88) * x88;
        var x220 = x176.Squared(44) * x44;
        return (x2, x22, x220.Squared(3) * x3);
    }

    private FieldElement Squared(int times)
    {
        var power = this;
        for (; times > 0; times--)
        {
            power *= power;
        }
        return power;
    }

    /// <summary>The limbs and <paramref name="carry"/>·2^256, reduced.</summary>
    private static FieldElement Fold(ulong w0, ulong w1, ulong w2, ulong w3, ulong carry)
    {
        while (carry != 0) // at most twice: the first fold leaves a carry of 0 or 1
        {
            var next = 0UL;
            w0 = MultiplyAdd(carry, Wrap, w0, ref next);
            carry = next;
            next = 0;
            w1 = Add(w1, carry, ref next);
            w2 = Add(w2, 0, ref next);
            w3 = Add(w3, 0, ref next);
            carry = next;
        }
        return new FieldElement(w0, w1, w2, w3).Reduced();
    }

    private FieldElement Reduced() => _0 >= LowestOfP && (_1 & _2 & _3) == ulong.MaxValue ? new FieldElement(_0 - LowestOfP, 0, 0, 0) : this;

    /// <summary>The low half of xy + addend + carry, whose high half becomes the carry; the sum can't exceed 2^128 - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MultiplyAdd(ulong x, ulong y, ulong addend, ref ulong carry)
    {
        var high = Math.BigMul(x, y, out var low);
        low += addend;
        high += low < addend ? 1UL : 0;
        low += carry;
        high += low < carry ? 1UL : 0;
        carry = high;
        return low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Add(ulong x, ulong y, ref ulong carry)
    {
        var sum = (UInt128)x + y + carry;
        carry = (ulong)(sum >> 64);
        return (ulong)sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Subtract(ulong x, ulong y, ref ulong borrow)
    {
        var difference = (UInt128)x - y - borrow;
        borrow = (ulong)(difference >> 64) & 1;
        return (ulong)difference;
    }
}

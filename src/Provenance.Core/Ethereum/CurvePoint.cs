namespace Provenance.Core.Ethereum;

/// <summary>A point of y² = x³ + 7 in Jacobian coordinates: x = X/Z², y = Y/Z³; Z = 0 is the point at infinity.</summary>
internal readonly record struct CurvePoint(FieldElement X, FieldElement Y, FieldElement Z)
{
    /// <summary>SEC 2 §2.4.1.</summary>
    public static readonly CurvePoint Generator = FindOnCurve(
        Convert.FromHexString("79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798"),
        Convert.FromHexString("483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8"))!.Value;

    private static readonly CurvePoint[] GeneratorMultiples = Multiples(Generator);

    public static CurvePoint Infinity => default;

    public bool IsInfinity => Z.IsZero;

    /// <summary>The point with these coordinates, 32 big-endian bytes each; null if it is not on the curve. Its group has prime
    /// order, so there is no small subgroup to refuse.</summary>
    public static CurvePoint? FindOnCurve(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y) =>
        FieldElement.TryRead(x, out var fieldX) && FieldElement.TryRead(y, out var fieldY) && fieldY * fieldY == RightSide(fieldX)
            ? new CurvePoint(fieldX, fieldY, FieldElement.One)
            : null;

    /// <summary>The point with this x (32 big-endian bytes) and the y of the parity asked for; null if no point has this x.</summary>
    public static CurvePoint? FindByX(ReadOnlySpan<byte> x, bool yIsOdd)
    {
        if (!FieldElement.TryRead(x, out var fieldX) || RightSide(fieldX).FindSquareRoot() is not { } y)
        {
            return null;
        }
        return new CurvePoint(fieldX, y.IsOdd == yIsOdd ? y : FieldElement.Zero - y, FieldElement.One);
    }

    /// <summary>u1·G + u2·<paramref name="q"/>: Shamir's trick, both scalars (32 big-endian bytes) in windows of four bits over one
    /// chain of doublings.</summary>
    public static CurvePoint Combine(ReadOnlySpan<byte> u1, ReadOnlySpan<byte> u2, in CurvePoint q)
    {
        var multiples = Multiples(q);
        var sum = Infinity;
        for (var nibble = 0; nibble < 64; nibble++)
        {
            sum = sum.Double().Double().Double().Double();
            sum = sum.Add(GeneratorMultiples[Nibble(u1, nibble)]);
            sum = sum.Add(multiples[Nibble(u2, nibble)]);
        }
        return sum;
    }

    /// <summary>As <see cref="Combine(ReadOnlySpan{byte}, ReadOnlySpan{byte}, in CurvePoint)"/>, a third of the work: no doubling is left to do.</summary>
    public static CurvePoint Combine(ReadOnlySpan<byte> u1, ReadOnlySpan<byte> u2, PointMultiples q) => q.AddTo(PointMultiples.OfGenerator.AddTo(Infinity, u1), u2);

    /// <summary>The affine coordinates. Not for the point at infinity, which has none.</summary>
    public (FieldElement X, FieldElement Y) ToAffine()
    {
        var inverse = Z.Inverse();
        var squared = inverse * inverse;
        return (X * squared, Y * squared * inverse);
    }

    /// <summary>dbl-2009-l of the Explicit-Formulas Database, for a = 0. No point of this curve has y = 0.</summary>
    private CurvePoint Double()
    {
        if (IsInfinity)
        {
            return this;
        }
        var a = X * X;
        var b = Y * Y;
        var c = b * b;
        var xb = X * b;
        var d = xb + xb;
        d += d;
        var e = a + a + a;
        var x = e * e - (d + d);
        var c8 = c + c;
        c8 += c8;
        c8 += c8;
        var yz = Y * Z;
        return new CurvePoint(x, e * (d - x) - c8, yz + yz);
    }

    /// <summary>add-1998-cmo-2, with the cases that its formula does not cover.</summary>
    public CurvePoint Add(in CurvePoint other)
    {
        if (IsInfinity)
        {
            return other;
        }
        if (other.IsInfinity)
        {
            return this;
        }
        var zz1 = Z * Z;
        var zz2 = other.Z * other.Z;
        var u1 = X * zz2;
        var s1 = Y * other.Z * zz2;
        var h = other.X * zz1 - u1;
        var r = other.Y * Z * zz1 - s1;
        return Sum(u1, s1, h, r, Z * other.Z);
    }

    /// <summary>The same sum for a point with Z = 1, five multiplications fewer (madd).</summary>
    public CurvePoint AddAffine(in CurvePoint other)
    {
        if (IsInfinity)
        {
            return other;
        }
        var zz = Z * Z;
        var h = other.X * zz - X;
        var r = other.Y * Z * zz - Y;
        return Sum(X, Y, h, r, Z);
    }

    /// <summary>The rest of either sum, from this point's coordinates over the common denominator (u, s), the differences to the other's (h, r), and the product of both Z.</summary>
    private CurvePoint Sum(in FieldElement u, in FieldElement s, in FieldElement h, in FieldElement r, in FieldElement zz)
    {
        if (h.IsZero)
        {
            return r.IsZero ? Double() : Infinity;
        }
        var hh = h * h;
        var hhh = h * hh;
        var v = u * hh;
        var x = r * r - hhh - (v + v);
        return new CurvePoint(x, r * (v - x) - s * hhh, h * zz);
    }

    private static FieldElement RightSide(in FieldElement x) => x * x * x + FieldElement.Seven;

    /// <summary>0·p to 15·p.</summary>
    private static CurvePoint[] Multiples(in CurvePoint p)
    {
        var multiples = new CurvePoint[16];
        for (var i = 1; i < multiples.Length; i++)
        {
            multiples[i] = multiples[i - 1].Add(p);
        }
        return multiples;
    }

    /// <summary>The n-th group of four bits, the highest first.</summary>
    internal static int Nibble(ReadOnlySpan<byte> scalar, int n) => n % 2 == 0 ? scalar[n / 2] >> 4 : scalar[n / 2] & 15;
}

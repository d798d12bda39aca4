namespace Provenance.Core.Ethereum;

/// <summary>d·16^w·p for every digit d from 1 to 15 and every w below 64 (61 kB): with these any multiple of a point that stays the same is 64 sums. Making them costs about as much as two multiplications without.</summary>
internal sealed class PointMultiples
{
    private const int Windows = 64, Digits = 15;

    private readonly CurvePoint[] _points;

    public PointMultiples(in CurvePoint p)
    {
        var points = new CurvePoint[Windows * Digits];
        var power = p;
        for (var first = 0; first < points.Length; first += Digits)
        {
            points[first] = power;
            for (var i = first + 1; i < first + Digits; i++)
            {
                points[i] = points[i - 1].Add(power);
            }
            power = points[first + Digits - 1].Add(power);
        }
        _points = ToAffine(points);
    }

    public static PointMultiples OfGenerator { get; } = new(CurvePoint.Generator);

    /// <param name="sum">What the multiple is added to.</param>
    /// <param name="scalar">32 bytes, big-endian.</param>
    public CurvePoint AddTo(CurvePoint sum, ReadOnlySpan<byte> scalar)
    {
        for (var window = 0; window < Windows; window++)
        {
            var digit = CurvePoint.Nibble(scalar, Windows - 1 - window);
            sum = digit == 0 ? sum : sum.AddAffine(_points[window * Digits + digit - 1]);
        }
        return sum;
    }

    /// <summary>With one inversion for all (Montgomery's trick). None is infinity: the group's order is a prime above every factor here.</summary>
    private static CurvePoint[] ToAffine(CurvePoint[] points)
    {
        var products = new FieldElement[points.Length];
        var product = FieldElement.One;
        for (var i = 0; i < points.Length; i++)
        {
            products[i] = product;
            product *= points[i].Z;
        }
        var inverse = product.Inverse();
        for (var i = points.Length - 1; i >= 0; i--)
        {
            var own = inverse * products[i];
            inverse *= points[i].Z;
            var squared = own * own;
            points[i] = new CurvePoint(points[i].X * squared, points[i].Y * squared * own, FieldElement.One);
        }
        return points;
    }
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Provenance.Server.Epcis.Queries;

/// <summary>A number of an event or a query, compared by value: exactly where decimal holds it, as double beyond.</summary>
internal readonly partial record struct Number : IComparable<Number>
{
    private readonly decimal? _exact;
    private readonly double _near;

    private Number(decimal? exact, double near) => (_exact, _near) = (exact, near);

    [GeneratedRegex(@"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape { get; }

    /// <summary>False for what is no decimal number, or beyond the doubles.</summary>
    public static bool TryParse(string text, out Number number)
    {
        number = default;
        if (text.Length > 100 || !Shape.IsMatch(text) || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var near) || !double.IsFinite(near))
        {
            return false;
        }
        number = new Number(decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) ? exact : null, near);
        return true;
    }

    public int CompareTo(Number other) => _exact is { } mine && other._exact is { } theirs ? mine.CompareTo(theirs) : _near.CompareTo(other._near);

    public bool Equals(Number other) => CompareTo(other) == 0;

    public override int GetHashCode() => _near.GetHashCode();
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Provenance.Core.Units;

/// <summary>An amount as people state it: never negative, at most 12 digits, 3 decimals for measures, whole for pieces and cases.</summary>
public readonly record struct Quantity
{
    /// <summary>Digits before and after the point together.</summary>
    public const int MaxDigits = 12;

    /// <summary>Digits after the point.</summary>
    public const int MaxDecimals = 3;

    private Quantity(decimal value, Unit unit) => (Value, Unit) = (value, unit);

    public decimal Value { get; }

    public Unit Unit { get; }

    /// <summary>In the base unit of its dimension: kilograms, litres, metres, square metres, pieces. Exact.</summary>
    public decimal Base => Value * Unit.Factor;

    /// <summary>Reads a number as JSON writes it, without exponent: 1.2, not 1,2 nor 1e3.</summary>
    /// <param name="error">A sentence naming the value.</param>
    public static bool TryParse(string text, Unit unit, out Quantity quantity, [NotNullWhen(false)] out string? error)
    {
        quantity = default;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        var decimals = point < 0 ? "" : text[(point + 1)..].TrimEnd('0');
        error = Fault(text, unit, whole, decimals);
        if (error is null)
        {
            // Without trailing zeros, so that equal amounts print alike.
            var trimmed = decimals.Length == 0 ? whole : $"{whole}.{decimals}";
            quantity = new Quantity(decimal.Parse(trimmed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture), unit);
        }
        return error is null;
    }

    /// <summary>The same amount in another unit; null where they measure different things and no net content joins them.</summary>
    /// <param name="netContent">What one piece of the product holds.</param>
    /// <returns>Exact to the last digit where it has 28 or fewer; a third of a pound is rounded there.</returns>
    public decimal? In(Unit unit, Quantity? netContent = null)
    {
        if (unit.Dimension == Unit.Dimension)
        {
            return unit == Unit ? Value : Base / unit.Factor;
        }
        if (netContent is not { Value: > 0 } content)
        {
            return null;
        }
        if (Unit.Dimension == Dimension.Pieces && content.Unit.Dimension == unit.Dimension)
        {
            return Value * content.Base / unit.Factor;
        }
        return unit.Dimension == Dimension.Pieces && content.Unit.Dimension == Unit.Dimension ? Base / content.Base : null;
    }

    /// <summary>The number as JSON writes it.</summary>
    public string ToJson() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Number and unit: 1.2 kg.</summary>
    public override string ToString() => $"{ToJson()} {Unit}";

    private static string? Fault(string text, Unit unit, string whole, string decimals)
    {
        if (!unit.IsAmount)
        {
            return $"quantity '{text}': {unit} is no amount";
        }
        var isNumber = whole.Length > 0 && !whole.AsSpan().ContainsAnyExceptInRange('0', '9') && (whole[0] != '0' || whole.Length == 1)
            && !decimals.AsSpan().ContainsAnyExceptInRange('0', '9') && !text.EndsWith('.');
        if (!isNumber)
        {
            return $"quantity '{text}' should be a number such as 12 or 1.5";
        }
        if (decimals.Length > (unit.IsWhole ? 0 : MaxDecimals))
        {
            return unit.IsWhole
                ? $"quantity '{text}' should be a whole number of {unit}s"
                : $"quantity '{text}' has more than {MaxDecimals} decimals";
        }
        return whole.Length + decimals.Length > MaxDigits ? $"quantity '{text}' has more than {MaxDigits} digits" : null;
    }
}

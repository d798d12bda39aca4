using Provenance.Core.Units;

namespace Provenance.Server.Tracing;

/// <summary>What one of a unit is in the base unit of what it measures.</summary>
/// <param name="Measures">Amounts that measure the same can be added up.</param>
/// <param name="Uom">UN/ECE Rec 20; null for pieces.</param>
/// <param name="Factor">Exact.</param>
internal readonly record struct Scale(string Measures, string? Uom, decimal Factor)
{
    /// <param name="netContent">What one piece holds; then pieces are counted by what is in them.</param>
    public static Scale Of(string? uom, Amount? netContent)
    {
        if (Unit.OfEpcis(uom) is not { } unit)
        {
            return new Scale("uom " + uom, uom, 1);
        }
        return unit.Dimension == Dimension.Pieces && netContent is { Value: > 0 } net && Unit.OfEpcis(net.Uom) is { IsAmount: true, IsWhole: false } content
            ? new Scale(content.Dimension.ToString(), uom, net.Value * content.Factor)
            : new Scale(unit.Dimension.ToString(), uom, unit.Factor);
    }

    /// <summary>So much of the base unit in this one, without trailing zeros.</summary>
    public Amount FromBase(decimal value) => new(value / Factor / 1.0000000000000000000000000000m, Uom);
}

/// <summary>Adds amounts up to the last digit: each in its base unit, and put back at the end into the unit it was first counted in.</summary>
/// <param name="netContent">What one piece holds.</param>
internal sealed class AmountSum(Amount? netContent = null)
{
    private readonly List<(Scale First, decimal Total)> _sums = [];

    /// <summary>One for each thing that was measured, such as weight and volume.</summary>
    public IReadOnlyList<Amount> Amounts => [.. _sums.Select(sum => sum.First.FromBase(sum.Total))];

    /// <summary>The amount, where all were of one measure; null where there was none or of several.</summary>
    public Amount? Single => _sums is [var only] ? only.First.FromBase(only.Total) : null;

    public void Add(Amount amount, int sign = 1)
    {
        var scale = Scale.Of(amount.Uom, netContent);
        var i = _sums.FindIndex(sum => sum.First.Measures == scale.Measures);
        if (i < 0)
        {
            _sums.Add((scale, 0));
            i = _sums.Count - 1;
        }
        _sums[i] = (_sums[i].First, _sums[i].Total + sign * amount.Value * scale.Factor);
    }

    /// <summary>What several mentions of an item come to; null where one leaves it open, or they measure different things.</summary>
    public static Amount? Of(IEnumerable<ItemMention> mentions)
    {
        var sum = new AmountSum();
        foreach (var mention in mentions)
        {
            if (mention.Value is not { } value)
            {
                return null;
            }
            sum.Add(new Amount(value, mention.Uom));
        }
        return sum.Single;
    }
}

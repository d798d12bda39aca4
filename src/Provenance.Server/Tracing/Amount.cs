using System.Globalization;
using Provenance.Core.Units;

namespace Provenance.Server.Tracing;

/// <summary>How much an event or a balance says: with whichever unit it names, and below zero where more went out than came in.</summary>
/// <param name="Uom">UN/ECE Rec 20, also one we know nothing of; null for pieces.</param>
internal readonly record struct Amount(decimal Value, string? Uom)
{
    /// <summary>An amount that a person stated.</summary>
    public static Amount Of(Quantity quantity) => new(quantity.Value, quantity.Unit.EpcisCode);

    /// <summary>The same in another unit; null where they measure different things and no net content joins them.</summary>
    /// <param name="netContent">What one piece holds.</param>
    public decimal? In(string? uom, Amount? netContent = null)
    {
        if (Uom == uom)
        {
            return Value;
        }
        if (Unit.OfEpcis(Uom) is not { } from || Unit.OfEpcis(uom) is not { } to)
        {
            return null;
        }
        if (from.Dimension == to.Dimension)
        {
            return Value * from.Factor / to.Factor;
        }
        if (netContent is not { Value: > 0 } net || Unit.OfEpcis(net.Uom) is not { } content)
        {
            return null;
        }
        return (from.Dimension == Dimension.Pieces && content.Dimension == to.Dimension) ? Value * net.Value * content.Factor / to.Factor
            : (to.Dimension == Dimension.Pieces && content.Dimension == from.Dimension) ? Value * from.Factor / (net.Value * content.Factor)
            : null;
    }

    /// <summary>For people: 12.5 kg.</summary>
    public override string ToString() =>
        Value.ToString("0.###", CultureInfo.InvariantCulture) + " " + (Uom is null ? "pieces" : Unit.OfEpcis(Uom)?.Symbol ?? Uom);
}

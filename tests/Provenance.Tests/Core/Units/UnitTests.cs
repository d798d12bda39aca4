using Provenance.Core.Units;

namespace Provenance.Tests.Core.Units;

public class UnitTests
{
    [Theory]
    [InlineData("kg", "KGM")]
    [InlineData("KGM", "KGM")]
    [InlineData("Kilogramm", "KGM")]
    [InlineData("kilogramos", "KGM")]
    [InlineData("g", "GRM")]
    [InlineData("t", "TNE")]
    [InlineData("toneladas", "TNE")]
    [InlineData("l", "LTR")]
    [InlineData("Liter", "LTR")]
    [InlineData("ML", "MLT")]
    [InlineData("Stk.", "H87")]
    [InlineData("Stück", "H87")]
    [InlineData("Stu\u0308ck", "H87")]
    [InlineData("EA", "H87")]
    [InlineData("unidades", "H87")]
    [InlineData("cajas", "CS")]
    [InlineData("short ton", "STN")]
    [InlineData("°C", "CEL")]
    public void Units_are_known_by_code_and_by_name_in_three_languages(string text, string code)
    {
        Assert.True(Unit.TryParse(text, out var unit, out var error), error);
        Assert.Equal(code, unit.Code);
    }

    [Theory]
    [InlineData("kgg", "unit 'kgg' is not known; the nearest are kg (KGM), g (GRM), mg (MGM)")]
    [InlineData("ton", "unit 'ton' is not known; the nearest are t (TNE), ton(US) (STN), ton(UK) (LTN)")]
    [InlineData("litters", "unit 'litters' is not known; the nearest are l (LTR), m (MTR), ml (MLT)")]
    public void An_unknown_unit_is_answered_with_the_three_nearest(string text, string message)
    {
        Assert.False(Unit.TryParse(text, out _, out var error));
        Assert.Equal(message, error);
    }

    [Fact]
    public void Pieces_have_no_unit_in_EPCIS()
    {
        Assert.Null(Unit.Piece.EpcisCode);
        Assert.Equal((Unit.Piece, Unit.Piece, "KGM", null), (Unit.OfEpcis(null), Unit.OfEpcis("EA"), Unit.OfEpcis("KGM")?.EpcisCode, Unit.OfEpcis("kg")));
    }

    [Theory]
    [InlineData("1.20", "kg", "1.2 kg")]
    [InlineData("0", "kg", "0 kg")]
    [InlineData("0.001", "kg", "0.001 kg")]
    [InlineData("999999999.999", "kg", "999999999.999 kg")]
    [InlineData("480", "piece", "480 piece")]
    [InlineData("480.000", "piece", "480 piece")]
    public void A_quantity_prints_without_trailing_zeros(string text, string unit, string printed) => Assert.Equal(printed, Read(text, unit).ToString());

    [Theory]
    [InlineData("1.5", "piece", "quantity '1.5' should be a whole number of pieces")]
    [InlineData("1.2345", "kg", "quantity '1.2345' has more than 3 decimals")]
    [InlineData("1234567890.123", "kg", "quantity '1234567890.123' has more than 12 digits")]
    [InlineData("1,5", "kg", "quantity '1,5' should be a number such as 12 or 1.5")]
    [InlineData("-1", "kg", "quantity '-1' should be a number such as 12 or 1.5")]
    [InlineData("1e3", "kg", "quantity '1e3' should be a number such as 12 or 1.5")]
    [InlineData("01", "kg", "quantity '01' should be a number such as 12 or 1.5")]
    [InlineData("1.", "kg", "quantity '1.' should be a number such as 12 or 1.5")]
    [InlineData(".5", "kg", "quantity '.5' should be a number such as 12 or 1.5")]
    [InlineData("", "kg", "quantity '' should be a number such as 12 or 1.5")]
    [InlineData("4", "°C", "quantity '4': °C is no amount")]
    public void An_error_names_the_quantity(string text, string unit, string message)
    {
        Assert.False(Quantity.TryParse(text, UnitOf(unit), out _, out var error));
        Assert.Equal(message, error);
    }

    [Theory]
    [InlineData("1.5", "t", "kg", "1500")]
    [InlineData("3", "lb", "g", "1360.77711")]
    [InlineData("750", "ml", "l", "0.75")]
    [InlineData("12", "fl-oz", "ml", "354.88235475")]
    [InlineData("2", "ha", "m²", "20000")]
    public void Amounts_of_one_dimension_convert_exactly(string text, string from, string to, string result) =>
        Assert.Equal(decimal.Parse(result, System.Globalization.CultureInfo.InvariantCulture), Read(text, from).In(UnitOf(to)));

    [Fact]
    public void Pieces_and_measures_convert_only_through_the_net_content()
    {
        var loaves = Read("80", "piece");
        Assert.Null(loaves.In(UnitOf("kg")));
        Assert.Equal(40m, loaves.In(UnitOf("kg"), Read("500", "g")));
        Assert.Equal(80m, Read("40", "kg").In(Unit.Piece, Read("500", "g")));
        Assert.Null(loaves.In(UnitOf("l"), Read("500", "g")));
        Assert.Null(Read("4", "case").In(Unit.Piece, Read("500", "g")));
    }

    private static Quantity Read(string text, string unit)
    {
        Assert.True(Quantity.TryParse(text, UnitOf(unit), out var quantity, out var error), error);
        return quantity;
    }

    private static Unit UnitOf(string text)
    {
        Assert.True(Unit.TryParse(text, out var unit, out var error), error);
        return unit;
    }
}

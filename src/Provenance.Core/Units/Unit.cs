using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Provenance.Core.Units;

/// <summary>What a unit measures. Amounts of one dimension can be added up; of two, only through a product's net content.</summary>
public enum Dimension
{
    /// <summary>Things counted one by one.</summary>
    Pieces,

    /// <summary>Cases counted one by one; how much is in one, only the product says.</summary>
    Cases,

    /// <summary>In kilograms.</summary>
    Mass,

    /// <summary>In litres.</summary>
    Volume,

    /// <summary>In metres.</summary>
    Length,

    /// <summary>In square metres.</summary>
    Area,

    /// <summary>A reading, no amount.</summary>
    Temperature,

    /// <summary>A reading, no amount.</summary>
    Ratio,
}

/// <summary>A unit of measure by its UN/ECE Recommendation 20 code, with the words people use for it.</summary>
public sealed class Unit
{
    /// <summary>
    /// One line: code, symbol, dimension, how many base units it is, all other names. Factors are exact by definition
    /// (the pound of 1959, the US gallon of 231 cubic inches, the imperial one of 1985).
    /// Words that differ by country are left out: a ton, a Pfund, a pint.
    /// </summary>
    private const string Table = """
        H87 piece Pieces      1              pieces pc pcs each ea pce c62 unit units stück stücke stueck stk st pieza piezas pza unidad unidades ud uds
        CS  case  Cases       1              cases xcs kiste kisten karton kartons caja cajas
        KGM kg    Mass        1              kgs kilo kilos kilogram kilograms kilogramme kilogrammes kilogramm kilogramo kilogramos quilogramo
        GRM g     Mass        0.001          gr gram grams gramme grammes gramm gramo gramos
        MGM mg    Mass        0.000001       milligram milligrams milligramm miligramo miligramos
        TNE t     Mass        1000           tonne tonnes tonnen tonelada toneladas
        DTN dt    Mass        100            quintal quintals quintales dezitonne dezitonnen
        LBR lb    Mass        0.45359237     lbs pound pounds libra libras
        ONZ oz    Mass        0.028349523125 ounce ounces unze unzen onza onzas
        STN ton(US) Mass      907.18474      short-ton uston
        LTN ton(UK) Mass      1016.0469088   long-ton ukton
        LTR l     Volume      1              litre litres liter liters litro litros
        MLT ml    Volume      0.001          millilitre millilitres milliliter milliliters mililitro mililitros
        CLT cl    Volume      0.01           centilitre centilitres centiliter centiliters zentiliter centilitro centilitros
        DLT dl    Volume      0.1            decilitre decilitres deciliter deciliters deziliter decilitro decilitros
        HLT hl    Volume      100            hectolitre hectolitres hectoliter hectoliters hektoliter hectolitro hectolitros
        MTQ m³    Volume      1000           m3 cbm cubic-metre cubic-meter kubikmeter metro-cúbico
        CMQ cm³   Volume      0.001          cm3 ccm kubikzentimeter
        GLL gal(US) Volume    3.785411784    gal gallon gallons gallone gallonen galón galones
        GLI gal(UK) Volume    4.54609        imperial-gallon
        OZA fl.oz(US) Volume  0.0295735295625 floz fl-oz
        OZI fl.oz(UK) Volume  0.0284130625   imperial-fl-oz
        MTR m     Length      1              metre metres meter meters metro metros
        CMT cm    Length      0.01           centimetre centimetres centimeter centimeters zentimeter centímetro centímetros
        MMT mm    Length      0.001          millimetre millimetres millimeter millimeters milímetro milímetros
        KMT km    Length      1000           kilometre kilometres kilometer kilometers kilómetro kilómetros
        INH in    Length      0.0254         inch inches zoll pulgada pulgadas
        FOT ft    Length      0.3048         foot feet fuß pie pies
        YRD yd    Length      0.9144         yard yards yarda yardas
        MTK m²    Area        1              m2 qm sqm square-metre square-meter quadratmeter metro-cuadrado
        CMK cm²   Area        0.0001         cm2 qcm quadratzentimeter
        HAR ha    Area        10000          hectare hectares hektar hectárea hectáreas
        FTK ft²   Area        0.09290304     ft2 sqft
        ACR ac    Area        4046.8564224   acre acres
        CEL °C    Temperature 1              celsius grad-celsius
        FAH °F    Temperature 1              fahrenheit
        KEL K     Temperature 1              kelvin
        P1  %     Ratio       1              percent prozent porcentaje
        """;

    private static readonly Unit[] _all = [.. Table.Split('\n').Select(line => new Unit(Words(line)))];

    // Names differ from each other beyond case, so that KG and Kg are kg.
    private static readonly FrozenDictionary<string, Unit> _byName = _all
        .SelectMany(unit => unit._names.Select(name => (name, unit)))
        .ToFrozenDictionary(pair => pair.name, pair => pair.unit, StringComparer.Ordinal);

    private readonly string[] _names;

    private Unit(string[] words)
    {
        Code = words[0];
        Symbol = words[1];
        Dimension = Enum.Parse<Dimension>(words[2]);
        Factor = decimal.Parse(words[3], CultureInfo.InvariantCulture);
        _names = [.. words[4..].Prepend(Symbol).Prepend(Code).Select(Simplify).Distinct()];
    }

    /// <summary>What has no unit in EPCIS is counted in these.</summary>
    public static Unit Piece => _all[0];

    /// <summary>UN/ECE Rec 20, such as KGM; CS (Rec 21) for cases, as EPCIS documents have it.</summary>
    public string Code { get; }

    /// <summary>What EPCIS quantities carry: null for pieces (EPCIS 2.0 §7.3.3.3).</summary>
    public string? EpcisCode => Dimension == Dimension.Pieces ? null : Code;

    /// <summary>What people read: kg, piece.</summary>
    public string Symbol { get; }

    public Dimension Dimension { get; }

    /// <summary>How many of its dimension's base units one of it is; exact. Without meaning for readings.</summary>
    public decimal Factor { get; }

    /// <summary>True where only whole numbers make sense.</summary>
    public bool IsWhole => Dimension is Dimension.Pieces or Dimension.Cases;

    /// <summary>False for units of readings, such as °C: nobody ships 4 °C.</summary>
    public bool IsAmount => Dimension is not (Dimension.Temperature or Dimension.Ratio);

    /// <summary>Reads a code or name in English, German or Spanish, in any case.</summary>
    /// <param name="error">Names the three units whose names are nearest.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Unit? unit, [NotNullWhen(false)] out string? error)
    {
        var name = Simplify(text);
        if (_byName.TryGetValue(name, out unit))
        {
            error = null;
            return true;
        }
        // In proportion to the length: two letters wrong in three are far, two in nine are near.
        var nearest = _all
            .OrderBy(candidate => candidate._names.Min(known => (double)Distance(name, known) / Math.Max(name.Length, known.Length)))
            .Take(3);
        error = $"unit '{text}' is not known; the nearest are {string.Join(", ", nearest.Select(n => $"{n.Symbol} ({n.Code})"))}";
        return false;
    }

    /// <summary>The unit of an EPCIS quantity: of pieces where it names none; null where its code is not of our table.</summary>
    public static Unit? OfEpcis(string? uom) =>
        uom switch
        {
            null or "EA" or "C62" or "PCE" => Piece,
            "XCS" => _all[1],
            _ => Array.Find(_all, unit => unit.Code == uom),
        };

    /// <summary>The symbol.</summary>
    public override string ToString() => Symbol;

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // Blanks inside a name are hyphens in the table; a dot ends an abbreviation.
    private static string Simplify(string text) =>
        text.Trim().TrimEnd('.').Replace(' ', '-').ToLowerInvariant().Normalize(NormalizationForm.FormC);

    // Levenshtein's.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}

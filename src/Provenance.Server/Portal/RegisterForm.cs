using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Provenance.Server.Pages;
using Provenance.Server.Portal.Steps;

namespace Provenance.Server.Portal;

/// <summary>What stands in the form that registers a batch, as it was typed. It becomes the body of <c>POST /api/batches</c>, and is read as one.</summary>
/// <param name="Product"><c>gtin:…</c> or <c>sku:…</c> of a product on the list; empty for the one in <paramref name="Number"/>.</param>
/// <param name="Number">GTIN or the firm's own number of a product that is not on the list.</param>
/// <param name="Made">A date.</param>
/// <param name="Until">A date; <paramref name="UntilKind"/> says of which kind: <c>bestBefore</c> or <c>useBy</c>.</param>
/// <param name="Place">Id of one of the firm's places: where it was made, and by whose clock its dates count.</param>
/// <param name="Once">Names this attempt: however often it is sent, it is recorded once.</param>
/// <param name="Again">"Yes, a second one": records what equals something on record.</param>
internal sealed record RegisterForm(
    string Product, string Number, string Name, string Lot, string Quantity, string Uom, string Made, string Until, string UntilKind, string Place, string Country, string Region, string Once, bool Again)
{
    /// <summary>Documents and photos; those with a SHA-256 are kept here already.</summary>
    public IReadOnlyList<FormPaper> Papers { get; init; } = [];

    public static readonly IReadOnlyList<string> Units = ["kg", "g", "t", "l", "ml", "piece", "case"];

    /// <summary>What is typed is kept, except for how long it may be.</summary>
    public const int Longest = 400;

    /// <summary>One of <see cref="Units"/> for the unit of an event; null where none of them is it.</summary>
    public static string? UnitOf(string? uom) => uom is null ? "piece" : Units.FirstOrDefault(name => Core.Units.Unit.TryParse(name, out var known, out _) && known.Code == uom);

    public static RegisterForm Of(IFormCollection form)
    {
        return new(Text("product"), Text("number"), Text("name"), Text("lot"), Text("quantity"), Text("uom"), Text("made"), Text("until"), Text("untilKind"), Text("place"), Text("country"), Text("region"), Text("once"), form["again"] == "1") { Papers = FormPaper.In(form) };

        string Text(string name) => form[name].ToString().Trim() is var text && text.Length > Longest ? text[..Longest] : text;
    }

    /// <summary>An empty form.</summary>
    public static RegisterForm New(string made, string place, string country) => new("", "", "", "", "", "kg", made, "", "bestBefore", place, country, "", NewOnce(), false);

    public static string NewOnce() => $"portal-{Guid.NewGuid():N}";

    /// <summary>The fields by name, for forms that carry them on.</summary>
    public IEnumerable<(string Name, string Value)> Fields =>
    [
        ("product", Product), ("number", Number), ("name", Name), ("lot", Lot), ("quantity", Quantity), ("uom", Uom), ("made", Made),
        ("until", Until), ("untilKind", UntilKind), ("place", Place), ("country", Country), ("region", Region), ("once", Once), ("again", Again ? "1" : ""),
        .. Papers.SelectMany(paper => paper.Fields),
    ];

    /// <summary>The body of <c>POST /api/batches</c>. Nothing is judged here: what is missing stays out, what is wrong goes in as it is.</summary>
    public byte[] ToRequest()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMade(json);
            Optional(json, "at", Made);
            Optional(json, "place", Place);
            json.WriteStartObject("origin");
            Optional(json, "country", Country);
            Optional(json, "place", Region);
            json.WriteEndObject();
            StepBodies.Papers(json, Papers);
            if (Again)
            {
                json.WriteBoolean("again", true);
            }
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>What was made, as a member of the body or as one of the outputs of a transformation.</summary>
    public void WriteMade(Utf8JsonWriter json)
    {
        json.WriteStartObject("product");
        WriteProduct(json);
        json.WriteEndObject();
        Optional(json, "lot", Lot);
        Amount(json, "quantity", Quantity);
        Optional(json, "uom", Uom);
        Optional(json, UntilKind == "useBy" ? "useBy" : "bestBefore", Until);
    }

    /// <summary>A number; where it is none, the text, so that the API says what is wrong with it.</summary>
    public static void Amount(Utf8JsonWriter json, string name, string typed)
    {
        if (FindNumber(typed) is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            Optional(json, name, typed);
        }
    }

    public static void Optional(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>A number with a decimal point or comma; null where it could mean two things (1,000) or is none.</summary>
    public static decimal? FindNumber(string typed)
    {
        var isUnclear = typed.IndexOfAny([',', '.']) is var at and > 0 && typed.Length - at == 4 && typed[0] != '0';
        return !isUnclear && decimal.TryParse(typed.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number / 1.0000000000000000000000000000m // without the zeros at its end
            : null;
    }

    /// <summary>A number as <see cref="FindNumber"/> reads it: 1.125 alone would be taken for a thousand.</summary>
    public static string Show(decimal number) =>
        number.ToString("0.############", CultureInfo.InvariantCulture) is var text && text.Length - text.IndexOf('.', StringComparison.Ordinal) == 4 && text.Contains('.', StringComparison.Ordinal) ? text + "0" : text;

    private void WriteProduct(Utf8JsonWriter json)
    {
        if (Product.Split(':', 2) is ["gtin" or "sku", var known])
        {
            json.WriteString(Product.StartsWith("gtin", StringComparison.Ordinal) ? "gtin" : "sku", known);
            return;
        }
        Optional(json, Number.Length is 8 or 12 or 13 or 14 && Number.All(char.IsAsciiDigit) ? "gtin" : "sku", Number);
        Optional(json, "name", Name);
    }
}

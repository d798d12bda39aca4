using System.Globalization;
using Provenance.Server.Http;
using Provenance.Server.Pages;
using Provenance.Server.Parties;

namespace Provenance.Server.Portal.OwnData;

/// <summary>A product as it was typed.</summary>
/// <param name="Number">GTIN, or the firm's own number: 8, 12, 13 or 14 digits are a GTIN unless <paramref name="IsOwn"/>.</param>
/// <param name="IsChange">The number is on the list, and stays.</param>
internal sealed record ProductForm(string Number, bool IsOwn, string Name, string Content, string Uom, bool IsChange)
{
    private const int Longest = 400;

    public static ProductForm Empty { get; } = new("", false, "", "", "g", false);

    public bool IsGtin => !IsOwn && Number.Length is 8 or 12 or 13 or 14 && Number.All(char.IsAsciiDigit);

    public static ProductForm Of(Product product) => new(
        OwnDataApi.NumberOf(product), product.Sku is not null, product.Name, product.NetContent?.Value.ToString(CultureInfo.InvariantCulture) ?? "",
        RegisterForm.Units.FirstOrDefault(name => Core.Units.Unit.TryParse(name, out var unit, out _) && unit.Code == product.NetContent?.Uom) ?? product.NetContent?.Uom ?? "g", true);

    public static ProductForm Of(IFormCollection form) => new(Cut(form["number"]), form["own"] == "1", Cut(form["name"]), Cut(form["holds"]), Cut(form["uom"]), form["change"] == "1");

    public NewProduct ToProduct() => new(Name, IsGtin ? Number : null, IsGtin ? null : Number,
        NetContent: decimal.TryParse(Content.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? new NetContent(value, Uom) : null);

    public Problem? WhyNot(NewProduct asked) => asked.WhyNot()
        ?? (Content.Length > 0 && asked.NetContent is null ? Problem.Invalid("netContent.value", Content, "Send a number, such as 500 or 0.75.") : null);

    internal static string Cut(string? typed) => (typed ?? "").Trim() is var text && text.Length > Longest ? text[..Longest] : text;
}

/// <summary>A place as it was typed.</summary>
/// <param name="Id">Of a place that is changed; empty for a new one, whose id comes from its name.</param>
/// <param name="Geo">Latitude and longitude, as maps give them; empty where it is not said.</param>
internal sealed record PlaceForm(string Id, string Name, string City, string Country, string TimeZone, string Gln, string Geo)
{
    public bool IsChange => Id.Length > 0;

    public static PlaceForm Empty(Party party) => new("", "", "", party.Country == LedgerOptions.NoCountry ? "" : party.Country, "", "", "");

    public static PlaceForm Of(Place place) => new(place.Id, place.Name, place.City, place.Country, place.TimeZone ?? "", place.Gln ?? "",
        place.Geo is { } geo ? string.Create(CultureInfo.InvariantCulture, $"{geo.Latitude}, {geo.Longitude}") : "");

    public static PlaceForm Of(IFormCollection form) => new(ProductForm.Cut(form["id"]), ProductForm.Cut(form["name"]), ProductForm.Cut(form["city"]), ProductForm.Cut(form["country"]),
        ProductForm.Cut(form["timeZone"]), ProductForm.Cut(form["gln"]), ProductForm.Cut(form["geo"]));

    public (NewPlace? Place, Problem? Problem) ToPlace(IReadOnlyList<Place> held)
    {
        var parts = Geo.Split(',', StringSplitOptions.TrimEntries);
        var geo = parts.Length == 2 && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var latitude)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var longitude) ? new Geo(latitude, longitude) : null;
        return Geo.Length > 0 && geo is null
            ? (null, Problem.Invalid("geo", Geo, "Send latitude and longitude in degrees, such as 48.3069, 14.2858."))
            : (new NewPlace(IsChange ? Id : RegisterApi.IdOf(Name, held), Name, City, Country, Gln.Length > 0 ? Gln : null, geo, TimeZone), null);
    }
}

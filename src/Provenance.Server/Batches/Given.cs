using System.Text.Json;

namespace Provenance.Server.Batches;

/// <summary>What every step may carry.</summary>
/// <param name="At">A time with offset, or a date; read once the place, and so the zone, is known. Null means now, where a step allows that.</param>
/// <param name="AtField">Under which name it came: <c>at</c> or <c>producedAt</c>.</param>
/// <param name="Again">The sender means a second event of equal content.</param>
internal sealed record CommonFields(
    string? At,
    string AtField,
    GivenPlace? Place,
    IReadOnlyList<GivenDocument> Documents,
    string? Note,
    IReadOnlyList<GivenCertificate> Certificates,
    IReadOnlyList<GivenReading> Readings,
    IReadOnlyDictionary<string, JsonElement> Extra,
    bool Again);

/// <summary>An item by any of its spellings, or by product and lot. Exactly one of the two is there.</summary>
internal sealed record GivenItem(string Field, string? Text, GivenProduct? Product, string? Lot);

/// <summary>A product by GTIN or by the recorder's own SKU. Exactly one of the two is there.</summary>
internal sealed record GivenProduct(string Field, string? Gtin, string? Sku, string? Name, GivenQuantity? NetContent, string? Image);

/// <summary>A number with the unit's spelling as sent; a missing unit means pieces, or what the item is held in.</summary>
internal sealed record GivenQuantity(string Field, decimal Value, string? Uom);

/// <param name="Quantity">Null means all that the party still holds.</param>
/// <param name="Supplier">Present when the item may be recorded from the sender's papers.</param>
/// <param name="Damaged">How much of it arrived damaged, in the quantity's unit; null means nothing.</param>
internal sealed record GivenPortion(string Field, GivenItem Item, GivenQuantity? Quantity, GivenSupplier? Supplier, GivenQuantity? Damaged = null);

/// <param name="Country">ISO 3166-1 alpha-2.</param>
internal sealed record GivenSupplier(string Name, string Country);

/// <summary>A lot that a step makes.</summary>
internal sealed record GivenOutput(
    string Field,
    GivenProduct Product,
    string Lot,
    GivenQuantity Quantity,
    DateOnly? BestBefore,
    DateOnly? UseBy,
    GivenOrigin? Origin,
    IReadOnlyDictionary<string, JsonElement> Attributes);

/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Place">A region in words, such as <c>Pitalito, Huila</c>.</param>
internal sealed record GivenOrigin(string Country, string? Place, GeoPoint? Geo);

/// <summary>WGS 84, decimal degrees.</summary>
internal sealed record GeoPoint(decimal Latitude, decimal Longitude);

/// <summary>A place by its id (then <paramref name="Details"/> is null) or described on the spot.</summary>
internal sealed record GivenPlace(string Field, string? Id, GivenPlaceDetails? Details);

/// <param name="TimeZone">IANA.</param>
internal sealed record GivenPlaceDetails(string Name, string City, string Country, string? Gln, GeoPoint? Geo, string? TimeZone);

/// <param name="Party">Slug or id of a party here, a party GLN, or a URI.</param>
internal sealed record GivenPartner(string Field, string Party, GivenPlace? Place);

/// <param name="Type">A word of the CBV's list of business transactions, such as <c>desadv</c>.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
internal sealed record GivenDocument(string Type, string Number, string? Url, string? Sha256);

/// <param name="Covers"><c>lot</c>, <c>product</c>, <c>site</c> or <c>party</c>.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
internal sealed record GivenCertificate(
    string Name, string Number, string Issuer, DateOnly? ValidFrom, DateOnly? ValidUntil, string? Url, string? Sha256, string Covers);

/// <param name="Type">A measurement type of the EPCIS schema, such as <c>Temperature</c>.</param>
/// <param name="Uom">UN/ECE Rec 20, such as <c>CEL</c>.</param>
/// <param name="At">A time with offset; null means the event's own.</param>
/// <param name="Min">The least that is allowed; null means no limit.</param>
/// <param name="Max">The most that is allowed; null means no limit.</param>
internal sealed record GivenReading(string Type, decimal Value, string Uom, string? At, decimal? Min, decimal? Max)
{
    public bool IsOutOfRange => Value < Min || Value > Max;
}

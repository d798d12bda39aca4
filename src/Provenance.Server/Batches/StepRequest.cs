using System.Text.Json;

namespace Provenance.Server.Batches;

/// <summary>A step as its sender told it: every member read and well-formed, nothing looked up yet (plain-api.md, Steps).</summary>
internal abstract record StepRequest(CommonFields Common);

/// <summary>A batch made of nothing that is on record.</summary>
internal sealed record MakeRequest(CommonFields Common, GivenOutput Output) : StepRequest(Common);

/// <summary>Batches made of others.</summary>
internal sealed record TransformRequest(CommonFields Common, IReadOnlyList<GivenPortion> Inputs, IReadOnlyList<GivenOutput> Outputs) : StepRequest(Common);

/// <param name="Contents">At least one.</param>
internal sealed record PackRequest(CommonFields Common, GivenItem Into, IReadOnlyList<GivenPortion> Contents) : StepRequest(Common);

/// <param name="Contents">None means everything inside.</param>
internal sealed record UnpackRequest(CommonFields Common, GivenItem From, IReadOnlyList<GivenPortion> Contents) : StepRequest(Common);

/// <param name="Sold">Ownership goes over with possession.</param>
internal sealed record ShipRequest(CommonFields Common, IReadOnlyList<GivenPortion> Items, GivenPartner To, string? Carrier, bool Sold) : StepRequest(Common);

/// <param name="Shipment">The <c>eventId</c> of the shipment that arrives, when the receiver knows it.</param>
internal sealed record ReceiveRequest(CommonFields Common, IReadOnlyList<GivenPortion> Items, GivenPartner? From, string? Shipment) : StepRequest(Common);

/// <summary>What every step may carry.</summary>
/// <param name="At">A time with offset, or a date; read once the place, and so the zone, is known.</param>
/// <param name="AtField">Under which name it came: <c>at</c> or <c>producedAt</c>.</param>
/// <param name="Again">The sender means a second event of equal content.</param>
internal sealed record CommonFields(
    string At,
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
internal sealed record GivenPortion(string Field, GivenItem Item, GivenQuantity? Quantity, GivenSupplier? Supplier);

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
internal sealed record GivenReading(string Type, decimal Value, string Uom, string? At);

namespace Provenance.Server.Batches;

/// <summary>The shape of a registration, for the API's page; <see cref="StepTable"/> reads it. See plain-api.md.</summary>
internal sealed record BatchBody(
    ProductBody? Product, string? Lot, decimal? Quantity, string? Uom, string? At, string? ProducedAt, string? BestBefore, string? UseBy,
    OriginBody? Origin, PortionBody[]? Inputs, OutputBody[]? Outputs, object? Place, CertificateBody[]? Certificates, DocumentBody[]? Documents,
    ReadingBody[]? Readings, Dictionary<string, object>? Attributes, Dictionary<string, object>? Extra, string? Note, bool? Again);

/// <summary>The shape of a step, for the API's page; which members a step takes, its example shows.</summary>
/// <param name="At">A time with offset, or a date; may be left out of correct and void only.</param>
/// <param name="Damaged">Of receive: how much of the quantity arrived damaged.</param>
/// <param name="From">Of receive and return a party; of unpack an item.</param>
/// <param name="Place">The id of a place, or what it is.</param>
/// <param name="Event">The eventId that unship, correct and void speak of.</param>
/// <param name="Replacement">Of correct: the members that should have been sent.</param>
/// <param name="Result"><c>pass</c> or <c>fail</c>.</param>
/// <param name="Action"><c>ADD</c>, <c>OBSERVE</c> or <c>DELETE</c>.</param>
internal sealed record StepBody(
    string Step, string? At, string? Item, decimal? Quantity, string? Uom, decimal? Damaged, PortionBody[]? Items, PortionBody[]? Inputs, OutputBody[]? Outputs,
    ProductBody? Product, string? Lot, string? BestBefore, string? UseBy, OriginBody? Origin, Dictionary<string, object>? Attributes,
    string? Into, string? Onto, PortionBody[]? Contents, object? From, PartnerBody? To, string? Carrier, bool? Sold, string? Shipment,
    string? Event, Dictionary<string, object>? Replacement, string? Reason, string? Notice, string? Result, string? Concerns,
    string? BizStep, string? Action, string? Disposition,
    object? Place, DocumentBody[]? Documents, CertificateBody[]? Certificates, ReadingBody[]? Readings, Dictionary<string, object>? Extra, string? Note, bool? Again);

internal sealed record ProductBody(string? Gtin, string? Sku, string? Name, AmountBody? NetContent, string? Image);

internal sealed record AmountBody(decimal Value, string Uom);

internal sealed record OutputBody(
    ProductBody Product, string Lot, decimal Quantity, string? Uom, string? BestBefore, string? UseBy, OriginBody? Origin, Dictionary<string, object>? Attributes);

internal sealed record OriginBody(string Country, string? Place, string? Geo);

/// <param name="Damaged">Of receive: how much of the quantity arrived damaged.</param>
internal sealed record PortionBody(string? Item, ProductBody? Product, string? Lot, decimal? Quantity, string? Uom, SupplierBody? Supplier, decimal? Damaged = null);

internal sealed record SupplierBody(string Name, string Country);

internal sealed record PartnerBody(string Party, object? Place);

internal sealed record DocumentBody(string Type, string Number, string? Url, string? Sha256);

internal sealed record CertificateBody(string Name, string Number, string Issuer, string? ValidFrom, string? ValidUntil, string? Url, string? Sha256, string Covers);

/// <param name="Min">The least that is allowed; a value below it is marked as an alarm.</param>
/// <param name="Max">The most.</param>
internal sealed record ReadingBody(string Type, decimal Value, string Uom, string? At, decimal? Min, decimal? Max);

/// <summary>The shape of an answer, for the API's page.</summary>
/// <param name="Index">Its place in the log.</param>
internal sealed record BatchAnswer(
    string EventId, long Index, EventPlace[]? Events, string Item, string[] Items, string Page, string Qr, string Proof, string[] Warnings);

/// <param name="Index">Its place in the log.</param>
internal sealed record EventPlace(string EventId, long Index);

namespace Provenance.Core.Events;

/// <summary>The members we add to EPCIS events, as they are written, and the namespace they stand in (src/decisions/0001-namespace.md).</summary>
public static class ProvTerms
{
    /// <summary>What the prefix <c>prov</c> stands for. Hashed with the first event, so fixed.</summary>
    public const string Namespace = "urn:uuid:44db9b31-c70d-40eb-bade-f10ef1a55b1b#";

    /// <summary>The prefix. A context that binds it to anything else, or another prefix to <see cref="Namespace"/>, is refused.</summary>
    public const string Prefix = "prov";

    /// <summary>The context of every event that the plain API makes, before our own (EPCIS 2.0 §10.1).</summary>
    public const string EpcisContext = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

    public const string ProductName = "prov:productName";
    public const string Place = "prov:place";
    public const string City = "prov:city";

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public const string Country = "prov:country";

    /// <summary><c>day</c>, or absent.</summary>
    public const string TimePrecision = "prov:timePrecision";

    /// <summary><c>papers</c>, or absent.</summary>
    public const string Basis = "prov:basis";

    public const string SupplierName = "prov:supplierName";

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public const string SupplierCountry = "prov:supplierCountry";

    /// <summary>A list of objects with <c>bizTransaction</c>, and <c>url</c>, <c>sha256</c> or both.</summary>
    public const string Documents = "prov:documents";

    /// <summary>Why goods came back, are on hold, were released or destroyed.</summary>
    public const string Reason = "prov:reason";

    /// <summary>Why a lot is recalled, or no longer is: for everybody to read.</summary>
    public const string RecallReason = "prov:recallReason";

    /// <summary>Address of the notice of a recall, or of its end: for everybody to read.</summary>
    public const string RecallNotice = "prov:recallNotice";

    /// <summary>URI of the recalled lot that an inspection answers.</summary>
    public const string Concerns = "prov:concerns";

    /// <summary>Within a sensor report: the least that its recorder allows, in the report's unit.</summary>
    public const string Min = "prov:min";

    /// <summary>Within a sensor report: the most.</summary>
    public const string Max = "prov:max";

    /// <summary>Of the file of a certificate or photo, beside its address: 64 hex digits.</summary>
    public const string Sha256 = "prov:sha256";

    /// <summary>HMAC-SHA256 of a received file under a random key kept beside it (design §3).</summary>
    public const string Source = "prov:source";
}

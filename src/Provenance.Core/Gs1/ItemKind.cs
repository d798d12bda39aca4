namespace Provenance.Core.Gs1;

/// <summary>What an item id names.</summary>
public enum ItemKind
{
    /// <summary>A URI whose meaning we don't know.</summary>
    Other,

    /// <summary>A product or type, not one thing: a GTIN, a SKU.</summary>
    Class,

    /// <summary>A batch of a product.</summary>
    Lot,

    /// <summary>One thing: a product with its serial, an asset, a unit with an id of its own.</summary>
    Instance,

    /// <summary>A logistic unit with an SSCC.</summary>
    Sscc,

    /// <summary>A place.</summary>
    Location,

    /// <summary>A firm or person.</summary>
    Party,

    /// <summary>A document.</summary>
    Document,
}

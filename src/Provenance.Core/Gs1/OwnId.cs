using System.Diagnostics.CodeAnalysis;

namespace Provenance.Core.Gs1;

/// <summary>An id below a ledger's own address, for firms without GS1 keys: a party, or its product, batch, place, unit or document.</summary>
/// <remarks>Made by the functions below only, so that its parts are always ones that <see cref="PartFault"/> lets pass.</remarks>
public sealed record OwnId
{
    /// <summary>Longest SKU, lot, place, unit or document number, in UTF-16 characters.</summary>
    public const int MaxPartLength = 80;

    private OwnId(string slug, ItemKind kind) => (Slug, Kind) = (slug, kind);

    /// <summary>The firm, as the admin named it once.</summary>
    public string Slug { get; }

    public ItemKind Kind { get; private init; }

    public string? Sku { get; private init; }

    public string? Lot { get; private init; }

    public string? Place { get; private init; }

    public string? Unit { get; private init; }

    public string? DocumentType { get; private init; }

    public string? DocumentNumber { get; private init; }

    /// <summary>/id/SLUG/SKU/batch/LOT and its like, percent-encoded.</summary>
    public string Path => "/id/" + string.Join('/', Segments().Select(PercentEncoding.Encode));

    /// <summary>The product that a lot is of; the id itself otherwise.</summary>
    public OwnId Product => Lot is null ? this : this with { Lot = null, Kind = ItemKind.Class };

    /// <exception cref="ArgumentException">A part that <see cref="SlugFault"/> or <see cref="PartFault"/> refuses; so do all of these.</exception>
    public static OwnId OfParty(string slug) => new(Checked(slug, SlugFault(slug)), ItemKind.Party);

    public static OwnId OfProduct(string slug, string sku) =>
        OfParty(slug) with { Kind = ItemKind.Class, Sku = Checked(Normal(sku), SkuFault(sku)) };

    public static OwnId OfBatch(string slug, string sku, string lot) =>
        OfProduct(slug, sku) with { Kind = ItemKind.Lot, Lot = Part("lot", lot) };

    public static OwnId OfPlace(string slug, string place) =>
        OfParty(slug) with { Kind = ItemKind.Location, Place = Part("place", place) };

    /// <summary>One thing or one box, crate or pallet.</summary>
    public static OwnId OfUnit(string slug, string unit) => OfParty(slug) with { Kind = ItemKind.Instance, Unit = Part("unit", unit) };

    public static OwnId OfDocument(string slug, string type, string number) => OfParty(slug) with
    {
        Kind = ItemKind.Document,
        DocumentType = Checked(Normal(type), SkuFault(type)),
        DocumentNumber = Part("document number", number),
    };

    /// <summary>Says what is wrong with a firm's short name: lower-case letters, digits and inner hyphens, at most 40, no GS1 key.</summary>
    public static string? SlugFault(string slug)
    {
        var isWord = slug.Length is > 0 and <= 40 && slug.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            && slug[0] != '-' && slug[^1] != '-';
        return !isWord ? $"slug '{slug}' should be 1 to 40 of a-z, 0-9 and inner hyphens" : Gs1KeyFault("slug", slug);
    }

    /// <summary>Says what is wrong with a firm's own article number, or type of document.</summary>
    public static string? SkuFault(string sku) =>
        sku is "at" or "unit" or "doc" ? $"SKU '{sku}' is a word of our own ids" : PartFault("SKU", sku) ?? Gs1KeyFault("SKU", sku);

    /// <summary>Says what is wrong with any other part: 1 to 80 characters, without control characters or outer blanks.</summary>
    public static string? PartFault(string name, string value)
    {
        if (value.Length is 0 or > MaxPartLength)
        {
            return $"{name} '{value}' should have 1 to {MaxPartLength} characters";
        }
        if (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]) || value.Any(char.IsControl) || !PercentEncoding.IsWellFormed(value))
        {
            return $"{name} '{value}' should begin and end with a visible character and hold no control characters";
        }
        // Browsers fold these away, escaped or not (RFC 3986 §5.2.4).
        return value is "." or ".." ? $"{name} '{value}' cannot stand in a URL" : null;
    }

    /// <param name="path">From /id/ on, perhaps with a query or fragment, which mean nothing to the id.</param>
    public static bool TryParse(string path, [NotNullWhen(true)] out OwnId? id, [NotNullWhen(false)] out string? error)
    {
        id = null;
        var end = path.AsSpan().IndexOfAny('?', '#');
        var segments = path[..(end < 0 ? path.Length : end)].TrimEnd('/').Split('/');
        var parts = new string[segments.Length];
        for (var i = 0; i < segments.Length; i++)
        {
            if (PercentEncoding.Decode(segments[i]) is not { } part || !PercentEncoding.IsWellFormed(part))
            {
                error = $"'{path}' has a broken percent escape";
                return false;
            }
            parts[i] = Normal(part);
        }
        error = parts switch
        {
            ["", "id", var slug] => SlugFault(slug),
            ["", "id", var slug, "at", var place] => SlugFault(slug) ?? PartFault("place", place),
            ["", "id", var slug, "unit", var unit] => SlugFault(slug) ?? PartFault("unit", unit),
            ["", "id", var slug, "doc", var type, var number] => SlugFault(slug) ?? SkuFault(type) ?? PartFault("document number", number),
            ["", "id", var slug, var sku] => SlugFault(slug) ?? SkuFault(sku),
            ["", "id", var slug, var sku, "batch", var lot] => SlugFault(slug) ?? SkuFault(sku) ?? PartFault("lot", lot),
            _ => $"'{path}' should be /id/SLUG, …/SKU, …/SKU/batch/LOT, …/at/PLACE, …/unit/ID or …/doc/TYPE/NUMBER",
        };
        id = error is not null ? null : parts switch
        {
            [_, _, var slug, "at", var place] => OfPlace(slug, place),
            [_, _, var slug, "unit", var unit] => OfUnit(slug, unit),
            [_, _, var slug, "doc", var type, var number] => OfDocument(slug, type, number),
            [_, _, var slug, var sku, _, var lot] => OfBatch(slug, sku, lot),
            [_, _, var slug, var sku] => OfProduct(slug, sku),
            _ => OfParty(parts[2]),
        };
        return error is null;
    }

    /// <summary>The path.</summary>
    public override string ToString() => Path;

    private IEnumerable<string> Segments() => Kind switch
    {
        ItemKind.Class => [Slug, Sku!],
        ItemKind.Lot => [Slug, Sku!, "batch", Lot!],
        ItemKind.Location => [Slug, "at", Place!],
        ItemKind.Instance => [Slug, "unit", Unit!],
        ItemKind.Document => [Slug, "doc", DocumentType!, DocumentNumber!],
        _ => [Slug],
    };

    // Where such a word stands before another segment, any Digital Link reader would take the two for a GS1 key and its value.
    private static string? Gs1KeyFault(string name, string value) =>
        Ai.TryGet(value, out var ai) && ai.IsKey ? $"{name} '{value}' is the GS1 number for {ai.Name} and would be misread" : null;

    private static string Part(string name, string value) => Checked(Normal(value), PartFault(name, value));

    private static string Checked(string value, string? fault) => fault is null ? value : throw new ArgumentException(fault);

    // An ü typed on one keyboard is the ü of another.
    private static string Normal(string value) => PercentEncoding.IsWellFormed(value) ? value.Normalize() : value;
}

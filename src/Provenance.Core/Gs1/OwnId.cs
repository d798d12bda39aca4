using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Provenance.Core.Gs1;

/// <summary>An id below a ledger's own address, for firms without GS1 keys: a party, or its product, batch, place, unit or document.</summary>
/// <remarks>Made by the functions below only, so that its parts are always ones that <see cref="PartFault"/> lets pass.</remarks>
public sealed record OwnId
{
    /// <summary>Longest SKU, lot, place, unit or document number, in UTF-16 characters.</summary>
    public const int MaxPartLength = 80;

    private static readonly SearchValues<char> _slugCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

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
    public static OwnId OfParty(string slug) => Checked(new(slug, ItemKind.Party));

    public static OwnId OfProduct(string slug, string sku) => Checked(new(slug, ItemKind.Class) { Sku = Normal(sku) });

    public static OwnId OfBatch(string slug, string sku, string lot) =>
        Checked(new(slug, ItemKind.Lot) { Sku = Normal(sku), Lot = Normal(lot) });

    public static OwnId OfPlace(string slug, string place) => Checked(new(slug, ItemKind.Location) { Place = Normal(place) });

    /// <summary>One thing or one box, crate or pallet.</summary>
    public static OwnId OfUnit(string slug, string unit) => Checked(new(slug, ItemKind.Instance) { Unit = Normal(unit) });

    public static OwnId OfDocument(string slug, string type, string number) =>
        Checked(new(slug, ItemKind.Document) { DocumentType = Normal(type), DocumentNumber = Normal(number) });

    /// <summary>Says what is wrong with a firm's short name: lower-case letters, digits and inner hyphens, at most 40, no GS1 key.</summary>
    public static string? SlugFault(string slug)
    {
        var isWord = slug.Length is > 0 and <= 40 && !slug.AsSpan().ContainsAnyExcept(_slugCharacters)
            && slug[0] != '-' && slug[^1] != '-';
        return !isWord ? $"slug '{slug}' should be 1 to 40 of a-z, 0-9 and inner hyphens" : Gs1KeyFault("slug", slug);
    }

    /// <summary>Says what is wrong with a firm's own article number.</summary>
    public static string? SkuFault(string sku) =>
        sku is "at" or "unit" or "doc" ? $"SKU '{sku}' is a word of our own ids" : PartFault("SKU", sku) ?? Gs1KeyFault("SKU", sku);

    /// <summary>Says what is wrong with a type of document, such as desadv.</summary>
    public static string? DocumentTypeFault(string type) => PartFault("document type", type) ?? Gs1KeyFault("document type", type);

    /// <summary>Says what is wrong with any other part: 1 to 80 characters, without control characters or outer blanks.</summary>
    public static string? PartFault(string name, string value)
    {
        if (value.Length is 0 or > MaxPartLength)
        {
            return $"{name} '{value}' should have 1 to {MaxPartLength} characters";
        }
        if (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1])
            || value.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0 || value.AsSpan().IndexOfAnyInRange('\u007f', '\u009f') >= 0
            || !PercentEncoding.IsWellFormed(value))
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
        id = parts switch
        {
            ["", "id", var slug] => new(slug, ItemKind.Party),
            ["", "id", var slug, "at", var place] => new(slug, ItemKind.Location) { Place = place },
            ["", "id", var slug, "unit", var unit] => new(slug, ItemKind.Instance) { Unit = unit },
            ["", "id", var slug, "doc", var type, var number] => new(slug, ItemKind.Document) { DocumentType = type, DocumentNumber = number },
            ["", "id", var slug, var sku] => new(slug, ItemKind.Class) { Sku = sku },
            ["", "id", var slug, var sku, "batch", var lot] => new(slug, ItemKind.Lot) { Sku = sku, Lot = lot },
            _ => null,
        };
        error = id is null
            ? $"'{path}' should be /id/SLUG, …/SKU, …/SKU/batch/LOT, …/at/PLACE, …/unit/ID or …/doc/TYPE/NUMBER"
            : id.Fault();
        id = error is null ? id : null;
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

    private string? Fault() => SlugFault(Slug)
        ?? (Sku is null ? null : SkuFault(Sku))
        ?? (Lot is null ? null : PartFault("lot", Lot))
        ?? (Place is null ? null : PartFault("place", Place))
        ?? (Unit is null ? null : PartFault("unit", Unit))
        ?? (DocumentType is null ? null : DocumentTypeFault(DocumentType))
        ?? (DocumentNumber is null ? null : PartFault("document number", DocumentNumber));

    private static OwnId Checked(OwnId id) => id.Fault() is { } fault ? throw new ArgumentException(fault) : id;

    // An ü typed on one keyboard is the ü of another.
    private static string Normal(string value) => PercentEncoding.IsWellFormed(value) ? value.Normalize() : value;
}

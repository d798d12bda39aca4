using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Provenance.Core.Gs1;

/// <summary>The name of an item, class, lot, place, party or document, in the one spelling that all its spellings share (design §6).</summary>
/// <remarks>
/// EPC URN, Digital Link on any host and element string of one thing are equal ids. Equality goes by <see cref="Key"/>.
/// A serial makes the lot and variant beside it redundant and they are dropped, as CBV 2.0 does: an SGTIN URN has no lot either.
/// </remarks>
public readonly struct ItemId : IEquatable<ItemId>
{
    private static readonly SearchValues<char> _schemeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    private static readonly SearchValues<char> _notInUris = SearchValues.Create("<>\"{}|\\^`");

    private readonly string? _key;
    private readonly string? _uri;
    private readonly DigitalLink? _link;
    private readonly OwnId? _own;

    private ItemId(string key, string uri, ItemKind kind, DigitalLink? link, OwnId? own) =>
        (_key, _uri, Kind, _link, _own) = (key, uri, kind, link, own);

    /// <summary>What indexes hold: as <see cref="Uri"/>, but ids of our own without their host, which may change.</summary>
    public string Key => _key ?? "";

    /// <summary>What events and answers hold: an absolute URI, a Digital Link on https://id.gs1.org wherever there is one.</summary>
    public string Uri => _uri ?? "";

    public ItemKind Kind { get; }

    /// <summary>14 digits; null where the id is no GTIN's or ITIP's.</summary>
    public string? Gtin => Find("01") ?? Find("8006")?[..14];

    /// <summary>The lot, of GTIN or SKU; null for other kinds.</summary>
    public string? Lot => Find("10") ?? _own?.Lot;

    /// <summary>The serial of a product, or the id of a unit of our own.</summary>
    public string? Serial => Find("21") ?? Find("235") ?? _own?.Unit;

    /// <summary>13 digits, of a place or party.</summary>
    public string? Gln => Find("414") ?? Find("417") ?? Find("415");

    /// <summary>18 digits.</summary>
    public string? Sscc => Find("00");

    /// <summary>The parts of an id of our own, for firms without GS1 keys; null otherwise.</summary>
    public OwnId? Own => _own;

    /// <summary>The class a lot or serial belongs to, the place without its extension; the id itself where there is none above it.</summary>
    public ItemId Class => _own is { Lot: not null } own ? OfOwn(Uri[..^Key.Length], own.Product)
        : _link is { Qualifiers.Count: > 0 } link ? Of(DigitalLink.Of(link.Key))
        : this;

    /// <summary>
    /// Reads any name of an item that people or systems give: element string, Digital Link, EPC URN, SSCC or GTIN in digits, our own id,
    /// another URI.
    /// </summary>
    /// <param name="error">A sentence naming field and value.</param>
    public static bool TryParse(string text, OwnIds own, out ItemId item, [NotNullWhen(false)] out string? error)
    {
        item = default;
        if (ElementString.LooksLikeOne(text))
        {
            return ElementString.TryParse(text, out var values, out error)
                && DigitalLink.TryIdentify(values, out var identity, out error)
                && Accept(Of(identity), out item);
        }
        if (text.Length is 8 or 12 or 13 or 14 or 18 && !text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return TryParse(text.Length == 18 ? $"(00){text}" : $"(01){text.PadLeft(14, '0')}", own, out item, out error);
        }
        if (EpcUrn.NamesGs1Key(text))
        {
            return EpcUrn.TryParse(text, out var link, out error) && Accept(Of(link), out item);
        }
        if (own.PathOf(text) is { } path)
        {
            return OwnId.TryParse(path, out var id, out error) && Accept(OfOwn(own.PublicUrl, id), out item);
        }
        if (DigitalLinkUri.TrySplit(text, out var parts, out _) && parts.KeyAt >= 0)
        {
            return DigitalLink.TryParse(parts, out var link, out error, acceptsShortGtin: true) && Accept(Of(link), out item);
        }
        error = UriFault(text);
        return error is null && Accept(new ItemId(text, text, ItemKind.Other, null, null), out item);
    }

    /// <summary>Reads an id of an EPCIS event: as <see cref="TryParse"/>, and a URI that only looks like a GS1 key is taken as given.</summary>
    /// <remarks>EPCIS lets events name things by any URI, and real ones hold wrong check digits: refusing them would refuse the history.</remarks>
    public static bool TryParseEventUri(string uri, OwnIds own, out ItemId item, [NotNullWhen(false)] out string? error)
    {
        item = default;
        error = UriFault(uri);
        if (error is not null)
        {
            return false;
        }
        return TryParse(uri, own, out item, out _) || Accept(new ItemId(uri, uri, ItemKind.Other, null, null), out item);
    }

    /// <summary>The id of a link's key and qualifiers.</summary>
    public static ItemId Of(DigitalLink link)
    {
        var identity = Canonical(link);
        var uri = identity.ToString();
        return new ItemId(uri, uri, KindOf(identity), identity, null);
    }

    /// <summary>The id of a firm's own numbers, on the server's public address.</summary>
    public static ItemId Of(OwnIds own, OwnId id) => OfOwn(own.PublicUrl, id);

    public bool Equals(ItemId other) => Key == other.Key;

    public override bool Equals(object? obj) => obj is ItemId other && Equals(other);

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    public static bool operator ==(ItemId left, ItemId right) => left.Equals(right);

    public static bool operator !=(ItemId left, ItemId right) => !left.Equals(right);

    /// <summary>The URI.</summary>
    public override string ToString() => Uri;

    private static ItemId OfOwn(string publicUrl, OwnId id) => new(id.Path, publicUrl + id.Path, id.Kind, null, id);

    private static bool Accept(ItemId read, out ItemId item)
    {
        item = read;
        return true;
    }

    private string? Find(string code) => _link?.Find(code);

    // CBV 2.0 §8.2: no variant, no lot beside a serial, no extension that says "none", no attributes.
    private static DigitalLink Canonical(DigitalLink link)
    {
        var hasSerial = link.Find("21") is not null;
        var qualifiers = new List<AiValue>(link.Qualifiers.Count);
        foreach (var qualifier in link.Qualifiers)
        {
            if (qualifier.Ai.Code switch { "22" => false, "10" => !hasSerial, "254" => qualifier.Value != "0", _ => true })
            {
                qualifiers.Add(qualifier);
            }
        }
        return qualifiers.Count == link.Qualifiers.Count && link.Attributes.Count == 0 ? link : DigitalLink.Of(link.Key, qualifiers);
    }

    private static ItemKind KindOf(DigitalLink link) => link.Key.Ai.Code switch
    {
        "00" => ItemKind.Sscc,
        "01" or "8006" => link.Find("21") is not null || link.Find("235") is not null ? ItemKind.Instance
            : link.Find("10") is not null ? ItemKind.Lot : ItemKind.Class,
        "414" => ItemKind.Location,
        "415" or "417" or "8017" or "8018" => ItemKind.Party,
        "253" => ItemKind.Document,
        // Without serial these name a type of asset or coupon.
        "8003" => link.Key.Value.Length > 14 ? ItemKind.Instance : ItemKind.Class,
        "255" => link.Key.Value.Length > 13 ? ItemKind.Instance : ItemKind.Class,
        "8010" => link.Find("8011") is not null ? ItemKind.Instance : ItemKind.Class,
        "8004" => ItemKind.Instance,
        "8013" => ItemKind.Class,
        _ => ItemKind.Other,
    };

    // RFC 3986 §4.3, and letters beyond ASCII as RFC 3987 allows them. System.Uri would take a file path for a URI.
    private static string? UriFault(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var isUri = colon > 0 && colon + 1 < text.Length && char.IsAsciiLetter(text[0])
            && text.AsSpan(0, colon).IndexOfAnyExcept(_schemeCharacters) < 0
            && text.AsSpan(colon).IndexOfAny(_notInUris) < 0
            && (Ascii.IsValid(text) ? text.AsSpan().IndexOfAnyInRange('\0', ' ') < 0 && !text.Contains('\x7f')
                : !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) && PercentEncoding.IsWellFormed(text));
        return isUri ? null : $"'{text}' is neither a GS1 id nor an absolute URI";
    }
}

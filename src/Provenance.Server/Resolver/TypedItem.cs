using System.Diagnostics.CodeAnalysis;
using Provenance.Core.Gs1;

namespace Provenance.Server.Resolver;

/// <summary>What somebody typed or scanned: whatever stands on a pack, a pallet or a paper, in any spelling.</summary>
internal static class TypedItem
{
    /// <param name="text">GTIN, SSCC, element string with or without brackets, Digital Link of any host, compressed too, EPC URN, our own id.</param>
    /// <param name="lot">The lot, where <paramref name="text"/> names a product only; else empty.</param>
    public static bool TryRead(string text, string lot, OwnIds own, out ItemId item, [NotNullWhen(false)] out string? fault)
    {
        if (!TryRead(Normal(text), own, out item, out fault))
        {
            return false;
        }
        if (lot.Length == 0 || item.Lot is not null || item.Serial is not null)
        {
            return true;
        }
        return ItemId.TryParse(item.Uri + (item.Own is null ? "/10/" : "/batch/") + PercentEncoding.Encode(lot), own, out item, out fault);
    }

    private static bool TryRead(string text, OwnIds own, out ItemId item, [NotNullWhen(false)] out string? fault)
    {
        // As a browser's address bar has it, without the scheme; or as a path of this server.
        foreach (var candidate in text.StartsWith('/') ? [own.PublicUrl + text, text] : text.Contains("://", StringComparison.Ordinal) ? [text] : new[] { text, "https://" + text })
        {
            var uri = CompressedLink.TryExpand(candidate, out var expanded) ? expanded : candidate;
            if (ItemId.TryParse(uri, own, out item, out _) && (item.Kind != ItemKind.Other || candidate == text))
            {
                fault = null;
                return true;
            }
        }
        // What a scanner sends has no brackets, and may have lost its leading FNC1.
        return (ElementString.TryParse(text, out var values, out _) && DigitalLink.TryIdentify(values, out var identity, out _) && Accept(ItemId.Of(identity), out item, out fault))
            || ItemId.TryParse(text, own, out item, out fault);
    }

    private static bool Accept(ItemId read, out ItemId item, out string? fault)
    {
        (item, fault) = (read, null);
        return true;
    }

    // Numbers are printed in groups.
    private static string Normal(string text)
    {
        text = text.Trim();
        var digits = text.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return digits.Length is 8 or 12 or 13 or 14 or 18 && digits.All(char.IsAsciiDigit) ? digits : text;
    }
}

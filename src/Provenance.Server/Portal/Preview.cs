using System.Globalization;
using System.Text.Json;
using Provenance.Core.Events;
using Provenance.Server.Pages;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Portal;

/// <summary>One field of an event that is about to be recorded, and whether everybody will see it.</summary>
/// <param name="Word">Key of its name in the language files.</param>
internal sealed record PreviewLine(string Word, string Value, bool IsPublic)
{
    /// <summary>What a buyer will see of these events: the same decision that every proof is cut by, asked before and not after.</summary>
    public static IReadOnlyList<PreviewLine> Of(IReadOnlyList<PreparedEvent> events, Party party, Privacy privacy, Words words)
    {
        var lines = new List<PreviewLine>();
        foreach (var prepared in events)
        {
            var (_, disclosures) = EventCommitment.Make(JsonElement.Parse(prepared.Body), prepared.Seed);
            var shown = privacy.PublicOf(disclosures, party.Row, prepared.Facts).Select(disclosure => disclosure.Pointer).ToHashSet(StringComparer.Ordinal);
            lines.AddRange(disclosures
                .Select(disclosure => (Disclosure: disclosure, Word: WordOf(EventFields.Parts(disclosure.Pointer) ?? [])))
                .Where(field => field.Word is not null)
                .OrderBy(field => Array.IndexOf(Order, field.Word))
                .Select(field => new PreviewLine(field.Word!, Shown(field.Word!, JsonElement.Parse(field.Disclosure.Value.Span), prepared.Facts, words), shown.Contains(field.Disclosure.Pointer))));
        }
        return lines;
    }

    private static readonly string[] Order =
    [
        "product", "lot", "made", "best-before", "use-by", "country", "region", "quantity", "place", "city",
    ];

    private static string? WordOf(string[] field) => field switch
    {
        [ProvTerms.ProductName] => "product",
        ["quantityList", _, "epcClass"] => "lot",
        ["eventTime"] => "made",
        ["ilmd", "cbvmda:bestBeforeDate"] => "best-before",
        ["ilmd", "cbvmda:itemExpirationDate"] => "use-by",
        ["ilmd", "cbvmda:countryOfOrigin"] => "country",
        ["ilmd", "gs1:provenanceStatement"] => "region",
        ["quantityList", _, "quantity"] => "quantity",
        [ProvTerms.Place] => "place",
        [ProvTerms.City] => "city",
        _ => null,
    };

    private static string Shown(string word, JsonElement value, EventFacts facts, Words words) => (word, value.ValueKind) switch
    {
        ("lot", _) => facts.Items is [var made, ..] ? made.Item.Lot ?? made.Item.Uri : "",
        ("quantity", _) => facts.Items is [{ Value: { } amount } made, ..] ? $"{words.Number(amount)} {words.Unit(made.Uom, amount.ToString(CultureInfo.InvariantCulture))}" : "",
        ("made" or "best-before" or "use-by", JsonValueKind.String) => words.Day(value.GetString()!),
        ("country", JsonValueKind.String) => words.Country(value.GetString()!),
        (_, JsonValueKind.String) => value.GetString()!,
        _ => value.GetRawText(),
    };
}

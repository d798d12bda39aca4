using System.Globalization;
using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Pages;
using Provenance.Server.Parties;
using Provenance.Server.Tracing;

namespace Provenance.Server.Portal;

/// <summary>One field of an event, recorded or about to be, and whether everybody sees it.</summary>
/// <param name="Word">Key of its name in the language files.</param>
internal sealed record PreviewLine(string Word, string Value, bool IsPublic);

/// <summary>Says in the reader's words what an event tells, and to whom: by the same decision that every proof is cut by.</summary>
/// <param name="nameOf">What a product is called; null where nobody said.</param>
/// <param name="partyOf">What a firm or place is called that the event names by its URI.</param>
internal sealed class EventLines(Privacy privacy, OwnIds own, Words words, Func<ItemId, string?> nameOf, Func<string, string> partyOf)
{
    private static readonly string[] Order =
    [
        "step", "product", "lot", "made", "when", "best-before", "use-by", "country", "region", "quantity", "into", "contents", "input", "from", "to", "sold", "differs", "damaged",
        "paper", "carrier", "supplier", "place", "city", "note",
    ];

    /// <param name="step">The plain API's word for it.</param>
    public IReadOnlyList<PreviewLine> Of(JsonElement body, EventFacts facts, Party author, string step)
    {
        // Which fields are shown does not hang on the seed, only what their disclosures look like.
        var (_, disclosures) = EventCommitment.Make(body, new Digest(new byte[Digest.Size]));
        var shown = privacy.PublicOf(disclosures, author.Row, facts).Select(disclosure => disclosure.Pointer).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. disclosures.SelectMany(field => LinesOf(EventFields.Parts(field.Pointer) ?? [], JsonElement.Parse(field.Value.Span), body, facts, step)
                    .Select(line => new PreviewLine(line.Word, line.Value, shown.Contains(field.Pointer))))
                .OrderBy(line => Array.IndexOf(Order, line.Word)),
        ];
    }

    private IEnumerable<(string Word, string Value)> LinesOf(string[] field, JsonElement value, JsonElement body, EventFacts facts, string step) => (field, value.ValueKind) switch
    {
        (["type"], _) => [("step", words.Step(step))],
        (["eventTime"], JsonValueKind.String) => [(step is "make" or "transform" or "repack" ? "made" : "when", words.Day(value.GetString()!))],
        (["quantityList" or "outputQuantityList" or "inputQuantityList" or "childQuantityList", var i, "epcClass"], JsonValueKind.String) =>
            field[0].StartsWith("input", StringComparison.Ordinal) || field[0].StartsWith("child", StringComparison.Ordinal)
                ? [(WordOf(field[0]), $"{AmountIn(body.GetProperty(field[0])[int.Parse(i, CultureInfo.InvariantCulture)])} {NameOf(value.GetString()!, isWithProduct: true)}".Trim())]
                : [(WordOf(field[0]), NameOf(value.GetString()!, isWithProduct: IsOfMany(facts)))],
        (["quantityList" or "outputQuantityList", var i, "quantity"], _) =>
            [("quantity", AmountIn(body.GetProperty(field[0])[int.Parse(i, CultureInfo.InvariantCulture)]) + Of(body.GetProperty(field[0])[int.Parse(i, CultureInfo.InvariantCulture)], facts))],
        (["epcList" or "outputEPCList" or "inputEPCList" or "childEPCs", _], JsonValueKind.String) => [(WordOf(field[0]), NameOf(value.GetString()!, isWithProduct: IsOfMany(facts)))],
        (["parentID"], JsonValueKind.String) => [("into", NameOf(value.GetString()!, isWithProduct: false))],
        (["sourceList" or "destinationList", _], JsonValueKind.Object) => PartnerIn(field[0], value),
        (["bizTransactionList", _], JsonValueKind.Object) => [("paper", PaperIn(value))],
        (["persistentDisposition"], _) when value.GetRawText().Contains("mismatch_quantity", StringComparison.Ordinal) => [("differs", words["steps.differs"])],
        (["disposition"], JsonValueKind.String) when EventFacts.Bare(Core.Epcis.CbvWords.Disposition, value.GetString()) == "non_conformant" => [("damaged", words["steps.damaged.said"])],
        (["ilmd", var name], JsonValueKind.String) => MasterData(name, value.GetString()!),
        ([var name], JsonValueKind.String) => Plain(name, value.GetString()!),
        _ => [],
    };

    private static IEnumerable<(string Word, string Value)> Plain(string name, string value) => name switch
    {
        ProvTerms.ProductName => [("product", value)],
        ProvTerms.Place => [("place", value)],
        ProvTerms.City => [("city", value)],
        ProvTerms.SupplierName => [("supplier", value)],
        "own:carrier" => [("carrier", value)],
        "rdfs:comment" => [("note", value)],
        _ => [],
    };

    private IEnumerable<(string Word, string Value)> MasterData(string name, string value) => name switch
    {
        "cbvmda:bestBeforeDate" => [("best-before", words.Day(value))],
        "cbvmda:itemExpirationDate" => [("use-by", words.Day(value))],
        "cbvmda:countryOfOrigin" => [("country", words.Country(value))],
        "gs1:provenanceStatement" => [("region", value)],
        _ => [],
    };

    /// <summary>Who has it before and after. Where there, and who owns it, says the same firm again.</summary>
    private IEnumerable<(string Word, string Value)> PartnerIn(string list, JsonElement entry)
    {
        var isSource = list == "sourceList";
        return EventFacts.Bare(Core.Epcis.CbvWords.SourceDestination, EventFacts.Text(entry, "type")) switch
        {
            "possessing_party" when EventFacts.Text(entry, isSource ? "source" : "destination") is { } party => [(isSource ? "from" : "to", partyOf(party))],
            "owning_party" when !isSource => [("sold", words["steps.sold.said"])],
            _ => [],
        };
    }

    private string PaperIn(JsonElement entry)
    {
        var number = EventFacts.Text(entry, "bizTransaction") is { } uri && ItemId.TryParseEventUri(uri, own, out var item, out _) ? item.Own?.DocumentNumber ?? item.Uri : "";
        var type = EventFacts.Bare(Core.Epcis.CbvWords.Transaction, EventFacts.Text(entry, "type"));
        return type is not null && words.Has("paper." + type) ? $"{words["paper." + type]} {number}" : number;
    }

    private string AmountIn(JsonElement portion) => portion.TryGetProperty("quantity", out var number) && number.TryGetDecimal(out var amount)
        ? $"{words.Number(amount)} {words.Unit(EventFacts.Text(portion, "uom"), amount.ToString(CultureInfo.InvariantCulture))}" : "";

    /// <summary>Of which lot, where there are several.</summary>
    private string Of(JsonElement portion, EventFacts facts) => IsOfMany(facts) && EventFacts.Text(portion, "epcClass") is { } uri ? $" · {NameOf(uri, isWithProduct: false)}" : "";

    private static bool IsOfMany(EventFacts facts) => facts.Items.Count(mention => mention.Role is ItemRole.Subject or ItemRole.Output) > 1;

    private string NameOf(string uri, bool isWithProduct)
    {
        if (!ItemId.TryParseEventUri(uri, own, out var item, out _))
        {
            return uri;
        }
        var number = item.Lot ?? item.Serial ?? item.Sscc ?? item.Uri;
        return isWithProduct && nameOf(item) is { } name ? $"{name}, {number}" : number;
    }

    private static string WordOf(string list) => list switch
    {
        "inputQuantityList" or "inputEPCList" => "input",
        "childQuantityList" or "childEPCs" => "contents",
        _ => "lot",
    };
}

using System.Text.Json;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Server.Parties;

/// <summary>Who may see what of an event (design §7, Private by default). What is not listed as public is not.</summary>
internal sealed class Privacy(Authority authority, PublicViews views, OwnIds own)
{
    /// <summary>Product, lot, dates, photo, place to city, certificates, recalls. The steps are among <see cref="EventFields.Must"/>, which every proof shows.</summary>
    private static readonly HashSet<string> PublicMembers = new(StringComparer.Ordinal)
    {
        "eventTimeZoneOffset", "certificationInfo", "gs1:certification", ProvTerms.ProductName, ProvTerms.City, ProvTerms.Country,
        ProvTerms.RecallReason, ProvTerms.RecallNotice,
    };

    /// <summary>Instance lists that name what the event made or handled; inputs and contents may name another firm's goods.</summary>
    private static readonly HashSet<string> PublicInstances = new(StringComparer.Ordinal) { "epcList", "outputEPCList" };

    private static readonly HashSet<string> PublicQuantities = new(StringComparer.Ordinal) { "quantityList", "outputQuantityList" };

    private static readonly HashSet<string> PublicMasterData = new(StringComparer.Ordinal)
    {
        "cbvmda:lotNumber", "cbvmda:bestBeforeDate", "cbvmda:itemExpirationDate", "cbvmda:sellByDate", "cbvmda:productionDate",
        "cbvmda:harvestStartDate", "cbvmda:harvestEndDate", "cbvmda:countryOfOrigin", "cbvmda:certificationList", "gs1:image",
    };

    private static readonly string ProvContext = $$"""{"{{ProvTerms.Prefix}}":"{{ProvTerms.Namespace}}"}""";

    /// <summary>Whether the caller sees the event whole, author included: admin, auditor, the author, and whom the event names as partner.</summary>
    /// <param name="author">Row of the party that recorded it.</param>
    public bool SeesWhole(Caller? caller, long author, EventFacts facts) =>
        caller is not null && (caller.SeesEverything || caller.Party.Row == author || facts.Partners.Any(partner => IsNameOf(partner, caller.Party)));

    /// <summary>Whether the event's meta may be opened, which names its author and counts their entries.</summary>
    public bool KnowsAuthor(Caller? caller, Party author, EventFacts facts) => author.IsNamed || SeesWhole(caller, author.Row, facts);

    /// <summary>What a proof shows to whoever does not see the event whole.</summary>
    /// <param name="author">Row of the party that recorded it.</param>
    public IReadOnlyList<Disclosure> PublicOf(IReadOnlyList<Disclosure> disclosures, long author, EventFacts facts)
    {
        var shown = facts.Items.Where(mention => ShowsAmount(author, facts, mention)).Select(mention => mention.Item).ToHashSet();
        if (shown.Count == 0)
        {
            return [.. disclosures.Where(IsPublic)];
        }
        var elements = disclosures.Where(d => IsClassOf(d, shown)).Select(d => ParentOf(d.Pointer)).ToHashSet(StringComparer.Ordinal);
        return [.. disclosures.Where(d => IsPublic(d) || (IsAmount(d.Pointer) && elements.Contains(ParentOf(d.Pointer))))];
    }

    /// <summary>Whether the public may know how much of an item an event's author made by it: the maker's own choice.</summary>
    public bool ShowsAmount(long author, EventFacts facts, ItemMention mention) =>
        (mention.Role == ItemRole.Output || (mention.Role == ItemRole.Subject && facts is { Type: "ObjectEvent", Action: "ADD" }))
        && views.Find(mention.Item, author).ShowsQuantity == true;

    /// <summary>Whether a field is shown to everybody, whatever it holds.</summary>
    /// <param name="field">Its pointer's parts, as disclosed.</param>
    public static bool IsPublic(ReadOnlySpan<string> field) => field switch
    {
        [var member, ..] when PublicMembers.Contains(member) => true,
        [var list, _] when PublicInstances.Contains(list) => true,
        [var list, _, "epcClass"] when PublicQuantities.Contains(list) => true,
        ["ilmd", var name] => PublicMasterData.Contains(name),
        _ => false,
    };

    private static bool IsPublic(Disclosure disclosure) =>
        EventFields.Must.Contains(disclosure.Pointer)
        || (disclosure.Pointer == "/@context" ? IsCommonContext(disclosure.Value) : EventFields.Parts(disclosure.Pointer) is { } field && (IsPublic(field) || IsAlarm(field, disclosure.Value)));

    private static bool IsAlarm(ReadOnlySpan<string> field, ReadOnlyMemory<byte> value) =>
        field is ["sensorElementList", _] && SensorAlarm.IsIn(JsonElement.Parse(value.Span));

    private static bool IsAmount(string pointer) => pointer.EndsWith("/quantity", StringComparison.Ordinal) || pointer.EndsWith("/uom", StringComparison.Ordinal);

    private static string ParentOf(string pointer) => pointer[..pointer.LastIndexOf('/')];

    /// <summary>Names, in a public list of amounts, one of the items.</summary>
    private bool IsClassOf(Disclosure disclosure, HashSet<ItemId> items) =>
        EventFields.Parts(disclosure.Pointer) is [var list, _, "epcClass"] && PublicQuantities.Contains(list)
        && JsonElement.Parse(disclosure.Value.Span) is { ValueKind: JsonValueKind.String } name
        && ItemId.TryParseEventUri(name.GetString()!, own, out var item, out _) && items.Contains(item);

    /// <summary>A context of one firm's own would name the firm.</summary>
    private static bool IsCommonContext(ReadOnlyMemory<byte> context)
    {
        using var document = JsonDocument.Parse(context);
        var root = document.RootElement;
        return root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().All(IsCommon) : IsCommon(root);

        static bool IsCommon(JsonElement part) => part.ValueKind == JsonValueKind.String
            ? part.GetString()!.StartsWith("https://ref.gs1.org/", StringComparison.Ordinal)
            : part.GetRawText() == ProvContext;
    }

    /// <summary>By its address here, or by a GLN that the admin approved.</summary>
    private bool IsNameOf(ItemId partner, Party party) => partner.Own is { } own ? own.Slug == party.Slug : authority.FindHolder(partner) == party.Row;
}

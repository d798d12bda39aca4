using System.Text.Json;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Server.Parties;

/// <summary>Who may see what of an event (design §7, Private by default). What is not listed as public is not.</summary>
internal sealed class Privacy(Authority authority)
{
    /// <summary>Product, lot, dates, place to city, certificates, recalls. The steps are among <see cref="EventFields.Must"/>, which every proof shows.</summary>
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
        "cbvmda:harvestStartDate", "cbvmda:harvestEndDate", "cbvmda:countryOfOrigin", "cbvmda:certificationList",
    };

    private static readonly string ProvContext = $$"""{"{{ProvTerms.Prefix}}":"{{ProvTerms.Namespace}}"}""";

    /// <summary>Whether the caller sees the event whole, author included: admin, auditor, the author, and whom the event names as partner.</summary>
    /// <param name="author">Row of the party that recorded it.</param>
    public bool SeesWhole(Caller? caller, long author, EventFacts facts) =>
        caller is not null && (caller.SeesEverything || caller.Party.Row == author || facts.Partners.Any(partner => IsNameOf(partner, caller.Party)));

    /// <summary>Whether the event's meta may be opened, which names its author and counts their entries.</summary>
    public bool KnowsAuthor(Caller? caller, Party author, EventFacts facts) => author.IsNamed || SeesWhole(caller, author.Row, facts);

    /// <summary>What a proof shows to whoever does not see the event whole.</summary>
    public static IReadOnlyList<Disclosure> PublicOf(IReadOnlyList<Disclosure> disclosures) => [.. disclosures.Where(IsPublic)];

    private static bool IsPublic(Disclosure disclosure) => EventFields.Must.Contains(disclosure.Pointer) || EventFields.Parts(disclosure.Pointer) switch
    {
        ["@context"] => IsCommonContext(disclosure.Value),
        [var member, ..] when PublicMembers.Contains(member) => true,
        [var list, _] when PublicInstances.Contains(list) => true,
        [var list, _, "epcClass"] when PublicQuantities.Contains(list) => true,
        ["ilmd", var name] => PublicMasterData.Contains(name),
        _ => false,
    };

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

using Provenance.Core.Gs1;
using Provenance.Server.Batches;
using Provenance.Server.Parties;
using Provenance.Server.Tracing;

namespace Provenance.Server.Portal.Steps;

/// <summary>What the ledger knows of something scanned, as far as the firm that scans may know it.</summary>
/// <param name="Number">Lot, serial or SSCC.</param>
/// <param name="Name">Of the product; null where nobody said.</param>
/// <param name="Maker">Null for the firm's own, and where nobody is on record.</param>
/// <param name="IsReadable">False: what was typed without a connection names no goods.</param>
/// <param name="IsOneThing">It has no quantity.</param>
/// <param name="Held">What the firm holds of it by its own record.</param>
/// <param name="Condition">Recalled, past its date and so on.</param>
internal sealed record KnownItem(
    string Uri, string Number, string? Name, string? Maker, bool IsReadable, bool IsOnRecord, bool IsOneThing, IReadOnlyList<Amount> Held, ItemCondition Condition)
{
    public static KnownItem Unreadable(string typed) => new(typed, typed, null, null, false, false, false, [], ItemCondition.InOrder);
}

/// <summary>Looks up what is scanned. One look at the log for all rows of a form.</summary>
internal sealed class ItemLook(LogReading log, BatchDirectory directory, OwnEvents events, Party party, DateTimeOffset now)
{
    private readonly ItemResolver _items = new(log, directory, party, new Faults(), []);
    private readonly Makers _makers = directory.MakersIn(log);

    public KnownItem Of(FormRow row)
    {
        if (!ItemId.TryParse(row.Item, log.Own, out var item, out _) || item.Kind is ItemKind.Class or ItemKind.Party or ItemKind.Location or ItemKind.Document)
        {
            return KnownItem.Unreadable(row.Item);
        }
        var isOnRecord = _items.IsOnRecord(item);
        var balance = isOnRecord ? _items.BalanceOf(item) : new Balance([], false);
        var maker = _makers.Find(item);
        return new KnownItem(
            item.Uri, item.Lot ?? item.Serial ?? item.Sscc ?? item.Uri, events.NameOf(log, item) ?? (row.Name.Length > 0 ? row.Name : null),
            maker is null || maker.Row == party.Row ? null : maker.Name, true, isOnRecord, item.Kind is ItemKind.Instance or ItemKind.Sscc,
            balance.IsKnown ? balance.Amounts : [], ItemState.Of(item, log, _makers, DateOnly.FromDateTime(now.UtcDateTime)).Kind);
    }

    /// <summary>A row of something just scanned, in the unit that it is held or was shipped in.</summary>
    public FormRow RowOf(ItemId item, string name = "")
    {
        var held = _items.IsOnRecord(item) ? _items.BalanceOf(item).Amounts : [];
        var uom = held.Count > 0 ? held[0].Uom : log.HistoryOf(item).Events.SelectMany(e => e.MentionsOf(item)).FirstOrDefault(mention => mention.Value is not null) is { } mention ? mention.Uom : "KGM";
        return new FormRow(item.Uri, "", item.Kind is ItemKind.Instance or ItemKind.Sscc ? "" : RegisterForm.UnitOf(uom) ?? uom ?? "", Name: name);
    }

    /// <summary>The rows of a shipment as it says it was sent.</summary>
    public static IReadOnlyList<FormRow> RowsOf(TracedEvent shipment) =>
        [.. shipment.Facts.Items.Where(mention => mention.Role == ItemRole.Subject).Select(mention => new FormRow(
            mention.Item.Uri, mention.Value is { } value ? RegisterForm.Show(value) : "", mention.Value is null ? "" : RegisterForm.UnitOf(mention.Uom) ?? mention.Uom ?? ""))];

    /// <summary>The shipment on its way to the firm that has the item, or has what the item is packed in.</summary>
    public TracedEvent? ShipmentOf(ItemId item)
    {
        var around = new Packing(log.HistoryOf).Around(item).Select(nested => nested.Stay.Container).Append(item).ToHashSet();
        return events.OnTheWay(log, party).FirstOrDefault(e => e.Facts.Items.Any(mention => around.Contains(mention.Item)));
    }
}

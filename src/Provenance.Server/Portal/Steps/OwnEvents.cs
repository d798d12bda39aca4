using System.Globalization;
using System.Text.Json;
using Dapper;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Batches;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Portal.Steps;

/// <summary>What a party recorded itself, the newest first; and what others shipped to it.</summary>
internal sealed class OwnEvents(Database database, BatchDirectory directory, OwnIds own)
{
    public const int PerPage = 20;

    /// <summary>A search goes through so many events, and then says how far it came.</summary>
    private const int MostRead = 5_000;

    /// <summary>Whom a firm deals with shows in its newest events.</summary>
    private const int ReadForPartners = 500;

    /// <summary>Shipments older than the newest so many to a party are not looked at: they have arrived, or never will.</summary>
    private const int MostShipments = 200;

    /// <summary>Of the events that name a party the newest so many are looked through for shipments to it; its own shipments are among them.</summary>
    private const int MostNaming = 2_000;

    /// <summary>Deliveries that came in or went out.</summary>
    /// <param name="step"><c>receive</c> or <c>ship</c>.</param>
    /// <param name="text">Part of a lot, product, partner or paper; empty for all.</param>
    /// <param name="before">Only entries before this one: where the last page ended.</param>
    public (IReadOnlyList<OwnEvent> Events, long? Before) Deliveries(Party party, string step, string text, long? before)
    {
        using var log = new LogReading(database, own);
        var events = new List<OwnEvent>();
        var (read, last) = (0, 0L);
        foreach (var one in Newest(log, party, before ?? long.MaxValue))
        {
            if (events.Count == PerPage || read == MostRead)
            {
                return (events, last);
            }
            (read, last) = (read + 1, one.Event.Leaf);
            if (!one.Event.Facts.IsDeclaration && one.Step == step && Has(one, text, log))
            {
                events.Add(one);
            }
        }
        return (events, null);
    }

    /// <summary>Null where the entry is no event of this party, or declares one an error.</summary>
    public OwnEvent? Find(Party party, long leaf)
    {
        using var log = new LogReading(database, own);
        var found = log.At(leaf);
        return found is null || found.Party != party.Row || found.Facts.IsDeclaration ? null : Read(log, found);
    }

    /// <summary>All that the party recorded of an item, what was taken back included, in the order of time.</summary>
    public IReadOnlyList<OwnEvent> About(Party party, ItemId item)
    {
        using var log = new LogReading(database, own);
        var history = log.HistoryOf(item);
        return [.. history.Events.Concat(history.Withdrawn.Select(pair => pair.Event)).Where(e => e.Party == party.Row).OrderBy(e => e.Moment).Select(e => Read(log, e))];
    }

    /// <summary>Shipments to this party that it has not received yet, the newest first. Each receipt answers the oldest shipment before it with an item of its own.</summary>
    public IReadOnlyList<TracedEvent> OnTheWay(LogReading log, Party party)
    {
        var names = NamesOf(party);
        var shipments = names.SelectMany(name => log.Newest("partner:" + name.Key).Take(MostNaming)
                .Where(e => e.Facts is { BizStep: "shipping", IsDeclaration: false } && e.Facts.Destinations.Any(names.Contains)).Take(MostShipments))
            .Where(e => log.Holding(e.Facts.EventId!).Count > 0)
            .DistinctBy(e => e.Leaf).OrderBy(e => e.Leaf).ToList();
        var receipts = shipments.SelectMany(e => e.Facts.Items).Select(mention => mention.Item).Distinct()
            .SelectMany(item => log.HistoryOf(item).Events).Where(e => e.Party == party.Row && e.Facts.BizStep == "receiving")
            .DistinctBy(e => e.Leaf).OrderBy(e => e.Leaf);
        foreach (var receipt in receipts)
        {
            if (shipments.Find(e => e.Leaf < receipt.Leaf && e.Facts.Items.Any(mention => receipt.MentionsOf(mention.Item).Any())) is { } answered)
            {
                shipments.Remove(answered);
            }
        }
        shipments.Reverse();
        return shipments;
    }

    /// <summary>Whom the party dealt with lately: what a form takes for them, and what they are called.</summary>
    public IReadOnlyList<(string Sent, string Name)> PartnersOf(Party party)
    {
        using var log = new LogReading(database, own);
        var names = NamesOf(party);
        return [.. Newest(log, party, long.MaxValue).Take(ReadForPartners).SelectMany(one => one.Event.Facts.Partners)
            .Concat(OnTheWay(log, party).SelectMany(e => e.Facts.Sources))
            .Distinct().Where(partner => !names.Contains(partner)).Select(partner => (SentFor(partner), directory.FindHolder(partner)?.Name ?? partner.Gln ?? partner.Uri))];
    }

    /// <summary>What a form takes for a firm: its short name here, its GLN, or its URI.</summary>
    public string SentFor(ItemId partner) => directory.FindHolder(partner)?.Slug ?? partner.Gln ?? partner.Uri;

    /// <summary>What a firm or a place is called that an event names.</summary>
    public string NameOfPartner(string uri) =>
        ItemId.TryParseEventUri(uri, own, out var item, out _) ? directory.FindHolder(item)?.Name ?? item.Gln ?? item.Uri : uri;

    /// <summary>What one calls the product of an item; null where nobody said.</summary>
    public string? NameOf(LogReading log, ItemId item) =>
        directory.FindProduct(item)?.Name ?? log.HistoryOf(item).Events.Select(e => EventFacts.Text(e.Body, ProvTerms.ProductName)).FirstOrDefault(name => name is not null);

    private ItemId[] NamesOf(Party party) => [.. new[] { directory.UriOf(party), directory.OwnUriOf(party) }.Distinct()];

    private static IEnumerable<OwnEvent> Newest(LogReading log, Party party, long before)
    {
        foreach (var leaf in log.Connection.Query<long>(OwnBatches.NewestLeaves, new { party.Row, before }, buffered: false))
        {
            if (log.At(leaf) is { } found)
            {
                yield return Read(log, found);
            }
        }
    }

    private static OwnEvent Read(LogReading log, TracedEvent e)
    {
        var declaration = log.Named(e.Facts.EventId!).FirstOrDefault(other => other.Party == e.Party && other.Facts.IsDeclaration && other.Leaf != e.Leaf);
        return new OwnEvent(e, StepWord.Of(e), declaration);
    }

    private bool Has(OwnEvent one, string text, LogReading log) => text.Length == 0
        || one.Event.Facts.Items.Any(mention => Holds(mention.Item.Lot ?? mention.Item.Serial ?? mention.Item.Sscc ?? mention.Item.Uri, text) || Holds(NameOf(log, mention.Item), text))
        || one.Event.Facts.Partners.Any(partner => Holds(NameOfPartner(partner.Uri), text))
        || one.Papers(own).Any(paper => Holds(paper.Number, text));

    private static bool Holds(string? value, string text) => value?.Contains(text, StringComparison.OrdinalIgnoreCase) ?? false;
}

/// <summary>An event that a party recorded.</summary>
/// <param name="Step">The plain API's word for it.</param>
/// <param name="Declaration">That it was an error; null where it stands.</param>
internal sealed record OwnEvent(TracedEvent Event, string Step, TracedEvent? Declaration)
{
    public string Leaf => Event.Leaf.ToString(CultureInfo.InvariantCulture);

    public string At => EventFacts.Text(Event.Body, "eventTime")!;

    public bool Stands => Declaration is null;

    /// <summary>Something took its place.</summary>
    public bool IsCorrected => Corrects(Declaration);

    /// <summary>Whether a declaration names what takes the event's place.</summary>
    public static bool Corrects(TracedEvent? declaration) => declaration is not null && declaration.Body.GetProperty("errorDeclaration").TryGetProperty("correctiveEventIDs", out _);

    /// <summary>Business documents, by type and number.</summary>
    public IEnumerable<(string? Type, string Number)> Papers(OwnIds own)
    {
        if (!Event.Body.TryGetProperty("bizTransactionList", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }
        foreach (var entry in list.EnumerateArray())
        {
            if (EventFacts.Text(entry, "bizTransaction") is { } uri && ItemId.TryParseEventUri(uri, own, out var item, out _))
            {
                yield return (EventFacts.Bare(Core.Epcis.CbvWords.Transaction, EventFacts.Text(entry, "type")), item.Own?.DocumentNumber ?? item.Uri);
            }
        }
    }
}

using Dapper;
using Provenance.Core;
using Provenance.Core.Gs1;
using Provenance.Core.Proofs;
using Provenance.Server.Documents;
using Provenance.Server.Epcis;
using Provenance.Server.Pages.Map;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Pages;

/// <summary>Finds what the public page of an item shows: nothing that the public proof of its events does not disclose, but for what is marked as stated.</summary>
internal sealed class BuyerPageStore(
    Database database, LedgerState state, PartyStore parties, ProductStore products, MasterDataStore masterData, Authority authority, Privacy privacy, PublicViews views, DocumentSight documents, OwnIds own, LedgerOptions options, TimeProvider clock,
    PlaceStore places, Atlas atlas)
{
    private const int Depth = 5;

    /// <summary>Null when there is nothing that the public may see.</summary>
    public BuyerPage? Find(ItemId item)
    {
        if (item.Kind is ItemKind.Party or ItemKind.Location or ItemKind.Document)
        {
            return null;
        }
        using var log = new LogReading(database, own);
        var makers = new Makers(log.HistoryOf, parties, authority);
        var history = log.HistoryOf(item);
        if (item.Kind != ItemKind.Class && history.Events.Count + history.Withdrawn.Count > 0)
        {
            return OfItem(item, log, makers);
        }
        var product = FindProduct(item);
        var named = log.OfClass(item.Class).Events.LastOrDefault(e => e.Body.TryGetProperty(Core.Events.ProvTerms.ProductName, out _));
        if (product is null && named is null)
        {
            return Empty(item, BuyerSubject.UnknownLot, log, makers) is { Erased.Count: > 0 } gone ? gone : null;
        }
        return Empty(item, item.Kind == ItemKind.Class ? BuyerSubject.Product : BuyerSubject.UnknownLot, log, makers) with
        {
            StatedProductName = StatedNameOf(item, makers) ?? new StatedName(EventFacts.Text(named!.Body, Core.Events.ProvTerms.ProductName)!, parties.Get(named.Party) is { IsNamed: true } by ? new Firm(by.Name) : null),
            ImagePath = Photo(item, makers, null),
        };
    }

    private BuyerPage OfItem(ItemId item, LogReading log, Makers makers)
    {
        var trace = new TraceWalk(log.HistoryOf, log.Transformation, Depth).From(item, TraceDirection.Back);
        var maker = makers.Find(item);
        var story = new BuyerStory(item, trace, log, new Sight(null, item, makers, privacy), makers, parties, masterData, maker, AnchoredSize(log));
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var made = story.FieldsOfMaking(item);
        var journey = story.Journey();
        var names = new Dictionary<ItemId, StatedName?>();
        var page = Empty(item, item.Kind == ItemKind.Lot ? BuyerSubject.Lot : BuyerSubject.Unit, log, makers) with
        {
            ProductName = story.NameOf(item),
            StatedProductName = StatedNameOf(item, makers),
            ImagePath = Photo(item, makers, made),
            Quantity = story.AmountMade(),
            Condition = story.Condition(ItemState.Of(item, log, makers, today)),
            Waiting = journey.Count(step => step.IsWaiting),
            Made = made?.Time,
            BestBefore = made?.FindDate("cbvmda:bestBeforeDate"),
            UseBy = made?.FindDate("cbvmda:itemExpirationDate"),
            Origin = made?.Find("ilmd", "cbvmda:countryOfOrigin") is { } country ? new RecordedPlace(null, null, country) : null,
            Journey = journey,
            Ingredients = [.. story.Ingredients().Select(Named)],
            Certificates = story.Certificates(today),
        };
        var graph = story.Graph();
        page = page with { Where = story.Where(places, atlas.World), Graph = graph?.Graph, GraphItems = graph?.Items.ToDictionary(pair => pair.Key, pair => Named(pair.Value)) ?? page.GraphItems, Beginnings = story.Beginnings(graph?.Graph) };
        return page with { Leaves = story.Leaves };

        // Many lots are of few products.
        Ingredient Named(Ingredient lot)
        {
            if (lot is not { Name: null, Item: { } input })
            {
                return lot;
            }
            if (!names.TryGetValue(input.Class, out var name))
            {
                names[input.Class] = name = StatedNameOf(input, makers);
            }
            return lot with { StatedName = name };
        }
    }

    private BuyerPage Empty(ItemId item, BuyerSubject subject, LogReading log, Makers makers) => new()
    {
        Subject = subject,
        Item = item.Uri,
        Printed = Print(item),
        Lot = item.Lot ?? item.Serial ?? item.Sscc,
        ProductPath = item.Class == item ? null : ItemPaths.Page(item.Class),
        Maker = makers.Find(item) is { } maker ? new Firm(maker.Name, makers.IsConfirmed(item)) : null,
        Ledger = Ledger(log),
        Erased = [.. log.ErasedOf(item).Select(one => DateOnly.FromDateTime(one.At.UtcDateTime)).Distinct()],
        IsTrial = options.Chain.RpcUrls.Count == 0,
    };

    /// <summary>What its maker wants it called, else the operator's list of products, else what its maker wrote in the header of a document.</summary>
    private StatedName? StatedNameOf(ItemId item, Makers makers)
    {
        var maker = makers.Find(item);
        var by = maker is null ? null : new Firm(maker.Name, makers.IsConfirmed(item));
        return ViewOf(item, makers)?.Name is { } chosen ? new StatedName(chosen, by)
            : FindProduct(item)?.Name is { } listed ? new StatedName(listed, null, IsOperators: true)
            : maker is not null && masterData.FindName(item.Class, maker) is { } stated ? new StatedName(stated, by) : null;
    }

    /// <summary>What its maker chose to show.</summary>
    private PublicView? ViewOf(ItemId item, Makers makers) => makers.Find(item) is { } maker ? views.Find(item, maker.Row) : null;

    /// <summary>The photo that its maker chose, else the one in the event that made it: a document kept here, never an address elsewhere.</summary>
    private string? Photo(ItemId item, Makers makers, RecordedFields? made) =>
        ViewOf(item, makers)?.Photo is { } chosen ? DocumentLinks.PathOf(chosen)
        : made?.Find("ilmd", "gs1:image", Core.Events.ProvTerms.Sha256) is { } recorded && Digest.TryParse(recorded.Value, out var sha256) && documents.Sees(null, sha256) ? DocumentLinks.PathOf(sha256)
        : null;

    private Product? FindProduct(ItemId item) => item switch
    {
        { Gtin: { } gtin } => products.FindByGtin(gtin),
        { Own: { Sku: { } sku, Slug: var slug } } => parties.FindBySlug(slug) is { } maker ? products.FindBySku(maker.Row, sku) : null,
        _ => null,
    };

    private LedgerFacts? Ledger(LogReading log)
    {
        var newest = log.Connection.QuerySingleOrDefault<AnchorRow>("SELECT size, root, block_time AS blockTime, evidence FROM anchor ORDER BY size DESC LIMIT 1");
        if (newest is null || state.LedgerId is not { } ledgerId)
        {
            return null;
        }
        var anchor = AnchorJson.Parse(newest.Evidence);
        return new LedgerFacts(
            ledgerId.ToString(), anchor.Contract.ToString(), anchor.ChainId, (ulong)newest.Size, new Digest(newest.Root).ToString(), DateTimeOffset.FromUnixTimeMilliseconds(newest.BlockTime));
    }

    private static long AnchoredSize(LogReading log) => log.Connection.QuerySingle<long?>("SELECT max(size) FROM anchor") ?? 0;

    /// <summary>As it stands on the pack.</summary>
    private static string Print(ItemId item) => item switch
    {
        { Sscc: { } sscc } => $"(00){sscc}",
        { Gtin: { } gtin, Serial: { } serial } => $"(01){gtin} (21){serial}",
        { Gtin: { } gtin, Lot: { } lot } => $"(01){gtin} (10){lot}",
        { Gtin: { } gtin } => $"(01){gtin}",
        { Own: { } id } => string.Join(' ', new[] { id.Sku, id.Lot, id.Unit }.OfType<string>()),
        _ => item.Uri,
    };

    private sealed record AnchorRow(long Size, byte[] Root, long BlockTime, byte[] Evidence);
}

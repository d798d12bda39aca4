using Provenance.Core;
using Provenance.Core.Gs1;
using Provenance.Server.Documents;
using Provenance.Server.Parties;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

/// <summary>What the admin and the parties have told the ledger beside its events, as the plain API asks for it.</summary>
internal sealed class BatchDirectory(PartyStore parties, PlaceStore places, ProductStore products, Authority authority, DocumentLinks documents, OwnIds own)
{
    public DocumentLinks Documents => documents;

    /// <summary>By slug or by id.</summary>
    public Party? FindParty(string slugOrId) =>
        parties.FindBySlug(slugOrId) ?? (PartyId.TryParse(slugOrId, out var id) ? parties.Find(id) : null);

    /// <summary>How events name a party: by a GLN that the admin gave it and that is none of its places', else below our own address.</summary>
    public ItemId UriOf(Party party)
    {
        var ofPlaces = places.List(party.Row).Select(place => place.Gln);
        return authority.GlnsOf(party.Row).Except(ofPlaces).Order(StringComparer.Ordinal).FirstOrDefault() is { } gln
            && ItemId.TryParse($"(417){gln}", own, out var item, out _) ? item : OwnUriOf(party);
    }

    /// <summary>Below our own address: a name that every party has.</summary>
    public ItemId OwnUriOf(Party party) => ItemId.Of(own, OwnId.OfParty(party.Slug));

    public Place? FindPlace(Party party, string id) => places.Find(party.Row, id);

    /// <summary>The place that events name so.</summary>
    public Place? FindPlace(Party party, ItemId item) => places.List(party.Row).FirstOrDefault(place => place.ItemOf(party, own) == item);

    /// <summary>Where a party is when it does not say: its first place.</summary>
    public Place? FindOwnPlace(Party party) => places.List(party.Row).FirstOrDefault(place => !IsAnothers(place));

    /// <summary>The place goes by a GLN that was given to another party since.</summary>
    public bool IsAnothers(Place place) => place.Gln is not null && authority.FindHolder(place.ItemOf(parties.Get(place.Party), own)) is { } holder && holder != place.Party;

    /// <summary>The product of a lot, serial or class: a GTIN's whoever it belongs to, an SKU's of the firm in the id.</summary>
    public Product? FindProduct(ItemId item) => item switch
    {
        { Gtin: { } gtin } => products.FindByGtin(gtin),
        { Own: { Sku: { } sku, Slug: var slug } } => parties.FindBySlug(slug) is { } maker ? products.FindBySku(maker.Row, sku) : null,
        _ => null,
    };

    /// <summary>The party whose product, container or place this is; null when it is nobody's.</summary>
    public Party? FindHolder(ItemId item) => item.Own is { } id ? parties.FindBySlug(id.Slug)
        : authority.FindHolder(item) is { } row ? parties.Get(row) : null;

    /// <summary>Who makes what, by the numbers given out and by one reading of the log.</summary>
    public Makers MakersIn(LogReading log) => new(log.HistoryOf, parties, authority);
}

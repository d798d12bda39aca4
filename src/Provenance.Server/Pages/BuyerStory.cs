using System.Globalization;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Epcis;
using Provenance.Server.Pages.Graph;
using Provenance.Server.Pages.Map;
using Provenance.Server.Parties;
using Provenance.Server.Tracing;

namespace Provenance.Server.Pages;

/// <summary>Tells one item's way as the public may hear it. Every field comes with the event it stands in; <see cref="Leaves"/> collects those.</summary>
/// <param name="anchored">Leaves below this are on the chain.</param>
internal sealed class BuyerStory(
    ItemId item, TraceResult trace, LogReading log, Sight sight, Makers makers, PartyStore parties, MasterDataStore masterData, Party? maker, long anchored)
{
    /// <summary>A page is read by people: of a longer way the newest steps are shown.</summary>
    private const int MostSteps = 100;

    private readonly SortedSet<ulong> _leaves = [];

    public IReadOnlyList<ulong> Leaves => [.. _leaves];

    /// <summary>The event that made an item, or the first that speaks of it; null when the public may not see one.</summary>
    public RecordedFields? FieldsOfMaking(ItemId of) => FindMaking(of) is { } made && sight.IsKnown(made) ? Fields(made) : null;

    /// <summary>How much was made, where its maker lets the public see it and one event says it all.</summary>
    public RecordedAmount? AmountMade() => log.HistoryOf(item).Events.Where(e => e.Makes(item)).ToList() is [var made] && sight.IsKnown(made)
        && made.MentionsOf(item).All(mention => sight.IsAmountKnown(made, mention)) ? Fields(made).FindAmount(IsItem) : null;

    public Recorded? NameOf(ItemId of) => log.HistoryOf(of).Events
        .Where(sight.IsKnown)
        .OrderByDescending(e => e.Leaf == FindMaking(of)?.Leaf)
        .Where(e => e.Body.TryGetProperty(ProvTerms.ProductName, out _))
        .Select(e => Fields(e).Find(ProvTerms.ProductName))
        .FirstOrDefault();

    public IReadOnlyList<JourneyStep> Journey()
    {
        var withdrawn = log.HistoryOf(item).Withdrawn.Select(pair => (pair.Event, Declaration: (TracedEvent?)pair.Declaration));
        return [.. trace.Events.Select(e => (Event: e, Declaration: (TracedEvent?)null)).Concat(withdrawn)
            .OrderBy(pair => pair.Event.Moment)
            .TakeLast(MostSteps)
            .Select(pair => Step(pair.Event, pair.Declaration))];
    }

    public IReadOnlyList<Ingredient> Ingredients() =>
        [.. trace.Edges.Where(edge => edge.Link == TraceLink.MadeInto && edge.To == item).Select(edge => edge.From).Distinct().Select(Ingredient)];

    /// <summary>Those of the item's own events and of what went into it, as far as the public may know these.</summary>
    public IReadOnlyList<Certificate> Certificates(DateOnly today) =>
        [.. trace.Events.Where(sight.IsKnown).SelectMany(e => Certificates(e, today)).DistinctBy(one => (one.Name.Value, one.Number?.Value, one.Issuer?.Value))];

    /// <summary>The maker's word on it; where the maker says nothing, somebody else's recall, as theirs.</summary>
    public Condition Condition(ItemState state)
    {
        var known = Enum.Parse<LotState>(state.Kind.ToString());
        if (known != LotState.InOrder || OthersRecall() is not { } recall)
        {
            return new Condition(known, state.SaidBy is { } e ? FieldsIfKnown(e).Time : null, known == LotState.Recalled ? FieldsIfKnown(state.SaidBy!).Find(ProvTerms.RecallReason) : null);
        }
        return new Condition(LotState.Recalled, FieldsIfKnown(recall).Time, FieldsIfKnown(recall).Find(ProvTerms.RecallReason), IsByOther: true,
            parties.Get(recall.Party) is { IsNamed: true } named ? new Firm(named.Name) : null);
    }

    /// <summary>Where all of it happened, in the order of time.</summary>
    public Whereabouts? Where(PlaceStore places, WorldMap? world) =>
        Whereabouts.Of(trace.Events, FieldsIfKnown, places, world) is { Places.Count: > 0 } where ? where : null;

    /// <summary>Where what it was made of began, each place once: for what names no country of origin itself.</summary>
    public IReadOnlyList<RecordedPlace> Beginnings(SupplyGraph? graph)
    {
        var begun = graph is null ? [item] : graph.Links.Select(link => link.From).Except(graph.Links.Select(link => link.To));
        return [.. begun.Select(FindMaking).OfType<TracedEvent>().Select(e => FieldsIfKnown(e).Place).OfType<RecordedPlace>().DistinctBy(place => (place.City?.Value, place.Country?.Value))];
    }

    /// <summary>How it came together, with what the public may know of each lot on the way.</summary>
    public (SupplyGraph Graph, IReadOnlyDictionary<ItemId, Ingredient> Items)? Graph()
    {
        if (SupplyGraph.Of(item, trace) is not { } graph)
        {
            return null;
        }
        return (graph, graph.Rows.SelectMany(row => row.Items).Where(one => one != item).ToDictionary(one => one, Ingredient));
    }

    private TracedEvent? OthersRecall() => log.HistoryOf(item).Events.Where(e => e.Party != maker?.Row).GroupBy(e => e.Party)
        .Select(group => ItemState.LastSet(group, item, "recalled")).FirstOrDefault(recall => recall is not null);

    private JourneyStep Step(TracedEvent e, TracedEvent? declaration)
    {
        var fields = FieldsIfKnown(e);
        var author = parties.Get(e.Party);
        var by = author.IsNamed || author.Row == maker?.Row ? new Firm(author.Name) : null;
        return new JourneyStep
        {
            Step = StepWord.Of(e),
            SaidIn = fields.Find("bizStep"),
            Time = fields.Time,
            Place = fields.Place,
            StatedPlace = fields.Place is null ? StatedPlaceOf(e, author, by) : null,
            By = by,
            Leaf = fields.Leaf,
            IsWaiting = e.Leaf >= anchored,
            Alarms = [.. fields.Alarms()],
            Basis = fields.Find(ProvTerms.Basis),
            Redacted = fields.Leaf is not null && log.RedactedAt(e.Leaf) is { } redacted ? DateOnly.FromDateTime(redacted.At.UtcDateTime) : null,
            Declared = declaration is null ? null : Declared(declaration),
        };
    }

    /// <summary>To the city, as where an event says it itself.</summary>
    private StatedPlace? StatedPlaceOf(TracedEvent e, Party author, Firm? by)
    {
        foreach (var member in (string[])["readPoint", "bizLocation"])
        {
            if (e.Body.TryGetProperty(member, out var place) && EventFacts.Text(place, "id") is { } id && ItemId.TryParseEventUri(id, log.Own, out var item, out _)
                && masterData.FindPlace(item, author) is var (city, country))
            {
                return new StatedPlace(city, country, by);
            }
        }
        return null;
    }

    private Declaration? Declared(TracedEvent declaration)
    {
        var fields = FieldsIfKnown(declaration);
        // A reason is optional in EPCIS; that it was declared is not, and the time says so.
        return fields.Find("errorDeclaration", "declarationTime") is { } time ? new Declaration(fields.Find("errorDeclaration", "reason") ?? time, time) : null;
    }

    private Ingredient Ingredient(ItemId input)
    {
        var first = FindMaking(input) ?? (log.HistoryOf(input).Events is [var earliest, ..] ? earliest : null);
        var fields = first is null ? null : FieldsIfKnown(first);
        var country = fields?.Find("ilmd", "cbvmda:countryOfOrigin") ?? fields?.Find(ProvTerms.Country);
        var from = makers.Find(input);
        var isRecalled = ItemState.LastSet(log.HistoryOf(input).Events.Where(e => e.Party == from?.Row), input, "recalled") is not null;
        if (sight.IsHidden(input))
        {
            return new Ingredient { Country = country, IsRecalled = isRecalled };
        }
        return new Ingredient
        {
            Item = input,
            Name = NameOf(input),
            Lot = fields?.FindItem(text => ItemId.TryParseEventUri(text, log.Own, out var named, out _) && named == input),
            Country = country,
            From = from is null ? null : new Firm(from.Name, makers.IsConfirmed(input)),
            Path = ItemPaths.Page(input),
            IsRecalled = isRecalled,
        };
    }

    private IEnumerable<Certificate> Certificates(TracedEvent e, DateOnly today)
    {
        var fields = Fields(e);
        var author = parties.Get(e.Party);
        var by = author.IsNamed || author.Row == maker?.Row ? new Firm(author.Name) : null;
        var isOfIngredient = !e.Makes(item) && e.Facts.Items.Any(mention => mention.Item != item && e.Makes(mention.Item));
        for (var i = 0; i < fields.Count("gs1:certification"); i++)
        {
            var index = i.ToString(CultureInfo.InvariantCulture);
            Recorded? Find(string member) => fields.Find("gs1:certification", index, "gs1:" + member);
            if (Find("certificationStandard") is { } name)
            {
                var until = Find("certificationEndDate");
                var isExpired = until is not null && DateOnly.TryParseExact(until.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last) && last < today;
                yield return new Certificate(name, Find("certificationAgency"), Find("certificationIdentification"), Find("certificationStartDate"), until,
                    Find("certificationURI"), CoverageOf(Find("certificationSubject")?.Value), isExpired, by, isOfIngredient);
            }
        }
        if (fields.Count("gs1:certification") == 0)
        {
            for (var i = 0; i < fields.Count("certificationInfo"); i++)
            {
                yield return new Certificate(fields.Find("certificationInfo", i.ToString(CultureInfo.InvariantCulture))!, null, null, null, null, null, Coverage.Unknown, false, by, isOfIngredient);
            }
        }
    }

    private static Coverage CoverageOf(string? subject) => subject switch
    {
        "lot" => Coverage.Lot,
        "product" => Coverage.Product,
        "site" => Coverage.Site,
        "party" => Coverage.Party,
        _ => Coverage.Unknown,
    };

    private bool IsItem(string text) => ItemId.TryParseEventUri(text, log.Own, out var named, out _) && named == item;

    private TracedEvent? FindMaking(ItemId of) => log.HistoryOf(of).Events.FirstOrDefault(e => e.Makes(of));

    private RecordedFields FieldsIfKnown(TracedEvent e) => sight.IsKnown(e) ? Fields(e) : new RecordedFields(e, isKnown: false);

    private RecordedFields Fields(TracedEvent e)
    {
        _leaves.Add((ulong)e.Leaf);
        return new RecordedFields(e, isKnown: true);
    }
}

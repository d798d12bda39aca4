using System.Text.Json;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Queries;

/// <summary>What became of a query.</summary>
internal abstract record SearchOutcome
{
    /// <param name="Next">Null on the last page.</param>
    public sealed record Page(IReadOnlyList<FoundEvent> Events, PageToken? Next) : SearchOutcome;

    /// <summary>More events than maxEventCount allows.</summary>
    public sealed record TooLarge : SearchOutcome;

    /// <summary>More events would have to be looked at than one request may.</summary>
    public sealed record TooComplex : SearchOutcome;
}

/// <summary>Answers queries: the index rows of the most selective condition are walked, and every event found there is held against all conditions.</summary>
internal sealed class EventSearch(Database database, Visibility visibility, OwnIds own, TimeProvider clock)
{
    /// <summary>Events that one request looks at. A page ends there, perhaps empty, and the next one goes on.</summary>
    public const int MostLooked = 50_000;

    // Up to here the rows of a condition are read at once and sorted; beyond, they are walked.
    private const int Few = 16_384;

    // Looked at once a page is full, to know whether it is the last; then the next page says.
    private const int MostBeyond = 500;

    // An answer is made in memory: a page ends early rather than grow beyond this.
    private const int MostBytes = 16 << 20;

    /// <param name="perPage">At most this many events.</param>
    /// <param name="token">Of the page before; null for the first.</param>
    public SearchOutcome Run(EventQuery query, Caller caller, int perPage, PageToken? token)
    {
        using var look = new LogLook(database);
        var search = new Search(look, query, caller, visibility, own);
        var size = Math.Min(token?.Size ?? look.Size, look.Size);
        var range = RangeOf(look, query, size);
        var walk = query.Order.Kind == OrderKind.Extension
            ? search.Ordered(range, query.Order, token?.After)
            : search.Candidates(range, token);
        if (walk is null)
        {
            return new SearchOutcome.TooComplex();
        }
        var left = token?.Left ?? query.Limit ?? -1;
        return Collect(search, walk, query.Most is { } most && token is null ? most : null, left < 0 ? perPage : Math.Min(perPage, left)) switch
        {
            (null, _, var isTooLarge) => isTooLarge ? new SearchOutcome.TooLarge() : new SearchOutcome.TooComplex(),
            ({ } events, { } last, _) when left < 0 || left > events.Count =>
                new SearchOutcome.Page(events, new PageToken(query.Mark, size, last, search.IsByTime, left < 0 ? -1 : left - events.Count, clock.GetUtcNow() + PageToken.Lifetime)),
            ({ } events, _, _) => new SearchOutcome.Page(events, null),
        };
    }

    /// <summary>Whether there is any event that fulfils the query, as far as one request looks.</summary>
    public bool FindsAny(EventQuery query, Caller caller) => Run(query, caller, 1, null) is SearchOutcome.Page { Events.Count: > 0 };

    private static LeafRange RangeOf(LogLook look, EventQuery query, long size) => new(
        query.RecordTime.From is { } from ? look.FirstRecordedFrom(from) : 0,
        query.RecordTime.Before is { } before ? Math.Min(look.FirstRecordedFrom(before), size) : size);

    /// <summary>Takes what fulfils the query until the page is full and it is known whether there is more.</summary>
    /// <param name="most">Count on up to here: beyond it there is no page.</param>
    private static (List<FoundEvent>? Events, TimedLeaf? Last, bool IsTooLarge) Collect(Search search, IEnumerable<TimedLeaf> walk, int? most, int perPage)
    {
        var (events, bytes, looked, count, mostLooked) = (new List<FoundEvent>(), 0L, 0, 0, MostLooked);
        var (previous, last) = (default(TimedLeaf?), default(TimedLeaf?));
        foreach (var candidate in walk)
        {
            if (looked++ == mostLooked)
            {
                return most is null ? (events, last ?? previous, false) : (null, null, false);
            }
            if (search.Find(candidate.Leaf) is { } found)
            {
                if (++count > most)
                {
                    return (null, null, true);
                }
                if (last is null && (events.Count == perPage || bytes > MostBytes))
                {
                    last = previous;
                }
                if (last is null)
                {
                    events.Add(found);
                    bytes += found.Length;
                    mostLooked = events.Count == perPage && most is null ? Math.Min(MostLooked, looked + MostBeyond) : mostLooked;
                }
                else if (most is null)
                {
                    break;
                }
            }
            previous = candidate;
        }
        return (events, last, false);
    }

    /// <summary>One query over one look at the log.</summary>
    private sealed class Search(LogLook look, EventQuery query, Caller caller, Visibility visibility, OwnIds own)
    {
        private static readonly TimeSpanMs AllTimes = new(long.MinValue, long.MaxValue);

        /// <summary>Whether <see cref="Candidates"/> go by eventTime.</summary>
        public bool IsByTime { get; private set; }

        /// <summary>The event of a leaf, if it fulfils every condition and the caller sees it.</summary>
        public FoundEvent? Find(long leaf)
        {
            if (look.Find(leaf) is not var (party, recordedAt, body))
            {
                return null;
            }
            var json = JsonElement.Parse(body);
            var e = new QueriedEvent(json, own);
            return (query.EventTime.IsOpen || query.EventTime.Holds(e.Time)) && query.Conditions.All(condition => condition.Holds(e)) && visibility.Sees(caller, party, json)
                ? new FoundEvent(leaf, recordedAt, json)
                : null;
        }

        /// <summary>Every leaf that may fulfil the query, in the order of the answer, from behind the token's place on.</summary>
        public IEnumerable<TimedLeaf> Candidates(LeafRange range, PageToken? token)
        {
            var isDescending = query.Order.IsDescending;
            if (query.Order.Kind != OrderKind.EventTime && token is { IsByTime: false })
            {
                range = isDescending ? range with { Before = Math.Min(range.Before, token.After.Leaf) } : range with { From = Math.Max(range.From, token.After.Leaf + 1) };
            }
            if (range.IsEmpty)
            {
                return [];
            }
            var (source, rows) = Best(range);
            var times = Times();
            var timeRows = times is { } asked ? look.CountTimes(asked, range, Few + 1) : int.MaxValue;
            IsByTime = query.Order.Kind == OrderKind.EventTime
                || (query.Order.Kind == OrderKind.Any && (token?.IsByTime ?? (times is not null && rows > Few && timeRows > Few)));
            if (Math.Min(rows, timeRows) > Few)
            {
                return IsByTime
                    ? look.WalkTimes(times ?? AllTimes, range, isDescending, token?.After)
                    : look.Walk(source, range, isDescending).Select(leaf => new TimedLeaf(0, leaf));
            }
            var leaves = Narrow(rows <= timeRows ? look.Leaves(source!, range) : look.Leaves(times!.Value, range), range);
            var places = IsByTime ? leaves.Select(look.TimeOf).Order() : leaves.Select(leaf => new TimedLeaf(0, leaf));
            var ordered = isDescending ? places.Reverse() : places;
            return IsByTime && token is { After: var after } ? ordered.Where(place => isDescending ? place.CompareTo(after) < 0 : place.CompareTo(after) > 0) : ordered;
        }

        /// <summary>All that fulfils the query by an extension field, from behind a place on; null when more would have to be looked at than may be.</summary>
        public IEnumerable<TimedLeaf>? Ordered(LeafRange range, EventOrder order, TimedLeaf? after)
        {
            var found = new List<(SortValue Value, long Leaf)>();
            var looked = 0;
            foreach (var place in Candidates(range, null))
            {
                if (looked++ == MostLooked)
                {
                    return null;
                }
                if (Find(place.Leaf) is { } e)
                {
                    var value = order.Field!.In(e.Event, new QueriedEvent(e.Event, own)).SelectMany(Operand.Scalars).Select(SortValue.Of).FirstOrDefault();
                    found.Add((value, e.Leaf));
                }
            }
            // Events without the field come last, whichever the direction.
            var sorted = found.OrderBy(e => e.Value.IsNone).ThenBy(e => e.Value, order.IsDescending ? SortValue.Descending : Comparer<SortValue>.Default).ThenBy(e => e.Leaf).Select(e => new TimedLeaf(0, e.Leaf));
            IsByTime = false;
            return after is { } behind ? sorted.SkipWhile(place => place.Leaf != behind.Leaf).Skip(1) : sorted;
        }

        /// <summary>The condition with the fewest index rows, counted only so far as it matters.</summary>
        private (IReadOnlyList<IndexKey>? Source, int Rows) Best(LeafRange range)
        {
            var sources = Sources().ToList();
            foreach (var atMost in (int[])[256, Few + 1])
            {
                var counted = sources.Select(source => (Source: source, Rows: look.Count(source, range, atMost))).OrderBy(source => source.Rows).ToList();
                if (counted.Count > 0 && (counted[0].Rows < atMost || atMost > Few))
                {
                    return (counted[0].Source, counted[0].Rows);
                }
            }
            return (null, int.MaxValue);
        }

        /// <summary>Leaves out what other conditions' rows do not have either: cheaper than reading the events.</summary>
        private List<long> Narrow(List<long> leaves, LeafRange range)
        {
            const int worthwhile = 128;
            foreach (var source in Sources().TakeWhile(_ => leaves.Count > worthwhile))
            {
                if (look.Count(source, range, Few + 1) <= Few)
                {
                    var among = look.Leaves(source, range).ToHashSet();
                    leaves = [.. leaves.Where(among.Contains)];
                }
            }
            return leaves;
        }

        private IEnumerable<IReadOnlyList<IndexKey>> Sources() =>
            query.Conditions.Select(condition => condition.Source).Append(visibility.Source(caller)).Where(source => source is not null)!;

        private TimeSpanMs? Times() => query.EventTime.IsOpen ? null : new TimeSpanMs(
            query.EventTime.From?.ToUnixTimeMilliseconds() ?? long.MinValue, query.EventTime.Before?.ToUnixTimeMilliseconds() ?? long.MaxValue);
    }
}

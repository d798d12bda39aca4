namespace Provenance.Server.Epcis.Queries;

/// <summary>One thing that every event of an answer fulfils.</summary>
/// <param name="Holds">Whether an event does.</param>
/// <param name="Source">Index rows among which all that do are found; null where there is no such index.</param>
internal sealed record EventCondition(Func<QueriedEvent, bool> Holds, IReadOnlyList<IndexKey>? Source = null);

/// <summary>An index of events by leaf: <c>(seg, k, leaf)</c>.</summary>
internal enum LeafIndex
{
    EventId,
    Hash,
    Party,
    Item,
    Term,
}

/// <summary>The rows of one key in one index.</summary>
internal readonly record struct IndexKey(LeafIndex Index, long Key);

/// <summary>From the first on and before the second.</summary>
internal readonly record struct TimeRange(DateTimeOffset? From, DateTimeOffset? Before)
{
    public bool IsOpen => From is null && Before is null;

    public TimeRange NotBefore(DateTimeOffset from) => this with { From = From > from ? From : from };

    public TimeRange EarlierThan(DateTimeOffset before) => this with { Before = Before < before ? Before : before };

    public bool Holds(DateTimeOffset time) => !(time < From) && !(time >= Before);
}

/// <summary>What an answer is ordered by.</summary>
internal enum OrderKind
{
    /// <summary>As the index gives it that finds the events fastest.</summary>
    Any,

    /// <summary>recordTime, which is the order of the log.</summary>
    RecordTime,

    EventTime,

    /// <summary>An extension of the event.</summary>
    Extension,
}

/// <param name="Field">Of <see cref="OrderKind.Extension"/>.</param>
internal sealed record EventOrder(OrderKind Kind, bool IsDescending, FieldName? Field);

/// <summary>A SimpleEventQuery (EPCIS 2.0 §8.2.7.1), every parameter understood.</summary>
/// <param name="RecordTime">GE_recordTime and LT_recordTime.</param>
/// <param name="EventTime">GE_eventTime and LT_eventTime.</param>
/// <param name="Limit">eventCountLimit: no more than these are answered.</param>
/// <param name="Most">maxEventCount: refused where more would be answered.</param>
/// <param name="Mark">Tells this query from others; a page's token goes with one query.</param>
internal sealed record EventQuery(
    IReadOnlyList<EventCondition> Conditions, TimeRange RecordTime, TimeRange EventTime, EventOrder Order, int? Limit, int? Most, long Mark)
{
    /// <summary>The same with one condition more, as a sub-resource adds it.</summary>
    public EventQuery And(EventCondition condition) => this with { Conditions = [.. Conditions, condition] };
}

using System.Globalization;
using Dapper;
using Provenance.Core.Epcis;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Exports;

/// <summary>An item's trail as far as the caller may see it, and of it what was asked for.</summary>
/// <param name="Caller">Null for the public.</param>
/// <param name="Trace">All of it.</param>
/// <param name="Events">Those of the trace that the filter takes, in its order.</param>
internal sealed record Trail(ItemId Item, Caller? Caller, TraceAnswer Trace, TrailFilter Filter, IReadOnlyList<EventAnswer> Events)
{
    /// <summary>The events and their declarations by their place in the log, as far as the caller may know it.</summary>
    public IEnumerable<long> Leaves => Events.SelectMany(e => new[] { e.Index, e.Declared?.Index }).OfType<long>().Distinct().Order();
}

/// <summary>Which events of a trail are asked for.</summary>
/// <param name="Party">Who recorded them; null for anybody.</param>
/// <param name="From">eventTime from then on.</param>
/// <param name="Before">eventTime before then.</param>
internal sealed record TrailFilter(Party? Party, DateTimeOffset? From, DateTimeOffset? Before)
{
    /// <param name="party">Slug or id.</param>
    /// <param name="from">A time with offset, or a date: its first moment in UTC.</param>
    /// <param name="to">A time with offset, which is not included any more; or a date, the whole of it in UTC.</param>
    public static (TrailFilter? Filter, Problem? Problem) Read(PartyStore parties, string? party, string? from, string? to)
    {
        var named = party is null ? null : parties.FindBySlug(party) ?? parties.List().FirstOrDefault(one => one.Id.ToString() == party);
        if (party is not null && named is null)
        {
            return (null, Problem.NotFound("party", party, "There is no such party here. Send its slug, which stands in its items' addresses behind /id/, or its id."));
        }
        if (!TryRead(from, 0, out var first))
        {
            return (null, Wrong("from", from));
        }
        if (!TryRead(to, 1, out var before))
        {
            return (null, Wrong("to", to));
        }
        return before <= first
            ? (null, Problem.Invalid("to", to, $"This is not after from, which is '{from}'."))
            : (new TrailFilter(named, first, before), null);
    }

    private static bool TryRead(string? text, int daysMore, out DateTimeOffset? time)
    {
        time = null;
        if (text is null)
        {
            return true;
        }
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue)
        {
            time = new DateTimeOffset(day.AddDays(daysMore), TimeOnly.MinValue, TimeSpan.Zero);
        }
        else if (EventInstant.TryParse(text, out var instant))
        {
            time = instant;
        }
        return time is not null;
    }

    private static Problem Wrong(string field, string? value) =>
        Problem.Invalid(field, value, "Send a time with its offset, such as 2026-11-21T14:30:00+01:00 (in an address + is %2B), or a date such as 2026-11-21.");
}

/// <summary>Finds trails.</summary>
internal sealed class TrailReader(Tracer tracer, Database database)
{
    /// <summary>Steps that an export follows: as many as a trace may.</summary>
    public const int Depth = 50;

    /// <summary>Null when nothing is on record about the item.</summary>
    public Trail? Find(ItemId item, Caller? caller, TrailFilter filter)
    {
        if (tracer.Trace(item, TraceDirection.Both, Depth, caller) is not { } trace)
        {
            return null;
        }
        using var connection = database.Read();
        return new Trail(item, caller, trace, filter, [.. trace.Events.Where(Takes)]);

        // By party only where the caller may know the party: else the filter would tell who recorded what.
        bool Takes(EventAnswer e) =>
            (filter.Party is null || (e is { Party: not null, Index: { } leaf } && connection.ExecuteScalar<long>("SELECT party FROM meta WHERE leaf = @leaf", new { leaf }) == filter.Party.Row))
            && ((filter.From is null && filter.Before is null) || (EventInstant.TryParse(e.EventTime, out var at) && !(at < filter.From) && !(at >= filter.Before)));
    }
}

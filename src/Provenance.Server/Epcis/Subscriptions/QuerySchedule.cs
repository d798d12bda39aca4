using System.Globalization;
using System.Text.Json;

namespace Provenance.Server.Epcis.Subscriptions;

/// <summary>
/// When a scheduled subscription runs: every moment, in UTC, whose fields all match (QuerySchedule, EPCIS 2.0 §8.2.5.3). Of fields that are left out those finer than
/// the finest given are at their lowest, so that <c>{"hour":"1","minute":"5"}</c> runs once a day; the others match always.
/// </summary>
internal sealed class QuerySchedule
{
    private static readonly (string Name, int Lowest, int Highest)[] Fields =
        [("second", 0, 59), ("minute", 0, 59), ("hour", 0, 23), ("dayOfMonth", 1, 31), ("month", 1, 12), ("dayOfWeek", 1, 7)];

    // A 29th of February on a given weekday comes again within 40 years, or never.
    private const int MostDays = 40 * 366;

    private readonly SortedSet<int>[] _matching;

    private QuerySchedule(SortedSet<int>[] matching) => _matching = matching;

    /// <param name="fault">What is wrong, naming the field.</param>
    public static QuerySchedule? Find(JsonElement schedule, out (string Field, string? Value, string Detail) fault)
    {
        fault = ("schedule", schedule.GetRawText(), "A schedule is an object of second, minute, hour, dayOfMonth, month and dayOfWeek, at least one of them.");
        if (schedule.ValueKind != JsonValueKind.Object || !schedule.EnumerateObject().Any())
        {
            return null;
        }
        var given = new SortedSet<int>?[Fields.Length];
        foreach (var member in schedule.EnumerateObject())
        {
            var place = Array.FindIndex(Fields, field => field.Name == member.Name);
            var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText();
            if (place < 0 || (given[place] = Read(text, Fields[place].Lowest, Fields[place].Highest)) is null)
            {
                fault = ("schedule/" + member.Name, text, place < 0 ? "A schedule has second, minute, hour, dayOfMonth, month and dayOfWeek." :
                    $"It is a list of numbers from {Fields[place].Lowest} to {Fields[place].Highest} and ranges such as [2-5], parted by commas; 0/15 is every 15 from 0.");
                return null;
            }
        }
        var finest = Array.FindIndex(given, values => values is not null);
        var read = new QuerySchedule([.. given.Select((values, place) => values ?? (place < finest ? [Fields[place].Lowest] : [.. Range(Fields[place].Lowest, Fields[place].Highest)]))]);
        fault = ("schedule", schedule.GetRawText(), "There is no such day.");
        return read.Next(DateTimeOffset.UnixEpoch) is null ? null : read;
    }

    /// <summary>The first moment of the schedule later than that; null when there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var start = after.UtcDateTime.AddTicks(TimeSpan.TicksPerSecond - (after.UtcTicks % TimeSpan.TicksPerSecond));
        var day = start.Date;
        for (var i = 0; i < MostDays; i++, day = day.AddDays(1))
        {
            // ISO 8601 weeks, as GS1 counts: 1 is Monday.
            var weekday = day.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)day.DayOfWeek;
            if (_matching[3].Contains(day.Day) && _matching[4].Contains(day.Month) && _matching[5].Contains(weekday) && NextTime(i == 0 ? start.TimeOfDay : TimeSpan.Zero) is { } time)
            {
                return new DateTimeOffset(day + time, TimeSpan.Zero);
            }
        }
        return null;
    }

    private TimeSpan? NextTime(TimeSpan from)
    {
        foreach (var hour in _matching[2].GetViewBetween(from.Hours, 23))
        {
            foreach (var minute in _matching[1].GetViewBetween(hour == from.Hours ? from.Minutes : 0, 59))
            {
                foreach (var second in _matching[0].GetViewBetween(hour == from.Hours && minute == from.Minutes ? from.Seconds : 0, 59))
                {
                    return new TimeSpan(hour, minute, second);
                }
            }
        }
        return null;
    }

    private static SortedSet<int>? Read(string text, int lowest, int highest)
    {
        var values = new SortedSet<int>();
        foreach (var element in text.Split(','))
        {
            var part = element.Trim();
            if (part == "*")
            {
                values.UnionWith(Range(lowest, highest));
            }
            else if (part.Split('/') is [var start, var step])
            {
                if (!Number(start == "*" ? lowest.ToString(CultureInfo.InvariantCulture) : start, out var first) || !Number(step, out var each) || each == 0)
                {
                    return null;
                }
                values.UnionWith(Range(first, highest).Where(value => (value - first) % each == 0));
            }
            else
            {
                var ends = (part.StartsWith('[') && part.EndsWith(']') ? part[1..^1] : part).Split('-');
                if (ends.Length > 2 || !Number(ends[0], out var first) || !Number(ends[^1], out var last) || first > last)
                {
                    return null;
                }
                values.UnionWith(Range(first, last));
            }
        }
        return values;

        bool Number(string digits, out int value) =>
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= highest && value >= lowest;
    }

    private static IEnumerable<int> Range(int first, int last) => Enumerable.Range(first, last - first + 1);
}

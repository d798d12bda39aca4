using System.Globalization;
using System.Text.RegularExpressions;

namespace Provenance.Server.Batches;

/// <summary>When a step happened, as it goes into the event.</summary>
/// <param name="Text"><c>eventTime</c>: what the sender wrote, seconds added where they were missing.</param>
/// <param name="Offset"><c>eventTimeZoneOffset</c>, such as <c>+01:00</c>.</param>
/// <param name="IsDay">The sender knew only the date (<c>prov:timePrecision</c>).</param>
internal sealed partial record EventTime(string Text, string Offset, bool IsDay)
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>The instant, for order.</summary>
    public DateTimeOffset Instant => DateTimeOffset.Parse(Text, CultureInfo.InvariantCulture);

    /// <summary>Reads a time with offset, or a date in <paramref name="zone"/>; null with a fault otherwise, also for what is later
    /// than 5 minutes from now.</summary>
    public static EventTime? Read(string text, string field, TimeZoneInfo? zone, DateTimeOffset now, Faults faults)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return OfDay(date, text, field, zone, now, faults);
        }
        var match = Shape().Match(text);
        if (!match.Success)
        {
            faults.Add(field, text, "Send a time with its offset, such as 2026-11-21T14:30:00+01:00, or a date such as 2026-11-21.");
            return null;
        }
        var offset = match.Groups["offset"].Value;
        var whole = match.Groups["seconds"].Success ? text : match.Groups["minutes"].Value + ":00" + offset;
        if (offset.Length == 0)
        {
            faults.Add(field, text, "A time needs its offset from UTC: add +01:00, -05:00 or Z.");
            return null;
        }
        if (!DateTimeOffset.TryParse(whole, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant))
        {
            faults.Add(field, text, "There is no such time. Check day, hour and offset (at most 14:00).");
            return null;
        }
        if (instant > now + Ahead)
        {
            faults.Add(field, text, $"This lies in the future; here it is {Print(now.ToOffset(instant.Offset))}. Record what has happened.");
            return null;
        }
        // RFC 3339 §4.3: Z and -00:00 both mean UTC; EPCIS wants a sign and digits.
        return new EventTime(whole, offset is "Z" or "-00:00" ? "+00:00" : offset, IsDay: false);
    }

    /// <summary>The present moment in UTC, cut to milliseconds: for steps that need no time from the sender.</summary>
    public static EventTime Now(DateTimeOffset now) => new(Print(now.ToUniversalTime()), "+00:00", IsDay: false);

    private static EventTime? OfDay(DateOnly date, string text, string field, TimeZoneInfo? zone, DateTimeOffset now, Faults faults)
    {
        if (zone is null)
        {
            faults.Add(field, text,
                "Noon of this date can't be told: the place has no time zone. Send place.timeZone, such as Europe/Vienna, or a time with its offset.");
            return null;
        }
        var localNow = TimeZoneInfo.ConvertTime(now, zone);
        var today = DateOnly.FromDateTime(localNow.DateTime);
        if (date > today)
        {
            faults.Add(field, text, $"This lies in the future; in {zone.Id} it is {today:yyyy-MM-dd}. Record what has happened.");
            return null;
        }
        var noon = date.ToDateTime(new TimeOnly(12, 0));
        var local = new DateTimeOffset(noon, zone.GetUtcOffset(noon));
        // Zones of the past had offsets with seconds, which no offset in text can carry.
        local = local.Offset.Seconds == 0 ? local : local.ToOffset(new TimeSpan(local.Offset.Hours, local.Offset.Minutes, 0));
        // Whole minutes: a form sent twice in a row is then the same event, and is asked about.
        local = local < localNow ? local : localNow.AddTicks(-(localNow.Ticks % TimeSpan.TicksPerMinute));
        return new EventTime(Print(local), local.ToString("zzz", CultureInfo.InvariantCulture), IsDay: true);
    }

    private static string Print(DateTimeOffset time) =>
        time.ToString(time.Millisecond == 0 ? "yyyy-MM-ddTHH:mm:sszzz" : "yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?<minutes>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})(?<seconds>:[0-9]{2}(\.[0-9]{1,7})?)?(?<offset>Z|[+-][0-9]{2}:[0-9]{2})?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}

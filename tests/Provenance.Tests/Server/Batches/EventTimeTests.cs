using System.Globalization;
using Provenance.Server.Batches;

namespace Provenance.Tests.Server.Batches;

public sealed class EventTimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 30, 15, 123, TimeSpan.Zero);
    private static readonly TimeZoneInfo Vienna = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna");

    [Theory]
    [InlineData("2026-11-20T14:30:00+01:00", "2026-11-20T14:30:00+01:00", "+01:00")]
    [InlineData("2026-11-20T14:30+01:00", "2026-11-20T14:30:00+01:00", "+01:00")]
    [InlineData("2026-11-20T14:30:00.125-05:00", "2026-11-20T14:30:00.125-05:00", "-05:00")]
    [InlineData("2026-11-20T14:30:00Z", "2026-11-20T14:30:00Z", "+00:00")]
    [InlineData("2026-11-20T14:30:00-00:00", "2026-11-20T14:30:00-00:00", "+00:00")]
    [InlineData("2026-11-21T09:35:15Z", "2026-11-21T09:35:15Z", "+00:00")]
    public void A_time_with_offset_is_kept_as_it_was_sent(string sent, string eventTime, string offset)
    {
        var (time, faults) = Read(sent, null);

        Assert.True(faults.None);
        Assert.Equal(new EventTime(eventTime, offset, IsDay: false), time);
    }

    [Theory]
    [InlineData("2026-11-20T14:30:00", "offset")]
    [InlineData("2026-11-20 14:30:00+01:00", "offset")]
    [InlineData("2026-11-20T14:30:00+1", "offset")]
    [InlineData("2026-02-30T14:30:00Z", "no such time")]
    [InlineData("2026-11-20T14:30:00+15:00", "no such time")]
    [InlineData("2026-11-20T24:30:00Z", "no such time")]
    [InlineData("2026-11-21T09:35:16Z", "future")]
    [InlineData("2026-11-22", "future")]
    [InlineData("yesterday", "offset")]
    [InlineData("2026-02-30", "offset")]
    [InlineData("٢٠٢٦-11-20T14:30:00Z", "offset")]
    public void Anything_else_is_refused_with_its_value(string sent, string saying)
    {
        var (time, faults) = Read(sent, Vienna);

        Assert.Null(time);
        var fault = Assert.Single(faults.All);
        Assert.Equal(("at", sent), (fault.Field, fault.Value));
        Assert.Contains(saying, fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-11-20", "2026-11-20T12:00:00+01:00", "+01:00")]
    [InlineData("2026-07-01", "2026-07-01T12:00:00+02:00", "+02:00")]
    [InlineData("2026-11-21", "2026-11-21T10:30:00+01:00", "+01:00")]
    public void A_date_is_noon_at_the_place_and_today_is_no_later_than_now(string sent, string eventTime, string offset)
    {
        var (time, faults) = Read(sent, Vienna);

        Assert.True(faults.None);
        Assert.Equal(new EventTime(eventTime, offset, IsDay: true), time);
    }

    [Fact]
    public void A_date_at_a_place_without_a_zone_is_refused()
    {
        var (time, faults) = Read("2026-11-20", null);

        Assert.Null(time);
        Assert.Contains("place.timeZone", Assert.Single(faults.All).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Now_is_cut_to_milliseconds() =>
        Assert.Equal("2026-11-21T09:30:15.123+00:00", EventTime.Now(Now.AddTicks(9)).Text.ToString(CultureInfo.InvariantCulture));

    private static (EventTime? Time, Faults Faults) Read(string text, TimeZoneInfo? zone)
    {
        var faults = new Faults();
        return (EventTime.Read(text, "at", zone, Now, faults), faults);
    }
}

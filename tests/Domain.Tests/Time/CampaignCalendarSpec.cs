using System;
using System.Globalization;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using PrizeDraw.Domain.Time;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Time;

public sealed class A_campaign_calendar
{
    private static readonly CampaignCalendar London = In("Europe/London");

    [Theory]
    [InlineData("2026-03-28T23:59:59Z", "2026-03-28")]
    [InlineData("2026-03-29T00:00:00Z", "2026-03-29")]
    [InlineData("2026-03-29T22:59:59Z", "2026-03-29")]
    [InlineData("2026-03-29T23:00:00Z", "2026-03-30")]
    [InlineData("2026-10-24T22:59:59Z", "2026-10-24")]
    [InlineData("2026-10-24T23:00:00Z", "2026-10-25")]
    [InlineData("2026-10-25T23:59:59Z", "2026-10-25")]
    [InlineData("2026-10-26T00:00:00Z", "2026-10-26")]
    public void knows_the_local_day_around_both_changes(string instant, string day) => London.DayOf(At(instant)).ShouldBe(Day(day));

    [Theory]
    [InlineData("Europe/London", "2026-03-29", "2026-03-29T00:00:00Z", 23)]
    [InlineData("Europe/London", "2026-03-30", "2026-03-29T23:00:00Z", 24)]
    [InlineData("Europe/London", "2026-10-25", "2026-10-24T23:00:00Z", 25)]
    [InlineData("Europe/London", "2026-10-26", "2026-10-26T00:00:00Z", 24)]
    [InlineData("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", 23)]
    [InlineData("America/Havana", "2026-03-08", "2026-03-08T05:00:00Z", 23)] // clocks skip 00:00–01:00
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", 25)] // 00:00–01:00 is lived twice
    [InlineData("Asia/Kolkata", "2026-06-01", "2026-05-31T18:30:00Z", 24)]
    public void knows_when_a_day_starts_and_how_long_it_is(string zone, string day, string start, int hours)
    {
        var calendar = In(zone);
        calendar.DayStart(Day(day)).ShouldBe(At(start));
        calendar.DayStart(Day(day)).Offset.ShouldBe(TimeSpan.Zero);
        calendar.DayLength(Day(day)).ShouldBe(TimeSpan.FromHours(hours));
    }

    [Theory]
    [InlineData("2026-03-29T01:30", "2026-03-29T01:00:00Z")] // skipped: clocks go on at 02:00 BST
    [InlineData("2026-03-29T02:00", "2026-03-29T01:00:00Z")]
    [InlineData("2026-10-25T01:30", "2026-10-25T00:30:00Z")] // twice: the earlier
    [InlineData("2026-10-25T02:00", "2026-10-25T02:00:00Z")]
    public void finds_the_instant_of_a_local_time(string local, string instant)
    {
        var time = DateTime.Parse(local, CultureInfo.InvariantCulture);
        London.InstantOf(DateOnly.FromDateTime(time), TimeOnly.FromDateTime(time)).ShouldBe(At(instant));
    }

    [Fact] public void keeps_the_hour_that_is_lived_twice_as_two()
    {
        London.HourOf(At("2026-10-25T00:15:00Z")).ShouldBe(At("2026-10-25T00:00:00Z"));
        London.HourOf(At("2026-10-25T00:59:59.9999999Z")).ShouldBe(At("2026-10-25T00:00:00Z"));
        London.HourOf(At("2026-10-25T01:15:00Z")).ShouldBe(At("2026-10-25T01:00:00Z"));
        Enumerable.Range(0, 25 * 60).Select(m => London.HourOf(At("2026-10-24T23:00:00Z").AddMinutes(m))).Distinct().Count().ShouldBe(25);
        Enumerable.Range(0, 23 * 60).Select(m => London.HourOf(At("2026-03-29T00:00:00Z").AddMinutes(m))).Distinct().Count().ShouldBe(23);
    }

    [Fact] public void counts_hours_by_local_clocks_where_offsets_are_not_whole_hours()
    {
        In("Asia/Kolkata").HourOf(At("2026-06-01T10:29:00Z")).ShouldBe(At("2026-06-01T09:30:00Z"));
        In("Asia/Kolkata").HourOf(At("2026-06-01T10:30:00Z")).ShouldBe(At("2026-06-01T10:30:00Z"));
    }

    [Fact] public void puts_every_instant_between_the_start_and_the_end_of_its_day() =>
        Prop.ForAll(
            Gen.Elements("Europe/London", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC").ToArbitrary(),
            Gen.Choose(0, 40 * 366 * 24 * 60).ToArbitrary(), (zone, minutes) =>
        {
            var calendar = In(zone);
            var instant = At("2012-06-01T00:00:00Z").AddMinutes(minutes);
            var day = calendar.DayOf(instant);
            return calendar.DayStart(day) <= instant && instant < calendar.DayEnd(day)
                && calendar.DayOf(calendar.DayStart(day)) == day && calendar.DayOf(calendar.DayStart(day).AddTicks(-1)) < day
                && calendar.HourOf(instant) <= instant && instant - calendar.HourOf(instant) < TimeSpan.FromHours(1);
        }).QuickCheckThrowOnFailure();

    private static CampaignCalendar In(string zone) => new(TimeZoneInfo.FindSystemTimeZoneById(zone));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
}

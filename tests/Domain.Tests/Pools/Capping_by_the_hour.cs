using System;
using PrizeDraw.Domain.Pools;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>Hours are those of the campaign's clocks; the hour that clocks show twice is two.</summary>
public sealed class Capping_by_the_hour : PoolSpec
{
    private static readonly Fact WholeYear = OpenFrom(Utc("2026-01-01T00:00"), Utc("2027-01-01T00:00"));

    /// <summary>Zone, first instant of an hour and of the next.</summary>
    public static TheoryData<string, string, string> Hours => new()
    {
        { "Europe/London", "2026-06-15T12:00", "2026-06-15T13:00" },
        { "Europe/London", "2026-03-29T00:00", "2026-03-29T01:00" },
        { "Europe/London", "2026-03-29T01:00", "2026-03-29T02:00" },
        { "Europe/London", "2026-10-25T00:00", "2026-10-25T01:00" },
        { "Europe/London", "2026-10-25T01:00", "2026-10-25T02:00" },
        { "America/New_York", "2026-11-01T05:00", "2026-11-01T06:00" },
        { "America/New_York", "2026-11-01T06:00", "2026-11-01T07:00" },
        { "Asia/Kathmandu", "2026-06-15T12:15", "2026-06-15T13:15" },
        // Here clocks change by half an hour: an hour is lived one and a half times, and half of one is skipped.
        { "Australia/Lord_Howe", "2026-04-04T14:00", "2026-04-04T15:00" },
        { "Australia/Lord_Howe", "2026-04-04T15:00", "2026-04-04T15:30" },
        { "Australia/Lord_Howe", "2026-10-03T14:30", "2026-10-03T15:30" },
        { "Australia/Lord_Howe", "2026-10-03T15:30", "2026-10-03T16:00" },
    };

    [Theory, MemberData(nameof(Hours))]
    public void gives_as_many_as_allowed_in_each(string zone, string start, string next) =>
        Given(WholeYear, InZone(zone), Offered("mug", AllocationMode.Consolation, t => t with { HourlyCap = 1 }))
            .When(Submit(Alice, at: Utc(start).AddMilliseconds(-1)), Submit(Bob, at: Utc(start)), Submit(Carol, at: Utc(next).AddMilliseconds(-1)), Submit(Carol, at: Utc(next)))
            .TheyWin("mug", "mug", null, "mug");

    [Theory, MemberData(nameof(Hours))]
    public void counts_over_batches_too(string zone, string start, string next) =>
        Given(WholeYear, InZone(zone), Offered("mug", AllocationMode.Consolation, t => t with { HourlyCap = 1 }), Accepted(Alice, Utc(start)))
            .When(Submit(Carol, at: Utc(next).AddMilliseconds(-1)), Submit(Carol, at: Utc(next)))
            .TheyWin(null, "mug");

    [Fact]
    public void gives_none_where_none_are_allowed() =>
        Given(Offered("mug", AllocationMode.Consolation, t => t with { HourlyCap = 0 })).When(Submit(Alice)).ItWins(null);

    [Fact]
    public void gives_none_on_a_day_where_none_are_allowed() =>
        Given(Offered("mug", AllocationMode.Consolation, t => t with { DailyCap = 0 })).When(Submit(Alice)).ItWins(null);

    [Fact]
    public void keeps_a_moment_for_the_next_hour() =>
        Given(Offered("car", AllocationMode.Moments, t => t with { HourlyCap = 1 }), AMoment("car", Opens), AMoment("car", Opens))
            .When(Submit(Alice), Submit(Bob), Submit(Carol, at: Noon.AddHours(1))).TheyWin("car", null, "car");

    [Fact]
    public void holds_with_the_daily_cap_whichever_is_reached_first() =>
        Given(Offered("mug", AllocationMode.Consolation, t => t with { HourlyCap = 2, DailyCap = 3 }))
            .When(Submit(Alice), Submit(Alice), Submit(Alice), Submit(Alice, at: Noon.AddHours(1)), Submit(Alice, at: Noon.AddHours(1)), Submit(Alice, at: Noon.AddDays(1)))
            .TheyWin("mug", "mug", null, "mug", null, "mug");
}

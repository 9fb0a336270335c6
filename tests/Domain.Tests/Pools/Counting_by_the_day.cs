using System;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>Days are the campaign's, 23 or 25 hours long where clocks change.</summary>
public sealed class Counting_by_the_day : PoolSpec
{
    private static readonly Fact WholeYear = OpenFrom(Utc("2026-01-01T00:00"), Utc("2027-01-01T00:00"));

    /// <summary>Zone, first instant of the day and of the next.</summary>
    public static TheoryData<string, string, string> Days => new()
    {
        { "Europe/London", "2026-01-15T00:00", "2026-01-16T00:00" },
        { "Europe/London", "2026-06-14T23:00", "2026-06-15T23:00" },
        { "Europe/London", "2026-03-29T00:00", "2026-03-29T23:00" },
        { "Europe/London", "2026-10-24T23:00", "2026-10-26T00:00" },
        { "America/New_York", "2026-03-08T05:00", "2026-03-09T04:00" },
        { "America/New_York", "2026-11-01T04:00", "2026-11-02T05:00" },
        // Here clocks change at midnight itself: the day begins at one o'clock, or lives its last hour twice.
        { "America/Santiago", "2026-09-06T04:00", "2026-09-07T03:00" },
        { "America/Santiago", "2026-04-04T03:00", "2026-04-05T04:00" },
        { "Pacific/Apia", "2026-05-01T11:00", "2026-05-02T11:00" },
    };

    [Theory, MemberData(nameof(Days))]
    public void caps_a_prize_by_the_day_of_the_campaigns_zone(string zone, string start, string next) =>
        Given(WholeYear, InZone(zone), AGift("mug", cap: 1)).When(
            Submit(Alice, at: Utc(start).AddMilliseconds(-1)), Submit(Bob, at: Utc(start)), Submit(Carol, at: Utc(start).AddHours(1)),
            Submit(Carol, at: Utc(start).AddHours(2)), Submit(Carol, at: Utc(next).AddMilliseconds(-1)), Submit(Alice, at: Utc(next)))
            .TheyWin("mug", "mug", null, null, null, "mug");

    [Theory, MemberData(nameof(Days))]
    public void caps_it_over_batches_too(string zone, string start, string next) =>
        Given(WholeYear, InZone(zone), AGift("mug", cap: 1), Accepted(Alice, Utc(start).AddMilliseconds(-1)), Accepted(Alice, Utc(start)),
            Accepted(Alice, Utc(next).AddMilliseconds(-1))).When(
            Submit(Bob, at: Utc(next).AddMilliseconds(-1)), Submit(Carol, at: Utc(next))).TheyWin(null, "mug");

    [Theory, MemberData(nameof(Days))]
    public void limits_a_persons_entries_by_that_day(string zone, string start, string next) =>
        Given(WholeYear, InZone(zone), Limited(perDay: 1)).When(
            Submit(Alice, at: Utc(start).AddMilliseconds(-1)), Submit(Alice, at: Utc(start)), Submit(Alice, at: Utc(start).AddHours(1)),
            Submit(Alice, at: Utc(next).AddMilliseconds(-1)), Submit(Alice, at: Utc(next)))
            .TheRefusalsAre(null, null, "entry.limit_reached", "entry.limit_reached", null);

    [Fact]
    public void counts_an_entry_on_the_day_that_it_is_raised_to() =>
        Given(AGift("mug", cap: 1), Accepted(Alice, Utc("2026-06-15T23:00"))).When(Submit(Bob, at: Utc("2026-06-15T22:59"))).ItWins(null);

    [Fact]
    public void comes_of_age_by_the_day_of_the_campaigns_zone()
    {
        var born = new DateOnly(2008, 6, 16);
        var alice = Submit(Alice, at: Utc("2026-06-15T22:59")) with { Entrant = Submit(Alice).Entrant with { DateOfBirth = born } };
        Given(FromAge(18)).When(alice, alice with { Key = "later", ReceivedAt = Utc("2026-06-15T23:00") }).TheRefusalsAre("entry.under_age", null);
    }
}

using System;
using PrizeDraw.Domain.Pools;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

public sealed class Projecting_stock
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 5, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void follows_the_recent_rate() =>
        StockProjection.RunsOutAt(30, 60, TimeSpan.FromHours(6), Noon).ShouldBe(Noon.AddHours(3));

    [Fact]
    public void rounds_up_to_the_second() =>
        StockProjection.RunsOutAt(1, 3, TimeSpan.FromSeconds(10), Noon).ShouldBe(Noon.AddSeconds(4));

    [Fact]
    public void tells_now_when_nothing_is_left() =>
        StockProjection.RunsOutAt(0, 5, TimeSpan.FromHours(1), Noon).ShouldBe(Noon);

    [Theory]
    [InlineData(0, 60)]
    [InlineData(-1, 60)]
    [InlineData(5, 0)]
    public void tells_nothing_without_a_rate(long units, int minutes) =>
        StockProjection.RunsOutAt(9, units, TimeSpan.FromMinutes(minutes), Noon).ShouldBeNull();

    [Fact]
    public void tells_nothing_of_the_far_future()
    {
        StockProjection.RunsOutAt(366 * 24, 1, TimeSpan.FromHours(1), Noon).ShouldBe(Noon.AddDays(366));
        StockProjection.RunsOutAt((366 * 24) + 1, 1, TimeSpan.FromHours(1), Noon).ShouldBeNull();
        StockProjection.RunsOutAt(long.MaxValue, 1, TimeSpan.FromDays(10_000), DateTimeOffset.MaxValue.AddYears(-100)).ShouldBeNull();
    }

    [Theory]
    [InlineData("09:00", "11:00", "11:30", 150)] // from the first award's hour
    [InlineData("01:00", "11:00", "11:30", 330)] // hours that began after 05:30: from 06:00
    [InlineData("01:00", "11:00", "11:00", 300)] // 05:00 itself is no longer counted
    [InlineData("11:00", "11:00", "11:00", 1)] // never nothing
    public void counts_the_hours_that_the_query_counts(string first, string latest, string now, int minutes) =>
        StockProjection.WindowOf(At(first), At(latest), At(now)).ShouldBe(TimeSpan.FromMinutes(minutes));

    [Fact]
    public void counts_hours_that_begin_at_any_minute() =>
        StockProjection.WindowOf(At("00:45"), At("10:45"), At("11:30")).ShouldBe(At("11:30") - At("05:45"));

    private static DateTimeOffset At(string time) => new(new DateOnly(2026, 12, 5), TimeOnly.ParseExact(time, "HH:mm", null), TimeSpan.Zero);
}

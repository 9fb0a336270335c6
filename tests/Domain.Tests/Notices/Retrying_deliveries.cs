using System;
using System.Linq;
using PrizeDraw.Domain.Notices;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Notices;

public sealed class Retrying_deliveries
{
    [Theory]
    [InlineData(1, 0.5, 40)]
    [InlineData(2, 0.5, 80)]
    [InlineData(11, 0.5, 40_960)]
    [InlineData(1, 0.0, 30)]
    public void waits_twice_as_long_each_time(int attempt, double chance, int seconds) =>
        DeliveryRetry.PauseAfter(attempt, chance).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void ends_with_the_twelfth_attempt()
    {
        DeliveryRetry.PauseAfter(11, 0).ShouldNotBeNull();
        DeliveryRetry.PauseAfter(12, 0).ShouldBeNull();
        DeliveryRetry.PauseAfter(13, 0).ShouldBeNull();
    }

    [Theory]
    [InlineData(0.0, 17)]
    [InlineData(0.5, 22)]
    [InlineData(0.999999, 28)]
    public void lasts_about_a_day(double chance, int hours) =>
        ((int)Enumerable.Range(1, 11).Sum(attempt => DeliveryRetry.PauseAfter(attempt, chance)!.Value.TotalHours)).ShouldBe(hours);

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 1.0)]
    [InlineData(1, -0.1)]
    public void refuses_what_cannot_be(int attempt, double chance) =>
        Should.Throw<ArgumentOutOfRangeException>(() => DeliveryRetry.PauseAfter(attempt, chance));
}

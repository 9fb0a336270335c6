using System;
using PrizeDraw.Domain.Domains;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Domains;

public sealed class Looking_at_a_domain_again
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("pending_verification", 0, 1)]
    [InlineData("verified_misconfigured", 14, 1)]
    [InlineData("verified_misconfigured", 15, 10)]
    [InlineData("added", 120, 60)]
    [InlineData("removing", 1440, 1440)]
    [InlineData("pending_verification", 43_199, 1440)]
    [InlineData("taken", 0, 1440)]
    [InlineData("failed", 0, 1440)]
    [InlineData("active", 0, 1440)]
    [InlineData("active", 500_000, 1440)]
    public void comes_ever_more_seldom(string state, int minutesSince, int minutesUntil) =>
        DomainChecks.Next(state, hasFailed: false, Now.AddMinutes(-minutesSince), Now).ShouldBe(Now.AddMinutes(minutesUntil));

    [Theory]
    [InlineData("pending_verification")]
    [InlineData("taken")]
    [InlineData("failed")]
    [InlineData("removing")]
    public void ends_after_thirty_days_in_one_state(string state) => DomainChecks.Next(state, hasFailed: true, Now.AddDays(-30), Now).ShouldBeNull();

    [Fact]
    public void of_an_active_one_comes_sooner_when_the_host_could_not_be_asked() =>
        DomainChecks.Next("active", hasFailed: true, Now.AddDays(-90), Now).ShouldBe(Now.AddHours(1));
}

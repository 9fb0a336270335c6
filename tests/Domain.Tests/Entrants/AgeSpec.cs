using System;
using System.Globalization;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Time;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Entrants;

public sealed class Age_of_an_entrant
{
    [Theory]
    [InlineData("2008-06-15", "2026-06-14T22:59:59Z", "Europe/London", 17)]
    [InlineData("2008-06-15", "2026-06-14T23:00:00Z", "Europe/London", 18)] // midnight of summer time
    [InlineData("2008-06-15", "2026-06-14T23:00:00Z", "UTC", 17)]
    [InlineData("2008-06-15", "2026-06-15T03:59:59Z", "America/New_York", 17)]
    [InlineData("2008-02-29", "2026-02-28T23:59:59Z", "Europe/London", 17)]
    [InlineData("2008-02-29", "2026-03-01T00:00:00Z", "Europe/London", 18)]
    [InlineData("2008-02-29", "2028-02-29T00:00:00Z", "Europe/London", 20)]
    [InlineData("2026-12-31", "2026-12-31T00:00:00Z", "Europe/London", 0)]
    [InlineData("2027-01-01", "2026-12-31T00:00:00Z", "Europe/London", -1)]
    public void is_counted_by_local_birthdays(string born, string instant, string zone, int years)
    {
        var calendar = new CampaignCalendar(TimeZoneInfo.FindSystemTimeZoneById(zone));
        var at = DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);
        var date = DateOnly.Parse(born, CultureInfo.InvariantCulture);
        Age.At(date, at, calendar).ShouldBe(years);
        Age.IsAtLeast(18, date, at, calendar).ShouldBe(years >= 18);
    }
}

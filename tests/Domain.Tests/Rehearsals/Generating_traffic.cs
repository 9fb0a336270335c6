using System;
using System.Linq;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Rehearsals;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Rehearsals;

public sealed class Generating_traffic
{
    private static readonly TimeZoneInfo London = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");
    private static readonly DateTimeOffset From = new(2026, 10, 1, 9, 0, 0, TimeSpan.Zero), To = new(2026, 10, 31, 23, 59, 59, TimeSpan.Zero);

    private static RehearsedEntries Traffic(long entries, long entrants, ulong seed = 7) => new(seed, entries, entrants, new TrafficShape(From, To, London));

    private static RehearsedEntry[] All(long entries, long entrants, ulong seed = 7)
    {
        var traffic = Traffic(entries, entrants, seed);
        return [.. Enumerable.Range(0, (int)entries).Select(i => traffic.Of(i))];
    }

    [Fact]
    public void stays_within_its_span_and_in_order()
    {
        var at = All(5000, 4500).Select(e => e.At).ToArray();
        at.ShouldBeInOrder();
        at[0].ShouldBeGreaterThanOrEqualTo(From);
        at[^1].ShouldBeLessThan(To);
    }

    [Fact]
    public void is_busier_in_the_evening_than_at_night_by_local_clocks()
    {
        var hours = All(20_000, 18_000).CountBy(e => TimeZoneInfo.ConvertTime(e.At, London).Hour).ToDictionary();
        hours[20].ShouldBeGreaterThan(hours[3] * 10);
        hours.Count.ShouldBe(24, "somebody is awake at any hour");
    }

    [Fact]
    public void comes_every_day_also_when_clocks_change()
    {
        var days = All(20_000, 18_000).CountBy(e => TimeZoneInfo.ConvertTime(e.At, London).Date).ToDictionary();
        days.Count.ShouldBe(31);
        days[new DateTime(2026, 10, 25)].ShouldBeGreaterThan(300);
    }

    [Theory]
    [InlineData(1000, 900)]
    [InlineData(1000, 1000)]
    [InlineData(1000, 1)]
    [InlineData(1, 1)]
    [InlineData(10, 3)]
    public void comes_from_as_many_people_as_were_asked_for(int entries, int entrants)
    {
        var all = All(entries, entrants);
        all.Select(e => e.Person.Number).Distinct().Count().ShouldBe(entrants);
        all.Max(e => e.Person.Number).ShouldBe(entrants - 1);
    }

    [Fact]
    public void is_the_same_whenever_it_is_asked_for_and_other_people_for_another_seed()
    {
        All(200, 150).ShouldBe(All(200, 150));
        All(200, 150, seed: 8).Select(e => e.Person.FirstName).ShouldNotBe(All(200, 150).Select(e => e.Person.FirstName));
    }

    [Fact]
    public void errs_now_and_then()
    {
        var faults = All(20_000, 18_000).Where(e => e.Fault != RehearsedFault.None).CountBy(e => e.Fault).ToDictionary();
        faults.Count.ShouldBe(5);
        faults.Values.Sum().ShouldBeInRange(250, 550);
    }

    [Fact]
    public void gives_people_addresses_and_numbers_that_can_be_theirs()
    {
        foreach (var person in All(2000, 2000).Select(e => e.Person))
        {
            EmailAddress.TryParse(person.Email, EmailPolicy.Default, out _, out _).ShouldBeTrue(person.Email);
            if (person.Phone is not null)
            {
                person.Phone.ShouldStartWith("07700 900");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(90)]
    [InlineData(3_600)]
    [InlineData(86_400L * 400)]
    public void fits_any_span(long seconds)
    {
        var shape = new TrafficShape(From, From.AddSeconds(seconds), London);
        foreach (var part in (double[])[0, 0.25, 0.5, 0.999, Math.BitDecrement(1.0)])
        {
            shape.At(part).ShouldBeInRange(From, From.AddSeconds(seconds).AddTicks(-1));
        }
    }
}

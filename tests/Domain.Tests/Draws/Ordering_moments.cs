using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Time;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Draws;

/// <summary>For any order: any zone, hours, days and quota.</summary>
public sealed class Ordering_moments
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(300);
    private static readonly string[] Zones = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "UTC"];

    private sealed record Order(string Zone, int StartMinutes, int LengthMinutes, int Opens, int Closes, int PerDay, int Percent)
    {
        public CampaignCalendar Calendar => new(TimeZoneInfo.FindSystemTimeZoneById(Zone));

        public DateTimeOffset From => new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(StartMinutes);

        public DateTimeOffset Until => From.AddMinutes(LengthMinutes);

        /// <summary>Null where none of the hours lies between the ends.</summary>
        public MomentWindows? Windows
        {
            get
            {
                try
                {
                    return MomentWindows.Daily(Calendar, From, Until, Time(Opens), Time(Closes));
                }
                catch (ArgumentException)
                {
                    return null;
                }
            }
        }

        private static TimeOnly Time(int minutes) => TimeOnly.MinValue.AddMinutes(minutes);
    }

    private static readonly Arbitrary<Order> AnyOrder =
        (from zone in Gen.Elements(Zones)
         from start in Gen.Choose(0, 300 * 1440)
         from length in Gen.OneOf(Gen.Choose(1, 3000), Gen.Choose(1, 20 * 1440))
         from opens in Gen.Choose(0, 1438)
         from closes in Gen.OneOf(Gen.Constant(0), Gen.Choose(opens + 1, 1439))
         from perDay in Gen.Choose(1, 5)
         from percent in Gen.Choose(0, 100)
         select new Order(zone, start, length, opens, closes, perDay, percent)).ToArbitrary();

    [Fact]
    public void keeps_to_the_hours_the_ends_and_the_quota() => Check.One(Many, Prop.ForAll(AnyOrder, order =>
    {
        if (order.Windows is not { } windows)
        {
            return;
        }

        var days = windows.ByDay(order.Calendar).Select(p => p.Day).Distinct().Count();
        days.ShouldBe(windows.Windows.Count, "a day's hours are one window");
        var count = days * order.PerDay * order.Percent / 100;
        var moments = WinningMoments.Generate(Key, "pool_1", "prz_1", count, windows, order.PerDay, order.Calendar);
        foreach (var moment in moments)
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(moment.AtMs);
            (at >= order.From && at < order.Until).ShouldBeTrue();
            IsOpen(order, at).ShouldBeTrue($"{at:o} in {order}");
        }

        moments.GroupBy(m => order.Calendar.DayOf(DateTimeOffset.FromUnixTimeMilliseconds(m.AtMs))).ShouldAllBe(day => day.Count() <= order.PerDay);
        Should.Throw<ArgumentException>(() => WinningMoments.Generate(Key, "pool_1", "prz_1", days * order.PerDay + 1, windows, order.PerDay, order.Calendar));
    }));

    [Fact]
    public void goes_on_where_a_smaller_order_ended_and_as_without_quota_until_a_day_is_full() => Check.One(Many, Prop.ForAll(AnyOrder, order =>
    {
        if (order.Windows is not { } windows)
        {
            return;
        }

        var count = windows.Windows.Count * order.PerDay;
        var all = WinningMoments.Generate(Key, "pool_1", "prz_1", count, windows, order.PerDay, order.Calendar);
        var part = count * order.Percent / 100;
        WinningMoments.Generate(Key, "pool_1", "prz_1", part, windows, order.PerDay, order.Calendar).ShouldBe(all[..part]);
        WinningMoments.Generate(Key, "pool_1", "prz_1", order.PerDay, windows, order.PerDay, order.Calendar)
            .ShouldBe(WinningMoments.Generate(Key, "pool_1", "prz_1", order.PerDay, windows));
    }));

    /// <summary>Whether clocks show a time from the opening on and before the closing; where they skip one, it is passed at once.</summary>
    private static bool IsOpen(Order order, DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(order.Zone));
        var minutes = local.Hour * 60 + local.Minute;
        // An hour that clocks show twice is open from its first opening to its first closing, so that one between may show a time beyond.
        return minutes >= order.Opens && (order.Closes == 0 || minutes < order.Closes) || IsNearAChange(order, at);
    }

    private static bool IsNearAChange(Order order, DateTimeOffset at)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(order.Zone);
        return zone.GetUtcOffset(at.AddHours(-2)) != zone.GetUtcOffset(at.AddHours(2));
    }
}

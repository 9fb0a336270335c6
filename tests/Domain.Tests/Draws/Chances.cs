using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Domain.Tests.Pools.Simulation;
using PrizeDraw.Domain.Time;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Draws;

/// <summary>Whether chances are what they are said to be, over a million plays.</summary>
public sealed class Chances(Chances.Plays plays) : IClassFixture<Chances.Plays>
{
    private const int Million = 1_000_000;

    private static readonly CampaignCalendar London = new(TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));

    /// <summary>The plays of entries 1 to a million of one pool.</summary>
    public sealed class Plays
    {
        public Bytes32[] Values { get; } = [.. Enumerable.Range(1, Million).Select(n => InstantWinKey.Play(KeyOf(1), "pool_1", n))];
    }

    private static readonly string[] AllTables =
    [
        "1/2", "1/37", "3/1000", "1/10 1/10 1/100 3/1000", "1/4 1/4 1/2", "1/3 1/7 1/11 1/13 1/17 1/19 1/23",
        "1/1000000000 999999999/1000000000",
        // Least common multiples near the most that a table may have.
        "250000000/999999937 1/9999991 111/400", "1/999999937 1/999999929",
    ];

    public static TheoryData<string> Tables => [.. AllTables];

    [Theory, MemberData(nameof(Tables))]
    public void are_the_tables(string table)
    {
        var odds = Parse(table);
        var play = OddsTable.TryCreate(odds).Table.ShouldNotBeNull();
        var hits = new long[odds.Length + 1];
        foreach (var value in plays.Values)
        {
            hits[play.Hit(value) is >= 0 and var hit ? hit : ^1]++;
        }

        var chances = odds.Select(o => (double)o.Win / o.OutOf).ToList();
        Fits(hits, [.. chances, 1 - chances.Sum()]);
    }

    [Fact]
    public void that_are_not_the_tables_are_noticed()
    {
        var play = OddsTable.TryCreate([new Odds(1, 35)]).Table!;
        long won = plays.Values.Count(v => play.Hit(v) == 0);
        ChiSquare.Of([won, Million - won], [1 / 37.0, 36 / 37.0]).ShouldBeGreaterThan(ChiSquare.Threshold(2));
    }

    [Fact]
    public void do_not_depend_on_the_number_or_on_the_entry_before()
    {
        var play = OddsTable.TryCreate([new Odds(1, 37), new Odds(1, 2)]).Table!;
        var hits = Array.ConvertAll(plays.Values, play.Hit);
        var byHundredth = new long[100];
        var pairs = new long[9];
        for (var i = 0; i < Million; i++)
        {
            byHundredth[i / (Million / 100)] += hits[i] == 0 ? 1 : 0;
            if (i % 2 == 1)
            {
                pairs[(hits[i - 1] + 1) * 3 + hits[i] + 1]++;
            }
        }

        byHundredth.ShouldBeEven();
        double[] each = [1 - 1 / 37.0 - 0.5, 1 / 37.0, 0.5];
        pairs.ShouldFit([.. each.SelectMany(a => each.Select(b => a * b))]);
    }

    [Fact]
    public void are_the_protocols_ticket_for_ticket()
    {
        foreach (var table in AllTables.Select(Parse))
        {
            var (play, lcm) = (OddsTable.TryCreate(table).Table!, NaiveDraws.LcmOf(table));
            ((System.Numerics.BigInteger)play.Tickets).ShouldBe(lcm);
            for (var n = 1L; n <= 2000; n++)
            {
                play.Hit(plays.Values[n - 1]).ShouldBe(NaiveDraws.HitOf(KeyOf(1), "pool_1", n, table, lcm));
            }

            play.TicketOf(Bytes32.Zero).ShouldBe(0UL);
            play.TicketOf(new Bytes32([.. Enumerable.Repeat((byte)0xff, 32)])).ShouldBe(play.Tickets - 1);
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(7), InlineData(1000)]
    public void are_even_among_the_positions_of_a_block(int n)
    {
        var blocks = 100_000;
        var cells = Math.Min(n, 100);
        var (positions, pairs, before) = (new long[cells], new long[cells * cells], 0L);
        for (var block = 0L; block < blocks; block++)
        {
            var winner = NthPosition.WinnerOf(KeyOf(2), "prz_1", n, block);
            NthPosition.BlockOf(winner, n).ShouldBe(block);
            var cell = (winner - 1) % n * cells / n;
            positions[cell]++;
            pairs[before * cells + cell]++;
            before = cell;
        }

        if (n > 1)
        {
            positions.ShouldBeEven();
        }

        if (n is > 1 and < 10)
        {
            pairs.ShouldBeEven();
        }
    }

    [Fact]
    public void of_moments_are_even_over_all_opening_hours()
    {
        var windows = MomentWindows.Daily(London, Utc(3, 20), Utc(4, 20), new TimeOnly(9, 0), new TimeOnly(17, 30));
        var cells = new long[200];
        foreach (var moment in WinningMoments.Generate(KeyOf(3), "pool_1", "prz_1", 400_000, windows))
        {
            // By an own look at where in the windows the moment stands.
            var before = windows.Windows.Where(w => w.UntilMs <= moment.AtMs).Sum(w => w.LengthMs);
            var own = windows.Windows.Single(w => w.FromMs <= moment.AtMs && moment.AtMs < w.UntilMs);
            cells[(before + moment.AtMs - own.FromMs) * cells.Length / windows.TotalMs]++;
        }

        cells.ShouldBeEven();
    }

    [Fact]
    public void of_moments_are_even_over_days_and_within_them_where_a_quota_binds()
    {
        var windows = MomentWindows.Daily(London, Utc(3, 20, 12), Utc(4, 19, 12), new TimeOnly(9, 0), new TimeOnly(11, 0));
        windows.Windows.Count.ShouldBe(30);
        var (days, times) = (new long[30], new long[60]);
        for (var order = 0; order < 2000; order++)
        {
            var perDay = new int[30];
            foreach (var moment in WinningMoments.Generate(KeyOf(4), "pool_1", $"prz_{order}", 45, windows, 2, London))
            {
                var day = windows.Windows.ToList().FindIndex(w => moment.AtMs < w.UntilMs);
                (++perDay[day]).ShouldBeLessThanOrEqualTo(2);
                days[day]++;
                times[(moment.AtMs - windows.Windows[day].FromMs) * times.Length / windows.Windows[day].LengthMs]++;
            }
        }

        // Days that fill drive moments to others, so that their counts differ less than by chance: the threshold holds all the more.
        days.ShouldBeEven();
        times.ShouldBeEven();
    }

    [Fact]
    public void of_moments_with_a_quota_are_those_of_drawing_again_while_a_day_is_full()
    {
        // Three equal days of at most two, four moments: two days fill in 7 of 18 cases (by hand: 1/3·1/2 + 2/3·2/3·1/2).
        var windows = MomentWindows.Daily(London, Utc(6, 1, 0), Utc(6, 4, 0), new TimeOnly(9, 0), new TimeOnly(10, 0));
        var orders = 50_000;
        long full = Enumerable.Range(0, orders).Count(order => WinningMoments.Generate(KeyOf(5), "pool_1", $"prz_{order}", 4, windows, 2, London)
            .GroupBy(m => m.AtMs / 86_400_000).Count() == 2);
        ((long[])[full, orders - full]).ShouldFit(7 / 18.0, 11 / 18.0);
    }

    private static void Fits(long[] hits, double[] chances)
    {
        // Cells that are expected fewer than ten times say nothing by themselves; what can't be may not have happened at all.
        var seen = Enumerable.Range(0, hits.Length).Where(i => chances[i] * Million >= 10).ToList();
        Enumerable.Range(0, hits.Length).Except(seen).Where(i => hits[i] > (chances[i] > 1e-12 ? 30 : 0)).ShouldBeEmpty();
        if (seen.Count > 1)
        {
            var all = seen.Sum(i => chances[i]);
            seen.ConvertAll(i => hits[i]).ShouldFit(seen.ConvertAll(i => chances[i] / all));
        }
    }

    private static Odds[] Parse(string table) => [.. table.Split(' ').Select(o => new Odds(long.Parse(o.Split('/')[0], null), long.Parse(o.Split('/')[1], null)))];

    private static byte[] KeyOf(int n) => SHA256.HashData(BitConverter.GetBytes(n));

    private static DateTimeOffset Utc(int month, int day, int hour = 0) => new(2026, month, day, hour, 0, 0, TimeSpan.Zero);
}

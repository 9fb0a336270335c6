using System;
using System.Linq;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Domain.Tests.Pools.Simulation;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Draws;

public sealed class Odds_tables
{
    private static readonly BigInteger TwoTo256 = BigInteger.One << 256;

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(2000);

    /// <summary>Odds of all sizes, some of them impossible, alone or together.</summary>
    private static readonly Arbitrary<Odds[]> AnyTable =
        (from count in Gen.Choose(0, 5)
         from odds in AnyOdds().ArrayOf(count)
         select odds).ToArbitrary();

    private static Gen<Odds> AnyOdds() =>
        from outOf in Gen.Frequency((6, Gen.Choose(1, 12)), (9, Gen.Choose(1, 5000)), (6, Gen.Choose(999_990_000, 1_000_000_000)), (1, Gen.Elements(0, -1, 1_000_000_001)))
        from win in Gen.Frequency((12, Gen.Choose(1, 3)), (9, Gen.Choose(1, Math.Max(1, outOf / 4))), (1, Gen.Elements(outOf, outOf + 1, 0, -1)))
        select new Odds(win, outOf);

    private static readonly Arbitrary<byte[]> AnyValue =
        (from seed in Gen.Choose(0, int.MaxValue)
         from kind in Gen.Choose(0, 3)
         select ValueOf(seed, kind)).ToArbitrary();

    [Fact]
    public void exist_for_odds_that_share_one_ticket_among_2_to_the_62()
    {
        var (tables, refused) = (0, 0);
        Check.One(Many, Prop.ForAll(AnyTable, odds =>
        {
            Exists(odds);
            (tables, refused) = OddsTable.TryCreate(odds).Table is null ? (tables, refused + 1) : (tables + 1, refused);
        }));
        Math.Min(tables, refused).ShouldBeGreaterThan(200);
    }

    private static void Exists(Odds[] odds)
    {
        var each = odds.All(o => o.Win >= 1 && o.Win <= o.OutOf && o.OutOf <= 1_000_000_000);
        var lcm = each ? NaiveDraws.LcmOf(odds) : 0;
        var holds = each && lcm <= BigInteger.One << 62 && odds.Aggregate(BigInteger.Zero, (sum, o) => sum + o.Win * lcm / o.OutOf) <= lcm;
        var (table, error) = OddsTable.TryCreate(odds);
        (table is not null).ShouldBe(holds);
        (error is null).ShouldBe(holds);
        if (table is not null)
        {
            ((BigInteger)table.Tickets).ShouldBe(lcm);
        }
    }

    [Fact]
    public void give_each_value_the_ticket_and_the_prize_of_the_formula() => Check.One(Many, Prop.ForAll(AnyTable, AnyValue, (odds, value) =>
    {
        if (OddsTable.TryCreate(odds).Table is not { } table)
        {
            return;
        }

        var ticket = new BigInteger(value, isUnsigned: true, isBigEndian: true) * table.Tickets / TwoTo256;
        ((BigInteger)table.TicketOf(new Bytes32(value))).ShouldBe(ticket);
        var (end, expected) = (BigInteger.Zero, -1);
        for (var i = 0; i < odds.Length && expected < 0; i++)
        {
            end += (BigInteger)odds[i].Win * table.Tickets / odds[i].OutOf;
            expected = ticket < end ? i : -1;
        }

        table.Hit(new Bytes32(value)).ShouldBe(expected);
    }));

    [Fact]
    public void give_each_prize_exactly_its_tickets()
    {
        // 60 tickets: 15, 20 and 12 of them win. One value stands at the middle of each.
        var table = OddsTable.TryCreate([new(1, 4), new(1, 3), new(1, 5)]).Table.ShouldNotBeNull();
        table.Tickets.ShouldBe(60UL);
        var hits = Enumerable.Range(0, 60).Select(t => table.Hit(Middle(t, 60))).ToArray();
        hits.ShouldBe([.. Enumerable.Repeat(0, 15), .. Enumerable.Repeat(1, 20), .. Enumerable.Repeat(2, 12), .. Enumerable.Repeat(-1, 13)]);
    }

    [Fact]
    public void begin_and_end_a_ticket_at_the_very_value()
    {
        var table = OddsTable.TryCreate([new(1, 3)]).Table.ShouldNotBeNull();
        var last = TwoTo256 / 3;
        (table.Hit(Value(last)), table.Hit(Value(last + 1))).ShouldBe((0, -1));
    }

    [Theory]
    [InlineData(0, 2), InlineData(-1, 2), InlineData(3, 2), InlineData(1, 1_000_000_001), InlineData(1, 0)]
    public void are_refused_for_odds_that_are_none(long win, long outOf)
    {
        var (table, error) = OddsTable.TryCreate([new(win, outOf)]);
        table.ShouldBeNull();
        error.ShouldBe("Give odds of 1 or more in at most 1,000,000,000.");
    }

    [Fact]
    public void are_refused_where_chances_are_more_than_one() =>
        OddsTable.TryCreate([new(1, 2), new(1, 2), new(1, 1_000_000_000)]).Error.ShouldBe("The chances of this pool's prizes are more than 1 together.");

    [Fact]
    public void are_refused_where_no_table_can_hold_them() =>
        OddsTable.TryCreate([new(1, 999_999_937), new(1, 999_999_929), new(1, 7)]).Error.ShouldBe("These odds are too different to be decided together: use rounder numbers.");

    [Fact]
    public void may_have_as_many_tickets_as_allowed_and_be_sure_to_win()
    {
        OddsTable.TryCreate([new(1L << 29, 1L << 29)]).Table!.Hit(Value(TwoTo256 - 1)).ShouldBe(0);
        OddsTable.TryCreate([new(1, 1_000_000_000)]).Table!.Tickets.ShouldBe(1_000_000_000UL);
        OddsTable.TryCreate([]).Table!.Hit(Value(0)).ShouldBe(-1);
    }

    [Theory, InlineData(0, 5), InlineData(1, 0)]
    public void have_no_positions_before_the_first_entry(long number, int n) => Should.Throw<ArgumentOutOfRangeException>(() => NthPosition.BlockOf(number, n));

    [Theory, InlineData(1, 5, 0), InlineData(5, 5, 0), InlineData(6, 5, 1), InlineData(10, 5, 1), InlineData(7, 1, 6)]
    public void number_blocks_from_the_first_entry(long number, int n, long block) => NthPosition.BlockOf(number, n).ShouldBe(block);

    [Fact]
    public void never_number_a_winner_beyond_what_can_be_counted() =>
        Should.Throw<OverflowException>(() => NthPosition.WinnerOf(new byte[32], "prz_1", 1_000_000_000, long.MaxValue / 1000));

    private static Bytes32 Middle(int ticket, int of) => Value((2 * ticket + 1) * TwoTo256 / (2 * of));

    private static Bytes32 Value(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return new Bytes32([.. new byte[32 - bytes.Length], .. bytes]);
    }

    private static byte[] ValueOf(int seed, int kind)
    {
        var bytes = new byte[32];
        new Random(seed).NextBytes(bytes);
        // Values near the lowest and the highest, and such as begin or end with all bits set.
        bytes.AsSpan(0, kind == 1 ? 16 : 0).Clear();
        bytes.AsSpan(0, kind == 2 ? 24 : 0).Fill(0xff);
        bytes.AsSpan(kind == 3 ? 8 : 32).Fill(0xff);
        return bytes;
    }
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Domain.Tests.Pools.Simulation;
using PrizeDraw.Domain.Time;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>
/// The simulation proves only what its recount would notice. So each promise is broken here in a history that is right but for that, and
/// the recount must name it.
/// </summary>
public sealed class A_recount
{
    private static readonly DateTimeOffset Opens = new(2026, 10, 20, 9, 0, 0, TimeSpan.Zero);
    private static readonly byte[] PoolKey = PoolBook.Key;
    private static readonly CodeBatchId Batch = new(PoolWorld.IdOf("batch"));
    private static readonly CouponCode[] Coupons = [new(Batch, 1, "C1"), new(Batch, 2, "C2")];

    private static readonly PrizeTerms Car = Prize("car", AllocationMode.Moments), Mug = Prize("mug", AllocationMode.Consolation, PrizeKind.Gift);

    private static readonly Dictionary<string, EntryCode> Codes = new() { ["PACK1"] = new(Batch, 1, null), ["PACK2"] = new(Batch, 2, Opens.AddHours(2)) };

    /// <summary>A promise, and a history that breaks it in its last line alone.</summary>
    private static readonly (string Promise, Func<History, History> Past)[] Broken =
    [
        (Promises.Numbers, h => h.With(Row("ann", 1)).With(Row("bob", 3))),
        (Promises.Numbers, h => h.With(Row("ann", 2))),
        (Promises.Time, h => h.With(Row("ann", 1, hours: 2)).With(Row("bob", 2, hours: 1))),
        (Promises.Time, h => h.With(Row("ann", 1) with { EnteredAt = Opens.AddHours(3) })),
        (Promises.Key, h => h.With(Row("ann", 1, key: "k")).With(Row("bob", 2, key: "k"))),
        (Promises.Id, h => h.With(Row("ann", 1)).With(Row("bob", 2) with { Id = Row("ann", 1).Id })),
        (Promises.Person, h => h.With(Row("ann", 1)).With(Row("ann", 2) with { Entrant = new EntrantId(PoolWorld.IdOf("another")) })),
        (Promises.Person, h => h.With(Row("ann", 1)).With(Row("ann", 2) with { PersonKey = new byte[32] })),
        (Promises.Open, h => h.With(Row("ann", 1, hours: -1))),
        (Promises.Open, h => h.With(Row("ann", 1, hours: 24 * 30))),
        (Promises.Open, h => h.Judging(r => r with { Paused = true }).With(Row("ann", 1))),
        (Promises.Open, h => h.Judging(r => r with { ClosedAt = Opens }).With(Row("ann", 1))),
        (Promises.Open, h => h.Judging(r => r with { Published = false }).With(Row("ann", 1))),
        (Promises.DayAndHour, h => h.With(Row("ann", 1) with { Day = new DateOnly(2026, 10, 21) })),
        (Promises.DayAndHour, h => h.With(Row("ann", 1) with { Hour = Opens.AddHours(2) })),
        (Promises.DayAndHour, h => h.With(Row("ann", 1, hours: 120) with { Day = new DateOnly(2026, 10, 26) })),
        (Promises.Stock, h => h.Offering(Mug with { Stock = 1 }).With(Given("ann", 1, Mug) with { Alert = Out }).With(Given("bob", 2, Mug))),
        (Promises.DailyCap, h => h.Offering(Mug with { DailyCap = 1 }).With(Given("ann", 1, Mug)).With(Given("bob", 2, Mug, hours: 13))),
        (Promises.HourlyCap, h => h.Offering(Mug with { HourlyCap = 1 }).With(Given("ann", 1, Mug)).With(Given("bob", 2, Mug))),
        (Promises.PausedPrize, h => h.Offering(Mug with { Paused = true }).With(Given("ann", 1, Mug))),
        (Promises.Entries, h => h.Limited(new(1, null, null, null)).With(Row("ann", 1)).With(Row("ann", 2))),
        (Promises.Entries, h => h.Limited(new(1, null, null, null)).With(As("ann", Row("ann+one", 1))).With(As("ann", Row("ANN+two", 2)))),
        (Promises.Entries, h => h.Limited(new(1, null, null, null)).With(Phoned(Row("ann", 1), "07700 900123")).With(Phoned(Row("bob", 2), "+44 7700 900123"))),
        (Promises.EntriesPerDay, h => h.Limited(new(null, 1, null, null)).With(Row("ann", 1)).With(Row("ann", 2, hours: 13))),
        (Promises.Interval, h => h.Limited(new(null, null, TimeSpan.FromHours(1), null)).With(Row("ann", 1)).With(Row("ann", 2, hours: 1.9))),
        (Promises.Wins, h => h.Limited(new(null, null, null, 1)).Offering(Car).With(Claimed("ann", 1, "first")).With(Claimed("ann", 2, "second"))),
        (Promises.Wins, h => h.Limited(new(null, null, null, 1)).Offering(Car)
            .With(Phoned(Claimed("ann", 1, "first"), "07700 900123")).With(Phoned(Claimed("bob", 2, "second"), "07700 900123"))),
        (Promises.Units, h => h.Offering(Mug with { PerEntrantMax = 1 }).With(Given("ann", 1, Mug)).With(Given("ann", 2, Mug))),
        (Promises.Outcome, h => h.Offering(Mug).With(Given("ann", 1, Mug) with { Outcome = "prize" })),
        (Promises.Outcome, h => h.Offering(Mug).With(Given("ann", 1, Mug) with { Prize = null })),
        (Promises.CodeOnce, h => h.AskingCodes().With(Coded("ann", 1, "PACK1")).With(Coded("bob", 2, "PACK1"))),
        (Promises.CodeRight, h => h.AskingCodes().With(Coded("ann", 1, "PACK9"))),
        (Promises.CodeRight, h => h.AskingCodes().With(Coded("ann", 1, "PACK2", hours: 2))),
        (Promises.CodeRight, h => h.AskingCodes().With(Row("ann", 1))),
        (Promises.CodeRight, h => h.With(Coded("ann", 1, "PACK1"))),
        (Promises.CouponOnce, h => h.Offering(Voucher).Holding(Coupons).With(Given("ann", 1, Voucher) with { Coupon = Coupons[0] })
            .With(Given("bob", 2, Voucher) with { Coupon = Coupons[0] })),
        (Promises.CouponRight, h => h.Offering(Voucher).Holding(Coupons).With(Given("ann", 1, Voucher) with { Coupon = Coupons[1] })),
        (Promises.CouponRight, h => h.Offering(Voucher).With(Given("ann", 1, Voucher) with { Coupon = Coupons[0] })),
        (Promises.CouponRight, h => h.Offering(Voucher).Holding(Coupons).With(Given("ann", 1, Voucher))),
        (Promises.CouponRight, h => h.Offering(Voucher).Holding(Coupons).With(Given("ann", 1, Voucher, hours: 5) with { Coupon = Coupons[0] })),
        (Promises.CouponRight, h => h.Offering(Mug).Holding(Coupons).With(Given("ann", 1, Mug) with { Coupon = Coupons[0] })),
        (Promises.MomentOnce, h => h.Offering(Car).With(Claimed("ann", 1, "first")).With(Claimed("bob", 2, "first"))),
        (Promises.MomentDue, h => h.Offering(Car).With(Claimed("ann", 1, "late"))),
        (Promises.MomentDue, h => h.Offering(Car).With(Given("ann", 1, Car))),
        (Promises.MomentDue, h => h.Offering(Car, Mug).With(Claimed("ann", 1, "first") with { Prize = Mug.Id, Outcome = "gift" })),
        (Promises.MomentOldest, h => h.Offering(Car).With(Claimed("ann", 1, "second"))),
        (Promises.Nth, h => h.Offering(Tenth).With(Given("ann", 1, Tenth))),
        (Promises.Odds, h => h.Offering(Rare).With(Given("ann", 1, Rare))),
        (Promises.Given, h => h.Offering(Mug).With(Row("ann", 1))),
        (Promises.Given, h => h.Offering(Car).With(Row("ann", 1))),
        (Promises.Given, h => h.Offering(Prize("sure", AllocationMode.Guaranteed)).With(Row("ann", 1))),
        (Promises.Given, h => h.Offering(Certain).With(Row("ann", 1))),
        (Promises.Given, h => h.With(Given("ann", 1, Mug))),
        (Promises.Precedence, h => h.Offering(Car, Mug).With(Given("ann", 1, Mug))),
        (Promises.Precedence, h => h.Offering(Mug, Certain).With(Given("ann", 1, Mug))),
        (Promises.Precedence, h => h.Offering(Car, Prize("sure", AllocationMode.Guaranteed)).With(Claimed("ann", 1, "first"))),
        (Promises.Precedence, h => h.Offering(Car, Certain).With(Given("ann", 1, Certain))),
        (Promises.Precedence, h => h.Offering(Mug, Prize("pen", AllocationMode.Consolation)).With(Given("ann", 1, Prize("pen", AllocationMode.Consolation)))),
        (Promises.Refusals, h => h.With(new Refused(0, Row("ann", 1).Sent, "entry.limit_reached", false))),
        (Promises.Refusals, h => h.Limited(new(0, null, null, null)).With(new Refused(0, Row("ann", 1).Sent, "campaign.paused", false))),
        (Promises.Refusals, h => h.With(Row("ann", 1)).With(new Refused(0, Row("ann", 1).Sent, "campaign.paused", true))),
        (Promises.Refusals, h => h.With(Row("ann", 1) with { Sent = Row("ann", 1).Sent with { HoneypotFilled = true } })),
        (Promises.Replays, h => h.With(new Replayed(0, Row("ann", 1).Sent, Row("ann", 1).Id))),
        (Promises.Replays, h => h.With(Row("ann", 1)).With(new Replayed(0, Row("ann", 1).Sent, Row("bob", 1).Id))),
        (Promises.Replays, h => h.With(Row("ann", 1, key: "k")).With(new Replayed(0, Row("bob", 1, key: "k").Sent, Row("ann", 1).Id))),
        (Promises.ToldIsStored, h => h.With(Told.Of(Row("ann", 1)))),
        (Promises.ToldIsStored, h => h.With(Row("ann", 1)).With(Told.Of(Row("ann", 1)) with { Prize = Mug.Id })),
        (Promises.Changes, h => h.With(Row("ann", 1)).With(h.Rules with { From = 1 })),
        (Promises.Changes, h => h.With(new CouponsAdded(0, 2, Batch, null, Coupons))),
        (Promises.StockNotBelow, h => h.Offering(Mug).With(Given("ann", 1, Mug)).With(h.Rules with { From = 2, Prizes = [Mug with { Stock = 0 }] })),
        (Promises.Alerts, h => h.Offering(Mug with { Stock = 1 }).With(Given("ann", 1, Mug) with { Alert = null })),
        (Promises.Alerts, h => h.Offering(Mug with { Stock = 9, LowStockAt = new(8, null) }).With(Given("ann", 1, Mug) with { Alert = Low(8, 8) })
            .With(Given("bob", 2, Mug) with { Alert = Low(7, 8) })),
        (Promises.Alerts, h => h.Offering(Mug with { Stock = 9 }).With(Given("ann", 1, Mug) with { Alert = Low(8, 0) })),
    ];

    public static TheoryData<int, string> EveryPromise
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (var i = 0; i < Broken.Length; i++)
            {
                data.Add(i, Broken[i].Promise);
            }

            return data;
        }
    }

    private static PrizeTerms Voucher => Prize("voucher", AllocationMode.Consolation) with { CouponBatch = Batch };

    private static PrizeTerms Tenth => Prize("tenth", AllocationMode.Guaranteed) with { EveryNth = 1_000_000 };

    private static PrizeTerms Rare => Prize("rare", AllocationMode.Probability) with { Odds = new Odds(1, 1_000_000) };

    private static PrizeTerms Certain => Prize("certain", AllocationMode.Probability) with { Odds = new Odds(5, 5) };

    [Theory, MemberData(nameof(EveryPromise))]
    public void names_the_promise_that_a_doctored_history_breaks(int index, string promise)
    {
        var happened = Broken[index].Past(new History()).Happened;
        var recount = NewRecount();
        happened[..^1].ForEach(recount.Follow);
        Should.Throw<BrokenPromiseException>(() => recount.Follow(happened[^1])).Promise.ShouldBe(promise);
    }

    [Fact]
    public void knows_a_history_for_each_promise() =>
        typeof(Promises).GetFields().Select(f => (string)f.GetRawConstantValue()!).Except([Promises.Unchanged])
            .ShouldBe(Broken.Select(b => b.Promise).Distinct(), ignoreOrder: true);

    [Fact]
    public void notices_a_row_that_was_altered_lost_or_added()
    {
        var recount = NewRecount();
        EntryRow[] rows = [Row("ann", 1), Row("bob", 2)];
        new History().With(rows[0]).With(rows[1]).Happened.ForEach(recount.Follow);
        recount.Compare([rows]);
        Should.Throw<BrokenPromiseException>(() => recount.Compare([rows[..1]])).Promise.ShouldBe(Promises.Unchanged);
        Should.Throw<BrokenPromiseException>(() => recount.Compare([[.. rows, Row("eve", 3)]]));
        Should.Throw<BrokenPromiseException>(() => recount.Compare([[rows[0], rows[1] with { Prize = Mug.Id }]]));
    }

    private static Recount NewRecount()
    {
        WinningMoment[] moments = [MomentOf("late", 12), MomentOf("second", 0.5), MomentOf("first", 0)];
        return new Recount(new ZoneTable("Europe/London"), foldPlusTags: true, [new PoolOrigin("pool_spec", PoolKey, moments)], Codes);
    }

    private static WinningMoment MomentOf(string name, double hours) => new(new MomentId(PoolWorld.IdOf(name)), Car.Id, Opens.AddHours(hours));

    private static PrizeTerms Prize(string name, AllocationMode mode, PrizeKind kind = PrizeKind.Prize) => PoolWorld.Terms(name, kind, mode);

    /// <summary>An entry that got nothing, an hour after the opening.</summary>
    private static EntryRow Row(string person, int number, double hours = 1, string? key = null)
    {
        var at = Opens.AddHours(hours);
        var sent = PoolWorld.EntryOf(person, key ?? $"key of {person} {number}", at);
        return new EntryRow(0, sent, new EntryId(PoolWorld.IdOf($"{person} {number}")), number, at, new ZoneTable("Europe/London").DayOf(at), new ZoneTable("Europe/London").HourOf(at))
        {
            Entrant = new EntrantId(PoolWorld.IdOf(person)), PersonKey = PoolWorld.IdOf("key of " + person).ToByteArray(),
        };
    }

    private static EntryRow As(string person, EntryRow row) =>
        row with { Entrant = Row(person, 1).Entrant, PersonKey = Row(person, 1).PersonKey };

    private static EntryRow Given(string person, int number, PrizeTerms prize, double hours = 1) =>
        Row(person, number, hours) with { Prize = prize.Id, Outcome = prize.Kind == PrizeKind.Gift ? "gift" : "prize" };

    private static EntryRow Claimed(string person, int number, string moment) =>
        Given(person, number, Car) with { Moment = new MomentId(PoolWorld.IdOf(moment)) };

    private static EntryRow Coded(string person, int number, string code, double hours = 1)
    {
        var row = Row(person, number, hours);
        return row with { Code = code, Sent = row.Sent with { Code = code } };
    }

    private static EntryRow Phoned(EntryRow row, string phone) =>
        row with { Sent = row.Sent with { Entrant = row.Sent.Entrant with { Phone = phone }, PhoneIdentity = new("aa") } };

    private static readonly TheAlert Out = new(Mug.Id, StockAlertLevel.Out, 0, 0);

    private static TheAlert Low(long remaining, long threshold) => new(Mug.Id, StockAlertLevel.Low, remaining, threshold);

    /// <summary>What happened; the first line is what the pool opens with.</summary>
    private sealed record History
    {
        public RulesChanged Rules { get; init; } = new(0, 1, new PoolWorld().Rules with { OpensAt = Opens, ClosesAt = Opens.AddDays(14) }, []);

        public ImmutableList<Happening> Past { get; init; } = [];

        public List<Happening> Happened => [Rules, .. Past];

        public History With(Happening next) => this with { Past = Past.Add(next) };

        public History With(EntryRow row) => With(new Stored(0, row));

        public History Judging(Func<PoolRules, PoolRules> by) => this with { Rules = Rules with { Rules = by(Rules.Rules) } };

        public History Limited(EntryLimits limits) => Judging(r => r with { Limits = limits });

        public History AskingCodes() => Judging(r => r with { CodeRequired = true });

        public History Offering(params PrizeTerms[] prizes) => this with { Rules = Rules with { Prizes = prizes } };

        public History Holding(params CouponCode[] codes) => With(new CouponsAdded(0, 1, Batch, Opens.AddHours(5), codes));
    }
}

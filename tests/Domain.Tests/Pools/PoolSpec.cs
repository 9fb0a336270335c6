using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Domain.Time;
using Shouldly;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>Given a pool with a past, when entries are submitted as one batch, then this is what is answered.</summary>
public abstract class PoolSpec
{
    protected const string Alice = "alice", Bob = "bob", Carol = "carol";

    protected static readonly DateTimeOffset Opens = PoolWorld.Opens, Noon = PoolWorld.Noon, Closes = PoolWorld.Closes;

    private static int keys;

    protected delegate void Fact(PoolWorld world);

    protected static Scenario Given(params Fact[] facts)
    {
        var world = new PoolWorld();
        foreach (var fact in facts)
        {
            fact(world);
        }

        return new Scenario(world);
    }

    protected static Fact Opened() => _ => { };

    protected static Fact Judged(Func<PoolRules, PoolRules> by) => world => world.Rules = by(world.Rules);

    protected static Fact Unpublished() => Judged(r => r with { Published = false });

    protected static Fact Paused() => Judged(r => r with { Paused = true });

    protected static Fact Closed(DateTimeOffset at) => Judged(r => r with { ClosedAt = at });

    protected static Fact OpenFrom(DateTimeOffset opens, DateTimeOffset closes) => Judged(r => r with { OpensAt = opens, ClosesAt = closes });

    protected static Fact InZone(string zone) => Judged(r => r with { Calendar = new CampaignCalendar(TimeZoneInfo.FindSystemTimeZoneById(zone)) });

    protected static Fact WithTerms(int version) => Judged(r => r with { TermsVersion = version });

    protected static Fact FromAge(int years) => Judged(r => r with { Form = r.Form with { MinimumAge = years } });

    protected static Fact Asking(params FieldRule[] fields) => Judged(r => r with { Form = r.Form with { Fields = [.. fields] } });

    protected static Fact AskingConsent(string purpose, int version) =>
        Judged(r => r with { Form = r.Form with { Consents = r.Form.Consents.SetItem(purpose, version) } });

    protected static Fact AskingCodes(bool freeOnline = false) => Judged(r => r with { CodeRequired = true, FreeRouteOnline = freeOnline });

    /// <summary>A code that stands for one entry, until an instant.</summary>
    protected static Fact ACode(string code, DateTimeOffset? expiresAt = null) => world =>
        world.Book.Codes.Add(code, new EntryCode(new CodeBatchId(PoolWorld.IdOf("codes")), world.Book.Codes.Count + 1, expiresAt));

    protected static readonly CodeBatchId Vouchers = new(PoolWorld.IdOf("vouchers"));

    /// <summary>Coupon codes that the pool has set aside.</summary>
    protected static Fact Coupons(DateTimeOffset? expiresAt, params string[] texts) => world =>
        world.Book.Coupons.Add(Vouchers, ([.. texts.Select((t, i) => new CouponCode(Vouchers, i + 1, t))], expiresAt));

    protected static Fact Limited(int? perEntrant = null, int? perDay = null, TimeSpan? interval = null, int? wins = null) =>
        Judged(r => r with { Limits = new EntryLimits(perEntrant, perDay, interval, wins) });

    protected static Fact APrize(string name, long? stock = 1, int? cap = null, int? perEntrant = null, bool paused = false) => world =>
        world.Book.Prizes.Add(PoolWorld.Terms(name, PrizeKind.Prize, AllocationMode.Moments, stock, cap, perEntrant, paused));

    protected static Fact AGift(string name, long? stock = null, int? cap = null, int? perEntrant = null, bool paused = false,
        AllocationMode mode = AllocationMode.Consolation) => world =>
        world.Book.Prizes.Add(PoolWorld.Terms(name, PrizeKind.Gift, mode, stock, cap, perEntrant, paused));

    /// <summary>A prize or gift with these terms.</summary>
    protected static Fact Offered(string name, AllocationMode mode, Func<PrizeTerms, PrizeTerms>? with = null, PrizeKind kind = PrizeKind.Prize) => world =>
        world.Book.Prizes.Add((with ?? (t => t))(PoolWorld.Terms(name, kind, mode)));

    protected static Fact AMoment(string prize, DateTimeOffset at) => world =>
        world.Book.Moments.Add(new WinningMoment(new MomentId(PoolWorld.IdOf($"moment {world.Book.Moments.Count}")), world.PrizeNamed(prize), at));

    /// <summary>An entry of the past, in a batch of its own, under the rules in force by then.</summary>
    protected static Fact Accepted(EntryCommand command) => world => world.Submit(command).Single().Refusal.ShouldBeNull();

    protected static Fact Accepted(string person, DateTimeOffset at) => Accepted(Submit(person, at: at));

    /// <summary>An entry with a key of its own unless one is given, at noon unless a time is given.</summary>
    protected static EntryCommand Submit(string person, string? key = null, DateTimeOffset? at = null) =>
        PoolWorld.EntryOf(person, key ?? $"key-{Interlocked.Increment(ref keys)}", at ?? Noon);

    protected static ImmutableSortedDictionary<string, string> Answers(params (string Name, string Value)[] answers) =>
        answers.ToImmutableSortedDictionary(a => a.Name, a => a.Value);

    protected static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text + "Z", System.Globalization.CultureInfo.InvariantCulture);

    protected sealed class Scenario(PoolWorld world)
    {
        public Outcome When(params EntryCommand[] commands) => new(world, world.Submit(commands));

        /// <summary>The same entry over and over by new people.</summary>
        public Outcome When(int entries, string of = "person") => When([.. Enumerable.Range(1, entries).Select(i => Submit($"{of}-{i}"))]);
    }

    /// <summary>The answers to the batch, in its order.</summary>
    protected sealed class Outcome(PoolWorld world, IReadOnlyList<Answer> answers)
    {
        private Answer Only => answers.ShouldHaveSingleItem();

        public void ItIsRefusedWith(DomainError error) => Only.Error.ShouldBe(error);

        public void ItIsRefusedWith(string code) => Only.Refusal.ShouldBe(code);

        public void ItIsInvalidAt(params string[] fields)
        {
            Only.Refusal.ShouldBe("entry.invalid");
            Only.Error!.Fields.Select(f => f.Field).ShouldBe(fields, ignoreOrder: true);
        }

        public void ItIsAccepted() => Only.Refusal.ShouldBeNull();

        public void ItWins(string? prize) => TheyWin(prize);

        public void TheyWin(params string?[] prizes) => answers.Select(NameOf).ShouldBe(prizes);

        /// <summary>The numbers, from 1, of the answers that win this prize.</summary>
        public int[] WinnersOf(string prize) => [.. Enumerable.Range(1, answers.Count).Where(i => NameOf(answers[i - 1]) == prize)];

        public void TheMomentsAre(params Guid[] ids) => world.Book.Entries.Select(e => e.Moment!.Value.Value).ShouldBe(ids);

        public void TheCouponsAre(params string?[] texts) => world.Book.Entries.Select(e => e.Coupon?.Text).ShouldBe(texts);

        public void TheOutcomesAre(params string[] outcomes) => answers.Select(a => a.Outcome).ShouldBe(outcomes);

        public void TheRefusalsAre(params string?[] codes) => answers.Select(a => a.Refusal).ShouldBe(codes);

        public void TheNumbersAre(params long[] numbers) => answers.Select(a => a.Number).ShouldBe(numbers);

        public void TheyEnteredAt(params DateTimeOffset[] times) => answers.Select(a => a.EnteredAt).ShouldBe(times);

        /// <summary>The stored answer under that key, given again.</summary>
        public void TheAnswerIsThatOf(string key)
        {
            Only.ShouldBe(Answer.Of(world.Book.Find(key).ShouldNotBeNull()));
            Only.Replayed.ShouldBeTrue();
        }

        public void AllAnswersAreTheFirst()
        {
            answers[0].Refusal.ShouldBeNull();
            answers.ShouldAllBe(a => a == answers[0]);
            answers.Select(a => a.Replayed).ShouldBe([false, .. Enumerable.Repeat(true, answers.Count - 1)]);
        }

        public void StoredAre(int entries) => world.Book.Entries.Count.ShouldBe(entries);

        private string? NameOf(Answer answer)
        {
            answer.Refusal.ShouldBeNull();
            return answer.Prize is { } id ? world.Book.Prizes.Single(p => p.Id == id).Name : null;
        }
    }
}

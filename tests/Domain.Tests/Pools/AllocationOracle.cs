using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Domain.Time;
using Shouldly;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>
/// Follows a pool's stored entries one by one, counts them its own way, and fails where one should not be there or should have been
/// given something else. It shares no allocation code with the domain.
/// </summary>
public sealed class AllocationOracle(PoolWorld world)
{
    private readonly CampaignCalendar calendar = world.Rules.Calendar;
    private readonly Dictionary<string, int> counts = [];
    private readonly HashSet<MomentId> claimed = [];
    private readonly HashSet<string> keys = [];
    private readonly HashSet<EntryId> ids = [];
    private readonly Dictionary<IdentityHash, DateTimeOffset> lastOf = [];
    private DateTimeOffset last = DateTimeOffset.MinValue;
    private int seen;

    /// <summary>Checks what was stored since the last call, under the rules in force meanwhile.</summary>
    public void Follow()
    {
        for (; seen < world.Book.Entries.Count; seen++)
        {
            Check(world.Book.Entries[seen], seen + 1);
        }
    }

    private void Check(BookedEntry e, long number)
    {
        var (rules, limits, who) = (world.Rules, world.Rules.Limits, e.Identity.Hex);
        e.Number.ShouldBe(number, "numbers are gapless");
        e.EnteredAt.ShouldBeGreaterThanOrEqualTo(last, "time does not go back");
        (e.EnteredAt >= rules.OpensAt && e.EnteredAt < rules.ClosesAt).ShouldBeTrue("entries are taken from opening to closing");
        keys.Add(e.Key).ShouldBeTrue("a key makes one entry");
        ids.Add(e.Id).ShouldBeTrue("an id names one entry");
        e.Day.ShouldBe(calendar.DayOf(e.EnteredAt), "the day is the campaign's");
        AtMost(Up($"entries/{who}"), limits.PerEntrant, "entries of an entrant");
        AtMost(Up($"entries/{who}/{e.Day:o}"), limits.PerEntrantPerDay, "entries of an entrant a day");
        if (limits.Interval is { } interval && lastOf.TryGetValue(e.Identity, out var before))
        {
            (e.EnteredAt - before).ShouldBeGreaterThanOrEqualTo(interval, "the interval between entries");
        }

        var (prize, moment) = Expected(e);
        e.Prize.ShouldBe(prize?.Id, $"what entry {number} is given");
        (e.Moment is null).ShouldBe(moment is null, $"whether entry {number} claims a moment");
        if (e.Moment is { } id)
        {
            var own = world.Book.Moments.Single(m => m.Id == id);
            (own.At, own.Prize).ShouldBe((moment!.At, moment.Prize), "the oldest due moment");
            claimed.Add(id).ShouldBeTrue("a moment gives one prize");
        }

        if (prize is not null)
        {
            AtMost(Up($"stock/{prize.Name}"), prize.Stock, "stock");
            AtMost(Up($"cap/{prize.Name}/{e.Day:o}"), prize.DailyCap, "daily cap");
            AtMost(Up($"units/{prize.Name}/{who}"), prize.PerEntrantMax, "units of a prize per entrant");
            e.Outcome.ShouldBe(prize.Kind == PrizeKind.Gift ? "gift" : "prize");
            AtMost(prize.Kind == PrizeKind.Gift ? 0 : Up($"wins/{who}"), limits.WinsPerEntrant, "wins of an entrant");
        }

        (last, lastOf[e.Identity]) = (e.EnteredAt, e.EnteredAt);
    }

    private (PrizeTerms? Prize, WinningMoment? Moment) Expected(BookedEntry e)
    {
        var open = world.Book.Prizes.Where(p => MayHave(p, e)).ToList();
        var moment = world.Book.Moments.Where(m => m.At <= e.EnteredAt && !claimed.Contains(m.Id) && open.Any(p => p.Id == m.Prize))
            .OrderBy(m => m.At).ThenBy(m => world.Book.Prizes.FindIndex(p => p.Id == m.Prize)).FirstOrDefault();
        return moment is not null
            ? (open.Single(p => p.Id == moment.Prize), moment)
            : (open.FirstOrDefault(p => p.Mode == AllocationMode.Consolation), null);
    }

    private bool MayHave(PrizeTerms p, BookedEntry e) => !p.Paused
        && (p.Stock is null || Count($"stock/{p.Name}") < p.Stock)
        && (p.DailyCap is null || Count($"cap/{p.Name}/{e.Day:o}") < p.DailyCap)
        && (p.PerEntrantMax is null || Count($"units/{p.Name}/{e.Identity.Hex}") < p.PerEntrantMax)
        && (p.Kind == PrizeKind.Gift || world.Rules.Limits.WinsPerEntrant is not { } wins || Count($"wins/{e.Identity.Hex}") < wins);

    private int Count(string what) => counts.GetValueOrDefault(what);

    private int Up(string what) => counts[what] = Count(what) + 1;

    private static void AtMost(long n, long? max, string what) => (max is null || n <= max).ShouldBeTrue($"{what}: {n} of {max}");
}

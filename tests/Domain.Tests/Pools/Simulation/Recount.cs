using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Pools;
using static PrizeDraw.Domain.Tests.Pools.Simulation.Promised;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>
/// Follows what happened in a campaign one by one and fails at the first thing that should not have. It knows who is one person, what a
/// day is, and what the protocol's draws give by means of its own, and shares no allocation code with the domain.
/// </summary>
public sealed class Recount(ZoneTable zone, bool foldPlusTags, IReadOnlyList<PoolOrigin> origins, IReadOnlyDictionary<string, EntryCode> codes)
{
    private readonly PoolCount[] pools = [.. origins.Select(o => new PoolCount(o))];
    private readonly NaivePeople people = new(foldPlusTags);
    private readonly Dictionary<string, EntryRow> byKey = [];
    private readonly HashSet<EntryId> ids = [];
    private readonly Dictionary<string, EntryRow> byPerson = [];
    private readonly HashSet<string> codesUsed = [];
    private readonly HashSet<CouponCode> couponsUsed = [];

    public IReadOnlyList<PoolCount> Pools => pools;

    public void Follow(Happening happening)
    {
        var pool = pools[happening.Pool];
        switch (happening)
        {
            case RulesChanged changed:
                Judge(changed, pool);
                break;
            case CouponsAdded added:
                Judge(added, pool);
                break;
            case Stored stored:
                Judge(stored.Row, pool);
                break;
            case Refused refused:
                Judge(refused, pool);
                break;
            case Replayed replayed:
                Hold(byKey.TryGetValue(replayed.Sent.Key, out var row) && row.Id == replayed.Id && IsSame(row.Sent, replayed.Sent),
                    Promises.Replays, $"{replayed.Sent.Key}");
                break;
            case Told told:
                Hold(byKey.TryGetValue(told.Key, out var known) && told == Told.Of(known) with { Pool = told.Pool }, Promises.ToldIsStored, $"{told}");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(happening));
        }
    }

    /// <summary>Whether storage has every row as it was when it was written, and nothing else.</summary>
    public void Compare(IReadOnlyList<IReadOnlyList<EntryRow>> stored)
    {
        for (var i = 0; i < pools.Length; i++)
        {
            Hold(stored[i].SequenceEqual(pools[i].Rows), Promises.Unchanged, $"pool {i}");
        }
    }

    private static void Judge(RulesChanged changed, PoolCount pool)
    {
        Hold(changed.From == pool.Number + 1, Promises.Changes, $"from {changed.From} after {pool.Number}");
        foreach (var prize in changed.Prizes)
        {
            Hold(!(prize.Stock < pool.Awarded(prize.Id)), Promises.StockNotBelow, $"{prize.Name}: {prize.Stock} of {pool.Awarded(prize.Id)}");
        }

        pool.Change(changed.Rules, changed.Prizes);
    }

    private static void Judge(CouponsAdded added, PoolCount pool)
    {
        Hold(added.From == pool.Number + 1, Promises.Changes, $"coupons from {added.From} after {pool.Number}");
        var supply = pool.Coupons.TryGetValue(added.Batch, out var before) ? before.Codes : new Queue<CouponCode>();
        pool.Coupons[added.Batch] = (supply, added.ExpiresAt);
        foreach (var code in added.Codes)
        {
            supply.Enqueue(code);
        }
    }

    private void Judge(Refused refused, PoolCount pool)
    {
        var known = byKey.GetValueOrDefault(refused.Sent.Key);
        var expected = known is null ? RefusalOf(refused.Sent, pool) : IsSame(known.Sent, refused.Sent) ? null : "idempotency.key_reused";
        // Who does not know yet that another holds the pool judges by yesterday's rules; but never refuses what was acknowledged.
        Hold(refused.ByStale ? known is null || expected is not null : refused.Code == expected,
            Promises.Refusals, $"{refused.Code} instead of {expected ?? "an answer"} to {refused.Sent}");
    }

    private void Judge(EntryRow row, PoolCount pool)
    {
        var (sent, at, rules) = (row.Sent, row.EnteredAt, pool.Rules!);
        Hold(row.Number == pool.Number + 1, Promises.Numbers, $"{row.Number} after {pool.Number}");
        Hold(at >= pool.LastAt && at == Raised(sent, pool), Promises.Time, $"{at:o} after {pool.LastAt:o}");
        Hold(byKey.TryAdd(sent.Key, row), Promises.Key, $"{sent.Key}");
        Hold(ids.Add(row.Id), Promises.Id, $"{row.Id}");
        Hold(rules.Published && !rules.Paused && rules.ClosedAt is null && at >= rules.OpensAt && at < rules.ClosesAt, Promises.Open, $"{at:o}");
        Hold(row.Day == zone.DayOf(at) && row.Hour == zone.HourOf(at), Promises.DayAndHour, $"{row.Day} {row.Hour:o} {at:o}");
        var who = Identities(sent);
        var judged = new Case(row, pool, zone.DayOf(at), zone.HourOf(at), who, Array.ConvertAll(who, pool.Find));
        JudgePerson(judged);
        JudgeLimits(judged);
        JudgeCode(row, pool);
        Hold(RefusalOf(sent, pool) is null, Promises.Refusals, $"{sent.Key} accepted instead of {RefusalOf(sent, pool)}");
        Hold(row.Coupon is not { } coupon || couponsUsed.Add(coupon), Promises.CouponOnce, $"{row.Coupon?.Text}");
        var given = AwardCheck.Judge(judged);
        if (row.Code is not null)
        {
            codesUsed.Add(row.Code);
        }

        pool.Count(judged, given);
        JudgeAlert(row, given, pool);
    }

    private void JudgePerson(Case judged)
    {
        var row = judged.Row;
        if (!byPerson.TryAdd(judged.Who[0], row))
        {
            var first = byPerson[judged.Who[0]];
            Hold(first.Entrant == row.Entrant && first.PersonKey.AsSpan().SequenceEqual(row.PersonKey), Promises.Person, $"{judged.Who[0]}");
        }
    }

    private static void JudgeLimits(Case judged)
    {
        var limits = judged.Pool.Rules!.Limits;
        foreach (var count in judged.Counts)
        {
            AtMost((count?.Entries ?? 0) + 1, limits.PerEntrant, Promises.Entries, judged.Who[0]);
            AtMost((count?.EntriesOn(judged.Day) ?? 0) + 1, limits.PerEntrantPerDay, Promises.EntriesPerDay, judged.Who[0]);
            Hold(count is null || limits.Interval is not { } interval || judged.Row.EnteredAt - count.Last >= interval, Promises.Interval, $"{judged.Who[0]}");
        }
    }

    private void JudgeCode(EntryRow row, PoolCount pool)
    {
        var rules = pool.Rules!;
        Hold(row.Code is null || !codesUsed.Contains(row.Code), Promises.CodeOnce, $"{row.Code}");
        Hold(row.Code is null
                ? !rules.CodeRequired || (row.Sent.Code is null && row.Sent.FreeRoute && (rules.FreeRouteOnline || row.Sent.Channel != "web"))
                : rules.CodeRequired && row.Code == row.Sent.Code && codes.TryGetValue(row.Code, out var code) && !(code.ExpiresAt <= row.EnteredAt),
            Promises.CodeRight, $"{row.Code} for {row.Sent.Code}");
    }

    private static void JudgeAlert(EntryRow row, PrizeTerms? given, PoolCount pool)
    {
        TheAlert? expected = null;
        if (given is not null && pool.LevelOf(given) is var level && level > pool.AlertsTold.GetValueOrDefault(given.Id))
        {
            pool.AlertsTold[given.Id] = level;
            expected = new TheAlert(given.Id, level, given.Stock!.Value - pool.Awarded(given.Id), PoolCount.ThresholdOf(given) ?? 0);
        }

        Hold(row.Alert == expected, Promises.Alerts, $"{row.Alert} instead of {expected}");
    }

    private string? RefusalOf(EntryCommand sent, PoolCount pool)
    {
        var (rules, at) = (pool.Rules!, Raised(sent, pool));
        return rules.ClosedAt is not null ? "campaign.has_closed"
            : !rules.Published || (sent.Channel == "web" ? at : sent.ReceivedAt) < rules.OpensAt ? "campaign.not_open"
            : at >= rules.ClosesAt ? "campaign.has_closed"
            : rules.Paused ? "campaign.paused"
            : sent.HoneypotFilled ? "entry.not_accepted"
            : !sent.Entrant.Email!.Contains('@', StringComparison.Ordinal) ? "entry.invalid"
            : sent.Entrant.DateOfBirth is { Year: > 2015 } && rules.Form.MinimumAge > 0 ? "entry.under_age"
            : rules.TermsVersion > 0 && sent.TermsVersion != rules.TermsVersion ? "entry.terms_not_accepted"
            : rules.CodeRequired && !IsCodeRight(sent, rules, at) ? "entry.code_invalid"
            : IsBeyondALimit(sent, pool, at) ? "entry.limit_reached"
            : null;
    }

    private bool IsCodeRight(EntryCommand sent, PoolRules rules, DateTimeOffset at) => sent.Code is null
        ? sent.FreeRoute && (rules.FreeRouteOnline || sent.Channel != "web")
        : codes.TryGetValue(sent.Code, out var code) && !codesUsed.Contains(sent.Code) && !(code.ExpiresAt <= at);

    private bool IsBeyondALimit(EntryCommand sent, PoolCount pool, DateTimeOffset at)
    {
        var limits = pool.Rules!.Limits;
        foreach (var who in Identities(sent))
        {
            var count = pool.Find(who);
            if ((count?.Entries ?? 0) >= limits.PerEntrant || (count?.EntriesOn(zone.DayOf(at)) ?? 0) >= limits.PerEntrantPerDay
                || (count is not null && at - count.Last < limits.Interval))
            {
                return true;
            }
        }

        return false;
    }

    private static DateTimeOffset Raised(EntryCommand sent, PoolCount pool) => sent.ReceivedAt > pool.LastAt ? sent.ReceivedAt : pool.LastAt;

    private static bool IsSame(EntryCommand a, EntryCommand b) =>
        (a.Entrant, a.TermsVersion, a.Code, a.FreeRoute, a.Channel) == (b.Entrant, b.TermsVersion, b.Code, b.FreeRoute, b.Channel);

    private string[] Identities(EntryCommand sent) => sent.Entrant.Phone is { } phone
        ? [people.ByEmail(sent.Entrant.Email!), people.ByPhone(phone)]
        : [people.ByEmail(sent.Entrant.Email!)];
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.InteropServices;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Time;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// What each entry of a pool should have won, by the published rules in force at its number and by what the entries before it won.
/// Written from the draw protocol, apart from the code that allocates prizes. After a difference it goes on from what the lines say, so
/// that one wrong outcome is one difference.
/// </summary>
internal sealed class OutcomeRecount
{
    private readonly string pool;
    private readonly byte[] key;
    private readonly Queue<PoolChangeLine> pending;
    private readonly Action<string?, long?, string> differ;
    private readonly Dictionary<string, PrizeRecount> prizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> codes = new(StringComparer.Ordinal);
    private readonly Dictionary<long, InstantMoment> claimed = [];
    private readonly PeopleRecount people;
    private readonly ToldRecount told = new();
    private PoolRuleSet? rules;
    private CampaignCalendar calendar;
    private PrizeRecount[] order = [], probable = [];
    private OddsTable? odds;

    public OutcomeRecount(
        string pool, byte[] key, IReadOnlyCollection<PoolChangeLine> changes, IReadOnlyCollection<InstantMoment> moments,
        Action<string?, long?, string> differ)
    {
        (this.pool, this.key, this.differ) = (pool, key, differ);
        pending = new Queue<PoolChangeLine>(changes);
        PoolRuleSet[] ever = [.. changes.OfType<PoolRulesLine>().Select(line => line.Rules)];
        people = new PeopleRecount(ever);
        calendar = CalendarOf(ever[0]);
        foreach (var moment in moments)
        {
            PrizeOf(moment.Prize).Moments.Add(moment.AtMs);
            if (moment.Awarded is { } number && !claimed.TryAdd(number, moment)) Differ(number, "Two moments are claimed by one entry.");
        }
    }

    /// <summary>Compares the entry's outcome with what it should be, and goes on. Before the first line of rules there is nothing to compare.</summary>
    public void Take(InstantEntry entry)
    {
        while (pending.TryPeek(out var line) && line.From <= entry.Number) Apply(pending.Dequeue());
        if (rules is null)
        {
            Count(entry);
            return;
        }

        Judge(entry, rules);
    }

    private void Judge(InstantEntry entry, PoolRuleSet rules)
    {
        var at = entry.EnteredAt;
        if (rules.Paused) Differ(entry.Number, "The pool was paused.");
        if (at < rules.OpensAt || at >= rules.ClosesAt) Differ(entry.Number, "It was entered while the pool was not open.");
        var time = new Instant(at, calendar.DayOf(at), calendar.HourOf(at));
        var person = people.Of(entry.PersonRef, entry.PhoneRef);
        if (people.LimitReached(person, rules.Limits, time) is { } limit) Differ(entry.Number, limit);

        var (expected, dueMs) = Expected(entry.Number, time, person);
        var claim = claimed.Remove(entry.Number, out var moment) ? moment : null;
        if (expected?.Id != entry.Prize || (expected?.Terms.Kind ?? "none") != entry.Kind)
        {
            Differ(entry.Number, $"It got {entry.Prize ?? "nothing"} ({entry.Kind}); the rules give {expected?.Id ?? "nothing"}.");
        }
        else if (claim?.AtMs != dueMs || (claim is not null && claim.Prize != expected?.Id))
        {
            Differ(entry.Number, "It claimed another winning moment than the oldest due one.");
        }

        var hasCode = entry.Prize is not null && prizes.TryGetValue(entry.Prize, out var got) && got.Terms.Coupon is not null;
        if (told.Other(entry, hasCode) is { } other) Differ(entry.Number, $"It got {entry.Prize ?? "nothing"}, but the entrant was told of {other}.");
        Award(entry, claim, time, person);
    }

    /// <summary>Says what is left over once the last entry has been judged.</summary>
    public void Finish()
    {
        foreach (var number in claimed.Keys.Order()) Differ(number, "A moment is claimed by this number, which there is no entry of.");
    }

    /// <summary>What became of each prize, in the order of the table.</summary>
    /// <param name="closedAt">What a moment from then on stood for was never made available.</param>
    public IEnumerable<RecountedPrize> Prizes(DateTimeOffset closedAt)
    {
        // Rules without an entry after them still name prizes that could be won.
        while (pending.TryDequeue(out var line)) Apply(line);
        var last = rules is { } known && known.ClosesAt < closedAt ? known.ClosesAt : closedAt;
        foreach (var prize in order.Where(p => p.Terms.Mode != "moments" && p.Moments.Any))
        {
            Differ(null, $"{prize.Id} has winning moments and is not won by them.");
        }

        return order.Select(p => new RecountedPrize(pool, p.Id, p.Awarded) { NeverAvailable = p.NeverAvailable(last) });
    }

    private void Apply(PoolChangeLine line)
    {
        if (line is PoolCouponsLine coupons)
        {
            var batch = prizes.GetValueOrDefault(coupons.Prize)?.Terms.Coupon?.Batch;
            if (batch is null) Differ(line.From, $"Codes were added for {coupons.Prize}, which has none.");
            else codes[batch] = codes.GetValueOrDefault(batch) + coupons.Added;
            return;
        }

        rules = ((PoolRulesLine)line).Rules;
        calendar = CalendarOf(rules);
        foreach (var terms in rules.Prizes)
        {
            var prize = PrizeOf(terms.Id);
            if (terms.Stock < prize.Awarded) Differ(line.From, $"The stock of {terms.Id} was set below what had been awarded.");
            prize.Terms = terms;
            told.Know(terms);
        }

        if (order.Any(p => rules.Prizes.All(t => t.Id != p.Id))) Differ(line.From, "A prize was taken away.");
        order = [.. rules.Prizes.Select(t => prizes[t.Id])];
        probable = [.. order.Where(p => p.Terms.Mode == "probability")];
        (odds, var error) = OddsTable.TryCreate([.. probable.Select(p => p.Terms.Odds is { } o ? new Odds(o.Win, o.OutOf) : default)]);
        if (odds is null) Differ(line.From, error ?? "The odds make no table.");
    }

    private (PrizeRecount? Prize, long? DueMs) Expected(long number, in Instant time, in Person person)
    {
        foreach (var prize in order)
        {
            if (prize.Terms.Mode == "guaranteed" && prize.IsTurn(key, number) && MayGo(prize, time, person)) return (prize, null);
        }

        PrizeRecount? due = null;
        foreach (var prize in order)
        {
            // A moment is due to the millisecond.
            if (prize.Moments.Oldest is { } at && DateTimeOffset.FromUnixTimeMilliseconds(at) <= time.At && (due is null || at < due.Moments.Oldest)
                && MayGo(prize, time, person))
            {
                due = prize;
            }
        }

        if (due is not null) return (due, due.Moments.Oldest);
        if (probable.Length > 0 && odds?.Hit(InstantWinKey.Play(key, pool, number)) is >= 0 and var hit && MayGo(probable[hit], time, person))
        {
            return (probable[hit], null);
        }

        return (Consolation(time, person), null);
    }

    private PrizeRecount? Consolation(in Instant time, in Person person)
    {
        foreach (var prize in order)
        {
            if (prize.Terms.Mode == "consolation" && MayGo(prize, time, person)) return prize;
        }

        return null;
    }

    private bool MayGo(PrizeRecount prize, in Instant time, in Person person) =>
        prize.IsAvailable(time, codes) && people.MayHave(person, prize.Terms, rules!.Limits);

    /// <summary>Only counts what the entry got, so that what comes after it can be judged.</summary>
    private void Count(InstantEntry entry)
    {
        var claim = claimed.Remove(entry.Number, out var moment) ? moment : null;
        if (entry.Prize is not null) PrizeOf(entry.Prize);
        Award(entry, claim, new Instant(entry.EnteredAt, calendar.DayOf(entry.EnteredAt), calendar.HourOf(entry.EnteredAt)), people.Of(entry.PersonRef, entry.PhoneRef));
    }

    private void Award(InstantEntry entry, InstantMoment? claim, in Instant time, in Person person)
    {
        if (claim is not null) PrizeOf(claim.Prize).Moments.Take(claim.AtMs);
        PrizeRecount? won = null;
        if (entry.Prize is not null && !prizes.TryGetValue(entry.Prize, out won)) Differ(entry.Number, "The rules know no such prize.");
        won?.Award(time);
        if (won?.Terms.Coupon is { } coupon) codes[coupon.Batch] = codes.GetValueOrDefault(coupon.Batch) - 1;
        people.Enter(person, time, entry.Prize, entry.Kind);
    }

    private static CampaignCalendar CalendarOf(PoolRuleSet rules) => new(TimeZoneInfo.FindSystemTimeZoneById(rules.TimeZone));

    private PrizeRecount PrizeOf(string id) =>
        CollectionsMarshal.GetValueRefOrAddDefault(prizes, id, out _) ??= new PrizeRecount(id);

    private void Differ(long? number, string what) => differ(pool, number, what);
}

/// <summary>When an entry was made, with its local day and hour.</summary>
internal readonly record struct Instant(DateTimeOffset At, DateOnly Day, DateTimeOffset Hour);

/// <summary>A prize with what has been awarded of it.</summary>
internal sealed class PrizeRecount(string id)
{
    private DateOnly day;
    private DateTimeOffset hour;
    private long onDay, inHour;
    private (long Block, long Winner) turn = (-1, 0);

    public string Id => id;

    /// <summary>The terms in force; a prize that no line of rules names has none.</summary>
    public RuledPrize Terms { get; set; } = new() { Id = id, Name = "", Kind = "none", Mode = "none", Paused = true };

    public UnclaimedMoments Moments { get; } = new();

    public long Awarded { get; private set; }

    public bool IsTurn(byte[] key, long number)
    {
        if (Terms.EveryNth is not { } n) return true;
        var block = (number - 1) / n;
        if (turn.Block != block) turn = (block, NthPosition.WinnerOf(key, id, n, block));
        return turn.Winner == number;
    }

    public bool IsAvailable(in Instant time, IReadOnlyDictionary<string, long> codes)
    {
        if (Terms.Paused || Awarded >= (Terms.Stock ?? long.MaxValue)) return false;
        if ((time.Day == day ? onDay : 0) >= (Terms.DailyCap ?? long.MaxValue)) return false;
        if ((time.Hour == hour ? inHour : 0) >= (Terms.HourlyCap ?? long.MaxValue)) return false;
        return Terms.Coupon is not { } coupon || (codes.GetValueOrDefault(coupon.Batch) > 0 && !(time.At >= coupon.ExpiresAt));
    }

    /// <summary>Units left over for which no winning moment stood before the closing.</summary>
    public long NeverAvailable(DateTimeOffset closing) => Terms is { Mode: "moments", Stock: { } offered }
        ? Math.Clamp(offered - Moments.Before(closing), 0, Math.Max(0, offered - Awarded))
        : 0;

    public void Award(in Instant time)
    {
        Awarded++;
        onDay = time.Day == day ? onDay + 1 : 1;
        inHour = time.Hour == hour ? inHour + 1 : 1;
        (day, hour) = (time.Day, time.Hour);
    }
}

/// <summary>The moments of one prize, in order of time, and which of them nobody has claimed yet.</summary>
internal sealed class UnclaimedMoments
{
    private readonly List<long> times = [];
    private readonly HashSet<int> takenAhead = [];
    private int next;

    /// <summary>Unix milliseconds; null without any.</summary>
    public long? Oldest => next < times.Count ? times[next] : null;

    /// <summary>Whether there ever were any.</summary>
    public bool Any => times.Count > 0;

    /// <summary>How many there were before this instant, claimed ones with them.</summary>
    public long Before(DateTimeOffset at) => times.Count(ms => DateTimeOffset.FromUnixTimeMilliseconds(ms) < at);

    /// <summary>The lines stand in order of time; what does not has been told of already.</summary>
    public void Add(long atMs) => times.Insert(times.Count == 0 || times[^1] <= atMs ? times.Count : IndexAfter(atMs), atMs);

    public void Take(long atMs)
    {
        for (var i = next; i < times.Count && times[i] <= atMs; i++)
        {
            if (times[i] == atMs && takenAhead.Add(i)) break;
        }

        while (takenAhead.Remove(next)) next++;
    }

    private int IndexAfter(long atMs)
    {
        var at = times.BinarySearch(atMs);
        return at >= 0 ? at : ~at;
    }
}

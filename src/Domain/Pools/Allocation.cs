namespace PrizeDraw.Domain.Pools;

/// <summary>What an entry gets; at most one thing. <see cref="Moment"/> is the winning moment that it claims.</summary>
public readonly record struct Allocated(PrizeState? Prize, WinningMoment? Moment);

/// <summary>
/// Allocates one pool's prizes, in the precedence guaranteed, winning moments, probability, consolation. Only what is available and may
/// go to this person is given; what is not is never replaced by another prize of the same mode that the rules did not name.
/// </summary>
public static class Allocation
{
    /// <summary>What the pool's next entry gets. The pool is changed by taking a moment alone; the award is the caller's to make.</summary>
    /// <param name="byEmail">Null for a person not seen before.</param>
    /// <param name="byPhone">Null without a phone number, or for one not seen before.</param>
    public static Allocated Next(PoolState pool, PoolRules rules, in EntryTime time, IdentityCounts? byEmail, IdentityCounts? byPhone)
    {
        var (now, winsMax) = (time, rules.Limits.WinsPerEntrant);
        bool MayHave(PrizeState prize) => prize.IsAvailable(now) && Fits(prize, winsMax, byEmail) && Fits(prize, winsMax, byPhone);
        foreach (var prize in pool.Guaranteed)
        {
            if (pool.IsNextNth(prize) && MayHave(prize))
            {
                return new Allocated(prize, null);
            }
        }

        // An entrant at their limit does not consume a moment: it waits for the next eligible entry.
        if (pool.OldestDue(time.At, MayHave) is { } moment)
        {
            return new Allocated(pool.Prize(moment.Prize), moment);
        }

        if (pool.NextHit() is { } hit && MayHave(hit))
        {
            return new Allocated(hit, null);
        }

        foreach (var prize in pool.Consolations)
        {
            if (MayHave(prize))
            {
                return new Allocated(prize, null);
            }
        }

        return default;
    }

    private static bool Fits(PrizeState prize, int? winsMax, IdentityCounts? person) =>
        (prize.Terms.PerEntrantMax is not { } max || (person?.UnitsOf(prize.Id) ?? 0) < max)
        && (prize.Kind == PrizeKind.Gift || winsMax is not { } wins || (person?.Wins ?? 0) < wins);
}

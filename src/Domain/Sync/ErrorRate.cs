using System;
using System.Collections.Generic;
using System.Linq;

namespace PrizeDraw.Domain.Sync;

/// <summary>Submissions of a site so far: how many were taken, and how many refused in a way that a broken site could cause.</summary>
public readonly record struct SubmissionCounts(long Taken, long Refused)
{
    /// <summary>Refusals that are people's own, or the clock's: they say nothing of the site.</summary>
    private static readonly HashSet<string> PeoplesOwn =
    [
        "campaign.not_open", "campaign.has_closed", "campaign.paused", "entry.draw_frozen", "entry.under_age", "entry.code_invalid", "entry.limit_reached",
    ];

    public static SubmissionCounts Of(long taken, IEnumerable<KeyValuePair<string, long>> refusals) =>
        new(taken, refusals.Where(r => !PeoplesOwn.Contains(r.Key)).Sum(r => r.Value));

    public SubmissionCounts Since(SubmissionCounts earlier) => new(Math.Max(0, Taken - earlier.Taken), Math.Max(0, Refused - earlier.Refused));
}

/// <summary>Whether more of a site's submissions are refused since a push than before.</summary>
public static class ErrorRate
{
    /// <summary>So few submissions say nothing, on either side.</summary>
    public const int SubmissionsMin = 20;

    /// <summary>Worse is: by five points of a hundred, and by half as much again.</summary>
    public static bool IsWorse(SubmissionCounts before, SubmissionCounts since)
    {
        var (all, now) = (before.Taken + before.Refused, since.Taken + since.Refused);
        return all >= SubmissionsMin && now >= SubmissionsMin
            // Whole numbers: since/now >= before/all + 0.05 and since/now >= 1.5 * before/all.
            && (Int128)100 * since.Refused * all >= ((Int128)100 * before.Refused * now) + ((Int128)5 * all * now)
            && (Int128)2 * since.Refused * all >= (Int128)3 * before.Refused * now;
    }

    /// <summary>The share that was refused, in whole percent.</summary>
    public static int PercentOf(SubmissionCounts counts) =>
        counts.Taken + counts.Refused is var all and > 0 ? (int)(100 * counts.Refused / all) : 0;
}

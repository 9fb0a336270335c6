using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Api.Evidence;

/// <summary>The close-out statement in plain words.</summary>
internal static class CloseOutWords
{
    public static ImmutableArray<string> Of(CloseOutView view, ImmutableArray<CloseOutPrizeAnswer> prizes, bool final, RecountAnswer? recount)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        if (!final)
        {
            words.Add("This campaign still takes entries. These figures are not final.");
        }

        words.AddRange(prizes.Where(p => p.Kind == "prize").Select(Balance));
        words.AddRange(prizes.Where(p => p.Kind == "gift").Select(p => $"{N(p.Awarded)} of the gift {p.Name} were given."));
        var (moments, claimed) = (view.Pools.Sum(p => p.Moments), view.Pools.Sum(p => p.MomentsClaimed));
        if (moments > 0)
        {
            words.Add($"There were {N(moments)} winning moments: {N(claimed)} were claimed, {N(moments - claimed)} {(final ? "were not" : "are still to be claimed")}.");
        }

        words.AddRange(view.Pools.Where(pool => view.Prizes.Any(prize => prize.PoolId == pool.Id)).Select(Evidence).OfType<string>());
        words.AddRange(Looks(view));
        words.Add(Recounted(recount));
        if (final && prizes.Any(p => p.NotMadeAvailable > 0))
        {
            words.Add("Not all prizes were awarded or made available.");
        }
        else if (final)
        {
            words.Add("All prizes were awarded or made available.");
        }

        return words.ToImmutable();
    }

    private static string Balance(CloseOutPrizeAnswer p) =>
        $"{N(p.Offered)} of {p.Name} were offered: {N(p.Awarded)} were awarded, {N(p.Unwon)} were made available and not won, {N(p.Rolled)} were rolled into the draw."
        + (p.NotMadeAvailable > 0 ? $" {N(p.NotMadeAvailable)} were never made available: there were fewer winning moments before the closing than units." : "");

    /// <summary>How the hidden choices came about, in the words of the level; null where nothing was committed.</summary>
    private static string? Evidence(CloseOutPool pool) => pool.Level switch
    {
        null => null,
        "committed" => $"What could be won in {pool.Name} was committed to at level committed: not evidence. It proves that nothing changed after the commitment, and not how the choices came about.",
        "beacon-unwitnessed" => $"What could be won in {pool.Name} follows from round {N(pool.Round)} of a public beacon, which was committed to before anybody knew it (level beacon-unwitnessed: the time of the commitment is the platform's claim).",
        var level => $"What could be won in {pool.Name} follows from round {N(pool.Round)} of a public beacon, which was committed to before anybody knew it (level {level}).",
    };

    private static IEnumerable<string> Looks(CloseOutView view) => view.Unsealings.IsEmpty
        ? ["Nobody looked at a winning moment before its time."]
        : view.Unsealings.Select(u =>
            $"On {u.At.UtcDateTime.ToString("d MMMM yyyy 'at' HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)} {u.Actor} opened {N(u.Moments)} winning moments that were still to come. Reason given: {u.Reason}");

    private static string Recounted(RecountAnswer? recount) => recount switch
    {
        null => "The outcomes have not been recounted yet.",
        { Holds: true } => $"All {N(recount.Entries)} outcomes were recomputed from what was committed before the opening and revealed after the closing, and found right.",
        _ => $"The recount of {N(recount.Entries)} outcomes found {N(recount.Differences)} differences.",
    };

    private static string N(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

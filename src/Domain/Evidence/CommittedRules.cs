using System.Collections.Generic;
using System.Linq;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// What of a pool's rules may not change after its commitment: who wins which of the hidden choices. Stock, caps, pauses and limits may;
/// so may a prize be added, but for one that is won at winning moments.
/// </summary>
internal static class CommittedRules
{
    /// <summary>
    /// The place of the line that was committed: the last one with this hash, which must be in force from the first entry on. −1 where
    /// there is none.
    /// </summary>
    public static int Find(IReadOnlyList<PoolChangeLine> lines, Bytes32 committed)
    {
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            if (lines[i] is PoolRulesLine line && line.Hash() == committed) return line.From == 1 ? i : -1;
        }

        return -1;
    }

    /// <summary>What the lines after the committed one change though it is fixed, in sentences.</summary>
    public static IReadOnlyList<string> Broken(IReadOnlyList<PoolChangeLine> lines, int committed)
    {
        var broken = new List<string>();
        var before = ((PoolRulesLine)lines[committed]).Rules;
        foreach (var line in lines.Skip(committed + 1).OfType<PoolRulesLine>())
        {
            foreach (var what in Differences(before, line.Rules))
            {
                broken.Add($"From number {line.From} on {what}, which is fixed by the commitment.");
            }

            before = line.Rules;
        }

        return broken;
    }

    private static List<string> Differences(PoolRuleSet before, PoolRuleSet after)
    {
        var what = new List<string>();
        if (!before.Modes.SequenceEqual(after.Modes)) what.Add("the modes are others");
        if (!before.Prizes.Select(p => p.Id).SequenceEqual(after.Prizes.Take(before.Prizes.Length).Select(p => p.Id)))
        {
            what.Add("prizes were taken away or put in another order");
        }

        foreach (var prize in after.Prizes)
        {
            if (before.Prizes.FirstOrDefault(p => p.Id == prize.Id) is { } known) AddDifferences(what, known, prize);
            else if (prize.Mode == "moments") what.Add($"{prize.Id} was added, which is won at winning moments");
        }

        return what;
    }

    private static void AddDifferences(List<string> what, RuledPrize before, RuledPrize after)
    {
        if (before.Name != after.Name) what.Add($"the name of {after.Id} is another");
        if (before.Kind != after.Kind) what.Add($"the kind of {after.Id} is another");
        if (before.Mode != after.Mode) what.Add($"the mode of {after.Id} is another");
        if (before.Odds != after.Odds) what.Add($"the odds of {after.Id} are others");
        if (before.EveryNth != after.EveryNth) what.Add($"every how many entries {after.Id} is won is another number");
    }
}

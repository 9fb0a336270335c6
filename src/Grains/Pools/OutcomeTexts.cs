using System.Collections.Generic;
using System.Text;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions.Pools;
using EntryOutcome = PrizeDraw.Grains.Abstractions.Pools.EntryOutcome;
using ToldOutcome = PrizeDraw.Domain.Evidence.EntryOutcome;

namespace PrizeDraw.Grains.Pools;

/// <summary>An outcome as it is told, as it is stored and as it is hashed.</summary>
internal sealed record OutcomeText(EntryOutcome Outcome, string Text, Bytes32 Hash)
{
    public string HashText { get; } = Hash.ToString();
}

/// <summary>The outcomes of one batch: most entries share one, so that it is written out and hashed once.</summary>
internal sealed class OutcomeTexts
{
    private readonly Dictionary<PrizeState, OutcomeText> byPrize = [];
    private OutcomeText? none;

    public OutcomeText Of(AcceptedEntry entry)
    {
        if (entry.Prize is not { } prize)
        {
            return none ??= Make(new ToldOutcome("none"));
        }

        if (entry.Coupon is not null || !byPrize.TryGetValue(prize, out var text))
        {
            text = Make(new ToldOutcome(entry.Outcome, prize.Terms.PublicId, prize.Terms.Name, entry.Coupon?.Text));
            byPrize[prize] = text;
        }

        return text;
    }

    private static OutcomeText Make(ToldOutcome told) => new(
        new EntryOutcome(
            told.Kind, told.PrizeId is null ? null : new WonPrize(told.PrizeId, told.PrizeName!), told.Coupon, told.ClaimUrl),
        Encoding.UTF8.GetString(told.ToCanonical()), told.Hash());
}

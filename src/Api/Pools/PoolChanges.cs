using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Orleans;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Pools;

/// <summary>Merge patches of a pool and of a prize. Both change the pool, on the campaign's version that they were applied to.</summary>
internal static class PoolChanges
{
    private const int AttemptsMax = 5;

    public static readonly string[] Codes =
    [
        "campaign.invalid", "campaign.version_conflict", "campaign.wrong_state", "pool.not_changeable", "pool.has_closed",
        "prize.stock_below_allocated", "deployment.under_way",
    ];

    public static Task<IResult> ChangePoolAsync(
        ThePool pool, MergePatch<PoolChange> patch, IfMatch ifMatch, Caller caller, ICampaignQueries campaigns, ICampaignDataQueries data,
        IGrainFactory grains, CancellationToken ct) =>
        new Change(pool.Campaign, ifMatch, caller, campaigns, data, grains).ApplyAsync(
            campaign => campaign.Settings.Pools.FirstOrDefault(p => p.Id == pool.Value.Id) is { } now
                ? patch.ApplyTo(now.ToChange()).ToSettings(now.Id!)
                : null,
            refusal => refusal.WithinPool(pool.Campaign, pool.Value.Id), (after, from) => PoolChangeAnswer.Of(after, from), ct);

    public static Task<IResult> ChangePrizeAsync(
        ThePrize prize, MergePatch<PrizeChange> patch, IfMatch ifMatch, Caller caller, ICampaignQueries campaigns, ICampaignDataQueries data,
        IGrainFactory grains, CancellationToken ct) =>
        new Change(prize.Campaign, ifMatch, caller, campaigns, data, grains).ApplyAsync(
            campaign => campaign.Settings.Pools.FirstOrDefault(p => p.Prizes.Any(x => x.Id == prize.Value.Id)) is { } pool
                ? pool with { Prizes = [.. pool.Prizes.Select(x => x.Id == prize.Value.Id ? Patched(x, patch) : x)] }
                : null,
            refusal => refusal.WithinPrize(prize.Campaign, PlaceOf(prize).PoolId, PlaceOf(prize).Index),
            (after, from) => PrizeChangeAnswer.Of(after.Prizes.First(x => x.Id == prize.Value.Id), from), ct);

    private static (string? PoolId, int Index) PlaceOf(ThePrize prize)
    {
        var pool = prize.Campaign.Settings.Pools.First(p => p.Prizes.Contains(prize.Value));
        return (pool.Id, pool.Prizes.IndexOf(prize.Value));
    }

    private static PrizeSettings Patched(PrizeSettings prize, MergePatch<PrizeChange> patch)
    {
        var changed = patch.ApplyTo(prize.ToChange());
        return changed.ToSettings(prize.Id, changed.Name!);
    }

    private sealed class Change(
        CampaignView campaign, IfMatch ifMatch, Caller caller, ICampaignQueries campaigns, ICampaignDataQueries data, IGrainFactory grains)
    {
        /// <summary>
        /// Who names no version wants the patch on what stands: it is applied anew when the campaign has changed meanwhile.
        /// </summary>
        public async Task<IResult> ApplyAsync<T>(
            Func<CampaignView, PoolSettings?> patched, Func<Refusal, Refusal> told, Func<PoolStateAnswer, long?, T> answer, CancellationToken ct)
        {
            var current = campaign;
            for (var attempt = 1; ; attempt++)
            {
                if (patched(current) is not { } pool)
                {
                    return new Problem("pool.not_found");
                }

                if (GivenIds.Check(current.Settings with { Pools = [pool], Draw = null }, current.Settings, "pools[0].") is { } problem)
                {
                    return problem;
                }

                var result = await grains.GetGrain<ICampaignGrain>(GrainKeys.Campaign(current.TenantId, current.Id))
                    .EditPoolAsync(new EditPool(caller.Actor, pool, ifMatch.Version ?? current.Version));
                if (result.Value is { } edited)
                {
                    var after = await StateAsync(edited.Campaign, pool.Id!, ct);
                    return Answer.Ok(answer(after, edited.EffectiveFrom), edited.Campaign.Version);
                }

                if (result.Refusal?.Code != "campaign.version_conflict" || ifMatch.Version is not null || attempt == AttemptsMax
                    || await campaigns.FindAsync(caller.Scope, current.Id, ct) is not { } newer)
                {
                    return Problem.From(told(result.Refusal!));
                }

                current = newer;
            }
        }

        private async Task<PoolStateAnswer> StateAsync(CampaignView after, string poolId, CancellationToken ct)
        {
            var counts = await data.PrizeCountsAsync(after.TenantId, after.Id, poolId, ct);
            return PoolStateAnswer.Of(after.Settings.Pools.First(p => p.Id == poolId), counts, after.Settings.ForecastEntries);
        }
    }
}

using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Pools;

internal static class PoolEndpoints
{
    public static void Map(RouteGroupBuilder v1, ApiOptions options)
    {
        v1.MapPost("/campaigns/{id}/pools", AddPoolAsync).WithTags("Pools").Describe("createPool", "Add a prize pool, until the campaign is published.")
            .For(Access.Manager).Takes(options.CampaignBodyMax).Answers<PoolAnswer>(201).Fails("campaign.invalid", "campaign.wrong_state");
        v1.MapGet("/campaigns/{id}/pools", ListPools).WithTags("Pools").Describe("listPools", "List a campaign's pools.")
            .For(Access.ReadOnly).Answers<PageAnswer<PoolAnswer>>(200);
        v1.MapPost("/pools/{id}/prizes", AddPrizeAsync).WithTags("Pools").Describe("createPrize", "Add a prize to a pool, until the campaign is published.")
            .For(Access.Manager).Answers<PrizeAnswer>(201).Fails("campaign.invalid", "campaign.wrong_state");
        v1.MapGet("/pools/{id}/prizes", ListPrizesAsync).WithTags("Pools").Describe("listPrizes", "List a pool's prizes with what has been allocated.")
            .For(Access.ReadOnly).Answers<PageAnswer<PrizeAnswer>>(200);
        v1.MapPost("/pools/{id}/moments", AddMomentsAsync).WithTags("Pools").Describe("createMoments", "Add winning moments to a pool, until the campaign is published.")
            .For(Access.Manager).Takes(options.CampaignBodyMax).Answers<MomentsAdded>(201).Fails("campaign.invalid", "campaign.wrong_state");
        v1.MapGet("/pools/{id}/moments", ListMomentsAsync).WithTags("Pools")
            .Describe("listMoments", "Past winning moments and counts; one that is still to come is never shown.")
            .For(Access.Manager).Answers<MomentsAnswer>(200);
    }

    private static Task<IResult> AddPoolAsync(TheCampaign campaign, Body<PoolFields> body, Creation creation, Caller caller, IGrainFactory grains) =>
        creation.OnceAsync(body, async uuid =>
        {
            var pool = body.Value.ToSettings();
            if (GivenIds.Check(campaign.Value.Settings with { Pools = [pool], Draw = null }, campaign.Value.Settings with { Pools = [] }) is { } problem)
            {
                return problem;
            }

            var command = new AddPool(caller.Actor, pool with { Id = Ids.Format(Ids.Pool, uuid) });
            return (await campaign.Grain(grains).AddPoolAsync(command)).Then(added =>
                Answer.Created($"/v1/campaigns/{campaign.Value.Id}/pools", PoolAnswer.From(added)));
        });

    private static IResult ListPools(TheCampaign campaign) =>
        Answer.Ok(new PageAnswer<PoolAnswer>([.. campaign.Value.Settings.Pools.Select(PoolAnswer.From)], null));

    private static async Task<IResult> AddPrizeAsync(ThePool pool, Body<PrizeFields> body, Creation creation, Caller caller, IGrainFactory grains)
    {
        if (body.Value.Id is not null)
        {
            return Problem.At(ErrorCodes.InvalidField, "id", "is the platform's to give.");
        }

        return await creation.OnceAsync(body, async uuid =>
        {
            var prize = body.Value.ToSettings() with { Id = Ids.Format(Ids.Prize, uuid) };
            var result = await pool.Grain(grains).AddPrizeAsync(new AddPrize(caller.Actor, pool.Value.Id!, prize));
            return result.Then(added => Answer.Created($"/v1/pools/{pool.Value.Id}/prizes", PrizeAnswer.Of(pool.Value.Id, added, null)));
        });
    }

    private static async Task<IResult> ListPrizesAsync(ThePool pool, ICampaignDataQueries data, CancellationToken ct)
    {
        var counts = await data.PrizeCountsAsync(pool.Campaign.TenantId, pool.Campaign.Id, pool.Value.Id, ct);
        return Answer.Ok(new PageAnswer<PrizeAnswer>([.. PrizeAnswer.Of(pool.Value, counts)], null));
    }

    private static Task<IResult> AddMomentsAsync(ThePool pool, Body<MomentsAddition> body, Creation creation, Caller caller, IGrainFactory grains) =>
        creation.OnceAsync(body, async uuid =>
        {
            var moments = body.Value.Moments.Select(moment => moment.ToSettings()).ToImmutableArray();
            var result = await pool.Grain(grains).AddMomentsAsync(new AddMoments(caller.Actor, pool.Value.Id!, moments, uuid));
            return result.Then(added => Answer.Created($"/v1/pools/{pool.Value.Id}/moments", new MomentsAdded(added)));
        });

    private static async Task<IResult> ListMomentsAsync(ThePool pool, Paging paging, ICampaignDataQueries data, CancellationToken ct)
    {
        var view = await data.MomentsAsync(pool.Campaign.TenantId, pool.Campaign.Id, pool.Value.Id!, paging.Limit, ct);
        return Answer.Ok(new MomentsAnswer(view.Past, null, view.Total, view.Claimed, view.Waiting));
    }
}

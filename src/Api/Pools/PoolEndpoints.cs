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
            .For(Access.Manager).Takes(options.CampaignBodyMax).Answers<PoolAnswer>(201).Fails("campaign.invalid", "campaign.wrong_state", "deployment.under_way");
        v1.MapGet("/campaigns/{id}/pools", ListPoolsAsync).WithTags("Pools")
            .Describe("listPools", "List a campaign's pools with what has been allocated, and what the forecast makes likely.")
            .For(Access.ReadOnly).Answers<PageAnswer<PoolStateAnswer>>(200);
        v1.MapPatch("/pools/{id}", PoolChanges.ChangePoolAsync).WithTags("Pools")
            .Describe("changePool", "Change a pool by a merge patch; while it takes entries from a definite entry number on.")
            .For(Access.Manager).Takes(options.CampaignBodyMax).Answers<PoolChangeAnswer>(200, etag: true).Fails(PoolChanges.Codes);
        v1.MapPatch("/prizes/{id}", PoolChanges.ChangePrizeAsync).WithTags("Pools")
            .Describe("changePrize", "Change a prize by a merge patch; while its pool takes entries from a definite entry number on.")
            .For(Access.Manager).Answers<PrizeChangeAnswer>(200, etag: true).Fails(PoolChanges.Codes);
        v1.MapPost("/pools/{id}/prizes", AddPrizeAsync).WithTags("Pools")
            .Describe("createPrize", "Add a prize to a pool; once the campaign is published, none that falls at winning moments.")
            .For(Access.Manager).Answers<PrizeChangeAnswer>(201).Fails("campaign.invalid", "campaign.wrong_state", "pool.not_changeable", "pool.has_closed", "deployment.under_way");
        v1.MapGet("/pools/{id}/prizes", ListPrizesAsync).WithTags("Pools").Describe("listPrizes", "List a pool's prizes with what has been allocated.")
            .For(Access.ReadOnly).Answers<PageAnswer<PrizeAnswer>>(200);
        v1.MapPost("/pools/{id}/moments", AddMomentsAsync).WithTags("Pools")
            .Describe("createMoments", "Add winning moments to a pool, until the campaign is published; as CSV, all lines or none.")
            .For(Access.Manager).Takes(options.CampaignBodyMax).TakesCsv(MomentsCsv.Example, MomentsCsv.Meaning, MomentsCsv.BytesMax)
            .Answers<MomentsAdded>(201).Fails("campaign.invalid", "campaign.wrong_state");
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

    private static async Task<IResult> ListPoolsAsync(TheCampaign campaign, ICampaignDataQueries data, CancellationToken ct)
    {
        var (view, settings) = (campaign.Value, campaign.Value.Settings);
        var counts = await data.PrizeCountsAsync(view.TenantId, view.Id, null, ct);
        return Answer.Ok(new PageAnswer<PoolStateAnswer>([.. settings.Pools.Select(pool => PoolStateAnswer.Of(pool, counts, settings.ForecastEntries))], null));
    }

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
            var told = result.Refusal?.WithinPrize(pool.Campaign, pool.Value.Id, pool.Value.Prizes.Length);
            return (result with { Refusal = told }).Then(added => Answer.Created(
                $"/v1/pools/{pool.Value.Id}/prizes", PrizeChangeAnswer.Of(PrizeAnswer.Of(pool.Value.Id, added.Prize, null), added.EffectiveFrom)));
        });
    }

    private static async Task<IResult> ListPrizesAsync(ThePool pool, ICampaignDataQueries data, CancellationToken ct)
    {
        var counts = await data.PrizeCountsAsync(pool.Campaign.TenantId, pool.Campaign.Id, pool.Value.Id, ct);
        return Answer.Ok(new PageAnswer<PrizeAnswer>([.. PrizeAnswer.Of(pool.Value, counts, pool.Campaign.Settings.ForecastEntries)], null));
    }

    private static Task<IResult> AddMomentsAsync(ThePool pool, BodyOrCsv<MomentsAddition> body, Creation creation, Caller caller, IGrainFactory grains)
    {
        var (moments, problem) = body.Csv is { } csv
            ? MomentsCsv.Read(csv, pool)
            : ([.. body.Value.Moments.Select(moment => moment.ToSettings())], null);
        return problem is not null
            ? Task.FromResult<IResult>(problem)
            : creation.OnceAsync(body.Hash, async uuid =>
            {
                var result = await pool.Grain(grains).AddMomentsAsync(new AddMoments(caller.Actor, pool.Value.Id!, moments, uuid));
                return result.Then(added => Answer.Created($"/v1/pools/{pool.Value.Id}/moments", new MomentsAdded(added)));
            });
    }

    private static async Task<IResult> ListMomentsAsync(ThePool pool, Paging paging, ICampaignDataQueries data, CancellationToken ct)
    {
        var view = await data.MomentsAsync(pool.Campaign.TenantId, pool.Campaign.Id, pool.Value.Id!, paging.Limit, ct);
        return Answer.Ok(new MomentsAnswer(view.Past, null, view.Total, view.Claimed, view.Waiting));
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;

namespace PrizeDraw.Api.Draws;

internal static class DrawEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapPost("/campaigns/{id}/draws", PlanAsync).WithTags("Draws")
            .Describe("createDraw", "Add a draw: the campaign's own, or a further one; once entries may have been taken at level beacon or observed alone.").For(Access.Manager)
            .Answers<DrawAnswer>(201).Fails("campaign.invalid", "campaign.wrong_state", "deployment.under_way");
        v1.MapGet("/campaigns/{id}/draws", ListAsync).WithTags("Draws").Describe("listDraws", "List a campaign's draws.")
            .For(Access.ReadOnly).Answers<PageAnswer<DrawAnswer>>(200);
        v1.MapGet("/draws/{id}", (TheDraw draw) => Answer.Ok(draw.Value)).WithTags("Draws")
            .Describe("getDraw", "Read a draw with its winners; names are for those who see personal data.")
            .For(Access.ReadOnly).Answers<DrawAnswer>(200);
        v1.MapPost("/draws/{id}/run", RunAsync).WithTags("Draws")
            .Describe("runDraw", "Freeze the list and draw the winners, provisional; 202 when it takes longer or waits, and goes on by itself.")
            .For(Access.Manager).Answers<DrawAnswer>(200).Answers<DrawAnswer>(202).Fails("draw.wrong_state", "draw.campaign_not_closed", "installation.unconfirmed");
        v1.MapPost("/draws/{id}/publish", PublishAsync).WithTags("Draws").Describe("publishDraw", "Publish the winners on the site.")
            .For(Access.Manager).Answers<DrawAnswer>(200).Fails("draw.wrong_state", "installation.unconfirmed");
    }

    private static async Task<IResult> PlanAsync(TheCampaign campaign, Body<DrawFields> body, Creation creation, Caller caller, IGrainFactory grains)
    {
        if (body.Value.Id is not null)
        {
            return Problem.At(ErrorCodes.InvalidField, "id", "is the platform's to give.");
        }

        return await creation.OnceAsync(body, async uuid =>
        {
            var command = new PlanDraw(caller.Actor, body.Value.ToSettings() with { Id = Ids.Format(Ids.Draw, uuid) });
            return (await campaign.Grain(grains).PlanDrawAsync(command)).Then(draw =>
                Answer.Created($"/v1/draws/{draw.Id}", DrawAnswer.Planned(campaign.Value.Id, draw)));
        });
    }

    private static async Task<IResult> ListAsync(TheCampaign campaign, Caller caller, ICampaignDataQueries data, CancellationToken ct) =>
        Answer.Ok(new PageAnswer<DrawAnswer>(await DrawAnswer.AllAsync(campaign.Value, caller, data, ct), null));

    private static async Task<IResult> RunAsync(
        TheDraw draw, Caller caller, IGrainFactory grains, ICampaignDataQueries data, CancellationToken ct) =>
        await ToldAsync(await draw.Grain(grains).RunAsync(new DrawCommand(caller.Actor)), draw, caller, data, ct, now => now.Progress?.Stage == DrawProgress.DoneStage);

    private static async Task<IResult> PublishAsync(
        TheDraw draw, Caller caller, IGrainFactory grains, ICampaignDataQueries data, CancellationToken ct) =>
        await ToldAsync(await draw.Grain(grains).PublishAsync(new DrawCommand(caller.Actor)), draw, caller, data, ct);

    private static async Task<IResult> ToldAsync(
        Result<bool> result, TheDraw draw, Caller caller, ICampaignDataQueries data, CancellationToken ct, Func<DrawAnswer, bool>? isDone = null)
    {
        if (result.Refusal is { } refusal)
        {
            return Problem.From(refusal);
        }

        var draws = await DrawAnswer.AllAsync(draw.Campaign, caller, data, ct);
        var now = draws.FirstOrDefault(now => now.Id == draw.Value.Id) ?? draw.Value;
        return isDone?.Invoke(now) == false ? Answer.Accepted($"/v1/draws/{now.Id}", now) : Answer.Ok(now);
    }
}

/// <summary>The draw that the path names with its campaign, if the caller sees it; else it is not there.</summary>
public sealed class TheDraw : IBound
{
    private readonly CampaignView? _campaign;
    private readonly DrawAnswer? _value;

    private TheDraw(CampaignView? campaign, DrawAnswer? value) => (_campaign, _value) = (campaign, value);

    public CampaignView Campaign => _campaign ?? throw new InvalidOperationException("The draw is not there.");

    public DrawAnswer Value => _value ?? throw new InvalidOperationException("The draw is not there.");

    public Problem? Problem => _value is null ? new Problem("draw.not_found") : null;

    public IDrawGrain Grain(IGrainFactory grains) =>
        grains.GetGrain<IDrawGrain>(GrainKeys.Draw(Campaign.TenantId, Campaign.Id, Value.Id));

    public static async ValueTask<TheDraw> BindAsync(HttpContext context, ParameterInfo _)
    {
        var id = context.Request.RouteValues["id"] as string;
        var caller = Caller.Of(context);
        var services = context.RequestServices;
        if (!Ids.TryParse(Ids.Draw, id, out var _) || await services.GetRequiredService<ICampaignQueries>()
            .FindByDrawAsync(caller.Scope, id, context.RequestAborted) is not { } campaign)
        {
            return new TheDraw(null, null);
        }

        var draws = await DrawAnswer.AllAsync(campaign, caller, services.GetRequiredService<ICampaignDataQueries>(), context.RequestAborted);
        return new TheDraw(campaign, draws.FirstOrDefault(draw => draw.Id == id));
    }
}

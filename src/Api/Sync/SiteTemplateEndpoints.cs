using System;
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
using PrizeDraw.Grains.Abstractions.Sync;

namespace PrizeDraw.Api.Sync;

/// <summary>A campaign's site and the template: what it has, what it takes, and what was brought or put back.</summary>
internal static class SiteTemplateEndpoints
{
    private const string All = "/campaigns/{id}/template", Syncs = All + "/syncs", One = Syncs + "/{sync}";

    private static readonly string[] Always = ["campaign.wrong_state", "template.no_site", "installation.unconfirmed"];

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapGet(All, ReadAsync).WithTags("Template")
            .Describe("getSiteTemplate", "Read which version of the template a campaign's site has, how far it is behind, and how it takes new ones.")
            .For(Access.ReadOnly).Answers<SiteSyncView>(200).Fails("template.no_site");
        v1.MapPatch(All, ChangeAsync).WithTags("Template")
            .Describe("changeSiteTemplate", "Change how a campaign's site takes versions: pushed or by pull request, pinned, skipped or refused ones.")
            .For(Access.Manager).Answers<SiteSyncView>(200).Fails("template.invalid", "template.version_unknown", "template.sync_under_way").Fails(Always);
        v1.MapGet(Syncs, ListAsync).WithTags("Template")
            .Describe("listSyncs", "List the syncs and roll-backs of a campaign's site, newest first, without diffs.")
            .For(Access.ReadOnly).Answers<PageAnswer<SyncView>>(200);
        v1.MapPost(Syncs, SyncAsync).WithTags("Template")
            .Describe("syncSite", "Bring a campaign's site to a version of the template, or only work out what that would do.")
            .For(Access.Manager).Answers<SyncBegunAnswer>(202).Fails("template.invalid", "template.version_unknown", "template.sync_under_way").Fails(Always);
        v1.MapGet(One, (TheSync sync) => Answer.Ok(sync.Value)).WithTags("Template")
            .Describe("getSync", "Read a sync with what became of each file, and the diff; while it goes on, read it again.")
            .For(Access.ReadOnly).Answers<SyncView>(200);
        v1.MapPost(One + "/roll-back", RollBackAsync).WithTags("Template")
            .Describe("rollBackSync", "Put back what a sync pushed, keeping what people changed since; what can't be put back cleanly waits in a pull request.")
            .For(Access.Manager).Answers<SyncBegunAnswer>(202).Fails("template.invalid", "template.sync_under_way").Fails(Always);
    }

    public static ITemplateSyncGrain Grain(IGrainFactory grains, CampaignView campaign) =>
        grains.GetGrain<ITemplateSyncGrain>(GrainKeys.Campaign(campaign.TenantId, campaign.Id));

    private static async Task<IResult> ReadAsync(TheCampaign campaign, Caller caller, ITemplateQueries template, CancellationToken ct) =>
        await template.FindSiteAsync(caller.Scope, campaign.Value.Id, ct) is { } site ? Answer.Ok(site) : new Problem("template.no_site");

    private static async Task<IResult> ChangeAsync(
        TheCampaign campaign, Body<SitePolicyFields> body, Caller caller, ITemplateQueries template, IGrainFactory grains, CancellationToken ct)
    {
        var set = await Grain(grains, campaign.Value).SetPolicyAsync(
            new SetSyncPolicy(caller.Actor, body.Value.Policy, body.Value.Pinned, body.Value.Skip, body.Value.Refuse, body.Value.Allow));
        return set.Refusal is { } refusal ? Problem.From(refusal) : await ReadAsync(campaign, caller, template, ct);
    }

    private static async Task<IResult> ListAsync(TheCampaign campaign, Paging paging, Caller caller, ITemplateQueries template, CancellationToken ct) =>
        Answer.Ok(paging.Answer(await template.SyncsAsync(caller.Scope, campaign.Value.Id, paging.Limit, paging.Cursor, ct), sync => sync));

    private static async Task<IResult> SyncAsync(TheCampaign campaign, Body<SyncFields> body, Creation creation, Caller caller, IGrainFactory grains) =>
        SyncTarget.Check(body.Value.Version, body.Value.Picks) is { } problem ? problem : await creation.OnceAsync(body, async id =>
        {
            var command = new SyncSite(caller.Actor, body.Value.Version, [.. body.Value.Picks ?? []], SyncId: Ids.Format(Ids.Sync, id));
            var grain = Grain(grains, campaign.Value);
            return Begun(campaign.Value, body.Value.Preview ? await grain.PreviewAsync(command) : await grain.SyncAsync(command));
        });

    private static async Task<IResult> RollBackAsync(TheSync sync, Caller caller, IGrainFactory grains) =>
        Begun(sync.Campaign, await Grain(grains, sync.Campaign).RollBackAsync(new RollBackSite(caller.Actor, sync.Value.Id)));

    private static IResult Begun(CampaignView campaign, Result<string> begun) =>
        begun.Then(id => Answer.Accepted($"/v1/campaigns/{campaign.Id}/template/syncs/{id}", new SyncBegunAnswer(id, campaign.Id)));
}

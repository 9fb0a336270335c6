using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Notices;

namespace PrizeDraw.Api.Notices;

/// <summary>Something that people and systems were told.</summary>
/// <param name="Id">The notice's id.</param>
/// <param name="CampaignId">The campaign that it tells of.</param>
/// <param name="Kind">
/// stock.low, stock.out, deployment.paused, deployment.quarantined, deployment.quarantine_cleared, deployment.succeeded, domain.active,
/// domain.lost or domain.given_up.
/// </param>
/// <param name="At">When it happened.</param>
/// <param name="Stock">What a notice about stock tells of: the prize, what is left, the threshold, the entry at which it was crossed, and when
/// nothing is left at the recent rate.</param>
/// <param name="Deployment">What a notice about a deployment tells of: which, at which steps, and what to do.</param>
/// <param name="Domain">What a notice about a custom domain tells of: which, and what stands in the way.</param>
/// <param name="Deliveries">Whom it is sent to by e-mail and webhook, and how that stands: pending, delivered or failed.</param>
[Example("""
    {"id":"ntc_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","campaignId":"cmp_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","kind":"stock.low","at":"2026-12-05T10:00:03Z",
     "stock":{"poolId":"pool_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","prizeId":"prz_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","name":"Mug","stock":100,
      "remaining":10,"threshold":10,"number":1042,"runsOutAt":"2026-12-05T14:20:00Z"},"deployment":null,"domain":null,
     "deliveries":[{"channel":"email","target":"usr_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","state":"delivered","attempts":1,"nextAt":null,"error":null}]}
    """)]
public sealed record NoticeAnswer(
    string Id, string CampaignId, string Kind, DateTimeOffset At, StockNotice? Stock, DeploymentNotice? Deployment, DomainNotice? Domain,
    IReadOnlyList<DeliveryView> Deliveries)
{
    internal static NoticeAnswer From(NoticeView view) =>
        new(view.Id, view.CampaignId, view.Kind, view.At, view.Stock, view.Deployment, view.Domain, view.Deliveries);
}

internal static class NoticeEndpoints
{
    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet("/campaigns/{id}/notices", ListAsync).WithTags("Campaigns")
            .Describe("listNotices", "List what people were told of a campaign (stock, deployments, domains), newest first.").For(Access.ReadOnly)
            .Answers<PageAnswer<NoticeAnswer>>(200).NeverPutAway();

    private static async Task<IResult> ListAsync(TheCampaign campaign, Paging paging, Caller caller, INoticeQueries notices, CancellationToken ct) =>
        Answer.Ok(paging.Answer(await notices.ListAsync(caller.Scope, campaign.Value.Id, paging.Limit, paging.Cursor, ct), NoticeAnswer.From));
}

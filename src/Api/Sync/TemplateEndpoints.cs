using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;

namespace PrizeDraw.Api.Sync;

/// <summary>New versions of the template are being looked for.</summary>
/// <param name="AskedAt">When that was asked; a version found since has a later seenAt.</param>
[Example("""{"askedAt":"2026-12-01T09:00:00Z"}""")]
public sealed record VersionsAskedAnswer(DateTimeOffset AskedAt);

/// <summary>The template's versions, and how far each site is behind them.</summary>
internal static class TemplateEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        var all = v1.MapGroup("/template").WithTags("Template");
        all.MapGet("/versions", VersionsAsync).Describe("listTemplateVersions", "List the versions of the template that are known, newest first.")
            .For(Access.ReadOnly).Answers<PageAnswer<TemplateVersionView>>(200);
        all.MapPost("/versions", RefreshAsync).Describe("findTemplateVersions", "Look for new versions of the template now.")
            .For(Access.SuperAdmin).Answers<VersionsAskedAnswer>(202).Fails("installation.unconfirmed");
        all.MapGet("/sites", SitesAsync)
            .Describe("listTemplateSites", "List the sites that the caller sees with the version each has, how far it is behind, its own changes and its open review.")
            .For(Access.ReadOnly).Answers<PageAnswer<SiteSyncView>>(200);
    }

    private static async Task<IResult> VersionsAsync(Paging paging, Caller caller, ITemplateQueries template, CancellationToken ct) =>
        Answer.Ok(paging.Answer(await template.VersionsAsync(caller.Scope, paging.Limit, paging.Cursor, ct), version => version));

    private static async Task<IResult> RefreshAsync(Caller caller, IGrainFactory grains, TimeProvider clock)
    {
        var asked = clock.GetUtcNow();
        return (await grains.GetGrain<ITemplateVersionsGrain>(GrainKeys.Platform).RefreshAsync(new RefreshVersions(caller.Actor)))
            .Then(_ => Answer.Accepted("/v1/template/versions", new VersionsAskedAnswer(asked)));
    }

    private static async Task<IResult> SitesAsync(Paging paging, Caller caller, ITemplateQueries template, CancellationToken ct) =>
        Answer.Ok(paging.Answer(await template.SitesAsync(caller.Scope, paging.Limit, paging.Cursor, ct), site => site));
}

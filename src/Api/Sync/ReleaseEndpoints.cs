using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;

namespace PrizeDraw.Api.Sync;

/// <summary>Releases of the template across all tenants: the platform's administrators alone see and steer them.</summary>
internal static class ReleaseEndpoints
{
    private const string One = "/{id}";

    private static readonly string[] SiteStates =
    [
        "pending", "running", "up_to_date", "pushed", "pull_request", "conflict_pull_request", "refused", "failed", "held", "skipped", "rolling_back", "rolled_back",
    ];

    private static readonly string[] Always = ["release.wrong_state", "installation.unconfirmed"];

    public static void Map(RouteGroupBuilder v1)
    {
        var all = v1.MapGroup("/template/releases").WithTags("Template");
        all.MapPost("", CreateAsync)
            .Describe("createRelease", "Take a version, or chosen commits, of the template to the sites in waves; with dryRun only work out what it would do to each.")
            .For(Access.SuperAdmin).Takes(512 * 1024).Answers<ReleaseView>(202)
            .Fails("release.invalid", "release.under_way", "template.version_unknown", "installation.unconfirmed");
        all.MapGet("", ListAsync).Describe("listReleases", "List the releases, newest first.").For(Access.SuperAdmin).Answers<PageAnswer<ReleaseView>>(200);
        all.MapGet(One, (TheRelease release) => Answer.Ok(release.Value)).Describe("getRelease", "Read a release with its waves; while it goes on, read it again.")
            .For(Access.SuperAdmin).Answers<ReleaseView>(200);
        all.MapGet(One + "/sites", SitesAsync)
            .Describe("listReleaseSites", "List a release's sites with what became of each, or would, by wave and name; ?state= narrows it.")
            .For(Access.SuperAdmin).Answers<PageAnswer<ReleaseSiteView>>(200);
        all.MapPost(One + "/start", StartAsync).Describe("startRelease", "Start a release that was a dry run so far, from its first wave.")
            .For(Access.SuperAdmin).Answers<ReleaseView>(202).Fails("release.under_way").Fails(Always);
        all.MapPost(One + "/pause", PauseAsync).Describe("pauseRelease", "Begin no further site; those under way come to their ends.")
            .For(Access.SuperAdmin).Answers<ReleaseView>(202).Fails(Always);
        all.MapPost(One + "/resume", ResumeAsync).Describe("resumeRelease", "Let a paused release go on where it stands.")
            .For(Access.SuperAdmin).Answers<ReleaseView>(202).Fails("release.under_way").Fails(Always);
        all.MapPost(One + "/roll-back", RollBackAsync)
            .Describe("rollBackRelease", "Put back what the release pushed, the newest wave first, keeping what people changed since, and close its pull requests.")
            .For(Access.SuperAdmin).Answers<ReleaseView>(202).Fails("release.under_way").Fails(Always);
    }

    private static async Task<IResult> CreateAsync(Body<ReleaseFields> body, Creation creation, Caller caller, IGrainFactory grains) =>
        body.Value.Check() is { } problem ? problem : await creation.OnceAsync(body, async uuid =>
        {
            var grain = grains.GetGrain<IReleaseGrain>(GrainKeys.Release(Ids.Format(Ids.Release, uuid)));
            return Told(await grain.CreateAsync(body.Value.ToCommand(caller.Actor)));
        });

    private static async Task<IResult> ListAsync(Paging paging, ITemplateQueries template, CancellationToken ct) =>
        Answer.Ok(paging.Answer(await template.ReleasesAsync(paging.Limit, paging.Cursor, ct), release => release));

    private static async Task<IResult> SitesAsync(TheRelease release, Paging paging, ITemplateQueries template, CancellationToken ct, string? state = null) =>
        state is not null && !SiteStates.Contains(state) ? Problem.At(ErrorCodes.InvalidParameter, "state", $"must be one of {string.Join(", ", SiteStates)}.")
        : Answer.Ok(paging.Answer(await template.ReleaseSitesAsync(release.Value.Id, state, paging.Limit, paging.Cursor, ct), site => site));

    private static async Task<IResult> StartAsync(TheRelease release, Caller caller, IGrainFactory grains) =>
        Told(await release.Grain(grains).StartAsync(new ReleaseCommand(caller.Actor)));

    private static async Task<IResult> PauseAsync(TheRelease release, Caller caller, IGrainFactory grains) =>
        Told(await release.Grain(grains).PauseAsync(new ReleaseCommand(caller.Actor)));

    private static async Task<IResult> ResumeAsync(TheRelease release, Caller caller, IGrainFactory grains) =>
        Told(await release.Grain(grains).ResumeAsync(new ReleaseCommand(caller.Actor)));

    private static async Task<IResult> RollBackAsync(TheRelease release, Caller caller, IGrainFactory grains) =>
        Told(await release.Grain(grains).RollBackAsync(new ReleaseCommand(caller.Actor)));

    private static IResult Told(Result<ReleaseView> result) =>
        result.Then(release => Answer.Accepted($"/v1/template/releases/{release.Id}", release));
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Doubles.Vercel;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>A site's own grain with its repository at GitHub and its builds at Vercel, from a tag on the template to the commit that is served.</summary>
public sealed class Syncing_in_the_cloud(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    private const string Source = $"{CloudStage.Owner}/{CloudStage.Template}", Page = "app/page.tsx", First = "one\ntwo\nthree\nfour\nfive\n";
    private static int versions;
    private readonly TempFolder folder = new();
    private readonly AheadClock clock = new();

    async Task IAsyncLifetime.InitializeAsync()
    {
        // The work areas are this test's own, so that nothing in them is from another one.
        var areas = new SyncWorkAreas(new LocalRepositoryOptions { DataFolder = folder.Path, TemplateFolder = "none" }, clock);
        stage.Also = services => services.AddSingleton(areas);
        await stage.StopHostAsync();
        await stage.StartHostAsync();
        Tag(First);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        stage.EndFaults();

        await stage.StopHostAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task pushes_what_merges_and_serves_it_and_puts_it_back()
    {
        var (id, slug) = await ReadyAsync();
        stage.GitHub.Push(Full(slug), new Dictionary<string, string> { [Page] = First.Replace("five", "five of the site", StringComparison.Ordinal) });
        var target = await ReleasedAsync(id, First.Replace("one", "one of the template", StringComparison.Ordinal));

        var pushed = await EndedAsync(id, await SyncAsync(id, target));

        (pushed.Result, pushed.Health).ShouldBe(("pushed", "healthy"), pushed.Reason);
        PageOf(slug).ShouldBe("one of the template\ntwo\nthree\nfour\nfive of the site\n");
        stage.Vercel.Serving(slug).ShouldBe(HeadOf(slug));
        (await SiteAsync(id)).BaseTag.ShouldBe(target);

        var back = await EndedAsync(id, Id(await Site(id).RollBackAsync(new RollBackSite(CloudStage.Admin, pushed.Id))));

        (back.Result, back.Health).ShouldBe(("pushed", "healthy"), back.Reason);
        PageOf(slug).ShouldBe("one\ntwo\nthree\nfour\nfive of the site\n");
        stage.Vercel.Serving(slug).ShouldBe(HeadOf(slug));
        (await SiteAsync(id)).BaseTag.ShouldNotBe(target);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task follows_a_draft_that_people_finish_and_merge_at_GitHub(bool isSquashed)
    {
        var (id, slug) = await ReadyAsync();
        stage.GitHub.Push(Full(slug), new Dictionary<string, string> { [Page] = First.Replace("two", "two of the site", StringComparison.Ordinal) });
        var served = stage.Vercel.Serving(slug);
        var target = await ReleasedAsync(id, First.Replace("two", "two of the template", StringComparison.Ordinal));

        var asked = await EndedAsync(id, await SyncAsync(id, target));

        asked.Result.ShouldBe("conflict_pull_request", asked.Reason);
        var draft = stage.GitHub.Reviews(Full(slug)).ShouldHaveSingleItem();
        (draft.IsDraft, draft.State, stage.Vercel.Serving(slug)).ShouldBe((true, "open", served));
        var decided = stage.GitHub.Files(Full(slug), draft.Branch)!.Keys.Where(path => path.StartsWith(".template-sync/", StringComparison.Ordinal))
            .ToDictionary(path => path, _ => (GitHubFile?)null);
        decided[Page] = GitHubFile.Of(First.Replace("two", "two of both", StringComparison.Ordinal));
        stage.GitHub.PushTo(Full(slug), draft.Branch, decided);
        var merged = stage.GitHub.MergeReview(Full(slug), draft.Number, isSquashed);
        stage.Clock.Leap(TimeSpan.FromMinutes(11));

        var landed = await UntilAsync(id, asked.Id, run => run.Health is not null);

        (landed.Result, landed.Health).ShouldBe(("pushed", "healthy"), landed.Reason);
        (PageOf(slug), stage.Vercel.Serving(slug)).ShouldBe(("one\ntwo of both\nthree\nfour\nfive\n", merged));
        (await SiteAsync(id)).ShouldSatisfyAllConditions(site => site.BaseTag.ShouldBe(target), site => site.Review.ShouldBeNull());
    }

    [Fact]
    public async Task puts_the_canary_back_whose_build_fails_and_touches_no_other()
    {
        var (canary, other) = (await ReadyAsync(), await ReadyAsync());
        var (before, untouched) = (stage.GitHub.Files(Full(canary.Slug)), HeadOf(other.Slug));
        var target = await ReleasedAsync(canary.Id, First + "does not build\n");
        stage.Vercel.NextBuilds(VercelCourse.EndingWith("ERROR", ("errorCode", "BUILD_FAILED"), ("errorMessage", "Command \"npm run build\" exited with 1")));
        var release = Ids.New(Ids.Release, stage.Clock.GetUtcNow());
        var grain = stage.Get<IGrainFactory>().GetGrain<IReleaseGrain>(GrainKeys.Release(release));

        (await grain.CreateAsync(new CreateRelease(
            CloudStage.Admin, target, [], [new([canary.Id], null, 1), new([other.Id], null, 1), new([], 100, 1)],
            new ReleaseSettings([stage.TenantId], Rehearses: false), IsDryRun: false))).Refusal.ShouldBeNull();
        await stage.UntilAsync(canary.Id, async () =>
        {
            await grain.WakeAsync();
            return await Queries.FindReleaseAsync(release, default) is { State: "rolled_back" };
        });

        var sites = (await Queries.ReleaseSitesAsync(release, null, 50, null, default)).Items.ToDictionary(s => s.CampaignId);
        (sites[canary.Id].State, sites[other.Id].State).ShouldBe(("rolled_back", "skipped"));
        stage.GitHub.Files(Full(canary.Slug)).ShouldBe(before, ignoreOrder: true);
        stage.Vercel.Serving(canary.Slug).ShouldBe(HeadOf(canary.Slug));
        HeadOf(other.Slug).ShouldBe(untouched);
        (await SiteAsync(canary.Id)).BaseTag.ShouldNotBe(target);
    }

    [Fact]
    public async Task pushes_nothing_until_somebody_has_confirmed_a_restored_installation()
    {
        var (id, slug) = await ReadyAsync();
        var target = await ReleasedAsync(id, First.Replace("one", "one of the template", StringComparison.Ordinal));
        var refused = 0;
        stage.GitHub.Faults.Meanwhile = (_, _) =>
        {
            Interlocked.Increment(ref refused);
            return Task.FromResult<Fault?>(Fault.Before(503));
        };
        var sync = await SyncAsync(id, target);
        await stage.UntilAsync(id, () => Task.FromResult(Volatile.Read(ref refused) > 0));
        await using (await stage.SetBackAsync())
        {
            await stage.Held.HoldsAsync(id, () => Site(id).WakeAsync());
            stage.GitHub.Faults.Clear();
            var (head, changes) = (HeadOf(slug), stage.Changes);
            stage.Clock.Leap(TimeSpan.FromMinutes(11));
            foreach (var asked in Asked(id, target, sync))
            {
                (await asked()).ShouldBe("installation.unconfirmed");
            }

            await stage.Held.HoldsAsync(id, () => Site(id).WakeAsync());
            (HeadOf(slug), stage.Changes).ShouldBe((head, changes));
        }

        (await EndedAsync(id, sync)).Result.ShouldBe("pushed");
    }

    private static string Full(string slug) => $"{CloudStage.Owner}/{slug}";

    private static string Id(Result<string> begun) => begun.Refusal is { } refusal ? throw new InvalidOperationException(refusal.Detail) : begun.Value!;

    private ITemplateQueries Queries => stage.Get<ITemplateQueries>();

    private ITemplateSyncGrain Site(string id) => stage.Get<IGrainFactory>().GetGrain<ITemplateSyncGrain>(GrainKeys.Campaign(stage.TenantId, id));

    /// <summary>Everything that may be asked of a site, as the code of its refusal.</summary>
    private Func<Task<string?>>[] Asked(string id, string target, string sync) =>
    [
        async () => (await Site(id).SyncAsync(new SyncSite(CloudStage.Admin, target, []))).Refusal?.Code,
        async () => (await Site(id).PreviewAsync(new SyncSite(CloudStage.Admin, target, []))).Refusal?.Code,
        async () => (await Site(id).RollBackAsync(new RollBackSite(CloudStage.Admin, sync))).Refusal?.Code,
        async () => (await Site(id).SetPolicyAsync(new SetSyncPolicy(CloudStage.Admin, IsPinned: true))).Refusal?.Code,
        async () => (await Site(id).ForgoAsync(new ForgoSync(CloudStage.Admin, Ids.New(Ids.Release, stage.Clock.GetUtcNow())))).Refusal?.Code,
        async () => (await Site(id).ResolveAsync(new ResolveFile(CloudStage.Admin, "head", Page, "site"))).Refusal?.Code,
        async () => (await Site(id).EndReviewAsync(new EndReview(CloudStage.Admin, "head", Merge: false))).Refusal?.Code,
    ];

    private async Task<string> SyncAsync(string id, string target) => Id(await Site(id).SyncAsync(new SyncSite(CloudStage.Admin, target, [])));

    private async Task<SiteSyncView> SiteAsync(string id) => (await Queries.FindSiteAsync(Scope.Of(stage.TenantId), id, default)).ShouldNotBeNull();

    private Task<SyncView> EndedAsync(string id, string sync) => UntilAsync(id, sync, run => run.State is "succeeded" or "failed");

    private async Task<SyncView> UntilAsync(string id, string sync, Func<SyncView, bool> isSo)
    {
        SyncView? seen = null;
        await stage.UntilAsync(id, async () =>
        {
            await Site(id).WakeAsync();
            return (seen = await Queries.FindSyncAsync(Scope.Of(stage.TenantId), id, sync, default)) is not null && isSo(seen);
        });
        return seen!;
    }

    private string PageOf(string slug) => stage.GitHub.Files(Full(slug))![Page];

    private string HeadOf(string slug) => stage.GitHub.History(Full(slug))[0].Sha;

    private string Tag(string page)
    {
        var version = Interlocked.Increment(ref versions);
        stage.GitHub.Push(Source, new Dictionary<string, string>
        {
            [Page] = page, ["template.json"] = $$"""{ "version": "1.{{version}}.0", "ownedByPlatform": ["content/campaign.json"], "merged": ["**"] }""" + "\n",
        });
        stage.GitHub.Tag(Source, $"v1.{version}.0");
        return $"v1.{version}.0";
    }

    /// <summary>A new version with this page, once it is known.</summary>
    private async Task<string> ReleasedAsync(string id, string page)
    {
        var tag = Tag(page);
        (await stage.Get<IGrainFactory>().GetGrain<ITemplateVersionsGrain>(GrainKeys.Platform).RefreshAsync(new RefreshVersions(CloudStage.Admin))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, async () => (await Queries.VersionsAsync(Scope.Everything, 100, null, default)).Items.Any(v => v.Tag == tag));
        return tag;
    }

    private async Task<(string Id, string Slug)> ReadyAsync()
    {
        var begun = await stage.BeginAsync();
        (await stage.EndsAsync(begun.Id)).ShouldBe("ready", string.Join('\n', await stage.LogAsync(begun.Id)));
        return begun;
    }
}

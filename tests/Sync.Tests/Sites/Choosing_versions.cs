using PrizeDraw.TestKit;
using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Sync;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>Versions that a site takes, passes by, refuses or leaves open; and what people do with its pull request.</summary>
public sealed class Choosing_versions(SitesStage stage) : IClassFixture<SitesStage>, IAsyncLifetime
{
    private static readonly TemplateVersion First = Version(1), Second = Version(2), Third = Version(3);
    private readonly ScriptedSites sites = new() { Versions = [Third, Second, First] };

    async Task IAsyncLifetime.InitializeAsync()
    {
        stage.Also = services => services.AddSingleton<ISiteRepositories>(sites);
        await stage.StartAsync();
        await stage.KnowAsync(First, Second, Third);
    }

    Task IAsyncLifetime.DisposeAsync() => stage.DropAsync();

    [Fact]
    public async Task leaves_a_pinned_site_where_it_is()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        await SetAsync(id, new SetSyncPolicy(SitesStage.Admin, IsPinned: true));
        (await SyncedAsync(id, "v2")).ShouldSatisfyAllConditions(run => run.Result.ShouldBe("skipped"), run => run.Reason.ShouldBe("The site is pinned to v1."));
        sites[slug].Calls.ShouldBeEmpty();
        await SetAsync(id, new SetSyncPolicy(SitesStage.Admin, IsPinned: false));
        (await SyncedAsync(id, "v2")).Result.ShouldBe("pushed");
        (await SyncedAsync(id, "v1")).ShouldSatisfyAllConditions(run => run.Result.ShouldBe("skipped"), run => run.Reason.ShouldBe("The site has v2, which is newer."));
    }

    [Fact]
    public async Task passes_a_skipped_version_by_until_it_is_allowed()
    {
        var (id, _) = await stage.CampaignAsync(First);
        await SetAsync(id, new SetSyncPolicy(SitesStage.Admin, Skip: "v2"));
        (await SyncedAsync(id, "v2")).Result.ShouldBe("skipped");
        (await stage.SiteAsync(id)).Skipped.ShouldBe(["v2"]);
        await SetAsync(id, new SetSyncPolicy(SitesStage.Admin, Allow: "v2"));
        (await SyncedAsync(id, "v2")).Result.ShouldBe("pushed");
        (await stage.AuditAsync(id)).Count(a => a == "template.policy_changed").ShouldBe(2);
    }

    [Fact]
    public async Task counts_a_refused_version_as_had_and_refuses_none_beyond_the_next()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        (await stage.Grain(id).SetPolicyAsync(new SetSyncPolicy(SitesStage.Admin, Refuse: "v3"))).Refusal.ShouldNotBeNull().Code.ShouldBe("template.invalid");
        await SetAsync(id, new SetSyncPolicy(SitesStage.Admin, Refuse: "v2"));
        (await stage.SiteAsync(id)).ShouldSatisfyAllConditions(site => site.BaseTag.ShouldBe("v2"), site => site.Refused.ShouldBe(["v2"]), site => site.Behind.ShouldBe(1));
        (await SyncedAsync(id, "v2")).Reason.ShouldBe("The site refuses v2.");
        SyncOrder? asked = null;
        sites[slug].Comes = order => ScriptedSite.Pushed((asked = order).Target, order.Nonce);
        (await SyncedAsync(id, "v3")).Result.ShouldBe("pushed");
        asked.ShouldNotBeNull().Base.Tag.ShouldBe("v2");
        (await stage.Grain(id).SetPolicyAsync(new SetSyncPolicy(SitesStage.Admin, Refuse: "v3"))).Refusal.ShouldNotBeNull().Code.ShouldBe("template.invalid");
    }

    [Fact]
    public async Task takes_commits_by_themselves_beside_those_that_it_has()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        SyncOrder? asked = null;
        sites[slug].Comes = order => ScriptedSite.Pushed((asked = order).Target, order.Nonce);
        await PickedAsync(id, "v2");
        (await stage.SiteAsync(id)).ShouldSatisfyAllConditions(site => site.BaseTag.ShouldBe("v1"), site => site.Picks.ShouldBe([Second.Commit]));
        await PickedAsync(id, "v2", "v3");
        (await stage.SiteAsync(id)).Picks.ShouldBe([Second.Commit, Third.Commit]);
        asked!.Base.Picks.ShouldBe([Second.Commit]);
        var refused = await PickedAsync(id, "unknown");
        (refused.Result, refused.Reason).ShouldBe(("refused", "The template has no commit unknown."));
        (await SyncedAsync(id, "v3")).Result.ShouldBe("pushed");
        (await stage.SiteAsync(id)).Picks.ShouldBeEmpty();
    }

    [Fact]
    public async Task shows_versions_to_those_alone_whose_sites_can_come_to_them()
    {
        await stage.CampaignAsync(First);
        (await stage.Queries.VersionsAsync(Scope.Of(stage.TenantId), 10, null, default)).Items.Single(v => v.Tag == "v1").Sites.ShouldBeGreaterThan(0);
        (await stage.Queries.VersionsAsync(Scope.Of(Ids.Format(Ids.Tenant, Guid.CreateVersion7())), 10, null, default)).Items.ShouldBeEmpty();
        (await stage.Queries.VersionsAsync(Scope.Everything, 10, null, default)).Items.Length.ShouldBe(3);
    }

    [Fact]
    public async Task keeps_a_commit_that_the_next_version_lacks()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        SyncOrder? asked = null;
        sites[slug].Comes = order => ScriptedSite.Pushed((asked = order).Target, order.Nonce);
        await PickedAsync(id, "v3");
        (await SyncedAsync(id, "v2")).Result.ShouldBe("pushed");
        asked.ShouldNotBeNull().Target.Picks.ShouldBe([Third.Commit]);
        (await stage.SiteAsync(id)).ShouldSatisfyAllConditions(site => site.BaseTag.ShouldBe("v2"), site => site.Picks.ShouldBe([Third.Commit]));
    }

    [Fact]
    public async Task moves_the_base_and_builds_once_people_have_merged()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        sites[slug].Comes = order => ScriptedSite.Proposed(order, conflicts: true);
        var proposed = await SyncedAsync(id, "v2");
        (proposed.Result, proposed.Health).ShouldBe(("conflict_pull_request", null));
        (await stage.SiteAsync(id)).ShouldSatisfyAllConditions(
            site => site.BaseTag.ShouldBe("v1"), site => site.Review.ShouldNotBeNull().HasConflicts.ShouldBeTrue(), site => site.Review!.Version.ShouldBe("v2"));

        // On the platform's own page: what was read before is refused, then it is merged.
        (await stage.Grain(id).ResolveAsync(new ResolveFile(SitesStage.Admin, "old", "a.txt", "site"))).Refusal!.Code.ShouldBe("template.review_changed");
        (await stage.Grain(id).EndReviewAsync(new EndReview(SitesStage.Admin, new string('d', 40), Merge: true))).Refusal.ShouldBeNull();
        var merged = await stage.UntilAsync(id, proposed.Id, view => view.Health is not null);
        (merged.Result, merged.Health, merged.Commit).ShouldBe(("pushed", "healthy", new string('e', 40)));
        (await stage.SiteAsync(id)).ShouldSatisfyAllConditions(site => site.BaseTag.ShouldBe("v2"), site => site.Review.ShouldBeNull());
        BuildsNothing.BuiltFrom(stage.Orders.Served, slug).Length.ShouldBe(1);
        (await stage.Grain(id).EndReviewAsync(new EndReview(SitesStage.Admin, "x", Merge: true))).Refusal!.Code.ShouldBe("template.no_review");
    }

    [Fact]
    public async Task sees_a_merge_elsewhere_when_it_is_due_and_before_it_syncs_again()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        sites[slug].Comes = order => ScriptedSite.Proposed(order);
        var proposed = await SyncedAsync(id, "v2");
        sites[slug].Stands = ScriptedSite.Merged;
        SyncOrder? asked = null;
        sites[slug].Comes = order => ScriptedSite.Pushed((asked = order).Target, order.Nonce);
        (await SyncedAsync(id, "v3")).Result.ShouldBe("pushed");
        asked!.Base.Tag.ShouldBe("v2");
        (await stage.EndedAsync(id, proposed.Id)).Health.ShouldBe("healthy");
        (await stage.SiteAsync(id)).BaseTag.ShouldBe("v3");
    }

    [Fact]
    public async Task does_not_propose_again_what_somebody_closed()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        sites[slug].Comes = order => ScriptedSite.Proposed(order);
        var closed = await SyncedAsync(id, "v2");
        sites[slug].Stands = new FollowedReview(FollowedReview.Closed);
        stage.Clock.Leap(TimeSpan.FromMinutes(11));
        await stage.Grain(id).WakeAsync();
        await Polling.UntilAsync(async () => (await stage.SiteAsync(id)).Review is null, SitesStage.Patience);

        (await SyncedAsync(id, "v2")).Result.ShouldBe("skipped");
        (await stage.UntilAsync(id, closed.Id, _ => true)).ShouldSatisfyAllConditions(
            view => view.Result.ShouldBe("refused"), view => view.Reason.ShouldBe("Its pull request was closed without being merged."));
        (await SyncedAsync(id, "v3")).Result.ShouldBe("pull_request");
        (await stage.AuditAsync(id)).ShouldContain("template.review_closed");
    }

    [Fact]
    public async Task closes_the_pull_request_of_a_sync_that_is_put_back()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        sites[slug].Comes = order => ScriptedSite.Proposed(order);
        var proposed = await SyncedAsync(id, "v2");
        var back = await stage.EndedAsync(id, (await stage.Grain(id).RollBackAsync(new RollBackSite(SitesStage.Admin, proposed.Id))).Value!);
        back.Result.ShouldBe("up_to_date");
        (await stage.SiteAsync(id)).ShouldSatisfyAllConditions(site => site.Review.ShouldBeNull(), site => site.BaseTag.ShouldBe("v1"));
        (await SyncedAsync(id, "v2")).Result.ShouldBe("skipped");
    }

    [Fact]
    public async Task puts_back_only_what_nothing_came_after()
    {
        var (id, _) = await stage.CampaignAsync(First);
        var second = await SyncedAsync(id, "v2");
        var third = await SyncedAsync(id, "v3");
        (await BackAsync(id, second.Id)).Result.ShouldBe("refused");
        (await BackAsync(id, third.Id)).Result.ShouldBe("pushed");
        (await stage.SiteAsync(id)).BaseTag.ShouldBe("v2");

        // What was refused is asked for again once the reason is gone.
        (await BackAsync(id, second.Id)).Result.ShouldBe("pushed");
        (await stage.SiteAsync(id)).BaseTag.ShouldBe("v1");
    }

    [Theory]
    [InlineData("archived", "campaign.wrong_state")]
    [InlineData("decommissioned", "campaign.wrong_state")]
    [InlineData("rolled_back", "campaign.wrong_state")]
    public async Task is_refused_where_there_is_no_site(string state, string code)
    {
        var (id, _) = await stage.CampaignAsync(First, state);
        (await stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, "v2", []))).Refusal!.Code.ShouldBe(code);
    }

    [Fact]
    public async Task says_what_is_wrong_with_what_was_asked()
    {
        var (id, _) = await stage.CampaignAsync(First);
        async Task<string?> CodeAsync(SyncSite command) => (await stage.Grain(id).SyncAsync(command)).Refusal?.Code;
        (await CodeAsync(new SyncSite(SitesStage.Admin, null, []))).ShouldBe("template.invalid");
        (await CodeAsync(new SyncSite(SitesStage.Admin, "v2", ["v2"]))).ShouldBe("template.invalid");
        (await CodeAsync(new SyncSite(SitesStage.Admin, "v9", []))).ShouldBe("template.version_unknown");
        (await stage.Grain(id).RollBackAsync(new RollBackSite(SitesStage.Admin, "syn_x"))).Refusal!.Code.ShouldBe("template.sync_not_found");
        (await stage.Grain(id).SetPolicyAsync(new SetSyncPolicy(SitesStage.Admin, Policy: "never"))).Refusal!.Code.ShouldBe("template.invalid");
        (await stage.Grain(Ids.New(Ids.Campaign, TimeProvider.System.GetUtcNow())).SyncAsync(new SyncSite(SitesStage.Admin, "v2", []))).Refusal!.Code.ShouldBe("campaign.not_found");
    }

    private async Task SetAsync(string id, SetSyncPolicy command) => (await stage.Grain(id).SetPolicyAsync(command)).Refusal.ShouldBeNull();

    private Task<SyncView> SyncedAsync(string id, string version) => EndedAsync(id, new SyncSite(SitesStage.Admin, version, []));

    private Task<SyncView> PickedAsync(string id, params string[] picks) => EndedAsync(id, new SyncSite(SitesStage.Admin, null, [.. picks]));

    private async Task<SyncView> BackAsync(string id, string sync) =>
        await stage.EndedAsync(id, (await stage.Grain(id).RollBackAsync(new RollBackSite(SitesStage.Admin, sync))).Value!);

    private async Task<SyncView> EndedAsync(string id, SyncSite command)
    {
        var asked = await stage.Grain(id).SyncAsync(command);
        asked.Refusal.ShouldBeNull();
        return await stage.EndedAsync(id, asked.Value!);
    }

    private static TemplateVersion Version(int number) => new($"v{number}", new string((char)('0' + number), 40));
}

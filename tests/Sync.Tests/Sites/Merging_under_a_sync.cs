using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Grains.Sync;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>A pull request comes to its end while a newer sync of the site waits: both are written down, and the site's base never goes back.</summary>
public sealed class Merging_under_a_sync(SitesStage stage) : IClassFixture<SitesStage>, IAsyncLifetime
{
    private static readonly TemplateVersion First = Version(1), Second = Version(2), Third = Version(3);
    private readonly ScriptedSites sites = new() { Versions = [Third, Second, First] };

    async Task IAsyncLifetime.InitializeAsync()
    {
        stage.Also = services => services.AddSingleton<ISiteRepositories>(sites);
        await stage.StartAsync();
        await stage.KnowAsync(First, Second, Third);
    }

    Task IAsyncLifetime.DisposeAsync()
    {
        stage.At = (_, _, _) => Task.CompletedTask;
        return stage.DropAsync();
    }

    [Fact]
    public async Task keeps_the_newer_version_that_was_pushed_past_it()
    {
        var (id, slug, review) = await ProposedAsync();
        MergesWhileTheNextWaits(slug);
        sites[slug].Comes = order => ScriptedSite.Pushed(order.Target, order.Nonce);
        (await stage.EndedAsync(id, await AskedAsync(id, "v3"))).Result.ShouldBe("pushed");
        await LookAgainAsync(id);
        var merged = await stage.UntilAsync(id, review, run => run.Health is not null);
        (merged.Result, merged.Health, merged.Reason).ShouldBe(("pushed", "healthy", "Its pull request was merged."));
        (await stage.SiteAsync(id)).ShouldSatisfyAllConditions(site => site.BaseTag.ShouldBe("v3"), site => site.Review.ShouldBeNull());
        (await stage.AuditAsync(id)).Count(a => a == "template.review_merged").ShouldBe(1);
    }

    [Fact]
    public async Task deploys_it_before_the_next_pull_request_is_followed()
    {
        var (id, slug, review) = await ProposedAsync();
        MergesWhileTheNextWaits(slug);
        sites[slug].Comes = order => ScriptedSite.Proposed(order, 2);
        var next = await stage.EndedAsync(id, await AskedAsync(id, "v3"));
        sites[slug].Stands = new FollowedReview(FollowedReview.Open);
        (next.Result, next.FromTag).ShouldBe(("pull_request", "v2"));
        (await stage.UntilAsync(id, review, run => run.Health is not null)).Result.ShouldBe("pushed");
        (await stage.SiteAsync(id)).ShouldSatisfyAllConditions(site => site.BaseTag.ShouldBe("v2"), site => site.Review!.Version.ShouldBe("v3"));
        BuildsNothing.BuiltFrom(stage.Orders.Served, slug).Length.ShouldBe(1);
    }

    [Fact]
    public async Task declines_what_people_closed()
    {
        var (id, slug, review) = await ProposedAsync();
        EndsWhileTheNextWaits(slug, new FollowedReview(FollowedReview.Closed));
        sites[slug].Comes = order => ScriptedSite.Proposed(order, 2);
        (await stage.EndedAsync(id, await AskedAsync(id, "v3"))).FromTag.ShouldBe("v1");
        sites[slug].Stands = new FollowedReview(FollowedReview.Open);
        (await stage.UntilAsync(id, review, run => run.Reason is not null)).Reason.ShouldBe("Its pull request was closed without being merged.");
        var again = await stage.EndedAsync(id, await AskedAsync(id, "v2"));
        again.Result.ShouldBe("skipped", again.Reason);
    }

    [Fact]
    public async Task has_declined_nothing_where_the_sync_itself_closed_it()
    {
        var (id, slug, _) = await ProposedAsync();
        sites[slug].Comes = order =>
        {
            sites[slug].Stands = new FollowedReview(FollowedReview.Closed);
            return new SyncOutcome(SyncOutcome.UpToDate, order.Target);
        };
        (await stage.EndedAsync(id, await AskedAsync(id, "v3"))).Result.ShouldBe("up_to_date");
        (await stage.SiteAsync(id)).ShouldSatisfyAllConditions(site => site.BaseTag.ShouldBe("v3"), site => site.Review.ShouldBeNull());
        (await stage.AuditAsync(id)).ShouldNotContain("template.review_closed");
    }

    [Fact]
    public async Task is_refused_on_our_page_while_the_sync_runs()
    {
        var (id, slug, _) = await ProposedAsync();
        var (reached, goes) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        stage.At = async (campaign, step, point) =>
        {
            if (campaign == slug && step == "sync" && point == SagaPoint.IntentStored && reached.TrySetResult())
            {
                await goes.Task;
            }
        };
        var next = await AskedAsync(id, "v3");
        await reached.Task.WaitAsync(SitesStage.Patience);
        var head = new string('d', 40);
        (await stage.Grain(id).EndReviewAsync(new EndReview(SitesStage.Admin, head, Merge: true))).Refusal.ShouldNotBeNull().Code.ShouldBe("template.sync_under_way");
        sites[slug].Stands.State.ShouldBe(FollowedReview.Open);
        goes.SetResult();
        await stage.EndedAsync(id, next);
        (await stage.Grain(id).EndReviewAsync(new EndReview(SitesStage.Admin, head, Merge: true))).Refusal.ShouldBeNull();
    }

    /// <summary>The second version waits in a pull request; answers its sync, too.</summary>
    private async Task<(string Id, string Slug, string Sync)> ProposedAsync()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        sites[slug].Comes = order => ScriptedSite.Proposed(order);
        var sync = await AskedAsync(id, "v2");
        (await stage.EndedAsync(id, sync)).Result.ShouldBe("pull_request");
        return (id, slug, sync);
    }

    private void MergesWhileTheNextWaits(string slug) => EndsWhileTheNextWaits(slug, ScriptedSite.Merged);

    // The first call looks at the pull request, which is open still; the second is the sync's own.
    private void EndsWhileTheNextWaits(string slug, FollowedReview stands)
    {
        sites[slug].Faults.Enqueue(() => null);
        sites[slug].Faults.Enqueue(() =>
        {
            sites[slug].Stands = stands;
            return new ProviderException(ProviderFault.Transient, "The requests of this hour are used up.");
        });
    }

    private async Task LookAgainAsync(string id)
    {
        stage.Clock.Leap(TimeSpan.FromMinutes(11));
        await stage.Grain(id).WakeAsync();
    }

    private async Task<string> AskedAsync(string id, string version)
    {
        var asked = await stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, version, []));
        asked.Refusal.ShouldBeNull();
        return asked.Value!;
    }

    private static TemplateVersion Version(int number) => new($"v{number}", new string((char)('0' + number), 40));
}

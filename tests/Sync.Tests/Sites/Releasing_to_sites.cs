using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Grains.Sync;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Storage.Central.Campaigns;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>A release with the sites' own grains and deployments; repositories do as they are told, and nothing is built.</summary>
public sealed partial class Releasing_to_sites(SitesStage stage) : IClassFixture<SitesStage>, IAsyncLifetime
{
    private static readonly TemplateVersion First = Version(1), Second = Version(2), Third = Version(3);
    private static readonly WaveSettings Rest = new([], 100, 0);
    private readonly ScriptedSites sites = new() { Versions = [Third, Second, First] };
    private Func<string, bool> isDown = _ => false;

    async Task IAsyncLifetime.InitializeAsync()
    {
        Directory.CreateDirectory(stage.Orders.Served);
        stage.At = (_, _, _) => Task.CompletedTask;
        stage.Also = services =>
        {
            services.AddSingleton<ISiteRepositories>(sites).AddSingleton(new ReleaseOptions
            {
                FollowEvery = TimeSpan.FromMilliseconds(50), Pace = new ReleasePace { LookAgain = TimeSpan.FromMilliseconds(50) },
            });
            services.AddHttpClient("site-check").ConfigurePrimaryHttpMessageHandler(() => new Pages(host => isDown(host)));
        };
        await stage.StartAsync();
        await stage.KnowAsync(First, Second, Third);
    }

    Task IAsyncLifetime.DisposeAsync() => stage.DropAsync();

    [Fact]
    public async Task goes_to_each_site_once_and_puts_a_bad_wave_back_although_hosts_die()
    {
        var campaigns = await FleetAsync(10);
        var canary = new WaveSettings([campaigns[0].Id], null, 0);
        // As often as it is asked: the host may die before the first answer is written down.
        var archived = sites[campaigns[5].Slug].Faults;
        Exception? Refuse()
        {
            archived.Enqueue(Refuse);
            return new ProviderException(ProviderFault.Rejected, "The repository is archived.");
        }

        archived.Enqueue(Refuse);
        sites[campaigns[6].Slug].Comes = order => ScriptedSite.Proposed(order, conflicts: true);
        var good = await CreatedAsync("v2", canary, Rest);
        await UntilAsync(good, r => r.Waves[1].Counts.GetValueOrDefault("pushed") >= 3);
        await RestartAsync();
        await UntilAsync(good, r => r.State == "succeeded");
        Counts(await SitesAsync(good)).ShouldBe("conflict_pull_request 1, pushed 8, refused 1");
        campaigns.Where((_, i) => i is not (5 or 6)).ShouldAllBe(c => sites[c.Slug].Pushes == 1 && BuildsNothing.BuiltFrom(stage.Orders.Served, c.Slug).Length == 1);
        (await stage.SiteAsync(campaigns[1].Id)).BaseTag.ShouldBe("v2");

        archived.Clear();
        await BreakAsync(campaigns[9].Slug);
        var bad = await CreatedAsync("v3", canary, Rest);
        // Or even that far, where nobody looked for a while.
        await UntilAsync(bad, r => r.State is "rolling_back" or "rolled_back");
        await RestartAsync();
        var back = await UntilAsync(bad, r => r.State == "rolled_back");
        back.Message!.ShouldContain("The build failed: the template is broken.");
        back.Message!.ShouldContain("1 of the waves before keep what they have.");
        (await stage.SiteAsync(campaigns[0].Id)).BaseTag.ShouldBe("v3");
        foreach (var site in (await SitesAsync(bad)).Where(s => s.Wave == 2))
        {
            site.State.ShouldBeOneOf("rolled_back", "skipped");
            var slug = campaigns.Single(c => c.Id == site.CampaignId).Slug;
            (await stage.SiteAsync(site.CampaignId)).BaseTag.ShouldBe(slug == campaigns[5].Slug || slug == campaigns[6].Slug ? "v1" : "v2");
            sites[slug].Calls.Count(c => c == "roll-back").ShouldBeLessThanOrEqualTo(2, "once, and once more where the host died");
        }
    }

    [Fact]
    public async Task does_not_wait_a_day_for_a_site_that_is_built_and_does_not_answer()
    {
        var campaigns = await FleetAsync(2);
        var slug = campaigns[0].Slug;
        isDown = host => host.StartsWith(slug, StringComparison.Ordinal) && !sites[slug].Calls.Contains("roll-back");
        var release = await CreatedAsync("v2", new WaveSettings([campaigns[0].Id], null, 0), Rest);
        var back = await UntilAsync(release, r => r.State == "rolled_back");
        back.Message!.ShouldContain("The site answered 502");
        (await stage.SiteAsync(campaigns[0].Id)).BaseTag.ShouldBe("v1");
        // The deployment that would have gone on asking was cancelled.
        var deployments = await stage.Get<ICampaignQueries>().DeploymentsAsync(Scope.Of(stage.TenantId), campaigns[0].Id, 5, null, default);
        deployments.Items.Select(d => $"{d.Kind} {d.State}").Take(2).ShouldBe(["rollback succeeded", "sync cancelled"]);
        (await SitesAsync(release)).Select(s => s.State).ShouldBe(["rolled_back", "skipped"], ignoreOrder: true);
    }

    [Fact]
    public async Task tells_a_dry_run_and_closes_pull_requests_when_it_is_put_back()
    {
        var campaigns = await FleetAsync(3);
        sites[campaigns[1].Slug].Comes = order => ScriptedSite.Proposed(order);
        var release = await CreatedAsync("v2", true, Rest);
        await UntilAsync(release, r => r.State == "planned");
        Counts(await SitesAsync(release)).ShouldBe("pull_request 1, pushed 2");
        campaigns.ShouldAllBe(c => sites[c.Slug].Pushes == 0);
        (await Grain(release).StartAsync(new ReleaseCommand(SitesStage.Admin))).Refusal.ShouldBeNull();
        await UntilAsync(release, r => r.State == "succeeded");
        (await stage.SiteAsync(campaigns[1].Id)).Review.ShouldNotBeNull();
        (await Grain(release).RollBackAsync(new ReleaseCommand(SitesStage.Admin))).Refusal.ShouldBeNull();
        await UntilAsync(release, r => r.State == "rolled_back");
        Counts(await SitesAsync(release)).ShouldBe("rolled_back 3");
        (await stage.SiteAsync(campaigns[1].Id)).Review.ShouldBeNull();
        sites[campaigns[1].Slug].Stands.State.ShouldBe("closed");
    }

    [Fact]
    public async Task leaves_what_people_merged_in_a_wave_that_was_well_and_puts_it_back_with_all_the_rest()
    {
        var campaigns = await FleetAsync(4);
        var (merged, open, bad) = (sites[campaigns[0].Slug], sites[campaigns[1].Slug], campaigns[3].Slug);
        (merged.Comes, open.Comes) = (order => ScriptedSite.Proposed(order), order => ScriptedSite.Proposed(order));
        await BreakAsync(bad);
        stage.At = (slug, step, point) =>
        {
            // Nobody tells the platform of it.
            merged.Stands = slug == bad && step == "deploy-site" && point == SagaPoint.IntentStored ? ScriptedSite.Merged : merged.Stands;
            return Task.CompletedTask;
        };
        var release = await CreatedAsync("v2", new WaveSettings([.. campaigns.Take(3).Select(c => c.Id)], null, 0), Rest);
        await UntilAsync(release, r => r.State == "rolled_back");
        var left = (await SitesAsync(release)).ToDictionary(s => s.CampaignId, s => (s.State, s.Reason));
        left[campaigns[0].Id].ShouldBe(("pushed", "Its pull request was merged; it stays."));
        left[campaigns[1].Id].ShouldBe(("rolled_back", "Its pull request was closed; nothing had been pushed."));
        (left[campaigns[2].Id].State, left[campaigns[3].Id].State).ShouldBe(("pushed", "rolled_back"));
        (merged.Calls.Contains("roll-back"), open.Stands.State, merged.Stands.State).ShouldBe((false, "closed", "merged"));
        (await stage.SiteAsync(campaigns[0].Id)).BaseTag.ShouldBe("v2");

        // By hand it is all put back, with what was left before.
        (await Grain(release).RollBackAsync(new ReleaseCommand(SitesStage.Admin))).Refusal.ShouldBeNull();
        await UntilAsync(release, r => r.State == "rolled_back" && r.Waves.All(w => !w.Counts.ContainsKey("pushed")));
        Counts(await SitesAsync(release)).ShouldBe("rolled_back 4");
        merged.Calls.Count(c => c == "roll-back").ShouldBe(1);
        (await stage.SiteAsync(campaigns[0].Id)).BaseTag.ShouldBe("v1");
    }

    [Fact]
    public async Task judges_what_people_merge_while_it_goes_on_and_tells_what_they_close()
    {
        var campaigns = await FleetAsync(4);
        foreach (var (_, slug) in campaigns.Take(3))
        {
            sites[slug].Comes = order => ScriptedSite.Proposed(order);
        }

        await BreakAsync(campaigns[2].Slug);
        var release = await CreatedAsync("v2", new WaveSettings([.. campaigns.Take(3).Select(c => c.Id)], null, 0), new WaveSettings([], 100, 60));
        await UntilAsync(release, r => r.Waves[1].State == "soaking");
        foreach (var ((id, _), merges) in campaigns.Zip([true, false]))
        {
            (await stage.Grain(id).EndReviewAsync(new EndReview(SitesStage.Admin, new string('d', 40), merges))).Refusal.ShouldBeNull();
        }

        await UntilAsync(release, r => r.Waves[0].Counts.GetValueOrDefault("pull_request") == 1 && !r.Waves[0].Counts.ContainsKey("running"));
        var seen = (await SitesAsync(release)).ToDictionary(s => s.CampaignId, s => (s.State, s.Health, s.Reason));
        seen[campaigns[0].Id].ShouldBe(("pushed", "healthy", "Its pull request was merged."));
        seen[campaigns[1].Id].ShouldBe(("refused", null, "Its pull request was closed without being merged."));

        // One that is worse stops the release, although its wave has passed.
        (await stage.Grain(campaigns[2].Id).EndReviewAsync(new EndReview(SitesStage.Admin, new string('d', 40), Merge: true))).Refusal.ShouldBeNull();
        var back = await UntilAsync(release, r => r.State == "rolled_back");
        back.Message!.ShouldContain("The build failed: the template is broken.");
        Counts(await SitesAsync(release)).ShouldBe("refused 1, rolled_back 3");
        (await stage.SiteAsync(campaigns[2].Id)).BaseTag.ShouldBe("v1");
    }

    [Fact]
    public async Task is_put_back_although_a_site_can_not_be_reached_which_gets_nothing_ever_after()
    {
        var campaigns = await FleetAsync(2);
        var (id, slug) = campaigns[0];
        sites[slug].IsLimited = true;
        var release = await CreatedAsync("v2", Rest);
        await UntilAsync(release, r => r.Waves[0].Counts.GetValueOrDefault("pushed") == 1 && sites[slug].Calls.Contains("run"));
        stage.Clock.Leap(TimeSpan.FromMinutes(20));
        (await Grain(release).RollBackAsync(new ReleaseCommand(SitesStage.Admin))).Refusal.ShouldBeNull();
        await UntilAsync(release, r => r.Waves[0].Counts.GetValueOrDefault("rolled_back") == 1 && sites[slug].Calls.Contains("look"));
        (await stage.Queries.FindReleaseAsync(release, default))!.State.ShouldBe("rolling_back");
        stage.Clock.Leap(TimeSpan.FromMinutes(31));
        (await UntilAsync(release, r => r.State == "rolled_back")).Message!.ShouldContain("1 could not be.");
        var left = (await SitesAsync(release)).Single(s => s.CampaignId == id);
        (left.State, left.Reason).ShouldBe(
            ("failed", "Its repository could not be reached within 30 minutes, and may hold what was released. The requests of this hour are used up."));
        sites[slug].IsLimited = false;
        stage.Clock.Leap(TimeSpan.FromMinutes(11));
        await stage.Grain(id).WakeAsync();
        (await stage.EndedAsync(id, (await stage.SiteAsync(id)).Latest!.Id)).Result.ShouldBe("skipped");
        (sites[slug].Pushes, (await stage.SiteAsync(id)).BaseTag).ShouldBe((0, "v1"));

        // Asked for again, it is known that there is nothing.
        (await Grain(release).RollBackAsync(new ReleaseCommand(SitesStage.Admin))).Refusal.ShouldBeNull();
        await UntilAsync(release, r => r.State == "rolled_back" && r.Waves[0].Counts.GetValueOrDefault("rolled_back") == 2);
    }

    /// <summary>The host dies, and another one takes up the deployments as it does when it starts.</summary>
    private async Task RestartAsync()
    {
        await stage.DropAsync();
        await stage.StartAsync();
        foreach (var (tenant, campaign) in await stage.Get<CampaignStore>().UnderWayAsync(default))
        {
            await stage.Get<IGrainFactory>().GetGrain<ICampaignGrain>(GrainKeys.Campaign(Ids.Format(Ids.Tenant, tenant), Ids.Format(Ids.Campaign, campaign))).WakeAsync();
        }
    }

    /// <summary>Sites of which this test alone knows: those of the tests before are archived.</summary>
    private async Task<ImmutableArray<(string Id, string Slug)>> FleetAsync(int count)
    {
        await stage.SqlAsync("update campaign set state = 'archived'");
        await stage.SqlAsync("update template_release set state = 'succeeded' where state in ('planning', 'running', 'paused', 'rolling_back')");
        var made = ImmutableArray.CreateBuilder<(string, string)>();
        for (var i = 0; i < count; i++)
        {
            made.Add(await stage.CampaignAsync(First));
        }

        return made.ToImmutable();
    }

    private Task BreakAsync(string slug) => File.WriteAllTextAsync(BuildsNothing.BrokenFile(stage.Orders.Served, slug), "");

    private IReleaseGrain Grain(string release) => stage.Get<IGrainFactory>().GetGrain<IReleaseGrain>(GrainKeys.Release(release));

    private Task<string> CreatedAsync(string version, params WaveSettings[] waves) => CreatedAsync(version, false, waves);

    private async Task<string> CreatedAsync(string version, bool isDryRun, params WaveSettings[] waves)
    {
        var id = Ids.New(Ids.Release, TimeProvider.System.GetUtcNow());
        (await Grain(id).CreateAsync(new CreateRelease(SitesStage.Admin, version, [], [.. waves], new ReleaseSettings([]), isDryRun))).Refusal.ShouldBeNull();
        return id;
    }

    private async Task<ReleaseView> UntilAsync(string release, Func<ReleaseView, bool> isSo)
    {
        using var limited = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        ReleaseView? seen = null;
        while (!limited.IsCancellationRequested)
        {
            seen = await stage.Queries.FindReleaseAsync(release, default);
            if (seen is not null && isSo(seen))
            {
                return seen;
            }

            await Grain(release).WakeAsync();
            await Task.Delay(20);
        }

        throw new TimeoutException($"It stands at {seen}: {Counts(await SitesAsync(release))}.");
    }

    private async Task<ImmutableArray<ReleaseSiteView>> SitesAsync(string release) => (await stage.Queries.ReleaseSitesAsync(release, null, 200, null, default)).Items;

    private static string Counts(ImmutableArray<ReleaseSiteView> all) =>
        string.Join(", ", all.CountBy(s => s.State).OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value}"));

    private static TemplateVersion Version(int number) => new($"v{number}", new string((char)('0' + number), 40));

    private sealed class Pages(Func<string, bool> isDown) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(isDown(request.RequestUri!.Host) ? HttpStatusCode.BadGateway : HttpStatusCode.OK));
    }
}

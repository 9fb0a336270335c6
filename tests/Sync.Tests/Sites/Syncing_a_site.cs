using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Grains.Sync;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>The grain of a site's template, with repositories that do as they are told.</summary>
public sealed class Syncing_a_site(SitesStage stage) : IClassFixture<SitesStage>, IAsyncLifetime
{
    private static readonly TemplateVersion First = Version(1), Second = Version(2), Third = Version(3);
    private readonly ScriptedSites sites = new() { Versions = [Third, Second, First] };

    async Task IAsyncLifetime.InitializeAsync()
    {
        stage.At = (_, _, _) => Task.CompletedTask;
        stage.Also = services => services.AddSingleton<ISiteRepositories>(sites);
        await stage.StartAsync();
        await stage.KnowAsync(First, Second, Third);
    }

    Task IAsyncLifetime.DisposeAsync() => stage.DropAsync();

    [Fact]
    public async Task pushes_builds_and_records_what_the_site_has_from_then_on()
    {
        var (id, slug) = await ReadyAsync();
        (await stage.SiteAsync(id)).ShouldSatisfyAllConditions(
            site => site.BaseTag.ShouldBe("v1"), site => site.Behind.ShouldBe(2), site => site.Source.ShouldBe("local"), site => site.Latest.ShouldBeNull());
        var sync = await AskedAsync(id, "v3");
        var ended = await stage.EndedAsync(id, sync);
        ended.ShouldSatisfyAllConditions(
            view => view.State.ShouldBe("succeeded"), view => view.Result.ShouldBe("pushed"), view => view.Health.ShouldBe("healthy"),
            view => view.Diff.ShouldBe("+ a line\n"), view => view.Files.Single().Path.ShouldBe("a.txt"), view => view.FromTag.ShouldBe("v1"), view => view.ToTag.ShouldBe("v3"));
        var deployment = (await stage.Get<ICampaignQueries>().FindDeploymentAsync(Scope.Of(stage.TenantId), ended.DeploymentId!, default))!;
        (deployment.Kind, deployment.State).ShouldBe(("sync", "succeeded"));
        BuildsNothing.BuiltFrom(stage.Orders.Served, slug).Length.ShouldBe(1);
        (await stage.SiteAsync(id)).ShouldSatisfyAllConditions(
            site => site.BaseTag.ShouldBe("v3"), site => site.Behind.ShouldBe(0), site => site.LocalChanges.ShouldBe(2), site => site.Latest!.Id.ShouldBe(sync));
        (await stage.AuditAsync(id)).ShouldBe(
            ["template.sync_asked", "template.pushed", "campaign.sync_started", "campaign.sync_succeeded", "template.sync_ended"]);
    }

    [Theory]
    [InlineData("IntentStored")]
    [InlineData("EffectDone")]
    [InlineData("ResultStored")]
    public async Task finds_its_push_again_after_a_host_died(string point)
    {
        var (id, slug) = await ReadyAsync();
        var (reached, never) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        stage.At = async (campaign, step, at) =>
        {
            if (campaign == slug && step == "sync" && at.ToString() == point && reached.TrySetResult())
            {
                await never.Task;
                throw new InvalidOperationException("The host died here.");
            }
        };
        var sync = await AskedAsync(id, "v2");
        await reached.Task.WaitAsync(SitesStage.Patience);
        await stage.DropAsync();
        await stage.StartAsync();
        never.SetResult();
        await stage.Grain(id).WakeAsync();
        (await stage.EndedAsync(id, sync)).Result.ShouldBe("pushed");
        sites[slug].Pushes.ShouldBe(1);
        BuildsNothing.BuiltFrom(stage.Orders.Served, slug).Length.ShouldBe(1);
        (await stage.AuditAsync(id)).Count(a => a == "template.pushed").ShouldBe(1);
    }

    [Theory]
    [InlineData("IntentStored")]
    [InlineData("EffectDone")]
    public async Task still_only_closes_a_pull_request_after_a_host_died(string point)
    {
        var (id, slug) = await ReadyAsync();
        sites[slug].Comes = order => ScriptedSite.Proposed(order);
        var sync = await stage.EndedAsync(id, await AskedAsync(id, "v2"));
        var (reached, never) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        sites[slug].Closes = () => sites[slug].Stands = ScriptedSite.Merged;
        stage.At = async (campaign, step, at) =>
        {
            if (campaign == slug && step == "rollback" && at.ToString() == point && reached.TrySetResult())
            {
                await never.Task;
                throw new InvalidOperationException("The host died here.");
            }
        };
        var back = (await stage.Grain(id).RollBackAsync(new RollBackSite(SitesStage.Admin, sync.Id, ClosesOnly: true))).Value!;
        await reached.Task.WaitAsync(SitesStage.Patience);
        await stage.DropAsync();
        await stage.StartAsync();
        never.SetResult();
        await stage.Grain(id).WakeAsync();
        var ended = await stage.EndedAsync(id, back);
        (ended.Result, ended.Reason).ShouldBe(("skipped", "Its pull request was merged; it stays."));
        (await stage.UntilAsync(id, sync.Id, s => s.Health is not null)).Result.ShouldBe("pushed");
        (await stage.SiteAsync(id)).BaseTag.ShouldBe("v2");
        sites[slug].Calls.ShouldNotContain("roll-back");

        // Asked again it is the same; whoever wants more gets it.
        (await stage.Grain(id).RollBackAsync(new RollBackSite(SitesStage.Admin, sync.Id, ClosesOnly: true))).Value.ShouldBe(back);
        var more = await stage.EndedAsync(id, (await stage.Grain(id).RollBackAsync(new RollBackSite(SitesStage.Admin, sync.Id))).Value!);
        (more.Result, (await stage.SiteAsync(id)).BaseTag).ShouldBe(("pushed", "v1"));
    }

    [Fact]
    public async Task is_the_same_for_a_release_that_asks_again_and_one_at_a_time()
    {
        var (id, slug) = await ReadyAsync();
        var release = Ids.New(Ids.Release, TimeProvider.System.GetUtcNow());
        sites[slug].Faults.Enqueue(() => new ProviderException(ProviderFault.Transient, "Busy."));
        // It is still under way when it is asked for again.
        var goes = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.At = (campaign, step, _) => campaign == slug && step == "sync" ? goes.Task : Task.CompletedTask;
        var first = await stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, "v2", [], release));
        (await stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, "v2", [], release))).Value.ShouldBe(first.Value);
        (await stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, "v3", []))).Refusal.ShouldNotBeNull().Code.ShouldBe("template.sync_under_way");
        goes.SetResult();
        (await stage.EndedAsync(id, first.Value!)).Result.ShouldBe("pushed");
        (await stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, "v2", [], release))).Value.ShouldBe(first.Value);
        sites[slug].Pushes.ShouldBe(1);
    }

    [Fact]
    public async Task is_the_same_for_a_person_whose_request_was_cut_short_and_sent_again()
    {
        var (id, slug) = await ReadyAsync();
        sites[slug].Faults.Enqueue(() => new ProviderException(ProviderFault.Transient, "Busy."));
        var asked = new SyncSite(SitesStage.Admin, "v2", [], SyncId: Ids.New(Ids.Sync, TimeProvider.System.GetUtcNow()));
        (await stage.Grain(id).SyncAsync(asked)).Value.ShouldBe(asked.SyncId);
        (await stage.Grain(id).SyncAsync(asked)).Value.ShouldBe(asked.SyncId);
        (await stage.EndedAsync(id, asked.SyncId!)).Result.ShouldBe("pushed");
        (await stage.Grain(id).SyncAsync(asked)).Value.ShouldBe(asked.SyncId);
        sites[slug].Pushes.ShouldBe(1);
    }

    [Fact]
    public async Task waits_for_what_may_pass_and_gives_up_after_a_day()
    {
        var (id, slug) = await ReadyAsync();
        sites[slug].Faults.Enqueue(() => new ProviderException(ProviderFault.Transient, "GitHub is away."));
        sites[slug].Faults.Enqueue(() => new ProviderException(ProviderFault.Unauthorized, "The token is refused."));
        (await stage.EndedAsync(id, await AskedAsync(id, "v2"))).Result.ShouldBe("pushed");
        var (other, slow) = await ReadyAsync();
        sites[slow].Faults.Enqueue(() =>
        {
            stage.Clock.Leap(TimeSpan.FromHours(25));
            return new ProviderException(ProviderFault.Transient, "GitHub is away.");
        });
        var ended = await stage.EndedAsync(other, await AskedAsync(other, "v2"));
        (ended.State, ended.Result).ShouldBe(("failed", null));
        ended.Reason.ShouldBe("Given up after a day. GitHub is away.");
        (await stage.SiteAsync(other)).BaseTag.ShouldBe("v1");
    }

    [Fact]
    public async Task tells_why_a_repository_refuses_and_leaves_the_base()
    {
        var (id, slug) = await ReadyAsync();
        sites[slug].Faults.Enqueue(() => new ProviderException(ProviderFault.Rejected, "The repository is archived."));
        var ended = await stage.EndedAsync(id, await AskedAsync(id, "v2"));
        (ended.State, ended.Result, ended.Reason).ShouldBe(("succeeded", "refused", "The repository is archived."));
        (await stage.SiteAsync(id)).BaseTag.ShouldBe("v1");
    }

    [Fact]
    public async Task tells_of_a_site_that_could_not_be_built()
    {
        var (id, slug) = await ReadyAsync();
        System.IO.Directory.CreateDirectory(stage.Orders.Served);
        await System.IO.File.WriteAllTextAsync(BuildsNothing.BrokenFile(stage.Orders.Served, slug), "");
        var ended = await stage.EndedAsync(id, await AskedAsync(id, "v2"));
        (ended.State, ended.Result, ended.Health).ShouldBe(("succeeded", "pushed", "unhealthy"));
        ended.Reason.ShouldNotBeNull().ShouldContain("The build failed: the template is broken.");
        (await stage.SiteAsync(id)).BaseTag.ShouldBe("v2");

        // What was pushed is put back, and built.
        System.IO.File.Delete(BuildsNothing.BrokenFile(stage.Orders.Served, slug));
        var back = (await stage.Grain(id).RollBackAsync(new RollBackSite(SitesStage.Admin, ended.Id))).Value!;
        (await stage.Grain(id).RollBackAsync(new RollBackSite(SitesStage.Admin, ended.Id))).Value.ShouldBe(back);
        var put = await stage.EndedAsync(id, back);
        (put.Kind, put.Result, put.Health).ShouldBe(("rollback", "pushed", "healthy"));
        (await stage.SiteAsync(id)).BaseTag.ShouldBe("v1");
        (await stage.Grain(id).RollBackAsync(new RollBackSite(SitesStage.Admin, ended.Id))).Value.ShouldBe(back);
    }

    [Fact]
    public async Task says_that_the_new_version_is_served_whose_deployment_was_cut_short_after_that()
    {
        var (id, slug) = await ReadyAsync();
        var (reached, goes) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        stage.At = async (campaign, step, at) =>
        {
            if (campaign == slug && step == "verify-site" && at == SagaPoint.IntentStored && reached.TrySetResult())
            {
                await goes.Task;
                throw new ProviderException(ProviderFault.Transient, "It does not answer.");
            }
        };
        var sync = await AskedAsync(id, "v2");
        await reached.Task.WaitAsync(SitesStage.Patience);
        var deployment = (await stage.UntilAsync(id, sync, view => view.DeploymentId is not null)).DeploymentId!;
        var campaign = stage.Get<Orleans.IGrainFactory>().GetGrain<ICampaignGrain>(GrainKeys.Campaign(stage.TenantId, id));
        (await campaign.CancelDeploymentAsync(new CancelDeployment(SitesStage.Admin, deployment))).Refusal.ShouldBeNull();
        goes.SetResult();
        var ended = await stage.EndedAsync(id, sync);
        (ended.Health, ended.Reason).ShouldBe(("unhealthy", "The new version is served. Its deployment was cancelled before the site was seen to be well."));
        (await stage.ColumnAsync("select content from campaign where campaign_id = $1", Ids.Parse(Ids.Campaign, id))).Single().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task waits_for_another_deployment_of_the_campaign()
    {
        var (id, slug) = await ReadyAsync();
        var (reached, goes) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        stage.At = async (campaign, step, at) =>
        {
            if (campaign == slug && step == "deploy-site" && at == SagaPoint.IntentStored && reached.TrySetResult())
            {
                await goes.Task;
            }
        };
        var campaign = stage.Get<Orleans.IGrainFactory>().GetGrain<ICampaignGrain>(GrainKeys.Campaign(stage.TenantId, id));
        (await campaign.DeployContentAsync(new CampaignCommand(SitesStage.Admin))).Refusal.ShouldBeNull();
        await reached.Task.WaitAsync(SitesStage.Patience);
        var sync = await AskedAsync(id, "v2");
        (await stage.UntilAsync(id, sync, view => view.State == "deploying")).Result.ShouldBe("pushed");
        goes.SetResult();
        (await stage.EndedAsync(id, sync)).Health.ShouldBe("healthy");
    }

    [Fact]
    public async Task shows_what_it_would_do_and_does_nothing()
    {
        var (id, slug) = await ReadyAsync();
        var preview = (await stage.Grain(id).PreviewAsync(new SyncSite(SitesStage.Admin, "v2", []))).Value!;
        var ended = await stage.EndedAsync(id, preview);
        (ended.Kind, ended.Result, ended.Commit is null, ended.DeploymentId).ShouldBe(("preview", "pushed", false, null));
        sites[slug].Calls.ShouldBe(["preview"]);
        (await stage.SiteAsync(id)).ShouldSatisfyAllConditions(
            site => site.BaseTag.ShouldBe("v1"), site => site.LocalChanges.ShouldBe(2), site => site.Latest.ShouldBeNull());
        (await stage.AuditAsync(id)).ShouldBeEmpty();
    }

    private Task<(string Id, string Slug)> ReadyAsync() => stage.CampaignAsync(First);

    private async Task<string> AskedAsync(string id, string version)
    {
        var asked = await stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, version, []));
        asked.Refusal.ShouldBeNull();
        return asked.Value!;
    }

    private static TemplateVersion Version(int number) => new($"v{number}", new string((char)('0' + number), 40));
}

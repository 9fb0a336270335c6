using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Grains.Sync;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>A sync waits for its host, and is not wanted any more: it never pushes, and what it had pushed already is recorded.</summary>
public sealed class Withdrawing_a_sync(SitesStage stage) : IClassFixture<SitesStage>, IAsyncLifetime
{
    private const string Limited = "The requests of this hour are used up.", NoTurn = "The release ended before its turn.";
    private static readonly TemplateVersion First = new("v1", new string('1', 40)), Second = new("v2", new string('2', 40));
    private readonly ScriptedSites sites = new() { Versions = [Second, First] };
    private readonly string release = Ids.New(Ids.Release, TimeProvider.System.GetUtcNow());

    async Task IAsyncLifetime.InitializeAsync()
    {
        stage.At = (_, _, _) => Task.CompletedTask;
        stage.Also = services => services.AddSingleton<ISiteRepositories>(sites);
        await stage.StartAsync();
        await stage.KnowAsync(First, Second);
    }

    Task IAsyncLifetime.DisposeAsync() => stage.DropAsync();

    [Theory]
    [InlineData(true, "The site is pinned to v1.")]
    [InlineData(false, "The site skips v2: the next version carries its changes.")]
    public async Task pushes_nothing_to_a_site_that_people_pin_or_that_skips_the_version_meanwhile(bool pins, string reason)
    {
        var (id, slug, sync) = await WaitingAsync();
        (await stage.Grain(id).SetPolicyAsync(pins ? new SetSyncPolicy(SitesStage.Admin, IsPinned: true) : new SetSyncPolicy(SitesStage.Admin, Skip: "v2"))).Refusal.ShouldBeNull();
        await AnswersAgainAsync(id, slug);
        var ended = await stage.EndedAsync(id, sync);
        (ended.State, ended.Result, ended.Reason).ShouldBe(("succeeded", "skipped", reason));
        sites[slug].Pushes.ShouldBe(0);
    }

    [Fact]
    public async Task pushes_nothing_to_a_campaign_that_closes_soon_by_then()
    {
        await stage.SqlAsync(
            """
            insert into template_release (release_id, version, state, settings, waves, created_at, created_by)
            values ($1, 'v2', 'succeeded', '{"holdHoursBeforeClosing":48}', '[]', now(), 'usr_admin')
            """, Ids.Parse(Ids.Release, release));
        var (id, slug, sync) = await WaitingAsync();
        await stage.SqlAsync(
            "update campaign set state = 'live', opens_at = $2, closes_at = $3 where campaign_id = $1",
            Ids.Parse(Ids.Campaign, id), stage.Clock.GetUtcNow().AddDays(-1), stage.Clock.GetUtcNow().AddHours(40));
        await AnswersAgainAsync(id, slug);
        var ended = await stage.EndedAsync(id, sync);
        (ended.Result, ended.Reason).ShouldBe(("skipped", "The campaign closes within 48 hours."));
        sites[slug].Pushes.ShouldBe(0);
    }

    [Fact]
    public async Task records_what_was_pushed_to_a_site_that_was_pinned_after_the_crash()
    {
        var (id, slug, sync) = await PushedAndCrashedAsync();
        (await stage.Grain(id).SetPolicyAsync(new SetSyncPolicy(SitesStage.Admin, IsPinned: true))).Refusal.ShouldBeNull();
        await stage.Grain(id).WakeAsync();
        (await stage.EndedAsync(id, sync)).Result.ShouldBe("pushed");
        (sites[slug].Pushes, (await stage.SiteAsync(id)).BaseTag).ShouldBe((1, "v2"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task never_pushes_after_its_release_has_ended_and_ends_without_a_wait_of_hours(bool dies)
    {
        var (id, slug, sync) = await WaitingAsync();
        await stage.SqlAsync("update site_sync_run set next_at = $2, version = version + 1 where sync_id = $1", Ids.Parse(Ids.Sync, sync), stage.Clock.GetUtcNow().AddHours(9));
        (await ForgoAsync(id)).Value.ShouldBe(sync);
        if (dies)
        {
            await stage.DropAsync();
            await stage.StartAsync();
            await stage.Grain(id).WakeAsync();
        }

        await LookedAsync(slug);
        await AnswersAgainAsync(id, slug);
        var ended = await stage.EndedAsync(id, sync);
        (ended.State, ended.Result, ended.Reason).ShouldBe(("succeeded", "skipped", NoTurn));
        (await ForgoAsync(id)).Value.ShouldBe(sync);
        (await SyncAsync(id)).Value.ShouldBe(sync);
        sites[slug].Pushes.ShouldBe(0);

        // The site is free for others.
        (await stage.EndedAsync(id, (await stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, "v2", []))).Value!)).Result.ShouldBe("pushed");
    }

    [Fact]
    public async Task is_seen_by_an_attempt_that_has_begun()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        var forgone = 0;
        stage.At = async (campaign, step, point) =>
        {
            if (campaign == slug && step == "sync" && point == SagaPoint.IntentStored && forgone++ == 0)
            {
                (await ForgoAsync(id)).Refusal.ShouldBeNull();
            }
        };
        var ended = await stage.EndedAsync(id, (await SyncAsync(id)).Value!);
        (ended.Result, ended.Reason).ShouldBe(("skipped", NoTurn));
        sites[slug].Pushes.ShouldBe(0);
    }

    [Fact]
    public async Task records_what_was_pushed_just_before_so_that_it_can_be_put_back()
    {
        var (id, slug, sync) = await PushedAndCrashedAsync();
        (await ForgoAsync(id)).Value.ShouldBe(sync);
        (await stage.EndedAsync(id, sync)).Result.ShouldBe("pushed");
        (sites[slug].Pushes, (await stage.SiteAsync(id)).BaseTag).ShouldBe((1, "v2"));
        var back = (await stage.Grain(id).RollBackAsync(new RollBackSite(SitesStage.Admin, sync, release))).Value!;
        (await stage.EndedAsync(id, back)).Result.ShouldBe("pushed");
        (await stage.SiteAsync(id)).BaseTag.ShouldBe("v1");
    }

    [Fact]
    public async Task ends_a_preview_at_once_and_another_may_be_asked_for()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        sites[slug].IsLimited = true;
        var preview = (await stage.Grain(id).PreviewAsync(new SyncSite(SitesStage.Admin, "v2", [], release))).Value!;
        await stage.UntilAsync(id, preview, run => run.Reason == Limited);
        (await ForgoAsync(id, isDry: true)).Value.ShouldBe(preview);
        (await stage.EndedAsync(id, preview)).Result.ShouldBe("skipped");
        sites[slug].IsLimited = false;
        (await stage.EndedAsync(id, (await stage.Grain(id).PreviewAsync(new SyncSite(SitesStage.Admin, "v2", []))).Value!)).Result.ShouldBe("pushed");

        // The release itself may still be started.
        (await stage.EndedAsync(id, (await SyncAsync(id)).Value!)).Result.ShouldBe("pushed");
    }

    /// <summary>A sync of the release that has begun, at a host that answers nothing.</summary>
    private async Task<(string Id, string Slug, string Sync)> WaitingAsync()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        sites[slug].IsLimited = true;
        var sync = (await SyncAsync(id)).Value!;
        await stage.UntilAsync(id, sync, run => run is { State: "running", Reason: Limited });
        return (id, slug, sync);
    }

    /// <summary>One whose host died after the push, before it was written down.</summary>
    private async Task<(string Id, string Slug, string Sync)> PushedAndCrashedAsync()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        var (reached, never) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        stage.At = async (campaign, step, point) =>
        {
            if (campaign == slug && step == "sync" && point == SagaPoint.EffectDone && reached.TrySetResult())
            {
                await never.Task;
                throw new InvalidOperationException("The host died here.");
            }
        };
        var sync = (await SyncAsync(id)).Value!;
        await reached.Task.WaitAsync(SitesStage.Patience);
        await stage.DropAsync();
        await stage.StartAsync();
        never.SetResult();
        return (id, slug, sync);
    }

    /// <summary>An attempt that was judged before might push still, once its host answers: so one that was judged since has looked for what was pushed.</summary>
    private Task LookedAsync(string slug) => Polling.UntilAsync(() => Task.FromResult(sites[slug].Calls.Contains("look")), SitesStage.Patience);

    private async Task AnswersAgainAsync(string id, string slug)
    {
        await DueAsync(id);
        await LookedAsync(slug);
        sites[slug].IsLimited = false;
        await DueAsync(id);
    }

    private Task DueAsync(string id)
    {
        stage.Clock.Leap(TimeSpan.FromMinutes(11));
        return stage.Grain(id).WakeAsync();
    }

    private Task<Result<string>> SyncAsync(string id) => stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, "v2", [], release));

    private Task<Result<string>> ForgoAsync(string id, bool isDry = false) => stage.Grain(id).ForgoAsync(new ForgoSync(SitesStage.Admin, release, isDry));
}

using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Sync;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Storage.Central.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>A release that has ended forgoes the sync of a site: a call for it that was on its way begins nothing, whichever comes first.</summary>
public sealed class Forgoing_a_sync(SitesStage stage) : IClassFixture<SitesStage>, IAsyncLifetime
{
    private const int Races = 30;
    private static readonly TemplateVersion First = new("v1", new string('1', 40)), Second = new("v2", new string('2', 40));
    private readonly ScriptedSites sites = new() { Versions = [Second, First] };
    private readonly string release = Ids.New(Ids.Release, TimeProvider.System.GetUtcNow());

    async Task IAsyncLifetime.InitializeAsync()
    {
        stage.Also = services => services.AddSingleton<ISiteRepositories>(sites);
        await stage.StartAsync();
        await stage.KnowAsync(First, Second);
    }

    Task IAsyncLifetime.DisposeAsync() => stage.DropAsync();

    [Fact]
    public async Task is_found_by_a_call_that_comes_late_at_whichever_host()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        var forgone = (await ForgoAsync(id)).Value.ShouldNotBeNull();
        (await SyncAsync(id)).Value.ShouldBe(forgone);
        await stage.DropAsync();
        await stage.StartAsync();
        (await SyncAsync(id)).Value.ShouldBe(forgone);
        (await ForgoAsync(id)).Value.ShouldBe(forgone);
        var run = (await RunsAsync(id)).ShouldHaveSingleItem();
        (run.State, run.Result, run.Reason, run.EndedAt is null).ShouldBe(("succeeded", "skipped", "The release ended before its turn.", false));
        sites[slug].Calls.ShouldBeEmpty();

        // The site is free for others; and one that has not seen it can't write its own.
        (await stage.EndedAsync(id, (await stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, "v2", []))).Value!)).Result.ShouldBe("pushed");
        (await stage.Get<SiteSyncStore>().AddAsync(Blind(id), null, default)).ShouldBeFalse();
    }

    [Fact]
    public async Task answers_the_sync_that_had_pushed_and_leaves_it()
    {
        var (id, slug) = await stage.CampaignAsync(First);
        var begun = (await SyncAsync(id)).Value.ShouldNotBeNull();
        await stage.UntilAsync(id, begun, run => run.Result == "pushed");
        (await ForgoAsync(id)).Value.ShouldBe(begun);
        (await stage.EndedAsync(id, begun)).Result.ShouldBe("pushed");
        sites[slug].Pushes.ShouldBe(1);
    }

    [Fact]
    public async Task leaves_one_of_both_however_they_race()
    {
        for (var i = 0; i < Races; i++)
        {
            var (id, slug) = await stage.CampaignAsync(First);
            var calls = new[] { i % 2 == 0, i % 2 != 0 }.Select(forgoes => Task.Run(() => forgoes ? ForgoAsync(id) : SyncAsync(id))).ToArray();
            var (forgone, synced) = (await calls[i % 2], await calls[(i + 1) % 2]);
            var run = (await RunsAsync(id)).ShouldHaveSingleItem();
            forgone.Value.ShouldBe(run.Id);
            (synced.Value ?? run.Id, synced.Refusal?.Code ?? "template.sync_under_way").ShouldBe((run.Id, "template.sync_under_way"));
            var ended = await stage.EndedAsync(id, run.Id);
            sites[slug].Pushes.ShouldBe(ended.Result == "skipped" ? 0 : 1);
        }
    }

    private Task<Result<string>> SyncAsync(string id) => stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, "v2", [], release));

    private Task<Result<string>> ForgoAsync(string id) => stage.Grain(id).ForgoAsync(new ForgoSync(SitesStage.Admin, release));

    private async Task<ImmutableArray<SyncView>> RunsAsync(string id) =>
        [.. (await stage.Queries.SyncsAsync(Scope.Of(stage.TenantId), id, 10, null, default)).Items.Where(r => r.ReleaseId == release)];

    /// <summary>What an activation writes that looked before.</summary>
    private SyncRunRow Blind(string id) => new(
        Ids.Parse(Ids.Tenant, stage.TenantId), Guid.CreateVersion7(), Ids.Parse(Ids.Campaign, id), SyncKinds.Sync, new string('a', 16), new SyncWanted("usr_admin"),
        new StoredBase("v1", First.Commit, []), SyncStates.Pending, TimeProvider.System.GetUtcNow(), 0)
    {
        ReleaseId = Ids.Parse(Ids.Release, release), NextAt = TimeProvider.System.GetUtcNow(),
    };
}

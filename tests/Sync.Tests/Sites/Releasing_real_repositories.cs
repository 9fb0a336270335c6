using PrizeDraw.TestKit;
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Grains.Sync;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Storage.Central.Campaigns;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>
/// From the changed template folder through the waves into git repositories, and back. It takes more than a few seconds, since each of the sites is merged and
/// pushed up to four times; <c>PLATFORM_RELEASE_SITES=200</c> takes as many.
/// </summary>
public sealed class Releasing_real_repositories(SitesStage stage) : IClassFixture<SitesStage>, IAsyncLifetime
{
    private const string Page = "page.txt";
    private static readonly int Sites = int.Parse(Environment.GetEnvironmentVariable("PLATFORM_RELEASE_SITES") ?? "15", CultureInfo.InvariantCulture);
    private readonly ConcurrentDictionary<string, bool> changed = [];

    async Task IAsyncLifetime.InitializeAsync()
    {
        Directory.CreateDirectory(stage.Orders.Served);
        stage.Also = services => services.AddSingleton(new ReleaseOptions { FollowEvery = TimeSpan.FromMilliseconds(50) });
        Template("1.0.0", "one\ntwo\nthree\nfour\nfive\n");
        await stage.StartAsync();
    }

    Task IAsyncLifetime.DisposeAsync() => stage.DropAsync();

    [Fact]
    public async Task widens_from_a_canary_and_puts_a_bad_version_back_with_what_people_changed_meanwhile()
    {
        var all = await FleetAsync();
        var canary = new WaveSettings([all[0].Id], null, 0);
        Template("1.1.0", "one\ntwo of 1.1\nthree\nfour\nfive\n");
        var good = await ReleasedAsync("v1.1.0", canary, new([], 30, 0), new([], 100, 0));
        await UntilAsync(good, "succeeded");
        Counts(await SitesAsync(good)).ShouldBe($"conflict_pull_request 1, pushed {Sites - 1}");
        foreach (var (_, slug) in all.Where((_, i) => i != 4))
        {
            (await GitAsync(slug, "show", $"main:{Page}")).ShouldBe($"one\ntwo of 1.1\nthree\nfour\nfive{(IsEdited(slug) ? $" of {slug}" : "")}");
        }

        var before = await TreesAsync(all);
        Template("1.2.0", "one\ntwo of 1.1\nthree of 1.2\nfour\nfive\n");
        foreach (var (_, slug) in all.Skip(Sites * 6 / 10))
        {
            await File.WriteAllTextAsync(BuildsNothing.BrokenFile(stage.Orders.Served, slug), "");
        }

        // People go on with their work between the push and the roll-back.
        stage.At = (slug, step, point) => step == "deploy-site" && point == SagaPoint.IntentStored && changed.TryAdd(slug, true)
            ? CommitAsync(slug, $"own/{slug}.txt", "Made meanwhile.\n") : Task.CompletedTask;
        var bad = await ReleasedAsync("v1.2.0", canary, new([], 30, 0), new([], 100, 0));
        // Or even that far, where nobody looked for a while.
        await UntilAsync(bad, r => r.State is "rolling_back" or "rolled_back");
        await RestartAsync();
        await UntilAsync(bad, "rolled_back");
        var sites = await SitesAsync(bad);
        var failed = sites.Where(s => s.State == "rolled_back").Max(s => s.Wave);
        failed.ShouldBeGreaterThan(1);
        sites.Where(s => s.Wave < failed && s.CampaignId != all[4].Id).ShouldAllBe(s => s.State == "pushed");
        await AsBeforeAsync(all.Where(s => sites.Single(r => r.CampaignId == s.Id).Wave >= failed), before);
        (await stage.SiteAsync(all[0].Id)).BaseTag.ShouldBe("v1.2.0");

        (await Grain(bad).RollBackAsync(new ReleaseCommand(SitesStage.Admin))).Refusal.ShouldBeNull();
        await UntilAsync(bad, r => r.State == "rolled_back" && r.Waves.All(w => !w.Counts.ContainsKey("pushed")));
        await AsBeforeAsync(all, before);
        (await stage.SiteAsync(all[0].Id)).BaseTag.ShouldBe("v1.1.0");
        changed.Count.ShouldBeGreaterThan(2);
    }

    /// <summary>Every third site has changed a line of its own, and one the line that the template is to change.</summary>
    private async Task<ImmutableArray<(string Id, string Slug)>> FleetAsync()
    {
        var made = ImmutableArray.CreateBuilder<(string Id, string Slug)>();
        for (var i = 0; i < Sites; i++)
        {
            var (id, slug) = await stage.CampaignAsync();
            made.Add((id, slug));
            if (i == 4)
            {
                await CommitAsync(slug, Page, "one\ntwo of our own\nthree\nfour\nfive\n");
            }
            else if (IsEdited(slug))
            {
                await CommitAsync(slug, Page, $"one\ntwo\nthree\nfour\nfive of {slug}\n");
            }
        }

        return made.ToImmutable();
    }

    private static bool IsEdited(string slug) => int.Parse(slug[^4..], CultureInfo.InvariantCulture) % 3 == 0;

    private async Task AsBeforeAsync(IEnumerable<(string Id, string Slug)> some, Dictionary<string, string> before)
    {
        foreach (var (_, slug) in some)
        {
            var now = (await GitAsync(slug, "ls-tree", "-r", "main")).Split('\n');
            var own = now.Where(line => line.EndsWith($"own/{slug}.txt", StringComparison.Ordinal)).ToArray();
            own.Length.ShouldBe(changed.ContainsKey(slug) ? 1 : 0, slug);
            string.Join('\n', now.Except(own)).ShouldBe(before[slug], slug);
        }
    }

    private async Task<Dictionary<string, string>> TreesAsync(IEnumerable<(string Id, string Slug)> some)
    {
        var trees = new Dictionary<string, string>();
        foreach (var (_, slug) in some)
        {
            trees[slug] = await GitAsync(slug, "ls-tree", "-r", "main");
        }

        return trees;
    }

    private void Template(string version, string page)
    {
        var folder = stage.Orders.Repositories.TemplateFolder;
        File.WriteAllText(Path.Combine(folder, "template.json"), $$"""{ "version": "{{version}}", "ownedByPlatform": ["content/campaign.json"], "merged": ["**"] }""" + "\n");
        File.WriteAllText(Path.Combine(folder, Page), page);
    }

    private async Task<string> ReleasedAsync(string version, params WaveSettings[] waves)
    {
        var id = Ids.New(Ids.Release, TimeProvider.System.GetUtcNow());

        // A version that was not known is looked for, and found by who asks again.
        var made = await Polling.UntilAsync(
            () => Grain(id).CreateAsync(new CreateRelease(SitesStage.Admin, version, [], [.. waves], new ReleaseSettings([]), false)),
            r => r.Refusal is not { Code: "template.version_unknown" }, SitesStage.Patience);
        made.Refusal.ShouldBeNull();
        return id;
    }

    private async Task RestartAsync()
    {
        await stage.DropAsync();
        await stage.StartAsync();
        foreach (var (tenant, campaign) in await stage.Get<CampaignStore>().UnderWayAsync(default))
        {
            await stage.Get<IGrainFactory>().GetGrain<ICampaignGrain>(GrainKeys.Campaign(Ids.Format(Ids.Tenant, tenant), Ids.Format(Ids.Campaign, campaign))).WakeAsync();
        }
    }

    private Task UntilAsync(string release, string state) => UntilAsync(release, r => r.State == state);

    private async Task UntilAsync(string release, Func<ReleaseView, bool> isSo)
    {
        using var limited = new CancellationTokenSource(TimeSpan.FromMinutes(5) + (TimeSpan.FromSeconds(10) * Sites));
        ReleaseView? seen = null;
        while (!limited.IsCancellationRequested)
        {
            seen = await stage.Queries.FindReleaseAsync(release, default);
            if (seen is not null && isSo(seen))
            {
                return;
            }

            await Grain(release).WakeAsync();
            await Task.Delay(50);
        }

        throw new TimeoutException($"It stands at {seen}: {string.Join("; ", (await SitesAsync(release)).Select(s => $"{s.State} {s.Reason}"))}.");
    }

    private IReleaseGrain Grain(string release) => stage.Get<IGrainFactory>().GetGrain<IReleaseGrain>(GrainKeys.Release(release));

    private async Task<ImmutableArray<ReleaseSiteView>> SitesAsync(string release) => (await stage.Queries.ReleaseSitesAsync(release, null, 200, null, default)).Items;

    private static string Counts(ImmutableArray<ReleaseSiteView> all) =>
        string.Join(", ", all.CountBy(s => s.State).OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value}"));

    private async Task CommitAsync(string slug, string path, string text) => await new LocalRepositoryHost(stage.Orders.Repositories, stage.Clock).CommitAsync(
        new RepositoryRef(slug, Folder(slug), "", ""), new Dictionary<string, string> { [path] = text }, "Go on with our work", default);

    private Task<string> GitAsync(string slug, params string[] arguments) => PlainGit.RunAsync(Folder(slug), arguments);

    private string Folder(string slug) => Path.Combine(stage.Orders.Repositories.RepositoriesFolder, slug + ".git");
}

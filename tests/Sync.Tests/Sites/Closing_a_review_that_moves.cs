using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>
/// A sync whose pull request is open is put back, while people merge it, close it or commit to it: before each single call of the repository, by real git.
/// Whatever its pull request came to, what is told and what stands in the site agree with it.
/// </summary>
public sealed class Closing_a_review_that_moves(SitesStage stage) : IClassFixture<SitesStage>, IAsyncLifetime
{
    private const string Page = "page.txt";

    /// <summary>More calls than closing a pull request takes: the rest come too late, and nothing is done.</summary>
    private const int CallsMax = 16;

    private readonly ConcurrentDictionary<string, Action> armed = new();
    private LocalSyncHost people = null!;
    private Interleaved between = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        people = new LocalSyncHost(stage.Orders.Repositories, stage.Clock);
        (var host, between) = Interleaved.By(new LocalSyncHost(stage.Orders.Repositories, stage.Clock));
        stage.Also = services => services.AddSingleton(host);
        stage.At = (slug, step, point) =>
        {
            if (step == "rollback" && point == SagaPoint.IntentStored && armed.Remove(slug, out var arm))
            {
                arm();
            }

            return Task.CompletedTask;
        };
        Template("1.0.0", "one\ntwo\nthree\n");
        await stage.StartAsync();
    }

    Task IAsyncLifetime.DisposeAsync() => stage.DropAsync();

    [Fact]
    public async Task agrees_with_what_became_of_it_whenever_people_act()
    {
        var cases = new List<Case>();
        foreach (var (act, closesOnly, calls) in new[]
            { ("merge", true, CallsMax), ("merge", false, CallsMax), ("close", false, CallsMax / 2), ("commit", true, CallsMax / 2), ("commit twice", false, 1) })
        {
            for (var call = act == "merge" ? -1 : 0; call < calls; call++)
            {
                var (id, slug) = await stage.CampaignAsync();
                (await stage.Grain(id).SetPolicyAsync(new SetSyncPolicy(SitesStage.Admin, Policy: "pull_request"))).Refusal.ShouldBeNull();
                cases.Add(new Case(id, slug, act, closesOnly, call));
            }
        }

        Template("1.1.0", "one of 1.1\ntwo\nthree\n");
        await KnownAsync(cases[0].Id);
        var seen = new ConcurrentDictionary<Case, string>();
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (one, _) => seen[one] = await CheckAsync(one));
        seen.Count(s => s.Key.ClosesOnly && s.Value == "merged").ShouldBeGreaterThan(3);
        seen.Count(s => !s.Key.ClosesOnly && s.Value == "merged").ShouldBeGreaterThan(3);
        seen.Where(s => s.Key.Call == CallsMax - 1).ShouldAllBe(s => s.Value == "closed", "else not every call had its turn");
    }

    private async Task<string> CheckAsync(Case one)
    {
        var sync = await stage.EndedAsync(one.Id, (await stage.Grain(one.Id).SyncAsync(new SyncSite(SitesStage.Admin, "v1.1.0", []))).Value!);
        sync.Result.ShouldBe("pull_request", one.ToString());
        if (one.Call < 0)
        {
            await ActAsync(one);
        }
        else
        {
            armed[one.Slug] = () => between.Arm(one.Slug, one.Call, () => ActAsync(one));
        }

        var asked = await stage.Grain(one.Id).RollBackAsync(new RollBackSite(SitesStage.Admin, sync.Id, ClosesOnly: one.ClosesOnly));
        var back = await stage.EndedAsync(one.Id, asked.Value.ShouldNotBeNull(one.ToString()));
        between.Disarm(one.Slug);
        var after = await stage.UntilAsync(one.Id, sync.Id, s => s.State is "succeeded" or "failed");
        var (site, request) = (await stage.SiteAsync(one.Id), (await people.GetPullRequestAsync(Repository(one.Slug), 1, default)).ShouldNotBeNull());
        var page = await PlainGit.RunAsync(Folder(one.Slug), "show", $"main:{Page}");
        var told = $"{one}: {back}; {after}";
        site.Review.ShouldBeNull(told);
        var (result, tag, isIn) = (request.State, one.ClosesOnly) switch
        {
            ("merged", true) => ("skipped", "v1.1.0", true),
            ("merged", false) => ("pushed", "v1.0.0", false),
            ("closed", _) => ("up_to_date", "v1.0.0", false),
            _ => throw new InvalidOperationException($"{told}: it is {request.State}."),
        };
        (back.Result, site.BaseTag, page.Contains("of 1.1", StringComparison.Ordinal)).ShouldBe((result, tag, isIn), told);
        back.Reason.ShouldBe(
            request.State == "closed" ? "Its pull request was closed; nothing had been pushed." : one.ClosesOnly ? "Its pull request was merged; it stays." : back.Reason, told);
        (after.Result == "pushed", after.Health).ShouldBe(request.State == "merged" ? (true, "healthy") : (false, null), told);
        return request.State;
    }

    private async Task ActAsync(Case one)
    {
        var (repository, folder) = (Repository(one.Slug), Folder(one.Slug));
        switch (one.Act)
        {
            case "merge" when (await people.GetPullRequestAsync(repository, 1, default))?.State != "open":
                break;
            case "merge" when one.Call % 2 == 0:
                // As with plain git, by who has the branch.
                await PlainGit.RunAsync(folder, "update-ref", "refs/heads/main", "refs/heads/template-sync");
                break;
            case "merge":
                await people.MergePullRequestAsync(repository, 1, (await people.GetPullRequestAsync(repository, 1, default))!.Head, "Merge it", default);
                break;
            case "close":
                await people.ClosePullRequestAsync(repository, 1, null, default);
                break;
            default:
                await CommitAsync(folder);
                break;
        }

        if (one.Act == "commit twice")
        {
            between.Arm(one.Slug, 3, () => CommitAsync(folder));
        }
    }

    /// <summary>Somebody goes on with the branch, where it still is.</summary>
    private static async Task CommitAsync(string folder)
    {
        if (await PlainGit.RunAsync(folder, "for-each-ref", "refs/heads/template-sync") is { Length: > 0 })
        {
            var commit = await PlainGit.RunAsync(
                folder, "-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "commit-tree", "template-sync^{tree}", "-p", "template-sync", "-m", "Go on");
            await PlainGit.RunAsync(folder, "update-ref", "refs/heads/template-sync", commit);
        }
    }

    private async Task KnownAsync(string id)
    {
        (await stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, "v1.1.0", []))).Refusal?.Code.ShouldBe("template.version_unknown");
        await stage.KnowsAsync("v1.1.0");
    }

    private void Template(string version, string page)
    {
        var folder = stage.Orders.Repositories.TemplateFolder;
        File.WriteAllText(Path.Combine(folder, "template.json"), $$"""{ "version": "{{version}}", "ownedByPlatform": ["content/campaign.json"], "merged": ["**"] }""" + "\n");
        File.WriteAllText(Path.Combine(folder, Page), page);
    }

    private RepositoryRef Repository(string slug) => new(slug, Folder(slug), "", "");

    private string Folder(string slug) => Path.Combine(stage.Orders.Repositories.RepositoriesFolder, slug + ".git");

    /// <param name="Call">Before which call of the repository people act; -1 before it is asked to be put back.</param>
    private sealed record Case(string Id, string Slug, string Act, bool ClosesOnly, int Call);
}

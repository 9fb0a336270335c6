using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Sync.Tests.Hosts;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Scenarios;

/// <summary>One story at both places where repositories are: pushed, asked, updated, decided, merged, and nothing more to do.</summary>
public sealed class One_story_at_each_place
{
    [Theory]
    [InlineData("local")]
    [InlineData("github")]
    public async Task From_a_push_to_a_merged_review(string place)
    {
        await using var site = place == "local" ? await RepositoryInTheDataFolder.BeginAsync() : await RepositoryAtGitHub.BeginAsync();
        var sync = new RepositorySync(site.Host, site.Template, site.Area);
        var ct = CancellationToken.None;
        var at = new TemplateBase(site.Repository.TemplateTag, site.Repository.TemplateCommit);
        SyncOrder Order(TemplateBase target, string nonce, int? review = null) => new(site.Repository, at, target, nonce) { PushesClean = true, PullRequest = review };

        var second = new TemplateBase("v1.1.0", await site.ReleaseAsync("1.1.0", new Dictionary<string, string> { ["app/lib/a.ts"] = "a\nb\n" }));
        var pushed = await sync.RunAsync(Order(second, "0000000000000001"), ct);
        (pushed.Kind, pushed.Base).ShouldBe((SyncOutcome.Pushed, second));
        (await site.FilesAsync())["app/lib/a.ts"].Text.ShouldBe("a\nb\n");

        at = second;
        await site.CommitAsync("main", "app/page.tsx", "one\nsite\nthree\n");
        var third = new TemplateBase("v1.2.0", await site.ReleaseAsync("1.2.0", new Dictionary<string, string> { ["app/page.tsx"] = "one\ntemplate\nthree\n" }));
        var asked = await sync.RunAsync(Order(third, "0000000000000002"), ct);
        asked.Kind.ShouldBe(SyncOutcome.Conflict);
        await site.CommitAsync(RepositorySync.Branch, "people.md", "people's\n");

        var fourth = new TemplateBase("v1.3.0", await site.ReleaseAsync("1.3.0", new Dictionary<string, string> { ["app/lib/a.ts"] = "a\nb\nc\n" }));
        var updated = await sync.RunAsync(Order(fourth, "0000000000000003", asked.PullRequest!.Number), ct);
        (updated.Kind, updated.PullRequest!.Number, await site.PullRequestsAsync()).ShouldBe((SyncOutcome.Conflict, asked.PullRequest.Number, 1));

        var review = (await sync.ReviewAsync(site.Repository, updated.PullRequest.Number, ct))!;
        (review.Files[0].Site, review.Files[0].Template).ShouldBe(("one\nsite\nthree\n", "one\ntemplate\nthree\n"));
        var decided = await sync.ResolveAsync(site.Repository, updated.PullRequest.Number, new FileDecision(review.Head, "app/page.tsx", "template", null, "Ada"), ct);
        await site.MergeAsync((await site.Host.GetPullRequestAsync(site.Repository, updated.PullRequest.Number, ct))!, isSquashed: true);

        var followed = await sync.FollowAsync(site.Repository, updated.PullRequest.Number, ct);
        (decided.Result, followed.State, followed.Base!.Tag).ShouldBe((ReviewChange.Done, FollowedReview.Merged, "v1.3.0"));
        followed.Before.ShouldNotBeNull();
        var files = await site.FilesAsync();
        (files["app/page.tsx"].Text, files["app/lib/a.ts"].Text, files["people.md"].Text).ShouldBe(("one\ntemplate\nthree\n", "a\nb\nc\n", "people's\n"));

        at = followed.Base;
        (await sync.RunAsync(Order(fourth, "0000000000000004"), ct)).Kind.ShouldBe(SyncOutcome.UpToDate);
    }
}

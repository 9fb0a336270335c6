using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Hosts;

/// <summary>One site at GitHub from version to version, and what that costs of the account's requests.</summary>
public sealed class A_whole_sync_at_GitHub : IAsyncLifetime
{
    private const string Page = "app/page.tsx";
    private RepositoryAtGitHub _at = null!;
    private TemplateBase _base = null!;

    private RepositorySync Sync => new(_at.Host, _at.Template, _at.Area);

    public async Task InitializeAsync()
    {
        _at = await RepositoryAtGitHub.BeginHereAsync();
        var first = (await _at.Template.VersionsAsync(CancellationToken.None))[0];
        _base = new TemplateBase(first.Tag, first.Commit);
        await _at.CommitAsync("main", "app/own.tsx", "the site's own\n");
    }

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Fact]
    public async Task is_pushed_and_put_back_with_few_requests()
    {
        var target = await ReleaseAsync("1.1.0", "one\ntwo\nthree and more\n");
        var order = new SyncOrder(_at.Repository, _base, target, "00000000000000a1") { PushesClean = true };

        var (reads, writes, pushed) = await CountedAsync(() => Sync.RunAsync(order, CancellationToken.None));

        pushed.Kind.ShouldBe(SyncOutcome.Pushed, pushed.Reason);
        (await _at.FilesAsync())[Page].Text.ShouldBe("one\ntwo\nthree and more\n");
        (await _at.FilesAsync()).Keys.ShouldContain("app/own.tsx");
        writes.ShouldBe(3);
        reads.ShouldBeLessThan(25, "so that 200 sites fit into an hour of 5,000 requests");

        // Once more it finds its own push; another order finds nothing to do.
        (await Sync.RunAsync(order, CancellationToken.None)).Commit.ShouldBe(pushed.Commit);
        (await Sync.RunAsync(order with { Base = target, Nonce = "00000000000000a2" }, CancellationToken.None)).Kind.ShouldBe(SyncOutcome.UpToDate);
        await _at.CommitAsync("main", "app/own.tsx", "changed meanwhile\n");
        var back = await Sync.RollBackAsync(
            new RollBackOrder(_at.Repository, pushed.Commit!, pushed.Before!, _base, order.Nonce, "00000000000000a3"), CancellationToken.None);
        back.Kind.ShouldBe(SyncOutcome.Pushed, back.Reason);
        var files = await _at.FilesAsync();
        (files[Page].Text, files["app/own.tsx"].Text).ShouldBe((SyncedRepository.Files[Page], "changed meanwhile\n"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task is_a_pull_request_where_both_sides_changed_a_line(bool isSquashed)
    {
        await _at.CommitAsync("main", Page, "one\ntwo, by the site\nthree\n");
        var target = await ReleaseAsync("1.1.0", "one\ntwo, by the template\nthree\n");
        var order = new SyncOrder(_at.Repository, _base, target, "00000000000000b1") { PushesClean = true };

        var proposed = await Sync.RunAsync(order, CancellationToken.None);

        proposed.Kind.ShouldBe(SyncOutcome.Conflict, proposed.Reason);
        var review = _at.GitHub.Reviews(RepositoryAtGitHub.Full).ShouldHaveSingleItem();
        review.IsDraft.ShouldBeTrue();
        (await _at.FilesAsync())[Page].Text.ShouldBe("one\ntwo, by the site\nthree\n", "the site is as it was");

        // Somebody decides with their own git, and merges on the page at GitHub.
        var files = await _at.FilesAsync(review.Branch);
        var decided = files.Keys.Where(path => path.StartsWith(".template-sync/", StringComparison.Ordinal)).ToDictionary(path => path, _ => (SiteFile?)null);
        decided[Page] = SiteFile.Of("one\ntwo, by both\nthree\n");
        await _at.CommitAsync(review.Branch, decided);
        (await Sync.FollowAsync(_at.Repository, review.Number, CancellationToken.None)).IsDecided.ShouldBeTrue();
        var merged = _at.GitHub.MergeReview(RepositoryAtGitHub.Full, review.Number, isSquashed);
        await _at.CommitAsync("main", "app/own.tsx", "and on it goes\n");
        var followed = await Sync.FollowAsync(_at.Repository, review.Number, CancellationToken.None);
        (followed.State, followed.Base?.Commit, followed.Commit).ShouldBe(("merged", target.Commit, merged));
        (await Sync.RunAsync(order with { Base = target, Nonce = "00000000000000b2" }, CancellationToken.None)).Kind.ShouldBe(SyncOutcome.UpToDate);
    }

    [Fact]
    public async Task is_found_whole_where_its_commits_were_written_anew()
    {
        var order = new SyncOrder(_at.Repository, _base, await ReleaseAsync("1.1.0", "one\ntwo\nthree and more\n"), "00000000000000f1");
        var proposed = await Sync.RunAsync(order, CancellationToken.None);
        await _at.CommitAsync("template-sync", "people.md", "people's\n");
        var before = (await _at.ReadAsync()).Commit;
        var last = _at.GitHub.RebaseReview(RepositoryAtGitHub.Full, proposed.PullRequest!.Number);

        // It had ended before anybody recorded that there is a pull request.
        var found = await Sync.RunAsync(order, CancellationToken.None);
        var followed = await Sync.FollowAsync(_at.Repository, proposed.PullRequest.Number, CancellationToken.None);

        (found.Kind, found.Commit, found.Before).ShouldBe((SyncOutcome.Pushed, last, before));
        (followed.State, followed.Commit, followed.Before).ShouldBe(("merged", last, before));
    }

    [Fact]
    public async Task says_on_the_page_where_peoples_work_is_when_it_is_closed()
    {
        var order = new SyncOrder(_at.Repository, _base, await ReleaseAsync("1.1.0", "one\ntwo\nthree and more\n"), "00000000000000d1");
        var proposed = await Sync.RunAsync(order, CancellationToken.None);
        var theirs = await _at.CommitAsync("template-sync", "people.md", "people's\n");
        await Sync.CloseReviewAsync(_at.Repository, proposed.PullRequest!.Number, theirs, CancellationToken.None);
        var closed = _at.GitHub.Reviews(RepositoryAtGitHub.Full).ShouldHaveSingleItem();
        (closed.State, closed.Head).ShouldBe(("closed", theirs));
        closed.Body.ShouldStartWith($"What people committed to it is kept on the branch template-sync, which moves to template-sync-kept-{theirs[..10]} when");
        closed.Body.ShouldContain("This brings the site's files");
    }

    [Fact]
    public async Task goes_through_a_pull_request_where_the_branch_wants_reviews()
    {
        _at.GitHub.RequireReviews(RepositoryAtGitHub.Full);
        var target = await ReleaseAsync("1.1.0", "one\ntwo\nthree and more\n");
        var outcome = await Sync.RunAsync(new SyncOrder(_at.Repository, _base, target, "00000000000000c1") { PushesClean = true }, CancellationToken.None);
        (outcome.Kind, outcome.Base).ShouldBe((SyncOutcome.PullRequested, _base));
        outcome.Reason!.ShouldContain("Changes must be made through a pull request");
        _at.GitHub.Archive(RepositoryAtGitHub.Full);
        var refused = await Sync.RunAsync(new SyncOrder(_at.Repository, _base, await ReleaseAsync("1.2.0", "else\n"), "00000000000000c2") { PushesClean = true }, CancellationToken.None);
        (refused.Kind, refused.Reason!.Contains("archived", StringComparison.Ordinal)).ShouldBe((SyncOutcome.Refused, true));
    }

    private async Task<TemplateBase> ReleaseAsync(string version, string page) =>
        new("v" + version, await _at.ReleaseAsync(version, new Dictionary<string, string> { [Page] = page }));

    private async Task<(int Reads, int Writes, T Result)> CountedAsync<T>(Func<Task<T>> act)
    {
        var before = _at.GitHub.Requests.Count;
        var result = await act();
        var made = _at.GitHub.Requests.Skip(before).ToArray();
        return (made.Count(r => r.Method == "GET"), made.Count(r => r.Method != "GET"), result);
    }
}

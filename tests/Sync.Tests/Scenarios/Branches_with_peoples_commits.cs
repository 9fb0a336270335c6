using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Sync.Tests.Hosts;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Scenarios;

/// <summary>A branch of ours goes when its review ends; what people did on it never does.</summary>
public abstract class Branches_with_peoples_commits : IAsyncLifetime
{
    private const string Page = "app/page.tsx", Branch = RepositorySync.Branch;
    private SyncedRepository _at = null!;
    private TemplateBase _base = null!, _target = null!;
    private SyncOutcome _asked = null!;
    private int _orders;

    private RepositorySync Sync => new(_at.Host, _at.Template, _at.Area);

    private int Number => _asked.PullRequest!.Number;

    private protected abstract Task<SyncedRepository> BeginAsync();

    public async Task InitializeAsync()
    {
        _at = await BeginAsync();
        _base = new TemplateBase(_at.Repository.TemplateTag, _at.Repository.TemplateCommit);
        await _at.CommitAsync("main", Page, "one\nsite\nthree\n");
        _target = await ReleaseAsync("1.1.0", Page, "one\ntemplate\nthree\n");
        _asked = await RunAsync(_target);
    }

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Fact]
    public async Task Ours_alone_goes_with_its_review()
    {
        (await CloseAsync()).Result.ShouldBe(ReviewChange.Done);
        (await HeadAsync(Branch)).ShouldBeNull();
    }

    [Fact]
    public async Task Ours_alone_goes_also_after_an_update()
    {
        await _at.CommitAsync("main", "app/own.tsx", "main went on\n");
        await RunAsync(await ReleaseAsync("1.2.0", "app/lib/a.ts", "a\nb\n"), Number);
        (await CloseAsync()).Result.ShouldBe(ReviewChange.Done);
        (await HeadAsync(Branch)).ShouldBeNull();
    }

    [Fact]
    public async Task Is_kept_where_its_review_is_closed()
    {
        var theirs = await _at.CommitAsync(Branch, "people.md", "people's\n");
        (await CloseAsync()).Result.ShouldBe(ReviewChange.Done);
        ((await HeadAsync(Branch))?.Commit, (await _at.Host.GetPullRequestAsync(_at.Repository, Number, CancellationToken.None))!.State).ShouldBe((theirs, "closed"));
    }

    [Fact]
    public async Task Is_kept_where_nothing_is_left_to_propose()
    {
        var theirs = await _at.CommitAsync(Branch, "people.md", "people's\n");
        await _at.CommitAsync("main", new Dictionary<string, SiteFile?> { [Page] = SiteFile.Of("one\ntemplate\nthree\n"), ["template.json"] = SiteFile.Of((await TemplateJsonAsync())!) });

        var outcome = await RunAsync(_target, Number);

        outcome.Kind.ShouldBe(SyncOutcome.UpToDate);
        outcome.Reason.ShouldNotBeNull().ShouldContain(Branch);
        ((await HeadAsync(Branch))?.Commit, (await _at.Host.GetPullRequestAsync(_at.Repository, Number, CancellationToken.None))!.State).ShouldBe((theirs, "closed"));
    }

    [Fact]
    public async Task Is_moved_aside_for_the_next_proposal()
    {
        var theirs = await _at.CommitAsync(Branch, "people.md", "people's\n");
        await _at.Host.ClosePullRequestAsync(_at.Repository, Number, null, CancellationToken.None);

        var next = await NextAsync();

        next.Reason.ShouldNotBeNull().ShouldContain(KeptOf(theirs));
        ((await HeadAsync(KeptOf(theirs)))?.Commit).ShouldBe(theirs);
        (await _at.FilesAsync(Branch)).Keys.ShouldNotContain("people.md");
        next.PullRequest!.Number.ShouldNotBe(Number);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_moved_aside_though_its_commits_say_they_are_ours(bool isAmended)
    {
        var message = (await _at.Host.HistoryAsync(_at.Repository, Branch, CancellationToken.None))[0].Message;
        await _at.CommitAsync(Branch, "people.md", "people's\n");
        if (isAmended)
        {
            await _at.DeleteBranchAsync(Branch);
        }

        var theirs = (await _at.PushAsync(Branch, "more.md", "more\n", message)).ShouldNotBeNull();
        await _at.Host.ClosePullRequestAsync(_at.Repository, Number, null, CancellationToken.None);
        await NextAsync();
        ((await HeadAsync(KeptOf(theirs)))?.Commit).ShouldBe(theirs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Goes_once_its_review_is_merged_unless_people_went_on(bool goOn)
    {
        var theirs = await _at.CommitAsync(Branch, await DecidedAsync());
        await _at.MergeAsync((await _at.Host.GetPullRequestAsync(_at.Repository, Number, CancellationToken.None))!, isSquashed: true);
        (await _at.Host.GetPullRequestAsync(_at.Repository, Number, CancellationToken.None))!.State.ShouldBe("merged");
        theirs = goOn ? await _at.CommitAsync(Branch, "later.md", "later\n") : theirs;

        await NextAsync();

        ((await HeadAsync(KeptOf(theirs)))?.Commit).ShouldBe(goOn ? theirs : null);
        (await _at.FilesAsync(Branch)).Keys.ShouldContain("people.md", "It came with the merge.");
    }

    [Fact]
    public async Task Is_moved_aside_of_a_roll_back_as_well()
    {
        await _at.CommitAsync(RepositorySync.RollbackBranch, "people.md", "people's\n");
        var theirs = (await HeadAsync(RepositorySync.RollbackBranch))!.Commit;
        var (before, pushed) = ((await _at.ReadAsync()).Commit, await _at.PushAsync("main", "app/lib/a.ts", "pushed\n"));
        var order = new RollBackOrder(_at.Repository, pushed!, before, _base, "00000000000000a1", "00000000000000a2") { PushesClean = false };

        var back = await Sync.RollBackAsync(order, CancellationToken.None);

        back.Kind.ShouldBe(SyncOutcome.PullRequested, back.Reason);
        ((await HeadAsync($"{RepositorySync.RollbackBranch}-kept-{theirs[..10]}"))?.Commit).ShouldBe(theirs);
        (await _at.FilesAsync(RepositorySync.RollbackBranch)).Keys.ShouldNotContain("people.md");

        // Ours alone, it goes with its review.
        await Sync.CloseReviewAsync(_at.Repository, back.PullRequest!.Number, back.Commit!, CancellationToken.None);
        (await HeadAsync(RepositorySync.RollbackBranch)).ShouldBeNull();
    }

    // The next version's proposal is on a branch that begins at main.
    private async Task<SyncOutcome> NextAsync()
    {
        var main = (await _at.ReadAsync()).Commit;
        var next = await RunAsync(await ReleaseAsync("1.2.0", "app/lib/a.ts", "a\nb\n"), Number, pushes: false);
        next.Kind.ShouldBeOneOf(SyncOutcome.Conflict, SyncOutcome.PullRequested);
        (await _at.Host.HistoryAsync(_at.Repository, Branch, CancellationToken.None))[0].Parents.ShouldBe([main]);
        return next;
    }

    private async Task<Dictionary<string, SiteFile?>> DecidedAsync()
    {
        var files = (await _at.FilesAsync(Branch)).Keys.Where(p => p.StartsWith(".template-sync/", StringComparison.Ordinal)).ToDictionary(p => p, _ => (SiteFile?)null);
        (files[Page], files["people.md"]) = (SiteFile.Of("one\nboth\nthree\n"), SiteFile.Of("people's\n"));
        return files;
    }

    private async Task<string?> TemplateJsonAsync()
    {
        var read = (await _at.Template.ReadAsync(_target.Commit, _at.Area, CancellationToken.None))!;
        var entry = (await _at.Area.ListAsync(read.Tree, CancellationToken.None)).Single(e => e.Path == "template.json");
        return System.Text.Encoding.UTF8.GetString((await _at.Area.ReadBlobAsync(entry.Id, 1 << 20, CancellationToken.None))!);
    }

    private static string KeptOf(string head) => $"{Branch}-kept-{head[..10]}";

    private Task<Snapshot?> HeadAsync(string branch) => _at.Host.ReadAsync(_at.Repository, branch, _at.Area, CancellationToken.None);

    private async Task<ReviewChange> CloseAsync() => await Sync.CloseReviewAsync(_at.Repository, Number, (await _at.ReadAsync(Branch)).Commit, CancellationToken.None);

    private async Task<TemplateBase> ReleaseAsync(string version, string path, string text) =>
        new("v" + version, await _at.ReleaseAsync(version, new Dictionary<string, string> { [path] = text }));

    private Task<SyncOutcome> RunAsync(TemplateBase target, int? review = null, bool pushes = true) => Sync.RunAsync(
        new SyncOrder(_at.Repository, _base, target, $"{++_orders:x16}") { PushesClean = pushes, PullRequest = review }, CancellationToken.None);
}

public sealed class Branches_with_peoples_commits_in_the_data_folder : Branches_with_peoples_commits
{
    private protected override Task<SyncedRepository> BeginAsync() => RepositoryInTheDataFolder.BeginAsync();
}

public sealed class Branches_with_peoples_commits_at_GitHub : Branches_with_peoples_commits
{
    private protected override Task<SyncedRepository> BeginAsync() => RepositoryAtGitHub.BeginAsync();
}

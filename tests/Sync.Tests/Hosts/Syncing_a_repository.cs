using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Hosts;

/// <summary>What template sync may expect of a repository, wherever it is.</summary>
public abstract class Syncing_a_repository : IAsyncLifetime
{
    private const string Branch = SyncedRepository.Branch, Page = "app/page.tsx";
    private static readonly PullRequestText Text = new("Template v1.1.0", "What changed\n", true);

    private SyncedRepository _at = null!;

    private ISyncHost Host => _at.Host;

    public async Task InitializeAsync() => _at = await BeginAsync();

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Fact]
    public async Task reads_a_branch_with_all_that_is_in_it()
    {
        var commit = await _at.CommitAsync("main", Odd);
        var head = await _at.ReadAsync();
        head.Commit.ShouldBe(commit);
        var entries = await _at.Area.ListAsync(head.Tree, CancellationToken.None);
        entries.Select(e => (e.Path, e.Mode)).ShouldContain(("bin/run.sh", "100755"));
        entries.Select(e => (e.Path, e.Mode)).ShouldContain(("link", "120000"));
        (await _at.Area.ReadBlobAsync(entries.Single(e => e.Path == "logo.png").Id, 100, CancellationToken.None)).ShouldBe(SyncedRepository.Picture);
        (await _at.Area.MissingAsync([.. entries.Select(e => e.Id)], CancellationToken.None)).ShouldBeEmpty();
        (await Host.ReadAsync(_at.Repository, "no-such-branch", _at.Area, CancellationToken.None)).ShouldBeNull();
        (await Host.ReadCommitAsync(_at.Repository, commit, _at.Area, CancellationToken.None)).ShouldBe(head);
        (await Host.ReadCommitAsync(_at.Repository, new string('1', 40), _at.Area, CancellationToken.None)).ShouldBeNull();
        (await Host.DefaultBranchAsync(_at.Repository, CancellationToken.None)).ShouldBe("main");
    }

    [Fact]
    public async Task puts_a_commit_on_a_branch_with_every_kind_of_file()
    {
        await _at.CommitAsync("main", new Dictionary<string, SiteFile?> { ["old/gone.txt"] = SiteFile.Of("gone\n"), ["turns"] = SiteFile.Of("file\n") });
        var head = await _at.ReadAsync();
        var changes = new Dictionary<string, SiteFile?>(Odd)
        {
            ["old/gone.txt"] = null, ["turns"] = null, ["turns/inside.txt"] = SiteFile.Of("folder now\n"), ["marked.txt"] = SiteFile.Of("\uFEFFmarked\r\n"), ["é ü.txt"] = SiteFile.Of("ü"),
        };
        var tree = await _at.ChangedAsync(head, changes);

        var pushed = await Host.PushAsync(_at.Repository, new SyncPush("main", tree, [head.Commit], "Ours\n\nTemplate-Sync: 1"), _at.Area, CancellationToken.None);

        (await _at.ReadAsync()).ShouldBe(new Snapshot(pushed!, tree));
        var files = await _at.FilesAsync();
        files.Keys.ShouldBe([.. SyncedRepository.Files.Keys, "bin/run.sh", "link", "logo.png", "turns/inside.txt", "marked.txt", "é ü.txt"], ignoreOrder: true);
        files["logo.png"].Content.ShouldBe(SyncedRepository.Picture);
        (files["bin/run.sh"].Mode, files["link"].Mode, files["link"].Text).ShouldBe(("100755", "120000", Page));
        files["marked.txt"].Text.ShouldBe("\uFEFFmarked\r\n");
        var newest = (await Host.HistoryAsync(_at.Repository, "main", CancellationToken.None))[0];
        (newest.Commit, newest.Tree, newest.Message).ShouldBe((pushed!, tree, "Ours\n\nTemplate-Sync: 1"));
        newest.Parents.ShouldBe([head.Commit]);
    }

    [Fact]
    public async Task puts_nothing_on_a_branch_that_has_moved()
    {
        var head = await _at.ReadAsync();
        var theirs = await _at.CommitAsync("main", Page, "theirs\n");
        var tree = await _at.ChangedAsync(head, new Dictionary<string, SiteFile?> { [Page] = SiteFile.Of("ours\n") });

        (await Host.PushAsync(_at.Repository, new SyncPush("main", tree, [head.Commit], "Ours"), _at.Area, CancellationToken.None)).ShouldBeNull();

        (await _at.ReadAsync()).Commit.ShouldBe(theirs);
        (await _at.FilesAsync())[Page].Text.ShouldBe("theirs\n");
    }

    [Fact]
    public async Task begins_a_branch_where_it_is_told_to_and_merges_main_into_it()
    {
        var pushed = await _at.PushAsync(Branch, Page, "ours\n");
        await _at.CommitAsync(Branch, "theirs.txt", "on the branch\n");
        await _at.CommitAsync("main", "main.txt", "on main\n");
        var (branch, main) = (await _at.ReadAsync(Branch), await _at.ReadAsync());
        var tree = await _at.ChangedAsync(branch, new Dictionary<string, SiteFile?> { ["main.txt"] = SiteFile.Of("on main\n") });

        var merged = await Host.PushAsync(_at.Repository, new SyncPush(Branch, tree, [branch.Commit, main.Commit], "Both"), _at.Area, CancellationToken.None);

        var history = await Host.HistoryAsync(_at.Repository, Branch, CancellationToken.None);
        history[0].Commit.ShouldBe(merged);
        history[0].Parents.ShouldBe([branch.Commit, main.Commit]);
        history.Select(c => c.Commit).ShouldContain(pushed);
        (await Host.HistoryAsync(_at.Repository, pushed!, CancellationToken.None)).Count().ShouldBeLessThan(history.Length);
        (await Host.HistoryAsync(_at.Repository, "no-such-branch", CancellationToken.None)).ShouldBeEmpty();
        (await _at.FilesAsync(Branch)).Keys.ShouldBe([.. SyncedRepository.Files.Keys, "theirs.txt", "main.txt"], ignoreOrder: true);
    }

    [Fact]
    public async Task has_one_pull_request_however_often_it_is_opened()
    {
        (await FindAsync()).ShouldBeNull();
        await _at.PushAsync(Branch, Page, "ours\n");
        var opened = await OpenAsync();
        var again = await OpenAsync(Text with { Title = "Template v1.2.0" });

        (opened.State, opened.Branch, opened.Head).ShouldBe(("open", Branch, (await _at.ReadAsync(Branch)).Commit));
        again.ShouldBe(opened);
        (await FindAsync()).ShouldBe(opened);
        (await _at.PullRequestsAsync()).ShouldBe(1);
        var theirs = await _at.CommitAsync(Branch, "theirs.txt", "theirs\n");
        (await GetAsync(opened.Number))!.ShouldBe(opened with { Head = theirs });
        (await GetAsync(99)).ShouldBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task sees_that_people_have_merged_it(bool isSquashed)
    {
        await _at.PushAsync(Branch, Page, "ours\n");
        var opened = await OpenAsync(Text with { IsDraft = false });
        await _at.CommitAsync("main", "elsewhere.txt", "meanwhile\n");
        await _at.MergeAsync(opened, isSquashed);
        var merged = (await _at.ReadAsync()).Commit;
        await _at.CommitAsync("main", "later.txt", "and on it goes\n");

        (await GetAsync(opened.Number)).ShouldBe(opened with { State = "merged", MergedAs = merged });
        (await FindAsync())!.State.ShouldBe("merged");

        // The next version is a pull request of its own, and a deleted branch changes nothing about the one that was merged.
        await _at.DeleteBranchAsync(Branch);
        (await GetAsync(opened.Number))!.State.ShouldBe("merged");
        await _at.PushAsync(Branch, Page, "next\n");
        (await OpenAsync()).Number.ShouldBe(opened.Number + 1);
        (await FindAsync())!.State.ShouldBe("open");
    }

    [Fact]
    public async Task merges_a_pull_request_whose_head_it_is_and_no_other()
    {
        await _at.PushAsync(Branch, Page, "ours\n");
        var opened = await OpenAsync(Text with { IsDraft = false });
        await _at.CommitAsync("main", "elsewhere.txt", "meanwhile\n");
        var theirs = await _at.CommitAsync(Branch, "theirs.txt", "theirs\n");
        (await MergeAsync(opened.Number, opened.Head)).ShouldBeNull();
        (await _at.FilesAsync())[Page].Text.ShouldBe("one\ntwo\nthree\n");

        var merged = await MergeAsync(opened.Number, theirs);

        merged.ShouldBe((await _at.ReadAsync()).Commit);
        (await MergeAsync(opened.Number, theirs)).ShouldBe(merged, "it has been merged already");
        (await GetAsync(opened.Number)).ShouldBe(opened with { State = "merged", Head = theirs, MergedAs = merged });
        var history = await Host.HistoryAsync(_at.Repository, "main", CancellationToken.None);
        history.Single(c => c.Commit == merged).Parents.Length.ShouldBe(2);
        history.Single(c => c.Commit == merged).Message.ShouldBe("Take the template\n\nDecided-By: somebody");
        (await _at.FilesAsync()).Keys.ShouldBe([.. SyncedRepository.Files.Keys, "theirs.txt", "elsewhere.txt"], ignoreOrder: true);
    }

    [Fact]
    public async Task merges_nothing_that_does_not_merge_by_itself()
    {
        await _at.PushAsync(Branch, Page, "ours\n");
        var opened = await OpenAsync(Text with { IsDraft = false });
        await _at.CommitAsync("main", Page, "theirs\n");
        (await MergeAsync(opened.Number, opened.Head)).ShouldBeNull();
        (await GetAsync(opened.Number)).ShouldBe(opened);
        (await _at.FilesAsync())[Page].Text.ShouldBe("theirs\n");
    }

    [Fact]
    public async Task closes_a_pull_request_and_deletes_its_branch_unless_it_moved()
    {
        await _at.PushAsync(Branch, Page, "ours\n");
        var opened = await OpenAsync();
        await CloseAsync(opened.Number);
        await CloseAsync(opened.Number);
        (await GetAsync(opened.Number)).ShouldBe(opened with { State = "closed" });
        (await MergeAsync(opened.Number, opened.Head)).ShouldBeNull();

        var theirs = await _at.CommitAsync(Branch, "theirs.txt", "theirs\n");
        await Host.DeleteBranchAsync(_at.Repository, Branch, opened.Head, CancellationToken.None);
        (await _at.ReadAsync(Branch)).Commit.ShouldBe(theirs);
        await Host.DeleteBranchAsync(_at.Repository, Branch, theirs, CancellationToken.None);
        await Host.DeleteBranchAsync(_at.Repository, Branch, theirs, CancellationToken.None);
        (await Host.ReadAsync(_at.Repository, Branch, _at.Area, CancellationToken.None)).ShouldBeNull();

        // Its commits are still there to begin another one at; twice it is the same one.
        (await Host.BeginBranchAsync(_at.Repository, "kept", theirs, CancellationToken.None), await Host.BeginBranchAsync(_at.Repository, "kept", theirs, CancellationToken.None)).ShouldBe((true, true));
        (await Host.BeginBranchAsync(_at.Repository, "kept", opened.Head, CancellationToken.None)).ShouldBeFalse("it stands elsewhere");
        (await _at.ReadAsync("kept")).Commit.ShouldBe(theirs);
    }

    [Fact]
    public async Task takes_a_deleted_branch_for_a_closed_pull_request()
    {
        await _at.PushAsync(Branch, Page, "ours\n");
        var opened = await OpenAsync();
        await _at.DeleteBranchAsync(Branch);
        (await GetAsync(opened.Number)).ShouldBe(opened with { State = "closed" });
    }

    [Fact]
    public async Task has_one_pull_request_though_two_open_it_at_once()
    {
        await _at.PushAsync(Branch, Page, "ours\n");
        var opened = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync()));
        opened.Distinct().ShouldHaveSingleItem();
        (await _at.PullRequestsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task lets_one_of_several_pushes_through()
    {
        var head = await _at.ReadAsync();
        var pushed = await Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
        {
            var tree = await _at.ChangedAsync(head, new Dictionary<string, SiteFile?> { [$"{n}.txt"] = SiteFile.Of($"{n}\n") });
            return await Host.PushAsync(_at.Repository, new SyncPush("main", tree, [head.Commit], $"Push {n}"), _at.Area, CancellationToken.None);
        }));
        pushed.Count(commit => commit is not null).ShouldBe(1);
        (await _at.ReadAsync()).Commit.ShouldBe(pushed.Single(commit => commit is not null));
        (await Host.HistoryAsync(_at.Repository, "main", CancellationToken.None)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task opens_nothing_for_a_branch_that_brings_nothing()
    {
        await _at.PushAsync(Branch, Page, "ours\n");
        var opened = await OpenAsync(Text with { IsDraft = false });
        await _at.MergeAsync(opened, false);
        (await Should.ThrowAsync<ProviderException>(() => OpenAsync())).Fault.ShouldBe(ProviderFault.Rejected);
        (await _at.PullRequestsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task says_that_a_repository_is_gone()
    {
        var gone = _at.Repository with { Name = "gone", Location = _at.Repository.Location + "-gone", Id = _at.Repository.Id is null ? null : "1" };
        var refusal = await Should.ThrowAsync<ProviderException>(() => Host.ReadAsync(gone, "main", _at.Area, CancellationToken.None));
        refusal.Fault.ShouldBe(ProviderFault.Rejected);
    }

    [Fact]
    public async Task knows_the_templates_versions_and_what_lies_between()
    {
        var first = (await _at.Template.VersionsAsync(CancellationToken.None)).Single();
        var second = await _at.ReleaseAsync("1.9.0", new Dictionary<string, string> { [Page] = "second\n" });
        var third = await _at.ReleaseAsync("1.10.0", new Dictionary<string, string> { [Page] = "third\n", ["new.txt"] = "new\n" });

        (await _at.Template.VersionsAsync(CancellationToken.None)).Select(v => (v.Tag, v.Commit)).ShouldBe([("v1.10.0", third), ("v1.9.0", second), ("v1.0.0", first.Commit)]);
        (await _at.Template.ResolveAsync("v1.9.0", CancellationToken.None)).ShouldBe(second);
        (await _at.Template.ResolveAsync(second[..10], CancellationToken.None)).ShouldBe(second);
        (await _at.Template.ResolveAsync("main", CancellationToken.None)).ShouldBeNull("a branch is no version");
        (await _at.Template.ResolveAsync("v9.9.9", CancellationToken.None)).ShouldBeNull();
        var between = (await _at.Template.CommitsAsync(first.Commit, third, CancellationToken.None))!.Value;
        between.Select(c => c.Commit).ShouldBe([third, second]);
        between[1].Parents.ShouldBe([first.Commit]);
        (await _at.Template.CommitsAsync(third, first.Commit, CancellationToken.None)).ShouldBeNull();
        var read = (await _at.Template.ReadAsync(third, _at.Area, CancellationToken.None))!;
        (await _at.Area.ListAsync(read.Tree, CancellationToken.None)).Select(e => e.Path).ShouldContain("new.txt");
        read.Tree.ShouldBe(between[0].Tree);
        (await _at.Template.ReadAsync(new string('1', 40), _at.Area, CancellationToken.None)).ShouldBeNull();
    }

    private protected abstract Task<SyncedRepository> BeginAsync();

    private static Dictionary<string, SiteFile?> Odd => new()
    {
        ["bin/run.sh"] = SiteFile.Of("#!/bin/sh\n", "100755"), ["link"] = SiteFile.Of(Page, "120000"), ["logo.png"] = new SiteFile(SyncedRepository.Picture),
    };

    private Task<PullRequest?> FindAsync() => Host.FindPullRequestAsync(_at.Repository, Branch, CancellationToken.None);

    private Task<PullRequest?> GetAsync(int number) => Host.GetPullRequestAsync(_at.Repository, number, CancellationToken.None);

    private Task<PullRequest> OpenAsync(PullRequestText? text = null) => Host.OpenPullRequestAsync(_at.Repository, Branch, text ?? Text, CancellationToken.None);

    private Task<string?> MergeAsync(int number, string head) =>
        Host.MergePullRequestAsync(_at.Repository, number, head, "Take the template\n\nDecided-By: somebody", CancellationToken.None);

    private Task CloseAsync(int number) => Host.ClosePullRequestAsync(_at.Repository, number, "Why", CancellationToken.None);
}

public sealed class Syncing_a_repository_in_the_data_folder : Syncing_a_repository
{
    private protected override Task<SyncedRepository> BeginAsync() => RepositoryInTheDataFolder.BeginAsync();
}

public sealed class Syncing_a_repository_at_GitHub : Syncing_a_repository
{
    private protected override Task<SyncedRepository> BeginAsync() => RepositoryAtGitHub.BeginAsync();
}

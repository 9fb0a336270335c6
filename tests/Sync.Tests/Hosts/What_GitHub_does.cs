using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Hosts;

/// <summary>Template sync where GitHub is what local repositories are not: far away, forgetful, strict.</summary>
public sealed class What_GitHub_does : IAsyncLifetime
{
    private const string Branch = SyncedRepository.Branch, Page = "app/page.tsx";
    private static readonly PullRequestText Text = new("Template v1.1.0", "What changed\n", true);

    private RepositoryAtGitHub _at = null!;

    public async Task InitializeAsync() => _at = await RepositoryAtGitHub.BeginHereAsync();

    public async Task DisposeAsync() => await _at.DisposeAsync();

    /// <summary>Those that only look alike to a client are left to the tests of calls themselves; PLATFORM_FAULTS=all tries them at every call.</summary>
    public static TheoryData<string> Faults => new(IsThorough ? PassingFaults.All.Keys : ["429 for no seconds", "a reset connection, done", "500, done"]);

    private static bool IsThorough => Environment.GetEnvironmentVariable("PLATFORM_FAULTS") == "all";

    [Fact]
    public async Task files_that_are_known_are_not_fetched_again()
    {
        var template = (await _at.Template.VersionsAsync(CancellationToken.None))[0];
        await _at.Template.ReadAsync(template.Commit, _at.Area, CancellationToken.None);
        var before = Calls("github.readBlob");
        before.ShouldBe(SyncedRepository.Files.Count);
        await _at.CommitAsync("main", Page, "theirs\n");
        await _at.ReadAsync();
        Calls("github.readBlob").ShouldBe(before + 1, "one file is new");
        var trees = Calls("github.readTree");
        await _at.ReadAsync();
        Calls("github.readTree").ShouldBe(trees, "the whole tree is known");
    }

    [Fact]
    public async Task several_sites_use_one_area_at_once()
    {
        await _at.CommitAsync("main", Enumerable.Range(0, 40).ToDictionary(n => $"many/{n}.txt", n => (SiteFile?)SiteFile.Of($"{n}\n")));
        var heads = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            var area = await SyncWorkArea.OpenAsync(_at.Area.Folder, TimeProvider.System, CancellationToken.None);
            return await _at.Host.ReadAsync(_at.Repository, "main", area, CancellationToken.None);
        }));
        heads.Distinct().Count().ShouldBe(1);
        (await _at.Area.ListAsync(heads[0]!.Tree, CancellationToken.None)).Length.ShouldBe(40 + SyncedRepository.Files.Count);
    }

    [Fact]
    public async Task a_push_costs_few_writes()
    {
        var before = _at.GitHub.Requests.Count(r => r.Method != "GET");
        await _at.PushAsync("main", Page, "ours\n");
        (_at.GitHub.Requests.Count(r => r.Method != "GET") - before).ShouldBe(3, "tree with its text, commit, branch");
    }

    [Fact]
    public async Task a_tree_that_is_cut_is_read_folder_by_folder()
    {
        await _at.CommitAsync("main", Enumerable.Range(0, 12).ToDictionary(n => $"deep/{n % 3}/file-{n}.txt", n => (SiteFile?)SiteFile.Of($"{n}\n")));
        _at.GitHub.TreeEntriesMax = 5;
        var head = await _at.ReadAsync();
        (await _at.Area.ListAsync(head.Tree, CancellationToken.None)).Select(e => e.Path).ShouldBe((await _at.FilesAsync()).Keys, ignoreOrder: true);

        _at.GitHub.TreeEntriesMax = 3;
        await _at.OpenAreaAsync("other");
        (await Should.ThrowAsync<ProviderException>(() => _at.ReadAsync())).Fault.ShouldBe(ProviderFault.Rejected, "a folder can't be read whole");
    }

    [Fact]
    public async Task what_comes_damaged_is_not_taken()
    {
        var blob = (await Sent("github.readBlob", () => _at.ReadAsync())).Path.Split('/')[^1];
        await _at.OpenAreaAsync("other");
        _at.GitHub.Faults.On("github.readBlob", Fault.Before(200, System.Text.Json.Nodes.JsonNode.Parse(
            $$"""{ "sha": "{{blob}}", "content": "ZGFtYWdlZA==", "encoding": "base64", "size": 7, "node_id": "x", "url": "https://api.github.com/x" }""")));
        (await Should.ThrowAsync<ProviderException>(() => _at.ReadAsync())).Fault.ShouldBe(ProviderFault.Transient);
        await _at.ReadAsync();
    }

    [Fact]
    public async Task a_tree_that_GitHub_refuses_is_sent_file_by_file()
    {
        _at.GitHub.Faults.On("github.createTree", Fault.Before(422, System.Text.Json.Nodes.JsonNode.Parse("""{ "message": "GitRPC::BadObjectState" }""")));
        (await _at.PushAsync("main", Page, "ours\n")).ShouldNotBeNull();
        (await _at.FilesAsync())[Page].Text.ShouldBe("ours\n");
        (await _at.FilesAsync()).Count.ShouldBe(SyncedRepository.Files.Count);
    }

    [Fact]
    public async Task an_archived_repository_is_only_read()
    {
        await _at.PushAsync(Branch, Page, "ours\n");
        _at.GitHub.Archive(RepositoryAtGitHub.Full);
        await _at.ReadAsync();
        foreach (var write in (Func<Task>[])[() => _at.PushAsync("main", Page, "ours\n"), OpenAsync, () => _at.Host.DeleteBranchAsync(_at.Repository, Branch, "x", CancellationToken.None)])
        {
            var refusal = await Should.ThrowAsync<ProviderException>(write);
            (refusal.Fault, refusal.Message).ShouldBe((ProviderFault.Rejected, "The repository agency/spring is archived at GitHub and can only be read. Take it out of the archive there, then try again."));
        }
    }

    [Fact]
    public async Task a_branch_that_wants_reviews_takes_a_pull_request_alone()
    {
        _at.GitHub.RequireReviews(RepositoryAtGitHub.Full);
        var refusal = await Should.ThrowAsync<ProviderException>(() => _at.PushAsync("main", Page, "ours\n"));
        refusal.Fault.ShouldBe(ProviderFault.Rejected);
        refusal.Message.ShouldContain("takes no push to the branch main of agency/spring");
        refusal.Message.ShouldContain("Changes must be made through a pull request");
        await _at.PushAsync(Branch, Page, "ours\n");
        await OpenAsync();
    }

    [Theory]
    [InlineData(403, "Protected branch update failed for refs/heads/main.")]
    [InlineData(409, "Repository rule violations found")]
    [InlineData(422, "Required status check \"build\" is expected.")]
    [InlineData(422, "At least 1 approving review is required by reviewers with write access.")]
    public async Task a_branch_with_rules_says_so_in_many_words(int status, string words)
    {
        _at.GitHub.Faults.On("github.updateRef", Fault.Before(status, new System.Text.Json.Nodes.JsonObject { ["message"] = words }));
        var refusal = await Should.ThrowAsync<ProviderException>(() => _at.PushAsync("main", Page, "ours\n"));
        (refusal.Fault, refusal.Message.Contains(words.TrimEnd('.'), StringComparison.Ordinal)).ShouldBe((ProviderFault.Rejected, true));
    }

    [Fact]
    public async Task a_merge_that_wants_a_review_says_so()
    {
        await _at.PushAsync(Branch, Page, "ours\n");
        var opened = await _at.Host.OpenPullRequestAsync(_at.Repository, Branch, Text with { IsDraft = false }, CancellationToken.None);
        _at.GitHub.Faults.On("github.mergePull", Fault.Before(405, new System.Text.Json.Nodes.JsonObject { ["message"] = "At least 1 approving review is required by reviewers with write access." }));
        var refusal = await Should.ThrowAsync<ProviderException>(() => _at.Host.MergePullRequestAsync(_at.Repository, 1, opened.Head, "Merge", CancellationToken.None));
        (refusal.Fault, refusal.Message.Contains("approving review", StringComparison.Ordinal)).ShouldBe((ProviderFault.Rejected, true));
    }

    [Fact]
    public async Task a_credential_that_may_not_change_workflows_is_told_from_a_rule()
    {
        _at.GitHub.Faults.On("github.updateRef", Fault.Before(422, new System.Text.Json.Nodes.JsonObject
        {
            ["message"] = "refusing to allow a GitHub App to create or update workflow `.github/workflows/a.yml` without `workflows` permission",
        }));
        (await Should.ThrowAsync<ProviderException>(() => _at.PushAsync("main", Page, "ours\n"))).Fault.ShouldBe(ProviderFault.Unauthorized);
    }

    [Fact]
    public async Task a_pull_request_is_a_draft_where_the_plan_has_drafts()
    {
        await _at.PushAsync(Branch, Page, "ours\n");
        var opened = await OpenAsync();
        _at.GitHub.Reviews(RepositoryAtGitHub.Full).Single().IsDraft.ShouldBeTrue();
        opened.Url.ShouldBe("https://github.com/agency/spring/pull/1");
        var refusal = await Should.ThrowAsync<ProviderException>(() => _at.Host.MergePullRequestAsync(_at.Repository, 1, opened.Head, "Merge", CancellationToken.None));
        (refusal.Fault, refusal.Message.Contains("Ready for review", StringComparison.Ordinal)).ShouldBe((ProviderFault.Rejected, true));
        _at.GitHub.CloseReview(RepositoryAtGitHub.Full, 1);
        _at.GitHub.HasDrafts = false;
        (await OpenAsync()).Number.ShouldBe(2);
        _at.GitHub.Reviews(RepositoryAtGitHub.Full)[1].IsDraft.ShouldBeFalse();
    }

    [Fact]
    public async Task a_repository_is_found_under_its_new_name_and_never_another_ones_under_the_old()
    {
        _at.GitHub.Rename(RepositoryAtGitHub.Full, "renamed");
        await _at.PushAsync("main", Page, "ours\n");
        _at.GitHub.File("agency/renamed", Page)!.Content.ShouldBe("ours\n"u8.ToArray());
        _at.GitHub.AddRepository("agency", SyncedRepository.Name, new Dictionary<string, string> { ["theirs.txt"] = "theirs\n" });
        await _at.PushAsync("main", Page, "ours again\n");
        _at.GitHub.Files(RepositoryAtGitHub.Full)!.Keys.ShouldBe(["theirs.txt"]);
        _at.GitHub.Delete("agency/renamed");
        (await Should.ThrowAsync<ProviderException>(() => _at.PushAsync("main", Page, "ours\n"))).Fault.ShouldBe(ProviderFault.Rejected);
    }

    [Fact]
    public async Task a_version_that_nobody_tagged_is_known_all_the_same()
    {
        var forgotten = _at.GitHub.Push(RepositoryAtGitHub.TemplateName, new Dictionary<string, string> { [Page] = "new\n" });
        var versions = await _at.Template.VersionsAsync(CancellationToken.None);
        versions.Select(v => v.Tag).ShouldBe([$"v1.0.0+{forgotten[..7]}", "v1.0.0"]);
        (await _at.Template.ResolveAsync(versions[0].Tag, CancellationToken.None)).ShouldBe(forgotten);
        var raised = _at.GitHub.Push(RepositoryAtGitHub.TemplateName, new Dictionary<string, string> { ["template.json"] = """{ "version": "1.1.0" }""" });
        (await _at.Template.VersionsAsync(CancellationToken.None))[0].ShouldBe(new("v1.1.0", raised));
        (await _at.Template.ResolveAsync("v1.1.0", CancellationToken.None)).ShouldBe(raised);
        _at.Template.Source.ShouldBe("github:agency/site-template");
    }

    /// <summary>A push, a pull request and a merge, with one fault at each call in turn: done once, whatever was answered.</summary>
    [Theory]
    [MemberData(nameof(Faults))]
    public async Task whatever_goes_wrong_once_is_done_once(string name)
    {
        var before = _at.GitHub.Requests.Count;
        await RoundAsync(0, "");
        var calls = _at.GitHub.Requests.Skip(before).Select(r => r.Operation!).CountBy(o => o).SelectMany(o => Enumerable.Range(1, IsThorough ? o.Value : 1).Select(n => (o.Key, n))).ToArray();
        var round = 0;
        foreach (var (operation, occurrence) in calls)
        {
            _at.GitHub.Faults.On(operation, occurrence, PassingFaults.All[name]);
            await RoundAsync(++round, $"{name} at {operation} {occurrence}");
            _at.GitHub.Faults.Clear();
        }

        _at.GitHub.Faults.Hits.Count.ShouldBe(calls.Length);
    }

    private async Task RoundAsync(int round, string when)
    {
        await _at.OpenAreaAsync($"area-{round}");
        var marker = $"Template-Sync: {round}";
        await AgainAsync(async () =>
        {
            // As a sync does: it looks for its own commit before it pushes.
            var history = await _at.Host.HistoryAsync(_at.Repository, Branch, CancellationToken.None);
            return history.FirstOrDefault(c => c.Message.Contains(marker, StringComparison.Ordinal))?.Commit ?? await _at.PushAsync(Branch, Page, $"round {round}\n", "Ours\n\n" + marker);
        });
        var opened = await AgainAsync<PullRequest>(async () => await _at.Host.OpenPullRequestAsync(_at.Repository, Branch, Text with { IsDraft = false }, CancellationToken.None));
        (await AgainAsync(async () => await _at.Host.BeginBranchAsync(_at.Repository, $"kept-{round}", opened!.Head, CancellationToken.None) ? when : null)).ShouldNotBeNull(when);
        var merged = await AgainAsync(() => _at.Host.MergePullRequestAsync(_at.Repository, opened!.Number, opened.Head, "Merge", CancellationToken.None));

        await AgainAsync(async () =>
        {
            await _at.Host.DeleteBranchAsync(_at.Repository, Branch, opened!.Head, CancellationToken.None);
            return when;
        });
        _at.GitHub.Reviews(RepositoryAtGitHub.Full).Count.ShouldBe(round + 1, when);
        var history = _at.GitHub.Files(RepositoryAtGitHub.Full)!;
        history[Page].ShouldBe($"round {round}\n", when);
        var main = await _at.Host.HistoryAsync(_at.Repository, "main", CancellationToken.None);
        main[0].Commit.ShouldBe(merged, when);
        main.Count(c => c.Message.EndsWith(marker, StringComparison.Ordinal)).ShouldBe(1, when);
    }

    // As the saga does with what may work later.
    private static async Task<T?> AgainAsync<T>(Func<Task<T?>> step)
        where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await step();
            }
            catch (ProviderException error) when (error.Fault == ProviderFault.Transient && attempt < 5)
            {
            }
        }
    }

    private int Calls(string operation) => _at.GitHub.Requests.Count(r => r.Operation == operation);

    private async Task<SeenRequest> Sent(string operation, Func<Task> act)
    {
        await act();
        return _at.GitHub.Requests.Last(r => r.Operation == operation);
    }

    private Task<PullRequest> OpenAsync() => _at.Host.OpenPullRequestAsync(_at.Repository, Branch, Text, CancellationToken.None);
}

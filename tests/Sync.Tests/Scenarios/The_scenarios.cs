using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Scenarios;

/// <summary>The scenarios by their numbers, on real repositories: tree, pull request and recorded base. The rest of each is in Merging_trees.</summary>
public sealed class The_scenarios : SyncScene
{
    private static readonly string SiteTop = Lines.Replace("line 2\n", "the site's 2\n", StringComparison.Ordinal);

    [Fact]
    public async Task S01_different_places_are_pushed_and_the_base_advances()
    {
        await CommitAsync("main", ("a.ts", SiteTop));
        var before = await HeadAsync();
        var next = await ReleaseAsync("1.1.0", ("a.ts", Lines + "line 21\n"));

        var preview = await Sync().PreviewAsync(Order(next), CancellationToken.None);
        (await HeadAsync()).ShouldBe(before, "A preview pushes nothing.");
        var outcome = await RunAsync(next);

        (outcome.Kind, outcome.Commit, outcome.Before, outcome.Base).ShouldBe((SyncOutcome.Pushed, await HeadAsync(), before, next));
        (preview.Kind, preview.Diff).ShouldBe((SyncOutcome.Pushed, outcome.Diff));
        outcome.Diff.ShouldContain("+line 21");
        outcome.LocalChanges.ShouldBe(1);
        (await FileAsync("a.ts")).ShouldBe(SiteTop + "line 21\n");
        (await MessageAsync()).ShouldContain($"Template-Version: v1.1.0\nTemplate-Commit: {next.Commit}");
        (await PullRequestsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task S02_the_same_lines_wait_in_a_pull_request_and_the_base_until_it_is_merged()
    {
        await CommitAsync("main", ("a.ts", SiteTop));
        var (first, main) = (Base, await HeadAsync());
        var next = await ReleaseAsync("1.1.0", ("a.ts", Lines.Replace("line 2\n", "the template's 2\n")));

        var outcome = await RunAsync(next);

        (outcome.Kind, outcome.Base, await HeadAsync()).ShouldBe((SyncOutcome.Conflict, first, main));
        (await FileAsync("a.ts", "template-sync"))!.ShouldContain("<<<<<<< site\nthe site's 2\n||||||| base\nline 2\n=======\nthe template's 2\n>>>>>>> template\n");
        (await Sync().FollowAsync(Site, Review!.Value, CancellationToken.None)).State.ShouldBe("open");

        await CommitAsync("template-sync", ("a.ts", SiteTop), (".template-sync/README.md", null), (".template-sync/conflicts.json", null));
        var merged = await Sync().MergeReviewAsync(Site, Review.Value, await HeadAsync("template-sync"), "Ada", CancellationToken.None);
        var followed = await Sync().FollowAsync(Site, Review.Value, CancellationToken.None);

        (merged.Result, followed.State, followed.Commit, followed.Before).ShouldBe(("done", "merged", await HeadAsync(), main));
        (followed.Base!.Tag, followed.Base.Commit).ShouldBe((next.Tag, next.Commit));
        (await Host.ReadAsync(Site, "template-sync", Area, CancellationToken.None)).ShouldBeNull();
        (await FileAsync("a.ts")).ShouldBe(SiteTop);
    }

    [Fact]
    public async Task S03_to_S08_one_version_with_everything_comes_to_the_expected_tree()
    {
        await ReleaseAsync("1.0.1", ("old.ts", Lines + "old\n"), ("gone.ts", "1\n2\n3\n"), ("unused.ts", "unused\n"), ("pic.png", "\0base"), ("crlf.css", Lines));
        await RunAsync(await ReleaseAsync("1.0.2"));
        await CommitAsync(
            "main", ("old.ts", SiteTop + "old\n"), ("gone.ts", null), ("both.ts", "site\n"), ("pic.png", "\0site"), ("crlf.css", Lines.Replace("\n", "\r\n")));
        var next = await ReleaseAsync(
            "1.1.0", ("old.ts", null), ("new/name.ts", Lines + "old\nmore\n"), ("gone.ts", "1\n2\nthree\n"), ("unused.ts", null), ("both.ts", "template\n"), ("pic.png", "\0template"),
            ("crlf.css", Lines + "a line\n"));

        var outcome = await RunAsync(next);
        var files = await FilesAsync("template-sync");

        outcome.Kind.ShouldBe(SyncOutcome.Conflict);
        files["new/name.ts"].ShouldBe(SiteTop + "old\nmore\n");
        files.Keys.Intersect(["old.ts", "gone.ts", "unused.ts"]).ShouldBeEmpty();
        (files["both.ts"], files[".template-sync/both.ts"], files["pic.png"]).ShouldBe(("site\n", "template\n", "\0site"));
        files["crlf.css"].ShouldBe((Lines + "a line\n").Replace("\n", "\r\n"));
        outcome.Files.Where(f => f.Verdict == "kept").Select(f => f.Path).ShouldBe(["gone.ts", "pic.png"]);
        outcome.Files.Where(f => f.Verdict == "conflict").Select(f => f.Path).ShouldBe(["both.ts"]);
    }

    [Fact]
    public async Task S09_twice_is_no_diff_no_commit_and_no_pull_request()
    {
        await CommitAsync("main", ("a.ts", SiteTop), ("package.json", "{\n  \"a\": 1,\n  \"b\": 1,\n  \"own\": true\n}\n"));
        var next = await ReleaseAsync("1.1.0", ("a.ts", Lines + "line 21\n"), ("package.json", "{\n  \"a\": 2,\n  \"b\": 1\n}\n"));
        await RunAsync(next);
        var head = await HeadAsync();

        var again = await RunAsync(next);

        (again.Kind, again.Diff, again.Files.Length, await HeadAsync(), await PullRequestsAsync()).ShouldBe((SyncOutcome.UpToDate, "", 0, head, 0));
    }

    [Fact]
    public async Task S11_parsed_files_hold_no_markers_in_a_pull_request()
    {
        await CommitAsync("main", ("package.json", "{\n  \"a\": 5,\n  \"b\": 1\n}\n"), (".github/workflows/ci.yml", "on: site\n"));
        var next = await ReleaseAsync("1.1.0", ("package.json", "{\n  \"a\": 2,\n  \"b\": 2\n}\n"), (".github/workflows/ci.yml", "on: template\n"));

        (await RunAsync(next)).Kind.ShouldBe(SyncOutcome.Conflict);

        var files = await FilesAsync("template-sync");
        files["package.json"].ShouldBe("{\n  \"a\": 5,\n  \"b\": 2\n}\n");
        files[".github/workflows/ci.yml"].ShouldBe("on: site\n");
        files.Where(f => !f.Key.StartsWith(".template-sync/", StringComparison.Ordinal)).ShouldAllBe(f => !f.Value.Contains("<<<<<<<"));
    }

    [Fact]
    public async Task S12_protected_paths_and_the_campaigns_content_stay_the_sites()
    {
        await CommitAsync("main", ("public/logo.svg", "mine"), ("content/campaign.json", "{\"slug\": \"spring\"}\n"));
        var next = await ReleaseAsync("1.1.0", ("public/logo.svg", "theirs"), ("content/campaign.json", "{\"new\": 1}\n"), ("b.ts", Lines));

        var outcome = await RunAsync(next);

        outcome.Kind.ShouldBe(SyncOutcome.Pushed);
        (await FileAsync("public/logo.svg"), await FileAsync("content/campaign.json"), await FileAsync("b.ts")).ShouldBe(("mine", "{\"slug\": \"spring\"}\n", Lines));
        outcome.Files.Single(f => f.Verdict == "kept").Path.ShouldBe("public/logo.svg");
    }

    [Fact]
    public async Task S14_a_push_before_a_crash_is_found_again()
    {
        await CommitAsync("main", ("a.ts", SiteTop));
        var before = await HeadAsync();
        var order = Order(await ReleaseAsync("1.1.0", ("b.ts", Lines)));
        var first = await Sync().RunAsync(order, CancellationToken.None);
        var pushed = await HeadAsync();
        await CommitAsync("main", ("c.ts", "since\n"));
        var head = await HeadAsync();

        var second = await Sync().RunAsync(order, CancellationToken.None);

        (second.Kind, second.Commit, second.Before, second.Base.Tag).ShouldBe((SyncOutcome.Pushed, pushed, before, "v1.1.0"));
        second.Files.ShouldBe(first.Files);
        second.Diff.ShouldBe(first.Diff);
        (await HeadAsync()).ShouldBe(head);
    }

    [Fact]
    public async Task S14_a_pull_request_before_a_crash_is_found_again()
    {
        await CommitAsync("main", ("a.ts", SiteTop));
        var order = Order(await ReleaseAsync("1.1.0", ("a.ts", Lines.Replace("line 2\n", "x\n"))));
        var first = await Sync().RunAsync(order, CancellationToken.None);
        var second = await Sync().RunAsync(order, CancellationToken.None);
        (second.Kind, second.PullRequest!.Number, second.Commit).ShouldBe((SyncOutcome.Conflict, first.PullRequest!.Number, first.Commit));
        (await PullRequestsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_site_that_pushes_nothing_gets_a_pull_request_and_one_that_closes_it_is_not_asked_again()
    {
        var next = await ReleaseAsync("1.1.0", ("b.ts", Lines));
        var outcome = await RunAsync(next, pushes: false);
        (outcome.Kind, outcome.PullRequest!.State).ShouldBe((SyncOutcome.PullRequested, "open"));

        (await Sync().CloseReviewAsync(Site, Review!.Value, outcome.Commit!, CancellationToken.None)).Result.ShouldBe("done");
        (await Sync().FollowAsync(Site, Review.Value, CancellationToken.None)).State.ShouldBe("closed");
        (await Sync().RunAsync(Order(next), CancellationToken.None)).Kind.ShouldBe(SyncOutcome.Refused);

        // The next version carries its changes.
        var later = await RunAsync(await ReleaseAsync("1.2.0", ("c.ts", "c\n")), pushes: false);
        (later.Kind, later.PullRequest!.Number).ShouldBe((SyncOutcome.PullRequested, 2));
        (await FileAsync("b.ts", "template-sync")).ShouldBe(Lines);
    }

    [Fact]
    public async Task A_refused_version_is_passed_by_for_good_and_a_skipped_one_comes_with_the_next()
    {
        var unwanted = await ReleaseAsync("1.1.0", ("b.ts", Lines));
        Base = unwanted;
        var next = await ReleaseAsync("1.2.0", ("c.ts", "c\n"));
        await RunAsync(next);
        (await FileAsync("b.ts"), await FileAsync("c.ts")).ShouldBe((Lines + "b\n", "c\n"));

        await ReleaseAsync("1.3.0", ("d.ts", "d\n"));
        await RunAsync(await ReleaseAsync("1.4.0", ("e.ts", "e\n")));
        (await FileAsync("d.ts"), await FileAsync("e.ts")).ShouldBe(("d\n", "e\n"));
    }

    [Fact]
    public async Task Migrations_are_recorded_and_run_once()
    {
        const string move = """{"id": "m1", "version": "1.1.0", "move": {"from": "a.ts", "to": "lib/a.ts"}}""";
        await CommitAsync("main", ("a.ts", SiteTop));
        var outcome = await RunAsync(await ReleaseAsync("1.1.0", ("template.json", Manifest("1.1.0", move)), ("a.ts", null), ("lib/a.ts", "written anew\n" + Lines)));
        outcome.Migrations.ShouldBe(["m1"]);
        (await FileAsync("lib/a.ts")).ShouldBe("written anew\n" + SiteTop);

        await CommitAsync("main", ("a.ts", "the site's new one\n"));
        (await RunAsync(await ReleaseAsync("1.2.0", ("template.json", Manifest("1.2.0", move)), ("c.ts", "c\n")))).Kind.ShouldBe(SyncOutcome.Pushed);
        (await FileAsync("a.ts")).ShouldBe("the site's new one\n");
    }

    [Fact]
    public async Task A_proposal_with_a_migration_goes_with_its_branch_when_it_is_closed()
    {
        const string move = """{"id": "m1", "version": "1.1.0", "move": {"from": "a.ts", "to": "lib/a.ts"}}""";
        await CommitAsync("main", ("a.ts", SiteTop));
        var next = await ReleaseAsync("1.1.0", ("template.json", Manifest("1.1.0", move)), ("a.ts", null), ("lib/a.ts", "written anew\n" + Lines));
        var outcome = await RunAsync(next, pushes: false);
        await Sync().CloseReviewAsync(Site, Review!.Value, outcome.Commit!, CancellationToken.None);
        (await Host.ReadAsync(Site, "template-sync", Area, CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_template_that_makes_no_sense_is_refused_with_its_field()
    {
        var outcome = await RunAsync(await ReleaseAsync("1.1.0", ("template.json", """{"version": "1.1.0", "merged": 3}""")));
        outcome.Kind.ShouldBe(SyncOutcome.Refused);
        outcome.Reason.ShouldNotBeNull().ShouldContain("merged");
    }
}

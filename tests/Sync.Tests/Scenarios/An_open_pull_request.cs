using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Scenarios;

/// <summary>Scenario 10, and the review page.</summary>
public sealed class An_open_pull_request : SyncScene
{
    private static readonly string SiteTop = Lines.Replace("line 2\n", "the site's 2\n", StringComparison.Ordinal);
    private static readonly string TemplateTop = Lines.Replace("line 2\n", "the template's 2\n", StringComparison.Ordinal);
    private const string Manual = "package.json";

    private SyncOutcome _first = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CommitAsync("main", ("a.ts", SiteTop), (Manual, "{\n  \"a\": 5,\n  \"b\": 1\n}\n"));
        _first = await RunAsync(await ReleaseAsync("1.1.0", ("a.ts", TemplateTop), (Manual, "{\n  \"a\": 2,\n  \"b\": 1\n}\n")));
    }

    [Fact]
    public async Task S10_is_updated_by_a_newer_version_with_peoples_commits_and_decisions_kept()
    {
        var decided = Lines.Replace("line 2\n", "decided 2\n", StringComparison.Ordinal);
        await CommitAsync("template-sync", ("a.ts", decided), (".template-sync/" + Manual, null), ("notes.md", "people's\n"));
        var theirs = await HeadAsync("template-sync");
        await CommitAsync("main", ("other.ts", "main went on\n"));

        var second = await RunAsync(await ReleaseAsync("1.2.0", ("b.ts", Lines + "b2\n")));
        // What people did is still there after a third version: it must not be taken for ours that went.
        var third = await RunAsync(await ReleaseAsync("1.3.0", ("c.ts", "c\n")));

        (second.PullRequest!.Number, third.PullRequest!.Number, await PullRequestsAsync()).ShouldBe((_first.PullRequest!.Number, _first.PullRequest.Number, 1));
        var files = await FilesAsync("template-sync");
        (files["a.ts"], files["notes.md"], files["b.ts"], files["c.ts"], files["other.ts"]).ShouldBe((decided, "people's\n", Lines + "b2\n", "c\n", "main went on\n"));
        files[Manual].ShouldContain("\"a\": 5");
        files.Keys.ShouldNotContain(".template-sync/" + Manual);
        (await PlainGit.RunAsync(Site.Location, "merge-base", "--is-ancestor", theirs, "template-sync")).ShouldBeEmpty();
        third.Kind.ShouldBe(SyncOutcome.PullRequested, "All was decided.");
    }

    [Fact]
    public async Task S10_asks_again_where_the_template_changed_what_was_decided()
    {
        await CommitAsync("template-sync", ("a.ts", Lines.Replace("line 2\n", "decided 2\n")), (".template-sync/README.md", null), (".template-sync/conflicts.json", null),
            (".template-sync/" + Manual, null));

        var second = await RunAsync(await ReleaseAsync("1.2.0", ("a.ts", Lines.Replace("line 2\n", "another 2\n"))));

        second.Kind.ShouldBe(SyncOutcome.Conflict);
        (await FileAsync("a.ts", "template-sync"))!.ShouldContain("decided 2\n");
        (await FileAsync(".template-sync/a.ts", "template-sync"))!.ShouldContain("another 2\n");
        (await FileAsync(".template-sync/" + Manual, "template-sync")).ShouldBeNull("It was decided, and nothing about it is new.");
    }

    [Fact]
    public async Task S10_keeps_asking_what_nobody_answers_with_the_newest_text()
    {
        await CommitAsync("template-sync", ("a.ts", Lines.Replace("line 2\n", "decided 2\n")), (".template-sync/README.md", null), (".template-sync/conflicts.json", null),
            (".template-sync/" + Manual, null));
        await RunAsync(await ReleaseAsync("1.2.0", ("a.ts", Lines.Replace("line 2\n", "another 2\n"))));

        (await RunAsync(await ReleaseAsync("1.3.0", ("c.ts", "c\n")))).Kind.ShouldBe(SyncOutcome.Conflict, "A version that leaves the file alone answers nothing.");
        (await FileAsync(".template-sync/a.ts", "template-sync"))!.ShouldContain("another 2\n");
        (await RunAsync(await ReleaseAsync("1.4.0", ("a.ts", Lines.Replace("line 2\n", "newest 2\n"))))).Kind.ShouldBe(SyncOutcome.Conflict);
        (await FileAsync(".template-sync/a.ts", "template-sync")).ShouldBe(Lines.Replace("line 2\n", "newest 2\n"));
        (await FileAsync("a.ts", "template-sync"))!.ShouldContain("decided 2\n");

        await CommitAsync("template-sync", (".template-sync/a.ts", null), (".template-sync/README.md", null), (".template-sync/conflicts.json", null));
        (await RunAsync(await ReleaseAsync("1.5.0", ("c.ts", "more\n")))).Kind.ShouldBe(SyncOutcome.PullRequested, "It was answered.");
    }

    [Fact]
    public async Task S10_shows_a_newer_text_of_what_is_decided_in_part()
    {
        var (ends, asked) = (TemplateTop.Replace("line 19\n", "the template's 19\n"), SiteTop.Replace("line 19\n", "the site's 19\n"));
        await CommitAsync("main", ("a.ts", asked));
        await RunAsync(await ReleaseAsync("1.2.0", ("a.ts", ends)));
        var both = (await FileAsync("a.ts", "template-sync"))!;
        var half = both[..both.IndexOf("<<<<<<<", StringComparison.Ordinal)] + "decided 2\n" + both[both.IndexOf("line 3\n", StringComparison.Ordinal)..];
        await CommitAsync("template-sync", ("a.ts", half));

        (await RunAsync(await ReleaseAsync("1.3.0", ("a.ts", ends.Replace("line 10\n", "the newest 10\n"))))).Kind.ShouldBe(SyncOutcome.Conflict);

        (await FileAsync("a.ts", "template-sync")).ShouldBe(half);
        (await FileAsync(".template-sync/a.ts", "template-sync"))!.ShouldContain("the newest 10\n");

        // Neither what lies beside nor the markers are answered by the other.
        await CommitAsync("template-sync", (".template-sync/a.ts", null));
        (await Sync().ReviewAsync(Site, Review!.Value, CancellationToken.None))!.Files.Single(f => f.Path == "a.ts").IsDecided.ShouldBeFalse();
        var decision = new FileDecision(await HeadAsync("template-sync"), "a.ts", "template", null, "Ada");
        await Sync().ResolveAsync(Site, Review.Value, decision, CancellationToken.None);
        (await FileAsync("a.ts", "template-sync")).ShouldBe(ends.Replace("line 10\n", "the newest 10\n"));
    }

    [Fact]
    public async Task S10_asks_again_where_what_was_decided_merges_by_itself_now()
    {
        await CommitAsync("template-sync", ("a.ts", Lines.Replace("line 2\n", "decided 2\n")), (".template-sync/README.md", null), (".template-sync/conflicts.json", null),
            (".template-sync/" + Manual, null));

        var second = await RunAsync(await ReleaseAsync("1.2.0", ("a.ts", Lines + "a fix\n")));

        second.Kind.ShouldBe(SyncOutcome.Conflict);
        (await FileAsync("a.ts", "template-sync"))!.ShouldContain("decided 2\n");
        (await FileAsync(".template-sync/a.ts", "template-sync")).ShouldBe(SiteTop + "a fix\n");
    }

    [Fact]
    public async Task S10_shows_what_the_site_changed_since_it_was_decided()
    {
        await CommitAsync("template-sync", ("a.ts", Lines.Replace("line 2\n", "decided 2\n")), (".template-sync/README.md", null), (".template-sync/conflicts.json", null),
            (".template-sync/" + Manual, null));
        await CommitAsync("main", ("a.ts", SiteTop + "the site's fix\n"));

        (await RunAsync(await ReleaseAsync("1.2.0", ("c.ts", "c\n")))).Kind.ShouldBe(SyncOutcome.Conflict);

        (await FileAsync("a.ts", "template-sync"))!.ShouldContain("decided 2\n");
        (await FileAsync(".template-sync/a.ts", "template-sync"))!.ShouldContain("the site's fix\n");
    }

    [Fact]
    public async Task S10_keeps_decisions_that_were_amended_into_our_commit()
    {
        var decided = Lines.Replace("line 2\n", "decided 2\n");
        var (main, message) = (await HeadAsync(), await MessageAsync("template-sync"));
        await CommitAsync("template-sync", ("a.ts", decided), (".template-sync/README.md", null), (".template-sync/conflicts.json", null), (".template-sync/" + Manual, null));
        var tree = await PlainGit.RunAsync(Site.Location, "rev-parse", "template-sync^{tree}");
        await PlainGit.RunAsync(Site.Location, "update-ref", "-d", "refs/heads/template-sync");
        await Host.PushAsync(Site, new SyncPush("template-sync", tree, [main], message), Area, CancellationToken.None);
        var next = Order(await ReleaseAsync("1.2.0", ("b.ts", Lines + "b2\n"))) with { PullRequest = null };

        (await Sync().RunAsync(next, CancellationToken.None)).Kind.ShouldNotBe(SyncOutcome.Refused);

        (await FileAsync("a.ts", "template-sync"), await FileAsync("b.ts", "template-sync")).ShouldBe((decided, Lines + "b2\n"));
    }

    [Fact]
    public async Task shows_a_review_whose_list_people_have_broken()
    {
        var list = (await FileAsync(".template-sync/conflicts.json", "template-sync"))!;
        var message = await MessageAsync("template-sync");
        var main = await HeadAsync();
        await CommitAsync("template-sync", (".template-sync/conflicts.json", System.Text.RegularExpressions.Regex.Replace(list, "\"id\": \"[0-9a-f]+\"", "\"id\": null")));
        var tree = await PlainGit.RunAsync(Site.Location, "rev-parse", "template-sync^{tree}");
        await PlainGit.RunAsync(Site.Location, "update-ref", "-d", "refs/heads/template-sync");
        await Host.PushAsync(Site, new SyncPush("template-sync", tree, [main], message), Area, CancellationToken.None);
        if (await Host.FindPullRequestAsync(Site, "template-sync", CancellationToken.None) is not { State: "open", Number: var number })
        {
            number = (await Host.OpenPullRequestAsync(Site, "template-sync", new PullRequestText("t", "b", false), CancellationToken.None)).Number;
        }

        (await Sync().ReviewAsync(Site, number, CancellationToken.None))!.Files.ShouldAllBe(f => f.Site == null && f.Template == null);
    }

    [Fact]
    public async Task S10_is_the_same_after_the_same_version_again()
    {
        var head = await HeadAsync("template-sync");
        var again = await RunAsync(new TemplateBase("v1.1.0", (await Sync().FollowAsync(Site, Review!.Value, CancellationToken.None)).Base!.Commit));
        (again.Kind, again.PullRequest!.Number, await HeadAsync("template-sync")).ShouldBe((SyncOutcome.Conflict, _first.PullRequest!.Number, head));
    }

    [Fact]
    public async Task that_was_merged_meanwhile_is_where_the_next_sync_begins()
    {
        await ResolveAllAsync();
        await Sync().MergeReviewAsync(Site, Review!.Value, await HeadAsync("template-sync"), "Ada", CancellationToken.None);

        // Nobody has recorded the merge yet.
        var next = await RunAsync(await ReleaseAsync("1.2.0", ("b.ts", Lines + "b2\n")));

        (next.Kind, next.Base.Tag).ShouldBe((SyncOutcome.Pushed, "v1.2.0"));
        (await FileAsync("a.ts")).ShouldBe(TemplateTop);
    }

    [Fact]
    public async Task that_people_have_rewritten_is_left_to_them()
    {
        await PlainGit.RunAsync(Site.Location, "update-ref", "-d", "refs/heads/template-sync");
        var theirs = await CommitAsync("template-sync", ("people.md", "all theirs\n"));
        var outcome = await RunAsync(await ReleaseAsync("1.2.0", ("b.ts", Lines)));
        outcome.Kind.ShouldBe(SyncOutcome.Refused);
        outcome.Reason.ShouldNotBeNull().ShouldContain("was rewritten");
        (await HeadAsync("template-sync")).ShouldBe(theirs);
    }

    [Fact]
    public async Task shows_each_side_and_takes_decisions()
    {
        var review = (await Sync().ReviewAsync(Site, Review!.Value, CancellationToken.None))!;
        review.IsDecided.ShouldBeFalse();
        review.Files.Select(f => (f.Path, f.Kind, f.IsDecided)).ShouldBe([("a.ts", "content", false), (Manual, "json", false)]);
        (review.Files[0].Base, review.Files[0].Site, review.Files[0].Template).ShouldBe((Lines, SiteTop, TemplateTop));
        review.Files[0].Branch!.ShouldContain("<<<<<<< site");
        (await Sync().MergeReviewAsync(Site, Review.Value, review.Head, "Ada", CancellationToken.None)).Result.ShouldBe(ReviewChange.Undecided);

        var first = await Sync().ResolveAsync(Site, Review.Value, new FileDecision(review.Head, "a.ts", "text", "third\n", "Ada\nTemplate-Sync: x"), CancellationToken.None);
        (first.Result, first.Head).ShouldBe((ReviewChange.Done, await HeadAsync("template-sync")));
        (await MessageAsync("template-sync")).ShouldEndWith("Decided-By: Ada Template-Sync: x");
        (await Sync().ReviewAsync(Site, Review.Value, CancellationToken.None))!.Files.Select(f => f.IsDecided).ShouldBe([true, false]);
        (await Sync().ResolveAsync(Site, Review.Value, new FileDecision(review.Head, Manual, "site", null, "Ada"), CancellationToken.None)).Result.ShouldBe(ReviewChange.Changed);
        (await Sync().ResolveAsync(Site, Review.Value, new FileDecision(first.Head!, "unknown.ts", "site", null, "Ada"), CancellationToken.None)).Result.ShouldBe(ReviewChange.Unknown);

        var last = await Sync().ResolveAsync(Site, Review.Value, new FileDecision(first.Head!, Manual, "template", null, "Ada"), CancellationToken.None);

        (await Sync().ReviewAsync(Site, Review.Value, CancellationToken.None))!.IsDecided.ShouldBeTrue();
        var files = await FilesAsync("template-sync");
        (files["a.ts"], files[Manual]).ShouldBe(("third\n", "{\n  \"a\": 2,\n  \"b\": 1\n}\n"));
        files.Keys.ShouldNotContain(k => k.StartsWith(".template-sync", StringComparison.Ordinal));
        (await Sync().MergeReviewAsync(Site, Review.Value, last.Head!, "Ada", CancellationToken.None)).Result.ShouldBe(ReviewChange.Done);
        (await FileAsync("a.ts")).ShouldBe("third\n");
        (await Sync().ReviewAsync(Site, Review.Value, CancellationToken.None)).ShouldBeNull();
        (await Sync().ResolveAsync(Site, Review.Value, new FileDecision(last.Head!, "a.ts", "site", null, "Ada"), CancellationToken.None)).Result.ShouldBe(ReviewChange.Gone);
    }

    [Theory]
    [InlineData("site", "the site's 2")]
    [InlineData("template", "the template's 2")]
    public async Task takes_a_side_for_the_lines_between_markers_and_keeps_what_merged_around_them(string choice, string line)
    {
        await RunAsync(await ReleaseAsync("1.2.0", ("a.ts", TemplateTop + "a new last line\n")));
        foreach (var first in (string[])["text", choice])
        {
            var decision = new FileDecision(await HeadAsync("template-sync"), "a.ts", first, first == "text" ? "a slip\n" : null, "Ada");
            (await Sync().ResolveAsync(Site, Review!.Value, decision, CancellationToken.None)).Result.ShouldBe(ReviewChange.Done);
        }

        (await FilesAsync("template-sync"))["a.ts"].ShouldBe(Lines.Replace("line 2\n", line + "\n", StringComparison.Ordinal) + "a new last line\n");
    }

    [Theory]
    [InlineData("blue")]
    [InlineData("green")]
    public async Task brings_nothing_back_that_the_site_has_undone_since_the_branch_was_updated(string last)
    {
        string Campaign(string colour) => $"{{ \"primary\": \"{colour}\" }}\n";
        await CommitAsync("main", ("content/campaign.json", Campaign("red")), ("other.ts", "with a line\n"));
        await UpdateBranchAsync();
        await CommitAsync("template-sync", ("notes.md", "people's\n"));
        await CommitAsync("main", ("content/campaign.json", Campaign(last)), ("other.ts", "without\n"));

        await RunAsync(await ReleaseAsync("1.2.0", ("b.ts", Lines + "b2\n")));

        var files = await FilesAsync("template-sync");
        (files["content/campaign.json"], files["other.ts"], files["notes.md"], files["b.ts"]).ShouldBe((Campaign(last), "without\n", "people's\n", Lines + "b2\n"));
        files["a.ts"].ShouldContain("<<<<<<<");
        files.Keys.ShouldNotContain(".template-sync/content/campaign.json");
    }

    [Fact]
    public async Task leaves_what_the_platform_writes_alone_even_where_people_changed_it_on_the_branch()
    {
        await CommitAsync("template-sync", ("content/campaign.json", "{ \"by\": \"hand\" }\n"));
        await CommitAsync("main", ("content/campaign.json", "{ \"by\": \"the platform\" }\n"));

        await RunAsync(await ReleaseAsync("1.2.0", ("b.ts", Lines + "b2\n")));

        (await FileAsync("content/campaign.json", "template-sync")).ShouldBe("{ \"by\": \"the platform\" }\n");
    }

    [Fact]
    public async Task tells_in_plain_words_what_is_to_be_decided()
    {
        var readme = (await FileAsync(".template-sync/README.md", "template-sync"))!;
        readme.ShouldContain("`a.ts`");
        readme.ShouldContain("`a`");
        readme.ShouldNotContain("1.1.0");
    }

    // As by the button at GitHub: the default branch is merged into the request's.
    private async Task UpdateBranchAsync()
    {
        var tree = await PlainGit.RunAsync(Site.Location, "merge-tree", "--write-tree", "template-sync", "main");
        string[] somebody = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"];
        var merge = await PlainGit.RunAsync(Site.Location, [.. somebody, "commit-tree", tree, "-p", "template-sync", "-p", "main", "-m", "Merge branch 'main' into template-sync"]);
        await PlainGit.RunAsync(Site.Location, "update-ref", "refs/heads/template-sync", merge);
    }

    private async Task ResolveAllAsync()
    {
        foreach (var file in (await Sync().ReviewAsync(Site, Review!.Value, CancellationToken.None))!.Files)
        {
            await Sync().ResolveAsync(Site, Review.Value, new FileDecision(await HeadAsync("template-sync"), file.Path, "template", null, "Ada"), CancellationToken.None);
        }
    }
}

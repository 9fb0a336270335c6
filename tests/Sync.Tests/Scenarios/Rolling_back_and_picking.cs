using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Scenarios;

public sealed class Rolling_back_and_picking : SyncScene
{
    private static readonly string Bottom = Lines + "line 21\n";

    [Fact]
    public async Task A_roll_back_puts_back_what_was_pushed_and_keeps_what_came_since()
    {
        var first = Base;
        var pushed = await RunAsync(await ReleaseAsync("1.1.0", ("a.ts", Bottom), ("new.ts", "n\n")));
        await CommitAsync("main", ("a.ts", "people's\n" + Bottom));
        var order = new RollBackOrder(Site, pushed.Commit!, pushed.Before!, first, "0000000000000001", "00000000000000aa");

        var outcome = await Sync().RollBackAsync(order, CancellationToken.None);
        var again = await Sync().RollBackAsync(order, CancellationToken.None);

        (outcome.Kind, outcome.Base, outcome.Commit).ShouldBe((SyncOutcome.Pushed, first, await HeadAsync()));
        (again.Kind, again.Commit, again.Before).ShouldBe((outcome.Kind, outcome.Commit, outcome.Before));
        (await FileAsync("a.ts"), await FileAsync("new.ts")).ShouldBe(("people's\n" + Lines, null));
        (await MessageAsync()).ShouldContain("Template-Rollback: 0000000000000001");

        // The version can be had again.
        Base = outcome.Base;
        (await RunAsync(await ReleaseAsync("1.2.0"))).Kind.ShouldBe(SyncOutcome.Pushed);
        (await FileAsync("a.ts")).ShouldBe("people's\n" + Bottom);
    }

    [Fact]
    public async Task What_was_pushed_is_found_by_its_nonce_on_either_branch_and_nothing_else_is()
    {
        var order = Order(await ReleaseAsync("1.1.0", ("a.ts", Bottom)), true);
        (await Sync().HasPushedAsync(Site, order.Nonce, CancellationToken.None)).ShouldBeFalse();
        Recorded(await Sync().RunAsync(order, CancellationToken.None)).Kind.ShouldBe(SyncOutcome.Pushed);
        (await Sync().HasPushedAsync(Site, order.Nonce, CancellationToken.None)).ShouldBeTrue();
        var asked = Order(await ReleaseAsync("1.2.0", ("a.ts", Lines)), false) with { Nonce = "00000000000000bb" };
        (await Sync().HasPushedAsync(Site, asked.Nonce, CancellationToken.None)).ShouldBeFalse();
        (await Sync().RunAsync(asked, CancellationToken.None)).Kind.ShouldBe(SyncOutcome.PullRequested);
        (await Sync().HasPushedAsync(Site, asked.Nonce, CancellationToken.None)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_roll_back_that_meets_peoples_work_is_a_pull_request_and_its_merge_sets_the_base_back()
    {
        var first = Base;
        var pushed = await RunAsync(await ReleaseAsync("1.1.0", ("a.ts", Bottom)));
        await CommitAsync("main", ("a.ts", Lines + "line 21 changed\n"));
        var outcome = await Sync().RollBackAsync(new RollBackOrder(Site, pushed.Commit!, pushed.Before!, first, "0000000000000001", "00000000000000aa"), CancellationToken.None);
        outcome.Kind.ShouldBe(SyncOutcome.Conflict);
        var number = outcome.PullRequest!.Number;
        var review = (await Sync().ReviewAsync(Site, number, CancellationToken.None))!;
        var decided = await Sync().ResolveAsync(Site, number, new FileDecision(review.Head, "a.ts", "template", null, "Ada"), CancellationToken.None);
        (await Sync().MergeReviewAsync(Site, number, decided.Head!, "Ada", CancellationToken.None)).Result.ShouldBe(ReviewChange.Done);
        var followed = await Sync().FollowAsync(Site, number, CancellationToken.None);
        (followed.State, followed.Base!.Commit).ShouldBe(("merged", first.Commit));
        (await FileAsync("a.ts")).ShouldBe(Lines);
    }

    [Fact]
    public async Task A_review_that_main_was_moved_forward_to_goes_whole_and_what_came_since_stays()
    {
        var first = Base;
        await CommitAsync("main", ("a.ts", Lines + "the site's 21\n"));
        var asked = await RunAsync(await ReleaseAsync("1.1.0", ("a.ts", Bottom), ("new.ts", "n\n")));
        var number = asked.PullRequest!.Number;
        var was = await HeadAsync();
        var head = await CommitAsync("template-sync", ("a.ts", Lines + "decided 21\n"), (".template-sync/README.md", null), (".template-sync/conflicts.json", null));
        await PlainGit.RunAsync(Site.Location, "update-ref", "refs/heads/main", head);
        await CommitAsync("main", ("b.ts", "people's\n" + Lines));

        var followed = await Sync().FollowAsync(Site, number, CancellationToken.None);
        (followed.State, followed.Commit, followed.Before).ShouldBe(("merged", head, was));

        var order = new RollBackOrder(Site, followed.Commit!, followed.Before!, first, "0000000000000001", "00000000000000aa");
        (await Sync().RollBackAsync(order, CancellationToken.None)).Kind.ShouldBe(SyncOutcome.Pushed);
        (await FileAsync("a.ts"), await FileAsync("new.ts"), await FileAsync("b.ts")).ShouldBe((Lines + "the site's 21\n", null, "people's\n" + Lines));
    }

    [Fact]
    public async Task Chosen_commits_come_alone_and_the_whole_version_later_ends_like_the_whole_version()
    {
        var first = Base;
        await ReleaseAsync("1.1.0", ("b.ts", Lines));
        var fix = await ReleaseAsync("1.2.0", ("a.ts", Bottom));
        var last = await ReleaseAsync("1.3.0", ("c.ts", "c\n"));

        var picked = await RunAsync(new TemplateBase(first.Tag, first.Commit) { Picks = [fix.Commit] });
        picked.Kind.ShouldBe(SyncOutcome.Pushed);
        (await FileAsync("a.ts"), await FileAsync("b.ts"), await FileAsync("c.ts")).ShouldBe((Bottom, Lines + "b\n", null));
        (await MessageAsync()).ShouldContain("Template-Picks: " + fix.Commit);

        await CommitAsync("main", ("a.ts", Bottom + "people's\n"));
        (await RunAsync(last)).Kind.ShouldBe(SyncOutcome.Pushed);
        (await FileAsync("a.ts"), await FileAsync("b.ts"), await FileAsync("c.ts")).ShouldBe((Bottom + "people's\n", Lines, "c\n"));
    }

    [Fact]
    public async Task A_commit_that_builds_on_others_is_refused_by_itself()
    {
        var first = Base;
        await ReleaseAsync("1.1.0", ("a.ts", Lines + "one\n"));
        var second = await ReleaseAsync("1.2.0", ("a.ts", Lines + "two\n"));
        var outcome = await RunAsync(new TemplateBase(first.Tag, first.Commit) { Picks = [second.Commit] });
        (outcome.Kind, outcome.Base).ShouldBe((SyncOutcome.Refused, first));
        outcome.Reason.ShouldNotBeNull().ShouldContain("a.ts");
        (await Sync().RunAsync(Order(new TemplateBase(second.Tag, second.Commit) { Picks = [first.Commit] }), CancellationToken.None)).Kind.ShouldBe(SyncOutcome.Refused);
    }
}

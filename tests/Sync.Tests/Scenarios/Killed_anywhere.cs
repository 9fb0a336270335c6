using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Scenarios;

/// <summary>Scenario 14 at every call that changes something, before and after it: the same order again ends like one that nothing cut short.</summary>
public sealed class Killed_anywhere : SyncScene
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sync_that_pushes_ends_the_same(bool isBefore)
    {
        var order = Order(await ReleaseAsync("1.1.0", ("b.ts", Lines)));
        var kills = await EndAsync((sync, ct) => sync.RunAsync(order, ct), isBefore, outcome => outcome.Kind.ShouldBe(SyncOutcome.Pushed));
        kills.ShouldBeGreaterThan(0);
        (await PlainGit.RunAsync(Site.Location, "rev-list", "--count", "main")).ShouldBe("2");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sync_that_asks_ends_the_same_with_one_pull_request(bool isBefore)
    {
        await CommitAsync("main", ("a.ts", "people's\n"));
        var order = Order(await ReleaseAsync("1.1.0", ("a.ts", Lines + "21\n")));
        var kills = await EndAsync((sync, ct) => sync.RunAsync(order, ct), isBefore, outcome => outcome.Kind.ShouldBe(SyncOutcome.Conflict));
        kills.ShouldBeGreaterThan(1);
        (await PullRequestsAsync()).ShouldBe(1);
        (await PlainGit.RunAsync(Site.Location, "rev-list", "--count", "template-sync")).ShouldBe("3");

        // A newer version while it is open, cut short likewise: one more commit on the same branch.
        await CommitAsync("template-sync", ("people.md", "people's\n"));
        Review = 1;
        var newer = Order(await ReleaseAsync("1.2.0", ("b.ts", Lines)));
        await EndAsync((sync, ct) => sync.RunAsync(newer, ct), isBefore, outcome => outcome.PullRequest!.Number.ShouldBe(1));
        (await PullRequestsAsync()).ShouldBe(1);
        (await PlainGit.RunAsync(Site.Location, "rev-list", "--count", "template-sync")).ShouldBe("5");
        (await FileAsync("people.md", "template-sync")).ShouldBe("people's\n");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_roll_back_ends_the_same(bool isBefore)
    {
        var first = Base;
        var pushed = await RunAsync(await ReleaseAsync("1.1.0", ("b.ts", Lines)));
        var order = new RollBackOrder(Site, pushed.Commit!, pushed.Before!, first, "0000000000000001", "00000000000000aa");
        await EndAsync((sync, ct) => sync.RollBackAsync(order, ct), isBefore, outcome => (outcome.Kind, outcome.Before).ShouldBe((SyncOutcome.Pushed, pushed.Commit)));
        (await PlainGit.RunAsync(Site.Location, "rev-list", "--count", "main")).ShouldBe("3");
        (await FileAsync("b.ts")).ShouldBe(Lines + "b\n");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sync_that_moves_peoples_branch_aside_ends_the_same(bool isBefore)
    {
        await RunAsync(await ReleaseAsync("1.1.0", ("b.ts", Lines)), pushes: false);
        var theirs = await CommitAsync("template-sync", ("people.md", "people's\n"));
        await Host.ClosePullRequestAsync(Site, Review!.Value, null, CancellationToken.None);
        var order = Order(await ReleaseAsync("1.2.0", ("c.ts", "c\n")), pushes: false);

        (await EndAsync((sync, ct) => sync.RunAsync(order, ct), isBefore, outcome => outcome.PullRequest!.Number.ShouldBe(2))).ShouldBeGreaterThan(2);

        (await HeadAsync($"template-sync-kept-{theirs[..10]}")).ShouldBe(theirs);
        (await PlainGit.RunAsync(Site.Location, "rev-list", "--count", "template-sync")).ShouldBe("2");
        (await PlainGit.RunAsync(Site.Location, "for-each-ref", "--format=x", "refs/heads")).Split('\n').Length.ShouldBe(3);
    }

    // How often it was killed until it ended. Killed after a call, the next one finds what it did and comes to the call that follows.
    private async Task<int> EndAsync(Func<RepositorySync, CancellationToken, Task<SyncOutcome>> run, bool isBefore, Action<SyncOutcome> check)
    {
        for (var attempt = 1; attempt < 20; attempt++)
        {
            var host = new KillingHost(Host, isBefore ? attempt : attempt <= 3 ? 1 : int.MaxValue, isBefore);
            try
            {
                var outcome = await run(Sync(host), CancellationToken.None);
                if (!host.HasKilled)
                {
                    check(outcome);
                    return attempt - 1;
                }
            }
            catch (Killed)
            {
                // The next one begins anew, with nothing recorded.
            }
        }

        throw new InvalidOperationException("It never ends.");
    }
}

using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Sync.Tests.Properties;
using Shouldly;

namespace PrizeDraw.Sync.Tests.Merging;

/// <summary>Merges that end in a review, and what a person's choice on its page makes of the branch.</summary>
public abstract class DecidingSpec : MergeSpec
{
    private static readonly RepositoryRef Site = new("site", "", "", "");

    /// <summary>The branch once a person has chosen a side for a file, each time anew; nothing else was to be decided.</summary>
    protected async Task<Dictionary<string, string>> DecideAsync(
        Dictionary<string, string> origin, Dictionary<string, string> site, Dictionary<string, string> template, string path, params string[] choices)
    {
        var place = new AreaRepository(Area);
        var (at, target) = (await place.ReleaseAsync(await TreeAsync(origin)), await place.ReleaseAsync(await TreeAsync(template)));
        await place.ResetAsync(await TreeAsync(site));
        var sync = new RepositorySync(place, place, Area);
        (await sync.RunAsync(new SyncOrder(Site, at, target, "0000000000000001"), CancellationToken.None)).Kind.ShouldBe(SyncOutcome.Conflict);
        var review = (await sync.ReviewAsync(Site, 1, CancellationToken.None)).ShouldNotBeNull();
        review.Files.Where(f => !f.IsDecided).Select(f => f.Path).ShouldBe([path]);
        var head = review.Head;
        foreach (var choice in choices)
        {
            var change = await sync.ResolveAsync(Site, 1, new FileDecision(head, path, choice, null, "Ada"), CancellationToken.None);
            change.Result.ShouldBe(ReviewChange.Done);
            head = change.Head!;
            (await sync.ReviewAsync(Site, 1, CancellationToken.None))!.IsDecided.ShouldBeTrue();
        }

        return await ReadAsync(place.TreeOf(RepositorySync.Branch)!);
    }
}

using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync.Merging;

namespace PrizeDraw.Providers.Sync;

/// <summary>Open pull requests: what became of them, and deciding them on the platform's own page.</summary>
public sealed partial class RepositorySync
{
    private const int TextMax = 256 * 1024;

    /// <summary>What became of a pull request of ours, by whomever.</summary>
    public async Task<FollowedReview> FollowAsync(RepositoryRef repository, int number, CancellationToken ct)
    {
        if (await host.GetPullRequestAsync(repository, number, ct) is not { } request)
        {
            return new FollowedReview(FollowedReview.Gone);
        }

        var main = await _branches.MainAsync(repository, ct);
        var history = await host.HistoryAsync(repository, request.Head, ct);
        var newest = history.FirstOrDefault(n => SyncTrailers.Read(n.Message) is not null);
        var ours = newest is null ? null : SyncTrailers.Read(newest.Message);
        var followed = new FollowedReview(request.State) { PullRequest = request, Base = ours?.Target, Migrations = ours?.Migrations ?? [] };
        if (request.State == FollowedReview.Open)
        {
            return await OpenAsync(repository, number, ct) is { } open ? followed with { IsDecided = await IsDecidedAsync(open, ct) } : followed;
        }

        return request.State == FollowedReview.Merged && new ReviewLanding(main, request, history).Find() is { } landing
            ? followed with { Commit = landing.Commit, Before = landing.Before }
            : followed;
    }

    /// <summary>All that the review page shows; null where the pull request is not open.</summary>
    public async Task<SyncReview?> ReviewAsync(RepositoryRef repository, int number, CancellationToken ct)
    {
        if (await OpenAsync(repository, number, ct) is not { } review)
        {
            return null;
        }

        review = await WithSidesAsync(repository, review, ct);
        var open = (await _branches.OpenAsync(review.Tree, review.Conflicts, ct)).Select(c => c.Path).ToHashSet();
        var files = new FileMap(await area.ListAsync(review.Tree, ct));
        var ids = review.Conflicts.SelectMany(c => (TreeEntry?[])[c.Base, c.Site, c.Template, files[c.Path]]).OfType<TreeEntry>().Where(e => e.Type == "blob").Select(e => e.Id);
        var contents = await area.ReadBlobsAsync([.. ids.Distinct()], TextMax, ct);
        var (diff, isCut) = await area.DiffAsync(review.Main.Head.Tree, review.Tree, DiffMax, ct);
        return new SyncReview(
            review.Request, review.Branch.Head.Commit, review.Trailers.Target, await IsDecidedAsync(review, ct),
            [.. review.Conflicts.Select(c => new ReviewFile(c.Path, c.Kind, c.Note, !open.Contains(c.Path), Text(c.Base), Text(c.Site), Text(c.Template), Text(files[c.Path]))
                { SiteHasIt = c.Site is not null, TemplateHasIt = c.Template is not null })],
            diff, isCut);

        string? Text(TreeEntry? entry) => entry is not null && contents.TryGetValue(entry.Id, out var content) && TextStyle.IsText(content) ? Encoding.UTF8.GetString(content) : null;
    }

    /// <summary>Decides one file by a commit on the branch. With the last one our folder goes too.</summary>
    public async Task<ReviewChange> ResolveAsync(RepositoryRef repository, int number, FileDecision decision, CancellationToken ct)
    {
        if (await OpenAsync(repository, number, ct) is not { } review)
        {
            return new ReviewChange(ReviewChange.Gone, null);
        }

        var head = review.Branch.Head.Commit;
        var conflict = review.Conflicts.FirstOrDefault(c => c.Path == decision.Path);
        if (head != decision.Head || conflict is null || decision.Choice is not ("site" or "template" or "text") || (decision.Choice == "text" && decision.Text is null))
        {
            return new ReviewChange(head != decision.Head ? ReviewChange.Changed : ReviewChange.Unknown, head);
        }

        review = await WithSidesAsync(repository, review, ct);
        if (await DecidedAsync(review, review.Conflicts.First(c => c.Path == decision.Path), decision, ct) is not { } tree)
        {
            return new ReviewChange(ReviewChange.Unknown, head);
        }

        if (tree == review.Tree)
        {
            return new ReviewChange(ReviewChange.Done, head);
        }

        var by = decision.By.ReplaceLineEndings(" ");
        var message = $"Decide {decision.Path.ReplaceLineEndings(" ")}\n\nDecided-By: {by[..Math.Min(by.Length, 200)]}";
        var commit = await host.PushAsync(repository, new SyncPush(review.Branch.Name, tree, [head], message), area, ct);
        if (commit is null)
        {
            return new ReviewChange(ReviewChange.Changed, null);
        }

        var left = await _branches.OpenAsync(tree, review.Conflicts, ct);
        if (left.IsEmpty)
        {
            await host.OpenPullRequestAsync(repository, review.Branch.Name, TextOf(review, left), ct);
        }

        return new ReviewChange(ReviewChange.Done, commit);
    }

    /// <summary>Merges an open pull request on which nothing is to be decided any more; <see cref="FollowAsync"/> says what came of it.</summary>
    public async Task<ReviewChange> MergeReviewAsync(RepositoryRef repository, int number, string head, string by, CancellationToken ct)
    {
        if (await OpenAsync(repository, number, ct) is not { } review)
        {
            return new ReviewChange(ReviewChange.Gone, null);
        }

        if (review.Branch.Head.Commit != head || !await IsDecidedAsync(review, ct))
        {
            return new ReviewChange(review.Branch.Head.Commit != head ? ReviewChange.Changed : ReviewChange.Undecided, review.Branch.Head.Commit);
        }

        // What ours says of itself is said again, so that the merge is found however the host writes it.
        var message = (review.Trailers with { Site = null, From = null, Had = [], Back = null }).Message(TextOf(review, []).Title) + $"\nDecided-By: {by.ReplaceLineEndings(" ")}";
        if (await host.MergePullRequestAsync(repository, number, head, message, ct) is not { } merged)
        {
            return new ReviewChange(ReviewChange.Changed, head);
        }

        await host.DeleteBranchAsync(repository, review.Branch.Name, head, ct);
        return new ReviewChange(ReviewChange.Done, merged);
    }

    /// <summary>Closes an open pull request without merging it. Its branch goes where nobody but us has committed to it.</summary>
    public async Task<ReviewChange> CloseReviewAsync(RepositoryRef repository, int number, string head, CancellationToken ct)
    {
        if (await OpenAsync(repository, number, ct) is not { } review)
        {
            return new ReviewChange(ReviewChange.Gone, null);
        }

        if (review.Branch.Head.Commit != head)
        {
            return new ReviewChange(ReviewChange.Changed, review.Branch.Head.Commit);
        }

        await new BranchEnding(host, _earlier).CloseAsync(repository, review.Main, review.Request, review.Branch, ct);
        return new ReviewChange(ReviewChange.Done, null);
    }

    private static PullRequestText TextOf(Review review, ImmutableArray<SyncConflict> open) => review.Trailers.Rollback is null
        ? SyncTexts.Of(review.Trailers.Target, [], open)
        : SyncTexts.OfRollback(review.Trailers.Target, open);

    // Null for a side that the list names and nobody here has: that it is not there would be no decision to delete the file.
    private async Task<string?> DecidedAsync(Review review, SyncConflict conflict, FileDecision decision, CancellationToken ct)
    {
        var files = new FileMap(await area.ListAsync(review.Tree, ct));
        var written = new FileMap(await area.ListAsync(review.Written, ct));
        if (!await new ReviewDecision(area, files, written, conflict).ApplyAsync(decision, review.Listed.First(c => c.Path == conflict.Path), ct))
        {
            return null;
        }

        var tree = await area.WriteTreeAsync(files.Entries, ct);
        return (await _branches.OpenAsync(tree, review.Conflicts, ct)).IsEmpty
            ? await area.WriteTreeAsync(files.Entries.Where(e => !ConflictFolder.Holds(e.Path)), ct)
            : tree;
    }

    private Task<bool> IsDecidedAsync(Review review, CancellationToken ct) => _branches.IsDecidedAsync(review.Tree, review.Conflicts, ct);

    private async Task<Review?> OpenAsync(RepositoryRef repository, int number, CancellationToken ct)
    {
        if (await host.GetPullRequestAsync(repository, number, ct) is not { State: FollowedReview.Open } request
            || await _branches.ReadAsync(repository, request.Branch, ct) is not { } branch)
        {
            return null;
        }

        var main = await _branches.MainAsync(repository, ct);
        if (branch.Ours(main.Commits) is not { } ours || await host.ReadCommitAsync(repository, ours.Note.Commit, area, ct) is not { } written)
        {
            throw new ProviderException(ProviderFault.Rejected, $"The branch {branch.Name} has no commit of template sync any more: its pull request is people's to merge or close.");
        }

        return new Review(request, main, branch, ours.Note, ours.Trailers, written.Tree, await _branches.ConflictsAsync(written.Tree, ct));
    }

    // What each side has, where it may be shown; brought again where the area was deleted since.
    private async Task<Review> WithSidesAsync(RepositoryRef repository, Review review, CancellationToken ct)
    {
        string[] own = [review.Branch.Head.Commit, review.Ours.Commit, .. review.Ours.Parents];
        var sides = await new ReviewSides(host, _trees, _earlier, area).OfAsync(repository, review.Conflicts, review.Trailers, own, ct);
        return review with { Conflicts = sides, Listed = review.Conflicts };
    }

    /// <param name="Ours">The newest commit that we put there.</param>
    /// <param name="Written">Its tree.</param>
    private sealed record Review(
        PullRequest Request, SyncBranch Main, SyncBranch Branch, CommitNote Ours, SyncTrailers Trailers, string Written, ImmutableArray<SyncConflict> Conflicts)
    {
        /// <summary>The conflicts as the list has them, whatever they name.</summary>
        public ImmutableArray<SyncConflict> Listed { get; init; } = [];

        public string Tree => Branch.Head.Tree;
    }
}

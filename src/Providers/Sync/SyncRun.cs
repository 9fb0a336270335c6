using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync.Merging;

namespace PrizeDraw.Providers.Sync;

/// <summary>One order, from the look at what is there to the push or the pull request.</summary>
internal sealed class SyncRun(ISyncHost host, TemplateTrees trees, SyncWorkArea area, SyncBranches branches, EarlierProposal earlier, SyncOrder order)
{
    private const int AttemptsMax = 5;
    private string? _kept;

    public async Task<SyncOutcome> PreviewAsync(CancellationToken ct)
    {
        var main = await branches.MainAsync(order.Repository, ct);
        var standing = await StandingAsync(main, ct);
        if (standing.Outcome is not null)
        {
            return standing.Outcome;
        }

        var merged = await MergeAsync(main.Head.Tree, standing.Base, standing.Migrations, ct);
        var outcome = await OutcomeAsync(standing, merged, main.Head.Tree, merged.Tree, ct);
        return merged.Tree == main.Head.Tree ? outcome with { Kind = SyncOutcome.UpToDate, Base = order.Target }
            : !merged.Conflicts.IsEmpty ? outcome with { Kind = SyncOutcome.Conflict }
            : order.PushesClean && standing.Open is null ? outcome with { Kind = SyncOutcome.Pushed, Base = order.Target }
            : outcome;
    }

    public async Task<SyncOutcome> RunAsync(CancellationToken ct)
    {
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            if (await TryAsync(ct) is { } outcome)
            {
                return outcome;
            }
        }

        throw new ProviderException(ProviderFault.Transient, $"The repository '{order.Repository.Name}' keeps changing under the sync.");
    }

    // Null when somebody else pushed meanwhile: then everything is looked at again.
    private async Task<SyncOutcome?> TryAsync(CancellationToken ct)
    {
        var main = await branches.MainAsync(order.Repository, ct);
        if (main.Find(t => t.Nonce == order.Nonce) is { } pushed)
        {
            return await FoundAsync(main, pushed, ct);
        }

        var standing = await StandingAsync(main, ct);
        if (standing.Outcome is not null)
        {
            return standing.Outcome;
        }

        var merged = await MergeAsync(main.Head.Tree, standing.Base, standing.Migrations, ct);
        if (merged.Tree == main.Head.Tree)
        {
            var kept = await CloseAsync(main, standing, ct);
            return (await OutcomeAsync(standing, merged, main.Head.Tree, merged.Tree, ct)) with { Kind = SyncOutcome.UpToDate, Base = order.Target, Reason = kept };
        }

        if (!merged.Conflicts.IsEmpty || !order.PushesClean || standing.Open is not null)
        {
            return await ProposeAsync(main, standing, merged, null, ct);
        }

        try
        {
            return await PushAsync(main, standing, merged, ct);
        }
        catch (ProviderException error) when (error.Fault == ProviderFault.Rejected)
        {
            return await ProposeInsteadAsync(main, standing, merged, error, ct);
        }
    }

    // A protected branch takes a pull request; where not even that can be had, the first reason is the one to tell.
    private async Task<SyncOutcome?> ProposeInsteadAsync(SyncBranch main, Standing standing, SyncMerged merged, ProviderException refusal, CancellationToken ct)
    {
        try
        {
            return await ProposeAsync(main, standing, merged, refusal.Message, ct);
        }
        catch (ProviderException error) when (error.Fault == ProviderFault.Rejected)
        {
            throw new ProviderException(ProviderFault.Rejected, refusal.Message, error);
        }
    }

    private async Task<SyncOutcome?> PushAsync(SyncBranch main, Standing standing, SyncMerged merged, CancellationToken ct)
    {
        var message = Trailers(main, standing, merged).Message(SyncTexts.Title(order.Target));
        var commit = await host.PushAsync(order.Repository, new SyncPush(main.Name, merged.Tree, [main.Head.Commit], message), area, ct);
        return commit is null
            ? null
            : (await OutcomeAsync(standing, merged, main.Head.Tree, merged.Tree, ct)) with { Kind = SyncOutcome.Pushed, Base = order.Target, Commit = commit, Before = main.Head.Commit };
    }

    private async Task<SyncOutcome?> ProposeAsync(SyncBranch main, Standing standing, SyncMerged merged, string? reason, CancellationToken ct)
    {
        var proposal = new SyncProposal(host, area, branches, order, main, standing, merged, Trailers(main, standing, merged), earlier);
        var result = await proposal.PushAsync(ct);
        _kept = proposal.Kept ?? _kept;
        if (result is not { } pushed)
        {
            return null;
        }

        var (open, isDecided) = await AskedAsync(pushed, merged, ct);
        var text = SyncTexts.Of(order.Target, merged.Files, open) with { IsDraft = !isDecided };
        var pullRequest = await host.OpenPullRequestAsync(order.Repository, RepositorySync.Branch, text, ct);
        return (await OutcomeAsync(standing, merged, main.Head.Tree, pushed.Tree, ct)) with
        {
            Kind = isDecided ? SyncOutcome.PullRequested : SyncOutcome.Conflict,
            Reason = reason is null || _kept is null ? reason ?? _kept : $"{reason} {_kept}",
            Commit = pushed.Commit,
            Before = main.Head.Commit,
            PullRequest = pullRequest,
        };
    }

    private async Task<(ImmutableArray<SyncConflict> Open, bool IsDecided)> AskedAsync(Snapshot pushed, SyncMerged merged, CancellationToken ct)
    {
        if (pushed.Tree == merged.Tree)
        {
            return (merged.Conflicts, merged.Conflicts.IsEmpty);
        }

        // With people's work, or before a crash: what stands there says what is asked.
        var asked = (await branches.ConflictsAsync(pushed.Tree, ct)).Concat(merged.Conflicts).DistinctBy(c => c.Path);
        var open = await branches.OpenAsync(pushed.Tree, [.. asked], ct);
        return (open, await branches.IsDecidedAsync(pushed.Tree, open, ct));
    }

    // The push came through before a crash, or was merged since: what it was is worked out again from what was before it.
    private async Task<SyncOutcome> FoundAsync(SyncBranch main, CommitNote found, CancellationToken ct)
    {
        var trailers = SyncTrailers.Read(found.Message)!;
        var outcome = new SyncOutcome(SyncOutcome.Pushed, trailers.Target) { Commit = found.Commit, Migrations = trailers.Migrations };
        if (await LandingAsync(main, found, ct) is not { } landing
            || await host.ReadCommitAsync(order.Repository, landing.Before, area, ct) is not { } before)
        {
            return outcome;
        }

        var merged = await MergeAsync(before.Tree, trailers.From ?? order.Base, order.Migrations, ct);
        var (diff, isCut) = await area.DiffAsync(before.Tree, merged.Tree, RepositorySync.DiffMax, ct);
        return outcome with { Commit = landing.Commit, Before = landing.Before, Files = merged.Files, Diff = diff, DiffIsCut = isCut, LocalChanges = merged.LocalChanges };
    }

    // A pull request may have been merged in any way, with people's commits; what was pushed came by itself.
    private async Task<(string Commit, string Before)?> LandingAsync(SyncBranch main, CommitNote found, CancellationToken ct)
    {
        if (await RequestAsync(ct) is { State: FollowedReview.Merged } request)
        {
            var history = await host.HistoryAsync(order.Repository, request.Head, ct);
            if (history.Any(n => SyncTrailers.Read(n.Message)?.Nonce == order.Nonce))
            {
                return new ReviewLanding(main, request, history).Find();
            }
        }

        return main.Landing(n => n.Commit == found.Commit);
    }

    private Task<PullRequest?> RequestAsync(CancellationToken ct) => order.PullRequest is { } number
        ? host.GetPullRequestAsync(order.Repository, number, ct)
        : host.FindPullRequestAsync(order.Repository, RepositorySync.Branch, ct);

    private async Task<Standing> StandingAsync(SyncBranch main, CancellationToken ct)
    {
        var request = await RequestAsync(ct);
        var standing = new Standing(order.Base, order.Migrations, request is { State: FollowedReview.Open } ? request : null, null);
        if (order.PullRequest is null || request is null or { State: FollowedReview.Open })
        {
            return standing;
        }

        // It came to its end after the order was written.
        var history = await host.HistoryAsync(order.Repository, request.Head, ct);
        var ours = history.Select(n => SyncTrailers.Read(n.Message)).FirstOrDefault(t => t is not null);
        if (ours is null)
        {
            return standing;
        }

        return request.State == FollowedReview.Merged
            ? standing with { Base = ours.Target, Migrations = ours.Migrations }
            : SyncTrailers.Same(ours.Target, order.Target)
                ? standing with { Outcome = Refused("Its pull request was closed without being merged.", request) }
                : standing;
    }

    private SyncOutcome Refused(string reason, PullRequest request) =>
        new(SyncOutcome.Refused, order.Base) { Reason = reason, PullRequest = request, Migrations = order.Migrations };

    private async Task<string?> CloseAsync(SyncBranch main, Standing standing, CancellationToken ct) => standing.Open is { } open
        ? await new BranchEnding(host, earlier).CloseAsync(order.Repository, main, open, await branches.ReadAsync(order.Repository, RepositorySync.Branch, ct), ct)
        : null;

    private async Task<SyncMerged> MergeAsync(string site, TemplateBase from, ImmutableArray<string> migrations, CancellationToken ct) => await SyncMerge.MergeAsync(
        area, new MergeOrder(await trees.ReadAsync(from, ct), site, await trees.ReadAsync(order.Target, ct)) { Migrations = migrations }, ct);

    private SyncTrailers Trailers(SyncBranch main, Standing standing, SyncMerged merged) =>
        new(order.Nonce, order.Target) { Migrations = merged.Migrations, Had = standing.Migrations, Site = main.Head.Commit, From = standing.Base };

    private async Task<SyncOutcome> OutcomeAsync(Standing standing, SyncMerged merged, string from, string to, CancellationToken ct)
    {
        var (diff, isCut) = from == to ? ("", false) : await area.DiffAsync(from, to, RepositorySync.DiffMax, ct);
        return new SyncOutcome(SyncOutcome.PullRequested, standing.Base)
        {
            Files = merged.Files,
            Diff = diff,
            DiffIsCut = isCut,
            Migrations = merged.Migrations,
            LocalChanges = merged.LocalChanges,
            PullRequest = standing.Open,
        };
    }
}

/// <summary>What there is before the order is carried out.</summary>
/// <param name="Base">What the site has of the template: the order's, or that of a pull request that was merged since.</param>
/// <param name="Open">Our open pull request.</param>
/// <param name="Outcome">Set where nothing is left to be done.</param>
internal sealed record Standing(TemplateBase Base, ImmutableArray<string> Migrations, PullRequest? Open, SyncOutcome? Outcome);

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>What people do with an open pull request on the platform's own page. A few calls of the host, in a bounded time.</summary>
public sealed partial class TemplateSyncGrain
{
    private static readonly TimeSpan ReviewTimeOut = TimeSpan.FromSeconds(20);

    public Task<Result<bool>> ResolveAsync(ResolveFile command) => ActAsync(
        command.Actor, "template.file_decided", new { command.Path, command.Choice }, (opened, number, ct) => opened.Sync.DecideAsync(
            opened.Repository, number, new FileDecision(command.Head, command.Path, command.Choice, command.Text, command.Actor.Id), ct));

    public async Task<Result<bool>> EndReviewAsync(EndReview command)
    {
        // A sync that is about to write to the pull request, or to push past it, counts on what is merged now.
        if (command.Merge && (await store.UnderWayAsync(tenantId, campaignId, CancellationToken.None)).Any(r => r.Kind != SyncKinds.Preview && r.State == SyncStates.Running))
        {
            return Refusals.Of(new SyncUnderWay());
        }

        return await ActAsync(
            command.Actor, command.Merge ? "template.merge_asked" : "template.close_asked", null,
            (opened, number, ct) => command.Merge
                ? opened.Sync.MergeAsync(opened.Repository, number, command.Head, command.Actor.Id, ct)
                : opened.Sync.CloseAsync(opened.Repository, number, command.Head, ct));
    }

    private async Task<Result<bool>> ActAsync(
        Actor actor, string action, object? told, Func<OpenedSite, int, CancellationToken, Task<ReviewChange>> act)
    {
        if (await RefusedAsync() is { } refusal)
        {
            return refusal;
        }

        var site = (await store.FindAsync(tenantId, campaignId, CancellationToken.None))!;
        if (site.Review is not { } review)
        {
            return Refusals.Of(new ReviewIsNotOpen());
        }

        using var limited = new CancellationTokenSource(ReviewTimeOut, Clock);
        ReviewChange? change;
        try
        {
            var campaign = await opener.CampaignAsync(tenantId, campaignId, limited.Token);
            var opened = campaign is null ? null : await opener.OpenAsync(campaign, limited.Token);
            change = opened is null ? null : await act(opened, review.Number, limited.Token);
        }
        catch (Exception e) when (e is ProviderException or OperationCanceledException)
        {
            return Refusals.Of(new RepositoryUnavailable(FailureText.Of(e, "It did not answer in time.")));
        }

        return change?.Result == ReviewChange.Done ? await DoneAsync(actor, action, told, review) : Refusals.Of(Error(change?.Result ?? ReviewChange.Gone));
    }

    /// <summary>What was done is in the repository: the pull request is looked at anew, which writes what follows from it.</summary>
    private async Task<Result<bool>> DoneAsync(Actor actor, string action, object? told, OpenReview review)
    {
        var now = Clock.GetUtcNow();
        await store.SaveAsync(tenantId, campaignId, new SyncWrite(
            row => row.Review is null ? row : row with { ReviewAt = now }, null,
            Audit(actor, action, Ids.Format(Ids.Sync, review.SyncId), null, told ?? new { review.Number, review.Version })), CancellationToken.None);
        await WakeAsync();
        return true;
    }

    private static DomainError Error(string result) => result switch
    {
        ReviewChange.Changed => new ReviewHasChanged(),
        ReviewChange.Undecided => new ReviewIsUndecided(),
        ReviewChange.Gone => new ReviewIsNotOpen(),
        ReviewChange.Unknown => new SyncInvalid("path", "There is no such file to decide in this pull request, or it can't be decided so."),
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "There is no such result."),
    };
}

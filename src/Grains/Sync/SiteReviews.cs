using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <inheritdoc cref="ITemplateReviews"/>
internal sealed class SiteReviews(SiteSyncStore store, SiteOpener opener, TimeProvider clock) : ITemplateReviews
{
    /// <summary>Characters of all texts together.</summary>
    private const int TextsMax = 2 * 1024 * 1024;

    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(25);

    public async Task<Result<OpenReviewView>> ReadAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        var (tenant, campaign) = (Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId));
        if (await opener.CampaignAsync(tenant, campaign, ct) is not { } view || await store.FindAsync(tenant, campaign, ct) is not { } site)
        {
            return Refusals.Of(new TemplateHasNoSite());
        }

        if (site.Review is not { } review)
        {
            return Refusals.Of(new ReviewIsNotOpen());
        }

        using var late = new CancellationTokenSource(TimeOut, clock);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            return await opener.OpenAsync(view, limited.Token) is not { } opened ? Refusals.Of(new TemplateHasNoSite())
                : await opened.Sync.ReadAsync(opened.Repository, review.Number, limited.Token) is not { } read ? Refusals.Of(new ReviewIsNotOpen())
                : new OpenReviewView(
                    new ReviewView(review.Number, review.Url, review.Version, !read.IsDecided, review.OpenedAt), read.Head, read.IsDecided,
                    Files(read, await store.FindRunAsync(tenant, campaign, review.SyncId, ct)), read.Diff, read.DiffIsCut);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is ProviderException or OperationCanceledException)
        {
            return Refusals.Of(new RepositoryUnavailable(FailureText.Of(e, "It did not answer in time.")));
        }
    }

    /// <summary>Conflicts with their texts, as the repository has them; then what else its sync changed, as that told of it.</summary>
    internal static ImmutableArray<ReviewFileView> Files(SyncReview read, SyncRunRow? run)
    {
        var (left, conflicts) = (TextsMax, ImmutableArray.CreateBuilder<ReviewFileView>());
        foreach (var file in read.Files.OrderBy(f => f.Path, StringComparer.Ordinal).Take(SyncRunRow.FilesMax))
        {
            var length = new[] { file.Site, file.Base, file.Template, file.Branch }.Sum(t => t?.Length ?? 0);
            // A side that has the file and no text to show is not one without it: to take it would not delete the file.
            var isHidden = (file.SiteHasIt && file.Site is null) || (file.TemplateHasIt && file.Template is null);
            var (isCut, isBinary) = (length > left || (isHidden && length > 0), isHidden && length == 0);
            left -= isCut ? 0 : length;
            conflicts.Add(new ReviewFileView(
                file.Path, null, "conflict", file.Note, file.IsDecided, isBinary, isCut, isCut ? null : file.Site, isCut ? null : file.Base, isCut ? null : file.Template,
                isCut ? null : file.Branch));
        }

        var asked = conflicts.Select(c => c.Path).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. conflicts,
            .. (run?.Files ?? []).Where(f => !asked.Contains(f.Path)).OrderBy(f => f.Path, StringComparer.Ordinal)
                .Select(f => new ReviewFileView(f.Path, f.OldPath, f.Verdict, f.Note, true, false, false, null, null, null, null)).Take(SyncRunRow.FilesMax - asked.Count),
        ];
    }
}

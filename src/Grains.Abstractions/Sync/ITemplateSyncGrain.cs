using System;
using System.Collections.Immutable;
using System.Threading.Tasks;
using Orleans;

namespace PrizeDraw.Grains.Abstractions.Sync;

/// <summary>
/// Carries the template's changes into one campaign's repository, and what was pushed into its site. Key: <see cref="GrainKeys.Campaign"/>.
/// The only writer of the site's base, policy and syncs. What a call starts goes on by itself: it is read by <see cref="ITemplateQueries"/>.
/// Refusals: <c>campaign.not_found</c>, <c>campaign.wrong_state</c>, <c>template.no_site</c>, <c>template.version_unknown</c>,
/// <c>template.sync_under_way</c>, <c>template.sync_not_found</c>, <c>template.no_review</c>, <c>template.review_changed</c>, <c>template.review_undecided</c>,
/// <c>template.invalid</c> (errors by field), <c>installation.unconfirmed</c>.
/// </summary>
[Alias("template-sync-grain")]
public interface ITemplateSyncGrain : IGrainWithStringKey
{
    /// <summary>Begins a sync; repeated for the same release, or with the same id, it is the same sync. Answers the sync's id.</summary>
    [Alias("sync")] Task<Result<string>> SyncAsync(SyncSite command);

    /// <summary>
    /// Has a release's sync never push: a call for it that is carried out late finds one that was skipped, and one that had begun ends without
    /// pushing, unless it has. Answers its id.
    /// </summary>
    [Alias("forgo")] Task<Result<string>> ForgoAsync(ForgoSync command);

    /// <summary>
    /// Begins to put back what a sync pushed, keeping what people changed since; a pull request of it that is still open is closed instead, and
    /// one that was merged since is put back like a push. Repeated it is the same roll-back. Its result is <c>pushed</c>, <c>up_to_date</c> (there
    /// was nothing to put back any more, or a pull request was closed), <c>skipped</c> (it was only to close one, which was merged), or as a sync's.
    /// </summary>
    [Alias("roll-back")] Task<Result<string>> RollBackAsync(RollBackSite command);

    /// <summary>Begins to work out what a sync would do; nothing is pushed.</summary>
    [Alias("preview")] Task<Result<string>> PreviewAsync(SyncSite command);

    /// <summary>Changes how the site takes versions: pushed or by pull request, pinned, skipped or refused ones.</summary>
    [Alias("set-policy")] Task<Result<bool>> SetPolicyAsync(SetSyncPolicy command);

    /// <summary>Decides one file of an open review on the platform's own page.</summary>
    [Alias("resolve")] Task<Result<bool>> ResolveAsync(ResolveFile command);

    /// <summary>Merges the open review, or closes it: then the version is not proposed again.</summary>
    [Alias("end-review")] Task<Result<bool>> EndReviewAsync(EndReview command);

    /// <summary>Looks at once at what a reminder looks after: an open pull request, a sync that was cut short.</summary>
    [Alias("wake")] Task WakeAsync();
}

/// <param name="Version">The tag to be brought to; null with <paramref name="Picks"/>: the site's own base with these commits.</param>
/// <param name="Picks">Commits of the template (tags or ids) to take by themselves; empty takes everything up to the version.</param>
/// <param name="ReleaseId">The release that asks; null for a person.</param>
/// <param name="SyncId">The id that it is to have: asked for again with it, it is the same sync. Null for any.</param>
[GenerateSerializer, Alias("sync-site")]
public sealed record SyncSite(
    [property: Id(0)] Actor Actor, [property: Id(1)] string? Version, [property: Id(2)] ImmutableArray<string> Picks, [property: Id(3)] string? ReleaseId = null,
    [property: Id(4)] string? SyncId = null);

/// <param name="IsDry">Whether it is the preview of its dry run that nobody waits for any more.</param>
[GenerateSerializer, Alias("forgo-sync")]
public sealed record ForgoSync([property: Id(0)] Actor Actor, [property: Id(1)] string ReleaseId, [property: Id(2)] bool IsDry = false);

/// <param name="ReleaseId">The release that asks; null for a person.</param>
/// <param name="ClosesOnly">Whether only a pull request that is still open is closed: what people have merged, however late, stays.</param>
[GenerateSerializer, Alias("roll-back-site")]
public sealed record RollBackSite(
    [property: Id(0)] Actor Actor, [property: Id(1)] string SyncId, [property: Id(2)] string? ReleaseId = null, [property: Id(3)] bool ClosesOnly = false);

/// <param name="Policy"><c>push</c> or <c>pull_request</c>; null leaves it.</param>
/// <param name="IsPinned">Whether the site stays at its base; null leaves it.</param>
/// <param name="Skip">A version to be passed by: the next one carries its changes.</param>
/// <param name="Refuse">A version whose changes are never proposed again.</param>
/// <param name="Allow">A version no longer skipped, or proposed again after its pull request was closed; a refused one stays refused.</param>
[GenerateSerializer, Alias("set-sync-policy")]
public sealed record SetSyncPolicy(
    [property: Id(0)] Actor Actor, [property: Id(1)] string? Policy = null, [property: Id(2)] bool? IsPinned = null, [property: Id(3)] string? Skip = null,
    [property: Id(4)] string? Refuse = null, [property: Id(5)] string? Allow = null);

/// <param name="Head">The review's head as it was read: decided on another one is refused.</param>
/// <param name="Choice"><c>site</c>, <c>template</c> or <c>text</c>.</param>
/// <param name="Text">The whole file, 256 Ki characters at most, with <c>text</c>.</param>
[GenerateSerializer, Alias("resolve-file")]
public sealed record ResolveFile(
    [property: Id(0)] Actor Actor, [property: Id(1)] string Head, [property: Id(2)] string Path, [property: Id(3)] string Choice, [property: Id(4)] string? Text = null);

/// <param name="Merge">Merges it; otherwise it is closed.</param>
[GenerateSerializer, Alias("end-review")]
public sealed record EndReview([property: Id(0)] Actor Actor, [property: Id(1)] string Head, [property: Id(2)] bool Merge);

using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Sync;

/// <summary>Reads of the template's versions, releases and sites. Null is: not there, or not in scope. Lists are keyset-paged.</summary>
public interface ITemplateQueries
{
    /// <summary>The versions that the scope's sites can come to, newest first; for <see cref="Scope.All"/> those of all sources. Sites are counted within the scope.</summary>
    Task<Page<TemplateVersionView>> VersionsAsync(Scope scope, int limit, string? cursor, CancellationToken ct);

    /// <summary>How far each site is behind, and what is open there.</summary>
    Task<Page<SiteSyncView>> SitesAsync(Scope scope, int limit, string? cursor, CancellationToken ct);

    Task<SiteSyncView?> FindSiteAsync(Scope scope, string campaignId, CancellationToken ct);

    /// <summary>The syncs and roll-backs of a campaign, newest first.</summary>
    Task<Page<SyncView>> SyncsAsync(Scope scope, string campaignId, int limit, string? cursor, CancellationToken ct);

    Task<SyncView?> FindSyncAsync(Scope scope, string campaignId, string syncId, CancellationToken ct);

    Task<Page<ReleaseView>> ReleasesAsync(int limit, string? cursor, CancellationToken ct);

    Task<ReleaseView?> FindReleaseAsync(string releaseId, CancellationToken ct);

    /// <summary>A release's sites with their results, by wave and name.</summary>
    Task<Page<ReleaseSiteView>> ReleaseSitesAsync(string releaseId, string? state, int limit, string? cursor, CancellationToken ct);
}

/// <param name="Source"><c>local</c> or <c>github:owner/name</c>.</param>
/// <param name="Sites">How many sites stand at this version.</param>
public sealed record TemplateVersionView(string Source, string Tag, string Commit, string? Message, DateTimeOffset SeenAt, int Sites);

/// <param name="Behind">How many versions of its source are newer than its base; null where that is not known.</param>
/// <param name="Policy"><c>push</c> or <c>pull_request</c>.</param>
/// <param name="Declined">Versions, and commits taken by themselves, whose pull request people closed: not proposed again until they are allowed.</param>
/// <param name="LocalChanges">Files that differ from the base, as the newest look had it; null before the first.</param>
/// <param name="Latest">The newest sync that was not a preview.</param>
public sealed record SiteSyncView(
    string TenantId, string CampaignId, string CampaignName, string CampaignState, string Source, string BaseTag, string BaseCommit, ImmutableArray<string> Picks, int? Behind,
    string Policy, bool IsPinned, ImmutableArray<string> Skipped, ImmutableArray<string> Refused, ImmutableArray<string> Declined, int? LocalChanges, ReviewView? Review, SyncView? Latest);

/// <summary>An open pull request of sync.</summary>
/// <param name="Url">Null where the platform's own review page is the place.</param>
/// <param name="HasConflicts">Whether something in it must be decided.</param>
public sealed record ReviewView(int Number, string? Url, string Version, bool HasConflicts, DateTimeOffset OpenedAt);

/// <param name="Kind"><c>sync</c>, <c>rollback</c> or <c>preview</c>.</param>
/// <param name="State"><c>pending running deploying succeeded failed</c>.</param>
/// <param name="Result"><c>up_to_date pushed pull_request conflict_pull_request refused skipped</c>; null while under way.</param>
/// <param name="Health"><c>healthy</c>, <c>unhealthy</c>; null where nothing was deployed.</param>
/// <param name="Files">What became of each file that the template or the site had changed, 500 at most.</param>
/// <param name="Diff">Null in lists.</param>
public sealed record SyncView(
    string Id, string Kind, string? ReleaseId, string FromTag, string? ToTag, ImmutableArray<string> Picks, string State, string? Result, string? Reason, string? Commit,
    string? DeploymentId, string? Health, ImmutableArray<SyncedFileView> Files, string? Diff, bool DiffIsCut, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt);

/// <param name="Change"><c>added modified deleted renamed none</c>.</param>
/// <param name="Verdict"><c>taken merged kept conflict</c>.</param>
public sealed record SyncedFileView(string Path, string? OldPath, string Change, string Verdict, string? Note);

/// <param name="State"><c>pending running up_to_date pushed pull_request conflict_pull_request refused failed held skipped rolling_back rolled_back</c>; of a dry run what it would be.</param>
/// <param name="Health"><c>healthy</c> or <c>unhealthy</c> for a site that was pushed to; null before it was looked at.</param>
public sealed record ReleaseSiteView(
    string TenantId, string CampaignId, string CampaignName, int Wave, string State, string? Reason, string? Health, string? SyncId, string FromTag, string? SiteUrl,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt);

using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Draws;

namespace PrizeDraw.Grains.Abstractions.Campaigns;

/// <summary>The tenants that a credential covers. Every read is confined to them by row-level security.</summary>
/// <param name="TenantIds">Ids of the tenants; ignored when <paramref name="All"/>.</param>
/// <param name="CampaignIds">When not empty, only these campaigns of those tenants.</param>
/// <param name="All">Every tenant: <c>super_admin</c> alone.</param>
public sealed record Scope(ImmutableArray<string> TenantIds, ImmutableArray<string> CampaignIds, bool All)
{
    public static readonly Scope Everything = new([], [], true);

    public static Scope Of(string tenantId) => new([tenantId], [], false);
}

/// <summary>Reads of campaigns, with the reading role. Null is: not there, or not this scope's.</summary>
public interface ICampaignQueries
{
    Task<CampaignView?> FindAsync(Scope scope, string campaignId, CancellationToken ct);

    Task<Page<CampaignView>> ListAsync(Scope scope, string? tenantId, int limit, string? cursor, CancellationToken ct);

    Task<Page<DeploymentView>> DeploymentsAsync(Scope scope, string campaignId, int limit, string? cursor, CancellationToken ct);

    Task<DeploymentView?> FindDeploymentAsync(Scope scope, string deploymentId, CancellationToken ct);

    /// <summary>Which campaign a pool, prize or draw id belongs to: (tenant, campaign).</summary>
    Task<CampaignView?> FindByPoolAsync(Scope scope, string poolId, CancellationToken ct);

    Task<CampaignView?> FindByDrawAsync(Scope scope, string drawId, CancellationToken ct);
}

/// <summary>One run of the provisioning saga.</summary>
public sealed record DeploymentView(
    string Id, string CampaignId, string Kind, string State, DateTimeOffset StartedAt, DateTimeOffset? EndedAt,
    ImmutableArray<DeploymentStepView> Steps, ImmutableArray<DeploymentLogLine> Log)
{
    /// <summary>How long it will still take; null where that can't be said.</summary>
    public DeploymentEstimate? Estimate { get; init; }
}

/// <summary>How long a running deployment takes, judged by past ones of the same kind, client and choice of providers.</summary>
/// <param name="RemainingSeconds">Until it has succeeded; 0 when it takes longer than usual already.</param>
/// <param name="StepSeconds">How long the step under way usually takes in all.</param>
public sealed record DeploymentEstimate(int RemainingSeconds, int StepSeconds);

/// <summary>One step of a deployment.</summary>
/// <param name="Name">Stable, such as create-database.</param>
/// <param name="State">pending, running, succeeded, failed, undoing, undone or quarantined.</param>
/// <param name="Attempts">How often it was begun.</param>
/// <param name="StartedAt">When it was begun first.</param>
/// <param name="EndedAt">When it came to its end; null while it has not.</param>
/// <param name="Message">What came of it, or what stands in the way.</param>
public sealed record DeploymentStepView(
    string Name, string State, int Attempts, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? Message);

/// <summary>One line of a deployment's log.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Step">The step that it is about; null for the whole.</param>
/// <param name="Level">info, warning or error.</param>
/// <param name="Message">What happened, in words; secrets left out.</param>
/// <param name="Attempt">Which attempt of the step, from 1; null for the whole, and in old lines.</param>
/// <param name="Call">The call of a provider that it tells of; null for every other line.</param>
public sealed record DeploymentLogLine(DateTimeOffset At, string? Step, string Level, string Message, int? Attempt = null, DeploymentCall? Call = null);

/// <summary>One attempt of a call of a provider's API.</summary>
/// <param name="Operation">Stable, such as github.generate.</param>
/// <param name="Attempt">Which attempt of the call, from 1.</param>
/// <param name="Status">The answer's HTTP status; null when there was none.</param>
/// <param name="RequestId">The provider's own id of the request, for its support.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
/// <param name="Request">Method, path and body without secrets, 4 KB at most.</param>
/// <param name="Answer">The answer without secrets, 4 KB at most; only its size where it may tell of others' projects; what went wrong where there was none; null when it was empty.</param>
public sealed record DeploymentCall(string Operation, int Attempt, int? Status, string? RequestId, int DurationMs, string Request, string? Answer);

/// <summary>What the public endpoints need to know about a campaign. Cached for about a second; the pool judges by its own state.</summary>
public sealed record SiteSnapshot(CampaignView Campaign, ImmutableArray<string> Origins, string? TermsHash, DateTimeOffset? DrawsAt);

/// <summary>Finds the campaign that a site's credential names; runs with the system role, since no tenant is known yet.</summary>
public interface ISiteDirectory
{
    Task<SiteSnapshot?> FindBySiteKeyAsync(string siteKey, CancellationToken ct);

    /// <summary>By slug, for public documents that need no credential.</summary>
    Task<SiteSnapshot?> FindBySlugAsync(string slug, CancellationToken ct);
}

/// <summary>Reads from one campaign's own database.</summary>
public interface ICampaignDataQueries
{
    Task<CampaignStats?> StatsAsync(string tenantId, string campaignId, CancellationToken ct);

    /// <summary>Prizes of a pool with their counters; empty before provisioning.</summary>
    Task<ImmutableArray<PrizeCount>> PrizeCountsAsync(string tenantId, string campaignId, string? poolId, CancellationToken ct);

    /// <summary>Moments whose time has passed, and how many there are in all; never one that is still to come.</summary>
    Task<MomentsView> MomentsAsync(string tenantId, string campaignId, string poolId, int limit, CancellationToken ct);

    /// <summary>Entries, newest first. Personal data only when <paramref name="personal"/>.</summary>
    Task<Page<EntryView>> EntriesAsync(string tenantId, string campaignId, bool personal, int limit, string? cursor, CancellationToken ct);

    Task<ImmutableArray<DrawView>> DrawsAsync(string tenantId, string campaignId, bool personal, CancellationToken ct);

    /// <summary>Published winners, shortened, for the site.</summary>
    Task<ImmutableArray<PublishedDraw>> PublishedWinnersAsync(string tenantId, string campaignId, CancellationToken ct);
}

public sealed record OutcomeCounts(long Prize, long Gift, long None);

public sealed record PrizeCount(string Id, string PoolId, string Name, string Kind, long? Stock, long Allocated, long? Remaining);

public sealed record CampaignStats(
    long Entries, long Entrants, OutcomeCounts Outcomes, ImmutableSortedDictionary<string, long> Refusals, ImmutableArray<PrizeCount> Prizes);

/// <summary>Counts of winning moments: all, those that are due and unclaimed, claimed; and the past ones.</summary>
public sealed record MomentsView(long Total, long Claimed, long Waiting, ImmutableArray<PastMoment> Past);

/// <summary>A winning moment whose time has passed. Once it is claimed its leaf of the committed tree is open.</summary>
/// <param name="Salt">32 bytes, lower-case hex; null while nobody has claimed it.</param>
/// <param name="Index">The leaf's place in the tree, from 0; given with <paramref name="Path"/>.</param>
/// <param name="Path">Sibling hashes from the leaf to the committed root; null while unclaimed, or where the pool has too many moments to say.</param>
public sealed record PastMoment(
    string Id, string Prize, DateTimeOffset At, bool Claimed, string? PrizeId = null, string? Salt = null, int? Index = null,
    ImmutableArray<string>? Path = null);

public sealed record EntryView(
    string Id, string PoolId, long Number, DateTimeOffset EnteredAt, string Outcome, string? Prize,
    string? Email, string? FirstName, string? LastName, string? County)
{
    /// <summary>Why it takes no part in prize draws; null while it does.</summary>
    public string? Excluded { get; init; }

    /// <summary>Tickets on top of those that every entry of its pool has.</summary>
    public int BonusTickets { get; init; }
}

public sealed record DrawView(
    string Id, string CampaignId, string Name, string State, string Level, string Rule, int Reserves, ImmutableArray<string> Prizes,
    DateTimeOffset? At, DateTimeOffset? DrawnAt, DateTimeOffset? PublishedAt, string? RulesHash, string? SecretHash, string? Root,
    long? Eligible, long? Excluded, ImmutableArray<WinnerView> Winners)
{
    /// <summary>What happened to it; null for one that is not stored yet.</summary>
    public DrawHistory? History { get; init; }

    /// <summary>How it stands; null for one that is not stored yet.</summary>
    public DrawStand? Stand { get; init; }
}

/// <param name="Role"><c>winner</c> or <c>reserve</c>.</param>
/// <param name="Prize">What the place holds now; null for nothing.</param>
/// <param name="State"><c>provisional</c>, <c>published</c> or <c>replaced</c>.</param>
public sealed record WinnerView(int Position, string Role, string? Prize, string EntryId, string State, string? Name, string? Email, string? County)
{
    /// <summary>Null where nothing is to be claimed, or not yet.</summary>
    public ClaimOfWinner? Claim { get; init; }

    /// <summary>The winner's position that the prize was drawn for, where a reserve inherited it.</summary>
    public int? InheritedFrom { get; init; }
}

/// <param name="State"><c>told</c>, <c>claimed</c>, <c>lapsed</c>, <c>replaced</c>, <c>preparing</c>, <c>dispatched</c> or <c>delivered</c>.</param>
public sealed record ClaimOfWinner(string Id, string State, DateTimeOffset Deadline);

public sealed record PublishedDraw(string Id, string Name, string Level, DateTimeOffset PublishedAt, ImmutableArray<PublishedWinner> Winners);

/// <summary>A winner as the public sees one: initial and surname, and county (CAP Code 8.28.5).</summary>
public sealed record PublishedWinner(int Position, string Name, string? County, string? Prize);

/// <summary>Every version of the terms that a campaign has had, for their permanent addresses.</summary>
public interface ITermsVersions
{
    /// <summary>Null when the campaign never had this version.</summary>
    Task<TermsVersion?> FindAsync(string tenantId, string campaignId, int version, CancellationToken ct);
}

/// <param name="Hash">SHA-256 of the terms, lower-case hex.</param>
public sealed record TermsVersion(int Version, string Text, string? FreeRoute, string Hash);

using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Reconciliation;

/// <summary>
/// Compares what one owner's accounts hold with what campaigns know, each day, and deletes orphans where that is switched on. Key: the tenant
/// whose own accounts they are, <see cref="GrainKeys.Platform"/> for the platform's and this machine. Refusals:
/// <c>reconciliation.not_found</c>, <c>reconciliation.not_deletable</c>, <c>reconciliation.wrong_state</c>, <c>installation.unconfirmed</c>.
/// </summary>
[Alias("reconciler-grain")]
public interface IReconcilerGrain : IGrainWithStringKey
{
    /// <summary>There may be something to do. When this returns, a reminder stands that survives the host.</summary>
    [Alias("wake")] Task WakeAsync();

    /// <summary>Asks for a run of every account now; it deletes nothing. Answers before it has run.</summary>
    [Alias("ask")] Task<Result<bool>> AskAsync(AskReconciliation command);

    /// <summary>Switches deletion of orphans on or off for one account.</summary>
    [Alias("switch")] Task<Result<ReconciledAccountView>> SwitchAsync(SwitchDeletion command);

    /// <summary>Has one orphan deleted, past its grace period. Answers before it is gone.</summary>
    [Alias("delete")] Task<Result<FindingView>> DeleteAsync(FindingCommand command);

    /// <summary>Leaves a finding alone for good; again does nothing.</summary>
    [Alias("dismiss")] Task<Result<FindingView>> DismissAsync(FindingCommand command);
}

[GenerateSerializer, Alias("ask-reconciliation")]
public sealed record AskReconciliation([property: Id(0)] Actor Actor);

/// <param name="Provider">local, supabase, github or vercel.</param>
[GenerateSerializer, Alias("switch-deletion")]
public sealed record SwitchDeletion([property: Id(0)] Actor Actor, [property: Id(1)] string Provider, [property: Id(2)] bool IsOn);

[GenerateSerializer, Alias("finding-command")]
public sealed record FindingCommand([property: Id(0)] Actor Actor, [property: Id(1)] string FindingId);

/// <summary>One difference between what an account holds and what campaigns know.</summary>
/// <param name="Id">The finding's id.</param>
/// <param name="TenantId">Whose account it is; null for the platform's and this machine.</param>
/// <param name="Provider">local, supabase, github or vercel.</param>
/// <param name="Part">database, repository or site.</param>
/// <param name="Kind">orphan, missing, drift or stranger.</param>
/// <param name="State">reported, due, deleting, deleted, dismissed or resolved.</param>
/// <param name="Name">As the provider calls it.</param>
/// <param name="ResourceId">The provider's own id; null where the name is all there is.</param>
/// <param name="CampaignId">Whose part it is; null of what nobody knows.</param>
/// <param name="Detail">What is the matter, in words.</param>
/// <param name="Error">Why its deletion failed the last time.</param>
/// <param name="Runs">In how many runs it was seen.</param>
/// <param name="FirstSeenAt">When a run saw it first.</param>
/// <param name="LastSeenAt">When a run saw it last.</param>
/// <param name="StateAt">Since when it is in this state.</param>
[GenerateSerializer, Alias("finding-view")]
public sealed record FindingView(
    [property: Id(0)] string Id, [property: Id(1)] string? TenantId, [property: Id(2)] string Provider, [property: Id(3)] string Part,
    [property: Id(4)] string Kind, [property: Id(5)] string State, [property: Id(6)] string Name, [property: Id(7)] string? ResourceId,
    [property: Id(8)] string? CampaignId, [property: Id(9)] string Detail, [property: Id(10)] string? Error, [property: Id(11)] int Runs,
    [property: Id(12)] DateTimeOffset FirstSeenAt, [property: Id(13)] DateTimeOffset LastSeenAt, [property: Id(14)] DateTimeOffset StateAt);

/// <summary>How reconciliation of an account stands.</summary>
/// <param name="TenantId">Whose account it is; null for the platform's and this machine.</param>
/// <param name="Provider">local, supabase, github or vercel.</param>
/// <param name="IsDeleting">Whether orphans are deleted; by default they are only reported.</param>
/// <param name="NextAt">When it runs next.</param>
/// <param name="RanAt">When it last ran; null before the first run.</param>
/// <param name="Outcome">done, partial (the account holds more than is read) or failed.</param>
/// <param name="Message">Why it failed.</param>
/// <param name="Held">How much it holds in all.</param>
/// <param name="Ours">How much of that this installation made.</param>
/// <param name="Due">How many orphans are due to be deleted.</param>
/// <param name="RefusedAt">Since when nothing is deleted because too much would be.</param>
[GenerateSerializer, Alias("reconciled-account-view")]
public sealed record ReconciledAccountView(
    [property: Id(0)] string? TenantId, [property: Id(1)] string Provider, [property: Id(2)] bool IsDeleting, [property: Id(3)] DateTimeOffset NextAt,
    [property: Id(4)] DateTimeOffset? RanAt, [property: Id(5)] string? Outcome, [property: Id(6)] string? Message, [property: Id(7)] int Held,
    [property: Id(8)] int Ours, [property: Id(9)] int Due, [property: Id(10)] DateTimeOffset? RefusedAt);

/// <summary>Reads across tenants, for the platform's administrators.</summary>
public interface IReconciliationQueries
{
    /// <summary>Findings, newest first; of one state, or all.</summary>
    Task<Page<FindingView>> ListAsync(string? state, int limit, string? cursor, CancellationToken ct);

    Task<FindingView?> FindAsync(string findingId, CancellationToken ct);

    /// <summary>All accounts, the platform's first.</summary>
    Task<ImmutableArray<ReconciledAccountView>> AccountsAsync(CancellationToken ct);
}

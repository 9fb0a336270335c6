using System;
using System.Threading.Tasks;
using Orleans;

namespace PrizeDraw.Grains.Abstractions.Campaigns;

/// <summary>
/// Owns one campaign: its settings, its life and its provisioning saga. Key: <see cref="GrainKeys.Campaign"/>.
/// Every command writes its audit event in the same transaction. <c>IfMatch</c> is the version last read; null skips the check.
/// Refusals: <c>campaign.not_found</c>, <c>campaign.invalid</c> (errors by field), <c>campaign.slug_taken</c>,
/// <c>campaign.version_conflict</c>, <c>campaign.wrong_state</c>, <c>campaign.not_publishable</c> (errors list what is open).
/// </summary>
[Alias("campaign-grain")]
public interface ICampaignGrain : IGrainWithStringKey
{
    /// <summary>What changes pools may take as long as the pools do: a million winning moments are sealed and stored in about half a minute.</summary>
    private const string PoolChangeTimeout = "00:05:00";

    /// <summary>Creates a draft, and starts provisioning when asked to; then <see cref="CampaignView.DeploymentId"/> is set.</summary>
    [Alias("create")] Task<Result<CampaignView>> CreateAsync(CreateCampaign command);

    /// <summary>Replaces the settings. Pools, prizes and draw can change until the campaign is published.</summary>
    [ResponseTimeout(PoolChangeTimeout), Alias("update")] Task<Result<CampaignView>> UpdateAsync(UpdateCampaign command);

    /// <summary>Deletes a draft.</summary>
    [Alias("delete")] Task<Result<bool>> DeleteAsync(CampaignCommand command);

    /// <summary>Starts provisioning of a draft, or again after a failure.</summary>
    [Alias("provision")] Task<Result<CampaignView>> ProvisionAsync(CampaignCommand command);

    /// <summary>Asks a running deployment to stop after its current step and to undo what it did. <c>deployment.not_running</c> otherwise.</summary>
    [Alias("cancel-deployment")] Task<Result<bool>> CancelDeploymentAsync(CancelDeployment command);

    /// <summary>
    /// Lets a deployment that waits or rests in quarantine go on at once; one that ended without success begins anew. Of the newest alone:
    /// <c>deployment.not_retryable</c> otherwise.
    /// </summary>
    [Alias("retry-deployment")] Task<Result<CampaignView>> RetryDeploymentAsync(RetryDeployment command);

    /// <summary>Builds the site again from the campaign as it is now. The site stays up as it was until that has gone well.</summary>
    [Alias("deploy-content")] Task<Result<CampaignView>> DeployContentAsync(CampaignCommand command);

    /// <summary>
    /// Builds what a sync, or a roll-back of one, has pushed. Asked again for the same deployment it is the same one. Refusals: the state, a
    /// deployment under way, <c>installation.unconfirmed</c>.
    /// </summary>
    [Alias("deploy-sync")] Task<Result<CampaignView>> DeploySyncAsync(DeploySync command);

    /// <summary>Told at the host's start where a site was built for another address of the API: starts a content deployment if it is needed.</summary>
    [Alias("refresh-content")] Task RefreshContentAsync();

    /// <summary>Takes the site down and lets the database rest; all data is kept. Refused while anything is open (<c>campaign.not_settled</c>).</summary>
    [Alias("archive")] Task<Result<CampaignView>> ArchiveAsync(CampaignCommand command);

    /// <summary>Brings an archived campaign back: it is completed again.</summary>
    [Alias("unarchive")] Task<Result<CampaignView>> UnarchiveAsync(CampaignCommand command);

    /// <summary>
    /// Replaces one of the campaign's secrets by a deployment: the old one holds until the new one does. Refusals: the state, a deployment under way, no such
    /// secret, a site key whose one before is still taken.
    /// </summary>
    [Alias("rotate")] Task<Result<CampaignView>> RotateAsync(RotateSecret command);

    /// <summary>
    /// Removes site, repository, database and secrets for good, <c>super_admin</c> alone; what is public stays. Refused while anything is
    /// open (<c>campaign.not_settled</c>) or the name is another (<c>campaign.name_not_confirmed</c>).
    /// </summary>
    [Alias("decommission")] Task<Result<CampaignView>> DecommissionAsync(DecommissionCampaign command);

    /// <summary>Runs the publish gate; then the campaign is live from its opening.</summary>
    [ResponseTimeout(PoolChangeTimeout), Alias("publish")] Task<Result<CampaignView>> PublishAsync(CampaignCommand command);

    /// <summary>Stops taking entries; every pool has acknowledged it when this answers.</summary>
    [Alias("pause")] Task<Result<CampaignView>> PauseAsync(CampaignCommand command);

    [Alias("resume")] Task<Result<CampaignView>> ResumeAsync(CampaignCommand command);

    /// <summary>Closes before the date, <c>super_admin</c> alone, with reason and evidence.</summary>
    [Alias("close")] Task<Result<CampaignView>> CloseAsync(CloseCampaign command);

    /// <summary>Adds a pool; until the campaign is published.</summary>
    [ResponseTimeout(PoolChangeTimeout), Alias("add-pool")] Task<Result<PoolSettings>> AddPoolAsync(AddPool command);

    /// <summary>
    /// Adds a prize to a pool, at its end. Once the campaign is published none that is won by winning moments (they are committed to):
    /// <c>pool.not_changeable</c>.
    /// </summary>
    [ResponseTimeout(PoolChangeTimeout), Alias("add-prize")] Task<Result<PrizeAdded>> AddPrizeAsync(AddPrize command);

    /// <summary>
    /// Replaces a pool and its prizes. Once the campaign is published stock, caps, alerts and pauses change and prizes are added, from a
    /// definite entry number on; anything else is refused: <c>pool.not_changeable</c>, <c>prize.stock_below_allocated</c>,
    /// <c>pool.has_closed</c>, <c>pool.not_found</c>. May be repeated.
    /// </summary>
    [ResponseTimeout(PoolChangeTimeout), Alias("edit-pool")] Task<Result<PoolEdited>> EditPoolAsync(EditPool command);

    /// <summary>Adds moments to a pool; until the campaign is published.</summary>
    [ResponseTimeout(PoolChangeTimeout), Alias("add-moments")] Task<Result<int>> AddMomentsAsync(AddMoments command);

    /// <summary>Sets the campaign's draw; until the campaign is published.</summary>
    [ResponseTimeout(PoolChangeTimeout), Alias("plan-draw")] Task<Result<DrawSettings>> PlanDrawAsync(PlanDraw command);

    /// <summary>Writes down that a preview link is made; answers the epoch that it belongs to.</summary>
    [Alias("make-preview")] Task<Result<int>> MakePreviewAsync(MakePreview command);

    /// <summary>Ends every preview link that was made so far. Answers the epoch of those that come.</summary>
    [Alias("end-previews")] Task<Result<int>> EndPreviewsAsync(CampaignCommand command);

    /// <summary>Told by a draw that its winners are drawn or published, so that the campaign's state follows.</summary>
    [Alias("draw-advanced")] Task DrawAdvancedAsync(DrawAdvanced command);

    /// <summary>Told at the host's start for every campaign with a deployment under way: wakes the saga.</summary>
    [Alias("wake")] Task WakeAsync();
}

[GenerateSerializer, Alias("create-campaign")]
public sealed record CreateCampaign(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] CampaignSettings Settings,
    [property: Id(2)] bool Provision);

[GenerateSerializer, Alias("update-campaign")]
public sealed record UpdateCampaign(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] CampaignSettings Settings,
    [property: Id(2)] long? IfMatch);

[GenerateSerializer, Alias("campaign-command")]
public sealed record CampaignCommand(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] long? IfMatch = null,
    [property: Id(2)] string? Reason = null);

[GenerateSerializer, Alias("close-campaign")]
public sealed record CloseCampaign(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] string Reason,
    [property: Id(2)] string Evidence,
    [property: Id(3)] long? IfMatch = null);

[GenerateSerializer, Alias("cancel-deployment")]
public sealed record CancelDeployment([property: Id(0)] Actor Actor, [property: Id(1)] string DeploymentId);

[GenerateSerializer, Alias("retry-deployment")]
public sealed record RetryDeployment([property: Id(0)] Actor Actor, [property: Id(1)] string DeploymentId);

/// <param name="Kind"><c>sync</c> or <c>rollback</c>.</param>
/// <param name="DeploymentId">The id that it is to have.</param>
[GenerateSerializer, Alias("deploy-sync")]
public sealed record DeploySync([property: Id(0)] Actor Actor, [property: Id(1)] string Kind, [property: Id(2)] string DeploymentId);

/// <param name="ConfirmName">The campaign's name, exactly as it stands.</param>
[GenerateSerializer, Alias("decommission-campaign")]
public sealed record DecommissionCampaign(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] string ConfirmName,
    [property: Id(2)] long? IfMatch = null);

/// <param name="Hours">How long the link lasts.</param>
[GenerateSerializer, Alias("make-preview")]
public sealed record MakePreview([property: Id(0)] Actor Actor, [property: Id(1)] int Hours);

/// <param name="What">One of <see cref="Rotated"/>.</param>
[GenerateSerializer, Alias("rotate-secret")]
public sealed record RotateSecret(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] string What,
    [property: Id(2)] long? IfMatch = null);

/// <summary>The secrets of a campaign that can be replaced, by their names on the wire.</summary>
public static class Rotated
{
    /// <summary>The key that the campaign's site brings with each request.</summary>
    public const string SiteKey = "site_key";

    /// <summary>The password of the campaign's own database role.</summary>
    public const string DatabasePassword = "database_password";

    /// <summary>The password of the role that owns the tables, where the provider makes one for each database.</summary>
    public const string OwnerPassword = "owner_password";
}

[GenerateSerializer, Alias("add-pool")]
public sealed record AddPool([property: Id(0)] Actor Actor, [property: Id(1)] PoolSettings Pool);

[GenerateSerializer, Alias("add-prize")]
public sealed record AddPrize([property: Id(0)] Actor Actor, [property: Id(1)] string PoolId, [property: Id(2)] PrizeSettings Prize);

/// <param name="EffectiveFrom">Number of the first entry that is judged by it; null while the pool takes none.</param>
[GenerateSerializer, Alias("prize-added")]
public sealed record PrizeAdded([property: Id(0)] PrizeSettings Prize, [property: Id(1)] long? EffectiveFrom);

/// <param name="Pool">The pool as it shall be, with its id and all its prizes. Moments that are left out stay.</param>
/// <param name="IfMatch">The campaign's version last read; null skips the check.</param>
[GenerateSerializer, Alias("edit-pool")]
public sealed record EditPool([property: Id(0)] Actor Actor, [property: Id(1)] PoolSettings Pool, [property: Id(2)] long? IfMatch);

/// <param name="Campaign">The campaign after the change.</param>
/// <param name="EffectiveFrom">Number of the first entry that is judged by it; null while the pool takes none.</param>
[GenerateSerializer, Alias("pool-edited")]
public sealed record PoolEdited([property: Id(0)] CampaignView Campaign, [property: Id(1)] long? EffectiveFrom);

/// <param name="Addition">Names this addition: the same one again, cut short or sent twice, adds nothing.</param>
[GenerateSerializer, Alias("add-moments")]
public sealed record AddMoments(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] string PoolId,
    [property: Id(2)] System.Collections.Immutable.ImmutableArray<MomentSettings> Moments,
    [property: Id(3)] System.Guid Addition);

[GenerateSerializer, Alias("plan-draw")]
public sealed record PlanDraw([property: Id(0)] Actor Actor, [property: Id(1)] DrawSettings Draw);

/// <param name="State"><c>drawn</c> or <c>completed</c>.</param>
[GenerateSerializer, Alias("draw-advanced")]
public sealed record DrawAdvanced([property: Id(0)] string DrawId, [property: Id(1)] string State, [property: Id(2)] Actor Actor);

/// <summary>A campaign as it stands. States: draft, provisioning, ready, scheduled, live, paused, closed, drawn,
/// completed, archived, decommissioned, failed, rolled_back.</summary>
[GenerateSerializer, Alias("campaign-view")]
public sealed record CampaignView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string TenantId { get; init; }

    /// <summary>Goes into the ETag; counts up with each change.</summary>
    [Id(2)] public required long Version { get; init; }
    [Id(3)] public required string State { get; init; }
    [Id(4)] public required CampaignSettings Settings { get; init; }
    [Id(5)] public string? SiteUrl { get; init; }
    [Id(6)] public string? SiteKey { get; init; }
    [Id(7)] public DateTimeOffset? PublishedAt { get; init; }
    [Id(8)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The newest deployment.</summary>
    [Id(9)] public string? DeploymentId { get; init; }

    /// <summary>Template tag and commit that the campaign's repository was made from.</summary>
    [Id(10)] public string? TemplateVersion { get; init; }
    [Id(11)] public string? TemplateCommit { get; init; }

    /// <summary>Preview links that were made in an earlier one show nothing any more.</summary>
    [Id(12)] public int PreviewEpoch { get; init; }
}

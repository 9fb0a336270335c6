using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Draws;
using PrizeDraw.Grains.Evidence;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Draws;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>
/// The one writer of a campaign's central row: settings, life, deployments. Reentrant, so that cancel and status get through while a
/// saga runs; changes queue for one turn each. What it tells is what is stored.
/// </summary>
[Reentrant, GrainType("campaign")]
public sealed partial class CampaignGrain : Grain, ICampaignGrain, IRemindable
{
    private readonly CampaignStore store;
    private readonly DeploymentStore deployments;
    private readonly ISecrets secrets;
    private readonly OutboxRelay relay;
    private readonly ICodeQueries codes;
    private readonly InstantCommitments commitments;
    private readonly ProvisioningPlan plan;
    private readonly DrawLevels levels;
    private readonly DrawStore draws;
    private readonly Settling settling;
    private readonly IIncarnation incarnation;
    private readonly Saga saga;
    private readonly TimeProvider clock;
    private readonly ILogger<CampaignGrain> log;
    private readonly SemaphoreSlim turn = new(1, 1);
    private Guid tenantId, campaignId;
    private CampaignRow? row;
    private CampaignSettings settings = null!;
    private long epoch;
    private Exception? failure;

    public CampaignGrain(CampaignGrainParts parts, ILogger<CampaignGrain> log)
    {
        (store, deployments, secrets, relay, codes, clock) = (parts.Store, parts.Deployments, parts.Secrets, parts.Relay, parts.Codes, parts.Clock);
        (plan, commitments, levels, draws, settling, incarnation) = (parts.Plan, parts.Commitments, parts.Levels, parts.Draws, parts.Settling, parts.Incarnation);
        saga = new Saga(plan, deployments, parts.Observer, clock);
        this.log = log;
    }

    private string TenantId => Ids.Format(Ids.Tenant, tenantId);

    private string CampaignId => Ids.Format(Ids.Campaign, campaignId);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var parts = GrainKeys.Split(this.GetPrimaryKeyString());
        (tenantId, campaignId) = (Ids.Parse(Ids.Tenant, parts[0]), Ids.Parse(Ids.Campaign, parts[1]));
        await TakeAsync(cancellationToken);
        if (underWay is not null)
        {
            StartSaga();
        }
    }

    public async Task<Result<CampaignView>> CreateAsync(CreateCampaign command) => await InTurnAsync<CampaignView>(async () =>
    {
        if (row is not null)
        {
            // The same request again, cut short the first time: perhaps between the two things that it asks for.
            return command.Provision && row is { State: CampaignLife.Draft, DeploymentId: null } ? await StartProvisioningAsync(command.Actor) : View();
        }

        if ((CampaignSettingsCheck.Of(command.Settings) ?? CampaignSettingsCheck.Levels(null, command.Settings, levels)) is { } invalid)
        {
            return Refusals.Of(invalid);
        }

        if (command.Provision && CampaignSettingsCheck.ForProvisioning(command.Settings) is { } lacking)
        {
            return Refusals.Of(lacking);
        }

        var now = clock.GetUtcNow();
        settings = Completed(command.Settings, null);
        var created = new CampaignRow
        {
            TenantId = tenantId,
            CampaignId = campaignId,
            Name = settings.Name,
            State = CampaignLife.Draft,
            Settings = "{}",
            CreatedAt = now,
        }.With(settings);
        var written = await store.InsertAsync(
            created, CampaignMap.PartsOf(settings), CampaignMap.TermsOf(settings),
            Audit(command.Actor, "campaign.created", null, CampaignMap.WithoutMoments(settings)), CancellationToken.None,
            (work, ct) => secrets.PutAsync(work, tenantId, CampaignId, SecretNames.Moments, CampaignMap.MomentsOf(settings), ct));
        if (Refused(written) is { } refusal)
        {
            return refusal;
        }

        await TakeAsync(CancellationToken.None);
        return command.Provision ? await StartProvisioningAsync(command.Actor) : View();
    });

    public async Task<Result<CampaignView>> UpdateAsync(UpdateCampaign command) =>
        await ChangeAsync<CampaignView>(CampaignCommandKind.Edit, command.IfMatch, async () =>
        {
            var next = Completed(command.Settings, settings);
            var replaced = await ReplaceSettingsAsync(command.Actor, next, "campaign.updated");
            if (replaced.Refusal is { } refusal)
            {
                return refusal;
            }

            await FollowContentAsync(command.Actor);
            return View();
        });

    public async Task<Result<bool>> DeleteAsync(CampaignCommand command) =>
        await ChangeAsync<bool>(CampaignCommandKind.Delete, command.IfMatch, async () =>
        {
            if (!await store.DeleteAsync(
                tenantId, campaignId, epoch, Audit(command.Actor, "campaign.deleted", CampaignMap.WithoutMoments(settings), null), CancellationToken.None))
            {
                throw new CampaignTakenOverException();
            }

            await secrets.DeleteAsync(tenantId, CampaignId, SecretNames.Moments, CancellationToken.None);
            DeactivateOnIdle();
            row = null;
            return true;
        });

    private async Task<Result<T>> ChangeAsync<T>(CampaignCommandKind kind, long? ifMatch, Func<Task<Result<T>>> change) =>
        await InTurnAsync<T>(async () =>
        {
            await FinishPoolChangeAsync();
            var refused = row is null ? new CampaignNotFound()
                : ifMatch is { } version && version != row.Version ? new VersionConflict(row.Version)
                : CampaignLife.Refuses(StateNow(), kind) ?? RefusedMeanwhile(kind);
            return refused is null ? await change() : Refusals.Of(refused);
        });

    /// <summary>
    /// One change at a time; an unexpected failure ends the activation, and the next one loads the truth. So does a change that was
    /// waiting here already: what is in memory may be behind what was stored, or ahead of it.
    /// </summary>
    private async Task<Result<T>> InTurnAsync<T>(Func<Task<Result<T>>> change)
    {
        await turn.WaitAsync();
        try
        {
            if (failure is CampaignTakenOverException)
            {
                throw new CampaignTakenOverException();
            }

            if (failure is not null)
            {
                await TakeAsync(CancellationToken.None);
                failure = null;
            }

            return await change();
        }
        catch (Exception e)
        {
            failure = e;
            DeactivateOnIdle();
            throw;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task TakeAsync(CancellationToken ct)
    {
        if (await store.TakeAsync(tenantId, campaignId, ct) is not { } taken)
        {
            (row, underWay) = (null, null);
            return;
        }

        (row, epoch) = taken;
        underWay = row.DeploymentId is { } id && await deployments.FindAsync(tenantId, id, ct) is { } run && !DeploymentKind.HasEnded(run.State) ? run : null;
        isPoolChangeFinished = false;
        settings = CampaignMap.WithMoments(CampaignMap.SettingsOf(row), await secrets.GetAsync(tenantId, CampaignId, SecretNames.Moments, ct));
    }

    /// <summary>Stores the row with its change. A refusal leaves everything as it was.</summary>
    private async Task<Refusal?> SaveAsync(CampaignRow next, CampaignChange change)
    {
        var written = await store.SaveAsync(next, epoch, change, CancellationToken.None);
        if (written == CampaignWrite.Fenced)
        {
            throw new CampaignTakenOverException();
        }

        if (Refused(written) is { } refusal)
        {
            settings = CampaignMap.WithMoments(
                CampaignMap.SettingsOf(row!), await secrets.GetAsync(tenantId, CampaignId, SecretNames.Moments, CancellationToken.None));
            return refusal;
        }

        row = next with { Version = next.Version + 1 };
        return null;
    }

    private static Refusal? Refused(CampaignWrite written) => written switch
    {
        CampaignWrite.SlugTaken => Refusals.Of(new SlugTaken()),
        CampaignWrite.NoTenant => new Refusal("tenant.not_found", "There is no such client."),
        CampaignWrite.Exists => new Refusal("campaign.exists", "The campaign exists already."),
        CampaignWrite.Written => null,
        CampaignWrite.Fenced => throw new CampaignTakenOverException(),
        _ => throw new ArgumentOutOfRangeException(nameof(written)),
    };

    private string StateNow() =>
        row!.State == CampaignLife.Scheduled ? CampaignLife.OpenState(row.OpensAt!.Value, clock.GetUtcNow()) : row.State;

    private CampaignView View() => CampaignMap.View(row!, clock.GetUtcNow());

    private AuditEvent Audit(Actor actor, string action, object? before, object? after, string? subject = null) => new(
        tenantId, Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow(), campaignId, actor.Id, action, subject ?? CampaignId, before, after);

    private static string NewSiteKey() => "sk_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
}

/// <summary>What a campaign's grain is made of.</summary>
public sealed class CampaignGrainParts
{
    internal CampaignGrainParts(
        CampaignStore store, DeploymentStore deployments, ISecrets secrets, OutboxRelay relay, ICodeQueries codes,
        InstantCommitments commitments, ProvisioningPlan plan, DrawLevels levels, DrawStore draws, Settling settling, IIncarnation incarnation,
        ISagaObserver observer, TimeProvider clock)
    {
        (Store, Deployments, Secrets, Relay, Codes) = (store, deployments, secrets, relay, codes);
        (Commitments, Plan, Levels, Draws, Settling, Incarnation) = (commitments, plan, levels, draws, settling, incarnation);
        (Observer, Clock) = (observer, clock);
    }

    internal CampaignStore Store { get; }

    internal DeploymentStore Deployments { get; }

    internal ISecrets Secrets { get; }

    internal OutboxRelay Relay { get; }

    internal ICodeQueries Codes { get; }

    internal InstantCommitments Commitments { get; }

    internal ProvisioningPlan Plan { get; }

    internal DrawLevels Levels { get; }

    internal DrawStore Draws { get; }

    internal Settling Settling { get; }

    internal IIncarnation Incarnation { get; }

    internal ISagaObserver Observer { get; }

    internal TimeProvider Clock { get; }
}

/// <summary>Another activation holds the campaign: nothing was written.</summary>
public sealed class CampaignTakenOverException() : StorageUnavailableException("Another activation has taken over this campaign.");

using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.ApiKeys;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Grains.Abstractions.Domains;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Provisioning;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Grains.Abstractions.Reconciliation;
using PrizeDraw.Grains.Abstractions.Rehearsals;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Abstractions.Tenants;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Api.Tests.Fakes;

internal sealed class FakeCampaign(FakePlatform platform, string key) : ICampaignGrain
{
    private string Id => GrainKeys.Split(key)[1];

    public Task<Result<CampaignView>> CreateAsync(CreateCampaign command)
    {
        platform.Command();
        var id = GrainKeys.Split(key);
        var deployment = command.Provision ? Ids.New(Ids.Deployment, platform.Clock.GetUtcNow()) : null;
        if (deployment is not null)
        {
            platform.Deployments[deployment] = Sample.Deployment(deployment, id[1], platform.Clock.GetUtcNow());
        }

        return Told(platform.Campaigns[id[1]] = new CampaignView
        {
            Id = id[1], TenantId = id[0], Version = 1, State = command.Provision ? "provisioning" : "draft", Settings = command.Settings,
            CreatedAt = platform.Clock.GetUtcNow(), DeploymentId = deployment,
        });
    }

    public Task<Result<CampaignView>> UpdateAsync(UpdateCampaign command) =>
        Change(command.IfMatch, campaign => campaign with { Settings = command.Settings });

    public Task<Result<bool>> DeleteAsync(CampaignCommand command)
    {
        platform.Command();
        return Task.FromResult<Result<bool>>(platform.Campaigns[Id].State == "draft"
            ? platform.Campaigns.TryRemove(Id, out _)
            : new Refusal("campaign.wrong_state", "Only a draft can be deleted."));
    }

    public Task<Result<CampaignView>> ProvisionAsync(CampaignCommand command) => Change(command.IfMatch, campaign => campaign);

    public Task<Result<bool>> CancelDeploymentAsync(CancelDeployment command)
    {
        platform.Command();
        return Task.FromResult<Result<bool>>(true);
    }

    public Task<Result<CampaignView>> RetryDeploymentAsync(RetryDeployment command) => Change(null, campaign => campaign);

    public Task<Result<CampaignView>> DeployContentAsync(CampaignCommand command) => Change(command.IfMatch, campaign => campaign);

    public Task<Result<CampaignView>> DeploySyncAsync(DeploySync command) => throw new NotSupportedException();

    public Task RefreshContentAsync() => throw new NotSupportedException();

    public Task<Result<int>> MakePreviewAsync(MakePreview command)
    {
        platform.Command();
        return Task.FromResult<Result<int>>(platform.Campaigns[Id].PreviewEpoch);
    }

    public Task<Result<int>> EndPreviewsAsync(CampaignCommand command)
    {
        platform.Command();
        platform.Campaigns[Id] = platform.Campaigns[Id] with { PreviewEpoch = platform.Campaigns[Id].PreviewEpoch + 1 };
        return Task.FromResult<Result<int>>(platform.Campaigns[Id].PreviewEpoch);
    }

    public Task<Result<CampaignView>> ArchiveAsync(CampaignCommand command) => Change(command.IfMatch, campaign => campaign);

    public Task<Result<CampaignView>> UnarchiveAsync(CampaignCommand command) => Change(command.IfMatch, campaign => campaign);

    public Task<Result<CampaignView>> RotateAsync(RotateSecret command) =>
        Change(command.IfMatch, campaign => campaign with { DeploymentId = Ids.New(Ids.Deployment, platform.Clock.GetUtcNow()) });

    public Task<Result<CampaignView>> DecommissionAsync(DecommissionCampaign command) =>
        Change(command.IfMatch, campaign => campaign with { DeploymentId = Ids.New(Ids.Deployment, platform.Clock.GetUtcNow()) });

    public Task<Result<CampaignView>> PublishAsync(CampaignCommand command) =>
        Change(command.IfMatch, campaign => campaign with { State = "scheduled", PublishedAt = platform.Clock.GetUtcNow() });

    public Task<Result<CampaignView>> PauseAsync(CampaignCommand command) =>
        Change(command.IfMatch, campaign => campaign with { State = "paused" });

    public Task<Result<CampaignView>> ResumeAsync(CampaignCommand command) =>
        Change(command.IfMatch, campaign => campaign with { State = "live" });

    public Task<Result<CampaignView>> CloseAsync(CloseCampaign command) =>
        Change(command.IfMatch, campaign => campaign with { State = "closed" });

    public Task<Result<PoolSettings>> AddPoolAsync(AddPool command)
    {
        platform.Command();
        return Task.FromResult<Result<PoolSettings>>(command.Pool);
    }

    public Task<Result<PrizeAdded>> AddPrizeAsync(AddPrize command)
    {
        platform.Command();
        return Task.FromResult<Result<PrizeAdded>>(new PrizeAdded(command.Prize, 1043));
    }

    public async Task<Result<PoolEdited>> EditPoolAsync(EditPool command)
    {
        if (platform.PoolEdits?.Invoke(command) is { } refusal)
        {
            platform.Command();
            return refusal;
        }

        var changed = await Change(command.IfMatch, campaign => campaign with
        {
            Settings = campaign.Settings with { Pools = [.. campaign.Settings.Pools.Select(p => p.Id == command.Pool.Id ? command.Pool : p)] },
        });
        return changed.Refusal is { } refused ? refused : new PoolEdited(changed.Value!, 1043);
    }

    public Task<Result<int>> AddMomentsAsync(AddMoments command)
    {
        platform.Command();
        platform.Moments.Enqueue(command);
        return Task.FromResult<Result<int>>(command.Moments.Sum(moment => moment.Generate?.Count ?? 1));
    }

    public Task<Result<DrawSettings>> PlanDrawAsync(PlanDraw command)
    {
        platform.Command();
        return Task.FromResult<Result<DrawSettings>>(command.Draw);
    }

    public Task DrawAdvancedAsync(DrawAdvanced command) => throw new NotSupportedException();

    public Task WakeAsync() => throw new NotSupportedException();

    private Task<Result<CampaignView>> Change(long? ifMatch, Func<CampaignView, CampaignView> change)
    {
        platform.Command();
        if (platform.ChangedMeanwhile.TryRemove(Id, out var meanwhile))
        {
            platform.Campaigns[Id] = meanwhile(platform.Campaigns[Id]) with { Version = platform.Campaigns[Id].Version + 1 };
        }

        var campaign = platform.Campaigns[Id];
        if (ifMatch is { } version && version != campaign.Version)
        {
            return Task.FromResult<Result<CampaignView>>(new Refusal("campaign.version_conflict", "The campaign has changed."));
        }

        return Told(platform.Campaigns[Id] = change(campaign) with { Version = campaign.Version + 1 });
    }

    private static Task<Result<CampaignView>> Told(CampaignView campaign) => Task.FromResult<Result<CampaignView>>(campaign);
}

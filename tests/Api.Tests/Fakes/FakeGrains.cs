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
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Provisioning;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Grains.Abstractions.Reconciliation;
using PrizeDraw.Grains.Abstractions.Rehearsals;
using PrizeDraw.Grains.Abstractions.Tenants;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Api.Tests.Fakes;

internal sealed class FakeGrainFactory(
    FakePlatform platform, FakeRehearsals rehearsals, FakeClaims claims, FakeProviderAccounts accounts, FakeInstallation installation,
    FakeReconciliation reconciliation)
    : IGrainFactory
{
    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        (TGrainInterface)GetGrain(typeof(TGrainInterface), primaryKey);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => grainInterfaceType switch
    {
        _ when grainInterfaceType == typeof(ITenantGrain) => new FakeTenant(platform, grainPrimaryKey),
        _ when grainInterfaceType == typeof(IWebhookGrain) => new FakeWebhook(platform, grainPrimaryKey),
        _ when grainInterfaceType == typeof(IProviderAccountsGrain) => accounts.Grain(grainPrimaryKey),
        _ when grainInterfaceType == typeof(IReconcilerGrain) => reconciliation,
        _ when grainInterfaceType == typeof(IInstallationGrain) => installation,
        _ when grainInterfaceType == typeof(IUserGrain) => new FakeUser(platform, grainPrimaryKey),
        _ when grainInterfaceType == typeof(ICampaignGrain) => new FakeCampaign(platform, grainPrimaryKey),
        _ when grainInterfaceType == typeof(IDrawGrain) => new FakeDraw(platform, grainPrimaryKey),
        _ when grainInterfaceType == typeof(IInstantEvidenceGrain) => new FakeInstantEvidence(platform),
        _ when grainInterfaceType == typeof(IPrizePoolGrain) => new FakePool(platform, grainPrimaryKey),
        _ when grainInterfaceType == typeof(ICodeBatchGrain) => new FakeCodeBatch(platform, grainPrimaryKey),
        _ when grainInterfaceType == typeof(IEntryEligibilityGrain) => new FakeEligibility(platform),
        _ when grainInterfaceType == typeof(IApiKeyGrain) => new FakeApiKey(platform, grainPrimaryKey),
        _ when grainInterfaceType == typeof(IClaimsGrain) => claims.Grain(grainPrimaryKey),
        _ when grainInterfaceType == typeof(IRehearsalGrain) => rehearsals.Grain(grainPrimaryKey),
        _ => throw new NotSupportedException(grainInterfaceType.Name),
    };

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => throw new NotSupportedException();
}

internal sealed class FakeTenant(FakePlatform platform, string id) : ITenantGrain
{
    public Task<Result<TenantView>> CreateAsync(CreateTenant command)
    {
        platform.Command();
        if (platform.Tenants.TryGetValue(id, out var same))
        {
            return Task.FromResult<Result<TenantView>>(same);
        }

        return Task.FromResult<Result<TenantView>>(platform.Tenants.Values.Any(tenant => tenant.Slug == command.Slug)
            ? new Refusal("tenant.slug_taken", "Another tenant has this slug.")
            : platform.Tenants[id] = new TenantView(id, command.Name, command.Slug, 1, platform.Clock.GetUtcNow()));
    }

    public Task<Result<TenantView>> UpdateAsync(UpdateTenant command)
    {
        platform.Command();
        var tenant = platform.Tenants[id];
        return Task.FromResult<Result<TenantView>>(command.IfMatch is { } version && version != tenant.Version
            ? new Refusal("tenant.version_conflict", "The tenant has changed.")
            : platform.Tenants[id] = tenant with
            {
                Name = command.Name ?? tenant.Name, Slug = command.Slug ?? tenant.Slug, Version = tenant.Version + 1,
            });
    }
}

internal sealed class FakeUser(FakePlatform platform, string id) : IUserGrain
{
    public Task<Result<UserView>> CreateAsync(CreateUser command)
    {
        platform.Command();
        if (platform.Users.Values.Any(user => user.Email == command.Email && user.Id != id))
        {
            return Task.FromResult<Result<UserView>>(new Refusal("user.email_taken", "Another user has this e-mail address."));
        }

        platform.Accounts[id] = new PlatformUser
        {
            Id = id, Email = command.Email, NormalizedEmail = command.Email.ToUpperInvariant(), Role = command.Role,
            PasswordHash = command.PasswordHash, TenantIds = command.TenantIds, CampaignIds = command.CampaignIds,
        };
        return Task.FromResult<Result<UserView>>(platform.Users[id] = new UserView(
            id, command.Email, command.Role, command.TenantIds, command.CampaignIds, false, 1, platform.Clock.GetUtcNow()));
    }

    public Task<Result<UserView>> UpdateAsync(UpdateUser command)
    {
        platform.Command();
        var user = platform.Users[id];
        return Task.FromResult<Result<UserView>>(command.IfMatch is { } version && version != user.Version
            ? new Refusal("user.version_conflict", "The user has changed.")
            : platform.Users[id] = user with
            {
                Role = command.Role ?? user.Role, Disabled = command.Disabled ?? user.Disabled,
                TenantIds = command.TenantIds ?? user.TenantIds, Version = user.Version + 1,
            });
    }

    public Task<Result<bool>> SetPasswordAsync(SetPassword command)
    {
        platform.Command();
        platform.Accounts[id].PasswordHash = command.PasswordHash;
        return Task.FromResult<Result<bool>>(true);
    }
}

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

    public Task RefreshContentAsync() => throw new NotSupportedException();

    public Task<Result<CampaignView>> ArchiveAsync(CampaignCommand command) => Change(command.IfMatch, campaign => campaign);

    public Task<Result<CampaignView>> UnarchiveAsync(CampaignCommand command) => Change(command.IfMatch, campaign => campaign);

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

internal sealed class FakePool(FakePlatform platform, string key) : IPrizePoolGrain
{
    public Task<Result<long>> FreezeAsync(FreezePool command) => throw new NotSupportedException();

    public Task<Result<bool>> SealAsync(SealPool command) => throw new NotSupportedException();

    public Task<Result<EntryAnswer>> SubmitAsync(SubmitEntry command)
    {
        platform.Command();
        platform.PoolKeys.Enqueue(key);
        platform.Entries.Enqueue(command);
        return Task.FromResult(platform.PoolAnswers?.Invoke(command) ?? Sample.EntryAnswer(key, command, platform.Entries.Count));
    }

    public Task<Result<bool>> ConfigureAsync(ConfigurePool command) => throw new NotSupportedException();

    public Task<Result<bool>> SetPhaseAsync(SetPoolPhase command) => throw new NotSupportedException();

    public Task<Result<long>> ChangeAsync(ChangePool command) => throw new NotSupportedException();

    public Task ReloadAsync() => throw new NotSupportedException();

    public Task<Result<long>> CloseAsync(ClosePool command) => throw new NotSupportedException();
}

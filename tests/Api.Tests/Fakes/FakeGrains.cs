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

internal sealed class FakeGrainFactory(
    FakePlatform platform, FakeRehearsals rehearsals, FakeClaims claims, FakeProviderAccounts accounts, FakeInstallation installation,
    FakeReconciliation reconciliation, FakeDomains domains, FakeTemplate template)
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
        _ when grainInterfaceType == typeof(IDomainsGrain) => domains.Grain(grainPrimaryKey),
        _ when grainInterfaceType == typeof(ITemplateSyncGrain) => template.SyncGrain(grainPrimaryKey),
        _ when grainInterfaceType == typeof(IReleaseGrain) => template.ReleaseGrain(grainPrimaryKey),
        _ when grainInterfaceType == typeof(ITemplateVersionsGrain) => template.VersionsGrain(),
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

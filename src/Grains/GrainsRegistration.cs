using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PrizeDraw.Grains.Campaigns;
using PrizeDraw.Grains.Evidence;
using PrizeDraw.Grains.Codes;
using PrizeDraw.Grains.Domains;
using PrizeDraw.Grains.EntrantMails;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Installations;
using PrizeDraw.Grains.Notices;
using PrizeDraw.Grains.Pools;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Grains.Reconciliation;
using PrizeDraw.Grains.Rehearsals;
using PrizeDraw.Grains.Sync;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Providers.Timestamps;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Grains.Draws;
using PrizeDraw.Storage.Campaign.Eligibility;
using PrizeDraw.Storage.Campaign.Draws;
using PrizeDraw.Storage.Campaign.Pools;
using PrizeDraw.Storage.Campaign.Reading;
using PrizeDraw.Storage.Campaign.Rehearsals;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Central.Rehearsals;
using PrizeDraw.Storage.Secrets;
using System;
using System.Net.Http;
using Orleans;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Grains.Abstractions.Provisioning;

namespace PrizeDraw.Grains;

/// <summary>What the grains need beside the engine, Storage and the providers.</summary>
public static class GrainsRegistration
{
    public static IServiceCollection AddPlatformGrains(this IServiceCollection services, Action<ProvisioningOptions> provisioning)
    {
        var options = new ProvisioningOptions();
        provisioning(options);
        services.AddSingleton(options);
        services.AddOptions<PoolOptions>().ValidateDataAnnotations().ValidateOnStart();
        services.AddHttpClient("site-check").ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(10));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ISagaObserver, NoSagaObserver>();
        services.AddSingleton<MomentSeal>().AddSingleton<PoolStore>().AddSingleton<PoolSetupStore>().AddSingleton<PoolEndStore>().AddSingleton<CouponStore>()
            .AddSingleton<EligibilityStore>().AddSingleton<OutboxRelay>().AddSingleton<CampaignStore>().AddSingleton<DeploymentStore>();
        services.AddSingleton(p => new LocalProviders(
            p.GetRequiredService<IDatabaseProvider>(), p.GetRequiredService<ITemplateSource>(), p.GetRequiredService<IRepositoryHost>(),
            p.GetRequiredService<ISiteHosting>(), p.GetRequiredService<ISyncHost>(), p.GetRequiredService<ITemplateHistory>()));
        services.TryAddSingleton(new CloudProvidersOptions());
        services.TryAddSingleton(BudgetRules.Published);
        services.TryAddSingleton<IRequestBudget, SharedRequestBudget>();
        services.AddSingleton<CloudProviders>();
        services.AddSingleton<IProviderDirectory, ProviderDirectory>().AddSingleton<DatabaseRequests>().AddSingleton<ReadyDatabase>();
        services.AddSingleton<CampaignPreflight>().AddSingleton<PreflightStep>().AddSingleton<ChecksUnderWay>().AddSingleton<IProviderChecks, ProviderChecks>();
        services.AddDeployments();
        services.AddSingleton<OpenMatters>().AddSingleton<Settling>();
        services.AddSingleton<ICampaignDatabaseOwner, CampaignDatabaseOwner>().AddSingleton<CampaignSchema>();
        services.AddSingleton<RehearsalRows>().AddSingleton<RehearsalStore>().AddSingleton<OneEntry>().AddSingleton<RehearseEntry>();
        services.AddSingleton(p => new CampaignGrainParts(
            p.GetRequiredService<CampaignStore>(), p.GetRequiredService<DeploymentStore>(), p.GetRequiredService<ISecrets>(),
            p.GetRequiredService<OutboxRelay>(), p.GetRequiredService<ICodeQueries>(), p.GetRequiredService<InstantCommitments>(),
            p.GetRequiredService<ProvisioningPlan>(), DrawLevels.Of(p.GetRequiredService<IBeacon>(), p.GetRequiredService<ITimestampAuthority>()),
            p.GetRequiredService<DrawStore>(), p.GetRequiredService<Settling>(), p.GetRequiredService<IIncarnation>(),
            p.GetRequiredService<ISagaObserver>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IInstallation, ServedInstallation>();
        services.AddDraws();
        services.AddCodes();
        services.AddReconciliation();
        services.AddDomains();
        services.AddReleases();
        services.AddTemplateSync();
        services.AddNotices();
        services.AddEntrantMails().AddClaims();
        services.AddSingleton<InstantCommitments>().AddSingleton<InstantRounds>();
        return services;
    }
}

using System;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.ApiKeys;
using PrizeDraw.Grains.Abstractions.Audit;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Grains.Abstractions.Domains;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Grains.Abstractions.Provisioning;
using PrizeDraw.Grains.Abstractions.Reconciliation;
using PrizeDraw.Grains.Abstractions.Rehearsals;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Abstractions.Tenants;
using PrizeDraw.Grains.Abstractions.Users;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Storage.Campaign.Draws;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Claims;
using PrizeDraw.Storage.Campaign.Codes;
using PrizeDraw.Storage.Campaign.Draws.Lists;
using PrizeDraw.Storage.Campaign.Eligibility;
using PrizeDraw.Storage.Campaign.Pools;
using PrizeDraw.Storage.Campaign.Reading;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.ApiKeys;
using PrizeDraw.Storage.Central.Audit;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Central.Codes;
using PrizeDraw.Storage.Central.Domains;
using PrizeDraw.Storage.Central.DrawLists;
using PrizeDraw.Storage.Central.Installations;
using PrizeDraw.Storage.Central.Notices;
using PrizeDraw.Storage.Central.Provisioning;
using PrizeDraw.Storage.Central.Reconciliation;
using PrizeDraw.Storage.Central.Rehearsals;
using PrizeDraw.Storage.Central.Requests;
using PrizeDraw.Storage.Central.Sync;
using PrizeDraw.Storage.Central.Tenants;
using PrizeDraw.Storage.Central.Users;
using PrizeDraw.Storage.DataProtection;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage;

/// <summary>Registers everything that stores or reads.</summary>
public static class PlatformStorage
{
    /// <summary>
    /// After this, and before anything else runs, the host awaits <see cref="CentralBootstrap.RunAsync"/>.
    /// </summary>
    public static IServiceCollection AddPlatformStorage(
        this IServiceCollection services, CentralOptions central, CampaignConnectionOptions? campaigns = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(central);
        campaigns ??= new CampaignConnectionOptions();
        services.AddSingleton(campaigns with { Times = campaigns.Times ?? ConnectionTimes.Of(central.AdminConnectionString) });
        services.AddSingleton(central.MasterKey);
        if (central.PreviousMasterKey is { } previous)
        {
            services.AddSingleton(new PreviousMasterKey(previous));
        }

        services.AddSingleton<CentralConnections>();
        services.AddSingleton<CentralBootstrap>();
        services.AddSingleton<CentralDatabase>();
        services.AddSingleton<ScopedReads>();
        services.TryAddSingleton(new LastSeenFile(null as string));
        services.AddSingleton<IncarnationStore>().AddSingleton<IIncarnation>(p => p.GetRequiredService<IncarnationStore>());
        return services.AddSecrets().AddCodes().AddCampaignDatabases().AddDrawLists().AddQueries().AddEvidence().AddPeople().AddNotices();
    }

    private static IServiceCollection AddSecrets(this IServiceCollection services)
    {
        services.AddSingleton<SecretBox>();
        services.AddSingleton<ISecrets, SecretStore>();
        services.AddSingleton<SigningKeys>();
        services.AddDataProtection().PersistKeysToCentralDatabase();
        return services;
    }

    private static IServiceCollection AddCampaignDatabases(this IServiceCollection services)
    {
        services.AddSingleton<CampaignStanding>().AddSingleton<PutAwayDatabase>().AddSingleton<CampaignConnections>();
        services.AddSingleton<CampaignDatabaseMigrator>();
        services.TryAddSingleton<MomentSeal>();
        services.AddSingleton<MomentReads>();
        services.AddSingleton<DrawHappenings>();
        services.AddSingleton<DrawObservers>().AddSingleton<IObservationQueries>(p => p.GetRequiredService<DrawObservers>());
        services.AddSingleton<DrawReads>().AddSingleton<DrawStands>();
        services.AddSingleton<ICampaignDataQueries, CampaignDataQueries>();
        services.AddSingleton<ICampaignStatistics, StatisticsReads>();
        services.AddSingleton<IEntryExport, EntryExport>().AddSingleton<IEntryCampaigns, EntryCampaigns>();
        services.AddSingleton<IClaimQueries, ClaimReads>();
        return services;
    }

    private static IServiceCollection AddDrawLists(this IServiceCollection services)
    {
        services.TryAddSingleton(new DrawListOptions());
        return services.AddSingleton<DrawLists>().AddSingleton<DrawListEntries>().AddSingleton<DrawListBuilder>();
    }

    private static IServiceCollection AddQueries(this IServiceCollection services)
    {
        services.AddSingleton<DeploymentQueries>();
        services.AddSingleton<ICampaignQueries, CampaignQueries>();
        services.AddSingleton<ISiteDirectory, SiteDirectory>();
        services.AddSingleton<DomainStore>().AddSingleton<IDomainQueries, DomainQueries>();
        services.AddSingleton<SiteSyncStore>().AddSingleton<TemplateVersionStore>().AddSingleton<ITemplateQueries, TemplateQueries>();
        services.AddSingleton<ITermsVersions, TermsVersions>();
        services.AddHealthChecks().AddCheck<CentralHealth>("central-database");
        services.AddSingleton<IAuditQueries, AuditQueries>();
        services.AddSingleton<ITenantQueries, TenantQueries>();
        services.AddSingleton<IRequestKeys, RequestKeys>();
        services.AddSingleton<RequestKeySweep>();
        services.AddSingleton<IRehearsalQueries, RehearsalQueries>();
        return services;
    }

    private static IServiceCollection AddNotices(this IServiceCollection services)
    {
        services.AddSingleton<INoticeQueries, NoticeQueries>().AddSingleton<IWebhookQueries, WebhookQueries>();
        services.AddSingleton<ProviderAccountStore>().AddSingleton<IProviderAccountQueries, ProviderAccountQueries>();
        services.AddSingleton<RequestBudgetStore>();
        services.AddSingleton<KnownParts>().AddSingleton<IReconciliationQueries, ReconciliationQueries>();
        services.AddSingleton<WebhookStore>().AddSingleton<DeliveryStore>().AddSingleton<RelayCandidates>().AddSingleton<AuditRecall>();
        services.AddSingleton<NoticeTargets>().AddSingleton<NoticeRelay>().AddSingleton<CentralNotices>();
        // The grains bring the one that delivers.
        services.AddSingleton<IDeliveryWake, NoDelivery>();
        return services;
    }

    private static IServiceCollection AddCodes(this IServiceCollection services) => services
        .AddSingleton<ICodeQueries, CodeReads>().AddSingleton<ICodeRoutes, CodeRoutes>().AddSingleton<IApiKeyQueries, ApiKeyQueries>();

    private static IServiceCollection AddPeople(this IServiceCollection services)
    {
        services.AddSingleton<TenantStore>();
        services.AddSingleton<UserStore>();
        services.AddSingleton<IUserQueries, UserQueries>();
        services.AddSingleton<ISessions, Sessions>();
        // Scoped: it remembers what it has loaded, as UserManager expects of a store.
        services.AddScoped<IUserStore<PlatformUser>, PlatformUserStore>();
        return services;
    }
}

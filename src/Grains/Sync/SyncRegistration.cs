using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>What the grains of template sync need.</summary>
internal static class SyncRegistration
{
    public static IServiceCollection AddTemplateSync(this IServiceCollection services) => services
        .AddSingleton<SiteOpener>().AddSingleton<SyncTargets>().AddSingleton<SyncDeploying>().AddSingleton<ReviewWork>().AddSingleton<SyncWork>()
        .AddSingleton<ITemplateReviews, SiteReviews>().AddSingleton<ISiteRepositories, SiteRepositories>()
        .AddSingleton(p => new TemplateVersionsGrainParts(p.GetRequiredService<TemplateVersionStore>(), p.GetRequiredService<SiteOpener>(),
            p.GetRequiredService<LocalProviders>().Versions, p.GetRequiredService<ProvisioningOptions>()))
        .AddSingleton(p => new TemplateSyncGrainParts(
            p.GetRequiredService<SiteSyncStore>(), p.GetRequiredService<TemplateVersionStore>(), p.GetRequiredService<SiteOpener>(), p.GetRequiredService<SyncWork>(),
            p.GetRequiredService<ReviewWork>(), p.GetRequiredService<IIncarnation>()));
}

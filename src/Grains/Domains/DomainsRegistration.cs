using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Central.Domains;

namespace PrizeDraw.Grains.Domains;

/// <summary>What the grains that own custom domains need.</summary>
internal static class DomainsRegistration
{
    public static IServiceCollection AddDomains(this IServiceCollection services) => services.AddSingleton<DomainWork>().AddSingleton<RemoveDomains>()
        .AddSingleton(p => new DomainsGrainParts(
            p.GetRequiredService<DomainStore>(), p.GetRequiredService<DomainWork>(), p.GetRequiredService<ICampaignQueries>(),
            p.GetRequiredService<IIncarnation>(), p.GetRequiredService<ProvisioningOptions>()));
}

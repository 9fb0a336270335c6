using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>What the grains of releases need.</summary>
internal static class ReleasesRegistration
{
    public static IServiceCollection AddReleases(this IServiceCollection services)
    {
        services.TryAddSingleton(new ReleaseOptions());
        return services.AddSingleton<ReleaseStore>().AddSingleton<SiteLook>().AddSingleton<ISiteSyncs, SiteSyncs>().AddSingleton(p =>
        {
            var options = p.GetRequiredService<ReleaseOptions>();
            options.Validate();
            return new ReleaseParts(
                p.GetRequiredService<ReleaseStore>(), p.GetRequiredService<SiteLook>(), p.GetRequiredService<ISiteSyncs>(),
                p.GetRequiredService<IIncarnation>(), options);
        });
    }
}

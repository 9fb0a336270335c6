using System;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Providers.Timestamps;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Draws;
using PrizeDraw.Storage.Campaign.Draws.Lists;
using PrizeDraw.Storage.Central.DrawLists;
using PrizeDraw.Storage.Central.Draws;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Draws;

/// <summary>What draws need. A host that names no beacon and no witness draws at level committed.</summary>
internal static class DrawRegistration
{
    public static IServiceCollection AddDraws(this IServiceCollection services)
    {
        services.TryAddSingleton(new BeaconOptions());
        services.TryAddSingleton<IBeacon, DrandBeacon>();
        services.TryAddSingleton(new TimestampOptions());
        services.TryAddSingleton<ITimestampAuthority, Rfc3161Authority>();
        services.AddSingleton<DrawStore>().AddSingleton<DrawEvents>().AddSingleton<DrawRecords>().AddSingleton<DrawExclusionStore>();
        return services.AddSingleton(p => new DrawParts(
            p.GetRequiredService<DrawStore>(), p.GetRequiredService<DrawEvents>(), p.GetRequiredService<DrawRecords>(), p.GetRequiredService<DrawListBuilder>(),
            p.GetRequiredService<DrawLists>(), p.GetRequiredService<DrawListEntries>(), p.GetRequiredService<DrawFiles>(),
            p.GetRequiredService<SigningKeys>(), p.GetRequiredService<SecretBox>(), p.GetRequiredService<IBeacon>(),
            p.GetRequiredService<ITimestampAuthority>(), p.GetRequiredService<ICampaignQueries>(), p.GetRequiredService<OutboxRelay>(),
            p.GetRequiredService<TimeProvider>(), p.GetRequiredService<DrawExclusionStore>(), p.GetRequiredService<DrawObservers>(),
            p.GetRequiredService<IIncarnation>()));
    }
}

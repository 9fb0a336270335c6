using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Draws;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Providers.Timestamps;

namespace PrizeDraw.Grains.Installations;

/// <summary>What this process was started to serve.</summary>
internal sealed class ServedInstallation(IBeacon beacon, ITimestampAuthority authority, ProvisioningOptions provisioning) : IInstallation
{
    public ServedDraws Draws => DrawLevels.Of(beacon, authority).Draws;

    public ProviderChoice Providers => provisioning.Defaults;
}

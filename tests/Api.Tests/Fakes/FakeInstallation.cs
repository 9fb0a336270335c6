using PrizeDraw.Grains.Abstractions.Installations;

namespace PrizeDraw.Api.Tests.Fakes;

/// <summary>An installation with relays and without a witness.</summary>
internal sealed class FakeInstallation : IInstallation
{
    public ServedDraws Draws => new(["beacon-unwitnessed", "observed"], "beacon-unwitnessed", true, false);
}

using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Domain.Installations;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Storage.Central.Installations;

namespace PrizeDraw.Grains.Installations;

/// <inheritdoc cref="IInstallationGrain"/>
[GrainType("installation")]
public sealed class InstallationGrain(IncarnationStore store) : Grain, IInstallationGrain
{
    // Once decided, a write is not cancelled because the caller left.
    public async Task<Result<IncarnationView>> ConfirmAsync(ConfirmIncarnation command) =>
        await store.ConfirmAsync(command.Incarnation, command.Actor.Id, CancellationToken.None) is { } confirmed
            ? confirmed
            : Refusals.Of(new IncarnationHasChanged());
}

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Storage.Campaign.Draws;

namespace PrizeDraw.Grains.Draws;

/// <summary>Randomness from an independent person: asked for at any time before, taken once, after the commitment is public.</summary>
public sealed partial class DrawGrain
{
    public Task<Result<bool>> AskObserverAsync(AskObserver command) => InTurnAsync<bool>(async draw =>
    {
        if (draw.Level != "observed")
        {
            return new Refusal("draw.not_observed", $"The draw's level is {draw.Level}: its randomness does not come from an observer.");
        }

        var now = parts.Clock.GetUtcNow();
        var asked = draw.State is "planned" or "frozen" or "committed" && await parts.Observers.SuppliedAsync(address, CancellationToken.None) is null;
        if (!asked)
        {
            return new Refusal("draw.wrong_state", "The randomness of this draw has been supplied.");
        }

        Holds(await parts.Observers.AskAsync(
            address, draw.Epoch, command, now, Event(parts.Clock, address, command.Actor, "draw.observer_asked", new { observer = command.ObserverId }),
            CancellationToken.None));
        return true;
    });

    public async Task<Result<bool>> SupplyRandomnessAsync(SupplyRandomness command)
    {
        // A link that is not good takes nothing from whoever holds the draw.
        if (await parts.Observers.FindAsync(address.TenantId, address.CampaignId, address.DrawId, [.. command.TokenHash], CancellationToken.None) is not { } found)
        {
            return new Refusal("observation.not_found", "This link is not good, or not any more.");
        }

        if (found.IsSupplied)
        {
            return await IsTheSameAsync(command)
                ? true
                : new Refusal("observation.supplied", "The randomness of this draw has been supplied, and is taken once.");
        }

        return await InTurnAsync<bool>(draw => SupplyAsync(draw, command));
    }

    private async Task<Result<bool>> SupplyAsync(TakenDraw draw, SupplyRandomness command)
    {
        if (draw.State != "committed" || draw.CommitmentPublishedAt is null)
        {
            return new Refusal("observation.too_early", "The draw's commitment is not public yet: what is supplied before it proves nothing.");
        }

        if (command.Randomness.Length != Bytes32.Size || command.Statement.Length > 4_000 || command.Statement.Contains('\0')
            || !ObserverSignature.Holds(draw.Commitment!.Hash, new Bytes32(command.Randomness.AsSpan()), command.PublicKey.AsSpan(), command.Signature.AsSpan()))
        {
            return new Refusal("observation.invalid", "The signature does not hold for these bytes and this draw's commitment.");
        }

        // First the reminder: should the host go away after it is written, the draw still goes on.
        await RemindAsync(Retry);
        Holds(await parts.Observers.SupplyAsync(
            address, draw.Epoch, command, parts.Clock.GetUtcNow(),
            Event(parts.Clock, address, Actor.System, "draw.observed", new { randomness = Convert.ToHexStringLower(command.Randomness.AsSpan()) }), CancellationToken.None));
        StartTimer();
        return true;
    }

    private async Task<bool> IsTheSameAsync(SupplyRandomness command) =>
        await parts.Observers.SuppliedAsync(address, CancellationToken.None) is { } supplied
        && supplied.Randomness.ToArray().SequenceEqual(command.Randomness) && supplied.Signature.SequenceEqual(command.Signature);
}

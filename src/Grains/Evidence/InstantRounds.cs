using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Evidence;
using PrizeDraw.Storage.Central.Evidence;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Evidence;

/// <summary>
/// Brings pools from their committed round to their opening: wait for the round, store what follows from it, publish that, let entries in.
/// Each step finds out from what is stored what is to be done: cut short anywhere, it is done again and comes to the same.
/// </summary>
public sealed class InstantRounds(
    InstantRoundStore store, PublicFiles files, SigningKeys keys, IBeacon beacon, ICampaignQueries campaigns, TimeProvider clock)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    /// <summary>What there is to wait for: how long, and why.</summary>
    internal sealed record Waiting(TimeSpan For, string Why);

    /// <summary>Does what can be done now. Null once every pool takes entries, or the campaign is gone.</summary>
    internal async Task<Waiting?> AdvanceAsync(InstantAddress address, IGrainFactory grains, CancellationToken ct)
    {
        if (await campaigns.FindAsync(Scope.Of(address.TenantId), address.CampaignId, ct) is not { } campaign)
        {
            return null;
        }

        // A publishing that was cut short may commit anew, to another round: until it is through nothing goes on.
        if (!CampaignLife.IsPublished(campaign.State))
        {
            return new Waiting(LookAgain, "The campaign is not published.");
        }

        foreach (var pool in await store.PoolsAsync(address.TenantId, address.CampaignId, ct))
        {
            if (await AdvanceAsync(address, pool, grains, ct) is { } waiting)
            {
                return waiting;
            }
        }

        return null;
    }

    private async Task<Waiting?> AdvanceAsync(InstantAddress address, RoundPool pool, IGrainFactory grains, CancellationToken ct)
    {
        var id = Ids.Format(Ids.Pool, pool.Id);
        if (pool.Opening is null)
        {
            if (await RevealAsync(address, pool, ct) is { } waiting)
            {
                return waiting;
            }

            pool = (await store.PoolsAsync(address.TenantId, address.CampaignId, ct)).Single(p => p.Id == pool.Id);
        }

        if (!pool.IsOpen)
        {
            var opening = pool.Opening ?? throw new StorageUnavailableException("The pool waits for another round than it did a moment ago.");
            await files.PutAsync(
                address.Tenant, address.Campaign, PublicFileNames.Opening(id), "application/json", InstantLines.Opening(opening), ct);
            await store.OpenAsync(address.TenantId, address.CampaignId, pool, Event("instant.opened", id, new { opening = opening.Opening.Hash().ToString() }), ct);
        }

        // Told again after a crash: an activation that has not heard of it would go on refusing.
        await grains.GetGrain<IPrizePoolGrain>(GrainKeys.Pool(address.TenantId, address.CampaignId, id)).ReloadAsync();
        return null;
    }

    private async Task<Waiting?> RevealAsync(InstantAddress address, RoundPool pool, CancellationToken ct)
    {
        var chain = JsonSerializer.Deserialize<BeaconChain>(pool.Chain)!;
        if (!beacon.IsConfigured || beacon.Chain.ChainHash != chain.ChainHash)
        {
            return new Waiting(LookAgain, $"The pool has committed to a round of the chain {chain.ChainHash}, and no relays of it are configured.");
        }

        var until = chain.TimeOf(pool.Round) - clock.GetUtcNow();
        if (until > TimeSpan.Zero)
        {
            return new Waiting(until < LookAgain ? until : LookAgain, $"Round {pool.Round} appears at {CanonicalTime.Format(chain.TimeOf(pool.Round))}.");
        }

        // A round stays retrievable for ever: it is never given up for another one.
        if (await beacon.RoundAsync(pool.Round, ct) is not BeaconAgreed agreed)
        {
            return new Waiting(AskAgain, $"Round {pool.Round} has not been agreed on by two relays yet.");
        }

        // Done by another meanwhile is done alike: what is stored counts.
        await store.RevealAsync(
            address.TenantId, address.CampaignId, pool, agreed.Signature, CanonicalTime.ToMicroseconds(clock.GetUtcNow()), SignAsync,
            signed => Event("instant.round_stored", signed.Opening.Pool, new { signed.Opening.Round, opening = signed.Opening.Hash().ToString() }),
            CancellationToken.None);
        return null;
    }

    private async Task<SignedInstantOpening> SignAsync(InstantOpening opening)
    {
        var signature = await keys.SignAsync(opening.Hash().ToArray(), CancellationToken.None);
        return new SignedInstantOpening(opening, signature.Bytes, signature.KeyId);
    }

    private CampaignEvent Event(string action, string pool, object after) => new(
        Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow(), Actor.System.Id, action, pool, null, JsonSerializer.Serialize(after));
}

using PrizeDraw.Domain;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>Where a pool is: public ids for finding its database, typed ones for its rows.</summary>
/// <param name="Rehearsal">The rehearsal whose rows are meant (<c>reh_…</c>); null is the pool itself.</param>
public sealed record PoolAddress(
    string TenantId, string CampaignId, string PoolId, CampaignId Campaign, PoolId Pool, string? Rehearsal = null)
{
    /// <summary>
    /// How journal and receipts name the pool. A rehearsal's signed receipts name the rehearsal, so that none of them can pass for
    /// the receipt of an entry.
    /// </summary>
    public string ProofName => ProofNameOf(Pool);

    /// <inheritdoc cref="ProofName"/>
    public string ProofNameOf(PoolId pool) =>
        Rehearsal is null ? Ids.Format(Ids.Pool, pool.Value) : $"{Ids.Format(Ids.Pool, pool.Value)}/{Rehearsal}";

    /// <summary>From a pool's grain key.</summary>
    public static PoolAddress Of(string grainKey)
    {
        var parts = GrainKeys.Split(grainKey);
        return new PoolAddress(
            parts[0], parts[1], parts[2], new CampaignId(Ids.Parse(Ids.Campaign, parts[1])), new PoolId(Ids.Parse(Ids.Pool, parts[2])),
            parts.Length > 3 ? parts[3] : null);
    }
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Storage;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Evidence;
using PrizeDraw.Storage.Central.Evidence;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Evidence;

/// <summary>
/// Commits to every pool's instant wins between its configuration and its first entry: in the campaign's database, and centrally, where it
/// outlives it. May be repeated: what an entry has been decided by stays.
/// </summary>
public sealed class InstantCommitments(CommitmentStore store, PublicFiles files, SigningKeys keys, TimeProvider clock)
{
    /// <summary>Commits to the pools of these settings, whose moments are still in them.</summary>
    public async Task CommitAsync(string tenantId, string campaignId, CampaignSettings settings, Actor actor)
    {
        foreach (var pool in settings.Pools)
        {
            if (await CommitAsync(tenantId, campaignId, settings, pool, actor) is { } signed)
            {
                await files.PutDraftAsync(
                    Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId), PublicFileNames.Commitment(pool.Id!), "application/json",
                    InstantLines.Commitment(signed), CancellationToken.None);
            }
        }
    }

    private async Task<SignedInstantCommitment?> CommitAsync(
        string tenantId, string campaignId, CampaignSettings settings, PoolSettings pool, Actor actor)
    {
        var basis = await store.ReadAsync(tenantId, campaignId, pool.Id!, CancellationToken.None);
        if (basis.LastNumber > 0)
        {
            return basis.Standing;
        }

        var commitment = new InstantCommitment
        {
            Campaign = campaignId,
            Pool = pool.Id!,
            SecretHash = basis.SecretHash,
            RulesHash = basis.RulesHash ?? throw new InvalidOperationException("The pool has no rules to commit to."),
            Level = EvidenceLevel.Committed,
            MomentsRoot = RootOf(basis.Moments),
            Moments = basis.Moments.Count,
            Chosen = basis.Chosen,
            Generated = OrdersOf(pool, settings),
            At = CanonicalTime.ToMicroseconds(clock.GetUtcNow()),
        };
        var signature = await keys.SignAsync(commitment.Hash().ToArray(), CancellationToken.None);
        var signed = new SignedInstantCommitment(commitment, signature.Bytes, signature.KeyId);
        var audit = new CampaignEvent(
            Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow(), actor.Id, "instant.committed", pool.Id!, null,
            JsonSerializer.Serialize(new { commitment = commitment.Hash().ToString() }));
        return await store.AddAsync(tenantId, campaignId, pool.Id!, signed, audit, CancellationToken.None)
            ? signed
            : throw new StorageUnavailableException("The pool took an entry before its commitment stood.");
    }

    private static Bytes32 RootOf(IReadOnlyList<SealedMoment> moments)
    {
        var root = new MerkleRoot();
        foreach (var moment in WinningMoments.Sort(moments))
        {
            root.Append(WinningMoments.Leaf(moment));
        }

        return root.Root();
    }

    private static ImmutableArray<GeneratedMoments> OrdersOf(PoolSettings pool, CampaignSettings settings) =>
    [
        .. pool.Moments.Where(m => m.Generate is not null).Select(m => m.Generate!).Select(order => new GeneratedMoments(
            pool.Prizes.First(p => p.Id == order.Prize || p.Name == order.Prize).Id!, order.Count, order.From ?? settings.OpensAt!.Value,
            order.To ?? settings.ClosesAt!.Value, order.Hours, order.PerDay)),
    ];
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Providers.Timestamps;
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
public sealed class InstantCommitments(
    CommitmentStore store, PublicFiles files, SigningKeys keys, IBeacon beacon, ITimestampAuthority authority, TimeProvider clock)
{
    /// <summary>From the commitment to the round at the least: nobody can know the randomness by then.</summary>
    internal static readonly TimeSpan Ahead = TimeSpan.FromSeconds(600);

    /// <summary>From publishing to the opening at the least: with time before the commitment to configure, and after the round to store.</summary>
    private static readonly TimeSpan OpeningAhead = Ahead + TimeSpan.FromMinutes(2);

    private static readonly TimeSpan RelaysHaveIt = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TokenEarliest = TimeSpan.FromSeconds(-5);
    private static readonly TimeSpan TokenLatest = TimeSpan.FromSeconds(60);

    /// <summary>Whether hidden choices of this campaign follow from a beacon's round: where there are relays and anything hidden.</summary>
    public bool AwaitsRound(CampaignSettings settings) => beacon.IsConfigured && settings.Pools.Any(pool =>
        pool.Modes.Contains(PrizeModes.Probability) || pool.Modes.Contains(PrizeModes.Guaranteed) || pool.Moments.Any(m => m.Generate is not null));

    /// <summary>
    /// Why a commitment to a round would be worth nothing just now: no two relays agree on a round that is out, or the authority dates nothing. Null
    /// where nothing is in the way. Asked before anything is changed.
    /// </summary>
    public async Task<CampaignCommitmentUnavailable?> HindranceAsync(CampaignSettings settings)
    {
        if (!AwaitsRound(settings))
        {
            return null;
        }

        // Relays have a round some seconds after its instant.
        var past = beacon.Chain.FirstRoundAtOrAfter(clock.GetUtcNow() - RelaysHaveIt);
        if (await beacon.RoundAsync(past, CancellationToken.None) is BeaconWaiting waiting)
        {
            return new CampaignCommitmentUnavailable($"It follows from a public beacon's round that is still to come, and of round {past} the relays say: {waiting.Sentence}");
        }

        try
        {
            if (authority.IsConfigured)
            {
                await DateAsync(RandomNumberGenerator.GetBytes(Bytes32.Size), clock.GetUtcNow());
            }

            return null;
        }
        catch (NotCommittedException e)
        {
            return new CampaignCommitmentUnavailable(e.Message);
        }
    }

    /// <summary>The settings as they are published: opening no earlier than the round can have come, at a full minute.</summary>
    public CampaignSettings Opening(CampaignSettings settings, DateTimeOffset now)
    {
        var earliest = now + OpeningAhead;
        if (settings.OpensAt is not { } opensAt || opensAt >= earliest || !AwaitsRound(settings))
        {
            return settings;
        }

        var minutes = (earliest.UtcTicks + TimeSpan.TicksPerMinute - 1) / TimeSpan.TicksPerMinute;
        return settings with { OpensAt = new DateTimeOffset(minutes * TimeSpan.TicksPerMinute, TimeSpan.Zero) };
    }

    /// <summary>Commits to the pools of these settings, whose moments are still in them.</summary>
    /// <exception cref="NotCommittedException">No witness dated it, or the round would come after the opening: it is to be published again.</exception>
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

        var commitment = CommitmentOf(campaignId, settings, pool, basis);
        var signature = await keys.SignAsync(commitment.Hash().ToArray(), CancellationToken.None);
        var signed = new SignedInstantCommitment(commitment, signature.Bytes, signature.KeyId, await WitnessAsync(commitment));
        var audit = new CampaignEvent(
            Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow(), actor.Id, "instant.committed", pool.Id!, null,
            JsonSerializer.Serialize(new { commitment = commitment.Hash().ToString() }));
        var chain = commitment.Chain is null ? null : JsonSerializer.Serialize(beacon.Chain);
        return await store.AddAsync(tenantId, campaignId, pool.Id!, signed, chain, audit, CancellationToken.None)
            ? signed
            : throw new StorageUnavailableException("The pool took an entry before its commitment stood.");
    }

    private InstantCommitment CommitmentOf(string campaignId, CampaignSettings settings, PoolSettings pool, CommitmentBasis basis)
    {
        var (now, orders) = (CanonicalTime.ToMicroseconds(clock.GetUtcNow()), OrdersOf(pool, settings));
        var commitment = new InstantCommitment
        {
            Campaign = campaignId,
            Pool = pool.Id!,
            SecretHash = basis.SecretHash,
            RulesHash = basis.RulesHash ?? throw new InvalidOperationException("The pool has no rules to commit to."),
            Level = EvidenceLevel.Committed,
            MomentsRoot = RootOf(basis.Moments),
            Moments = basis.Moments.Count,
            Chosen = basis.Chosen.Count,
            Generated = orders,
            At = now,
        };
        return AwaitsRound(settings) ? ToRound(commitment, settings, basis) : commitment;
    }

    /// <summary>The same at a beacon's level: of the moments only the chosen ones are known, the others follow from the round.</summary>
    private InstantCommitment ToRound(InstantCommitment commitment, CampaignSettings settings, CommitmentBasis basis)
    {
        // The round is not chosen: it is the first one far enough ahead.
        var round = beacon.Chain.FirstRoundAtOrAfter(commitment.At + Ahead);
        if (beacon.Chain.TimeOf(round) >= settings.OpensAt)
        {
            throw new NotCommittedException("Publishing took so long that the beacon's round would come after the opening.");
        }

        return commitment with
        {
            Level = authority.IsConfigured ? EvidenceLevel.Beacon : EvidenceLevel.BeaconUnwitnessed,
            Round = round,
            Chain = Bytes32.Parse(beacon.Chain.ChainHash),
            MomentsRoot = RootOf(basis.Chosen),
            Moments = basis.Chosen.Count + commitment.Generated.Sum(order => (long)order.Count),
            Replaces = basis.Standing?.Commitment.Hash(),
        };
    }

    /// <summary>A witness's token for a commitment at level beacon; null below it.</summary>
    private async Task<byte[]?> WitnessAsync(InstantCommitment commitment) =>
        commitment.Level == EvidenceLevel.Beacon ? await DateAsync(commitment.Hash().ToArray(), commitment.At) : null;

    private async Task<byte[]> DateAsync(byte[] hash, DateTimeOffset at)
    {
        var stamped = await authority.StampAsync(hash, CancellationToken.None);
        if (stamped is not Stamped witness)
        {
            throw new NotCommittedException($"The time-stamp authority, which is to be its witness, dated nothing: {((NotStamped)stamped).Reason}");
        }

        // Whoever commits and has it dated much later could have chosen in between.
        var late = witness.GenTime - at;
        return late >= TokenEarliest && late < TokenLatest ? [.. witness.Token] : throw new NotCommittedException(
            $"The clocks differ: the time-stamp authority says {CanonicalTime.Format(witness.GenTime)}, the platform {CanonicalTime.Format(at)}.");
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

/// <summary>Nothing of a pool was committed to, in words for whoever publishes.</summary>
public sealed class NotCommittedException(string message) : StorageUnavailableException(message);

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Domain.Time;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign.Pools;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Campaign.Evidence;

/// <summary>A pool that has committed to a beacon round.</summary>
/// <param name="Chain">The beacon's chain as JSON, as it was known at the commitment.</param>
/// <param name="Opening">What the round brought forth; null while it has not come.</param>
/// <param name="IsOpen">Whether the pool takes entries by it.</param>
public sealed record RoundPool(Guid Id, long Round, string Chain, SignedInstantOpening? Opening, bool IsOpen);

/// <summary>
/// What a pool's committed round brings forth, in its campaign's database. Randomness, generated moments and the signed opening are one
/// transaction that finds the round unset, so that there is one of each however often it is tried.
/// </summary>
public sealed class InstantRoundStore(CampaignConnections connections, MomentSeal seal, SecretBox box)
{
    /// <summary>A million moments are written in one statement.</summary>
    private const int RevealSeconds = 120;

    private const string Pools =
        """
        select p.pool_id, p.instant_round, c.chain::text, o.opening, o.signature, o.key_id, p.instant_opened_at is not null
        from pool p
        cross join lateral (select chain from instant_commitment i
          where i.campaign_id = p.campaign_id and i.pool_id = p.pool_id order by ordinal desc limit 1) c
        left join instant_opening o on o.campaign_id = p.campaign_id and o.pool_id = p.pool_id
        where p.campaign_id = $1 and p.instant_round > 0 order by p.ordinal, p.pool_id
        """;

    // The row's lock keeps every batch of entries, and every other reveal, out until this has committed.
    private const string Held =
        """
        select secret, settings->>'timeZone' from pool
        where campaign_id = $1 and pool_id = $2 and instant_round = $3 and instant_randomness is null and last_number = 0 for update
        """;

    /// <summary>The campaign's pools that have committed to a round; empty without a database.</summary>
    public async Task<ImmutableArray<RoundPool>> PoolsAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        return lease is null ? [] : await lease.Connection.ListAsync(
            Pools, [Ids.Parse(Ids.Campaign, campaignId)],
            row => new RoundPool(
                row.GetGuid(0), row.GetInt64(1), row.GetString(2),
                row.IsDBNull(3) ? null : new SignedInstantOpening(
                    InstantOpening.Parse(Encoding.UTF8.GetBytes(row.GetString(3))), row.GetFieldValue<byte[]>(4), row.GetString(5)),
                row.GetBoolean(6)), ct);
    }

    /// <summary>
    /// Stores the round's randomness, every moment that follows from it, and the opening that is signed over both. False when that has been
    /// done already, or the pool waits for another round; then nothing is changed.
    /// </summary>
    /// <param name="signature">The beacon's signature, lower-case hex.</param>
    public async Task<bool> RevealAsync(
        string tenantId, string campaignId, RoundPool of, string signature, DateTimeOffset now,
        Func<InstantOpening, Task<SignedInstantOpening>> sign, Func<SignedInstantOpening, CampaignEvent> audit, CancellationToken ct)
    {
        var campaign = Ids.Parse(Ids.Campaign, campaignId);
        await using var lease = await connections.RequireAsync(tenantId, campaignId, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        var held = await lease.Connection.FindAsync(
            Held, [campaign, of.Id, of.Round], row => ((byte[] Secret, string TimeZone)?)(row.GetFieldValue<byte[]>(0), row.GetString(1)), ct);
        if (held is not { } pool)
        {
            return false;
        }

        var (opening, generated) = await FollowAsync(lease.Connection, campaign, of, pool, signature, ct);
        var signed = await sign(opening with { At = now });
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Timeout = RevealSeconds;
        batch.Add("update pool set instant_randomness = $3, instant_signature = $4, epoch = epoch + 1 where campaign_id = $1 and pool_id = $2",
            campaign, of.Id, opening.Randomness.ToArray(), Convert.FromHexString(signature));
        PoolSetupStore.AddMoments(batch, seal, campaign, of.Id, [.. generated.Select(Setup)]);
        batch.Add("""
            insert into instant_opening (campaign_id, pool_id, opening, signature, key_id, at) values ($1, $2, $3, $4, $5, $6)
            """, campaign, of.Id, Encoding.UTF8.GetString(signed.Opening.ToCanonical()), signed.Signature, signed.KeyId, now);
        batch.AddAudit(campaign, audit(signed));
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>All that follows from the round: the generated moments, and the opening over them and the chosen ones, not dated yet.</summary>
    private async Task<(InstantOpening Opening, IReadOnlyList<SealedMoment> Generated)> FollowAsync(
        NpgsqlConnection connection, Guid campaign, RoundPool of, (byte[] Secret, string TimeZone) pool, string signature, CancellationToken ct)
    {
        var poolId = Ids.Format(Ids.Pool, of.Id);
        var committed = (await connection.FindAsync(CommitmentStore.Latest, [campaign, of.Id], CommitmentStore.ReadSigned, ct))!.Commitment;
        var opening = new InstantOpening
        {
            Campaign = committed.Campaign,
            Pool = poolId,
            Commitment = committed.Hash(),
            Round = of.Round,
            Signature = signature,
            MomentsRoot = Bytes32.Zero,
            At = committed.At,
        };
        var key = InstantWinKey.Derive(box.Open(pool.Secret, "pool", poolId), of.Round, opening.Randomness.ToArray());
        var generated = GeneratedMoments.Follow(
            committed.Generated, key, poolId, new CampaignCalendar(TimeZoneInfo.FindSystemTimeZoneById(pool.TimeZone)));
        var root = new MerkleRoot();
        foreach (var moment in WinningMoments.Sort([.. await ChosenAsync(connection, campaign, of.Id, ct), .. generated]))
        {
            root.Append(WinningMoments.Leaf(moment));
        }

        return (opening with { MomentsRoot = root.Root() }, generated);
    }

    /// <summary>The pool takes entries from now on. Whoever holds it must take it anew. Done already: nothing happens.</summary>
    public async Task OpenAsync(string tenantId, string campaignId, RoundPool of, CampaignEvent audit, CancellationToken ct)
    {
        var campaign = Ids.Parse(Ids.Campaign, campaignId);
        await using var lease = await connections.RequireAsync(tenantId, campaignId, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Add("""
            update pool set instant_opened_at = $4, epoch = epoch + 1
            where campaign_id = $1 and pool_id = $2 and instant_round = $3 and instant_randomness is not null and instant_opened_at is null
            """, campaign, of.Id, of.Round, audit.At);
        batch.AddAudit(campaign, audit);
        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[0].RecordsAffected == 1)
        {
            await transaction.CommitAsync(ct);
        }
    }

    private async Task<List<SealedMoment>> ChosenAsync(NpgsqlConnection connection, Guid campaign, Guid pool, CancellationToken ct)
    {
        var chosen = new List<SealedMoment>();
        await connection.EachAsync(
            "select moment_id, prize_id, sealed from moment where campaign_id = $1 and pool_id = $2", [campaign, pool],
            row =>
            {
                var (at, salt) = seal.Open(new MomentId(row.GetGuid(0)), row.GetFieldValue<byte[]>(2));
                chosen.Add(new SealedMoment(at.ToUnixTimeMilliseconds(), Ids.Format(Ids.Prize, row.GetGuid(1)), salt));
            }, ct);
        return chosen;
    }

    private static MomentSetup Setup(SealedMoment moment) => new(
        new MomentId(new Guid(RandomNumberGenerator.GetBytes(16))), new PrizeId(Ids.Parse(Ids.Prize, moment.PrizeId)),
        DateTimeOffset.FromUnixTimeMilliseconds(moment.AtMs), moment.Salt, Chosen: false);
}

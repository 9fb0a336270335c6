using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign.Pools;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Campaign.Evidence;

/// <summary>A pool that is to be published.</summary>
/// <param name="TimeZone">Of the campaign; null before the first phase was set.</param>
public sealed record PoolFacts(
    Guid Id, string Name, DateTimeOffset? ClosedAt, byte[] SealedSecret, string? TimeZone, SignedInstantCommitment? Commitment)
{
    /// <summary>What the round brought forth; null without a round.</summary>
    public SignedInstantOpening? Opening { get; init; }
}

/// <summary>One line of a pool's rules as it was stored.</summary>
public sealed record StoredChange(long Ordinal, string Line, Bytes32 Head);

/// <summary>One batch as its journal has it.</summary>
public sealed record StoredBatch(long Batch, long First, long Last, string Record, Bytes32 Head, byte[] Signature, string KeyId);

/// <summary>
/// Reads what a closed campaign's instant wins are published from, a bounded piece at a time; but for a pool's moments, which are sorted
/// in memory as the pool itself holds them.
/// </summary>
public sealed class InstantReads(CampaignConnections connections, MomentSeal seal, SecretBox box)
{
    private const string Pools =
        """
        select p.pool_id, p.name, p.closed_at, p.secret, p.settings->>'timeZone', c.commitment, c.signature, c.key_id, c.token,
          o.opening, o.signature, o.key_id
        from pool p
        left join lateral (select commitment, signature, key_id, token from instant_commitment i
          where i.campaign_id = p.campaign_id and i.pool_id = p.pool_id order by ordinal desc limit 1) c on true
        left join instant_opening o on o.campaign_id = p.campaign_id and o.pool_id = p.pool_id
        where p.campaign_id = $1 and (p.published or p.last_number > 0)
        order by p.ordinal, p.pool_id
        """;

    private const string Entries =
        """
        select e.number, e.entered_at, e.person_ref, e.phone_identity, e.terms_version, e.outcome, e.prize_id, e.told, e.entry_id, p.person_key, e.path
        from entry e
        left join entrant p on p.campaign_id = e.campaign_id and p.entrant_id = e.entrant_id
        where e.campaign_id = $1 and e.pool_id = $2 and e.number between $3 and $4
        order by e.number
        """;

    /// <summary>The campaign's pools that were published, in their order; empty without a database.</summary>
    public async Task<ImmutableArray<PoolFacts>> PoolsAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        return lease is null ? [] : await lease.Connection.ListAsync(Pools, [Ids.Parse(Ids.Campaign, campaignId)], ReadPool, ct);
    }

    /// <summary>The pool's secret, for publishing it after closing.</summary>
    public byte[] SecretOf(PoolFacts pool) => box.Open(pool.SealedSecret, "pool", Ids.Format(Ids.Pool, pool.Id));

    public async Task<ImmutableArray<InstantTerms>> TermsAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(tenantId, campaignId, ct);
        return await lease.Connection.ListAsync(
            "select version, hash from terms where campaign_id = $1 order by version", [Ids.Parse(Ids.Campaign, campaignId)],
            row => new InstantTerms(row.GetInt32(0), new Bytes32(row.GetFieldValue<byte[]>(1))), ct);
    }

    /// <summary>Lines of rules after this one, in order.</summary>
    public async Task<ImmutableArray<StoredChange>> ChangesAsync(string tenantId, string campaignId, Guid pool, long after, int most, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(tenantId, campaignId, ct);
        return await lease.Connection.ListAsync(
            "select ordinal, line, head from pool_change where campaign_id = $1 and pool_id = $2 and ordinal > $3 order by ordinal limit $4",
            [Ids.Parse(Ids.Campaign, campaignId), pool, after, most],
            row => new StoredChange(row.GetInt64(0), row.GetString(1), new Bytes32(row.GetFieldValue<byte[]>(2))), ct);
    }

    /// <summary>Every moment of the pool, in the order of the leaves.</summary>
    public async Task<InstantMoment[]> MomentsAsync(string tenantId, string campaignId, Guid pool, CancellationToken ct)
    {
        var poolId = Ids.Format(Ids.Pool, pool);
        var moments = new List<InstantMoment>();
        await using var lease = await connections.RequireAsync(tenantId, campaignId, ct);
        await lease.Connection.EachAsync(
            "select moment_id, prize_id, sealed, chosen, awarded_number from moment where campaign_id = $1 and pool_id = $2",
            [Ids.Parse(Ids.Campaign, campaignId), pool],
            row =>
            {
                var (at, salt) = seal.Open(new MomentId(row.GetGuid(0)), row.GetFieldValue<byte[]>(2));
                moments.Add(new InstantMoment(
                    poolId, Ids.Format(Ids.Prize, row.GetGuid(1)), at.ToUnixTimeMilliseconds(), salt, row.GetBoolean(3), row.LongOrNull(4)));
            }, ct);
        return [.. moments.OrderBy(m => m.AtMs).ThenBy(m => m.Prize, StringComparer.Ordinal).ThenBy(m => m.Salt)];
    }

    /// <summary>Batches after this one, in order, until they hold this many entries together; at least one if there is one.</summary>
    public async Task<ImmutableArray<StoredBatch>> BatchesAsync(
        string tenantId, string campaignId, Guid pool, long after, int entries, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(tenantId, campaignId, ct);
        return await lease.Connection.ListAsync(
            """
            select batch, first_number, last_number, record, head, signature, key_id from (
              select *, sum(last_number - first_number + 1) over (order by batch) - (last_number - first_number + 1) as before
              from (select * from journal where campaign_id = $1 and pool_id = $2 and batch > $3 order by batch limit $4) j) b
            where before < $4 order by batch
            """,
            [Ids.Parse(Ids.Campaign, campaignId), pool, after, entries],
            row => new StoredBatch(
                row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3), new Bytes32(row.GetFieldValue<byte[]>(4)),
                row.GetFieldValue<byte[]>(5), row.GetString(6)), ct);
    }

    /// <summary>Entries with these numbers, one by one, in order.</summary>
    public async Task EachEntryAsync(
        string tenantId, string campaignId, Guid pool, StoredBatch first, StoredBatch last, Action<InstantEntry, byte[]> read, CancellationToken ct)
    {
        var poolId = Ids.Format(Ids.Pool, pool);
        await using var lease = await connections.RequireAsync(tenantId, campaignId, ct);
        await lease.Connection.EachAsync(
            Entries, [Ids.Parse(Ids.Campaign, campaignId), pool, first.First, last.Last],
            row => read(ReadEntry(row, poolId), row.GetFieldValue<byte[]>(10)), ct);
    }

    private static PoolFacts ReadPool(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.TimeOrNull(2), row.GetFieldValue<byte[]>(3), row.TextOrNull(4),
        row.IsDBNull(5) ? null : new SignedInstantCommitment(
            InstantCommitment.Parse(System.Text.Encoding.UTF8.GetBytes(row.GetString(5))), row.GetFieldValue<byte[]>(6), row.GetString(7), row.BytesOrNull(8)))
    {
        Opening = row.IsDBNull(9) ? null : new SignedInstantOpening(
            InstantOpening.Parse(System.Text.Encoding.UTF8.GetBytes(row.GetString(9))), row.GetFieldValue<byte[]>(10), row.GetString(11)),
    };

    private static InstantEntry ReadEntry(NpgsqlDataReader row, string pool)
    {
        var personKey = row.BytesOrNull(9);
        // Entries from before the pseudonym was stored have it from the person's key, for as long as there is one.
        var personRef = row.BytesOrNull(2) is { } stored ? Convert.ToHexStringLower(stored) : personKey is null ? null : PersonRefs.PersonRef(personKey);
        var prize = row.UuidOrNull(6);
        return new InstantEntry(
            pool, row.GetInt64(0), row.Time(1), personRef,
            row.BytesOrNull(3) is { } phone ? InstantLines.PhoneRef(pool, phone) : null,
            personKey is null ? null : PersonRefs.EntryRef(personKey, Ids.Format(Ids.Entry, row.GetGuid(8))),
            row.GetInt32(4), row.GetString(5), prize is { } id ? Ids.Format(Ids.Prize, id) : null,
            Bytes32.HashOf(System.Text.Encoding.UTF8.GetBytes(row.GetString(7))), null);
    }
}

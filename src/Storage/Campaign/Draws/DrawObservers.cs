using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Draws;

namespace PrizeDraw.Storage.Campaign.Draws;

/// <summary>Keeps who was asked to supply a draw's randomness, and what was supplied. Written by the draw's grain alone, fenced by its epoch.</summary>
public sealed class DrawObservers(CampaignConnections connections) : IObservationQueries
{
    /// <summary>Asks one more person; the link of an earlier one is good no more. False when another activation holds the draw, or it is drawn.</summary>
    public async Task<bool> AskAsync(DrawAddress address, long epoch, AskObserver asked, DateTimeOffset at, CampaignEvent audit, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Add("""
            update draw set waiting_for = waiting_for where campaign_id = $1 and draw_id = $2 and epoch = $3 and level = 'observed'
              and state in ('planned', 'frozen', 'committed')
            """, address.Campaign, address.Draw, epoch);
        batch.Add("update draw_observer set state = 'withdrawn' where campaign_id = $1 and draw_id = $2 and state = 'pending'", address.Campaign, address.Draw);
        batch.Add("""
            insert into draw_observer (campaign_id, draw_id, observer_id, name, email, token_hash, state, created_at)
            select $1, $2, $3, $4, $5::text, $6, 'pending', $7
            where not exists (select from draw_observer where campaign_id = $1 and draw_id = $2 and state = 'supplied')
            on conflict (campaign_id, draw_id, observer_id) do update set token_hash = excluded.token_hash, state = 'pending'
            """, address.Campaign, address.Draw, Ids.Parse(Ids.Observer, asked.ObserverId), asked.Name, asked.Email, asked.TokenHash.ToArray(), at);
        batch.AddAudit(address.Campaign, audit);
        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[0].RecordsAffected != 1 || batch.BatchCommands[2].RecordsAffected != 1)
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Stores what was supplied, once. False when another activation holds the draw, the commitment is not public, or the link is used or withdrawn.</summary>
    public async Task<bool> SupplyAsync(DrawAddress address, long epoch, SupplyRandomness supplied, DateTimeOffset at, CampaignEvent audit, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Add("""
            update draw set waiting_for = null, resumes_at = null where campaign_id = $1 and draw_id = $2 and epoch = $3 and level = 'observed'
              and state = 'committed' and commitment_published_at is not null
            """, address.Campaign, address.Draw, epoch);
        batch.Add("""
            update draw_observer set state = 'supplied', supplied_at = $4, randomness = $5, public_key = $6, signature = $7, statement = $8
            where campaign_id = $1 and draw_id = $2 and token_hash = $3 and state = 'pending'
            """, address.Campaign, address.Draw, supplied.TokenHash.ToArray(), CanonicalTime.ToMicroseconds(at), supplied.Randomness.ToArray(),
            supplied.PublicKey.ToArray(), supplied.Signature.ToArray(), supplied.Statement);
        batch.AddAudit(address.Campaign, audit);
        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[0].RecordsAffected != 1 || batch.BatchCommands[1].RecordsAffected != 1)
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>What was supplied; null before.</summary>
    public async Task<CertifiedObserver?> SuppliedAsync(DrawAddress address, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await lease.Connection.FindAsync(
            """
            select name, statement, supplied_at, randomness, public_key, signature from draw_observer
            where campaign_id = $1 and draw_id = $2 and state = 'supplied'
            """, [address.Campaign, address.Draw],
            row => new CertifiedObserver(
                row.GetString(0), row.GetString(1), row.Time(2), new Bytes32(row.GetFieldValue<byte[]>(3)), row.GetFieldValue<byte[]>(4),
                row.GetFieldValue<byte[]>(5)), ct);
    }

    /// <inheritdoc />
    public async Task<ObservationView?> FindAsync(string tenantId, string campaignId, string drawId, byte[] tokenHash, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        return lease is null ? null : await lease.Connection.FindAsync(
            """
            select d.name, d.state, d.level, o.state = 'supplied', d.commitment_published_at is not null from draw_observer o
            join draw d on d.campaign_id = o.campaign_id and d.draw_id = o.draw_id
            where o.campaign_id = $1 and o.draw_id = $2 and o.token_hash = $3 and o.state <> 'withdrawn'
            """, [Ids.Parse(Ids.Campaign, campaignId), Ids.Parse(Ids.Draw, drawId), tokenHash],
            row => new ObservationView(row.GetString(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), row.GetBoolean(4)), ct);
    }
}

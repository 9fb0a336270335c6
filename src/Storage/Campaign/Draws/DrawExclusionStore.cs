using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Storage.Campaign.Draws;

/// <summary>Who is left out of a draw.</summary>
/// <param name="Domains">Of e-mail addresses, in lower case; those below them too.</param>
/// <param name="Postcodes">Beginnings, without spaces and in upper case.</param>
/// <param name="PreviousWinners">Whoever holds or held a winner's place in another draw of the campaign.</param>
public sealed record LeftOut(string[] Domains, string[] Postcodes, bool PreviousWinners);

/// <summary>Writes the people that are left out of a draw, each with the first reason that applies. May be repeated until the list is built.</summary>
public sealed class DrawExclusionStore(CampaignConnections connections)
{
    /// <summary>Ten million people are looked through.</summary>
    private const int WriteSeconds = 300;

    private const string Staff = """
        insert into draw_exclusion (campaign_id, draw_id, entrant_id, reason)
        select $1, $2, entrant_id, 'staff' from entrant
        where campaign_id = $1 and exists (select from unnest($3::text[]) as d (domain)
          where lower(email) like '%@' || d.domain or lower(email) like '%.' || d.domain)
        on conflict do nothing
        """;

    private const string Region = """
        insert into draw_exclusion (campaign_id, draw_id, entrant_id, reason)
        select $1, $2, entrant_id, 'region' from entrant
        where campaign_id = $1 and exists (select from unnest($3::text[]) as p (beginning)
          where starts_with(upper(regexp_replace(postcode, '\s', '', 'g')), p.beginning))
        on conflict do nothing
        """;

    /// <summary>A winner's place is held by whoever was drawn for it, and by a reserve for each one that was replaced, in their order.</summary>
    private const string Winners = """
        insert into draw_exclusion (campaign_id, draw_id, entrant_id, reason)
        select distinct $1::uuid, $2::uuid, e.entrant_id, 'previous-winner'
        from draw d
        join winner w on w.campaign_id = d.campaign_id and w.draw_id = d.draw_id
        join entry e on e.campaign_id = w.campaign_id and e.entry_id = w.entry_id
        where d.campaign_id = $1 and d.draw_id <> $2 and d.state in ('drawn', 'completed')
          and w.position <= (select count(*) from winner o where o.campaign_id = d.campaign_id and o.draw_id = d.draw_id and o.role = 'winner')
            + (select count(*) from draw_event v where v.campaign_id = d.campaign_id and v.draw_id = d.draw_id and v.kind = 'winner-replaced')
        on conflict do nothing
        """;

    /// <summary>The name of a draw that was to be frozen before this one, and has no winners yet; null when there is none.</summary>
    public async Task<string?> EarlierUndrawnAsync(DrawAddress address, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await lease.Connection.FindAsync(
            """
            select o.name from draw d join draw o on o.campaign_id = d.campaign_id and (o.freeze_at, o.draw_id) < (d.freeze_at, d.draw_id)
            where d.campaign_id = $1 and d.draw_id = $2 and o.state in ('planned', 'frozen', 'committed') order by o.freeze_at limit 1
            """, [address.Campaign, address.Draw], row => row.GetString(0), ct);
    }

    public async Task WriteAsync(DrawAddress address, LeftOut who, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction) { Timeout = WriteSeconds };
        if (who.Domains.Length > 0)
        {
            batch.Add(Staff, address.Campaign, address.Draw, who.Domains);
        }

        if (who.Postcodes.Length > 0)
        {
            batch.Add(Region, address.Campaign, address.Draw, who.Postcodes);
        }

        if (who.PreviousWinners)
        {
            batch.Add(Winners, address.Campaign, address.Draw);
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }
}

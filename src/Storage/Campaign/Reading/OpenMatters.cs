using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Campaign.Reading;

/// <summary>How much of a campaign's data somebody still waits for.</summary>
/// <param name="Claims">Prizes told or claimed that are neither handed over nor passed on.</param>
/// <param name="Draws">Draws that are neither published nor void.</param>
/// <param name="Certificates">Draws whose certificate does not tell all that happened yet.</param>
/// <param name="Mails">Mails to entrants that are still to be sent.</param>
public sealed record OpenMattersCount(long Claims, long Draws, long Certificates, long Mails);

/// <summary>Counts what is open in a campaign's own database.</summary>
public sealed class OpenMatters(CampaignConnections connections)
{
    private const string Count =
        """
        select
          (select count(*) from claim where campaign_id = $1 and (state in ('told', 'claimed', 'preparing') or (state = 'lapsed' and passed_on_at is null))),
          (select count(*) from draw where campaign_id = $1 and state not in ('completed', 'void')),
          (select count(*) from draw d where d.campaign_id = $1 and d.drawn_at is not null and d.commitment_signature is not null
            and d.certified_events is distinct from
              (select count(*)::int from draw_event e where e.campaign_id = d.campaign_id and e.draw_id = d.draw_id)),
          (select count(*) from entrant_mail where campaign_id = $1 and state = 'pending')
        """;

    /// <summary>Null when the campaign has no database.</summary>
    public async Task<OpenMattersCount?> CountAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        return lease is null ? null : await CountAsync(lease.Connection, campaignId, ct);
    }

    /// <summary>Whether anybody has ever entered.</summary>
    public static Task<bool> HasEntriesAsync(NpgsqlConnection database, string campaignId, CancellationToken ct) => database.ScalarAsync<bool>(
        "select exists (select from entry where campaign_id = $1)", [Ids.Parse(Ids.Campaign, campaignId)], ct);

    /// <summary>Over a connection to the campaign's database.</summary>
    public static Task<OpenMattersCount?> CountAsync(NpgsqlConnection database, string campaignId, CancellationToken ct) => database.FindAsync(
        Count, [Ids.Parse(Ids.Campaign, campaignId)], row => new OpenMattersCount(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), ct);
}

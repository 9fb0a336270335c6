using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Storage.Campaign;

/// <summary>
/// The way to a campaign's database for work that also waits for another one: a connection is borrowed for each look or write and given back at once, so
/// that entries never wait for the central database. Or <paramref name="alone"/>, where everybody else is shut out.
/// </summary>
internal sealed class CampaignReach(CampaignConnections connections, string tenantId, string campaignId, NpgsqlConnection? alone = null)
{
    /// <summary>What was answered; nothing (<c>default</c>) where the campaign has no database.</summary>
    public async Task<T?> AskAsync<T>(Func<NpgsqlConnection, Task<T>> ask, CancellationToken ct)
    {
        if (alone is not null)
        {
            return await ask(alone);
        }

        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        return lease is null ? default : await ask(lease.Connection);
    }
}

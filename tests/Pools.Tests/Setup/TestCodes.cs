using System;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Pools.Tests.Setup;

/// <summary>Batches of codes as they stand once they were generated.</summary>
internal static class TestCodes
{
    /// <summary>Adds a batch of this many codes: the prefix and eight digits each, from 00000001.</summary>
    public static async Task AddCodesAsync(
        this PoolHost host, TestCampaign campaign, string batchId, string kind, string prefix, int count, DateTimeOffset? expiresAt = null)
    {
        await using var database = await host.OpenAsync(campaign);
        var (id, batch) = (Ids.Parse(Ids.Campaign, campaign.Id), Ids.Parse(Ids.CodeBatch, batchId));
        await database.RunAsync(
            """
            insert into code_batch (campaign_id, batch_id, kind, name, prefix, pattern, source, state, count, generated, created_at, expires_at)
            values ($1, $2, $3, $4, $4, $4 || '-########', 'generated', 'ready', $5, $5, $6, $7::timestamptz)
            """, id, batch, kind, prefix, (long)count, PoolHost.Noon, expiresAt);
        await database.RunAsync(
            "insert into code (campaign_id, batch_id, seq, code) select $1, $2, n, $3 || lpad(n::text, 8, '0') from generate_series(1, $4) n",
            id, batch, prefix, count);
    }

    public static string NewBatchId() => Ids.New(Ids.CodeBatch, PoolHost.Noon);

    /// <summary>The code as a person types it.</summary>
    public static string Typed(string prefix, int seq) => $"{prefix.ToLowerInvariant()}-{seq:d8}";
}

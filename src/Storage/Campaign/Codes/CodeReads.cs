using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Codes;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Codes;

namespace PrizeDraw.Storage.Campaign.Codes;

/// <inheritdoc cref="ICodeQueries"/>
internal sealed class CodeReads(CampaignConnections connections, TimeProvider time) : ICodeQueries
{
    private const long RowsPerPage = 20_000;

    private const string List =
        $"""
        select {CodeBatchRow.Columns} from code_batch
        where campaign_id = $1 and kind = $2 and ($3::uuid is null or batch_id < $3) order by batch_id desc limit $4
        """;

    private const string Find = $"select {CodeBatchRow.Columns} from code_batch where campaign_id = $1 and batch_id = $2";

    private const string Codes =
        """
        select c.code, c.shown, t.at, t.pool_id, t.number, t.redeemed_at
        from (select seq, code, shown from code where campaign_id = $1 and batch_id = $2 and seq >= $3 and seq < $4) c
        left join (select seq, at, pool_id, number, redeemed_at from code_taken
          where campaign_id = $1 and batch_id = $2 and seq >= $3 and seq < $4) t on t.seq = c.seq
        order by c.seq
        """;

    public async Task<Page<CodeBatchView>> ListAsync(
        string tenantId, string campaignId, string kind, int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        if (lease is null)
        {
            return new Page<CodeBatchView>([], null);
        }

        var now = time.GetUtcNow();
        var found = await lease.Connection.ListAsync(
            List, [Ids.Parse(Ids.Campaign, campaignId), kind, after, Cursor.Fetch(limit)], row => CodeBatchRow.Read(row).ViewAt(now), ct);
        return Cursor.Cut(found, limit, batch => Ids.Parse(Ids.CodeBatch, batch.Id));
    }

    public async Task<CodeBatchView?> FindAsync(string tenantId, string campaignId, string kind, string batchId, CancellationToken ct)
    {
        var row = Ids.TryParse(Ids.CodeBatch, batchId, out var batch) ? await RowAsync(tenantId, campaignId, batch, ct) : null;
        return row?.Kind == kind ? row.ViewAt(time.GetUtcNow()) : null;
    }

    public async IAsyncEnumerable<ImmutableArray<ExportedCode>> ExportAsync(
        string tenantId, string campaignId, string batchId, [EnumeratorCancellation] CancellationToken ct)
    {
        var (campaign, batch) = (Ids.Parse(Ids.Campaign, campaignId), Ids.Parse(Ids.CodeBatch, batchId));
        if (await RowAsync(tenantId, campaignId, batch, ct) is not { } row)
        {
            yield break;
        }

        var expired = row.ViewAt(time.GetUtcNow()).State == CodeBatchStates.Expired;
        for (var from = 1L; from <= row.Generated; from += RowsPerPage)
        {
            ImmutableArray<ExportedCode> page;
            await using (var lease = await connections.RequireAsync(tenantId, campaignId, ct))
            {
                page = await lease.Connection.ListAsync(
                    Codes, [campaign, batch, from, Math.Min(from + RowsPerPage, row.Generated + 1)], code => Read(code, row, expired), ct);
            }

            yield return page;
        }
    }

    private async Task<CodeBatchRow?> RowAsync(string tenantId, string campaignId, Guid batch, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        return lease is null
            ? null
            : await lease.Connection.FindAsync(Find, [Ids.Parse(Ids.Campaign, campaignId), batch], CodeBatchRow.Read, ct);
    }

    private static ExportedCode Read(NpgsqlDataReader row, CodeBatchRow batch, bool expired)
    {
        var (assignedAt, redeemedAt) = (row.TimeOrNull(2), row.TimeOrNull(5));
        // An entry code that was consumed has served; a coupon that was only handed out goes with its batch.
        var state = redeemedAt is not null ? "redeemed"
            : assignedAt is not null && (!expired || batch.Kind == CodeBatchRules.Entry) ? "assigned"
            : expired ? CodeBatchStates.Expired
            : "available";
        return new ExportedCode(
            CodePattern.Display(row.GetString(0), row.TextOrNull(1), batch.Pattern), state, assignedAt,
            row.UuidOrNull(3) is { } pool ? Ids.Format(Ids.Pool, pool) : null, row.LongOrNull(4), redeemedAt);
    }
}

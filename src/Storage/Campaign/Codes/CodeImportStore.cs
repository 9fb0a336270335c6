using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions.Codes;

namespace PrizeDraw.Storage.Campaign.Codes;

/// <summary>An import as far as it has come.</summary>
/// <param name="Lines">Number of the last line that was taken.</param>
/// <param name="Digest">Over all lines up to that one.</param>
public sealed record CodeImportRow(
    Guid Id, long Lines, long Accepted, long Rejected, ImmutableArray<ImportReject> Rejects, byte[] Digest, bool Finished);

/// <summary>Reads and writes imports. Called by the batch's grain alone; every write is fenced by the batch's epoch.</summary>
public sealed class CodeImportStore(CampaignConnections connections)
{
    private const string Find =
        """
        select lines, accepted, rejected, rejects::text, digest, finished_at is not null from code_import
        where campaign_id = $1 and batch_id = $2 and import_id = $3
        """;

    // Key by key through the unique index: see PoolSql.
    private const string Known =
        """
        select c.code from unnest($2::text[]) as k (code)
        cross join lateral (select code from code where campaign_id = $1 and code = k.code offset 0) c
        """;

    private const string Count =
        """
        update code_batch set generated = generated + $4, count = generated + $4,
          state = case when $5 and state = 'importing' and generated + $4 > 0 then 'ready' else state end
        where campaign_id = $1 and batch_id = $2 and epoch = $3 and state in ('importing', 'ready') and generated = $6
        """;

    private const string Put =
        """
        insert into code_import (campaign_id, batch_id, import_id, at, lines, accepted, rejected, rejects, digest, finished_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, case when $10 then $4 end)
        on conflict (campaign_id, batch_id, import_id) do update set lines = excluded.lines, accepted = excluded.accepted,
          rejected = excluded.rejected, rejects = excluded.rejects, digest = excluded.digest, finished_at = excluded.finished_at
        """;

    /// <summary>The import, or null when nothing of it has been taken yet.</summary>
    public async Task<CodeImportRow?> FindAsync(CodeBatchAddress address, Guid importId, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await lease.Connection.FindAsync(
            Find, [address.Campaign, address.Batch, importId],
            row => new CodeImportRow(
                importId, row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), RejectsOf(row.GetString(3)), row.GetFieldValue<byte[]>(4),
                row.GetBoolean(5)), ct);
    }

    /// <summary>Those of the codes that the campaign has.</summary>
    public async Task<IReadOnlySet<string>> KnownAsync(CodeBatchAddress address, IReadOnlyCollection<string> codes, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        var known = await lease.Connection.ListAsync(Known, [address.Campaign, codes.ToArray()], row => row.GetString(0), ct);
        return known.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Adds codes after the first <paramref name="generated"/>, counts them and stores how far the import has come, in one transaction.</summary>
    public async Task<CodeWrite> AddAsync(
        CodeBatchAddress address, long epoch, long generated, ReadOnlyMemory<NumberedCode> codes, CodeImportRow import, DateTimeOffset now,
        CampaignEvent? finished, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        try
        {
            await CodeBatchStore.CopyAsync(lease.Connection, address, codes, ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return CodeWrite.TakenOver;
        }

        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Add(Count, address.Campaign, address.Batch, epoch, (long)codes.Length, import.Finished, generated);
        batch.Add(Put, address.Campaign, address.Batch, import.Id, now, import.Lines, import.Accepted, import.Rejected,
            JsonSerializer.Serialize(import.Rejects, StorageJson.Options), import.Digest, import.Finished);
        if (finished is not null)
        {
            batch.AddAudit(address.Campaign, finished);
        }

        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[0].RecordsAffected != 1)
        {
            return CodeWrite.TakenOver;
        }

        await transaction.CommitAsync(ct);
        return CodeWrite.Done;
    }

    private static ImmutableArray<ImportReject> RejectsOf(string json) =>
        JsonSerializer.Deserialize<ImmutableArray<ImportReject>>(json, StorageJson.Options);
}

using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using NpgsqlTypes;

namespace PrizeDraw.Storage.Campaign.Codes;

/// <summary>What came of writing codes.</summary>
public enum CodeWrite
{
    Done,

    /// <summary>A code is there already: nothing was written.</summary>
    Collided,

    /// <summary>Another activation holds the batch, or it is in another state: nothing was written.</summary>
    TakenOver,
}

/// <summary>A code with its place in its batch.</summary>
public readonly record struct NumberedCode(long Seq, string Code, string? Shown = null);

/// <summary>
/// Loads and writes batches of codes in their campaign's database. Called by the batch's grain alone; every write is fenced by the
/// epoch. Entries update the batch's row too (codes set aside and handed out), so that its lock is taken last and held for a moment only.
/// </summary>
public sealed class CodeBatchStore(CampaignConnections connections)
{
    internal const string CopyCodes = "copy code (campaign_id, batch_id, seq, code, shown) from stdin (format binary)";

    private const string Insert =
        """
        insert into code_batch (campaign_id, batch_id, kind, name, prefix, pattern, source, state, count, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::timestamptz)
        on conflict (campaign_id, batch_id) do nothing
        """;

    private const string Take =
        $"update code_batch set epoch = epoch + 1 where campaign_id = $1 and batch_id = $2 returning {CodeBatchRow.Columns}";

    private const string Advance =
        """
        update code_batch set generated = generated + $4, state = case when generated + $4 = count then 'ready' else state end
        where campaign_id = $1 and batch_id = $2 and epoch = $3 and state = 'generating' and generated = $5
        """;

    private const string Move = "update code_batch set state = $4 where campaign_id = $1 and batch_id = $2 and epoch = $3 and state = $5";

    private const string Expire =
        """
        update code_batch set state = 'expired', expired_at = $4
        where campaign_id = $1 and batch_id = $2 and epoch = $3 and state <> 'expired' and expires_at <= $4
        """;

    /// <summary>Stores a new batch. False when it is there already.</summary>
    public async Task<bool> InsertAsync(CodeBatchAddress address, CodeBatchRow row, CampaignEvent audit, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await WriteAsync(lease, address, audit, batch => batch.Add(
            Insert, address.Campaign, address.Batch, row.Kind, row.Name, row.Prefix, row.Pattern, row.Source, row.State, row.Count,
            row.CreatedAt, row.ExpiresAt), ct);
    }

    /// <summary>Takes the batch over: whoever held it before writes nothing more. Null when it, or the campaign's database, is not there.</summary>
    public async Task<CodeBatchRow?> TakeAsync(CodeBatchAddress address, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(address.TenantId, address.CampaignId, ct);
        return lease is null ? null : await lease.Connection.FindAsync(Take, [address.Campaign, address.Batch], CodeBatchRow.Read, ct);
    }

    /// <summary>Whether the campaign has a database.</summary>
    public async Task<bool> HasDatabaseAsync(CodeBatchAddress address, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(address.TenantId, address.CampaignId, ct);
        return lease is not null;
    }

    /// <summary>
    /// Adds the codes that follow the first <paramref name="generated"/>, and counts them, in one transaction. With the last of them the
    /// batch is ready, and <paramref name="completed"/> is written.
    /// </summary>
    public async Task<CodeWrite> AddAsync(
        CodeBatchAddress address, long epoch, long generated, ReadOnlyMemory<NumberedCode> codes, CampaignEvent? completed, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        try
        {
            await CopyAsync(lease.Connection, address, codes, ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // The numbers are taken only where another activation has written them.
            return e.ConstraintName == "code_is_unique" ? CodeWrite.Collided : CodeWrite.TakenOver;
        }

        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Add(Advance, address.Campaign, address.Batch, epoch, (long)codes.Length, generated);
        if (completed is not null)
        {
            batch.AddAudit(address.Campaign, completed);
        }

        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[0].RecordsAffected != 1)
        {
            return CodeWrite.TakenOver;
        }

        await transaction.CommitAsync(ct);
        return CodeWrite.Done;
    }

    /// <summary>Moves the batch from one state to another. False when it is in neither our hands nor that state any more.</summary>
    public async Task<bool> MoveAsync(CodeBatchAddress address, long epoch, string from, string to, CampaignEvent audit, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await WriteAsync(lease, address, audit, batch => batch.Add(Move, address.Campaign, address.Batch, epoch, to, from), ct);
    }

    /// <summary>Expires a batch whose time has come. False when it has expired already or is in other hands.</summary>
    public async Task<bool> ExpireAsync(CodeBatchAddress address, long epoch, DateTimeOffset now, CampaignEvent audit, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await WriteAsync(lease, address, audit, batch => batch.Add(Expire, address.Campaign, address.Batch, epoch, now), ct);
    }

    internal static async Task CopyAsync(
        NpgsqlConnection connection, CodeBatchAddress address, ReadOnlyMemory<NumberedCode> codes, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync(CopyCodes, ct);
        for (var i = 0; i < codes.Length; i++)
        {
            var code = codes.Span[i];
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(address.Campaign, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(address.Batch, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(code.Seq, NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(code.Code, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(code.Shown, NpgsqlDbType.Text, ct);
        }

        await copy.CompleteAsync(ct);
    }

    private static async Task<bool> WriteAsync(
        CampaignLease lease, CodeBatchAddress address, CampaignEvent audit, Action<NpgsqlBatch> add, CancellationToken ct)
    {
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        add(batch);
        batch.AddAudit(address.Campaign, audit);
        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[0].RecordsAffected != 1)
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        return true;
    }
}

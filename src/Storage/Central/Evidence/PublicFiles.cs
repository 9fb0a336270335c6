using System;
using System.IO;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Storage.Central.Evidence;

/// <summary>A public file as its writer has taken it. <see cref="Epoch"/> is what every piece must still find.</summary>
/// <param name="Progress">What the last piece left; null before the first.</param>
/// <param name="Chunks">How many pieces there are.</param>
public sealed record TakenFile(long Epoch, bool IsReady, string? Progress, int Chunks, long Bytes);

/// <summary>
/// Writes and reads what is published for ever. Large files are written piece by piece: each piece is one transaction with the writer's
/// progress, so that a crash costs one piece.
/// </summary>
public sealed class PublicFiles(CentralDatabase central, TimeProvider time) : IPublicFiles
{
    private const string Begin =
        """
        insert into public_file (tenant_id, campaign_id, name, state, content_type, at) values ($1, $2, $3, 'writing', $4, $5)
        on conflict do nothing
        """;

    private const string Take =
        "update public_file set epoch = epoch + 1 where tenant_id = $1 and campaign_id = $2 and name = $3 and state = 'writing'";

    private const string Find = "select epoch, state, progress::text, chunks, bytes from public_file where tenant_id = $1 and campaign_id = $2 and name = $3";

    private const string Move =
        """
        update public_file set progress = $5::jsonb, chunks = chunks + 1, bytes = bytes + $6
        where tenant_id = $1 and campaign_id = $2 and name = $3 and epoch = $4 and state = 'writing' returning chunks
        """;

    private const string Insert =
        "insert into public_file_chunk (tenant_id, campaign_id, name, ordinal, content) values ($1, $2, $3, $4, $5)";

    private const string Chunk =
        "select content from public_file_chunk where tenant_id = $1 and campaign_id = $2 and name = $3 and ordinal = $4";

    /// <summary>Takes the file for writing: whoever wrote it before writes nothing more. Begins it when there is none.</summary>
    public async Task<TakenFile> TakeAsync(Guid tenant, Guid campaign, string name, string contentType, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        await work.Connection.RunAsync(Begin, [tenant, campaign, name, contentType, time.GetUtcNow()], ct);
        await work.Connection.RunAsync(Take, [tenant, campaign, name], ct);
        var taken = await work.Connection.FindAsync(
            Find, [tenant, campaign, name],
            row => new TakenFile(row.GetInt64(0), row.GetString(1) == "ready", row.TextOrNull(2), row.GetInt32(3), row.GetInt64(4)), ct);
        await work.CommitAsync(ct);
        return taken ?? throw new InvalidOperationException("The file that was just written is not there.");
    }

    /// <summary>Appends a piece with the writer's progress. False when another holds the file.</summary>
    public async Task<bool> AppendAsync(
        Guid tenant, Guid campaign, string name, long epoch, string progress, ReadOnlyMemory<byte> piece, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        var chunks = await work.Connection.ScalarAsync<int>(Move, [tenant, campaign, name, epoch, progress, (long)piece.Length], ct);
        if (chunks == 0)
        {
            return false;
        }

        await work.Connection.RunAsync(Insert, [tenant, campaign, name, chunks, Compress(piece.Span)], ct);
        await work.CommitAsync(ct);
        return true;
    }

    /// <summary>Ends the writing: the file is public from now on and never changes. False when another holds it.</summary>
    public async Task<bool> EndAsync(Guid tenant, Guid campaign, string name, long epoch, byte[] sha256, AuditEvent audit, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        var written = await work.Connection.RunAsync(
            """
            update public_file set state = 'ready', sha256 = $5, progress = null, at = $6
            where tenant_id = $1 and campaign_id = $2 and name = $3 and epoch = $4 and state = 'writing'
            """, [tenant, campaign, name, epoch, sha256, time.GetUtcNow()], ct);
        if (written == 1)
        {
            await work.AuditAsync(audit, ct);
        }

        await work.CommitAsync(ct);
        return written == 1;
    }

    /// <summary>Puts a small file, public at once; it may be put anew until <see cref="SealAsync"/>.</summary>
    public async Task PutDraftAsync(Guid tenant, Guid campaign, string name, string contentType, byte[] content, CancellationToken ct)
    {
        var taken = await TakeAsync(tenant, campaign, name, contentType, ct);
        if (taken.IsReady)
        {
            return;
        }

        await using var work = await central.BeginAsync(tenant, ct);
        await work.Connection.RunAsync(
            "delete from public_file_chunk where tenant_id = $1 and campaign_id = $2 and name = $3", [tenant, campaign, name], ct);
        var held = await work.Connection.RunAsync(
            """
            update public_file set chunks = 1, bytes = $5, sha256 = $6, at = $7
            where tenant_id = $1 and campaign_id = $2 and name = $3 and epoch = $4 and state = 'writing'
            """, [tenant, campaign, name, taken.Epoch, (long)content.Length, SHA256.HashData(content), time.GetUtcNow()], ct);
        if (held != 1)
        {
            throw new StorageUnavailableException("Another host is writing this file.");
        }

        await work.Connection.RunAsync(Insert, [tenant, campaign, name, 1, Compress(content)], ct);
        await work.CommitAsync(ct);
    }

    /// <summary>Fixes drafts whose names begin like this for ever, in the caller's transaction.</summary>
    public static Task SealAsync(CentralUnitOfWork work, Guid tenant, Guid campaign, string prefix, CancellationToken ct) => work.Connection.RunAsync(
        """
        update public_file set state = 'ready'
        where tenant_id = $1 and campaign_id = $2 and starts_with(name, $3) and state = 'writing' and sha256 is not null
        """, [tenant, campaign, prefix], ct);

    /// <summary>Puts a small file that never changes. Nothing happens when it is there already.</summary>
    public async Task PutAsync(Guid tenant, Guid campaign, string name, string contentType, byte[] content, CancellationToken ct)
    {
        await PutDraftAsync(tenant, campaign, name, contentType, content, ct);
        await using var work = await central.BeginAsync(tenant, ct);
        await SealAsync(work, tenant, campaign, name, ct);
        await work.CommitAsync(ct);
    }

    /// <inheritdoc />
    public async Task<PublicFile?> FindAsync(string tenantId, string campaignId, string name, CancellationToken ct)
    {
        var (tenant, campaign) = (Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId));
        await using var work = await central.ReadAsync([tenant], ct);
        return await work.Connection.FindAsync(
            """
            select content_type, bytes, sha256, chunks, at from public_file
            where tenant_id = $1 and campaign_id = $2 and name = $3 and sha256 is not null
            """,
            [tenant, campaign, name],
            row => new PublicFile(
                tenantId, campaignId, name, row.GetString(0), row.GetInt64(1), Convert.ToHexStringLower(row.GetFieldValue<byte[]>(2)),
                row.GetInt32(3), row.Time(4)), ct);
    }

    /// <inheritdoc />
    public async Task CopyAsync(PublicFile file, Stream destination, bool compressed, CancellationToken ct)
    {
        var (tenant, campaign) = (Ids.Parse(Ids.Tenant, file.TenantId), Ids.Parse(Ids.Campaign, file.CampaignId));
        for (var ordinal = 1; ordinal <= file.Chunks; ordinal++)
        {
            var content = await ChunkAsync(tenant, campaign, file.Name, ordinal, ct);
            if (compressed)
            {
                await destination.WriteAsync(content, ct);
                continue;
            }

            await using var unpacked = new GZipStream(new MemoryStream(content, writable: false), CompressionMode.Decompress);
            await unpacked.CopyToAsync(destination, ct);
        }
    }

    /// <summary>The content so far, finished or not, piece by piece.</summary>
    public async Task EachPieceAsync(Guid tenant, Guid campaign, string name, int chunks, Action<ReadOnlySpan<byte>> read, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        for (var ordinal = 1; ordinal <= chunks; ordinal++)
        {
            var content = await ChunkAsync(tenant, campaign, name, ordinal, ct);
            await using var unpacked = new GZipStream(new MemoryStream(content, writable: false), CompressionMode.Decompress);
            for (int n; (n = await unpacked.ReadAsync(buffer, ct)) > 0;)
            {
                read(buffer.AsSpan(0, n));
            }
        }
    }

    // One short transaction a piece: a slow reader holds no connection while it reads.
    private async Task<byte[]> ChunkAsync(Guid tenant, Guid campaign, string name, int ordinal, CancellationToken ct)
    {
        await using var work = await central.ReadAsync([tenant], ct);
        return await work.Connection.ScalarAsync<byte[]>(Chunk, [tenant, campaign, name, ordinal], ct)
            ?? throw new InvalidDataException($"Piece {ordinal} of {name} is missing.");
    }

    private static byte[] Compress(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Storage.Central.Campaigns;

/// <summary>Loads and writes campaigns' central rows. Called by the campaign's grain alone; every write is fenced by the epoch.</summary>
public sealed class CampaignStore(CentralDatabase central)
{
    private const string Columns = """
        tenant_id, campaign_id, name, slug, state, settings::text, opens_at, closes_at, version, site_key, site_url, template_tag,
        template_commit, deployment_id, published_at, closed_at, created_at, content, next_site_key, previous_site_key,
        previous_site_key_until
        """;

    /// <summary>Takes the campaign: whoever held it before writes nothing more. Null when there is none.</summary>
    public async Task<(CampaignRow Row, long Epoch)?> TakeAsync(Guid tenantId, Guid campaignId, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenantId, ct);
        var taken = await work.Connection.FindAsync<(CampaignRow, long)?>(
            $"update campaign set epoch = epoch + 1 where tenant_id = $1 and campaign_id = $2 returning {Columns}, epoch",
            [tenantId, campaignId], row => (Read(row), row.GetInt64(21)), ct);
        await work.CommitAsync(ct);
        return taken;
    }

    /// <summary>Inserts a new campaign with its parts, terms and audit event.</summary>
    public async Task<CampaignWrite> InsertAsync(
        CampaignRow row, IReadOnlyCollection<CampaignPart> parts, TermsVersionRow? terms, AuditEvent audit, CancellationToken ct,
        Func<CentralUnitOfWork, CancellationToken, Task>? also = null)
    {
        await using var work = await central.BeginAsync(row.TenantId, ct);
        try
        {
            await work.Connection.RunAsync(
                """
                insert into campaign (tenant_id, campaign_id, name, slug, state, settings, opens_at, closes_at, created_at, updated_at)
                values ($1, $2, $3, $4, $5, $6::jsonb, $7::timestamptz, $8::timestamptz, $9, $9)
                """,
                [row.TenantId, row.CampaignId, row.Name, row.Slug, row.State, row.Settings, row.OpensAt, row.ClosesAt, row.CreatedAt], ct);
            await WritePartsAsync(work, row, parts, terms, audit.At, ct);
            await (also?.Invoke(work, ct) ?? Task.CompletedTask);
            await work.AuditAsync(audit, ct);
            await work.CommitAsync(ct);
            return CampaignWrite.Written;
        }
        catch (PostgresException e) when (WriteOf(e) is { } refused)
        {
            return refused;
        }
    }

    /// <summary>Writes the whole row, raising its version, with whatever else belongs to the change.</summary>
    public async Task<CampaignWrite> SaveAsync(CampaignRow row, long epoch, CampaignChange change, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(row.TenantId, ct);
        try
        {
            if (await UpdateAsync(work, row, epoch, change.Audit.At, ct) != 1)
            {
                return CampaignWrite.Fenced;
            }

            await WritePartsAsync(work, row, change.Parts, change.Terms, change.Audit.At, ct);
            foreach (var also in change.Also)
            {
                await also(work, ct);
            }

            await work.AuditAsync(change.Audit, ct);
            await work.CommitAsync(ct);
            return CampaignWrite.Written;
        }
        catch (PostgresException e) when (WriteOf(e) is { } refused)
        {
            return refused;
        }
    }

    /// <summary>Writes what happens to preview links; the epoch that holds after it, null when another activation has the campaign.</summary>
    public async Task<int?> PreviewsAsync(Guid tenantId, Guid campaignId, long epoch, bool end, AuditEvent audit, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenantId, ct);
        var now = await work.Connection.ScalarAsync<int?>(
            """
            update campaign set preview_epoch = preview_epoch + case when $4 then 1 else 0 end
            where tenant_id = $1 and campaign_id = $2 and epoch = $3 returning preview_epoch
            """,
            [tenantId, campaignId, epoch, end], ct);
        if (now is not null)
        {
            await work.AuditAsync(audit, ct);
            await work.CommitAsync(ct);
        }

        return now;
    }

    /// <summary>Deletes a campaign that holds nothing outside its central rows.</summary>
    public async Task<bool> DeleteAsync(Guid tenantId, Guid campaignId, long epoch, AuditEvent audit, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenantId, ct);
        if (await work.Connection.RunAsync(
            "delete from campaign where tenant_id = $1 and campaign_id = $2 and epoch = $3", [tenantId, campaignId, epoch], ct) != 1)
        {
            return false;
        }

        await work.AuditAsync(audit, ct);
        await work.CommitAsync(ct);
        return true;
    }

    /// <summary>Campaigns whose saga or dates need a wake-up at the host's start: (tenant, campaign). A listed sweep of the system role.</summary>
    public async Task<ImmutableArray<(Guid TenantId, Guid CampaignId)>> UnderWayAsync(CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.ListAsync(
            """
            select tenant_id, campaign_id from campaign
            where state in ('provisioning', 'failed', 'scheduled', 'live', 'paused', 'closed')
              or deployment_id in (select deployment_id from deployment where state in ('running', 'paused', 'rolling_back', 'quarantined'))
            limit 10000
            """,
            [],
            row => (row.GetGuid(0), row.GetGuid(1)), ct);
    }

    /// <summary>
    /// Campaigns whose site was built for another address of the API, at most 1,000, the newest first: (tenant, campaign). A listed sweep of
    /// the system role, at the host's start.
    /// </summary>
    public async Task<ImmutableArray<(Guid TenantId, Guid CampaignId)>> BuiltForOthersAsync(string apiUrl, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.ListAsync(
            """
            select tenant_id, campaign_id from campaign
            where state in ('ready', 'scheduled', 'live', 'paused', 'closed', 'drawn', 'completed') and (content::jsonb ->> 'apiUrl') is distinct from $1
            order by campaign_id desc limit 1000
            """,
            [apiUrl], row => (row.GetGuid(0), row.GetGuid(1)), ct);
    }

    private static Task<int> UpdateAsync(CentralUnitOfWork work, CampaignRow row, long epoch, DateTimeOffset now, CancellationToken ct) =>
        work.Connection.RunAsync(
            """
            update campaign set name = $4, slug = $5, state = $6, settings = $7::jsonb, opens_at = $8::timestamptz, closes_at = $9::timestamptz,
              site_key = $10, site_url = $11, template_tag = $12, template_commit = $13, deployment_id = $14::uuid,
              published_at = $15::timestamptz, closed_at = $16::timestamptz, paused = ($6 = 'paused'), version = version + 1, updated_at = $17, content = $18,
              next_site_key = $19, previous_site_key = $20, previous_site_key_until = $21::timestamptz
            where tenant_id = $1 and campaign_id = $2 and epoch = $3
            """,
            [
                row.TenantId, row.CampaignId, epoch, row.Name, row.Slug, row.State, row.Settings, row.OpensAt, row.ClosesAt, row.SiteKey,
                row.SiteUrl, row.TemplateTag, row.TemplateCommit, row.DeploymentId, row.PublishedAt, row.ClosedAt, now,
                row.Content, row.NextSiteKey, row.PreviousSiteKey, row.PreviousSiteKeyUntil,
            ], ct);

    private static async Task WritePartsAsync(
        CentralUnitOfWork work, CampaignRow row, IReadOnlyCollection<CampaignPart>? parts, TermsVersionRow? terms, DateTimeOffset now,
        CancellationToken ct)
    {
        if (parts is not null)
        {
            await work.Connection.RunAsync(
                "delete from campaign_part where tenant_id = $1 and campaign_id = $2", [row.TenantId, row.CampaignId], ct);
            await work.Connection.RunAsync(
                """
                insert into campaign_part (tenant_id, campaign_id, part_id, kind)
                select $1, $2, * from unnest($3::uuid[], $4::text[]) on conflict do nothing
                """,
                [row.TenantId, row.CampaignId, parts.Select(p => p.Id).ToArray(), parts.Select(p => p.Kind).ToArray()], ct);
        }

        if (terms is not null)
        {
            // Terms change only before anybody can accept them: those taken away and given anew count from 1 again.
            await work.Connection.RunAsync(
                "delete from terms_version where tenant_id = $1 and campaign_id = $2 and version = $3",
                [row.TenantId, row.CampaignId, terms.Version], ct);
            await work.Connection.RunAsync(
                """
                insert into terms_version (tenant_id, campaign_id, version, hash, body, free_route, created_at)
                values ($1, $2, $3, $4, $5, $6, $7)
                """,
                [row.TenantId, row.CampaignId, terms.Version, terms.Hash, terms.Text, terms.FreeRoute, now], ct);
        }
    }

    private static CampaignWrite? WriteOf(PostgresException e) => e.ConstraintName switch
    {
        "campaign_slug_is_unique" => CampaignWrite.SlugTaken,
        "campaign_pkey" or "campaign_id_is_unique" => CampaignWrite.Exists,
        _ when e.SqlState == PostgresErrorCodes.ForeignKeyViolation => CampaignWrite.NoTenant,
        _ => null,
    };

    private static CampaignRow Read(NpgsqlDataReader row) => new()
    {
        TenantId = row.GetGuid(0),
        CampaignId = row.GetGuid(1),
        Name = row.GetString(2),
        Slug = row.TextOrNull(3),
        State = row.GetString(4),
        Settings = row.GetString(5),
        OpensAt = row.TimeOrNull(6),
        ClosesAt = row.TimeOrNull(7),
        Version = row.GetInt64(8),
        SiteKey = row.TextOrNull(9),
        SiteUrl = row.TextOrNull(10),
        TemplateTag = row.TextOrNull(11),
        TemplateCommit = row.TextOrNull(12),
        DeploymentId = row.UuidOrNull(13),
        PublishedAt = row.TimeOrNull(14),
        ClosedAt = row.TimeOrNull(15),
        CreatedAt = row.Time(16),
        Content = row.TextOrNull(17),
        NextSiteKey = row.TextOrNull(18),
        PreviousSiteKey = row.TextOrNull(19),
        PreviousSiteKeyUntil = row.TimeOrNull(20),
    };
}

/// <summary>What goes with a write of a campaign's row, in its transaction.</summary>
public sealed record CampaignChange(AuditEvent Audit)
{
    /// <summary>The campaign's parts after the change; null leaves them.</summary>
    public IReadOnlyCollection<CampaignPart>? Parts { get; init; }

    /// <summary>A new version of the terms; null when they did not change.</summary>
    public TermsVersionRow? Terms { get; init; }

    public ImmutableArray<Func<CentralUnitOfWork, CancellationToken, Task>> Also { get; init; } = [];
}

using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Central.Sync;

/// <summary>Somebody else has written meanwhile: nothing was.</summary>
public sealed class SyncTakenOverException() : StorageUnavailableException("Another activation has taken over this site's sync.");

/// <summary>What one step of a sync writes, in one transaction.</summary>
/// <param name="Change">What becomes of the site's record, as it is when this is written; null leaves it.</param>
/// <param name="Run">The run as it is from now on; null for none. Who has read an older one writes nothing.</param>
/// <param name="Audit">With what people asked for, and with what was done.</param>
public sealed record SyncWrite(Func<SiteSyncRow, SiteSyncRow>? Change, SyncRunRow? Run, AuditEvent? Audit);

/// <summary>The record of each site's template, and its runs. Written by that campaign's sync grain alone.</summary>
public sealed class SiteSyncStore(CentralDatabase central)
{
    private const string FindSite = $"select {SiteSyncRow.Columns} from site_sync s where s.tenant_id = $1 and s.campaign_id = $2";

    private const string Runs = $"select {SyncRunRow.Columns} from site_sync_run r where r.tenant_id = $1 and ";

    private const string WriteSite =
        """
        update site_sync set source = $4, base_tag = $5, base_commit = $6, picks = $7, migrations = $8, policy = $9, is_pinned = $10, skipped = $11,
          refused = $12, declined = $13, local_changes = $14::integer, review = $15::jsonb, review_at = $16::timestamptz, version = version + 1
        where tenant_id = $1 and campaign_id = $2 and version = $3
        """;

    private const string LockSite = $"{FindSite} for no key update";

    private const string ReviewsEnded =
        """
        select p.campaign_id from release_site p join site_sync_run r on r.tenant_id = p.tenant_id and r.sync_id = p.sync_id
        where p.release_id = $1 and p.is_in and p.state in ('pull_request', 'conflict_pull_request')
          and r.result not in ('pull_request', 'conflict_pull_request')
        """;

    private const string InsertRun =
        """
        insert into site_sync_run (tenant_id, sync_id, campaign_id, kind, nonce, wanted, base_before, state, created_at, release_id, undoes, result, reason,
          next_at, ended_at)
        values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8, $9, $10::uuid, $11::uuid, $12, left($13, 1000), $14::timestamptz, $15::timestamptz)
        """;

    private const string WriteRun =
        """
        update site_sync_run set wanted = $4::jsonb, base_before = $5::jsonb, base_after = $6::jsonb, state = $7, result = $8, reason = left($9, 1000),
          commit_id = $10, before_commit = $11, files = $12::jsonb, diff = coalesce(left($13, 262144), diff), diff_is_cut = $14, deployment_id = $15::uuid,
          health = $16, attempts = $17, next_at = $18::timestamptz, ended_at = $19::timestamptz, version = version + 1
        where tenant_id = $1 and sync_id = $2 and version = $3
        """;

    /// <summary>Part of the transaction that ends a provisioning: the site begins with what its repository was made from.</summary>
    public static Task BeginAsync(CentralUnitOfWork work, Guid tenant, Guid campaign, CancellationToken ct) =>
        work.Connection.RunAsync("select begin_site_sync($1, $2)", [tenant, campaign], ct);

    /// <summary>The site's record, begun now where that is lacking; null where the campaign has no repository.</summary>
    public async Task<SiteSyncRow?> FindAsync(Guid tenant, Guid campaign, CancellationToken ct)
    {
        // The platform's too: where the template is kept may stand in its account.
        await using var work = await central.BeginAsync([tenant, CentralDatabase.PlatformTenant], ct);
        if (await work.Connection.FindAsync(FindSite, [tenant, campaign], SiteSyncRow.Read, ct) is { } there)
        {
            return there;
        }

        await BeginAsync(work, tenant, campaign, ct);
        var begun = await work.Connection.FindAsync(FindSite, [tenant, campaign], SiteSyncRow.Read, ct);
        await work.CommitAsync(ct);
        return begun;
    }

    /// <summary>Campaigns with a run that has not come to its end: (tenant, campaign). A listed sweep of the system role, at the host's start.</summary>
    public async Task<ImmutableArray<(Guid TenantId, Guid CampaignId)>> UnderWayAsync(CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.ListAsync(
            "select distinct tenant_id, campaign_id from site_sync_run where state in ('pending', 'running', 'deploying') limit 10000", [],
            row => (row.GetGuid(0), row.GetGuid(1)), ct);
    }

    public Task<SyncRunRow?> FindRunAsync(Guid tenant, Guid campaign, Guid sync, CancellationToken ct) =>
        FindRunAsync(tenant, "r.sync_id = $2 and r.campaign_id = $3", ct, sync, campaign);

    /// <summary>What a release asked of the site before, unless that failed.</summary>
    public Task<SyncRunRow?> FindOfReleaseAsync(Guid tenant, Guid campaign, Guid release, string kind, CancellationToken ct) =>
        FindRunAsync(tenant, "r.campaign_id = $2 and r.release_id = $3 and r.kind = $4 and r.state <> 'failed'", ct, campaign, release, kind);

    /// <summary>
    /// The roll-back of a sync, unless that failed or was refused: then whoever has seen to the reason asks again. One that left what was merged as
    /// it is has put nothing back: it answers those alone who want no more.
    /// </summary>
    public Task<SyncRunRow?> FindUndoingAsync(Guid tenant, Guid sync, bool closesOnly, CancellationToken ct) => FindRunAsync(
        tenant, "r.undoes = $2 and r.state <> 'failed' and r.result is distinct from 'refused' and ($3 or r.result is distinct from 'skipped')", ct, sync, closesOnly);

    /// <summary>
    /// Campaigns whose pull request of a release was merged or closed, and which the release has open still. A listed sweep of the system role.
    /// </summary>
    public async Task<ImmutableArray<Guid>> ReviewsEndedAsync(Guid release, CancellationToken ct)
    {
        await using var system = await central.OpenSystemAsync(ct);
        return await system.ListAsync(ReviewsEnded, [release], row => row.GetGuid(0), ct);
    }

    /// <summary>The runs that have not come to their ends, the oldest first.</summary>
    public async Task<ImmutableArray<SyncRunRow>> UnderWayAsync(Guid tenant, Guid campaign, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        return await work.Connection.ListAsync(
            $"{Runs} r.campaign_id = $2 and r.state in ('pending', 'running', 'deploying') order by r.sync_id limit 20", [tenant, campaign], SyncRunRow.Read, ct);
    }

    /// <summary>Adds a run; false when another one is under way, or this has been asked for already.</summary>
    public async Task<bool> AddAsync(SyncRunRow run, AuditEvent? audit, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(run.TenantId, ct);
        try
        {
            await work.Connection.RunAsync(
                InsertRun,
                [
                    run.TenantId, run.SyncId, run.CampaignId, run.Kind, run.Nonce, Json(run.Wanted), Json(run.BaseBefore), run.State, run.CreatedAt, run.ReleaseId,
                    run.UndoesId, run.Result, run.Reason, run.NextAt, run.EndedAt,
                ], ct);
        }
        catch (PostgresException e) when (
            e.ConstraintName is "site_sync_run_pkey" or "site_sync_run_is_one_at_a_time" or "site_sync_run_is_one_of_a_release" or "site_sync_run_is_undone_once")
        {
            return false;
        }

        await AuditAsync(work, audit, ct);
        await work.CommitAsync(ct);
        return true;
    }

    /// <summary>Writes all or nothing, and answers the run with its new version. Throws <see cref="SyncTakenOverException"/>.</summary>
    public async Task<SyncRunRow?> SaveAsync(Guid tenant, Guid campaign, SyncWrite write, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        if (write.Change is { } change)
        {
            var site = await work.Connection.FindAsync(LockSite, [tenant, campaign], SiteSyncRow.Read, ct) ?? throw new SyncTakenOverException();
            await SaveAsync(work, change(site), ct);
        }

        if (write.Run is { } run && await SaveAsync(work, run, ct) != 1)
        {
            throw new SyncTakenOverException();
        }

        await AuditAsync(work, write.Audit, ct);
        await work.CommitAsync(ct);
        return write.Run is { } saved ? saved with { Version = saved.Version + 1, Diff = null } : null;
    }

    private async Task<SyncRunRow?> FindRunAsync(Guid tenant, string where, CancellationToken ct, params object[] values)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        return await work.Connection.FindAsync($"{Runs}{where} order by r.sync_id desc limit 1", [tenant, .. values], SyncRunRow.Read, ct);
    }

    private static Task<int> SaveAsync(CentralUnitOfWork work, SiteSyncRow site, CancellationToken ct) => work.Connection.RunAsync(
        WriteSite,
        [
            site.TenantId, site.CampaignId, site.Version, site.Source, site.Base.Tag, site.Base.Commit, site.Base.Picks.ToArray(), site.Migrations.ToArray(),
            site.Policy, site.IsPinned, site.Skipped.ToArray(), site.Refused.ToArray(), site.Declined.ToArray(), site.LocalChanges,
            site.Review is { } review ? Json(review) : null, site.ReviewAt,
        ], ct);

    private static Task<int> SaveAsync(CentralUnitOfWork work, SyncRunRow run, CancellationToken ct) => work.Connection.RunAsync(
        WriteRun,
        [
            run.TenantId, run.SyncId, run.Version, Json(run.Wanted), Json(run.BaseBefore), run.BaseAfter is { } after ? Json(after) : null, run.State, run.Result,
            run.Reason, run.Commit, run.Before, run.FilesJson, run.Diff is { } diff ? Storable(diff) : null, run.DiffIsCut, run.DeploymentId, run.Health, run.Attempts, run.NextAt, run.EndedAt,
        ], ct);

    private static Task AuditAsync(CentralUnitOfWork work, AuditEvent? audit, CancellationToken ct) =>
        audit is null ? Task.CompletedTask : work.AuditAsync(audit, ct);

    /// <summary>PostgreSQL keeps no NUL, and a cut may have gone through a character.</summary>
    private static string Storable(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace("\0", "", StringComparison.Ordinal);

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, StorageJson.Options);
}

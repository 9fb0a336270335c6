using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Storage.Central.Sync;

/// <summary>A site that a release could go to.</summary>
public sealed record ReleaseCandidate(Guid Tenant, Guid Campaign, SiteFacts Facts);

/// <summary>What is written of a release in one transaction.</summary>
/// <param name="Sites">Those that have changed.</param>
/// <param name="Audit">The events that tell of it, each of its own tenant.</param>
/// <param name="Notices">What people are told; of the platform as a whole.</param>
public sealed record ReleaseWrite(
    ReleaseRow Release, IReadOnlyCollection<ReleaseSiteRow> Sites, IReadOnlyCollection<AuditEvent> Audit, IReadOnlyCollection<NoticeBody> Notices);

/// <summary>
/// Releases and their sites. Each is written by its own grain alone: an activation takes the release's epoch, and writes nothing once another
/// has taken the next one. Sites are of any tenant: which they are is read by the system role, and written as their tenants.
/// </summary>
public sealed class ReleaseStore(CentralDatabase central, TimeProvider clock)
{
    /// <summary>Of <c>site_sync s</c> and <c>campaign c</c>, with $1 for the time.</summary>
    internal const string Facts =
        """
        case when c.state = 'scheduled' and c.opens_at <= $1 then 'live' else c.state end, c.closes_at, s.is_pinned, s.base_tag, c.site_url,
        array(select part.provider || '/' || case when part.provider <> 'local' and coalesce(
            (select m.account_owner = c.tenant_id from deployment_step m join deployment h on h.tenant_id = m.tenant_id and h.deployment_id = m.deployment_id
              where h.tenant_id = c.tenant_id and h.campaign_id = c.campaign_id and h.kind = 'provision' and m.name = part.step order by h.deployment_id desc limit 1),
            exists (select from provider_account a where a.tenant_id = c.tenant_id and a.provider = part.provider)) then c.tenant_id::text else '' end
          from (values (coalesce(c.settings #>> '{providers,repository}', 'local'), 'create-repository'),
            (coalesce(c.settings #>> '{providers,site}', 'local'), 'create-site')) as part (provider, step)),
        exists (select from deployment d where d.tenant_id = c.tenant_id and d.deployment_id = c.deployment_id
          and d.kind in ('archive', 'unarchive', 'decommission') and d.state not in ('succeeded', 'rolled_back', 'cancelled'))
        """;

    private const string Candidates =
        $"""
        select s.tenant_id, s.campaign_id, {Facts} from site_sync s
        join campaign c on c.tenant_id = s.tenant_id and c.campaign_id = s.campaign_id
        where (cardinality($2::uuid[]) = 0 or s.tenant_id = any($2))
          and c.state in ('ready', 'scheduled', 'live', 'paused', 'closed', 'drawn', 'completed')
        order by s.campaign_id limit $3
        """;

    private const string Sites =
        $"""
        select {ReleaseSiteRow.Columns}, {Facts} from release_site p
        join site_sync s on s.tenant_id = p.tenant_id and s.campaign_id = p.campaign_id
        join campaign c on c.tenant_id = p.tenant_id and c.campaign_id = p.campaign_id
        where p.release_id = $2 order by p.wave, p.campaign_id
        """;

    private const string Insert =
        """
        insert into template_release (release_id, version, picks, state, settings, waves, created_at, created_by, started_at)
        values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, $9::timestamptz) on conflict (release_id) do nothing
        """;

    private const string Update =
        """
        update template_release set state = $3, waves = $4::jsonb, message = left($5, 2000), rolls_back_from = $6::int, started_at = $7::timestamptz,
          ended_at = $8::timestamptz, started_by = $9
        where release_id = $1 and epoch = $2
        """;

    private const string PutSites =
        """
        insert into release_site as known (release_id, tenant_id, campaign_id, wave, state, from_tag, reason, is_in, is_healthy, is_suspect, sync_id, rollback_id,
          taken_before, refused_before, started_at, pushed_at, ended_at)
        select $1, p.tenant_id, p.campaign_id, p.wave, p.state, p.from_tag, left(p.reason, 1000), p.is_in, p.is_healthy, p.is_suspect, p.sync_id, p.rollback_id,
          p.taken_before, p.refused_before, p.started_at, p.pushed_at, p.ended_at
        from jsonb_to_recordset($2::jsonb) as p (tenant_id uuid, campaign_id uuid, wave int, state text, from_tag text, reason text, is_in boolean,
          is_healthy boolean, is_suspect boolean, sync_id uuid, rollback_id uuid, taken_before bigint, refused_before bigint, started_at timestamptz,
          pushed_at timestamptz, ended_at timestamptz)
        where exists (select from campaign c where c.tenant_id = p.tenant_id and c.campaign_id = p.campaign_id)
        on conflict (tenant_id, release_id, campaign_id) do update set wave = excluded.wave, state = excluded.state, from_tag = excluded.from_tag,
          reason = excluded.reason, is_in = excluded.is_in, is_healthy = excluded.is_healthy, is_suspect = excluded.is_suspect, sync_id = excluded.sync_id,
          rollback_id = excluded.rollback_id, taken_before = excluded.taken_before, refused_before = excluded.refused_before,
          started_at = excluded.started_at, pushed_at = excluded.pushed_at, ended_at = excluded.ended_at
        """;

    // The sync that is being deployed now; one that a person asked for has no release.
    private const string Rehearses =
        """
        select (t.settings->>'rehearses')::boolean from site_sync_run r join template_release t on t.release_id = r.release_id
        where r.tenant_id = $1 and r.campaign_id = $2 and r.state = 'deploying' order by r.sync_id desc limit 1
        """;

    private const string Hold =
        $"""
        select {Facts}, coalesce((t.settings->>'holdHoursBeforeClosing')::int, 0) from site_sync s
        join campaign c on c.tenant_id = s.tenant_id and c.campaign_id = s.campaign_id
        join template_release t on t.release_id = $4
        where s.tenant_id = $2 and s.campaign_id = $3
        """;

    // Whoever comes first says what the version means; the row's lock lets nobody come first twice.
    private const string Mean =
        "update template_release set commits = jsonb_build_object($2::text, $3::text) || commits where release_id = $1 returning commits->>$2";

    private const string UnderWay = "select release_id from template_release where state in ('planning', 'running', 'paused', 'rolling_back') and release_id <> $1 limit 1";

    /// <summary>Every site that is up and known to sync, of these tenants or of all. A listed sweep of the system role.</summary>
    public async Task<ImmutableArray<ReleaseCandidate>> CandidatesAsync(IReadOnlyCollection<Guid> tenants, int limit, CancellationToken ct)
    {
        await using var system = await central.OpenSystemAsync(ct);
        return await system.ListAsync(
            Candidates, [clock.GetUtcNow(), tenants.ToArray(), limit],
            row => new ReleaseCandidate(row.GetGuid(0), row.GetGuid(1), ReleaseSiteRow.FactsOf(row, 2)), ct);
    }

    /// <summary>
    /// The commit that the release's version means at a place of the template: the one that its first site there came with, so that a tag that is moved
    /// afterwards brings no site what no canary has seen.
    /// </summary>
    public async Task<string> MeansAsync(Guid release, string source, string commit, CancellationToken ct)
    {
        await using var platform = await central.OpenPlatformAsync(ct);
        return await platform.ScalarAsync<string>(Mean, [release, source, commit], ct) ?? commit;
    }

    /// <summary>The grain's key of the release that is under way; null for none.</summary>
    public async Task<string?> UnderWayAsync(CancellationToken ct)
    {
        await using var platform = await central.OpenPlatformAsync(ct);
        return await platform.ScalarAsync<Guid?>(UnderWay, [Guid.Empty], ct) is { } id ? GrainKeys.Release(Ids.Format(Ids.Release, id)) : null;
    }

    /// <summary>Whether any place of the template is known to have this version.</summary>
    public async Task<bool> KnowsVersionAsync(string tag, CancellationToken ct)
    {
        await using var platform = await central.OpenPlatformAsync(ct);
        return await platform.ScalarAsync<bool>("select exists (select from template_version where tag = $1)", [tag], ct);
    }

    /// <summary>Whether an entry is to be rehearsed at the site's deployment that is under way: unless its release says otherwise.</summary>
    public async Task<bool> RehearsesAsync(Guid tenant, Guid campaign, CancellationToken ct)
    {
        await using var work = await central.ReadAsync([tenant], ct);
        return await work.Connection.ScalarAsync<bool?>(Rehearses, [tenant, campaign], ct) ?? true;
    }

    /// <summary>A site as it is now, and within how many hours of a campaign's close its release leaves it alone; null where either is not there.</summary>
    public async Task<(SiteFacts Facts, int HoldHours)?> HoldOfAsync(Guid tenant, Guid campaign, Guid release, CancellationToken ct)
    {
        await using var work = await central.ReadAsync([tenant], ct);
        var found = await work.Connection.FindAsync(
            Hold, [clock.GetUtcNow(), tenant, campaign, release], row => (Facts: ReleaseSiteRow.FactsOf(row, 0), HoldHours: row.GetInt32(7)), ct);
        return found.Facts is null ? null : found;
    }

    /// <summary>Takes the release for this activation: no other one writes it from now on. Null where there is none.</summary>
    public async Task<(ReleaseRow Release, ImmutableArray<ReleaseSiteRow> Sites, long Epoch)?> TakeAsync(Guid release, CancellationToken ct)
    {
        await using var platform = await central.OpenPlatformAsync(ct);
        var taken = await platform.FindAsync(
            $"update template_release r set epoch = epoch + 1 where release_id = $1 returning {ReleaseRow.Columns}, r.epoch", [release],
            row => (Release: ReleaseRow.Read(row), Epoch: row.GetInt64(13)), ct);
        return taken.Release is null ? null : (taken.Release, await SitesAsync(release, ct), taken.Epoch);
    }

    /// <summary>All sites of a release with how they are now, by wave. A listed sweep of the system role.</summary>
    public async Task<ImmutableArray<ReleaseSiteRow>> SitesAsync(Guid release, CancellationToken ct)
    {
        await using var system = await central.OpenSystemAsync(ct);
        return await system.ListAsync(Sites, [clock.GetUtcNow(), release], ReleaseSiteRow.Read, ct);
    }

    /// <summary>Stores a new release; nothing where it is there already.</summary>
    /// <returns>Null, or the other release that is under way: then nothing was stored.</returns>
    public Task<Guid?> AddAsync(ReleaseWrite write, CancellationToken ct) => OneAtATimeAsync(write, async work =>
    {
        var release = write.Release;
        return await work.Connection.RunAsync(
            Insert,
            [
                release.Id, release.Version, release.Picks.ToArray(), release.State, release.SettingsJson, release.WavesJson, release.CreatedAt, release.CreatedBy,
                release.StartedAt,
            ], ct) == 1;
    }, ct);

    /// <summary>Writes what has changed. Throws <see cref="ReleaseWasTakenException"/> where another activation writes the release by now.</summary>
    /// <returns>Null, or the other release that is under way: then nothing was written.</returns>
    public Task<Guid?> SaveAsync(ReleaseWrite write, long epoch, CancellationToken ct) => OneAtATimeAsync(write, async work =>
    {
        var release = write.Release;
        return await work.Connection.RunAsync(
            Update,
            [
                release.Id, epoch, release.State, release.WavesJson, release.Message, release.RollsBackFrom, release.StartedAt, release.EndedAt, release.StartedBy,
            ], ct) == 1 ? true : throw new ReleaseWasTakenException();
    }, ct);

    private async Task<Guid?> OneAtATimeAsync(ReleaseWrite write, Func<CentralUnitOfWork, Task<bool>> put, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(
            [CentralDatabase.PlatformTenant, .. write.Sites.Select(s => s.Tenant).Concat(write.Audit.Select(a => a.TenantId)).Distinct()], ct);
        try
        {
            if (!await put(work))
            {
                return null;
            }
        }
        catch (PostgresException e) when (e.ConstraintName == "template_release_is_one_at_a_time")
        {
            return await OtherAsync(write.Release.Id, ct);
        }

        if (write.Sites.Count > 0)
        {
            await work.Connection.RunAsync(PutSites, [write.Release.Id, JsonSerializer.Serialize(write.Sites.Select(s => s.ToJson()))], ct);
        }

        foreach (var audit in write.Audit)
        {
            await work.AuditAsync(audit, ct);
        }

        foreach (var notice in write.Notices)
        {
            await CentralNotices.AddAsync(work, CentralDatabase.PlatformTenant, notice, ct);
        }

        await work.CommitAsync(ct);
        return null;
    }

    private async Task<Guid?> OtherAsync(Guid release, CancellationToken ct)
    {
        await using var platform = await central.OpenPlatformAsync(ct);
        return await platform.ScalarAsync<Guid?>(UnderWay, [release], ct) ?? Guid.Empty;
    }
}

/// <summary>Another activation writes this release by now.</summary>
public sealed class ReleaseWasTakenException() : Exception("Another activation has taken over this release.");

using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Domains;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Storage.Central.Domains;

/// <summary>
/// Custom domains of one campaign. Written by that campaign's domains grain alone; every change has its audit event in the same transaction,
/// and is judged on the campaign as it is then.
/// </summary>
public sealed class DomainStore(CentralDatabase central)
{
    // Locked, so that no deployment begins between the judging and the writing.
    private const string LockCampaign =
        """
        select c.state, (select d.kind from deployment d where d.tenant_id = c.tenant_id and d.deployment_id = c.deployment_id
          and d.state in ('running', 'paused', 'rolling_back', 'quarantined'))
        from campaign c where c.tenant_id = $1 and c.campaign_id = $2 for no key update
        """;

    private const string Own = $"select {DomainRow.Columns} from campaign_domain where tenant_id = $1 and campaign_id = $2 order by added_at, name";

    private const string Insert =
        $"""
        insert into campaign_domain (tenant_id, campaign_id, name, state, added_at, since, next_at) values ($1, $2, $3, 'added', $4, $4, $4)
        returning {DomainRow.Columns}
        """;

    private const string Update =
        $"""
        update campaign_domain set state = $5, is_placed = $6, problem = left($7, 1000), fault = $8, records = $9::jsonb, since = $10,
          checked_at = $11::timestamptz, next_at = $12::timestamptz, version = version + 1
        where tenant_id = $1 and campaign_id = $2 and name = $3 and version = $4 returning {DomainRow.Columns}
        """;

    /// <summary>All of them, the oldest first; never more than the few that a campaign may have.</summary>
    public async Task<ImmutableArray<DomainRow>> ListAsync(Guid tenant, Guid campaign, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        return await work.Connection.ListAsync(Own, [tenant, campaign], DomainRow.Read, ct);
    }

    /// <summary>Adds a domain, unless the campaign has it already, <paramref name="judge"/> refuses, or somebody has the name.</summary>
    public async Task<(DomainRow? Row, DomainError? Refusal)> AddAsync(
        Guid tenant, Guid campaign, string name, Func<DomainsCampaign?, DomainError?> judge, AuditEvent audit, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        if (judge(await LockAsync(work, tenant, campaign, ct)) is { } refusal)
        {
            return (null, refusal);
        }

        var own = await work.Connection.ListAsync(Own, [tenant, campaign], DomainRow.Read, ct);
        if (own.FirstOrDefault(d => d.Name == name) is { } there)
        {
            return there.View.State == DomainStates.Removing ? (null, new DomainIsBeingRemoved()) : (there, null);
        }

        if (own.Length >= CustomDomain.PerCampaignMax)
        {
            return (null, new DomainsAreTooMany());
        }

        try
        {
            var added = await work.Connection.FindAsync(Insert, [tenant, campaign, name, audit.At], DomainRow.Read, ct);
            await work.AuditAsync(audit, ct);
            await work.CommitAsync(ct);
            return (added, null);
        }
        catch (PostgresException e) when (e.ConstraintName == "campaign_domain_is_of_one_campaign")
        {
            return (null, new DomainIsInUse());
        }
    }

    /// <summary>Changes a domain as somebody asked for, unless <paramref name="judge"/> refuses; without an audit event where nothing changes.</summary>
    public async Task<(DomainRow? Row, DomainError? Refusal)> ChangeAsync(
        Guid tenant, Guid campaign, string name, Func<DomainsCampaign?, DomainError?> judge, Func<DomainRow, DomainRow> change, AuditEvent audit,
        CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        if (judge(await LockAsync(work, tenant, campaign, ct)) is { } refusal)
        {
            return (null, refusal);
        }

        var own = await work.Connection.ListAsync($"{Own} for update", [tenant, campaign], DomainRow.Read, ct);
        if (own.FirstOrDefault(d => d.Name == name) is not { } found)
        {
            return (null, new DomainIsNotThere());
        }

        var changed = change(found);
        if (changed == found)
        {
            return (found, null);
        }

        var written = await WriteAsync(work, tenant, campaign, changed, ct);
        await work.AuditAsync(audit, ct);
        await work.CommitAsync(ct);
        return (written, null);
    }

    /// <summary>Writes what the host said of a domain; null when it was changed since it was read.</summary>
    /// <param name="audit">When its state is another one now.</param>
    /// <param name="notice">When people are to be told.</param>
    public async Task<DomainRow?> SaveAsync(Guid tenant, Guid campaign, DomainRow row, AuditEvent? audit, NoticeBody? notice, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        if (await WriteAsync(work, tenant, campaign, row, ct) is not { } written)
        {
            return null;
        }

        if (audit is not null)
        {
            await work.AuditAsync(audit, ct);
        }

        if (notice is not null)
        {
            await CentralNotices.AddAsync(work, tenant, notice, ct);
        }

        await work.CommitAsync(ct);
        return written;
    }

    /// <summary>Forgets a domain that the host has let go of; nothing when it was changed since it was read.</summary>
    public async Task DeleteAsync(Guid tenant, Guid campaign, DomainRow row, AuditEvent audit, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        if (await work.Connection.RunAsync(
            "delete from campaign_domain where tenant_id = $1 and campaign_id = $2 and name = $3 and version = $4",
            [tenant, campaign, row.Name, row.Version], ct) == 1)
        {
            await work.AuditAsync(audit, ct);
            await work.CommitAsync(ct);
        }
    }

    private static Task<DomainsCampaign?> LockAsync(CentralUnitOfWork work, Guid tenant, Guid campaign, CancellationToken ct) =>
        work.Connection.FindAsync(LockCampaign, [tenant, campaign], row => new DomainsCampaign(row.GetString(0), row.TextOrNull(1)), ct);

    private static Task<DomainRow?> WriteAsync(CentralUnitOfWork work, Guid tenant, Guid campaign, DomainRow row, CancellationToken ct) =>
        work.Connection.FindAsync(
            Update,
            [
                tenant, campaign, row.Name, row.Version, row.View.State, row.View.IsPlaced, row.View.Problem, row.Fault, row.RecordsJson, row.Since,
                row.View.CheckedAt, row.View.NextCheckAt,
            ], DomainRow.Read, ct);
}

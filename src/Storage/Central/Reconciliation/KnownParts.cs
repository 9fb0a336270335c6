using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Reconciliation;

namespace PrizeDraw.Storage.Central.Reconciliation;

/// <summary>
/// What campaigns know of their parts, over all tenants: one account may serve many, and what any of them knows is no orphan. Listed sweeps of
/// the system role.
/// </summary>
public sealed class KnownParts(CentralDatabase central)
{
    /// <summary>The step that makes each part; its nonce is the part's mark, its result says where the part is.</summary>
    private static readonly (string Step, string Part)[] Makers =
        [("create-database", "database"), ("create-repository", "repository"), ("create-site", "site")];

    // The newest provisioning that succeeded says what there must be. What is archived, given up or being removed may lack parts.
    private const string Expected =
        """
        select d.campaign_id, m.part, s.nonce, s.result->>'name', s.result->>'id',
          case when (s.result->>'isProtected')::boolean then coalesce(s.result->>'branch', 'main') end
        from campaign c
        cross join lateral (
          select * from deployment p where p.tenant_id = c.tenant_id and p.campaign_id = c.campaign_id and p.kind = 'provision' and p.state = 'succeeded'
          order by p.deployment_id desc limit 1) d
        join deployment_step s on s.tenant_id = d.tenant_id and s.deployment_id = d.deployment_id and s.state = 'succeeded' and s.result is not null
        join unnest($1::text[], $2::text[]) as m (step, part) on m.step = s.name
        where c.state not in ('archived', 'decommissioned') and not exists (
            select from deployment g where g.tenant_id = c.tenant_id and g.campaign_id = c.campaign_id and g.kind = 'decommission'
              and g.state in ('running', 'paused', 'rolling_back', 'quarantined'))
          and coalesce(c.settings->'providers'->>m.part, 'local') = $3
          and $4 = coalesce(s.account_owner, case when $3 <> 'local' and exists (select from provider_account a where a.tenant_id = c.tenant_id and a.provider = $3)
            then c.tenant_id else '00000000-0000-0000-0000-000000000000' end)
        """;

    // A run that is not over may be making or undoing anything of its own; one that came to its end keeps what it made until that is given up.
    private const string Known =
        """
        select distinct s.nonce from deployment_step s
        join deployment d on d.tenant_id = s.tenant_id and d.deployment_id = s.deployment_id
        join campaign c on c.tenant_id = d.tenant_id and c.campaign_id = d.campaign_id
        where s.nonce = any($1) and (d.state in ('running', 'paused', 'rolling_back', 'quarantined')
          or (d.state = 'succeeded' and s.state <> 'undone' and c.state <> 'decommissioned'))
        """;

    /// <summary>Owners read at once.</summary>
    private const int OwnersMax = 1_000;

    private const string Owners = "select distinct tenant_id from provider_account where $1::uuid is null or tenant_id > $1::uuid order by tenant_id limit $2";

    /// <summary>What must be in the account of this owner at this provider.</summary>
    public async Task<ImmutableArray<ExpectedPart>> ExpectedAsync(Guid owner, string provider, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.ListAsync(
            Expected, [Makers.Select(m => m.Step).ToArray(), Makers.Select(m => m.Part).ToArray(), provider, owner],
            row => new ExpectedPart(row.GetGuid(0), row.GetString(1), row.TextOrNull(3) ?? "", row.GetString(2), row.TextOrNull(4)) { ProtectedBranch = row.TextOrNull(5) }, ct);
    }

    /// <summary>Those of these marks that some campaign or deployment knows.</summary>
    public async Task<ImmutableHashSet<string>> KnownAsync(IEnumerable<string> nonces, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return [.. await connection.ListAsync(Known, [nonces.Distinct().ToArray()], row => row.GetString(0), ct)];
    }

    /// <summary>Who has accounts of their own.</summary>
    public async Task<ImmutableArray<Guid>> OwnersAsync(CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        var all = ImmutableArray.CreateBuilder<Guid>();
        ImmutableArray<Guid> page;
        do
        {
            page = await connection.ListAsync(Owners, [all.Count == 0 ? null : all[^1], OwnersMax], row => row.GetGuid(0), ct);
            all.AddRange(page);
        }
        while (page.Length == OwnersMax);
        return all.ToImmutable();
    }
}

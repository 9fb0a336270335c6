using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Central.Notices;

/// <summary>
/// Notices of what happens in the central database itself: written into its outbox by the transaction of what they tell of, and carried from
/// there to notices with a delivery per target. Each exactly once, since both lie in one database.
/// </summary>
public sealed class CentralNotices(CentralDatabase central, NoticeTargets targets, IDeliveryWake delivery, TimeProvider clock)
{
    private const int RowsMax = 100;

    /// <summary>Super_admins are mailed once in so long of deployments of one client that wait for the same.</summary>
    private static readonly TimeSpan OfOneCause = TimeSpan.FromHours(1);

    // What was made to wait or kept in quarantine is told; that it came to a good end after all, only to whom it was told before.
    private const string TellOfDeployment =
        """
        insert into outbox (tenant_id, event_id, kind, body, created_at)
        select d.tenant_id, gen_random_uuid(), 'notice', jsonb_strip_nulls(jsonb_build_object(
          'kind', 'deployment.' || $3, 'campaign', 'cmp_' || replace(d.campaign_id::text, '-', ''), 'deployment', 'dep_' || replace(d.deployment_id::text, '-', ''),
          'deploymentKind', d.kind, 'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'step', s.name, 'message', s.message)), now()
        from deployment d
        left join lateral (
          select string_agg(p.name, ', ' order by p.ordinal) as name, left(string_agg(p.message, ' ' order by p.ordinal), 2000) as message
          from deployment_step p where p.tenant_id = d.tenant_id and p.deployment_id = d.deployment_id
            and p.state = case $3 when 'paused' then 'running' when 'quarantined' then 'quarantined' end) s on true
        where d.tenant_id = $1 and d.deployment_id = $2 and ($3 <> 'succeeded'
          or exists (select from notice n where n.tenant_id = $1 and n.campaign_id = d.campaign_id and n.kind in ('deployment.paused', 'deployment.quarantined')
            and n.body->>'deployment' = 'dep_' || replace($2::text, '-', ''))
          or exists (select from outbox o where o.tenant_id = $1 and o.kind = 'notice' and o.body->>'deployment' = 'dep_' || replace($2::text, '-', '')))
        """;

    // Undone after all, to the last step; or removed for good with the campaign. Told to whom it was told that something was left.
    private const string TellOfClearing =
        """
        insert into outbox (tenant_id, event_id, kind, body, created_at)
        select q.tenant_id, gen_random_uuid(), 'notice', jsonb_build_object(
          'kind', 'deployment.quarantine_cleared', 'campaign', 'cmp_' || replace(q.campaign_id::text, '-', ''), 'deployment', 'dep_' || replace(q.deployment_id::text, '-', ''),
          'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')), now()
        from deployment d join deployment q on q.tenant_id = d.tenant_id and q.campaign_id = d.campaign_id
        where d.tenant_id = $1 and d.deployment_id = $2 and case when d.kind = 'decommission'
            then d.state = 'succeeded' and q.deployment_id <> d.deployment_id and q.state = 'cancelled'
              and exists (select from deployment_step p where p.tenant_id = q.tenant_id and p.deployment_id = q.deployment_id and p.state = 'quarantined')
            else q.deployment_id = d.deployment_id and $3 = 'quarantined' and d.state in ('rolled_back', 'cancelled')
              and not exists (select from deployment_step p where p.tenant_id = q.tenant_id and p.deployment_id = q.deployment_id and p.state not in ('pending', 'undone'))
          end
        """;

    // A client has one account at each provider, or the platform's: the same words of the same client at the same step are about the same account, whatever
    // number the provider gave the request. That one deployment waits again is told again: somebody has tried to mend it.
    private const string ToldOfCause =
        """
        select distinct d.target from notice n join delivery d on d.tenant_id = n.tenant_id and d.notice_id = n.notice_id
        where n.tenant_id = $1 and n.kind = $2 and n.at > $4 and d.channel = 'email' and d.target = any($5)
          and regexp_replace(n.body->>'message', ' \(request [^)]*\)', '', 'g') is not distinct from regexp_replace($3, ' \(request [^)]*\)', '', 'g')
          and n.body->>'step' is not distinct from $6 and n.body->>'deployment' is distinct from $7
        """;

    private const string Put = "insert into outbox (tenant_id, event_id, kind, body, created_at) values ($1, $2, 'notice', $3::jsonb, $4)";

    private const string Waiting = "select tenant_id, event_id, body::text from outbox where kind = 'notice' order by created_at, event_id limit $1";

    private const string Take = "delete from outbox where tenant_id = $1 and event_id = $2";

    // Whose campaign was deleted since needs to be told of it no more.
    private const string Insert =
        """
        with carried as (
          insert into notice (tenant_id, notice_id, campaign_id, kind, at, body) select $1, $2, $3, $4, $5, $6::jsonb
          where $3::uuid is null or exists (select from campaign where tenant_id = $1 and campaign_id = $3) returning notice_id)
        insert into delivery (tenant_id, delivery_id, notice_id, channel, target, next_at)
        select $1, t.delivery_id, c.notice_id, t.channel, t.target, $7
        from carried c cross join unnest($8::uuid[], $9::text[], $10::text[]) as t (delivery_id, channel, target)
        """;

    /// <summary>Part of the transaction that moves a deployment into a state that people are told of; nothing for other states.</summary>
    internal static async Task OfDeploymentAsync(CentralUnitOfWork work, Guid tenant, Guid deployment, string? before, string state, CancellationToken ct)
    {
        if (state is "paused" or "quarantined" or "succeeded")
        {
            await work.Connection.RunAsync(TellOfDeployment, [tenant, deployment, state], ct);
        }

        if (state is "succeeded" or "rolled_back" or "cancelled")
        {
            await work.Connection.RunAsync(TellOfClearing, [tenant, deployment, before], ct);
        }
    }

    /// <summary>Part of the transaction that finds what a notice tells.</summary>
    public static Task AddAsync(CentralUnitOfWork work, Guid tenant, NoticeBody body, CancellationToken ct) =>
        work.Connection.RunAsync(Put, [tenant, Guid.CreateVersion7(body.At), body.ToJson(), body.At], ct);

    /// <summary>Carries what waits, at most a hundred a call, and has it delivered.</summary>
    public async Task RelayAsync(CancellationToken ct)
    {
        ImmutableArray<(Guid Tenant, Guid Id, string Json)> waiting;
        await using (var system = await central.OpenSystemAsync(ct))
        {
            waiting = await system.ListAsync(Waiting, [RowsMax], row => (row.GetGuid(0), row.GetGuid(1), row.GetString(2)), ct);
        }

        foreach (var (tenant, id, json) in waiting)
        {
            // A newer host will know it: it stays where it is.
            if (NoticeBody.TryParse(json, out var body) && await CarryAsync(tenant, id, body, ct))
            {
                await delivery.WakeAsync(Ids.Format(Ids.Tenant, tenant));
            }
        }
    }

    private async Task<bool> CarryAsync(Guid tenant, Guid id, NoticeBody body, CancellationToken ct)
    {
        Guid? campaign = Ids.TryParse(Ids.Campaign, body.Campaign, out var known) ? known : null;
        ImmutableArray<string> managers = campaign is { } one ? await targets.PeopleAsync(tenant, one, ct) : [];

        // What a deployment waits for is often a credential, which nobody but a super_admin may set.
        ImmutableArray<string> admins = campaign is null || body.Kind == NoticeKinds.DeploymentPaused ? await targets.SuperAdminsAsync(ct) : [];
        await using var work = await central.BeginAsync(tenant, ct);
        if (await work.Connection.RunAsync(Take, [tenant, id], ct) == 0)
        {
            return false;
        }

        var already = await ToldAsync(work, tenant, body, admins, ct);
        var webhooks = await NoticeTargets.WebhooksAsync(work, tenant, ct);
        var now = clock.GetUtcNow();
        ImmutableArray<(string Channel, string Target)> told =
        [
            .. managers.Union(admins.Except(already)).Select(user => ("email", user)), .. webhooks.Where(w => w.Wants(body.Kind)).Select(w => ("webhook", w.Id)),
        ];
        await work.Connection.RunAsync(
            Insert,
            [
                tenant, Guid.CreateVersion7(now), campaign, body.Kind, body.At, body.ToJson(), now, told.Select(_ => Guid.CreateVersion7(now)).ToArray(),
                told.Select(t => t.Channel).ToArray(), told.Select(t => t.Target).ToArray(),
            ], ct);
        await work.CommitAsync(ct);
        return true;
    }

    /// <summary>Those of the super_admins who were mailed of what this deployment waits for a while ago: hundreds may wait for one token.</summary>
    private static async Task<ImmutableArray<string>> ToldAsync(
        CentralUnitOfWork work, Guid tenant, NoticeBody body, ImmutableArray<string> admins, CancellationToken ct) => body.Kind == NoticeKinds.DeploymentPaused
        ? await work.Connection.ListAsync(ToldOfCause, [tenant, body.Kind, body.Message, body.At - OfOneCause, admins.ToArray(), body.Step, body.Deployment], row => row.GetString(0), ct)
        : [];
}

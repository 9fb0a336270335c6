using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Reconciliation;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Reconciliation;

namespace PrizeDraw.Storage.Central.Reconciliation;

/// <summary>Accounts and findings of one owner. Written by that owner's reconciler alone.</summary>
public sealed class ReconciliationStore(CentralDatabase central, DeletionRules rules, TimeProvider clock)
{
    /// <summary>An account is first read once whoever has just set it, or just started, has had time to look.</summary>
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(10);

    private const string EnsureAccounts =
        """
        insert into reconciliation_account (tenant_id, provider, next_at)
        select $1, provider, $2 from (select provider from provider_account where tenant_id = $1 union select 'local' where $3) as owned
        on conflict do nothing
        """;

    private const string OwnAccounts =
        """
        select a.tenant_id, a.provider, a.is_deleting, a.next_at, a.ran_at, a.outcome, a.message, a.held, a.ours, a.due, a.refused_at, a.asked_at
        from reconciliation_account a
        where a.tenant_id = $1 and (a.provider = 'local' or exists (
          select from provider_account p where p.tenant_id = a.tenant_id and p.provider = a.provider))
        order by a.provider
        """;

    // What is there already is seen once more; its state stays.
    private const string PutFindings =
        """
        insert into reconciliation_finding as known (tenant_id, finding_id, provider, part, kind, state, key, name, marked_as, nonce, resource_id,
          campaign_id, detail, first_seen_at, last_seen_at, state_at)
        select $1, f.finding, $2, f.part, f.kind, 'reported', f.key, f.name, f."markedAs", f.nonce, f.id, f.campaign, f.detail, $4, $4, $4
        from jsonb_to_recordset($3::jsonb) as f (finding uuid, part text, kind text, key text, name text, "markedAs" text, nonce text, id text, campaign uuid, detail text)
        on conflict (tenant_id, provider, part, kind, key) where state not in ('deleted', 'resolved')
        do update set last_seen_at = $4, runs = known.runs + 1, name = excluded.name, detail = excluded.detail
        returning known.kind, known.runs
        """;

    // An orphan that a person has dismissed stays so, also while a run does not see it: seen again it would be new, and in time deleted.
    // What is missing or has changed is never deleted, and is told again.
    private const string Resolve =
        """
        update reconciliation_finding set state = 'resolved', state_at = $3
        where tenant_id = $1 and provider = $2 and (state in ('reported', 'due') or (state = 'dismissed' and kind in ('missing', 'drift'))) and last_seen_at < $3
        """;

    private const string MakeDue =
        """
        update reconciliation_finding set state = 'due', state_at = $3
        where tenant_id = $1 and provider = $2 and kind = 'orphan' and state = 'reported' and runs >= $4 and first_seen_at <= $5
        """;

    private const string EndRun =
        """
        update reconciliation_account set ran_at = $3, next_at = $4, asked_at = case when asked_at <= $3 then null else asked_at end,
          outcome = $5, message = null, held = $6, ours = $7, due = $8, refused_at = case when $9 then coalesce(refused_at, $3) end
        where tenant_id = $1 and provider = $2
        """;

    private const string FailRun =
        """
        update reconciliation_account set ran_at = $3, next_at = $4, asked_at = case when asked_at <= $3 then null else asked_at end,
          outcome = 'failed', message = left($5, 1000)
        where tenant_id = $1 and provider = $2
        """;

    private const string Of = $"select {FindingRow.Columns} from reconciliation_finding where tenant_id = $1";

    /// <summary>The owner's accounts as they are now, each with when somebody asked for a run.</summary>
    public async Task<ImmutableArray<(ReconciledAccountView Account, DateTimeOffset? AskedAt)>> AccountsAsync(Guid owner, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(owner, ct);
        await work.Connection.RunAsync(EnsureAccounts, [owner, clock.GetUtcNow() + FirstAfter, owner == CentralDatabase.PlatformTenant], ct);
        var found = await work.Connection.ListAsync(OwnAccounts, [owner], row => (ReconciliationQueries.Account(row), row.TimeOrNull(11)), ct);
        await work.CommitAsync(ct);
        return found;
    }

    /// <summary>Writes what a run found, in one transaction with what follows from it; <paramref name="also"/> tells people in it.</summary>
    public async Task<RunNews> EndRunAsync(Guid owner, RunResult run, Func<CentralUnitOfWork, RunNews, Task> also, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(owner, ct);
        var (sql, now) = (work.Connection, run.At);
        var rows = run.Differences.Take(RunResult.DifferencesMax).Select(d => new
        {
            finding = Guid.CreateVersion7(now), part = d.Part, kind = d.Kind, key = d.Key, name = d.Name, markedAs = d.MarkedAs, nonce = d.Nonce, id = d.Id,
            campaign = d.Campaign, detail = d.Detail,
        });
        var seen = await sql.ListAsync(
            PutFindings, [owner, run.Provider, JsonSerializer.Serialize(rows), now], row => (Kind: row.GetString(0), Runs: row.GetInt32(1)), ct);
        if (run.IsWhole && run.Differences.Length <= RunResult.DifferencesMax)
        {
            await sql.RunAsync(Resolve, [owner, run.Provider, now], ct);
        }

        if (run.MayDelete)
        {
            await sql.RunAsync(MakeDue, [owner, run.Provider, now, rules.RunsMin, now - rules.Grace], ct);
        }

        var due = (int)await sql.ScalarAsync<long>(
            "select count(*) from reconciliation_finding where tenant_id = $1 and provider = $2 and state = 'due'", [owner, run.Provider], ct);
        var wasRefused = await sql.ScalarAsync<bool>(
            "select refused_at is not null from reconciliation_account where tenant_id = $1 and provider = $2 for update", [owner, run.Provider], ct);
        var isRefused = rules.IsMass(due, run.Ours);
        await sql.RunAsync(
            EndRun, [owner, run.Provider, now, run.NextAt, run.IsWhole ? "done" : "partial", run.Held, run.Ours, due, isRefused], ct);
        var fresh = seen.Where(s => s.Runs == 1).ToArray();
        var news = new RunNews(
            fresh.Count(s => s.Kind == FindingKinds.Orphan), fresh.Count(s => s.Kind is FindingKinds.Missing or FindingKinds.Drift), due, isRefused,
            isRefused && !wasRefused);
        await also(work, news);
        await work.CommitAsync(ct);
        return news;
    }

    /// <summary>The account could not be read: nothing is concluded.</summary>
    public Task FailRunAsync(Guid owner, string provider, DateTimeOffset at, DateTimeOffset nextAt, string message, CancellationToken ct) =>
        RunAsync(owner, FailRun, [owner, provider, at, nextAt, message], ct);

    /// <summary>Orphans that became due before this run, the oldest first.</summary>
    public Task<ImmutableArray<FindingRow>> DueAsync(Guid owner, string provider, DateTimeOffset before, CancellationToken ct) => ListAsync(
        owner, $"{Of} and provider = $2 and state = 'due' and state_at < $3 order by first_seen_at, finding_id limit $4", [owner, provider, before, rules.PerRunMax], ct);

    /// <summary>Deletions that were begun read at once.</summary>
    public const int DeletingMax = 100;

    /// <summary>Those whose deletion was begun, by a run that was cut short or by hand; at most <see cref="DeletingMax"/>.</summary>
    public Task<ImmutableArray<FindingRow>> DeletingAsync(Guid owner, CancellationToken ct) =>
        ListAsync(owner, $"{Of} and state = 'deleting' order by state_at, finding_id limit $2", [owner, DeletingMax], ct);

    public async Task<FindingRow?> FindAsync(Guid owner, Guid finding, CancellationToken ct) =>
        (await ListAsync(owner, $"{Of} and finding_id = $2", [owner, finding], ct)).FirstOrDefault();

    /// <summary>Moves a finding on from the state that it was read in, with its audit event; null when it is in another one by now.</summary>
    public async Task<FindingRow?> MoveAsync(FindingRow finding, string state, string? error, string actor, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(finding.Owner, ct);
        var now = clock.GetUtcNow();
        var moved = await work.Connection.FindAsync(
            $"""
            update reconciliation_finding set state = $4, state_at = $5, error = left($6, 1000), is_by_hand = $7
            where tenant_id = $1 and finding_id = $2 and state = $3 returning {FindingRow.Columns}
            """,
            [finding.Owner, finding.Id, finding.View.State, state, now, error, state == FindingStates.Deleting && actor != Actor.System.Id], FindingRow.Read, ct);
        if (moved is null)
        {
            return null;
        }

        await work.AuditAsync(
            new AuditEvent(
                finding.Owner, Guid.CreateVersion7(now), now, null, actor, "reconciliation.finding_moved", finding.View.Id,
                new { finding.View.State }, new { state, finding.View.Provider, finding.View.Part, finding.View.Name, finding.View.ResourceId, error }), ct);
        await work.CommitAsync(ct);
        return moved;
    }

    /// <summary>Whether there is such an account.</summary>
    public async Task<ReconciledAccountView?> SwitchAsync(Guid owner, string provider, bool isOn, string actor, CancellationToken ct)
    {
        await AccountsAsync(owner, ct);
        await using var work = await central.BeginAsync(owner, ct);
        var now = clock.GetUtcNow();
        var before = (await work.Connection.ListAsync(OwnAccounts, [owner], ReconciliationQueries.Account, ct)).FirstOrDefault(a => a.Provider == provider);
        if (before is null || before.IsDeleting == isOn)
        {
            return before;
        }

        await work.Connection.RunAsync(
            "update reconciliation_account set is_deleting = $3 where tenant_id = $1 and provider = $2", [owner, provider, isOn], ct);
        await work.AuditAsync(
            new AuditEvent(
                owner, Guid.CreateVersion7(now), now, null, actor, "reconciliation.deletion_switched", provider, new { before.IsDeleting },
                new { isDeleting = isOn }), ct);
        await work.CommitAsync(ct);
        return before with { IsDeleting = isOn };
    }

    /// <summary>Whether orphans of this account are deleted.</summary>
    public async Task<bool> IsDeletingAsync(Guid owner, string provider, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(owner, ct);
        return (await work.Connection.ListAsync(OwnAccounts, [owner], ReconciliationQueries.Account, ct)).Any(a => a.Provider == provider && a.IsDeleting);
    }

    /// <summary>Has every account of the owner run as soon as may be.</summary>
    public async Task AskAsync(Guid owner, string actor, CancellationToken ct)
    {
        await AccountsAsync(owner, ct);
        await using var work = await central.BeginAsync(owner, ct);
        var now = clock.GetUtcNow();
        await work.Connection.RunAsync("update reconciliation_account set asked_at = $2 where tenant_id = $1", [owner, now], ct);
        await work.AuditAsync(new AuditEvent(
            owner, Guid.CreateVersion7(now), now, null, actor, "reconciliation.asked", Ids.Format(Ids.Tenant, owner)), ct);
        await work.CommitAsync(ct);
    }

    private async Task RunAsync(Guid owner, string sql, object?[] values, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(owner, ct);
        await work.Connection.RunAsync(sql, values, ct);
        await work.CommitAsync(ct);
    }

    private async Task<ImmutableArray<FindingRow>> ListAsync(Guid owner, string sql, object?[] values, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(owner, ct);
        return await work.Connection.ListAsync(sql, values, FindingRow.Read, ct);
    }
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Central.Notices;
using PrizeDraw.Storage.Central.Provisioning;

namespace PrizeDraw.Storage.Central.Campaigns;

/// <summary>A deployment as stored: what the saga goes on from after a crash.</summary>
public sealed record DeploymentRow(
    Guid TenantId, Guid DeploymentId, Guid CampaignId, string Kind, string State, bool CancelRequested, string? Failure,
    ImmutableArray<StepRow> Steps)
{
    /// <summary>The campaign's epoch under which the saga runs: once another activation has raised it, its steps are not written any more.</summary>
    public long Epoch { get; init; }

    public DateTimeOffset StartedAt { get; init; }
}

/// <summary>A step: its nonce is fixed before the first attempt, its result stored after the call.</summary>
public sealed record StepRow(int Ordinal, string Name, string State, int Attempts, string Nonce, string? Result, string? Message)
{
    /// <summary>Where the step makes its part; null on this machine, before the first attempt, and where nobody knew it.</summary>
    public PartAccount? Account { get; init; }

    /// <summary>What the step has noted for its next attempt; null for nothing.</summary>
    public string? Note { get; init; }
}

/// <summary>Another activation holds the campaign: where its saga stands is for that one to say.</summary>
public sealed class DeploymentTakenOverException() : StorageUnavailableException("Another activation has taken over this campaign and its deployment.");

/// <summary>
/// Loads and writes deployments with their steps and log. What the saga itself writes is fenced by its campaign's epoch, and by being the
/// campaign's deployment that has not ended; it throws <see cref="DeploymentTakenOverException"/> once that is so no more.
/// </summary>
public sealed partial class DeploymentStore(CentralDatabase central)
{
    /// <summary>How many lines of a log are kept: what waits, or can't be undone, is tried again every five minutes, for months if need be.</summary>
    private const int LogLinesFirst = 2_000, LogLinesLast = 8_000;

    private const string ShortenLog =
        """
        delete from deployment_log where tenant_id = $1 and deployment_id = $2
          and line > (select line from deployment_log where tenant_id = $1 and deployment_id = $2 order by line offset $3 - 1 limit 1)
          and line < (select line from deployment_log where tenant_id = $1 and deployment_id = $2 order by line desc offset $4 - 1 limit 1)
        """;

    /// <summary>
    /// Part of the transaction that starts the saga: its intents are stored before anything is called. What marks that which a provisioning
    /// makes begins with this installation's own eight digits (<c>OwnershipMark</c>), whatever the given nonces begin with.
    /// </summary>
    public static async Task InsertAsync(CentralUnitOfWork work, DeploymentRow deployment, DateTimeOffset now, CancellationToken ct)
    {
        await work.Connection.RunAsync(
            """
            insert into deployment (tenant_id, deployment_id, campaign_id, kind, state, started_at) values ($1, $2, $3, $4, $5, $6)
            """,
            [deployment.TenantId, deployment.DeploymentId, deployment.CampaignId, deployment.Kind, deployment.State, now], ct);
        await work.Connection.RunAsync(
            """
            insert into deployment_step (tenant_id, deployment_id, ordinal, name, state, nonce)
            select $1, $2, s.ordinal, s.name, 'pending',
              case when $6 = 'provision' then left(replace(i.identity::text, '-', ''), 8) || right(s.nonce, 8) else s.nonce end
            from unnest($3::int[], $4::text[], $5::text[]) as s (ordinal, name, nonce) cross join installation i
            """,
            [
                deployment.TenantId, deployment.DeploymentId, deployment.Steps.Select(s => s.Ordinal).ToArray(),
                deployment.Steps.Select(s => s.Name).ToArray(), deployment.Steps.Select(s => s.Nonce).ToArray(),
                deployment.Kind,
            ], ct);
    }

    /// <summary>Part of the transaction that moves the campaign on with its deployment.</summary>
    public static async Task SetStateAsync(
        CentralUnitOfWork work, Guid tenantId, Guid deploymentId, string state, string? failure, DateTimeOffset? endedAt, CancellationToken ct)
    {
        var before = await work.Connection.ScalarAsync<string>(
            "select state from deployment where tenant_id = $1 and deployment_id = $2 for update", [tenantId, deploymentId], ct);
        await work.Connection.RunAsync(
            """
            update deployment set state = $3, failure = coalesce($4, failure), ended_at = $5::timestamptz
            where tenant_id = $1 and deployment_id = $2
            """,
            [tenantId, deploymentId, state, failure, endedAt], ct);
        if (before != state)
        {
            await CentralNotices.OfDeploymentAsync(work, tenantId, deploymentId, before, state, ct);
        }
    }

    public async Task SetStateAsync(DeploymentRow deployment, string state, string? failure, DateTimeOffset? endedAt, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(deployment.TenantId, ct);
        await FenceAsync(work, deployment, ct);
        await SetStateAsync(work, deployment.TenantId, deployment.DeploymentId, state, failure, endedAt, ct);
        await work.CommitAsync(ct);
    }

    public static Task<int> RequestCancelAsync(CentralUnitOfWork work, Guid tenantId, Guid deploymentId, CancellationToken ct) =>
        work.Connection.RunAsync(
            "update deployment set cancel_requested = true where tenant_id = $1 and deployment_id = $2 and state in ('running', 'paused')",
            [tenantId, deploymentId], ct);

    public async Task<DeploymentRow?> FindAsync(Guid tenantId, Guid deploymentId, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenantId, ct);
        var steps = await work.Connection.ListAsync(
            """
            select ordinal, name, state, attempts, nonce, result::text, message, account_owner, account_provider, account_place, note from deployment_step
            where tenant_id = $1 and deployment_id = $2 order by ordinal
            """,
            [tenantId, deploymentId],
            row => new StepRow(
                row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetString(4), row.TextOrNull(5), row.TextOrNull(6))
            {
                Account = row.UuidOrNull(7) is { } owner ? new PartAccount(owner, row.GetString(8), row.GetString(9)) : null,
                Note = row.TextOrNull(10),
            }, ct);
        return await work.Connection.FindAsync(
            """
            select tenant_id, deployment_id, campaign_id, kind, state, cancel_requested, failure, started_at from deployment
            where tenant_id = $1 and deployment_id = $2
            """,
            [tenantId, deploymentId],
            row => new DeploymentRow(
                row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetString(3), row.GetString(4), row.GetBoolean(5), row.TextOrNull(6), steps)
            {
                StartedAt = row.Time(7),
            },
            ct);
    }

    /// <summary>The campaign's newest deployment of a kind; null when it never had one.</summary>
    public async Task<DeploymentRow?> FindNewestAsync(Guid tenantId, Guid campaignId, string kind, CancellationToken ct)
    {
        Guid? newest;
        await using (var work = await central.BeginAsync(tenantId, ct))
        {
            newest = await work.Connection.ScalarAsync<Guid?>(
                """
                select deployment_id from deployment where tenant_id = $1 and campaign_id = $2 and kind = $3 order by started_at desc, deployment_id desc limit 1
                """,
                [tenantId, campaignId, kind], ct);
        }

        return newest is { } id ? await FindAsync(tenantId, id, ct) : null;
    }

    /// <summary>Stores where a step stands, with a line of the log.</summary>
    public async Task SetStepAsync(
        DeploymentRow deployment, StepRow step, DateTimeOffset now, string level, string message, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(deployment.TenantId, ct);
        await FenceAsync(work, deployment, ct);
        await work.Connection.RunAsync(
            """
            update deployment_step set state = $4, attempts = $5, result = coalesce($6::jsonb, result), message = $7,
              started_at = coalesce(started_at, $8),
              ended_at = case when $4 in ('succeeded', 'failed', 'undone', 'quarantined') then $8 end
            where tenant_id = $1 and deployment_id = $2 and ordinal = $3
            """,
            [deployment.TenantId, deployment.DeploymentId, step.Ordinal, step.State, step.Attempts, step.Result, step.Message, now], ct);
        await LogAsync(work, deployment, [new LogLine(now, step.Name, level, message) { Attempt = step.Attempts }], ct);
        await work.Connection.RunAsync(ShortenLog, [deployment.TenantId, deployment.DeploymentId, LogLinesFirst, LogLinesLast], ct);
        await work.CommitAsync(ct);
    }

    /// <summary>Stores what a step notes for its next attempt, whoever makes that.</summary>
    public async Task NoteAsync(DeploymentRow deployment, StepRow step, string? note, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(deployment.TenantId, ct);
        await FenceAsync(work, deployment, ct);
        await work.Connection.RunAsync(
            "update deployment_step set note = $4 where tenant_id = $1 and deployment_id = $2 and ordinal = $3",
            [deployment.TenantId, deployment.DeploymentId, step.Ordinal, note], ct);
        await work.CommitAsync(ct);
    }

    /// <summary>Adds lines to the log. Longer ones are cut at 4,000 characters.</summary>
    public async Task LogAsync(DeploymentRow deployment, IReadOnlyCollection<LogLine> lines, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(deployment.TenantId, ct);
        await LogAsync(work, deployment, lines, ct);
        await work.CommitAsync(ct);
    }

    // The locks are held to the commit, so that no other activation takes the campaign in between, and nobody ends the deployment or starts another.
    private static async Task FenceAsync(CentralUnitOfWork work, DeploymentRow deployment, CancellationToken ct)
    {
        if (await work.Connection.ScalarAsync<long?>(
            """
            select c.epoch from campaign c join deployment d on d.tenant_id = c.tenant_id and d.deployment_id = $4
            where c.tenant_id = $1 and c.campaign_id = $2 and c.epoch = $3 and coalesce(c.deployment_id, $4) = $4
              and d.state not in ('succeeded', 'rolled_back', 'cancelled')
            for share of c for no key update of d
            """,
            [deployment.TenantId, deployment.CampaignId, deployment.Epoch, deployment.DeploymentId], ct) is null)
        {
            throw new DeploymentTakenOverException();
        }
    }

    private static Task LogAsync(CentralUnitOfWork work, DeploymentRow deployment, IReadOnlyCollection<LogLine> lines, CancellationToken ct) =>
        work.Connection.RunAsync(
            """
            insert into deployment_log (tenant_id, deployment_id, at, step, level, message, attempt, call)
            select $1, $2, l.at, l.step, l.level, left(l.message, 4000), l.attempt, l.call::jsonb
            from unnest($3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[])
              with ordinality as l (at, step, level, message, attempt, call, n)
            order by l.n
            """,
            [
                deployment.TenantId, deployment.DeploymentId, lines.Select(l => l.At).ToArray(), lines.Select(l => l.Step).ToArray(),
                lines.Select(l => l.Level).ToArray(), lines.Select(l => Storable(l.Message)).ToArray(), lines.Select(l => l.Attempt).ToArray(),
                lines.Select(l => l.Call is { } call ? JsonSerializer.Serialize(Storable(call), StorageJson.Options) : null).ToArray(),
            ], ct);

    private static DeploymentCall Storable(DeploymentCall call) =>
        call with { Request = Storable(call.Request), Answer = call.Answer is { } answer ? Storable(answer) : null, RequestId = call.RequestId is { } id ? Storable(id) : null };

    /// <summary>PostgreSQL keeps no NUL, in texts or in JSON.</summary>
    private static string Storable(string text) => text.Replace("\0", "", StringComparison.Ordinal);
}

/// <summary>A line of a deployment's log. Level: <c>info</c>, <c>warning</c> or <c>error</c>.</summary>
public sealed record LogLine(DateTimeOffset At, string? Step, string Level, string Message)
{
    /// <summary>Which attempt of the step, from 1.</summary>
    public int? Attempt { get; init; }

    /// <summary>The call of a provider that the line tells of.</summary>
    public DeploymentCall? Call { get; init; }
}

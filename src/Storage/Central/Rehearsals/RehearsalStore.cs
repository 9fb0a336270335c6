using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Central.Rehearsals;

/// <summary>
/// Loads and writes rehearsals' central rows. Called by the rehearsal's grain alone; every write is fenced by the epoch, and answers false
/// when another activation holds the rehearsal, or nobody any more.
/// </summary>
public sealed class RehearsalStore(CentralDatabase central, TimeProvider clock)
{
    /// <summary>Rehearsals of one campaign at once.</summary>
    public const int PerCampaignMax = 5;

    /// <summary>Takes the rehearsal: whoever held it before writes nothing more. Null when there is none.</summary>
    public async Task<(RehearsalRow Row, long Epoch)?> TakeAsync(RehearsalAddress address, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(address.Tenant, ct);
        var taken = await work.Connection.FindAsync<(RehearsalRow, long)?>(
            $"update rehearsal set epoch = epoch + 1 where tenant_id = $1 and rehearsal_id = $2 returning {RehearsalRow.Columns}, epoch",
            [address.Tenant, address.Rehearsal], row => (RehearsalRow.Read(row), row.GetInt64(15)), ct);
        await work.CommitAsync(ct);
        return taken;
    }

    /// <summary>Inserts a rehearsal that is to be prepared. False when the campaign has as many as it may.</summary>
    public async Task<bool> InsertAsync(
        RehearsalAddress address, byte[] tokenHash, string settings, DateTimeOffset expiresAt, string actor, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(address.Tenant, ct);
        var now = clock.GetUtcNow();
        // One at a time for each campaign, so that two at once cannot both be the last one.
        await work.Connection.RunAsync("select from campaign where tenant_id = $1 and campaign_id = $2 for update", [address.Tenant, address.Campaign], ct);
        if (await work.Connection.ScalarAsync<long>(
            "select count(*) from rehearsal where tenant_id = $1 and campaign_id = $2", [address.Tenant, address.Campaign], ct) >= PerCampaignMax)
        {
            return false;
        }

        await work.Connection.RunAsync(
            """
            insert into rehearsal (tenant_id, rehearsal_id, campaign_id, state, token_hash, settings, created_at, expires_at)
            values ($1, $2, $3, 'preparing', $4, $5::jsonb, $6, $7)
            """,
            [address.Tenant, address.Rehearsal, address.Campaign, tokenHash, settings, now, expiresAt], ct);
        await AuditAsync(work, address, actor, "rehearsal.created", new { expiresAt }, ct);
        await work.CommitAsync(ct);
        return true;
    }

    /// <summary>Replaces the token.</summary>
    public Task<bool> SetTokenAsync(RehearsalAddress address, long epoch, byte[] tokenHash, CancellationToken ct) => WriteAsync(
        address, epoch, "token_hash = $4", [tokenHash], null, ct);

    /// <summary>Moves the rehearsal on; with an audit event where a person did it, or its time was up.</summary>
    public Task<bool> SetStateAsync(
        RehearsalAddress address, long epoch, string state, string? message, (string Actor, string Action)? audited, CancellationToken ct) => WriteAsync(
        address, epoch, "state = $4, message = $5::text", [state, message], audited is { } a ? (a.Actor, a.Action, null) : null, ct);

    /// <summary>Begins a run; the rehearsal is prepared anew first, of the campaign as it is now, where the run is a fresh one.</summary>
    public Task<bool> BeginRunAsync(
        RehearsalAddress address, long epoch, RehearsalRun run, string settings, string actor, CancellationToken ct) => WriteAsync(
        address, epoch,
        """
        state = case when $5 then 'preparing' else state end, settings = $7::jsonb, run = $4::jsonb, run_state = 'running', run_message = null,
        run_sent = 0, run_accepted = 0, run_refused = 0, run_started_at = $6, run_ended_at = null
        """,
        [JsonSerializer.Serialize(run, StorageJson.Options), run.Fresh, clock.GetUtcNow(), settings],
        (actor, "rehearsal.run_started", new { run.Entries, run.PerSecond, run.From, run.To, run.Entrants, run.Fresh }), ct);

    /// <summary>Stores how far the run is; an audit event where it ended.</summary>
    public Task<bool> ProgressAsync(RehearsalAddress address, long epoch, RehearsalProgress progress, (string Actor, string Action)? audited, CancellationToken ct) =>
        WriteAsync(
            address, epoch,
            "run_state = $4, run_sent = $5, run_accepted = $6, run_refused = $7, run_ended_at = $8::timestamptz, run_message = $9::text",
            [progress.State, progress.Sent, progress.Accepted, progress.Refused, progress.EndedAt, progress.Message],
            audited is { } a ? (a.Actor, a.Action, new { progress.Sent, progress.Accepted, progress.Refused }) : null, ct);

    /// <summary>Forgets a rehearsal whose rows are gone.</summary>
    public async Task<bool> DeleteAsync(RehearsalAddress address, long epoch, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(address.Tenant, ct);
        var deleted = await work.Connection.RunAsync(
            "delete from rehearsal where tenant_id = $1 and rehearsal_id = $2 and epoch = $3", [address.Tenant, address.Rehearsal, epoch], ct);
        await work.CommitAsync(ct);
        return deleted == 1;
    }

    private async Task<bool> WriteAsync(
        RehearsalAddress address, long epoch, string set, object?[] values, (string Actor, string Action, object? After)? audited, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(address.Tenant, ct);
        var written = await work.Connection.RunAsync(
            $"update rehearsal set {set} where tenant_id = $1 and rehearsal_id = $2 and epoch = $3",
            [address.Tenant, address.Rehearsal, epoch, .. values], ct);
        if (written != 1)
        {
            return false;
        }

        if (audited is { } a)
        {
            await AuditAsync(work, address, a.Actor, a.Action, a.After, ct);
        }

        await work.CommitAsync(ct);
        return true;
    }

    private Task AuditAsync(CentralUnitOfWork work, RehearsalAddress address, string actor, string action, object? after, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return work.AuditAsync(
            new AuditEvent(address.Tenant, Guid.CreateVersion7(now), now, address.Campaign, actor, action, address.RehearsalId, null, after), ct);
    }
}

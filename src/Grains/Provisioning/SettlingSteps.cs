using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Campaigns;
using PrizeDraw.Providers;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>
/// The way to a campaign's database that everybody takes: its connection string. While it stands under another name whatever needs the data is refused
/// (<see cref="CampaignPutAwayException"/>), and waits for no database that does not answer.
/// </summary>
internal sealed class DatabaseDoor(ISecrets secrets, CampaignConnections connections)
{
    public async Task<bool> IsClosedAsync(CampaignDeployment deployment, CancellationToken ct) =>
        await secrets.GetAsync(Ids.Parse(Ids.Tenant, deployment.TenantId), deployment.CampaignId, SecretNames.Database, ct) is null;

    public Task CloseAsync(CampaignDeployment deployment, CancellationToken ct) => MoveAsync(deployment, SecretNames.Database, SecretNames.DatabaseAtRest, ct);

    public Task OpenAsync(CampaignDeployment deployment, CancellationToken ct) => MoveAsync(deployment, SecretNames.DatabaseAtRest, SecretNames.Database, ct);

    // Copied before it is deleted, so that no crash loses it.
    private async Task MoveAsync(CampaignDeployment deployment, string from, string to, CancellationToken ct)
    {
        var (tenant, campaign) = (Ids.Parse(Ids.Tenant, deployment.TenantId), deployment.CampaignId);
        if (await secrets.GetAsync(tenant, campaign, from, ct) is { } value)
        {
            await secrets.PutAsync(tenant, campaign, to, value, ct);
            await secrets.DeleteAsync(tenant, campaign, from, ct);
        }

        await connections.ForgetAsync(deployment.TenantId, deployment.CampaignId);
    }
}

/// <summary>Somebody came to need the campaign's data after it was asked to be put away, and before nobody could any more.</summary>
internal sealed class CampaignStillNeededException(IReadOnlyList<FieldError> open)
    : Exception("The campaign's data is still needed. " + string.Join(" ", open.Select(o => o.Message)));

/// <summary>
/// Closes the database to everybody, then carries over what it still has for the central one, and counts again what is open: whatever was written before
/// is seen, and nothing is written after. What is still open ends the deployment before anything of the campaign is gone, with the database as it was.
/// In a restored installation the campaign may have gone on since the backup: what stands in the centre is believed only once its database was looked into.
/// </summary>
internal sealed class SettleRecords(
    LostParts lost, DatabaseDoor door, PutAwayDatabase database, OutboxRelay relay, AuditRecall recall, Settling settling, ICampaignQueries campaigns,
    DeploymentStore deployments)
    : SagaStep<Nothing>
{
    public const string StepName = "settle-records";

    /// <summary>Noted before this very deployment closes the database: what an archiving said of it is out of date from then on.</summary>
    private const string Closing = "closing";

    public override string Name => StepName;

    public override string Done => "All audit events and notices stand in the central database, and nobody waits for anything.";

    public override TimeSpan TimeOut => TimeSpan.FromMinutes(5);

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        if (!deployment.IsThere(MigrateDatabase.StepName))
        {
            return new Nothing();
        }

        var state = (await campaigns.FindAsync(Scope.Of(deployment.TenantId), deployment.CampaignId, ct))?.State ?? CampaignLife.Completed;
        var isUnseen = await recall.IsWantedAsync(deployment.TenantId, deployment.CampaignId, ct);
        if (step.Note is null && !isUnseen && await door.IsClosedAsync(deployment, ct) && await WasSettledAsync(deployment, state, ct))
        {
            step.Log("The database is at rest: all of it was carried over when the campaign was archived.");
            return new Nothing();
        }

        if (!await lost.HasDatabaseAsync(deployment, ct))
        {
            step.Log("There is no database any more: somebody removed it before.");
            return new Nothing();
        }

        if (await lost.IsDatabaseRestingAsync(deployment, ct))
        {
            await LookAwayAsync(deployment, state, step, ct);
            return new Nothing();
        }

        await step.NoteAsync(Closing, ct);
        await door.CloseAsync(deployment, ct);
        await SettleAsync(deployment, state, ct);
        return new Nothing();
    }

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => door.OpenAsync(deployment, ct);

    /// <summary>The database rests at its provider: where entries were, or may have been, taken it has to be looked into, or nothing goes.</summary>
    private async Task LookAwayAsync(CampaignDeployment deployment, string state, StepContext step, CancellationToken ct)
    {
        // One that failed can only have been rolled back since: a later provisioning makes a database of its own.
        var isOlder = state != CampaignLife.Failed && await recall.IsOlderAsync(deployment.TenantId, deployment.CampaignId, ct);
        if (isOlder || state == CampaignLife.Completed)
        {
            throw await StillNeededAsync(deployment, state, [isOlder ? Settling.AsleepSinceRestore : Settling.Asleep], ct);
        }

        step.Log("The database is paused at its provider and was not looked into: nobody waits for anything in a campaign that has taken no entries, or was archived.");
    }

    /// <summary>Closed by an archiving that came past this very step, and by nothing since: also by one whose undoing a decommission has taken over.</summary>
    private async Task<bool> WasSettledAsync(CampaignDeployment deployment, string state, CancellationToken ct) =>
        state == CampaignLife.Archived
        || await deployments.FindNewestAsync(
            Ids.Parse(Ids.Tenant, deployment.TenantId), Ids.Parse(Ids.Campaign, deployment.CampaignId), DeploymentKind.Archive, ct) is { State: "cancelled" } archive
            && archive.Steps.Any(s => s is { Name: StepName, State: "succeeded" });

    private async Task SettleAsync(CampaignDeployment deployment, string state, CancellationToken ct)
    {
        await using var alone = await OpenAsync(deployment, state, ct);
        if (alone is null)
        {
            return; // It never came to be in use.
        }

        // Counted first: nobody writes any more, and once all is carried over nobody looks into an archived campaign's database again.
        var counted = state == CampaignLife.Archived ? CampaignLife.Completed : state;
        if (await settling.OpenAsync(alone, deployment.TenantId, deployment.CampaignId, counted, ct) is { Count: > 0 } open)
        {
            throw await StillNeededAsync(deployment, state, open, ct);
        }

        await relay.DrainAsync(alone, deployment.TenantId, deployment.CampaignId, ct);
    }

    private async Task<NpgsqlConnection?> OpenAsync(CampaignDeployment deployment, string state, CancellationToken ct)
    {
        try
        {
            return await database.OpenAsync(deployment.TenantId, deployment.CampaignId, ct);
        }
        catch (PostgresException e) when (state == CampaignLife.Archived
            && e.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            // Asking on and on with a password that was replaced since the backup leads nowhere.
            throw await StillNeededAsync(deployment, state, [Settling.Refused], ct);
        }
    }

    /// <summary>An archived campaign's database stays out of reach until it is brought back.</summary>
    private async Task<CampaignStillNeededException> StillNeededAsync(
        CampaignDeployment deployment, string state, IReadOnlyList<FieldError> open, CancellationToken ct)
    {
        if (state != CampaignLife.Archived)
        {
            await door.OpenAsync(deployment, ct);
        }

        return new CampaignStillNeededException(open);
    }
}

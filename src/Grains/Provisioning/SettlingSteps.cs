using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
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
/// </summary>
internal sealed class SettleRecords(
    LostParts lost, DatabaseDoor door, PutAwayDatabase database, OutboxRelay relay, Settling settling, ICampaignQueries campaigns, DeploymentStore deployments)
    : SagaStep<Nothing>
{
    public const string StepName = "settle-records";

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
        if (await door.IsClosedAsync(deployment, ct) && await WasSettledAsync(deployment, state, ct))
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
            LookedAway(state, step);
            return new Nothing();
        }

        await door.CloseAsync(deployment, ct);
        await SettleAsync(deployment, state == CampaignLife.Archived ? CampaignLife.Completed : state, ct);
        return new Nothing();
    }

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => door.OpenAsync(deployment, ct);

    /// <summary>Somebody has put the database to rest at its provider: where entries were taken it has to be looked into, or nothing goes.</summary>
    private static void LookedAway(string state, StepContext step)
    {
        if (state == CampaignLife.Completed)
        {
            throw new CampaignStillNeededException([Settling.Asleep]);
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
        await using var alone = await database.OpenAsync(deployment.TenantId, deployment.CampaignId, ct);
        if (alone is null)
        {
            return; // It never came to be in use.
        }

        await relay.DrainAsync(alone, deployment.TenantId, deployment.CampaignId, ct);
        if (await settling.OpenAsync(alone, deployment.TenantId, deployment.CampaignId, state, ct) is { Count: > 0 } open)
        {
            await door.OpenAsync(deployment, ct);
            throw new CampaignStillNeededException(open);
        }
    }
}

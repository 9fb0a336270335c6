using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>What a step removed; without a name where there was nothing.</summary>
/// <param name="Name">As its provider called it.</param>
/// <param name="Id">The provider's own id of it, where it has one.</param>
internal sealed record Removed(string? Name, string? Id = null);

/// <summary>Removes for good what provisioning made: as its own undoing does, by stored id, name and marker alone.</summary>
internal abstract class RemovePart(ISagaStep made) : SagaStep<Removed>
{
    public override TimeSpan TimeOut => made.TimeOut;

    protected override async Task<Removed> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        // What was never made, or is undone, is not asked for: its account may be gone.
        if (!deployment.IsThere(made.Name))
        {
            return new Removed(null);
        }

        var removed = What(deployment);
        await made.UndoAsync(deployment, step, ct);
        return removed;
    }

    protected abstract Removed What(CampaignDeployment deployment);
}

internal sealed class RemoveSite(CreateSite made) : RemovePart(made)
{
    public override string Name => "remove-site";

    public override string Done => "The site is gone.";

    protected override Removed What(CampaignDeployment deployment) =>
        deployment.FindResult<SiteRef>(CreateSite.StepName) is { } site ? new Removed(site.Name, site.Id) : new Removed(deployment.Slug);
}

/// <summary>Ends the platform's own way to the database, before that goes.</summary>
internal sealed class CloseDatabase(MigrateDatabase made) : RemovePart(made)
{
    public override string Name => "close-database";

    public override string Done => "Nothing of the platform reaches the database any more.";

    protected override Removed What(CampaignDeployment deployment) => new(null);
}

internal sealed class RemoveDatabase(CreateDatabase made) : RemovePart(made)
{
    public override string Name => "remove-database";

    public override string Done => "The database and its role are gone.";

    protected override Removed What(CampaignDeployment deployment) =>
        deployment.FindResult<DatabaseRef>(CreateDatabase.StepName) is { } database ? new Removed(database.Name, database.Id) : new Removed(null);
}

internal sealed class RemoveRepository(CreateRepository made) : RemovePart(made)
{
    public override string Name => "remove-repository";

    public override string Done => "The repository is gone.";

    protected override Removed What(CampaignDeployment deployment) =>
        deployment.FindResult<RepositoryRef>(CreateRepository.StepName) is { } repository
            ? new Removed(repository.Name, repository.Id)
            : new Removed(deployment.Slug);
}

/// <summary>Every secret of the campaign goes: passwords, and the keys without which nothing of its entrants can be told from their references.</summary>
internal sealed class RemoveSecrets(ISecrets secrets) : SagaStep<Nothing>
{
    public override string Name => "remove-secrets";

    public override string Done => "The campaign's secrets are gone.";

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        await secrets.DeleteAllAsync(Ids.Parse(Ids.Tenant, deployment.TenantId), deployment.CampaignId, ct);
        return new Nothing();
    }
}

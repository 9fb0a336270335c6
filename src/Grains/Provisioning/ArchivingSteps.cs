using System;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>Takes a site down and brings it back; each is the other's undoing.</summary>
internal sealed class SiteRest(IProviderDirectory providers, LostParts lost)
{
    public async Task<Nothing> BeginAsync(CampaignDeployment deployment, CancellationToken ct)
    {
        await (await providers.SiteAsync(deployment, ct)).SuspendAsync(CreateSite.Request(deployment), ct);
        return new Nothing();
    }

    public async Task<Nothing> EndAsync(CampaignDeployment deployment, CancellationToken ct)
    {
        await (await providers.SiteAsync(deployment, ct)).ResumeAsync(CreateSite.Request(deployment), ct);
        return new Nothing();
    }

    /// <summary>Undoes <see cref="BeginAsync"/>.</summary>
    public Task UndoBeginAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        lost.UndoAtSiteAsync(deployment, step, () => EndAsync(deployment, ct), ct);

    /// <summary>Undoes <see cref="EndAsync"/>.</summary>
    public Task UndoEndAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        lost.UndoAtSiteAsync(deployment, step, () => BeginAsync(deployment, ct), ct);
}

/// <summary>Lets a campaign's database rest and wakes it; each is the other's undoing.</summary>
internal sealed class DatabaseRest(IProviderDirectory providers, LostParts lost)
{
    public async Task<Nothing> BeginAsync(CampaignDeployment deployment, CancellationToken ct)
    {
        await (await providers.DatabaseAsync(deployment, ct)).PauseAsync(DatabaseRequests.WithoutSecrets(deployment), ct);
        return new Nothing();
    }

    public async Task<Nothing> EndAsync(CampaignDeployment deployment, CancellationToken ct)
    {
        await (await providers.DatabaseAsync(deployment, ct)).ResumeAsync(DatabaseRequests.WithoutSecrets(deployment), ct);
        return new Nothing();
    }

    /// <summary>Undoes <see cref="BeginAsync"/>.</summary>
    public Task UndoBeginAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        lost.UndoAtDatabaseAsync(deployment, step, () => EndAsync(deployment, ct), ct);

    /// <summary>Undoes <see cref="EndAsync"/>.</summary>
    public Task UndoEndAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        lost.UndoAtDatabaseAsync(deployment, step, () => BeginAsync(deployment, ct), ct);
}

internal sealed class SuspendSite(SiteRest rest) : SagaStep<Nothing>
{
    public override string Name => "suspend-site";

    public override string Done => "The site is taken down; all of it is kept.";

    protected override Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => rest.BeginAsync(deployment, ct);

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => rest.UndoBeginAsync(deployment, step, ct);
}

internal sealed class RestDatabase(DatabaseDoor door, DatabaseRest rest) : SagaStep<Nothing>
{
    public override string Name => "rest-database";

    public override string Done => "The database rests; its data is kept.";

    public override TimeSpan TimeOut => TimeSpan.FromMinutes(20);

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        // Closed by now, but for a run that began with an earlier version.
        await door.CloseAsync(deployment, ct);
        return await rest.BeginAsync(deployment, ct);
    }

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => rest.UndoBeginAsync(deployment, step, ct);
}

internal sealed class WakeDatabase(DatabaseDoor door, DatabaseRest rest) : SagaStep<Nothing>
{
    public override string Name => "wake-database";

    public override string Done => "The database is awake.";

    public override TimeSpan TimeOut => TimeSpan.FromMinutes(20);

    protected override Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => rest.EndAsync(deployment, ct);

    protected override async Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        // Closed by now, but for a run that began with an earlier version.
        await door.CloseAsync(deployment, ct);
        await rest.UndoEndAsync(deployment, step, ct);
    }
}

internal sealed class ResumeSite(SiteRest rest) : SagaStep<Nothing>
{
    public override string Name => "resume-site";

    public override string Done => "The site is back.";

    protected override Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => rest.EndAsync(deployment, ct);

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => rest.UndoEndAsync(deployment, step, ct);
}

/// <summary>Comes last: until all is back as it was the database is out of reach, so that nothing is written which an undoing would put away unseen.</summary>
internal sealed class OpenDatabase(DatabaseDoor door) : SagaStep<Nothing>
{
    public override string Name => "open-database";

    public override string Done => "The database is in use again.";

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        await door.OpenAsync(deployment, ct);
        return new Nothing();
    }

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => door.CloseAsync(deployment, ct);
}

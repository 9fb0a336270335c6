using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>Takes a site down and brings it back; each is the other's undoing.</summary>
internal sealed class SiteRest(IProviderDirectory providers)
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
}

/// <summary>
/// Lets a campaign's database rest and wakes it; each is the other's undoing. While it rests its connection string stands under another name,
/// so that nobody waits for a database that does not answer.
/// </summary>
internal sealed class DatabaseRest(IProviderDirectory providers, ISecrets secrets, CampaignConnections connections)
{
    public async Task<Nothing> BeginAsync(CampaignDeployment deployment, CancellationToken ct)
    {
        await MoveAsync(deployment, SecretNames.Database, SecretNames.DatabaseAtRest, ct);
        await connections.ForgetAsync(deployment.TenantId, deployment.CampaignId);
        await (await providers.DatabaseAsync(deployment, ct)).PauseAsync(DatabaseRequests.WithoutSecrets(deployment), ct);
        return new Nothing();
    }

    public async Task<Nothing> EndAsync(CampaignDeployment deployment, CancellationToken ct)
    {
        await (await providers.DatabaseAsync(deployment, ct)).ResumeAsync(DatabaseRequests.WithoutSecrets(deployment), ct);
        await MoveAsync(deployment, SecretNames.DatabaseAtRest, SecretNames.Database, ct);
        await connections.ForgetAsync(deployment.TenantId, deployment.CampaignId);
        return new Nothing();
    }

    // Copied before it is deleted, so that no crash loses it.
    private async Task MoveAsync(CampaignDeployment deployment, string from, string to, CancellationToken ct)
    {
        var (tenant, campaign) = (Ids.Parse(Ids.Tenant, deployment.TenantId), deployment.CampaignId);
        if (await secrets.GetAsync(tenant, campaign, from, ct) is { } value)
        {
            await secrets.PutAsync(tenant, campaign, to, value, ct);
            await secrets.DeleteAsync(tenant, campaign, from, ct);
        }
    }
}

internal sealed class SuspendSite(SiteRest rest) : SagaStep<Nothing>
{
    public override string Name => "suspend-site";

    public override string Done => "The site is taken down; all of it is kept.";

    protected override Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => rest.BeginAsync(deployment, ct);

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => rest.EndAsync(deployment, ct);
}

internal sealed class RestDatabase(DatabaseRest rest) : SagaStep<Nothing>
{
    public override string Name => "rest-database";

    public override string Done => "The database rests; its data is kept.";

    public override TimeSpan TimeOut => TimeSpan.FromMinutes(20);

    protected override Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => rest.BeginAsync(deployment, ct);

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => rest.EndAsync(deployment, ct);
}

internal sealed class WakeDatabase(DatabaseRest rest) : SagaStep<Nothing>
{
    public override string Name => "wake-database";

    public override string Done => "The database is awake.";

    public override TimeSpan TimeOut => TimeSpan.FromMinutes(20);

    protected override Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => rest.EndAsync(deployment, ct);

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => rest.BeginAsync(deployment, ct);
}

internal sealed class ResumeSite(SiteRest rest) : SagaStep<Nothing>
{
    public override string Name => "resume-site";

    public override string Done => "The site is back.";

    protected override Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => rest.EndAsync(deployment, ct);

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => rest.BeginAsync(deployment, ct);
}

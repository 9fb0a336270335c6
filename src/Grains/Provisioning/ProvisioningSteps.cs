using System;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>Nothing worth keeping: the step's success is its result.</summary>
internal sealed record Nothing;

/// <summary>The campaign's secrets, made before anything that needs them and stored encrypted.</summary>
internal sealed class MakeSecrets(ISecrets secrets) : SagaStep<Nothing>
{
    private static readonly string[] Made = [SecretNames.Identity, SecretNames.DatabasePassword, SecretNames.DatabaseOwnerPassword];

    public override string Name => "make-secrets";

    public override string Done => "The campaign has its secrets, encrypted.";

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        var tenant = Ids.Parse(Ids.Tenant, deployment.TenantId);
        // Kept when they are there: a step done twice must not orphan what was made with the first ones.
        foreach (var name in deployment.Settings.Providers?.Database is null or ProviderNames.Local ? Made[..^1] : Made)
        {
            if (await secrets.GetAsync(tenant, deployment.CampaignId, name, ct) is null)
            {
                await secrets.PutAsync(tenant, deployment.CampaignId, name, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), ct);
            }
        }

        return new Nothing();
    }

    protected override async Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        foreach (var name in Made)
        {
            await secrets.DeleteAsync(Ids.Parse(Ids.Tenant, deployment.TenantId), deployment.CampaignId, name, ct);
        }
    }
}

/// <summary>Hands pools, prizes, moments and the draw over to the grains that own them from here on.</summary>
internal sealed class SeedCampaign(IGrainFactory grains) : SagaStep<Nothing>
{
    public override string Name => "seed-campaign";

    public override string Done => "Pools, prizes, winning moments and the draw are in place.";

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        return await CampaignParts.ConfigureAsync(grains, deployment.TenantId, deployment.CampaignId, deployment.Settings, Actor.System) is { } refusal
            ? throw new ProviderException(ProviderFault.Rejected, refusal.Detail)
            : new Nothing();
    }
}

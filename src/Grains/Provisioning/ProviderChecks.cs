using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Provisioning;
using PrizeDraw.Providers;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.Provisioning;

/// <inheritdoc cref="IProviderChecks"/>
internal sealed class ProviderChecks(
    IProviderDirectory providers, CampaignPreflight preflight, ProvisioningPlan plan, DeploymentStore deployments, IProviderAccountQueries accounts,
    ChecksUnderWay underWay) : IProviderChecks
{
    /// <summary>Somebody waits for the answer, which says so where a provider is too slow.</summary>
    private static readonly TimeSpan AskedFor = TimeSpan.FromSeconds(10);

    public async Task<ImmutableArray<ProviderCheck>> OfCampaignAsync(CampaignView campaign, CancellationToken ct)
    {
        var question = $"{campaign.Id} {campaign.Version} {campaign.DeploymentId} {await AccountsAsync(campaign.TenantId, ct)}";
        return (await underWay.AskAsync(campaign.TenantId, question, async token => await AskCampaignAsync(campaign, token), ct))!.Value;
    }

    public async Task<ImmutableArray<ProviderCheck>?> OfAccountAsync(string? tenantId, string provider, CancellationToken ct) => await underWay.AskAsync(
        tenantId ?? GrainKeys.Platform, $"{provider} {await AccountsAsync(tenantId, ct)}", token => AskAccountAsync(tenantId, provider, token), ct);

    /// <summary>When each account was set: an answer about one that was set anew meanwhile is no answer.</summary>
    private async Task<string> AccountsAsync(string? tenantId, CancellationToken ct) =>
        string.Join(' ', (await accounts.ListAsync(tenantId, ct)).Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Provider}@{a.UpdatedAt.UtcTicks}")));

    private async Task<ImmutableArray<ProviderCheck>> AskCampaignAsync(CampaignView campaign, CancellationToken ct)
    {
        // What the campaign has made is marked by its run; one that has made nothing yet is asked for with markers that nothing has.
        var (tenant, id) = (Ids.Parse(Ids.Tenant, campaign.TenantId), Ids.Parse(Ids.Campaign, campaign.Id));
        var run = await deployments.FindNewestAsync(tenant, id, DeploymentKind.Provision, ct)
            ?? plan.NewRun(DeploymentKind.Provision, tenant, id, id, campaign.Settings);
        return Told(await preflight.CheckAsync(
            new CampaignDeployment(campaign.TenantId, campaign.Id, campaign.Settings, campaign.SiteKey ?? "", run.Steps), inTheCloudAlone: false, AskedFor, ct));
    }

    private async Task<ImmutableArray<ProviderCheck>?> AskAccountAsync(string? tenantId, string provider, CancellationToken ct)
    {
        try
        {
            var asked = new List<PreflightCheck>();
            foreach (var one in await providers.OfAccountAsync(tenantId, provider, ct))
            {
                asked.AddRange(await one.CheckAsync(null, AskedFor, ct));
            }

            return asked.Count == 0 ? null : Told([.. asked, .. preflight.OfInstallation(provider)]);
        }
        catch (ProviderException e)
        {
            return [new ProviderCheck(provider, "account", "failed", e.Message)];
        }
    }

    private static ImmutableArray<ProviderCheck> Told(IEnumerable<PreflightCheck> checks) =>
        [.. checks.Select(check => new ProviderCheck(check.Provider, check.Name, check.State.ToString().ToLowerInvariant(), check.Message))];
}

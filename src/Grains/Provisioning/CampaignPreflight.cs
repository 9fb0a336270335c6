using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Hosting;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>Asks the providers of a campaign's parts what is in the way of making them. Changes nothing.</summary>
internal sealed class CampaignPreflight(IProviderDirectory providers, ProvisioningOptions options)
{
    /// <summary>The checks of all parts, or of those in the cloud alone. The parts are asked at once, each in its own order.</summary>
    public async Task<ImmutableArray<PreflightCheck>> CheckAsync(
        CampaignDeployment deployment, bool inTheCloudAlone, TimeSpan askedFor, CancellationToken ct)
    {
        var of = deployment.Settings.Providers ?? new ProviderChoice();
        (string Provider, Func<Task<IPreflight>> Find, PreflightTarget? Target)[] parts =
        [
            (of.Repository, async () => await providers.RepositoryAsync(deployment, ct), TargetOf(deployment, CreateRepository.StepName)),
            (of.Database, async () => await providers.DatabaseAsync(deployment, ct), TargetOf(deployment, CreateDatabase.StepName)),
            (of.Site, async () => await providers.SiteAsync(deployment, ct), TargetOf(deployment, CreateSite.StepName)),
        ];
        var checks = await Task.WhenAll(parts
            .Where(part => !inTheCloudAlone || part.Provider != ProviderNames.Local)
            .Select(part => CheckAsync(part.Provider, part.Find, part.Target, askedFor, ct)));
        return [.. checks.SelectMany(one => one), .. OfInstallation(of.Site)];
    }

    /// <summary>What of this installation itself stands in the way of using the provider.</summary>
    public ImmutableArray<PreflightCheck> OfInstallation(string provider) => provider != ProviderNames.Vercel || !options.IsForThisMachineAlone ? [] :
    [
        new PreflightCheck(
            provider, "public-url", PreflightState.Failed,
            $"A site at Vercel would send its entries to {options.ApiUrl}, which nobody reaches but this machine. Start the platform with --public-url and the "
            + "address at which the public reaches it, then try again.")
        {
            Fault = ProviderFault.Rejected,
        },
    ];

    private static async Task<ImmutableArray<PreflightCheck>> CheckAsync(
        string provider, Func<Task<IPreflight>> find, PreflightTarget? target, TimeSpan askedFor, CancellationToken ct)
    {
        try
        {
            return await (await find()).CheckAsync(target, askedFor, ct);
        }
        catch (ProviderException e)
        {
            // There is no account, or it can't be used as it is.
            return [new PreflightCheck(provider, "account", PreflightState.Failed, e.Message) { Fault = e.Fault, LimitedUntil = e.LimitedUntil }];
        }
    }

    /// <summary>Null while the campaign has no slug, which all names are made of.</summary>
    private static PreflightTarget? TargetOf(CampaignDeployment deployment, string step) => deployment.Settings.Slug is null ? null
        : new PreflightTarget(deployment.Slug, deployment.NonceOf(step))
        {
            // What is undone leaves its result behind, and is not looked for any more.
            Id = deployment.IsThere(step) ? deployment.IdOf(step) : null,
            Account = step == CreateSite.StepName && deployment.IsThere(step) ? deployment.FindResult<SiteRef>(step)?.Account : null,
        };
}

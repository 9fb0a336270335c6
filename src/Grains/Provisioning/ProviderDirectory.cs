using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>
/// The providers of a campaign's parts, as it has chosen them, with the credentials that are stored now. Asked for at each call, so that a
/// credential that was mended counts at once. A <see cref="Providers.ProviderException"/> says what is missing.
/// </summary>
internal interface IProviderDirectory
{
    Task<IDatabaseProvider> DatabaseAsync(CampaignDeployment deployment, CancellationToken ct);

    Task<ITemplateSource> TemplateAsync(CampaignDeployment deployment, CancellationToken ct);

    Task<IRepositoryHost> RepositoryAsync(CampaignDeployment deployment, CancellationToken ct);

    Task<ISiteHosting> SiteAsync(CampaignDeployment deployment, CancellationToken ct);
}

/// <inheritdoc/>
internal sealed class ProviderDirectory(IDatabaseProvider databases, ITemplateSource template, IRepositoryHost repositories, ISiteHosting sites)
    : IProviderDirectory
{
    public Task<IDatabaseProvider> DatabaseAsync(CampaignDeployment deployment, CancellationToken ct) => Task.FromResult(databases);

    public Task<ITemplateSource> TemplateAsync(CampaignDeployment deployment, CancellationToken ct) => Task.FromResult(template);

    public Task<IRepositoryHost> RepositoryAsync(CampaignDeployment deployment, CancellationToken ct) => Task.FromResult(repositories);

    public Task<ISiteHosting> SiteAsync(CampaignDeployment deployment, CancellationToken ct) => Task.FromResult(sites);
}

using System.Collections.Immutable;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.GitHub;
using PrizeDraw.Providers.Cloud.Supabase;
using PrizeDraw.Providers.Cloud.Vercel;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Provisioning;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>
/// The providers of a campaign's parts, as it has chosen them: each in the account that the part was made in, with the token that is stored now.
/// Asked for at each call, so that an account that was mended counts at once. A <see cref="ProviderException"/> says what is missing.
/// </summary>
internal interface IProviderDirectory
{
    Task<IDatabaseProvider> DatabaseAsync(CampaignDeployment deployment, CancellationToken ct);

    Task<ITemplateSource> TemplateAsync(CampaignDeployment deployment, CancellationToken ct);

    Task<IRepositoryHost> RepositoryAsync(CampaignDeployment deployment, CancellationToken ct);

    /// <summary>Template sync of the campaign's repository.</summary>
    Task<ISyncHost> SyncHostAsync(CampaignDeployment deployment, CancellationToken ct);

    /// <summary>The versions of the template that the campaign's repository comes from.</summary>
    Task<ITemplateHistory> TemplateHistoryAsync(CampaignDeployment deployment, CancellationToken ct);

    Task<ISiteHosting> SiteAsync(CampaignDeployment deployment, CancellationToken ct);

    /// <summary>The custom domains of the site; null where the hosting has none.</summary>
    Task<VercelDomains?> DomainsAsync(CampaignDeployment deployment, CancellationToken ct);

    /// <summary>
    /// What one account provides: the tenant's, else the platform's; with no tenant the platform's, or <c>local</c> for this machine. Empty when
    /// there is none.
    /// </summary>
    Task<ImmutableArray<IPreflight>> OfAccountAsync(string? tenantId, string provider, CancellationToken ct);
}

/// <summary>What this machine provides itself.</summary>
internal sealed record LocalProviders(
    IDatabaseProvider Databases, ITemplateSource Template, IRepositoryHost Repositories, ISiteHosting Sites, ISyncHost Syncing, ITemplateHistory Versions);

/// <inheritdoc/>
internal sealed class ProviderDirectory(LocalProviders local, CloudProviders cloud, ProviderAccountStore accounts) : IProviderDirectory
{
    public async Task<IDatabaseProvider> DatabaseAsync(CampaignDeployment deployment, CancellationToken ct)
    {
        if (Of(deployment).Database == ProviderNames.Local)
        {
            return local.Databases;
        }

        return Supabase(await AccountAsync(deployment, CreateDatabase.StepName, ProviderNames.Supabase, "Supabase", ct));
    }

    public async Task<ITemplateSource> TemplateAsync(CampaignDeployment deployment, CancellationToken ct) =>
        await GitHubAsync(deployment, ct) is { } account ? cloud.Template(account.Token, OptionsOf(account)) : local.Template;

    public async Task<IRepositoryHost> RepositoryAsync(CampaignDeployment deployment, CancellationToken ct) =>
        await GitHubAsync(deployment, ct) is { } account ? Repositories(account) : local.Repositories;

    public async Task<ISyncHost> SyncHostAsync(CampaignDeployment deployment, CancellationToken ct) =>
        await GitHubAsync(deployment, ct) is { } account ? cloud.Syncing(account.Token, OptionsOf(account)) : local.Syncing;

    public async Task<ITemplateHistory> TemplateHistoryAsync(CampaignDeployment deployment, CancellationToken ct) =>
        await GitHubAsync(deployment, ct) is { } account ? cloud.Versions(account.Token, OptionsOf(account)) : local.Versions;

    public async Task<ISiteHosting> SiteAsync(CampaignDeployment deployment, CancellationToken ct)
    {
        if (Of(deployment).Site == ProviderNames.Local)
        {
            return local.Sites;
        }

        return Sites(await AccountAsync(deployment, CreateSite.StepName, ProviderNames.Vercel, "Vercel", ct));
    }

    public async Task<VercelDomains?> DomainsAsync(CampaignDeployment deployment, CancellationToken ct) =>
        Of(deployment).Site == ProviderNames.Vercel && await AccountAsync(deployment, CreateSite.StepName, ProviderNames.Vercel, "Vercel", ct) is var account
            ? cloud.Domains(account.Token, OptionsOfVercel(account))
            : null;

    public async Task<ImmutableArray<IPreflight>> OfAccountAsync(string? tenantId, string provider, CancellationToken ct)
    {
        if (provider == ProviderNames.Local)
        {
            return tenantId is null ? [local.Databases, local.Repositories, local.Sites] : [];
        }

        var owner = tenantId is null ? CentralDatabase.PlatformTenant : Ids.Parse(Ids.Tenant, tenantId);
        return await accounts.FindAsync(owner, provider, ct) is not { } account ? [] : provider switch
        {
            ProviderNames.Supabase => [Supabase(account)],
            ProviderNames.GitHub => [Repositories(account)],
            ProviderNames.Vercel => [Sites(account)],
            _ => [],
        };
    }

    private IDatabaseProvider Supabase(ProviderAccount account)
    {
        var at = new SupabaseOptions { Organization = account.View.Settings.Organization ?? "", InstanceSize = account.View.Settings.InstanceSize };
        return cloud.Supabase(account.Token, account.View.Settings.Region is { } region ? at with { Region = region } : at);
    }

    private IRepositoryHost Repositories(ProviderAccount account) => cloud.Repositories(account.Token, OptionsOf(account));

    private ISiteHosting Sites(ProviderAccount account) => cloud.Vercel(account.Token, OptionsOfVercel(account));

    private static VercelOptions OptionsOfVercel(ProviderAccount account) => new() { TeamId = account.View.Settings.Team };

    private async Task<ProviderAccount?> GitHubAsync(CampaignDeployment deployment, CancellationToken ct) =>
        Of(deployment).Repository == ProviderNames.Local ? null : await AccountAsync(deployment, CreateRepository.StepName, ProviderNames.GitHub, "GitHub", ct);

    private static ProviderChoice Of(CampaignDeployment deployment) => deployment.Settings.Providers ?? new ProviderChoice();

    internal static GitHubOptions OptionsOf(ProviderAccount account)
    {
        var template = (account.View.Settings.Template ?? "").Split('/');
        return new GitHubOptions
        {
            Owner = account.View.Settings.Owner ?? "", TemplateOwner = template[0], TemplateName = template[^1],
            App = account.View.Settings is { App: { } app, Installation: { } installation }
                ? new GitHubInstallation(app, long.Parse(installation, CultureInfo.InvariantCulture))
                : null,
        };
    }

    /// <summary>
    /// The account that a step's part is in, or is to be made in. Any other one would answer "not there" of a part that is, which undoing and removing
    /// take for done: so what was made elsewhere waits.
    /// </summary>
    private async Task<ProviderAccount> AccountAsync(CampaignDeployment deployment, string step, string provider, string title, CancellationToken ct)
    {
        if (deployment.AccountOf(step) is not { } made)
        {
            return await accounts.FindAsync(Ids.Parse(Ids.Tenant, deployment.TenantId), provider, ct) ?? throw new ProviderException(
                ProviderFault.Unauthorized, $"Neither this client nor the platform has an account at {title}. Set one under Providers.");
        }

        var account = await accounts.OwnAsync(made.Owner, provider, ct);
        return account is not null && PartAccount.PlaceOf(account.View.Settings) == made.Place ? account : throw new ProviderException(
            ProviderFault.Unauthorized,
            $"What the campaign has at {title} is in {(made.Owner == CentralDatabase.PlatformTenant ? "the platform's" : "this client's own")} account for "
            + $"{Named(made.Place)}, and {(account is null ? "there is none" : $"that is one for {Named(PartAccount.PlaceOf(account.View.Settings))}")} now. "
            + "Set it as it was under Providers.");
    }

    private static string Named(string place) => place.Length == 0 ? "the token's own user" : $"'{place}'";
}

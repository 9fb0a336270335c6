using System;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>Comes after the repository has what the campaign needs, so that a host which builds at once builds the right thing.</summary>
internal sealed class CreateSite(IProviderDirectory providers) : SagaStep<SiteRef>
{
    public const string StepName = "create-site";

    public override string Name => StepName;

    public override string Done => "The site has its address.";

    public override string? MadeAt(CampaignSettings settings) => settings.Providers?.Site is ProviderNames.Local ? null : settings.Providers?.Site;

    // Making it, and deleting it too, includes looks at what shows late.
    public override TimeSpan TimeOut => TimeSpan.FromMinutes(3);

    protected override async Task<SiteRef> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await (await providers.SiteAsync(deployment, ct)).CreateAsync(Request(deployment) with { Creation = step.Creation }, ct);

    protected override async Task<SiteRef?> FindAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await (await providers.SiteAsync(deployment, ct)).FindAsync(Request(deployment), ct);

    protected override async Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await (await providers.SiteAsync(deployment, ct)).DeleteIfOwnedAsync(
            Request(deployment) with { MayBeMade = StepContext.MayBeMade(step.NoteOn(StepName, deployment)) }, ct);

    internal static SiteRequest Request(CampaignDeployment deployment) => new(deployment.Slug, deployment.NonceOf(StepName))
    {
        Id = deployment.FindResult<SiteRef>(StepName)?.Id, Account = deployment.FindResult<SiteRef>(StepName)?.Account,
        Repository = deployment.FindResult<RepositoryRef>(CreateRepository.StepName),
    };
}

/// <summary>Where the site is once it is served is this step's result.</summary>
internal sealed class DeploySite(IProviderDirectory providers, ProvisioningOptions options) : SagaStep<SiteRef>
{
    public const string StepName = "deploy-site";

    public override string Name => StepName;

    /// <summary>Whether the deployment has switched the site to what it built, whatever came after.</summary>
    internal static bool IsDone(DeploymentRow run) => run.Steps.Any(s => s is { Name: StepName, State: "succeeded" });

    public override string Done => "The site is built and served.";

    public override TimeSpan TimeOut => options.BuildTimeOut;

    protected override async Task<SiteRef> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await (await providers.SiteAsync(deployment, ct)).DeployAsync(
            CreateSite.Request(deployment), deployment.ResultOf<RepositoryRef>(CreateRepository.StepName),
            deployment.ResultOf<SiteContent>(CustomiseRepository.StepName).Commit, step.Log, ct);

    protected override async Task<SiteRef?> FindAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        var (hosting, request) = (await providers.SiteAsync(deployment, ct), CreateSite.Request(deployment));
        return await hosting.IsServingAsync(request, deployment.ResultOf<SiteContent>(CustomiseRepository.StepName).Commit, ct)
            ? await hosting.FindAsync(request, ct)
            : null;
    }

    /// <summary>The site as it is served; in a run that began with an earlier version, as it was made.</summary>
    internal static SiteRef Served(CampaignDeployment deployment) =>
        deployment.FindResult<SiteRef>(StepName) is { Url: not null } served ? served : deployment.ResultOf<SiteRef>(CreateSite.StepName);
}

internal sealed class VerifySite(IHttpClientFactory http, ProvisioningOptions options, TimeProvider clock) : SagaStep<Nothing>
{
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);

    public const string StepName = "verify-site";

    public override string Name => StepName;

    public override string Done => "The site answers.";

    public override TimeSpan TimeOut => options.SiteAnswersWithin + TimeSpan.FromMinutes(1);

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        // A fresh address takes its time until it is known everywhere; one that has answered before answers at once, or what is served now is broken.
        var (site, pause) = (DeploySite.Served(deployment), options.RetryDelay);
        var deadline = clock.GetUtcNow() + (deployment.IsFirst ? options.SiteAnswersWithin : TimeSpan.Zero);
        while (true)
        {
            var isLast = clock.GetUtcNow() >= deadline;
            if (await LookAsync(site, ct) is not { } failure)
            {
                return new Nothing();
            }

            if (isLast)
            {
                throw failure;
            }

            await Task.Delay(pause, clock, ct);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    /// <summary>Null when the site answers as it should.</summary>
    private async Task<ProviderException?> LookAsync(SiteRef site, CancellationToken ct)
    {
        using var client = http.CreateClient("site-check");
        try
        {
            using var answer = await client.GetAsync(new Uri(site.Url), ct);
            return answer.IsSuccessStatusCode
                ? null : new ProviderException(ProviderFault.Transient, $"The site answered {(int)answer.StatusCode} at {site.Url}.");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            return new ProviderException(ProviderFault.Transient, $"The site does not answer at {site.Url}.", e);
        }
    }
}

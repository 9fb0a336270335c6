using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>Nothing worth keeping: the step's success is its result.</summary>
internal sealed record Nothing;

/// <summary>The campaign's secrets, made before anything that needs them and stored encrypted.</summary>
internal sealed class MakeSecrets(ISecrets secrets) : SagaStep<Nothing>
{
    public override string Name => "make-secrets";

    public override string Done => "The campaign has its secrets, encrypted.";

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        var tenant = Ids.Parse(Ids.Tenant, deployment.TenantId);
        // Kept when they are there: a step done twice must not orphan what was made with the first ones.
        foreach (var name in (string[])[SecretNames.Identity, SecretNames.DatabasePassword])
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
        foreach (var name in (string[])[SecretNames.Identity, SecretNames.DatabasePassword])
        {
            await secrets.DeleteAsync(Ids.Parse(Ids.Tenant, deployment.TenantId), deployment.CampaignId, name, ct);
        }
    }
}

internal sealed class CreateDatabase(IDatabaseProvider databases, ISecrets secrets) : SagaStep<DatabaseRef>
{
    public const string StepName = "create-database";

    public override string Name => StepName;

    public override string Done => "The campaign's own database and role exist.";

    protected override async Task<DatabaseRef> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await databases.CreateAsync(await RequestAsync(deployment, step, ct), ct);

    protected override async Task<DatabaseRef?> FindAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await databases.FindAsync(await RequestAsync(deployment, step, ct), ct);

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        databases.DeleteIfOwnedAsync(new DatabaseRequest(NameOf(deployment, step), step.Nonce, ""), ct);

    private async Task<DatabaseRequest> RequestAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        new(NameOf(deployment, step), step.Nonce, await secrets.GetAsync(
            Ids.Parse(Ids.Tenant, deployment.TenantId), deployment.CampaignId, SecretNames.DatabasePassword, ct)
            ?? throw new InvalidOperationException("The campaign has no database password."));

    private static string NameOf(CampaignDeployment deployment, StepContext step) =>
        $"cmp_{deployment.Slug.Replace('-', '_')}_{step.Nonce}";
}

internal sealed class MigrateDatabase(
    IDatabaseProvider databases, CampaignDatabaseMigrator migrator, CampaignConnections connections, ISecrets secrets) : SagaStep<Nothing>
{
    public override string Name => "migrate-database";

    public override string Done => "The database has its schema; the campaign's role may read and write it.";

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        var database = deployment.ResultOf<DatabaseRef>(CreateDatabase.StepName);
        await migrator.MigrateAsync(databases.OwnerConnectionString(database), database.Role, ct);
        var tenant = Ids.Parse(Ids.Tenant, deployment.TenantId);
        var password = await secrets.GetAsync(tenant, deployment.CampaignId, SecretNames.DatabasePassword, ct)
            ?? throw new InvalidOperationException("The campaign has no database password.");
        await connections.ForgetAsync(deployment.TenantId, deployment.CampaignId);
        await secrets.PutAsync(
            tenant, deployment.CampaignId, SecretNames.Database, databases.CampaignConnectionString(database, password), ct);
        return new Nothing();
    }

    protected override async Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        await secrets.DeleteAsync(Ids.Parse(Ids.Tenant, deployment.TenantId), deployment.CampaignId, SecretNames.Database, ct);
        await connections.ForgetAsync(deployment.TenantId, deployment.CampaignId);
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

internal sealed class CreateRepository(ITemplateSource template, IRepositoryHost host) : SagaStep<RepositoryRef>
{
    public const string StepName = "create-repository";

    public override string Name => StepName;

    public override string Done => "The site's repository is generated from the template.";

    protected override async Task<RepositoryRef> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        var version = await template.ImportAsync(ct);
        step.Log($"Template {version.Tag} ({version.Commit[..12]}).");
        return await host.CreateFromTemplateAsync(new RepositoryRequest(deployment.Slug, step.Nonce, version), ct);
    }

    protected override async Task<RepositoryRef?> FindAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await host.FindAsync(Request(deployment, step), ct);

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        host.DeleteIfOwnedAsync(Request(deployment, step), ct);

    // Looking up and deleting go by name and nonce; the version matters for creating alone.
    private static RepositoryRequest Request(CampaignDeployment deployment, StepContext step) =>
        new(deployment.Slug, step.Nonce, new TemplateVersion("", ""));
}

internal sealed class CreateSite(ISiteHosting hosting) : SagaStep<SiteRef>
{
    public const string StepName = "create-site";

    public override string Name => StepName;

    public override string Done => "The site has its address.";

    protected override Task<SiteRef> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        hosting.CreateAsync(new SiteRequest(deployment.Slug, step.Nonce), ct);

    protected override Task<SiteRef?> FindAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        hosting.FindAsync(new SiteRequest(deployment.Slug, step.Nonce), ct);

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        hosting.DeleteIfOwnedAsync(new SiteRequest(deployment.Slug, step.Nonce), ct);
}

/// <summary>A commit of <c>content/campaign.json</c>: all that the site's build needs to know.</summary>
internal sealed record SiteContent(string Commit);

internal sealed class CustomiseRepository(IRepositoryHost host, ProvisioningOptions options) : SagaStep<SiteContent>
{
    public const string StepName = "customise-repository";

    public override string Name => StepName;

    public override string Done => "The campaign is applied to its repository.";

    protected override async Task<SiteContent> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        var content = new JsonObject
        {
            ["slug"] = deployment.Slug,
            ["apiUrl"] = options.ApiUrl,
            ["siteKey"] = deployment.SiteKey,
            ["colours"] = new JsonObject { ["primary"] = deployment.Settings.Brand.PrimaryColour },
            ["languages"] = new JsonArray([.. deployment.Settings.Languages.Select(l => JsonValue.Create(l))]),
        };
        var files = new Dictionary<string, string> { ["content/campaign.json"] = content.ToJsonString(Indented) + "\n" };
        return new SiteContent(await host.CommitAsync(
            deployment.ResultOf<RepositoryRef>(CreateRepository.StepName), files, $"Apply the campaign {deployment.Slug}", ct));
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}

internal sealed class DeploySite(ISiteHosting hosting, ProvisioningOptions options) : SagaStep<Nothing>
{
    public override string Name => "deploy-site";

    public override string Done => "The site is built and served.";

    public override TimeSpan TimeOut => options.BuildTimeOut;

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        await hosting.DeployAsync(
            new SiteRequest(deployment.Slug, deployment.NonceOf(CreateSite.StepName)),
            deployment.ResultOf<RepositoryRef>(CreateRepository.StepName),
            deployment.ResultOf<SiteContent>(CustomiseRepository.StepName).Commit, step.Log, ct);
        return new Nothing();
    }

    protected override async Task<Nothing?> FindAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await hosting.IsServingAsync(
            new SiteRequest(deployment.Slug, deployment.NonceOf(CreateSite.StepName)),
            deployment.ResultOf<SiteContent>(CustomiseRepository.StepName).Commit, ct)
            ? new Nothing() : null;
}

internal sealed class VerifySite(IHttpClientFactory http) : SagaStep<Nothing>
{
    public override string Name => "verify-site";

    public override string Done => "The site answers.";

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        var site = deployment.ResultOf<SiteRef>(CreateSite.StepName);
        using var client = http.CreateClient("site-check");
        try
        {
            using var answer = await client.GetAsync(new Uri(site.Url), ct);
            return answer.IsSuccessStatusCode
                ? new Nothing()
                : throw new ProviderException(ProviderFault.Transient, $"The site answered {(int)answer.StatusCode} at {site.Url}.");
        }
        catch (HttpRequestException e)
        {
            throw new ProviderException(ProviderFault.Transient, $"The site does not answer at {site.Url}.", e);
        }
    }
}

using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Grains.Provisioning;

internal sealed class CreateRepository(IProviderDirectory providers) : SagaStep<RepositoryRef>
{
    public const string StepName = "create-repository";

    public override string Name => StepName;

    public override string Done => "The site's repository is generated from the template.";

    public override string? MadeAt(CampaignSettings settings) => settings.Providers?.Repository is ProviderNames.Local ? null : settings.Providers?.Repository;

    public override System.TimeSpan TimeOut => System.TimeSpan.FromMinutes(5);

    protected override async Task<RepositoryRef> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        var version = await (await providers.TemplateAsync(deployment, ct)).ImportAsync(ct);
        step.Log($"Template {version.Tag} ({version.Commit[..12]}).");
        return await (await providers.RepositoryAsync(deployment, ct)).CreateFromTemplateAsync(Request(deployment) with { Template = version, Creation = step.Creation }, ct);
    }

    protected override async Task<RepositoryRef?> FindAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await (await providers.RepositoryAsync(deployment, ct)).FindAsync(Request(deployment), ct);

    protected override async Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        var note = step.NoteOn(StepName, deployment);
        await (await providers.RepositoryAsync(deployment, ct)).DeleteIfOwnedAsync(Request(deployment) with
        {
            MayBeMade = StepContext.MayBeMade(note), Deletion = step.Deletion with { IsSet = StepContext.IsDeleting(note) },
        }, ct);
    }

    // Looking up and deleting go by id, name and nonce; the version matters for creating alone.
    private static RepositoryRequest Request(CampaignDeployment deployment) =>
        new(deployment.Slug, deployment.NonceOf(StepName), new TemplateVersion("", ""))
        {
            Id = deployment.FindResult<RepositoryRef>(StepName)?.Id,
        };
}

/// <summary>A commit of <c>content/campaign.json</c>: all that the site's build needs to know.</summary>
/// <param name="Text">The file as it was committed; null in a run of an earlier version.</param>
internal sealed record SiteContent(string Commit, string? Text = null)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The file for a campaign with these settings.</summary>
    public static string TextOf(CampaignSettings settings, string siteKey, string apiUrl) => new JsonObject
    {
        ["slug"] = settings.Slug,
        ["apiUrl"] = apiUrl,
        ["siteKey"] = siteKey,
        ["colours"] = new JsonObject { ["primary"] = settings.Brand.PrimaryColour },
        ["languages"] = new JsonArray([.. settings.Languages.Select(l => JsonValue.Create(l))]),
    }.ToJsonString(Indented) + "\n";
}

internal sealed class CustomiseRepository(IProviderDirectory providers, ProvisioningOptions options) : SagaStep<SiteContent>
{
    public const string StepName = "customise-repository";

    public override string Name => StepName;

    public override string Done => "The campaign is applied to its repository.";

    protected override async Task<SiteContent> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        var text = SiteContent.TextOf(deployment.Settings, deployment.SiteKey, options.ApiUrl);
        var files = new Dictionary<string, string> { ["content/campaign.json"] = text };
        var commit = await (await providers.RepositoryAsync(deployment, ct)).CommitAsync(
            deployment.ResultOf<RepositoryRef>(CreateRepository.StepName), files, $"Apply the campaign {deployment.Slug}", ct);
        return new SiteContent(commit, text);
    }
}

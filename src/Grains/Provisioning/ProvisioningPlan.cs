using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System;
using System.Security.Cryptography;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>The provisioning saga as data: its steps in order.</summary>
internal sealed class ProvisioningPlan(
    PreflightStep preflight, MakeSecrets makeSecrets, CreateRepository createRepository, CreateDatabase createDatabase, CustomiseRepository customiseRepository,
    ReadyDatabase readyDatabase, MigrateDatabase migrateDatabase, SeedCampaign seedCampaign, CreateSite createSite, DeploySite deploySite,
    VerifySite verifySite, ProvisioningOptions options)
{
    public ProviderChoice Defaults => options.Defaults;

    public TimeSpan RetryDelay => options.RetryDelay;

    public IReadOnlyList<ISagaStep> Steps { get; } =
    [
        preflight, makeSecrets, createRepository, createDatabase, customiseRepository, readyDatabase, migrateDatabase, seedCampaign, createSite, deploySite,
        verifySite,
    ];

    /// <summary>A fresh run: each step gets the nonce that marks what it will create.</summary>
    public DeploymentRow NewRun(Guid tenantId, Guid deploymentId, Guid campaignId, CampaignSettings settings) => new(
        tenantId, deploymentId, campaignId, "provision", "running", false, null,
        [.. Steps.Where(s => s.Concerns(settings)).Select((s, i) => new StepRow(i, s.Name, "pending", 0, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), null, null))]);
}

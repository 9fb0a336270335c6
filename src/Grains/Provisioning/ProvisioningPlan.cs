using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>The deployments of a campaign as data: their kinds, with the steps of each in order.</summary>
internal sealed class ProvisioningPlan(IEnumerable<DeploymentKind> kinds, ProvisioningOptions options)
{
    private readonly Dictionary<string, DeploymentKind> byName = kinds.ToDictionary(k => k.Name, StringComparer.Ordinal);

    public ProviderChoice Defaults => options.Defaults;

    /// <summary>Address at which sites that are built now reach the API.</summary>
    public string ApiUrl => options.ApiUrl;

    public TimeSpan RetryDelay => options.RetryDelay;

    /// <summary>How long an attempt of a step may work; what it waits for its turn is not counted.</summary>
    public TimeSpan TimeOf(ISagaStep step) => step.TimeOut * options.StepTimes;

    public DeploymentKind Of(string kind) => byName[kind];

    /// <summary>A fresh run: each step gets the nonce that marks what it will create.</summary>
    public DeploymentRow NewRun(string kind, Guid tenantId, Guid deploymentId, Guid campaignId, CampaignSettings settings) => new(
        tenantId, deploymentId, campaignId, kind, "running", false, null,
        [.. Of(kind).Steps.Where(s => s.Concerns(settings)).Select((s, i) => new StepRow(i, s.Name, "pending", 0, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), null, null))]);
}

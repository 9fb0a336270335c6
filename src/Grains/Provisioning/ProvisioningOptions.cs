using System;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>What provisioning needs to know of this installation.</summary>
public sealed class ProvisioningOptions
{
    /// <summary>Address at which campaign sites reach the API, without a trailing slash.</summary>
    public string ApiUrl { get; set; } = "http://127.0.0.1:8080";

    /// <summary>
    /// Whether <see cref="ApiUrl"/> means this machine alone, while sites in the cloud are elsewhere: they would be built, and nobody could
    /// enter there. Default false.
    /// </summary>
    public bool IsForThisMachineAlone { get; set; }

    /// <summary>Where the parts of campaigns are that do not say so themselves.</summary>
    public ProviderChoice Defaults { get; set; } = new();

    /// <summary>The wait before a step is tried again, doubled for each next one; default 1 s.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a site's build may take, without its wait for others' builds; default 25 minutes: hosts' own patience is shorter, and says more.</summary>
    public TimeSpan BuildTimeOut { get; set; } = TimeSpan.FromMinutes(25);

    /// <summary>How long is looked whether a site answers that has just been deployed for the first time; default 2 minutes.</summary>
    public TimeSpan SiteAnswersWithin { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>What the time is multiplied with that each step gives an attempt; default 1.</summary>
    public double StepTimes { get; set; } = 1;
}

using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>
/// Asks the cloud providers before anything is made: what is in the way ends the deployment while there is nothing to undo. Local parts are not
/// asked: making them says the same as fast.
/// </summary>
internal sealed class PreflightStep(CampaignPreflight preflight) : SagaStep<Nothing>
{
    public override string Name => "preflight";

    public override string Done => "Nothing is in the way.";

    public override TimeSpan TimeOut => TimeSpan.FromMinutes(20);

    public override bool Concerns(CampaignSettings settings) =>
        settings.Providers is { } of && (of.Database != ProviderNames.Local || of.Repository != ProviderNames.Local || of.Site != ProviderNames.Local);

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        var checks = await preflight.CheckAsync(deployment, inTheCloudAlone: true, Timeout.InfiniteTimeSpan, ct);
        foreach (var check in checks)
        {
            step.Log($"{check.Provider} {check.Name}: {check.State.ToString().ToLowerInvariant()}. {check.Message}");
        }

        var hindrances = checks.Where(check => check.Fault is not null).ToImmutableArray();
        if (hindrances.IsEmpty)
        {
            return new Nothing();
        }

        var gravest = Gravest(hindrances);
        throw new ProviderException(gravest, string.Join(" ", hindrances.Select(check => check.Message).Distinct()))
        {
            LimitedUntil = gravest == ProviderFault.Transient ? hindrances.Max(check => check.LimitedUntil) : null,
        };
    }

    /// <summary>What trying again does not mend goes first, then what waits for a person, then what may pass.</summary>
    private static ProviderFault Gravest(ImmutableArray<PreflightCheck> hindrances) => hindrances.Select(check => check.Fault!.Value)
        .MaxBy(fault => fault switch { ProviderFault.Transient => 0, ProviderFault.Unauthorized => 1, _ => 2 });
}

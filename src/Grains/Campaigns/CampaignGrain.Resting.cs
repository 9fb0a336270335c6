using System;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>What a saga that has not come to its end waits for without holding anything: its reminder goes on with it.</summary>
public sealed partial class CampaignGrain
{
    /// <summary>How long a quarantined undo, or a step whose credential was refused, rests before it is tried again.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);

    /// <summary>A limit that says "at once" again and again is not asked in a row.</summary>
    private static readonly TimeSpan LimitRestMin = TimeSpan.FromSeconds(2);

    /// <summary>Whether the saga rests until a limit is over.</summary>
    private bool waitsForLimit;

    /// <summary>Whether it is said already that the saga waits for the incarnation's confirmation.</summary>
    private bool isHeld;

    /// <summary>
    /// While the incarnation is unconfirmed what an earlier one began, or what changes what stands, waits: its resources may have changed, or be
    /// another installation's by now. A campaign that this incarnation makes is its own.
    /// </summary>
    private async Task<bool> MayAdvanceAsync(DeploymentRow run, CancellationToken ct)
    {
        var now = await incarnation.GetAsync(ct);
        return now.ConfirmedAt is not null || (run.Kind == DeploymentKind.Provision && run.StartedAt >= now.BeganAt);
    }

    private async Task<Result<bool>> HoldSagaAsync(DeploymentRow run)
    {
        if (!isHeld)
        {
            await deployments.LogAsync(
                run with { Epoch = epoch },
                [new LogLine(clock.GetUtcNow(), null, "warning", "Waiting: the central database was restored, and a super_admin has to confirm the installation first.")],
                CancellationToken.None);
            isHeld = true;
        }

        await StopSagaAsync();
        await this.RegisterOrUpdateReminder(ProvisionReminder, Rest, Rest);
        return true;
    }

    /// <summary>A limit holds nothing up but this saga, and is no failure: the deployment's state stays, and it goes on by itself.</summary>
    private async Task<Result<bool>> WaitUntilAsync(DeploymentRow run, DateTimeOffset until, CancellationToken ct)
    {
        // A cancellation may have been promised since the run was read: that waits for nothing.
        var latest = await deployments.FindAsync(tenantId, run.DeploymentId, ct);
        if ((latest is { CancelRequested: true } && !run.CancelRequested) || row!.DeploymentId != run.DeploymentId)
        {
            return true;
        }

        await StopSagaAsync();
        waitsForLimit = true;
        var due = until - clock.GetUtcNow();
        await this.RegisterOrUpdateReminder(ProvisionReminder, due > LimitRestMin ? due : LimitRestMin, Rest);
        return true;
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Grains.Pools;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Central.Evidence;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>From publishing to completion: the pools know of every change before it is told.</summary>
public sealed partial class CampaignGrain
{
    private const string OpenReminder = "open", CloseReminder = "close";

    /// <summary>What was received before the closing is still on its way through the queues for this long.</summary>
    private static readonly TimeSpan ClosingGrace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReminderRetry = TimeSpan.FromMinutes(1);

    public async Task<Result<CampaignView>> PauseAsync(CampaignCommand command) =>
        await ChangeAsync<CampaignView>(CampaignCommandKind.Pause, command.IfMatch, async () =>
        {
            await SetPhaseAsync(command.Actor, paused: true, settings);
            await SaveAsync(row! with { State = CampaignLife.Paused }, new CampaignChange(
                Audit(command.Actor, "campaign.paused", null, new { reason = command.Reason })));
            return View();
        });

    public async Task<Result<CampaignView>> ResumeAsync(CampaignCommand command) =>
        await ChangeAsync<CampaignView>(CampaignCommandKind.Resume, command.IfMatch, async () =>
        {
            await SetPhaseAsync(command.Actor, paused: false, settings);
            await SaveAsync(row! with { State = CampaignLife.Scheduled }, new CampaignChange(Audit(command.Actor, "campaign.resumed", null, null)));
            return View();
        });

    public async Task<Result<CampaignView>> CloseAsync(CloseCampaign command) =>
        await ChangeAsync<CampaignView>(CampaignCommandKind.Close, command.IfMatch, async () =>
        {
            if (!command.Actor.IsSuperAdmin)
            {
                return Refusals.Of(new NotAllowed("Closing before the date changes what entrants were told: a super_admin alone may do it."));
            }

            var now = clock.GetUtcNow();
            var before = settings.ClosesAt;
            if (now < before && Unfounded(command) is { Count: > 0 } lacking)
            {
                return Refusals.Of(new CampaignInvalid(lacking));
            }

            // A campaign that never opened closes at the instant after its opening, so that its dates stay in order.
            var closesAt = now > settings.OpensAt ? now : settings.OpensAt!.Value.AddMilliseconds(1);
            settings = settings with { ClosesAt = closesAt };
            await ClosePoolsAsync(command.Actor, now);
            await CloseRowAsync(command.Actor, now, "campaign.closed_early",
                new { closesAt = before }, new { closesAt, reason = command.Reason, evidence = command.Evidence });
            return View();
        });

    /// <summary>What a change of the closing date still lacks (CAP Code 8.17.4.e).</summary>
    private static List<FieldError> Unfounded(CloseCampaign command)
    {
        var lacking = new List<FieldError>();
        if (string.IsNullOrWhiteSpace(command.Reason))
        {
            lacking.Add(new FieldError("reason", "Say why the campaign closes before its date."));
        }

        if (string.IsNullOrWhiteSpace(command.Evidence))
        {
            lacking.Add(new FieldError("evidence", "Say what proves the reason."));
        }

        return lacking;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        switch (reminderName)
        {
            case OpenReminder:
                await OpenByDateAsync();
                break;
            case CloseReminder:
                await CloseByDateAsync();
                break;
            case ProvisionReminder when IsNeeded(ProvisionReminder):
                StartSaga();
                break;
            case ProvisionReminder:
                await RefollowContentAsync();
                break;
            case KeyReminder:
                await ForgetKeyAsync();
                break;
        }

        await ForgetAsync(reminderName);
        await RelayAsync();
    }

    public async Task WakeAsync()
    {
        if (row is null)
        {
            return;
        }

        if (underWay is not null)
        {
            StartSaga();
        }

        if (row.State is CampaignLife.Scheduled or CampaignLife.Live or CampaignLife.Paused
            && clock.GetUtcNow() >= settings.ClosesAt!.Value + ClosingGrace)
        {
            await CloseByDateAsync();
        }

        await RelayAsync();
    }

    /// <summary>Whether a campaign in this state still waits for this reminder.</summary>
    private bool IsNeeded(string reminder) => (reminder, row?.State) switch
    {
        (OpenReminder, CampaignLife.Scheduled) => true,
        (CloseReminder, CampaignLife.Scheduled or CampaignLife.Live or CampaignLife.Paused) => true,
        (ProvisionReminder, _) => underWay is not null,
        (KeyReminder, _) => row?.PreviousSiteKey is not null,
        _ => false,
    };

    /// <summary>Ends a reminder that is not needed. In turn, since a change that has just set it anew has not been stored yet.</summary>
    private Task ForgetAsync(string name) => InTurnAsync<bool>(async () =>
    {
        if (!IsNeeded(name) && await this.GetReminder(name) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }

        return true;
    });

    private Task OpenByDateAsync() => InTurnAsync<bool>(async () =>
    {
        if (row?.State == CampaignLife.Scheduled && clock.GetUtcNow() >= settings.OpensAt)
        {
            await SaveAsync(row with { State = CampaignLife.Live }, new CampaignChange(Audit(Actor.System, "campaign.opened", null, null)));
        }

        return true;
    });

    private Task CloseByDateAsync() => InTurnAsync<bool>(async () =>
    {
        if (row is { State: CampaignLife.Scheduled or CampaignLife.Live or CampaignLife.Paused }
            && settings.ClosesAt is { } closesAt && clock.GetUtcNow() >= closesAt + ClosingGrace)
        {
            await ClosePoolsAsync(Actor.System, closesAt);
            await CloseRowAsync(Actor.System, closesAt, "campaign.closed", null, null);
        }

        return true;
    });

    private async Task ClosePoolsAsync(Actor actor, DateTimeOffset at)
    {
        foreach (var pool in settings.Pools)
        {
            await GrainFactory.GetGrain<IPrizePoolGrain>(GrainKeys.Pool(TenantId, CampaignId, pool.Id!)).CloseAsync(new ClosePool(actor, at));
        }
    }

    private async Task CloseRowAsync(Actor actor, DateTimeOffset at, string action, object? before, object? after)
    {
        foreach (var draw in settings.AllDraws())
        {
            await DrawGrain(draw).ScheduleAsync(DrawTimes.FreezeAt(draw, settings.ClosesAt!.Value));
        }

        await GrainFactory.GetGrain<IInstantEvidenceGrain>(GrainKeys.Campaign(TenantId, CampaignId)).StartAsync();
        var next = await StateByDrawsAsync();
        await SaveAsync(row!.With(settings) with { State = next, ClosedAt = at }, new CampaignChange(Audit(actor, action, before, after)));
    }

    private async Task SetPhaseAsync(Actor actor, bool paused, CampaignSettings told)
    {
        var phase = new SetPoolPhase(actor, Published: true, paused, CampaignMap.WithoutMoments(told));
        foreach (var pool in told.Pools)
        {
            await GrainFactory.GetGrain<IPrizePoolGrain>(GrainKeys.Pool(TenantId, CampaignId, pool.Id!)).SetPhaseAsync(phase);
        }
    }

    private async Task RemindAsync(string name, DateTimeOffset at)
    {
        var due = at - clock.GetUtcNow();
        await this.RegisterOrUpdateReminder(name, due > TimeSpan.Zero ? due : TimeSpan.FromSeconds(1), ReminderRetry);
    }

    private Task RelayAsync() => relay.TryRelayAsync(TenantId, CampaignId);
}

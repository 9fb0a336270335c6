using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Grains.Evidence;

/// <summary>Before the opening: waits for the committed round in a kept-alive timer, resumed by a reminder.</summary>
public sealed partial class InstantEvidenceGrain
{
    private const string RoundReminder = "round";
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);
    private IGrainTimer? roundTimer;
    private string? told;

    public async Task AwaitRoundAsync()
    {
        await this.RegisterOrUpdateReminder(RoundReminder, Retry, Retry);
        StartRoundTimer();
    }

    private void StartRoundTimer()
    {
        roundTimer?.Dispose();
        roundTimer = this.RegisterGrainTimer(
            AdvanceRoundAsync, new GrainTimerCreationOptions(TimeSpan.Zero, AtOnce) { Interleave = true, KeepAlive = true });
    }

    private async Task AdvanceRoundAsync(CancellationToken ct)
    {
        var own = roundTimer;
        try
        {
            if (await rounds.AdvanceAsync(address, GrainFactory, ct) is { } waiting)
            {
                TellWaiting(waiting.Why);
                own?.Change(waiting.For > AtOnce ? waiting.For : AtOnce, AtOnce);
                return;
            }

            await ForgetRoundAsync();
            await relay.TryRelayAsync(address.TenantId, address.CampaignId);
            StopRoundTimer(own);
        }
        catch (CampaignPutAwayException e) when (e.IsForGood)
        {
            await ForgetRoundAsync();
            StopRoundTimer(own);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // Storage is away, or another activation was faster: the reminder goes on from what is stored.
            LogRoundStopped(address.CampaignId, e);
            StopRoundTimer(own);
        }
    }

    private async Task ForgetRoundAsync()
    {
        if (await this.GetReminder(RoundReminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    private void StopRoundTimer(IGrainTimer? own)
    {
        own?.Dispose();
        if (ReferenceEquals(roundTimer, own))
        {
            roundTimer = null;
        }
    }

    private void TellWaiting(string why)
    {
        if (told != why)
        {
            told = why;
            LogRoundWaits(address.CampaignId, why);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The instant wins of campaign {Campaign} wait. {Why}")]
    private partial void LogRoundWaits(string campaign, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Opening the instant wins of campaign {Campaign} stopped; its reminder goes on with it.")]
    private partial void LogRoundStopped(string campaign, Exception e);
}

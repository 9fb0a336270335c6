using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Grains.Installations;
using PrizeDraw.Storage.Campaign.Draws;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Grains.Draws;

/// <summary>The timer's part of a draw: one step a tick.</summary>
public sealed partial class DrawGrain
{
    /// <summary>Begins or goes on. True when there is anything left to do, in the timer; false when all is done.</summary>
    private Task<Result<bool>> BeginAsync(Actor by) => InTurnAsync<bool>(async draw =>
    {
        if (IsDone(draw))
        {
            return false;
        }

        if (draw.State == "planned" && draw.FreezeAt > parts.Clock.GetUtcNow() && by == Actor.System)
        {
            return new Refusal("draw.not_due", "The draw's time has not come.");
        }

        if (await parts.Incarnation.RefusalAsync() is { } unconfirmed)
        {
            return unconfirmed;
        }

        if (draw.State == "planned" && await FreezeAsync(draw, by) is { } refusal)
        {
            return refusal;
        }

        actor = by == Actor.System ? actor : by;
        StartTimer();
        return true;
    });

    private async Task<Refusal?> FreezeAsync(TakenDraw draw, Actor by)
    {
        var frozen = await Freezing.FreezeAsync(draw, by);
        if (frozen.Refusal is { } refusal)
        {
            return refusal;
        }

        await RemindAsync(Retry);
        Holds(await parts.Store.FreezeAsync(
            address, draw.Epoch, frozen.Value!,
            Event(parts.Clock, address, by, "draw.frozen", new { frozen.Value!.ClosedAt, entries = frozen.Value.LastNumbers.Values.Sum() }),
            CancellationToken.None));
        return null;
    }

    private async Task TickAsync(CancellationToken ct)
    {
        try
        {
            var draw = await parts.Store.ReadAsync(address, ct);
            if (draw is null || draw.Epoch != epoch)
            {
                StopTimer(); // Another activation, or another plan: whoever has it goes on.
            }
            else if (await StepAsync(draw, ct) is not { } waiting)
            {
                await NoteAsync(draw, null);
            }
            else
            {
                await NoteAsync(draw, waiting);
                settled.TrySetResult();
                timer?.Change(waiting.For > AtOnce ? waiting.For : AtOnce, AtOnce);
            }
        }
        catch (DrawListTakenOverException)
        {
            timer?.Change(TimeSpan.FromSeconds(1), AtOnce);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // Storage is away, or another activation has taken over: the reminder goes on from what is stored.
            LogStopped(address.DrawId, e);
            StopTimer();
            DeactivateOnIdle();
        }
    }

    /// <summary>Does the next step; what there is to wait for, or null.</summary>
    private async Task<DrawSteps.Waiting?> StepAsync(TakenDraw draw, CancellationToken ct)
    {
        // Asked at each step: the database may have been set back since the draw began, and what the world has seen of it is not known here.
        if (!await parts.Incarnation.IsConfirmedAsync(ct))
        {
            return DrawSteps.UntilConfirmed;
        }

        var steps = new DrawSteps(parts, address);
        switch (draw)
        {
            case { State: "frozen" }:
                await Freezing.SealAsync(actor);
                return await new DrawExcluding(parts, address).ExcludeAsync(draw, ct) ?? await steps.CommitAsync(draw, actor, ct);
            case { State: "committed", IsOfEarlierVersion: true }:
                await steps.DrawEarlierAsync(draw, actor, ct);
                break;
            case { State: "committed", CommitmentPublishedAt: null }:
                await steps.PublishCommitmentAsync(draw, actor, ct);
                break;
            case { State: "committed" }:
                return await steps.RevealAsync(draw, actor, ct);
            case var drawn when !IsCertified(drawn):
                await new DrawCertifying(parts, address).CertifyAsync(draw, actor, ct);
                break;
            default:
                await FinishAsync(draw);
                break;
        }

        return null;
    }

    private async Task FinishAsync(TakenDraw draw)
    {
        // Winners are told what the certificate says, once it does.
        await GrainFactory.GetGrain<IClaimsGrain>(GrainKeys.Campaign(address.TenantId, address.CampaignId)).WakeAsync();
        if (draw is { State: "void", Commitment: null })
        {
            // It may have been what the pools were kept open for.
            await Freezing.SealAsync(actor);
        }

        if (draw.State is "drawn" or "completed" or "void")
        {
            await AdvanceAsync(actor, draw.State);
        }

        await EndAsync(draw);
    }

    /// <summary>Stores what is waited for, when that is something new: any host tells it, also after a restart.</summary>
    private async Task NoteAsync(TakenDraw draw, DrawSteps.Waiting? waiting)
    {
        if (waiting?.Why == draw.WaitingFor && waiting?.Until == draw.ResumesAt)
        {
            return;
        }

        await parts.Store.WaitsAsync(address, draw.Epoch, waiting?.Why, waiting?.Until, CancellationToken.None);
        if (waiting is not null)
        {
            LogWaiting(address.DrawId, waiting.Why);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Draw {Draw} waits. {Why}")]
    private partial void LogWaiting(string draw, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Draw {Draw} stopped; its reminder goes on with it.")]
    private partial void LogStopped(string draw, Exception e);
}

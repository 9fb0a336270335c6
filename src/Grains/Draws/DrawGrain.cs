using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Installations;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Draws;

namespace PrizeDraw.Grains.Draws;

/// <summary>
/// The one writer of a draw. Each step (last numbers fixed, list committed, commitment published, winners drawn, certificate published,
/// winners published) ends in one fenced transaction, and what was drawn is written before it is shown: a trigger that comes twice, or after
/// a crash, goes on from what is stored. The steps run in a kept-alive timer, never inside a call; a reminder resumes them.
/// </summary>
[GrainType("draw")]
public sealed partial class DrawGrain(DrawParts parts, ILogger<DrawGrain> log) : Grain, IDrawGrain, IRemindable
{
    private const string Reminder = "draw";
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);

    // Calls interleave with each other and with the timer; what takes and moves the draw does not.
    private readonly SemaphoreSlim turn = new(1, 1);
    private DrawAddress address = null!;
    private long epoch;
    private IGrainTimer? timer;
    private Actor actor = Actor.System;
    private TaskCompletionSource settled = NewSignal();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var ids = GrainKeys.Split(this.GetPrimaryKeyString());
        address = new DrawAddress(ids[0], ids[1], ids[2], Ids.Parse(Ids.Campaign, ids[1]), Ids.Parse(Ids.Draw, ids[2]));
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        StopTimer();
        return Task.CompletedTask;
    }

    public async Task<Result<bool>> PlanAsync(SetDrawPlan command)
    {
        var draw = command.Draw;
        if (draw.Succeeds is { } succeeded
            && await DrawSucceeding.RefusalAsync(parts, address, Ids.Parse(Ids.Draw, succeeded), draw.Level) is { } refusal)
        {
            return refusal;
        }

        var secret = RandomNumberGenerator.GetBytes(32);
        var rules = DrawPlanning.RulesOf(address.DrawId, draw);
        var plan = new DrawPlan(
            draw.Name, draw.Level, draw.Rule, JsonSerializer.Serialize(rules.Prizes), draw.Reserves, draw.From, draw.Until,
            DrawTimes.FreezeAt(draw, command.ClosesAt), Encoding.UTF8.GetString(rules.ToCanonical()), rules.Hash().ToArray(),
            parts.Box.Seal(secret, "draw", address.DrawId), SHA256.HashData(secret))
        {
            AddedLater = command.AddedLater,
            AfterEntries = command.AddedLater || draw.From > parts.Clock.GetUtcNow(),
            Succeeds = draw.Succeeds is { } predecessor ? Ids.Parse(Ids.Draw, predecessor) : null,
        };
        if (await parts.Store.ReadAsync(address, CancellationToken.None) is { } there && IsPlannedAs(there, plan))
        {
            return true; // With the secret that it has: what was published of it stays true.
        }

        var planned = await parts.Store.PlanAsync(
            address, plan, Event(parts.Clock, address, command.Actor, "draw.planned", new { rulesHash = rules.Hash().ToString(), draw.Level }), CancellationToken.None);
        await RelayAsync();
        return planned switch
        {
            PlanOutcome.Planned => true,
            PlanOutcome.SucceededAlready => DrawSucceeding.SucceededAlready,
            _ => new Refusal("draw.wrong_state", "The draw's rules are fixed: entries have been taken or the draw has been frozen."),
        };
    }

    public async Task PublishPlanAsync(SetDrawPlan command) => await new DrawPlans(parts, address).PublishAsync(
        await parts.Store.ReadAsync(address, CancellationToken.None) ?? throw new InvalidOperationException("A draw that was not planned has no plan."),
        command, CancellationToken.None);

    public async Task ScheduleAsync(DateTimeOffset at)
    {
        await parts.Store.MoveAsync(address, at.ToUniversalTime(), Event(parts.Clock, address, Actor.System, "draw.scheduled", new { at }), CancellationToken.None);
        var due = at - parts.Clock.GetUtcNow();
        await RemindAsync(due > TimeSpan.Zero ? due : TimeSpan.FromSeconds(1));
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        try
        {
            await RemindedAsync();
        }
        catch (CampaignPutAwayException away)
        {
            // What is gone needs no drawing; what is in the archive may be brought back.
            await (away.IsForGood ? ForgetAsync() : RemindAsync(DueWorkGrain.WhilePutAway));
        }
    }

    private async Task RemindedAsync()
    {
        var begun = await BeginAsync(Actor.System);
        if (begun is { Refusal: null, Value: false } && await parts.Store.ReadAsync(address, CancellationToken.None) is { } done)
        {
            // Perhaps by a host that ended before it could tell the campaign.
            await AdvanceAsync(Actor.System, "completed");
            await EndAsync(done);
        }
        else if (begun.Refusal is { Code: not ("draw.campaign_not_closed" or "draw.not_due" or "installation.unconfirmed") })
        {
            await ForgetAsync();
        }
    }

    public async Task<Result<bool>> RunAsync(DrawCommand command)
    {
        var begun = await BeginAsync(command.Actor);
        if (begun is { Refusal: null, Value: true })
        {
            // A short draw is answered with its winners; a long one, or one that waits for its round, goes on by itself.
            await Task.WhenAny(settled.Task, Task.Delay(Patience, parts.Clock));
        }

        return begun.Refusal is { } refusal ? refusal : true;
    }

    public async Task<Result<bool>> PublishAsync(DrawCommand command)
    {
        var published = await InTurnAsync<bool>(async draw =>
        {
            if (draw.State is not ("drawn" or "completed"))
            {
                return new Refusal("draw.wrong_state", "There are no winners to publish yet: run the draw first.");
            }

            if (await parts.Incarnation.RefusalAsync() is { } unconfirmed)
            {
                return unconfirmed;
            }

            if (draw.State == "drawn")
            {
                // The campaign is told afterwards, if need be by another host.
                await RemindAsync(Retry);
                Holds(await parts.Store.PublishAsync(
                    address, draw.Epoch, parts.Clock.GetUtcNow(), Event(parts.Clock, address, command.Actor, "draw.published", null), CancellationToken.None));
            }

            return true;
        });
        if (published.Refusal is null)
        {
            await AdvanceAsync(command.Actor, "completed");
        }

        return published;
    }

    /// <summary>One after the other, with the draw as this activation holds it.</summary>
    private async Task<Result<T>> InTurnAsync<T>(Func<TakenDraw, Task<Result<T>>> act)
    {
        await turn.WaitAsync();
        try
        {
            var draw = await parts.Store.ReadAsync(address, CancellationToken.None);
            if (draw is not null && draw.Epoch != epoch)
            {
                StopTimer();
                draw = await parts.Store.TakeAsync(address, CancellationToken.None);
            }

            if (draw is null)
            {
                return new Refusal("draw.not_found", "There is no such draw.");
            }

            epoch = draw.Epoch;
            return await act(draw);
        }
        finally
        {
            turn.Release();
        }
    }

    private DrawFreezing Freezing => new(parts, address, GrainFactory);

    private static bool IsPlannedAs(TakenDraw there, DrawPlan plan) => there.State == "planned"
        && (there.Name, there.Level, there.Rules, there.FreezeAt, there.AddedLater, there.Succeeds)
            == (plan.Name, plan.Level, plan.Rules, plan.FreezeAt, plan.AddedLater, plan.Succeeds);

    private static bool IsDone(TakenDraw draw) => draw.State is "completed" or "void" && IsCertified(draw);

    private static bool IsCertified(TakenDraw draw) => draw.IsOfEarlierVersion || draw.CertifiedEvents == draw.Events;

    private void StartTimer()
    {
        settled = settled.Task.IsCompleted ? NewSignal() : settled;
        if (timer is not null)
        {
            timer.Change(AtOnce, AtOnce);
            return;
        }

        timer = this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(TimeSpan.Zero, AtOnce) { Interleave = true, KeepAlive = true });
    }

    private void StopTimer()
    {
        timer?.Dispose();
        timer = null;
        settled.TrySetResult();
    }

    private Task RemindAsync(TimeSpan due) => this.RegisterOrUpdateReminder(Reminder, due, Retry);

    /// <summary>Nothing is left to do, unless something has happened since the draw was <paramref name="seen"/>: then the timer goes on.</summary>
    private async Task EndAsync(TakenDraw seen)
    {
        await turn.WaitAsync();
        try
        {
            var now = await parts.Store.ReadAsync(address, CancellationToken.None);
            if (now is null || (now.Epoch, now.State, now.Events) != (epoch, seen.State, seen.Events) || !IsCertified(now))
            {
                return;
            }

            await ForgetAsync();
            StopTimer();
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task ForgetAsync()
    {
        if (await this.GetReminder(Reminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    private async Task AdvanceAsync(Actor by, string state)
    {
        await RelayAsync();
        await GrainFactory.GetGrain<ICampaignGrain>(GrainKeys.Campaign(address.TenantId, address.CampaignId))
            .DrawAdvancedAsync(new DrawAdvanced(address.DrawId, state, by));
    }

    internal static CampaignEvent Event(TimeProvider clock, DrawAddress address, Actor actor, string action, object? after) => new(
        Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow(), actor.Id, action, address.DrawId, null,
        after is null ? null : JsonSerializer.Serialize(after, JsonSerializerOptions.Web));

    internal static void Holds(bool written)
    {
        if (!written)
        {
            throw new InvalidOperationException("Another activation has taken over this draw.");
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task RelayAsync() => parts.Relay.TryRelayAsync(address.TenantId, address.CampaignId);
}

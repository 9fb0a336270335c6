using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Central.Rehearsals;

namespace PrizeDraw.Grains.Rehearsals;

/// <summary>What a rehearsal does by itself, one short turn after the other.</summary>
public sealed partial class RehearsalGrain
{
    /// <summary>Entries sent in one turn at most.</summary>
    private const int TurnMax = 2_000;

    /// <summary>Turns that fail one after the other before it gives up.</summary>
    private const int FailuresMax = 30;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40), Rest = TimeSpan.FromSeconds(1), StoreEvery = TimeSpan.FromMilliseconds(500);

    private IGrainTimer? work;
    private RehearsalTraffic? traffic;
    private (DateTimeOffset At, long Sent) pacedFrom;
    private DateTimeOffset storedAt;
    private int failures;

    private void StartWork() => work ??= this.RegisterGrainTimer(
        WorkAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Pace) { KeepAlive = true });

    private void StopWork()
    {
        work?.Dispose();
        work = null;
    }

    private async Task WorkAsync(CancellationToken ct)
    {
        try
        {
            await AdvanceAsync(ct);
            failures = 0;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailure(address.RehearsalId, e);
            await FailAsync();
        }
    }

    private Task AdvanceAsync(CancellationToken ct) => row switch
    {
        null => EndAsync(),
        { State: "deleting" } => DropAsync(ct),
        { State: "preparing" } => PrepareAsync(ct),
        { State: "ready", Progress.State: "running" } => SendAsync(ct),
        _ => RestAsync(),
    };

    /// <summary>Nothing to do until the rehearsal is over.</summary>
    private async Task RestAsync()
    {
        StopWork();
        var left = row!.ExpiresAt - clock.GetUtcNow();
        await RemindAsync(left > Resume ? left : Resume);
    }

    private async Task PrepareAsync(CancellationToken ct)
    {
        var settings = RehearsalSeed.FromJson(row!.Settings);
        if (!await rows.CreateAsync(address, ct))
        {
            row = row with { State = "deleting" }; // The campaign's database went, and with it all that was here.
            return;
        }

        await seed.PlantAsync(settings, row.Progress?.State == "running" ? row.Run!.Entries : 0, clock.GetUtcNow(), ct);
        Holds(await store.SetStateAsync(address, epoch, "ready", null, null, ct));
        row = row with { State = "ready" };
    }

    private async Task DropAsync(CancellationToken ct)
    {
        if (!await incarnation.IsConfirmedAsync(ct))
        {
            LogHeld(address.RehearsalId);
            StopWork(); // The reminder comes back.
            return;
        }

        foreach (var pool in RehearsalSeed.FromJson(row!.Settings).Pools)
        {
            await CloseAsync(pool.Id!);
        }

        await rows.DropAsync(address, ct);
        await store.DeleteAsync(address, epoch, ct);
        row = null;
    }

    /// <summary>So that a pool which is still at hand writes its last counters while there is something to write them to.</summary>
    private async Task CloseAsync(string poolId)
    {
        try
        {
            await seed.Pool(poolId).CloseAsync(new ClosePool(Actor.System, clock.GetUtcNow()));
        }
        catch (Exception e)
        {
            // Its rows go, whatever it says.
            LogFailure(address.RehearsalId, e);
        }
    }

    private async Task EndAsync()
    {
        StopWork();
        await ForgetReminderAsync();
        DeactivateOnIdle();
    }

    private async Task SendAsync(CancellationToken ct)
    {
        var (run, progress, now) = (row!.Run!, row.Progress!, clock.GetUtcNow());
        if (traffic is null)
        {
            var batches = await seed.BatchesAsync(ct);
            await seed.EnsureEntryCodesAsync(batches, run.Entries, ct);
            traffic = new RehearsalTraffic(run, RehearsalSeed.FromJson(row.Settings), seed, batches);
            (pacedFrom, storedAt) = ((clock.GetUtcNow(), progress.Sent), now);
        }

        // What could not be sent in time is not made up for: the rate is a most, not a sum to be paid.
        var due = pacedFrom.Sent + (long)((now - pacedFrom.At).TotalSeconds * run.PerSecond);
        var until = Math.Min(Math.Min(due, progress.Sent + TurnMax), run.Entries);
        if (until <= progress.Sent)
        {
            return;
        }

        var sending = new Task<Result<EntryAnswer>>[until - progress.Sent];
        for (var i = 0; i < sending.Length; i++)
        {
            var (pool, entry) = traffic.Of(progress.Sent + i);
            sending[i] = seed.Pool(pool).SubmitAsync(entry);
        }

        var answers = await Task.WhenAll(sending);
        if (answers.FirstOrDefault(a => a.Refusal is { Code: "storage.unavailable" }) is { Refusal: { } away })
        {
            // Sent again whole, under the same keys: what was taken is answered as before.
            throw new StorageUnavailableException(away.Detail);
        }

        var refused = answers.Count(a => a.Refusal is not null);
        row = row with
        {
            Progress = progress with { Sent = until, Refused = progress.Refused + refused, Accepted = progress.Accepted + answers.Length - refused },
        };
        await StoreAsync(run, due - until > run.PerSecond, ct);
    }

    private async Task StoreAsync(RehearsalRun run, bool late, CancellationToken ct)
    {
        var (progress, now) = (row!.Progress!, clock.GetUtcNow());
        if (late)
        {
            pacedFrom = (now, progress.Sent);
        }

        if (progress.Sent >= run.Entries)
        {
            await EndRunAsync("done", null, Actor.System.Id);
        }
        else if (now - storedAt >= StoreEvery)
        {
            Holds(await store.ProgressAsync(address, epoch, progress, null, ct));
            storedAt = now;
        }
    }

    private async Task EndRunAsync(string state, string? message, string actor)
    {
        var ended = row!.Progress! with { State = state, EndedAt = clock.GetUtcNow(), Message = message };
        Holds(await store.ProgressAsync(address, epoch, ended, (actor, "rehearsal.run_ended"), CancellationToken.None));
        row = row with { Progress = ended };
    }

    /// <summary>Tries again after a rest; what fails again and again is given up, and says so. Deleting is never given up.</summary>
    private async Task FailAsync()
    {
        work?.Change(Rest, Pace);
        if (++failures < FailuresMax || row is null or { State: "deleting" })
        {
            return;
        }

        try
        {
            const string Message = "It failed again and again; the platform's log says why.";
            if (row.Progress?.State == "running")
            {
                await EndRunAsync("failed", Message, Actor.System.Id);
            }

            if (row.State == "preparing")
            {
                Holds(await store.SetStateAsync(address, epoch, "failed", Message, null, CancellationToken.None));
                row = row with { State = "failed", Message = Message };
            }
        }
        catch (Exception e)
        {
            LogFailure(address.RehearsalId, e);
        }
    }
}

using System;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Evidence;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Evidence;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Evidence;

/// <summary>
/// Opens a published campaign's instant wins with their round, and reveals a closed campaign's in a kept-alive timer, piece by piece, resumed by a reminder; then recounts them.
/// </summary>
[GrainType("instant-evidence")]
public sealed partial class InstantEvidenceGrain(
    InstantReads reads, UnsealStore unseals, InstantRounds rounds, PublicFiles files, SigningKeys keys, OutboxRelay relay,
    IIncarnation incarnation, TimeProvider clock, ILogger<InstantEvidenceGrain> log) : Grain, IInstantEvidenceGrain, IRemindable
{
    private const string Reminder = "reveal";
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);
    private InstantAddress address = null!;
    private IGrainTimer? timer;
    private InstantFile? file;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var parts = GrainKeys.Split(this.GetPrimaryKeyString());
        address = new InstantAddress(parts[0], parts[1], Ids.Parse(Ids.Tenant, parts[0]), Ids.Parse(Ids.Campaign, parts[1]));
        return Task.CompletedTask;
    }

    public async Task StartAsync()
    {
        await this.RegisterOrUpdateReminder(Reminder, Retry, Retry);
        StartTimer();
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (reminderName != RoundReminder)
        {
            StartTimer();
        }
        else if (roundTimer is null)
        {
            StartRoundTimer();
        }

        return Task.CompletedTask;
    }

    public async Task<Result<UnsealedMoments>> UnsealAsync(UnsealMoments command)
    {
        if (!command.Actor.IsSuperAdmin)
        {
            return Refusals.Of(new NotAllowed("Winning moments that are still to come are sealed: a super_admin alone may open them."));
        }

        var now = clock.GetUtcNow();
        var unsealed = await unseals.UnsealAsync(
            address.TenantId, address.CampaignId, command.PoolId, now, command.Reason,
            moments => new CampaignEvent(
                Guid.CreateVersion7(now), now, command.Actor.Id, "moments.unsealed", command.PoolId, null,
                JsonSerializer.Serialize(new { reason = command.Reason, moments })),
            CancellationToken.None);
        await relay.TryRelayAsync(address.TenantId, address.CampaignId);
        return unsealed is null ? new Refusal("pool.not_found", "There is no such pool.") : unsealed;
    }

    private void StartTimer() => timer ??= this.RegisterGrainTimer(
        AdvanceAsync, new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(1)) { Interleave = true, KeepAlive = true });

    private async Task AdvanceAsync(CancellationToken ct)
    {
        try
        {
            // Asked at each piece: what is revealed is signed and public for good, and a state that was set back lacks what people have won since.
            if (!await incarnation.IsConfirmedAsync(ct))
            {
                LogHeld(address.CampaignId);
                await StopAsync(finished: false); // The reminder comes back.
                return;
            }

            if (await WriteAsync(ct))
            {
                return;
            }

            await StopAsync(finished: true);
        }
        catch (NotClosedException)
        {
            await StopAsync(finished: false); // The reminder comes back.
        }
        catch (CampaignPutAwayException e) when (e.IsForGood)
        {
            await StopAsync(finished: true);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // Storage is away, or another activation has taken over: the reminder goes on from what is stored.
            LogStopped(address.CampaignId, e);
            await StopAsync(finished: false);
            DeactivateOnIdle();
        }
    }

    /// <summary>Does the next piece of the work; false when all of it is done.</summary>
    private async Task<bool> WriteAsync(CancellationToken ct)
    {
        if (file is null)
        {
            if (await files.FindAsync(address.TenantId, address.CampaignId, PublicFileNames.InstantCheck, ct) is not null
                || await OpenAsync(ct) is not { } opened)
            {
                return false;
            }

            if (!await opened.TakeAsync(ct))
            {
                file = opened;
                return true;
            }

            await CheckAsync(opened, ct);
            return false;
        }

        if (await file.WriteNextAsync(ct))
        {
            return true;
        }

        await CheckAsync(file, ct);
        return false;
    }

    private async Task<InstantFile?> OpenAsync(CancellationToken ct)
    {
        var pools = await reads.PoolsAsync(address.TenantId, address.CampaignId, ct);
        if (pools.Any(pool => pool.ClosedAt is null))
        {
            // The campaign has closed; nothing can be keyed in any more either once no draw is still to be frozen.
            foreach (var pool in pools)
            {
                var key = GrainKeys.Pool(address.TenantId, address.CampaignId, Ids.Format(Ids.Pool, pool.Id));
                await GrainFactory.GetGrain<IPrizePoolGrain>(key).SealAsync(new SealPool(Actor.System));
            }

            pools = await reads.PoolsAsync(address.TenantId, address.CampaignId, ct);
        }

        // A campaign that was closed before its round came: what is revealed after it must hold the round all the same.
        if (pools.Any(pool => pool.ClosedAt is null || pool is { Commitment.Commitment.Chain: not null, Opening: null }))
        {
            throw new NotClosedException();
        }

        return pools.IsEmpty ? null : new InstantFile(address, pools, reads, files, keys);
    }

    private async Task CheckAsync(InstantFile written, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var result = await written.FinishAsync(
            new AuditEvent(
                address.Tenant, Guid.CreateVersion7(now), now, address.Campaign, Actor.System.Id, "instant.revealed", address.CampaignId, null, null),
            ct);
        if (!result.Holds)
        {
            LogDiffers(address.CampaignId, result.Differences, result.First[0].What);
        }

        await files.PutAsync(
            address.Tenant, address.Campaign, PublicFileNames.InstantCheck, "application/json", RecountReport.ToCanonical(result, clock.GetUtcNow()), ct);
    }

    private async Task StopAsync(bool finished)
    {
        timer?.Dispose();
        (timer, file) = (null, null);
        if (finished && await this.GetReminder(Reminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Revealing the outcomes of campaign {Campaign} waits until the restored installation is confirmed.")]
    private partial void LogHeld(string campaign);

    [LoggerMessage(Level = LogLevel.Error, Message = "Revealing the outcomes of campaign {Campaign} stopped; its reminder goes on with it.")]
    private partial void LogStopped(string campaign, Exception e);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The recount of campaign {Campaign} found {Differences} differences. The first: {What}")]
    private partial void LogDiffers(string campaign, long differences, string what);

    /// <summary>A pool still takes entries, or waits for its round.</summary>
    private sealed class NotClosedException : Exception;
}

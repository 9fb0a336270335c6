using System;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Domain.Rehearsals;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Rehearsals;
using PrizeDraw.Storage.Campaign.Rehearsals;
using PrizeDraw.Storage.Central.Rehearsals;

namespace PrizeDraw.Grains.Rehearsals;

/// <summary>
/// The one writer of a rehearsal. What takes long (preparing, sending, dropping) advances in a kept-alive timer that takes its turns between
/// calls, from what is stored; a reminder resumes it after a crash and ends the rehearsal when its time is up.
/// </summary>
[GrainType("rehearsal")]
public sealed partial class RehearsalGrain(
    RehearsalStore store, RehearsalRows rows, ICampaignQueries campaigns, IIncarnation incarnation, TimeProvider clock, ILogger<RehearsalGrain> log)
    : Grain, IRehearsalGrain, IRemindable
{
    private const string Reminder = "rehearsal";

    /// <summary>How soon a host that comes back goes on with what is under way.</summary>
    private static readonly TimeSpan Resume = TimeSpan.FromMinutes(1);

    private RehearsalAddress address = null!;
    private RehearsalSeed seed = null!;
    private RehearsalRow? row;
    private long epoch;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        address = RehearsalAddress.Of(this.GetPrimaryKeyString());
        seed = new RehearsalSeed(address, rows, GrainFactory);
        await TakeAsync(cancellationToken);
        if (IsAtWork)
        {
            StartWork();
        }
    }

    private bool IsAtWork => row is { State: "preparing" or "deleting" } or { State: "ready", Progress.State: "running" };

    public async Task<Result<bool>> CreateAsync(CreateRehearsal command)
    {
        var token = Convert.FromHexString(command.TokenHash);
        if (row is not null)
        {
            Holds(await store.SetTokenAsync(address, epoch, token, CancellationToken.None));
            return true;
        }

        var (settings, refused) = await SettingsNowAsync();
        if (settings is null)
        {
            return Refusals.Of(refused!);
        }

        var (expiresAt, error) = RehearsalRules.ExpiryOf(command.ExpiresAt, clock.GetUtcNow());
        if (error is not null)
        {
            return Refusals.Of(error);
        }

        // The reminder stands before the row, so that no crash leaves a rehearsal that nobody ends.
        await RemindAsync(Resume);
        if (!await store.InsertAsync(
            address, token, RehearsalSeed.ToJson(settings), expiresAt, command.Actor.Id, CancellationToken.None))
        {
            await ForgetReminderAsync();
            return Refusals.Of(new RehearsalsAreTooMany(RehearsalStore.PerCampaignMax));
        }

        await TakeAsync(CancellationToken.None);
        StartWork();
        return true;
    }

    public async Task<Result<bool>> DeleteAsync(RehearsalCommand command)
    {
        if (row is null)
        {
            return Refusals.Of(new RehearsalIsNotThere());
        }

        if (row.State != "deleting")
        {
            await BeginDeletingAsync(command.Actor.Id, "rehearsal.deleted");
        }

        return true;
    }

    public async Task<Result<bool>> RunAsync(RunRehearsal command)
    {
        if (row is not { State: "ready" or "failed" } || row.Progress?.State == "running")
        {
            return Refusals.Of(row is null ? new RehearsalIsNotThere() : new RehearsalIsElsewhere(row.State == "ready" ? "running" : row.State));
        }

        var fresh = command.Fresh || row.State == "failed";
        var (settings, gone) = fresh ? await SettingsNowAsync() : (RehearsalSeed.FromJson(row.Settings), null);
        if (settings is null)
        {
            return Refusals.Of(gone!);
        }

        var run = RunOf(command, settings, fresh);
        if (RehearsalRules.ErrorOf(
            run.Entries, run.PerSecond, run.From, run.To, run.Entrants, settings.OpensAt!.Value, settings.ClosesAt!.Value) is { } error)
        {
            return Refusals.Of(error);
        }

        await RemindAsync(Resume);
        Holds(await store.BeginRunAsync(address, epoch, run, RehearsalSeed.ToJson(settings), command.Actor.Id, CancellationToken.None));
        await TakeAsync(CancellationToken.None);
        StartWork();
        return true;
    }

    private static RehearsalRun RunOf(RunRehearsal command, CampaignSettings settings, bool fresh) => new(
        BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)), command.Entries,
        command.PerSecond ?? RehearsalRules.PerSecondDefault(command.Entries), command.From ?? settings.OpensAt!.Value,
        command.To ?? settings.ClosesAt!.Value, command.Entrants ?? Math.Max(1, command.Entries * 9 / 10), fresh);

    /// <summary>The campaign's settings as they are, while it may be rehearsed.</summary>
    private async Task<(CampaignSettings? Settings, CampaignCannotRehearse? Refused)> SettingsNowAsync()
    {
        var campaign = await campaigns.FindAsync(Scope.Of(address.TenantId), address.CampaignId, CancellationToken.None);
        return campaign is not null && RehearsalRules.MayRehearse(campaign.State)
            ? (campaign.Settings, null)
            : (null, new CampaignCannotRehearse(campaign?.State ?? "gone"));
    }

    public async Task<Result<bool>> StopAsync(RehearsalCommand command)
    {
        if (row is null)
        {
            return Refusals.Of(new RehearsalIsNotThere());
        }

        if (row.Progress?.State == "running")
        {
            await EndRunAsync("stopped", null, command.Actor.Id);
        }

        return true;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (row is null)
        {
            await ForgetReminderAsync();
            return;
        }

        if (row.State != "deleting" && clock.GetUtcNow() >= row.ExpiresAt && await incarnation.IsConfirmedAsync(CancellationToken.None))
        {
            await BeginDeletingAsync(Actor.System.Id, "rehearsal.expired");
        }

        if (IsAtWork)
        {
            StartWork();
        }
    }

    private async Task BeginDeletingAsync(string actor, string action)
    {
        await RemindAsync(Resume);
        Holds(await store.SetStateAsync(address, epoch, "deleting", null, (actor, action), CancellationToken.None));
        row = row! with { State = "deleting" };
        StartWork();
    }

    private async Task TakeAsync(CancellationToken ct)
    {
        var taken = await store.TakeAsync(address, ct);
        (row, epoch) = taken is { } t ? (t.Row, t.Epoch) : (null, 0);
        traffic = null;
    }

    private void Holds(bool written)
    {
        if (!written)
        {
            // Another activation has taken over: this one ends, and the next call begins from what is stored.
            DeactivateOnIdle();
            throw new StorageUnavailableException("Another activation has taken over this rehearsal.");
        }
    }

    /// <summary>At work each minute, else when the rehearsal is over.</summary>
    private Task RemindAsync(TimeSpan due) => this.RegisterOrUpdateReminder(Reminder, due, Resume);

    private async Task ForgetReminderAsync()
    {
        if (await this.GetReminder(Reminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Rehearsal {Rehearsal} met a failure; it goes on.")]
    private partial void LogFailure(string rehearsal, Exception e);

    [LoggerMessage(Level = LogLevel.Information, Message = "Dropping rehearsal {Rehearsal} waits until the restored installation is confirmed.")]
    private partial void LogHeld(string rehearsal);
}

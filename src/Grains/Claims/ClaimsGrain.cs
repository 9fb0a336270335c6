using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Claims;
using PrizeDraw.Domain.Time;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Grains.EntrantMails;
using PrizeDraw.Storage.Campaign.Claims;

namespace PrizeDraw.Grains.Claims;

/// <summary>
/// The one writer of a campaign's claims. What is due is found out from what is stored, and each step is one fenced transaction with the mail
/// that tells of it: cut short anywhere, it is found again and comes to the same.
/// </summary>
[Reentrant, GrainType("claims")]
public sealed partial class ClaimsGrain(ClaimParts parts, ILogger<ClaimsGrain> log) : DueWorkGrain(parts.Time, log), IClaimsGrain
{
    private const string ClaimsReminder = "claims";

    private readonly SemaphoreSlim taking = new(1, 1);
    private ClaimAddress address = null!;
    private long epoch;

    protected override string DueReminderName => ClaimsReminder;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var ids = GrainKeys.Split(this.GetPrimaryKeyString());
        address = new ClaimAddress(ids[0], ids[1], Ids.Parse(Ids.Campaign, ids[1]));
        return Task.CompletedTask;
    }

    public Task<Result<ClaimView>> MakeAsync(MakeClaim command) => AtDeskAsync((campaign, held, now) => parts.Desk.MakeAsync(
        address, held, Convert.FromHexString(command.TokenHash), new ClaimDetails(command.Name, command.Address, command.Phone, command.Guardian),
        command.Publication, CalendarOf(campaign), now, CancellationToken.None), new ClaimIsNotThere());

    public Task<Result<ClaimView>> MoveAsync(MoveClaim command) => AtDeskAsync((campaign, held, now) => parts.Desk.MoveAsync(
        address, held, Ids.Parse(Ids.Claim, command.ClaimId), command, CalendarOf(campaign), now, CancellationToken.None), new ClaimIsNotThere());

    protected override Task<bool> MayWorkAsync(CancellationToken ct) => parts.Incarnation.IsConfirmedAsync(ct);

    protected override async Task WorkAsync(CancellationToken ct)
    {
        if (await CampaignAsync(ct) is not { } campaign || await HeldAsync(ct) is not { } held)
        {
            return;
        }

        await KeepingAsync<bool>(async () =>
        {
            await new ClaimRound(parts, address, held, GrainFactory, log).GoAsync(campaign, ct);
            return true;
        });
        await parts.Relay.TryRelayAsync(address.TenantId, address.CampaignId);
    }

    protected override async Task<DateTimeOffset?> NextDueAsync(CancellationToken ct) =>
        await CampaignAsync(ct) is { } campaign ? await new ClaimRound(parts, address, 0, GrainFactory, log).NextDueAsync(campaign, ct) : null;

    private async Task<Result<ClaimView>> AtDeskAsync(
        Func<CampaignView, long, DateTimeOffset, Task<(ClaimView? Claim, DomainError? Error)>> act, DomainError absent)
    {
        if (await CampaignAsync(CancellationToken.None) is not { } campaign || await HeldAsync(CancellationToken.None) is not { } held)
        {
            return Refusals.Of(absent);
        }

        var (claim, error) = await KeepingAsync(() => act(campaign, held, parts.Time.GetUtcNow()));
        if (error is not null)
        {
            return Refusals.Of(error);
        }

        await parts.Relay.TryRelayAsync(address.TenantId, address.CampaignId);
        return claim!;
    }

    private Task<CampaignView?> CampaignAsync(CancellationToken ct) => parts.Campaigns.FindAsync(Scope.Of(address.TenantId), address.CampaignId, ct);

    private static CampaignCalendar CalendarOf(CampaignView campaign) => new(TimeZoneInfo.FindSystemTimeZoneById(campaign.Settings.TimeZone));

    /// <summary>Takes the claims once; null for a campaign without a database.</summary>
    private async Task<long?> HeldAsync(CancellationToken ct)
    {
        await taking.WaitAsync(ct);
        try
        {
            if (epoch == 0 && await parts.Keeper.TakeAsync(address, ct) is { } taken)
            {
                epoch = taken;
            }

            return epoch == 0 ? null : epoch;
        }
        finally
        {
            taking.Release();
        }
    }

    /// <summary>Whoever has been taken over ends: the next call finds the activation that keeps the claims.</summary>
    private async Task<T> KeepingAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (ClaimsTakenOverException)
        {
            epoch = 0;
            DeactivateOnIdle();
            throw;
        }
    }
}

using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Codes;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Codes;
using PrizeDraw.Storage.Central.Codes;

namespace PrizeDraw.Grains.Codes;

/// <summary>What a batch of codes works with.</summary>
public sealed record CodeBatchParts(
    CodeBatchStore Batches, CodeImportStore Imports, RedemptionStore Redemptions, CodePrefixes Prefixes, OutboxRelay Relay, IOptions<CodeOptions> Options,
    IIncarnation Incarnation, TimeProvider Clock);

/// <summary>
/// The one writer of a batch of codes, but for what entries do to it in their own transactions. Codes are generated chunk by chunk in a
/// kept-alive timer, each with its count in one fenced transaction; a reminder and the host's start go on with what was cut short.
/// </summary>
[GrainType("code-batch")]
public sealed partial class CodeBatchGrain : Grain, ICodeBatchGrain, IRemindable
{
    private const string GenerateReminder = "generate", ExpireReminder = "expire";
    private static readonly TimeSpan ReminderRetry = TimeSpan.FromMinutes(1);

    private readonly CodeBatchStore batches;
    private readonly CodeImportStore imports;
    private readonly RedemptionStore redemptions;
    private readonly CodePrefixes prefixes;
    private readonly OutboxRelay relay;
    private readonly CodeOptions options;
    private readonly IIncarnation incarnation;
    private readonly TimeProvider clock;
    private readonly ILogger<CodeBatchGrain> log;
    private CodeBatchAddress address = null!;

    // What this activation knows of the batch and holds it by; counts that entries move are not kept up to date here.
    private CodeBatchRow? batch;

    public CodeBatchGrain(CodeBatchParts parts, ILogger<CodeBatchGrain> log)
    {
        (batches, imports, redemptions, prefixes, relay) = (parts.Batches, parts.Imports, parts.Redemptions, parts.Prefixes, parts.Relay);
        (options, incarnation, clock, this.log) = (parts.Options.Value, parts.Incarnation, parts.Clock, log);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        address = CodeBatchAddress.Of(this.GetPrimaryKeyString());
        try
        {
            batch = await batches.TakeAsync(address, cancellationToken);
        }
        catch (CampaignPutAwayException)
        {
            return; // Whoever calls is told so; its reminders rest, or end.
        }

        GoOn();
    }

    public async Task<Result<CodeBatchView>> CreateAsync(CreateCodeBatch command)
    {
        if (batch is not null)
        {
            return View(batch); // The same request again, cut short the first time.
        }

        var asked = new CodeBatchProposal(command.Source, command.Name, command.Count, command.Prefix, command.Pattern, command.ExpiresAt);
        var now = CanonicalTime.ToMicroseconds(clock.GetUtcNow());
        if (CodeBatchRules.Judge(asked, now) is { } invalid)
        {
            return Refusals.Of(invalid);
        }

        if (!await batches.HasDatabaseAsync(address, CancellationToken.None))
        {
            return Refusals.Of(new CampaignHasNoCodes());
        }

        CodePrefix.TryCanonical(command.Prefix, out var prefix);
        if (!await ClaimAsync(prefix))
        {
            return Refusals.Of(new CodePrefixIsTaken(command.Prefix));
        }

        if (command.ExpiresAt is { } expiresAt)
        {
            await this.RegisterOrUpdateReminder(ExpireReminder, expiresAt - now, ReminderRetry);
        }

        var state = command.Source == CodeBatchRules.Imported ? CodeBatchStates.Importing : CodeBatchStates.Generating;
        await InsertAsync(command, new CodeBatchRow(
            address.Batch, command.Kind, command.Source, command.Name, prefix, CodeBatchRules.PatternOf(asked), state, command.Count, 0, 0, 0, 0,
            now, command.ExpiresAt));
        return View(batch!);
    }

    private async Task<bool> ClaimAsync(string prefix)
    {
        // The reminder stands before the claim: should this be cut short, it gives the prefix back.
        await this.RegisterOrUpdateReminder(GenerateReminder, ReminderRetry, ReminderRetry);
        if (await prefixes.ClaimAsync(address.Tenant, address.Campaign, address.Batch, prefix, CancellationToken.None))
        {
            return true;
        }

        await ForgetAsync(GenerateReminder);
        DeactivateOnIdle();
        return false;
    }

    private async Task InsertAsync(CreateCodeBatch command, CodeBatchRow row)
    {
        await batches.InsertAsync(address, row, Event(command.Actor, "codes.batch_created", new
        {
            command.Kind, command.Source, command.Name, command.Count, command.Prefix, row.Pattern, command.ExpiresAt,
        }), CancellationToken.None);
        batch = await batches.TakeAsync(address, CancellationToken.None);
        await RelayAsync();
        GoOn();
    }

    public async Task<Result<CodeBatchView>> ResumeAsync(ResumeCodeBatch command)
    {
        if (await LoadAsync() is not { } current)
        {
            return Refusals.Of(new CodeBatchIsNotThere());
        }

        if (current.State != CodeBatchStates.Failed)
        {
            return Refusals.Of(new CodeBatchIsElsewhere("Only a batch whose generation has failed can be resumed."));
        }

        await this.RegisterOrUpdateReminder(GenerateReminder, ReminderRetry, ReminderRetry);
        await prefixes.SetUnderWayAsync(address.Tenant, address.Batch, true, CancellationToken.None);
        if (!await batches.MoveAsync(
            address, current.Epoch, CodeBatchStates.Failed, CodeBatchStates.Generating, Event(command.Actor, "codes.generation_resumed", null),
            CancellationToken.None))
        {
            return TakenOver();
        }

        batch = current with { State = CodeBatchStates.Generating };
        await RelayAsync();
        GoOn();
        return View(batch);
    }

    public async Task<Result<RedemptionView>> RedeemAsync(RedeemCoupon command)
    {
        while (true)
        {
            if (await redemptions.FindAsync(address, command.Code, CancellationToken.None) is not { } coupon)
            {
                return Refusals.Of(new CouponIsNotThere());
            }

            var now = CanonicalTime.ToMicroseconds(clock.GetUtcNow());
            if (CouponRedemption.Judge(coupon.Facts, command.Actor.Id, command.Key, now) is { } refusal)
            {
                return Refusals.Of(refusal);
            }

            var replay = CouponRedemption.IsReplay(coupon.Facts, command.Actor.Id, command.Key);
            if (replay || await redemptions.RedeemAsync(address, coupon.Seq, now, command.Actor.Id, command.Key, CancellationToken.None))
            {
                return new RedemptionView(
                    CodePattern.Display(coupon.Code, coupon.Shown, coupon.Pattern), replay ? coupon.Facts.RedeemedAt!.Value : now,
                    address.BatchId, coupon.BatchName, coupon.Prize);
            }

            // Somebody was quicker: the stored coupon says who.
        }
    }

    public async Task WakeAsync()
    {
        await LoadAsync();
        GoOn();
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        try
        {
            await RemindedAsync(reminderName, await LoadAsync());
        }
        catch (CampaignPutAwayException away) when (away.IsForGood)
        {
            await RemindedAsync(reminderName, null);
        }
        catch (CampaignPutAwayException)
        {
            // In the archive nothing can be done; the campaign may be brought back.
            await this.RegisterOrUpdateReminder(reminderName, DueWorkGrain.WhilePutAway, DueWorkGrain.WhilePutAway);
        }
    }

    private async Task RemindedAsync(string reminderName, CodeBatchRow? current)
    {
        if (reminderName == ExpireReminder && clock.GetUtcNow() < current?.ExpiresAt)
        {
            return;
        }

        // Codes that expired are told to people as worthless; and a batch that a restored state lacks may be there after all, with codes of its prefix.
        if ((current is null || reminderName == ExpireReminder) && !await incarnation.IsConfirmedAsync(CancellationToken.None))
        {
            return;
        }

        if (reminderName == ExpireReminder && current is not null)
        {
            if (!await ExpireAsync(current))
            {
                return; // Another activation holds the batch: the next tick looks again.
            }
        }
        else if (current is null)
        {
            // It was cut short before there was a batch, or the campaign's database has gone with it.
            await prefixes.ReleaseAsync(address.Tenant, address.Batch, CancellationToken.None);
        }
        else if (current.State == CodeBatchStates.Generating)
        {
            GoOn();
            return;
        }
        else
        {
            // Imported, or ended before this was stored: a host's start need not wake it.
            await prefixes.SetUnderWayAsync(address.Tenant, address.Batch, false, CancellationToken.None);
        }

        await ForgetAsync(reminderName);
    }

    /// <summary>False when it was not written: the batch is loaded anew at the next call.</summary>
    private async Task<bool> ExpireAsync(CodeBatchRow current)
    {
        var isExpired = current.State == CodeBatchStates.Expired || await batches.ExpireAsync(
            address, current.Epoch, clock.GetUtcNow(), Event(Actor.System, "codes.batch_expired", new { current.Generated }), CancellationToken.None);
        batch = isExpired ? current with { State = CodeBatchStates.Expired } : null;
        await RelayAsync();
        return isExpired;
    }

    /// <summary>The batch, taken anew after a failure; null when there is none.</summary>
    private async Task<CodeBatchRow?> LoadAsync() => batch ??= await batches.TakeAsync(address, CancellationToken.None);

    private async Task ForgetAsync(string name)
    {
        if (await this.GetReminder(name) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    private Refusal TakenOver()
    {
        batch = null;
        DeactivateOnIdle();
        return Refusals.StorageUnavailable(1);
    }

    private CodeBatchView View(CodeBatchRow row) => row.ViewAt(clock.GetUtcNow());

    private CampaignEvent Event(Actor actor, string action, object? after) => new(
        Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow(), actor.Id, action, address.BatchId, null,
        after is null ? null : JsonSerializer.Serialize(after, JsonSerializerOptions.Web));

    private Task RelayAsync() => relay.TryRelayAsync(address.TenantId, address.CampaignId);
}

using System;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Installations;
using PrizeDraw.Storage.Campaign.Draws;

namespace PrizeDraw.Grains.Draws;

/// <summary>What happens to a draw after its commitment. Each is one transaction; the timer then issues the certificate again.</summary>
public sealed partial class DrawGrain
{
    public async Task<Result<bool>> ReplaceAsync(ReplaceWinner command)
    {
        var replaced = await InTurnAsync<bool>(async draw =>
        {
            if (draw.State is not ("drawn" or "completed"))
            {
                return new Refusal("draw.wrong_state", "Winners are replaced once they are drawn, and as long as the draw is not void.");
            }

            if (await parts.Incarnation.RefusalAsync() is { } unconfirmed)
            {
                return unconfirmed;
            }

            // First the reminder: should the host go away after the event is written, the certificate is still issued again.
            await RemindAsync(Retry);
            var written = await new DrawReplacing(parts, address).ReplaceAsync(
                draw,
                new Replacement(
                    command.Position, command.ReasonCode, Given(command.Clause), Given(command.Evidence),
                    TellEntrant: command.ReasonCode != ReplacementReasons.ClaimLapsed),
                command.Actor);
            actor = command.Actor;
            StartTimer();
            return written;
        });
        if (replaced.Refusal is null)
        {
            await RelayAsync();
            await WakeMailAsync();
        }

        return replaced;
    }

    public async Task<Result<bool>> VoidAsync(VoidDraw command)
    {
        var voided = await InTurnAsync<bool>(async draw =>
        {
            if (string.IsNullOrWhiteSpace(command.Reason))
            {
                return new Refusal("draw.reason_missing", "Say why the draw is void: the reason is kept with the case.");
            }

            if (await parts.Incarnation.RefusalAsync() is { } unconfirmed)
            {
                return unconfirmed;
            }

            await RemindAsync(Retry);
            // The timer's step may have moved the draw meanwhile: then it is declared void as it is now.
            for (TakenDraw? now = draw; !await parts.Events.IsVoidedAsync(address, CancellationToken.None);
                now = await parts.Store.ReadAsync(address, CancellationToken.None))
            {
                Holds(now?.Epoch == epoch);
                await WriteVoidAsync(now!, command);
            }

            actor = command.Actor;
            StartTimer();
            return true;
        });
        if (voided.Refusal is null)
        {
            await RelayAsync();
        }

        return voided;
    }

    private Task<bool> WriteVoidAsync(TakenDraw draw, VoidDraw command)
    {
        var now = CanonicalTime.ToMicroseconds(parts.Clock.GetUtcNow());
        var reason = command.Reason.Trim();
        var isCommitted = draw.State is not ("planned" or "frozen");
        var kept = isCommitted ? new DrawCase(new Bytes32(RandomNumberGenerator.GetBytes(Bytes32.Size)), reason) : null;
        var happened = isCommitted
            ? new DrawEvent(DrawEventKinds.Voided, null, "declared-void", null, kept!.Hash(), NameOf(command.Actor), now)
            : null;
        return parts.Events.VoidAsync(
            address, draw, now, reason, happened, kept, Event(parts.Clock, address, command.Actor, "draw.voided", new { was = draw.State, reason }),
            CancellationToken.None);
    }

    /// <summary>The mail is written: should this fail, a sweep sends it later.</summary>
    private async Task WakeMailAsync()
    {
        try
        {
            await GrainFactory.GetGrain<IEntrantMailGrain>(GrainKeys.Campaign(address.TenantId, address.CampaignId)).WakeAsync();
        }
        catch (Exception e)
        {
            LogNotWoken(address.DrawId, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Draw {Draw} could not wake who sends mails to entrants; the sweep will.")]
    private partial void LogNotWoken(string draw, Exception e);

    /// <summary>Who decided, as the certificate names them: the platform, or a user by id.</summary>
    internal static string NameOf(Actor by) => by == Actor.System ? "platform" : by.Id;

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

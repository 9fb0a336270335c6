using System;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Mail;
using PrizeDraw.Providers.Webhooks;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Grains.Notices;

/// <summary>Makes one attempt at one delivery. Who is told, and where, is looked up now: an account or webhook may be gone since.</summary>
public sealed partial class NoticeDelivery(
    IUserQueries users, WebhookStore webhooks, IMailer mailer, IWebhookSender sender, ProvisioningOptions options, TimeProvider clock,
    ILogger<NoticeDelivery> log)
{
    // Between 0 and 1 in steps of a millionth.
    private const int ChanceSteps = 1_000_000;

    /// <summary>Throws <see cref="OperationCanceledException"/> when told to stop; any other failure is how the attempt ended.</summary>
    public async Task<DeliveryEnd> AttemptAsync(ClaimedDelivery delivery, CancellationToken ct)
    {
        try
        {
            return await (delivery.Channel == "email" ? MailAsync(delivery, ct) : PostAsync(delivery, ct));
        }
        catch (ProviderException e)
        {
            return e.Fault == ProviderFault.Rejected ? Failed(e.Message) : Again(delivery, e.Message);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogBroken(delivery.DeliveryId, e);
            return Again(delivery, "The platform could not make the delivery; its log says why.");
        }
    }

    private async Task<DeliveryEnd> MailAsync(ClaimedDelivery delivery, CancellationToken ct)
    {
        if (await users.FindAsync(delivery.Target, ct) is not { } user || !NoticeTargets.Sees(user, delivery.TenantId, delivery.CampaignId))
        {
            return Failed("The user is no longer one who is told of this campaign.");
        }

        var notice = NoticeText.Of(delivery, options.ApiUrl);
        await mailer.SendAsync(new OutgoingMail($"dlv_{delivery.DeliveryId:n}", user.Email, notice.Subject, notice.Text), ct);
        return Delivered;
    }

    private async Task<DeliveryEnd> PostAsync(ClaimedDelivery delivery, CancellationToken ct)
    {
        if (await webhooks.FindAsync(delivery.TenantId, Ids.Parse(Ids.Webhook, delivery.Target), ct) is not { } webhook)
        {
            return Failed("The webhook was deleted.");
        }

        var (kind, body) = NoticeText.JsonOf(delivery);
        await sender.PostAsync(new WebhookRequest(new Uri(webhook.Webhook.Url), webhook.Secret, $"dlv_{delivery.DeliveryId:n}", kind, body), ct);
        return Delivered;
    }

    private static DeliveryEnd Delivered => new(DeliveryEnd.Delivered, null, null);

    private static DeliveryEnd Failed(string error) => new(DeliveryEnd.Failed, null, error);

    private DeliveryEnd Again(ClaimedDelivery delivery, string error) =>
        DeliveryRetry.PauseAfter(delivery.Attempt, RandomNumberGenerator.GetInt32(ChanceSteps) / (double)ChanceSteps) is { } pause
            ? new DeliveryEnd(DeliveryEnd.Pending, clock.GetUtcNow() + pause, error)
            : Failed(error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Delivery {Delivery} failed on the platform's own side.")]
    private partial void LogBroken(Guid delivery, Exception e);
}

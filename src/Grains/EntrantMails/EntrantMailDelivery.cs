using System;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Mail;
using PrizeDraw.Storage.Campaign.Claims;
using PrizeDraw.Storage.Campaign.EntrantMails;

namespace PrizeDraw.Grains.EntrantMails;

/// <summary>Makes one attempt at one mail. What it says of the campaign, and the link of a claim, are made now.</summary>
public sealed partial class EntrantMailDelivery(
    ICampaignQueries campaigns, ClaimTokens tokens, ClaimClock claims, IMailer mailer, TimeProvider clock, ILogger<EntrantMailDelivery> log)
{
    // Between 0 and 1 in steps of a millionth.
    private const int ChanceSteps = 1_000_000;

    /// <summary>Throws <see cref="OperationCanceledException"/> when told to stop; any other failure is how the attempt ended.</summary>
    public async Task<MailEnd> AttemptAsync(string tenantId, string campaignId, ClaimedMail mail, CancellationToken ct)
    {
        try
        {
            return await SendAsync(tenantId, campaignId, mail, ct);
        }
        catch (ProviderException e)
        {
            return e.Fault == ProviderFault.Rejected ? Failed(e.Message) : Again(mail, e.Message);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogBroken(mail.Id, e);
            return Again(mail, "The platform could not send the mail; its log says why.");
        }
    }

    private async Task<MailEnd> SendAsync(string tenantId, string campaignId, ClaimedMail mail, CancellationToken ct)
    {
        if (mail.Email is not { } address)
        {
            return Failed("The entrant's data has been erased: there is no address any more.");
        }

        if (await campaigns.FindAsync(Scope.Of(tenantId), campaignId, ct) is not { } campaign)
        {
            return Failed("The campaign is not there any more.");
        }

        var body = EntrantMailBody.Parse(mail.Body);
        string? link = null;
        if (EntrantMailKinds.AsksToClaim(mail.Kind))
        {
            if (campaign.SiteUrl is not { Length: > 0 } site)
            {
                return Again(mail, "The campaign has no site yet that the link could lead to.");
            }

            if (await TokenAsync(tenantId, campaignId, mail, body, ct) is not { } token)
            {
                return Failed("The prize has been claimed, or can't be any more: there is nothing to ask for.");
            }

            link = $"{site.TrimEnd('/')}/claim#{token}";
        }

        if (EntrantMailText.Of(mail, body, campaign, link) is not { } told)
        {
            return Again(mail, "The mail is of a kind that this version doesn't know.");
        }

        await mailer.SendAsync(new OutgoingMail($"etm_{mail.Id:n}", address, told.Subject, told.Text), ct);
        return new MailEnd(MailEnd.Sent, null, null);
    }

    /// <summary>Null when the claim is not open any more.</summary>
    private async Task<string?> TokenAsync(string tenantId, string campaignId, ClaimedMail mail, EntrantMailBody body, CancellationToken ct)
    {
        var draw = Ids.Parse(Ids.Draw, body.DrawId);
        var address = new ClaimAddress(tenantId, campaignId, Ids.Parse(Ids.Campaign, campaignId));
        return await claims.IsOpenAsync(address, draw, body.Position, clock.GetUtcNow(), ct) == false
            ? null
            : (await tokens.MakerAsync(tenantId, campaignId, ct)).TokenOf(draw, body.Position, mail.EntryId);
    }

    private static MailEnd Failed(string error) => new(MailEnd.Failed, null, error);

    private MailEnd Again(ClaimedMail mail, string error) =>
        DeliveryRetry.PauseAfter(mail.Attempt, RandomNumberGenerator.GetInt32(ChanceSteps) / (double)ChanceSteps) is { } pause
            ? new MailEnd(MailEnd.Pending, clock.GetUtcNow() + pause, error)
            : Failed(error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mail {Mail} failed on the platform's own side.")]
    private partial void LogBroken(Guid mail, Exception e);
}

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Storage.Campaign.EntrantMails;

namespace PrizeDraw.Grains.EntrantMails;

/// <summary>
/// Delivers a campaign's mails to entrants. Every claim is leased and skips what another activation holds, so that no two deliver the same at
/// once.
/// </summary>
[Reentrant, GrainType("entrant-mail")]
public sealed partial class EntrantMailGrain(
    EntrantMailStore store, EntrantMailDelivery delivery, IIncarnation incarnation, TimeProvider clock, ILogger<EntrantMailGrain> log)
    : DueWorkGrain(clock, log), IEntrantMailGrain
{
    private const string MailReminder = "mail";

    /// <summary>Mails under way at once.</summary>
    private const int AtOnceMax = 16;

    /// <summary>Longer than any attempt may take.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private string tenantId = "", campaignId = "";

    protected override string DueReminderName => MailReminder;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var ids = GrainKeys.Split(this.GetPrimaryKeyString());
        (tenantId, campaignId) = (ids[0], ids[1]);
        return Task.CompletedTask;
    }

    protected override Task<bool> MayWorkAsync(CancellationToken ct) => incarnation.IsConfirmedAsync(ct);

    protected override async Task WorkAsync(CancellationToken ct)
    {
        var now = Clock.GetUtcNow();
        var claimed = await store.ClaimAsync(tenantId, campaignId, now, now + Lease, AtOnceMax, ct);
        await Task.WhenAll(claimed.Select(mail => DeliverAsync(mail, ct)));
    }

    protected override Task<DateTimeOffset?> NextDueAsync(CancellationToken ct) => store.NextDueAsync(tenantId, campaignId, ct);

    /// <summary>One mail's failure, even to write how it ended, is no other's: its lease runs out and it is tried again.</summary>
    private async Task DeliverAsync(ClaimedMail mail, CancellationToken ct)
    {
        try
        {
            var end = await delivery.AttemptAsync(tenantId, campaignId, mail, ct);
            await store.EndAsync(tenantId, campaignId, mail, end, Clock.GetUtcNow(), CancellationToken.None);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogNotEnded(mail.Id, e);
        }
        catch (OperationCanceledException)
        {
            // The activation ends.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "How mail {Mail} ended could not be written; it will be sent again.")]
    private partial void LogNotEnded(Guid mail, Exception e);
}

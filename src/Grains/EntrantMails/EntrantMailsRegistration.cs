using System;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Claims;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Claims;
using PrizeDraw.Storage.Campaign.Draws;
using PrizeDraw.Storage.Campaign.EntrantMails;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.EntrantMails;

/// <summary>What mails to entrants need; the host brings the mailer.</summary>
internal static class EntrantMailsRegistration
{
    public static IServiceCollection AddEntrantMails(this IServiceCollection services) => services
        .AddSingleton<EntrantMailStore>().AddSingleton<ClaimTokens>().AddSingleton<ClosedCampaigns>().AddSingleton<EntrantMailDelivery>()
        .AddHostedService<EntrantMailSweep>();

    /// <summary>What the keeping of claims needs.</summary>
    public static IServiceCollection AddClaims(this IServiceCollection services) => services
        .AddSingleton<ClaimKeeper>().AddSingleton<ClaimTelling>().AddSingleton<ClaimClock>().AddSingleton<ClaimDesk>()
        .AddSingleton(p => new ClaimParts(
            p.GetRequiredService<ClaimKeeper>(), p.GetRequiredService<ClaimTelling>(), p.GetRequiredService<ClaimClock>(),
            p.GetRequiredService<ClaimDesk>(), p.GetRequiredService<DrawRecords>(), p.GetRequiredService<EntrantMailStore>(),
            p.GetRequiredService<ICampaignQueries>(), p.GetRequiredService<OutboxRelay>(), p.GetRequiredService<IIncarnation>(),
            p.GetRequiredService<TimeProvider>()));
}

using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Storage.Campaign.Claims;
using PrizeDraw.Storage.Campaign.EntrantMails;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.EntrantMails;

/// <summary>What mails to entrants need; the host brings the mailer.</summary>
internal static class EntrantMailsRegistration
{
    public static IServiceCollection AddEntrantMails(this IServiceCollection services) => services
        .AddSingleton<EntrantMailStore>().AddSingleton<ClaimTokens>().AddSingleton<ClosedCampaigns>().AddSingleton<EntrantMailDelivery>()
        .AddHostedService<EntrantMailSweep>();
}

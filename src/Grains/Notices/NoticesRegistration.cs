using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PrizeDraw.Providers.Webhooks;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Grains.Notices;

/// <summary>What the grains that tell people and systems need; the host brings the mailer.</summary>
internal static class NoticesRegistration
{
    public static IServiceCollection AddNotices(this IServiceCollection services)
    {
        services.TryAddSingleton(new WebhookOptions());
        services.TryAddSingleton<IWebhookSender, WebhookSender>();
        services.AddSingleton<NoticeDelivery>().AddSingleton<IDeliveryWake, DeliveryWake>();
        services.AddHostedService<RelaySweep>();
        return services;
    }
}

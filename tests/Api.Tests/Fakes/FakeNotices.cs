using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Notices;

namespace PrizeDraw.Api.Tests.Fakes;

internal sealed class FakeNotices(FakePlatform platform) : INoticeQueries, IWebhookQueries
{
    public Task<Page<NoticeView>> ListAsync(Scope scope, string campaignId, int limit, string? cursor, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(FakePlatform.PageOf(
            platform.Notices.Where(n => n.CampaignId == campaignId && FakePlatform.Covers(scope, platform.Campaigns[campaignId])).Reverse(), limit, cursor));
    }

    public Task<Page<WebhookView>> ListAsync(string tenantId, int limit, string? cursor, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(FakePlatform.PageOf(
            platform.Webhooks.Values.Where(known => known.TenantId == tenantId).Select(known => known.Webhook), limit, cursor));
    }
}

internal sealed class FakeWebhook(FakePlatform platform, string tenantId) : IWebhookGrain
{
    public Task<Result<WebhookWithSecret>> AddAsync(AddWebhook command)
    {
        platform.Command();
        if (!command.Url.StartsWith("https://", System.StringComparison.Ordinal))
        {
            return Task.FromResult<Result<WebhookWithSecret>>(new Refusal("webhook.invalid", "Give an address that begins with https://."));
        }

        var webhook = new WebhookView(command.WebhookId, command.Url, command.Events, platform.Clock.GetUtcNow());
        platform.Webhooks[webhook.Id] = (tenantId, webhook);
        return Task.FromResult<Result<WebhookWithSecret>>(new WebhookWithSecret(webhook, "whsec_fake"));
    }

    public Task<Result<bool>> RemoveAsync(RemoveWebhook command)
    {
        platform.Command();
        return Task.FromResult<Result<bool>>(
            platform.Webhooks.TryGetValue(command.WebhookId, out var known) && known.TenantId == tenantId
            && platform.Webhooks.TryRemove(command.WebhookId, out _)
                ? true
                : new Refusal("webhook.not_found", "There is no such webhook."));
    }
}

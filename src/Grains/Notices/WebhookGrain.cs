using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Domain.Tenants;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Providers.Webhooks;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Grains.Notices;

/// <inheritdoc cref="IWebhookGrain"/>
[GrainType("webhook")]
public sealed class WebhookGrain(WebhookStore store, WebhookOptions options) : Grain, IWebhookGrain
{
    // Once decided, a write is not cancelled because the caller left.
    public async Task<Result<WebhookWithSecret>> AddAsync(AddWebhook command)
    {
        if (WebhookRules.Judge(command.Url, command.Events, options.LoopbackAllowed) is { } error)
        {
            return Refusals.Of(error);
        }

        var (tenant, id) = (Ids.Parse(Ids.Tenant, this.GetPrimaryKeyString()), Ids.Parse(Ids.Webhook, command.WebhookId));
        var (outcome, webhook) = await store.AddAsync(tenant, id, command.Url, command.Events, command.Actor.Id, CancellationToken.None);
        return outcome switch
        {
            WebhookWrite.Done => webhook!,
            WebhookWrite.TooMany => Refusals.Of(new WebhooksAreTooMany()),
            WebhookWrite.NotFound or _ => Refusals.Of(new TenantIsNotThere()),
        };
    }

    public async Task<Result<bool>> RemoveAsync(RemoveWebhook command)
    {
        var tenant = Ids.Parse(Ids.Tenant, this.GetPrimaryKeyString());
        return Ids.TryParse(Ids.Webhook, command.WebhookId, out var id)
            && await store.RemoveAsync(tenant, id, command.Actor.Id, CancellationToken.None) == WebhookWrite.Done
            ? true
            : Refusals.Of(new WebhookIsNotThere());
    }
}

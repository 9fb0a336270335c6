using System.Collections.Immutable;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Api.Tenants;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Notices;

namespace PrizeDraw.Api.Webhooks;

/// <summary>Webhooks tell of all of a tenant's campaigns, so that whoever is narrowed to some of them has nothing to do with them.</summary>
internal static class WebhookEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        var webhooks = v1.MapGroup("/tenants/{id}/webhooks").WithTags("Webhooks");
        webhooks.MapPost("", CreateAsync)
            .Describe("createWebhook", "Post the tenant's notices to an address; the secret that signs them is answered this once.")
            .For(Access.Manager).Answers<CreatedWebhookAnswer>(201).Fails("webhook.invalid", "webhook.too_many");
        webhooks.MapGet("", ListAsync).Describe("listWebhooks", "List the tenant's webhooks, newest first, without their secrets.")
            .For(Access.Manager).Answers<PageAnswer<WebhookAnswer>>(200);
        webhooks.MapDelete("/{webhook}", DeleteAsync).Describe("deleteWebhook", "Delete a webhook; what was still to be posted to it isn't.")
            .For(Access.Manager).Answers(204).Fails("webhook.not_found");
    }

    private static async Task<IResult> CreateAsync(
        TheTenant tenant, Body<WebhookCreation> body, Creation creation, Caller caller, IGrainFactory grains) =>
        IsNarrowed(caller) ? new Problem(ErrorCodes.Forbidden) : await creation.OnceAsync(
            body,
            async uuid =>
            {
                var id = Ids.Format(Ids.Webhook, uuid);
                var result = await grains.GetGrain<IWebhookGrain>(tenant.Value.Id).AddAsync(
                    new AddWebhook(caller.Actor, id, body.Value.Url, [.. body.Value.Events ?? []]));
                return result.Then(made => Answer.Created($"/v1/tenants/{tenant.Value.Id}/webhooks/{id}", CreatedWebhookAnswer.From(made)));
            },
            WithoutSecret);

    private static async Task<IResult> ListAsync(TheTenant tenant, Paging paging, Caller caller, IWebhookQueries webhooks, CancellationToken ct) =>
        IsNarrowed(caller)
            ? new Problem(ErrorCodes.Forbidden)
            : Answer.Ok(paging.Answer(await webhooks.ListAsync(tenant.Value.Id, paging.Limit, paging.Cursor, ct), WebhookAnswer.From));

    private static async Task<IResult> DeleteAsync(TheTenant tenant, string webhook, Caller caller, IGrainFactory grains) =>
        IsNarrowed(caller)
            ? new Problem(ErrorCodes.Forbidden)
            : (await grains.GetGrain<IWebhookGrain>(tenant.Value.Id).RemoveAsync(new RemoveWebhook(caller.Actor, webhook))).Then(_ => TypedResults.NoContent());

    private static bool IsNarrowed(Caller caller) => !caller.IsSuperAdmin && !caller.Scope.CampaignIds.IsEmpty;

    // The secret is told once: what is remembered for a repeated request goes without it.
    private static Answer WithoutSecret(Answer answer)
    {
        var told = JsonSerializer.Deserialize<CreatedWebhookAnswer>(answer.Stored.Body, WireJson.Options)!;
        return new Answer(answer.Stored with { Body = JsonSerializer.Serialize(told with { Secret = null }, WireJson.Options) });
    }
}

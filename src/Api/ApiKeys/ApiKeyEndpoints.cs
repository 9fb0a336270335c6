using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Api.Tenants;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.ApiKeys;

namespace PrizeDraw.Api.ApiKeys;

/// <summary>A new API key of a tenant.</summary>
[Example("""{"name":"Tills in Leeds","scopes":["coupons:redeem"]}""")]
public sealed record ApiKeyCreation
{
    /// <summary>Says whose machines use it.</summary>
    [StringLength(200, MinimumLength = 1)] public required string Name { get; init; }

    /// <summary>What the key may do: coupons:redeem.</summary>
    [MinLength(1), MaxLength(10), ItemLength(1, 50)] public required IReadOnlyList<string> Scopes { get; init; }
}

/// <summary>An API key.</summary>
/// <param name="Id">The key's id; not the secret.</param>
/// <param name="Name">Says whose machines use it.</param>
/// <param name="Scopes">What the key may do.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Secret">Goes into the header Authorization: Bearer. Told once, when the key is created; null ever after.</param>
[Example("""
    {"id":"key_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","name":"Tills in Leeds","scopes":["coupons:redeem"],"createdAt":"2026-11-20T09:00:00Z",
     "secret":"pk_mK4c0Yd1n0dO7wq9pXj0b4l5m1u2v3w4x5y6z7A8B9C"}
    """)]
public sealed record ApiKeyAnswer(string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, string? Secret)
{
    internal static ApiKeyAnswer From(ApiKeyView view, string? secret) => new(view.Id, view.Name, view.Scopes, view.CreatedAt, secret);
}

/// <summary>The API key that the path names with its tenant, if the caller sees it; else it is not there.</summary>
public sealed class TheApiKey : IBound
{
    private readonly ApiKeyView? _value;

    private TheApiKey(ApiKeyView? value, Problem? problem) => (_value, Problem) = (value, problem);

    public ApiKeyView Value => _value ?? throw new InvalidOperationException("The API key is not there.");

    public Problem? Problem { get; }

    public static async ValueTask<TheApiKey> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var tenant = await TheTenant.BindAsync(context, parameter);
        if (tenant.Problem is { } problem)
        {
            return new TheApiKey(null, problem);
        }

        var found = await context.RequestServices.GetRequiredService<IApiKeyQueries>().FindAsync(
            Caller.Of(context).Scope, tenant.Value.Id, context.Request.RouteValues["key"] as string ?? "", context.RequestAborted);
        return new TheApiKey(found, found is null ? new Problem("api_key.not_found") : null);
    }
}

internal static class ApiKeyEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        var keys = v1.MapGroup("/tenants/{id}/api-keys").WithTags("API keys");
        keys.MapPost("", CreateAsync).Describe("createApiKey", "Add a credential for machines; its secret is told once.").For(Access.Manager)
            .Answers<ApiKeyAnswer>(201).Fails("api_key.invalid", "api_key.not_found");
        keys.MapGet("", ListAsync).Describe("listApiKeys", "List a tenant's API keys.").For(Access.Manager).Answers<PageAnswer<ApiKeyAnswer>>(200);
        keys.MapDelete("/{key}", RevokeAsync).Describe("revokeApiKey", "End an API key, at once and for good.").For(Access.Manager).Answers(204);
    }

    private static async Task<IResult> CreateAsync(TheTenant tenant, Body<ApiKeyCreation> body, Creation creation, Caller caller, IGrainFactory grains)
    {
        if (!caller.Scope.CampaignIds.IsEmpty)
        {
            return new Problem(ErrorCodes.Forbidden, "An API key covers all campaigns of the client, and you see some of them only.");
        }

        var secret = ApiKeySignIn.NewSecret();
        return await creation.OnceAsync(
            body,
            async uuid =>
            {
                var command = new CreateApiKey(caller.Actor, body.Value.Name, [.. body.Value.Scopes], ApiKeySignIn.HashOf(secret));
                var grain = grains.GetGrain<IApiKeyGrain>(GrainKeys.ApiKey(tenant.Value.Id, Ids.Format(Ids.ApiKey, uuid)));
                return (await grain.CreateAsync(command)).Then(key => Created(tenant.Value.Id, ApiKeyAnswer.From(key, secret)));
            },
            // Remembered without its secret: that is told to whoever asked first, and stored nowhere.
            answer => new Answer(answer.Stored with { Body = answer.Stored.Body.Replace($"\"{secret}\"", "null", StringComparison.Ordinal) }));
    }

    private static async Task<IResult> ListAsync(TheTenant tenant, Paging paging, Caller caller, IApiKeyQueries keys, CancellationToken ct) =>
        Answer.Ok(paging.Answer(
            await keys.ListAsync(caller.Scope, tenant.Value.Id, paging.Limit, paging.Cursor, ct), key => ApiKeyAnswer.From(key, null)));

    private static async Task<IResult> RevokeAsync(TheApiKey found, Caller caller, IGrainFactory grains)
    {
        var grain = grains.GetGrain<IApiKeyGrain>(GrainKeys.ApiKey(found.Value.TenantId, found.Value.Id));
        return (await grain.RevokeAsync(new RevokeApiKey(caller.Actor))).Then(_ => TypedResults.NoContent());
    }

    private static Answer Created(string tenantId, ApiKeyAnswer key) => Answer.Created($"/v1/tenants/{tenantId}/api-keys/{key.Id}", key);
}

using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.ApiKeys;

/// <summary>
/// Owns one API key of a tenant: a credential for machines. Key: <see cref="GrainKeys.ApiKey"/>. Refusals: <c>api_key.not_found</c>,
/// <c>api_key.invalid</c> (errors by field).
/// </summary>
[Alias("api-key-grain")]
public interface IApiKeyGrain : IGrainWithStringKey
{
    /// <summary>Creates the key. Repeated it replaces the secret: the attempt before never got as far as telling one.</summary>
    [Alias("create")] Task<Result<ApiKeyView>> CreateAsync(CreateApiKey command);

    /// <summary>Ends the key, at once and for good.</summary>
    [Alias("revoke")] Task<Result<bool>> RevokeAsync(RevokeApiKey command);
}

/// <param name="SecretHash">SHA-256 of the secret, lower-case hex; the secret itself never travels.</param>
[GenerateSerializer, Alias("create-api-key")]
public sealed record CreateApiKey(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] string Name,
    [property: Id(2)] ImmutableArray<string> Scopes,
    [property: Id(3)] string SecretHash);

[GenerateSerializer, Alias("revoke-api-key")]
public sealed record RevokeApiKey([property: Id(0)] Actor Actor);

[GenerateSerializer, Alias("api-key-view")]
public sealed record ApiKeyView(
    [property: Id(0)] string Id,
    [property: Id(1)] string TenantId,
    [property: Id(2)] string Name,
    [property: Id(3)] ImmutableArray<string> Scopes,
    [property: Id(4)] DateTimeOffset CreatedAt);

/// <summary>What an API key may do.</summary>
public static class ApiKeyScopes
{
    /// <summary>Redeem the tenant's coupons.</summary>
    public const string RedeemCoupons = "coupons:redeem";
}

public interface IApiKeyQueries
{
    /// <summary>The tenant's keys that have not been revoked, newest first.</summary>
    Task<Page<ApiKeyView>> ListAsync(Scope scope, string tenantId, int limit, string? cursor, CancellationToken ct);

    /// <summary>Null when it is not there, revoked, or not this scope's.</summary>
    Task<ApiKeyView?> FindAsync(Scope scope, string tenantId, string keyId, CancellationToken ct);

    /// <summary>The key that is in force and has a secret of this hash, whatever its tenant: for signing a request in.</summary>
    Task<ApiKeyView?> FindBySecretAsync(string secretHash, CancellationToken ct);
}

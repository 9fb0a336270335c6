using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Grains.Abstractions.ApiKeys;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Api.Identity;

/// <summary>What an API key needs to be allowed for this endpoint. Endpoints without it know no API keys.</summary>
internal sealed record KeyScope(string Name);

/// <summary>Signs machines in by the secret of an API key, <c>Authorization: Bearer pk_…</c>.</summary>
internal static class ApiKeySignIn
{
    public const string Prefix = "pk_";

    /// <summary>The role of a machine; no role of people.</summary>
    private const string Machine = "api_key", MachineWithoutScope = "api_key_without_scope";

    /// <summary>People of this role or a higher one, and API keys with this scope.</summary>
    public static TBuilder ForKeys<TBuilder>(this TBuilder endpoint, Access access, string scope) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(access).WithMetadata(new KeyScope(scope)).RequireAuthorization(
            new AuthorizationPolicyBuilder(SessionAuthentication.SchemeName).RequireRole(access.Allowed.Append(Machine)).Build());

    /// <summary>A new secret: 256 random bits, told once.</summary>
    public static string NewSecret() => Prefix + WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is stored of a secret. Unlike a password's, its hash needs no salt and no work: nobody can try 2^256.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>The machine behind a secret, or null.</summary>
    public static async Task<Caller?> CallerOfAsync(HttpContext context, KeyScope scope, string secret)
    {
        var key = await context.RequestServices.GetRequiredService<IApiKeyQueries>().FindBySecretAsync(HashOf(secret), context.RequestAborted);
        return key is null
            ? null
            : new Caller(
                new PlatformUser
                {
                    Id = key.Id, Email = "", NormalizedEmail = "", Role = key.Scopes.Contains(scope.Name) ? Machine : MachineWithoutScope,
                    TenantIds = [key.TenantId],
                },
                SessionId: "");
    }
}

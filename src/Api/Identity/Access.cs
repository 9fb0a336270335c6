using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Api.Identity;

/// <summary>
/// The least role that an endpoint for people asks for. It stands on the endpoint itself; which tenant's things the role
/// reaches is decided where they are looked up (<c>Located</c>).
/// </summary>
public sealed record Access(string LeastRole)
{
    private static readonly string[] Ascending = [Roles.ReadOnly, Roles.CampaignManager, Roles.SuperAdmin];

    public static readonly Access ReadOnly = new(Roles.ReadOnly), Manager = new(Roles.CampaignManager), SuperAdmin = new(Roles.SuperAdmin);

    /// <summary>The roles that may pass.</summary>
    public IEnumerable<string> Allowed => Ascending.SkipWhile(role => role != LeastRole);

    public bool Admits(string role) => Allowed.Contains(role, StringComparer.Ordinal);
}

internal static class AccessConventions
{
    /// <summary>Signed-in people of this role or a higher one.</summary>
    public static TBuilder For<TBuilder>(this TBuilder endpoint, Access access) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(access).RequireAuthorization(
            new AuthorizationPolicyBuilder(SessionAuthentication.SchemeName).RequireRole(access.Allowed).Build());

    public static TBuilder WithMetadata<TBuilder>(this TBuilder endpoint, object item) where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(item));
        return endpoint;
    }
}

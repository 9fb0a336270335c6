using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Provisioning;

/// <summary>
/// Owns a tenant's accounts at cloud providers, or the platform's own. Key: the tenant's id, <see cref="GrainKeys.Platform"/> for the
/// platform. Refusals: <c>provider.invalid</c>, <c>provider.not_found</c>, <c>provider.in_use</c> for what would leave behind what campaigns have there.
/// </summary>
[Alias("provider-accounts-grain")]
public interface IProviderAccountsGrain : IGrainWithStringKey
{
    /// <summary>Sets or replaces the account. Deployments that wait for a credential find it at their next attempt; what was made stays in its account.</summary>
    [Alias("set")] Task<Result<ProviderAccountView>> SetAsync(SetProviderAccount command);

    /// <summary>Forgets the account and its token, once no campaign has anything there.</summary>
    [Alias("remove")] Task<Result<bool>> RemoveAsync(RemoveProviderAccount command);
}

/// <param name="Token">The token, or a GitHub App's private key as PEM; null keeps the one that is stored.</param>
[GenerateSerializer, Alias("set-provider-account")]
public sealed record SetProviderAccount(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] string Provider,
    [property: Id(2)] string? Token,
    [property: Id(3)] ProviderSettings Settings)
{
    public override string ToString() => $"{Provider} set by {Actor.Id}";
}

[GenerateSerializer, Alias("remove-provider-account")]
public sealed record RemoveProviderAccount([property: Id(0)] Actor Actor, [property: Id(1)] string Provider);

/// <summary>What is not secret of an account; what a provider has no use for is null.</summary>
/// <param name="Organization">Supabase: slug of the organization that pays for the projects.</param>
/// <param name="Region">Supabase: a region, or americas, emea or apac.</param>
/// <param name="InstanceSize">Supabase: size of the machine; null for what the plan gives.</param>
/// <param name="Owner">GitHub: user or organization that repositories are made for.</param>
/// <param name="Template">GitHub: owner/name of the template repository.</param>
/// <param name="Team">Vercel: id of the team; null for a personal account.</param>
[GenerateSerializer, Alias("provider-settings")]
public sealed record ProviderSettings(
    [property: Id(0)] string? Organization,
    [property: Id(1)] string? Region,
    [property: Id(2)] string? InstanceSize,
    [property: Id(3)] string? Owner,
    [property: Id(4)] string? Template,
    [property: Id(5)] string? Team)
{
    /// <summary>GitHub: id or client id of the app whose installation calls are made as; null for a token.</summary>
    [Id(6)] public string? App { get; init; }

    /// <summary>GitHub: number of the app's installation at the owner; with <see cref="App"/> alone.</summary>
    [Id(7)] public string? Installation { get; init; }
}

/// <param name="IsPlatforms">Whether it is the platform's, which a tenant without an account of its own uses.</param>
[GenerateSerializer, Alias("provider-account-view")]
public sealed record ProviderAccountView(
    [property: Id(0)] string Provider,
    [property: Id(1)] ProviderSettings Settings,
    [property: Id(2)] DateTimeOffset UpdatedAt,
    [property: Id(3)] bool IsPlatforms);

public interface IProviderAccountQueries
{
    /// <summary>The accounts that a tenant's campaigns are made with, by provider; null for the platform's own.</summary>
    Task<ImmutableArray<ProviderAccountView>> ListAsync(string? tenantId, CancellationToken ct);
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Linq;
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
using PrizeDraw.Grains.Abstractions.Provisioning;

namespace PrizeDraw.Api.Provisioning;

/// <summary>An account at a cloud provider, which campaigns' parts are made with. What a provider has no use for is left out.</summary>
[Example("""{"token":"…","organization":"acme","region":"eu-west-2"}""")]
public sealed record ProviderAccountFields
{
    /// <summary>The provider's token, or a GitHub App's private key as PEM; kept encrypted and never told again. Left out, the one that is stored is kept.</summary>
    [StringLength(4000, MinimumLength = 1)] public string? Token { get; init; }

    /// <summary>Supabase: slug of the organization that pays for the projects.</summary>
    [StringLength(100, MinimumLength = 1)] public string? Organization { get; init; }

    /// <summary>Supabase: where the data is: a region such as eu-west-2, or americas, emea or apac; default emea.</summary>
    [StringLength(100, MinimumLength = 1)] public string? Region { get; init; }

    /// <summary>Supabase: size of the machine, such as micro; default what the plan gives.</summary>
    [StringLength(100, MinimumLength = 1)] public string? InstanceSize { get; init; }

    /// <summary>GitHub: user or organization that repositories are made for.</summary>
    [StringLength(100, MinimumLength = 1)] public string? Owner { get; init; }

    /// <summary>GitHub: the template repository, as owner/name.</summary>
    [StringLength(201, MinimumLength = 3)] public string? Template { get; init; }

    /// <summary>GitHub: id or client id of a GitHub App whose installation is used instead of a token; then token is the app's private key.</summary>
    [StringLength(100, MinimumLength = 1)] public string? App { get; init; }

    /// <summary>GitHub: number of the app's installation at the owner; with app alone.</summary>
    [StringLength(18, MinimumLength = 1)] public string? Installation { get; init; }

    /// <summary>Vercel: id of the team; default the token's personal account.</summary>
    [StringLength(100, MinimumLength = 1)] public string? Team { get; init; }

    internal ProviderSettings ToSettings() => new(Organization, Region, InstanceSize, Owner, Template, Team) { App = App, Installation = Installation };
}

/// <summary>An account at a cloud provider, without its token.</summary>
/// <param name="Provider">supabase, github or vercel.</param>
/// <param name="IsPlatforms">Whether it is the platform's, which a client without an account of its own uses.</param>
/// <param name="UpdatedAt">When it was last set.</param>
/// <param name="Settings">What is not secret of it.</param>
[Example("""{"provider":"supabase","isPlatforms":false,"updatedAt":"2026-11-20T09:00:00Z","settings":{"organization":"acme","region":"eu-west-2","instanceSize":null,"owner":null,"template":null,"team":null,"app":null,"installation":null}}""")]
public sealed record ProviderAccountAnswer(string Provider, bool IsPlatforms, DateTimeOffset UpdatedAt, ProviderSettings Settings)
{
    internal static ProviderAccountAnswer From(ProviderAccountView view) => new(view.Provider, view.IsPlatforms, view.UpdatedAt, view.Settings);
}

/// <summary>Accounts at cloud providers, at most one at each.</summary>
/// <param name="Items">By provider.</param>
public sealed record ProviderAccountsAnswer(IReadOnlyList<ProviderAccountAnswer> Items);

/// <summary>Other people's accounts and money: the platform's administrators alone set them.</summary>
internal static class ProviderAccountEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        var own = v1.MapGroup("/tenants/{id}/providers").WithTags("Providers");
        own.MapGet("", ListAsync).Describe("listProviderAccounts", "List the accounts that a client's campaigns are made with: its own, else the platform's.")
            .For(Access.Manager).Answers<ProviderAccountsAnswer>(200);
        own.MapPut("/{provider}", SetAsync)
            .Describe("setProviderAccount", "Set a client's own account at supabase, github or vercel. Campaigns that are made already stay where they are.")
            .For(Access.SuperAdmin).Answers<ProviderAccountAnswer>(200).Fails("provider.in_use", "provider.invalid", "provider.not_found");
        own.MapDelete("/{provider}", RemoveAsync).Describe("removeProviderAccount", "Forget a client's own account, once no campaign has anything there.")
            .For(Access.SuperAdmin).Answers(204).Fails("provider.in_use", "provider.not_found");
        own.MapPost("/{provider}/check", CheckAsync)
            .Describe("checkProviderAccount", "Ask a provider what is in the way of using a client's account; changes nothing.")
            .For(Access.Manager).Answers<ProviderChecksAnswer>(200).Fails("provider.not_found");
        var platform = v1.MapGroup("/providers").WithTags("Providers");
        platform.MapGet("", ListPlatformAsync).Describe("listPlatformProviderAccounts", "List the platform's own accounts.")
            .For(Access.SuperAdmin).Answers<ProviderAccountsAnswer>(200);
        platform.MapPut("/{provider}", SetPlatformAsync)
            .Describe("setPlatformProviderAccount", "Set the account that clients without one of their own use.")
            .For(Access.SuperAdmin).Answers<ProviderAccountAnswer>(200).Fails("provider.in_use", "provider.invalid", "provider.not_found");
        platform.MapDelete("/{provider}", RemovePlatformAsync)
            .Describe("removePlatformProviderAccount", "Forget the platform's account, once no campaign has anything there.")
            .For(Access.SuperAdmin).Answers(204).Fails("provider.in_use", "provider.not_found");
        platform.MapPost("/{provider}/check", CheckPlatformAsync)
            .Describe("checkPlatformProviderAccount", "Ask a provider, or local for this machine, what is in the way of using it; changes nothing.")
            .For(Access.SuperAdmin).Answers<ProviderChecksAnswer>(200).Fails("provider.not_found");
    }

    private static async Task<IResult> ListAsync(TheTenant tenant, IProviderAccountQueries accounts, CancellationToken ct) =>
        AnswerOf(await accounts.ListAsync(tenant.Value.Id, ct));

    private static async Task<IResult> ListPlatformAsync(IProviderAccountQueries accounts, CancellationToken ct) => AnswerOf(await accounts.ListAsync(null, ct));

    private static Task<IResult> SetAsync(TheTenant tenant, string provider, Body<ProviderAccountFields> body, Caller caller, IGrainFactory grains) =>
        SetForAsync(tenant.Value.Id, provider, body.Value, caller, grains);

    private static Task<IResult> SetPlatformAsync(string provider, Body<ProviderAccountFields> body, Caller caller, IGrainFactory grains) =>
        SetForAsync(GrainKeys.Platform, provider, body.Value, caller, grains);

    private static Task<IResult> RemoveAsync(TheTenant tenant, string provider, Caller caller, IGrainFactory grains) =>
        RemoveForAsync(tenant.Value.Id, provider, caller, grains);

    private static Task<IResult> RemovePlatformAsync(string provider, Caller caller, IGrainFactory grains) =>
        RemoveForAsync(GrainKeys.Platform, provider, caller, grains);

    private static async Task<IResult> SetForAsync(string owner, string provider, ProviderAccountFields fields, Caller caller, IGrainFactory grains) =>
        (await grains.GetGrain<IProviderAccountsGrain>(owner).SetAsync(new SetProviderAccount(caller.Actor, provider, fields.Token, fields.ToSettings())))
        .Then(set => Answer.Ok(ProviderAccountAnswer.From(set)));

    private static async Task<IResult> RemoveForAsync(string owner, string provider, Caller caller, IGrainFactory grains) =>
        (await grains.GetGrain<IProviderAccountsGrain>(owner).RemoveAsync(new RemoveProviderAccount(caller.Actor, provider)))
        .Then(_ => TypedResults.NoContent());

    private static async Task<IResult> CheckAsync(TheTenant tenant, string provider, IProviderChecks checks, CancellationToken ct) =>
        AnswerOf(await checks.OfAccountAsync(tenant.Value.Id, provider, ct));

    private static async Task<IResult> CheckPlatformAsync(string provider, IProviderChecks checks, CancellationToken ct) =>
        AnswerOf(await checks.OfAccountAsync(null, provider, ct));

    private static IResult AnswerOf(ImmutableArray<ProviderCheck>? checks) =>
        checks is { } all ? Answer.Ok(ProviderChecksAnswer.From(all)) : new Problem("provider.not_found");

    private static IResult AnswerOf(IEnumerable<ProviderAccountView> accounts) =>
        Answer.Ok(new ProviderAccountsAnswer([.. accounts.Select(ProviderAccountAnswer.From)]));
}

using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Throttling;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Api.Identity;

/// <summary>E-mail address and password.</summary>
[Example("""{"email":"admin@example.com","password":"correct horse battery staple"}""")]
public sealed record Login
{
    /// <summary>The account's e-mail address.</summary>
    [StringLength(254, MinimumLength = 3)] public required string Email { get; init; }

    /// <summary>The account's password.</summary>
    [StringLength(200, MinimumLength = 1)] public required string Password { get; init; }
}

/// <summary>A refresh token, good for one use.</summary>
[Example("""{"refreshToken":"mK4c0Yd1n0dO7wq9pXj0b4l5m1u2v3w4x5y6z7A8B9C"}""")]
public sealed record Refresh
{
    /// <summary>The newest refresh token of the session.</summary>
    [StringLength(200, MinimumLength = 20)] public required string RefreshToken { get; init; }
}

/// <summary>A change of one's own password.</summary>
[Example("""{"currentPassword":"correct horse battery staple","newPassword":"a much better one"}""")]
public sealed record PasswordChange
{
    /// <summary>The password until now.</summary>
    [StringLength(200, MinimumLength = 1)] public required string CurrentPassword { get; init; }

    /// <summary>The new password, 12 to 200 characters.</summary>
    [StringLength(200, MinimumLength = 12)] public required string NewPassword { get; init; }
}

/// <summary>A session's tokens.</summary>
/// <param name="AccessToken">Goes into the header Authorization: Bearer.</param>
/// <param name="ExpiresAt">When the access token ends; refresh before.</param>
/// <param name="RefreshToken">Good for one refresh; using it twice ends the session.</param>
/// <param name="User">Who is signed in.</param>
public sealed record SignedIn(string AccessToken, DateTimeOffset ExpiresAt, string RefreshToken, SignedInUser User);

/// <summary>Who is signed in, and what they reach.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Email">The user's e-mail address.</param>
/// <param name="Role">super_admin, campaign_manager or read_only.</param>
/// <param name="TenantIds">The tenants that the user sees; a super_admin sees all of them.</param>
/// <param name="CampaignIds">When not empty, the user sees only these campaigns.</param>
public sealed record SignedInUser(string Id, string Email, string Role, IReadOnlyList<string> TenantIds, IReadOnlyList<string> CampaignIds)
{
    internal static SignedInUser From(PlatformUser user) => new(user.Id, user.Email, user.Role, user.TenantIds, user.CampaignIds);
}

internal static class AuthEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        var auth = v1.MapGroup("/auth").WithTags("Identity");
        auth.MapPost("/login", LoginAsync).Describe("login", "Sign in with e-mail address and password.")
            .LimitedByAddress().Answers<SignedIn>(200).Fails(ErrorCodes.AuthFailed);
        auth.MapPost("/refresh", RefreshAsync).Describe("refresh", "Exchange a refresh token for new tokens.")
            .LimitedByAddress().Answers<SignedIn>(200).Fails(ErrorCodes.AuthFailed);
        auth.MapPost("/logout", LogoutAsync).Describe("logout", "End this session.").For(Access.ReadOnly).Answers(204);
        auth.MapPost("/password", ChangePasswordAsync)
            .Describe("changePassword", "Change one's own password; every session of the user ends.")
            .For(Access.ReadOnly).LimitedByAddress().Answers(204).Fails(ErrorCodes.AuthFailed, "user.not_found", "user.invalid");
        auth.MapGet("/me", (Caller caller) => Answer.Ok(SignedInUser.From(caller.User)))
            .Describe("me", "Who is signed in.").For(Access.ReadOnly).Answers<SignedInUser>(200);
    }

    private static async Task<IResult> LoginAsync(Body<Login> body, SignIn signIn, CancellationToken ct) =>
        Tokens(await signIn.WithPasswordAsync(body.Value.Email, body.Value.Password, ct),
            "The e-mail address or the password is wrong, or the account is locked for five minutes after five wrong passwords.");

    private static async Task<IResult> RefreshAsync(Body<Refresh> body, SignIn signIn, CancellationToken ct) =>
        Tokens(await signIn.WithRefreshTokenAsync(body.Value.RefreshToken, ct), "The refresh token is not valid any more: sign in again.");

    private static async Task<IResult> LogoutAsync(Caller caller, ISessions sessions, CancellationToken ct)
    {
        await sessions.CloseAsync(caller.SessionId, ct);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ChangePasswordAsync(
        Body<PasswordChange> body, Caller caller, SignIn signIn, UserManager<PlatformUser> users, IPasswordHasher<PlatformUser> hasher,
        IGrainFactory grains)
    {
        // The session's copy of the user need not hold the hash.
        if (await users.FindByNameAsync(caller.User.Email) is not { } user || !await signIn.VerifyAsync(user, body.Value.CurrentPassword))
        {
            return new Problem(ErrorCodes.AuthFailed, "The current password is wrong, or the account is locked for five minutes.");
        }

        var hash = hasher.HashPassword(user, body.Value.NewPassword);
        var result = await grains.GetGrain<IUserGrain>(user.Id).SetPasswordAsync(new SetPassword(caller.Actor, hash));
        return result.Then(_ => TypedResults.NoContent());
    }

    private static IResult Tokens(SignedIn? signedIn, string otherwise) =>
        signedIn is null ? new Problem(ErrorCodes.AuthFailed, otherwise) : Answer.Ok(signedIn);
}

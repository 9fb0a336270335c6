using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Identity;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Api.Identity;

/// <summary>Opens, renews and ends sessions. Who can't sign in isn't told why: not by the answer, and not by its time.</summary>
public sealed class SignIn(UserManager<PlatformUser> users, IPasswordHasher<PlatformUser> hasher, ISessions sessions, AccessTokens tokens,
    TimeProvider clock, ApiOptions options)
{
    private static readonly PlatformUser Nobody = new() { Id = "nobody", Email = "", NormalizedEmail = "", Role = "" };
    private static readonly Lock HashingNobody = new();
    private static string? s_nobodysHash;

    /// <summary>A new session, or null: unknown, wrong, locked and disabled are the same to the caller.</summary>
    public async Task<SignedIn?> WithPasswordAsync(string email, string password, CancellationToken ct)
    {
        var user = await users.FindByNameAsync(email);
        if (user is null || !await VerifyAsync(user, password))
        {
            if (user is null)
            {
                hasher.VerifyHashedPassword(Nobody, NobodysHash(), password);
            }

            return null;
        }

        var refresh = AccessTokens.NewRefreshToken();
        var session = await sessions.OpenAsync(
            user.Id, AccessTokens.HashOf(refresh), clock.GetUtcNow() + options.SessionLifetime, ct);
        return Tell(session, refresh, user);
    }

    /// <summary>Another pair of tokens for a refresh token that was never used before, or null.</summary>
    public async Task<SignedIn?> WithRefreshTokenAsync(string refreshToken, CancellationToken ct)
    {
        var next = AccessTokens.NewRefreshToken();
        var rotated = await sessions.RotateAsync(
            AccessTokens.HashOf(refreshToken), AccessTokens.HashOf(next), clock.GetUtcNow(), ct);
        return rotated is { User.Disabled: false } found ? Tell(found.SessionId, next, found.User) : null;
    }

    /// <summary>Whether this is the password of the user; a wrong one counts towards the lock, which a right one doesn't open.</summary>
    public async Task<bool> VerifyAsync(PlatformUser user, string password)
    {
        var locked = await users.IsLockedOutAsync(user);
        // The hash is always computed, so that a locked or disabled account takes as long to refuse as an open one.
        var right = user.PasswordHash is { } hash
            && hasher.VerifyHashedPassword(user, hash, password) != PasswordVerificationResult.Failed;
        if (locked || user.Disabled)
        {
            return false;
        }

        await (right ? ResetAsync(user) : users.AccessFailedAsync(user));
        return right;
    }

    private async Task<IdentityResult> ResetAsync(PlatformUser user) =>
        user.AccessFailedCount == 0 ? IdentityResult.Success : await users.ResetAccessFailedCountAsync(user);

    private SignedIn Tell(string sessionId, string refreshToken, PlatformUser user)
    {
        var (access, expiresAt) = tokens.Issue(sessionId);
        return new SignedIn(access, expiresAt, refreshToken, SignedInUser.From(user));
    }

    private string NobodysHash()
    {
        lock (HashingNobody)
        {
            return s_nobodysHash ??= hasher.HashPassword(Nobody, "nobody's password");
        }
    }
}

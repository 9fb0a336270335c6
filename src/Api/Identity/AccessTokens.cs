using System;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace PrizeDraw.Api.Identity;

/// <summary>
/// Access tokens name a session and when they end, sealed with Data Protection: opaque to clients, worthless once the session has
/// ended. Refresh tokens are 32 random bytes; only their hash is stored.
/// </summary>
public sealed class AccessTokens(IDataProtectionProvider protection, TimeProvider clock, ApiOptions options)
{
    private readonly ExpiringSeal _seal = new(protection, "PrizeDraw.AccessToken.v1", clock);

    /// <summary>A new access token and when it ends.</summary>
    public (string Token, DateTimeOffset ExpiresAt) Issue(string sessionId) => _seal.Close(sessionId, options.AccessTokenLifetime);

    /// <summary>The session that a token names, or null when it is not one of ours or has ended.</summary>
    public string? SessionOf(string token) => _seal.Open(token);

    public static string NewRefreshToken() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string refreshToken) => SHA256.HashData(Encoding.UTF8.GetBytes(refreshToken));
}

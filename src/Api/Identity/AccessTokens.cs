using System;
using System.Buffers.Binary;
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
    private readonly IDataProtector _seal = protection.CreateProtector("PrizeDraw.AccessToken.v1");

    /// <summary>A new access token and when it ends.</summary>
    public (string Token, DateTimeOffset ExpiresAt) Issue(string sessionId)
    {
        var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds((clock.GetUtcNow() + options.AccessTokenLifetime).ToUnixTimeMilliseconds());
        var payload = new byte[8 + Encoding.UTF8.GetByteCount(sessionId)];
        BinaryPrimitives.WriteInt64BigEndian(payload, expiresAt.ToUnixTimeMilliseconds());
        Encoding.UTF8.GetBytes(sessionId, payload.AsSpan(8));
        return (WebEncoders.Base64UrlEncode(_seal.Protect(payload)), expiresAt);
    }

    /// <summary>The session that a token names, or null when it is not one of ours or has ended.</summary>
    public string? SessionOf(string token)
    {
        try
        {
            var payload = _seal.Unprotect(WebEncoders.Base64UrlDecode(token));
            return payload.Length > 8 && BinaryPrimitives.ReadInt64BigEndian(payload) > clock.GetUtcNow().ToUnixTimeMilliseconds()
                ? Encoding.UTF8.GetString(payload.AsSpan(8))
                : null;
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return null;
        }
    }

    public static string NewRefreshToken() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string refreshToken) => SHA256.HashData(Encoding.UTF8.GetBytes(refreshToken));
}

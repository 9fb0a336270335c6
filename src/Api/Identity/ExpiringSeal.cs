using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace PrizeDraw.Api.Identity;

/// <summary>Texts that end, sealed with Data Protection: opaque to whoever carries them, and worthless once changed or over.</summary>
internal sealed class ExpiringSeal(IDataProtectionProvider protection, string purpose, TimeProvider clock)
{
    private const int ExpiryLength = 8;

    private readonly IDataProtector _seal = protection.CreateProtector(purpose);

    /// <summary>The text sealed, and when it ends: in whole milliseconds.</summary>
    public (string Token, DateTimeOffset ExpiresAt) Close(string text, TimeSpan lifetime)
    {
        var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds((clock.GetUtcNow() + lifetime).ToUnixTimeMilliseconds());
        var payload = new byte[ExpiryLength + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt64BigEndian(payload, expiresAt.ToUnixTimeMilliseconds());
        Encoding.UTF8.GetBytes(text, payload.AsSpan(ExpiryLength));
        return (WebEncoders.Base64UrlEncode(_seal.Protect(payload)), expiresAt);
    }

    /// <summary>The text that was sealed, or null when it is not one of ours or has ended.</summary>
    public string? Open(string token)
    {
        try
        {
            var payload = _seal.Unprotect(WebEncoders.Base64UrlDecode(token));
            return payload.Length > ExpiryLength && BinaryPrimitives.ReadInt64BigEndian(payload) > clock.GetUtcNow().ToUnixTimeMilliseconds()
                ? Encoding.UTF8.GetString(payload.AsSpan(ExpiryLength))
                : null;
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return null;
        }
    }
}

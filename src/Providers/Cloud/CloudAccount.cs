using System;
using System.Security.Cryptography;
using System.Text;

namespace PrizeDraw.Providers.Cloud;

/// <summary>One account at a provider: whose limits are shared by all campaigns that use it.</summary>
/// <param name="Provider">Such as <c>github</c>; lower case.</param>
/// <param name="Id">Names the account in budgets and logs; no secret.</param>
/// <param name="Token">What the calls are authorised with. Never logged, and not part of <see cref="ToString"/>.</param>
public sealed record CloudAccount(string Provider, string Id, string Token)
{
    /// <summary>An account that is named by the first 16 hex digits of SHA-256 over provider and token.</summary>
    public static CloudAccount Of(string provider, string token) => new(
        provider, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(provider + "\n" + token)))[..16], token);

    /// <inheritdoc/>
    public override string ToString() => $"{Provider} {Id}";
}

using System;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

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

    /// <summary>Where the token comes from, for accounts whose tokens expire; then <see cref="Token"/> is empty.</summary>
    public ICloudTokens? Tokens { get; init; }

    /// <summary>The account with the token that is to be used now.</summary>
    internal async ValueTask<CloudAccount> CurrentAsync(CancellationToken ct) => Tokens is null ? this : this with { Token = await Tokens.CurrentAsync(ct) };

    /// <inheritdoc/>
    public override string ToString() => $"{Provider} {Id}";
}

/// <summary>Tokens of one account that expire after a while. Failures are <see cref="ProviderException"/>s.</summary>
public interface ICloudTokens
{
    /// <summary>A token that is valid for some minutes more.</summary>
    ValueTask<string> CurrentAsync(CancellationToken ct);

    /// <summary>This one was refused: the next one is another.</summary>
    void Forget(string token);
}

using System;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Campaign.Claims;

/// <summary>
/// The tokens that winners claim with: HMAC-SHA256 under the campaign's secret over draw, position and entry, in base64url. Made when they are
/// needed and never stored; their SHA-256 is.
/// </summary>
public sealed class ClaimTokens(ISecrets secrets, CentralDatabase central)
{
    private const int KeyLength = 32;

    /// <summary>What makes the campaign's tokens: the same one for a place whenever it is asked.</summary>
    public async Task<ClaimTokenMaker> MakerAsync(string tenantId, string campaignId, CancellationToken ct) =>
        new(await KeyAsync(Ids.Parse(Ids.Tenant, tenantId), campaignId, ct));

    /// <summary>What is stored of a token, and what one that is shown is found by.</summary>
    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private async Task<byte[]> KeyAsync(Guid tenant, string campaignId, CancellationToken ct)
    {
        if (await secrets.GetAsync(tenant, campaignId, SecretNames.ClaimKey, ct) is { } known)
        {
            return Convert.FromBase64String(known);
        }

        // The first one made stays: whoever makes it holds the lock until it is stored, and looks again first.
        await using var work = await central.BeginAsync(tenant, ct);
        await work.Connection.RunAsync("select pg_advisory_xact_lock(hashtextextended($1, 0))", [$"claim-key/{campaignId}"], ct);
        if (await secrets.GetAsync(tenant, campaignId, SecretNames.ClaimKey, ct) is { } made)
        {
            return Convert.FromBase64String(made);
        }

        var key = RandomNumberGenerator.GetBytes(KeyLength);
        await secrets.PutAsync(work, tenant, campaignId, SecretNames.ClaimKey, Convert.ToBase64String(key), ct);
        await work.CommitAsync(ct);
        return key;
    }
}

/// <summary>Makes the tokens of one campaign. Holds its secret: never log it, nor what it makes.</summary>
public sealed class ClaimTokenMaker
{
    private readonly byte[] _key;

    internal ClaimTokenMaker(byte[] key) => _key = key;

    public string TokenOf(Guid draw, int position, Guid entry) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(
        FormattableString.Invariant($"claim\0{Ids.Format(Ids.Draw, draw)}\0{position}\0{Ids.Format(Ids.Entry, entry)}"))));
}

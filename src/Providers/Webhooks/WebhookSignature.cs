using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PrizeDraw.Providers.Webhooks;

/// <summary>
/// Shows a receiver that a request is the platform's and fresh: <c>t=1700000000,v1=…</c>, where v1 is HMAC-SHA256 in lower-case hex over the
/// time in seconds, a full stop and the raw body, under the whole secret as UTF-8. Receivers compare in constant time and refuse times
/// that are more than five minutes off.
/// </summary>
public static class WebhookSignature
{
    public const string Header = "X-PrizeDraw-Signature";

    public static string Of(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.ASCII.GetBytes(time + "."));
        hmac.AppendData(body);
        return $"t={time},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }
}

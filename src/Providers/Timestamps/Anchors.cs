using System;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PrizeDraw.Providers.Timestamps;

/// <summary>The certificates that a signer of tokens must lead to. Without any, every signer is taken.</summary>
internal sealed class Anchors(X509Certificate2Collection trusted) : IDisposable
{
    private const string TimeStampingUsage = "1.3.6.1.5.5.7.3.8";

    public void Dispose()
    {
        foreach (var certificate in trusted)
        {
            certificate.Dispose();
        }
    }

    /// <summary>
    /// Whether the signer leads to one of them, at the time that the token states. Certificates that the token brings along may lie
    /// between. Revocation isn't looked up: nothing is fetched from addresses that a certificate names.
    /// </summary>
    public bool Accept(X509Certificate2 signer, X509Certificate2Collection between, DateTimeOffset at)
    {
        if (trusted.Count == 0 || trusted.Any(t => CryptographicOperations.FixedTimeEquals(t.RawDataMemory.Span, signer.RawDataMemory.Span)))
        {
            return true;
        }

        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(trusted);
        policy.ExtraStore.AddRange(between);
        policy.ApplicationPolicy.Add(new Oid(TimeStampingUsage));
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = at.UtcDateTime;
        var accepted = chain.Build(signer);
        foreach (var element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }

        return accepted;
    }
}

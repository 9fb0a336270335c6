using System;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace PrizeDraw.TestKit.Draws;

/// <summary>Writes what a time-stamp authority sends (RFC 3161, 2.4.2), true or not.</summary>
internal static class StandInToken
{
    public const string Policy = "1.2.3.4.1";

    private const string Sha256 = "2.16.840.1.101.3.4.2.1", TokenInfo = "1.2.840.113549.1.9.16.1.4", SigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";

    /// <summary>A response that grants the token.</summary>
    public static byte[] Granting(ReadOnlySpan<byte> token)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(0);
            }

            writer.WriteEncodedValue(token);
        }

        return writer.Encode();
    }

    /// <summary>A response that rejects the request (status 2) without saying why.</summary>
    public static byte[] Rejecting()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteInteger(2);
        }

        return writer.Encode();
    }

    public static byte[] Make(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> nonce, DateTimeOffset at, long serial, X509Certificate2 signer, X509Certificate2? between)
    {
        var cms = new SignedCms(new ContentInfo(new Oid(TokenInfo), InfoOf(hash, nonce, at, serial)));
        var by = new CmsSigner(signer) { DigestAlgorithm = new Oid(Sha256), IncludeOption = X509IncludeOption.EndCertOnly };
        if (between is not null)
        {
            by.Certificates.Add(between);
        }

        by.SignedAttributes.Add(new AsnEncodedData(SigningCertificateV2, NameOf(signer)));
        cms.ComputeSignature(by);
        return cms.Encode();
    }

    private static byte[] InfoOf(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> nonce, DateTimeOffset at, long serial)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteObjectIdentifier(Policy);
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Sha256);
                }

                writer.WriteOctetString(hash);
            }

            writer.WriteInteger(serial);
            writer.WriteGeneralizedTime(DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()));
            if (!nonce.IsEmpty)
            {
                writer.WriteInteger(nonce);
            }
        }

        return writer.Encode();
    }

    /// <summary>RFC 5035: the hash of the certificate that signs; SHA-256 by default.</summary>
    private static byte[] NameOf(X509Certificate2 signer)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteOctetString(SHA256.HashData(signer.RawDataMemory.Span));
        }

        return writer.Encode();
    }
}

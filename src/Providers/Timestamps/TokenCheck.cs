using System;
using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace PrizeDraw.Providers.Timestamps;

/// <summary>Judges an authority's response to one request (RFC 3161, 2.4.2).</summary>
internal static class TokenCheck
{
    public static TimestampResult Judge(Rfc3161TimestampRequest request, ReadOnlyMemory<byte> response, Anchors anchors)
    {
        try
        {
            var reader = new AsnReader(response, AsnEncodingRules.BER);
            var body = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            var status = body.ReadSequence();
            if (!status.TryReadInt32(out var code) || code is not (0 or 1))
            {
                return new NotStamped(TimestampFault.Refused, $"The time-stamp authority refused the request (status {code}).");
            }

            return JudgeToken(request, body.ReadEncodedValue(), anchors, response);
        }
        catch (AsnContentException)
        {
            return Invalid("is not one");
        }
    }

    private static TimestampResult JudgeToken(
        Rfc3161TimestampRequest request, ReadOnlyMemory<byte> encoded, Anchors anchors, ReadOnlyMemory<byte> response)
    {
        try
        {
            // Throws unless imprint, nonce and the presence of certificates are as they were asked for.
            _ = request.ProcessResponse(response, out _);
        }
        catch (CryptographicException)
        {
            return Invalid("does not answer this request");
        }

        // The very bytes that came, not a second encoding of them, are what is kept; so they are what is judged.
        if (!Rfc3161TimestampToken.TryDecode(encoded, out var token, out var read) || read != encoded.Length || !IsConsistent(encoded, token.AsSignedCms()))
        {
            return Invalid("is not one");
        }

        // The signature, that the certificate is meant for time stamps, and that it was valid at the stated time.
        if (!token.VerifySignatureForHash(request.GetMessageHash().Span, HashAlgorithmName.SHA256, out var signer))
        {
            return Invalid("is not validly signed");
        }

        var info = token.TokenInfo;
        return anchors.Accept(signer, token.AsSignedCms().Certificates, info.Timestamp)
            ? new Stamped([.. encoded.Span], info.Timestamp.ToUniversalTime(), info.PolicyId.Value!, signer.Subject)
            : Invalid($"is signed by one who leads to no trusted certificate ({signer.Subject})");
    }

    /// <summary>
    /// Whether the parts that no signature covers say the same as those that one does (RFC 5652, 5.1 and 5.3; RFC 3161, 2.4.2). The library
    /// doesn't mind; others that check the token later may, and whoever stands on a plain http line could have made it so.
    /// </summary>
    private static bool IsConsistent(ReadOnlyMemory<byte> encoded, SignedCms cms)
    {
        if (cms.Version != 3 || cms.SignerInfos.Count != 1)
        {
            return false;
        }

        var signer = cms.SignerInfos[0];
        var signedData = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        _ = signedData.ReadObjectIdentifier();
        signedData = signedData.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
        _ = signedData.ReadInteger();
        var digests = signedData.ReadSetOf(skipSortOrderValidation: true);
        var digest = digests.ReadSequence().ReadObjectIdentifier();
        return !digests.HasData && digest == signer.DigestAlgorithm.Value
            && signer.Version == (signer.SignerIdentifier.Type == SubjectIdentifierType.SubjectKeyIdentifier ? 3 : 1);
    }

    private static NotStamped Invalid(string what) => new(TimestampFault.Invalid, $"What the time-stamp authority sent as a token {what}.");
}

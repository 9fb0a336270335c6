using System;
using System.Security.Cryptography;
using System.Text;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>What an independent person supplied to a draw, and signed with a key of their own.</summary>
/// <param name="Name">Who they are; printed on the certificate.</param>
/// <param name="Statement">How they came by the bytes, in their words; may be empty.</param>
/// <param name="At">When the platform had it: after the commitment was published.</param>
/// <param name="Randomness">The bytes, which take the beacon's place.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo (DER) of their P-256 key.</param>
/// <param name="Signature">64 bytes (IEEE P1363), see <see cref="ObserverSignature"/>.</param>
public sealed record CertifiedObserver(
    string Name, string Statement, DateTimeOffset At, Bytes32 Randomness, byte[] PublicKey, byte[] Signature);

/// <summary>An observer's signature: ECDSA P-256 with SHA-256 over "pdv1/observer" ‖ \0 ‖ H(commitment) ‖ randomness.</summary>
public static class ObserverSignature
{
    private const string Curve = "1.2.840.10045.3.1.7";
    private const int SignatureSize = 64;

    /// <summary>What is signed.</summary>
    public static byte[] Message(Bytes32 commitment, Bytes32 randomness) =>
        [.. Encoding.UTF8.GetBytes("pdv1/observer"), 0, .. commitment.ToArray(), .. randomness.ToArray()];

    /// <summary>Whether this key signed these bytes for this commitment. False for whatever is no P-256 key, or no signature.</summary>
    public static bool Holds(Bytes32 commitment, Bytes32 randomness, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize)
        {
            return false;
        }

        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(publicKey, out var read);
            // In the one encoding that everybody else reads too: a certificate must not name a key that only we understand.
            return read == publicKey.Length && key.ExportParameters(false).Curve.Oid.Value == Curve
                && publicKey.SequenceEqual(key.ExportSubjectPublicKeyInfo())
                && key.VerifyData(Message(commitment, randomness), signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}

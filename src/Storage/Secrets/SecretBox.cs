using System;
using System.Security.Cryptography;
using System.Text;

namespace PrizeDraw.Storage.Secrets;

/// <summary>
/// Encrypts secrets for one row of one table: AES-256-GCM with table and row as associated data, so that an envelope copied into
/// another row does not open. Envelope: version (1 byte, 1), key id (8), nonce (12), tag (16), ciphertext.
/// </summary>
/// <param name="key">Seals, and opens what it sealed.</param>
/// <param name="previous">While the master key is being replaced: opens what is still sealed under the old one.</param>
public sealed class SecretBox(MasterKey key, PreviousMasterKey? previous = null)
{
    private const byte Version = 1;
    private const int KeyIdLength = 8, NonceLength = 12, TagLength = 16, HeaderLength = 1 + KeyIdLength;
    private const int CiphertextStart = HeaderLength + NonceLength + TagLength;

    /// <summary>Encrypts for the row; two calls never give the same envelope.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, string table, string row)
    {
        var envelope = new byte[CiphertextStart + plaintext.Length];
        envelope[0] = Version;
        Convert.FromHexString(key.Id).CopyTo(envelope, 1);
        var nonce = envelope.AsSpan(HeaderLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Bytes, TagLength);
        aes.Encrypt(
            nonce, plaintext, envelope.AsSpan(CiphertextStart), envelope.AsSpan(HeaderLength + NonceLength, TagLength),
            AssociatedData(envelope.AsSpan(0, HeaderLength), table, row));
        return envelope;
    }

    /// <summary>
    /// Decrypts what was sealed for the same row. Throws <see cref="SecretException"/> for another master key, another row or a
    /// changed envelope.
    /// </summary>
    public byte[] Open(ReadOnlySpan<byte> envelope, string table, string row)
    {
        if (envelope.Length < CiphertextStart || envelope[0] != Version)
        {
            throw new SecretException($"A secret of table '{table}' is not an envelope of version {Version}.");
        }

        var sealedUnder = Convert.ToHexStringLower(envelope.Slice(1, KeyIdLength));
        if (sealedUnder == previous?.Key.Id)
        {
            return Decrypt(previous.Key, envelope, table, row);
        }

        if (sealedUnder != key.Id)
        {
            throw new SecretException(
                $"A secret of table '{table}' was encrypted under master key {sealedUnder}, but PLATFORM_MASTER_KEY is {key.Id}.");
        }

        return Decrypt(key, envelope, table, row);
    }

    /// <summary>As <see cref="Seal"/>, for text in UTF-8.</summary>
    public byte[] SealText(string plaintext, string table, string row) => Seal(Encoding.UTF8.GetBytes(plaintext), table, row);

    /// <summary>As <see cref="Open"/>, for text in UTF-8.</summary>
    public string OpenText(ReadOnlySpan<byte> envelope, string table, string row) =>
        Encoding.UTF8.GetString(Open(envelope, table, row));

    /// <summary>The id of the key that something was sealed under; null for what is no envelope.</summary>
    public static string? KeyIdOf(ReadOnlySpan<byte> envelope) =>
        envelope.Length >= CiphertextStart && envelope[0] == Version ? Convert.ToHexStringLower(envelope.Slice(1, KeyIdLength)) : null;

    private static byte[] Decrypt(MasterKey key, ReadOnlySpan<byte> envelope, string table, string row)
    {
        var plaintext = new byte[envelope.Length - CiphertextStart];
        using var aes = new AesGcm(key.Bytes, TagLength);
        try
        {
            aes.Decrypt(
                envelope.Slice(HeaderLength, NonceLength), envelope[CiphertextStart..],
                envelope.Slice(HeaderLength + NonceLength, TagLength), plaintext,
                AssociatedData(envelope[..HeaderLength], table, row));
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SecretException($"A secret of table '{table}' was changed, or belongs to another row.");
        }
    }

    // A table's name holds no zero byte, so no other pair gives the same bytes.
    private static byte[] AssociatedData(ReadOnlySpan<byte> header, string table, string row) =>
        [.. header, .. Encoding.UTF8.GetBytes(table), 0, .. Encoding.UTF8.GetBytes(row)];
}

/// <summary>A secret could not be decrypted. The message names key ids and table, never the content.</summary>
public sealed class SecretException(string message) : Exception(message);

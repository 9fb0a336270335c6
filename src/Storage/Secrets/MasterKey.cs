using System;
using System.Security.Cryptography;
using System.Text;

namespace PrizeDraw.Storage.Secrets;

/// <summary>
/// The key under which everything secret is encrypted, and from which the passwords of the platform's own database roles are
/// derived. 32 bytes, from <c>PLATFORM_MASTER_KEY</c> in base64. Whoever loses it loses the secrets.
/// </summary>
public sealed class MasterKey
{
    public const int Length = 32;

    private readonly byte[] _key;

    /// <summary>Throws <see cref="ArgumentException"/> unless there are 32 bytes.</summary>
    public MasterKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Length)
        {
            throw new ArgumentException($"The master key has {Length} bytes; this one has {key.Length}.", nameof(key));
        }

        _key = key.ToArray();
        Id = Convert.ToHexStringLower(SHA256.HashData(_key).AsSpan(0, 8));
    }

    /// <summary>The first 8 bytes of the key's SHA-256, in hex. Not secret: it stands in every envelope.</summary>
    public string Id { get; }

    internal ReadOnlySpan<byte> Bytes => _key;

    /// <summary>Throws <see cref="ArgumentException"/> on anything but 32 bytes in base64.</summary>
    public static MasterKey FromBase64(string text)
    {
        var key = new byte[Length];
        return Convert.TryFromBase64String(text.Trim(), key, out var written) && written == Length
            ? new MasterKey(key)
            : throw new ArgumentException("The master key must be 32 bytes in base64 (44 characters).", nameof(text));
    }

    /// <summary>A password for a purpose, the same each time: 64 hex digits by HKDF-SHA256.</summary>
    public string DerivePassword(string purpose) =>
        Convert.ToHexStringLower(Derive("password/" + purpose));

    /// <summary>Another 32-byte key for a purpose, the same each time.</summary>
    public byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, Length, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>Never the key.</summary>
    public override string ToString() => $"master key {Id}";
}

/// <summary>The master key that is being replaced; only opens.</summary>
public sealed record PreviousMasterKey(MasterKey Key);

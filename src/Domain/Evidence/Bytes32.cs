using System;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// Thirty-two bytes that may be shown to anybody: a SHA-256 hash, a Merkle root, a chain head, a salt. Compared by value,
/// held without an array. Lower-case hex in JSON, raw bytes in every formula. Secrets stay in byte arrays, so that a log line
/// can't print one.
/// </summary>
public readonly record struct Bytes32 : IComparable<Bytes32>
{
    /// <summary>The size in bytes.</summary>
    public const int Size = 32;

    private readonly ulong a, b, c, d;

    /// <summary>Takes exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public Bytes32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new ArgumentException($"Expected {Size} bytes, got {bytes.Length}.", nameof(bytes));
        a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Thirty-two zero bytes.</summary>
    public static Bytes32 Zero => default;

    /// <summary>SHA-256 of the message: the protocol's H.</summary>
    public static Bytes32 HashOf(ReadOnlySpan<byte> message)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(message, hash);
        return new Bytes32(hash);
    }

    /// <summary>HMAC-SHA256 of the message under the key.</summary>
    public static Bytes32 HmacOf(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message)
    {
        Span<byte> hash = stackalloc byte[Size];
        HMACSHA256.HashData(key, message, hash);
        return new Bytes32(hash);
    }

    /// <summary>Reads 64 lower-case hex digits. Upper case is refused, because evidence has one spelling.</summary>
    public static bool TryParse(string? hex, out Bytes32 value)
    {
        value = default;
        if (hex is null || hex.Length != 2 * Size) return false;
        foreach (var digit in hex)
        {
            if (!char.IsAsciiHexDigitLower(digit)) return false;
        }
        value = new Bytes32(Convert.FromHexString(hex));
        return true;
    }

    /// <summary>Reads 64 lower-case hex digits.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static Bytes32 Parse(string hex) =>
        TryParse(hex, out var value) ? value : throw new FormatException("Expected 64 lower-case hex digits.");

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], d);
    }

    /// <summary>A new array with the 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Orders as unsigned bytes, the first byte counting most.</summary>
    public int CompareTo(Bytes32 other) =>
        a != other.a ? a.CompareTo(other.a) : b != other.b ? b.CompareTo(other.b)
        : c != other.c ? c.CompareTo(other.c) : d.CompareTo(other.d);

    /// <summary>64 lower-case hex digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}

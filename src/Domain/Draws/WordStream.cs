using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>An endless stream of 64-bit words that a selection consumes in order.</summary>
public interface IWordStream
{
    /// <summary>The next word.</summary>
    ulong Next();
}

/// <summary>
/// The protocol's stream: block i = HMAC-SHA256(key = seed, "pdv1/stream" ‖ u64(i)), i = 0, 1, …; four big-endian words a block,
/// unused ones carried over. Allocates nothing per word. Not thread-safe.
/// </summary>
public sealed class SeededStream : IWordStream
{
    private const int CounterAt = 11; // after "pdv1/stream"

    private readonly byte[] seed;
    private readonly byte[] message = [.. "pdv1/stream"u8, 0, 0, 0, 0, 0, 0, 0, 0];
    private readonly byte[] block = new byte[Bytes32.Size];
    private ulong blocks;
    private int used = Bytes32.Size;

    /// <summary>A stream from its beginning; the seed is 32 bytes.</summary>
    /// <exception cref="ArgumentException">The seed has another length.</exception>
    public SeededStream(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != Bytes32.Size) throw new ArgumentException("A seed has 32 bytes.", nameof(seed));
        this.seed = seed.ToArray();
    }

    /// <summary>A stream from its beginning.</summary>
    public SeededStream(Bytes32 seed) => this.seed = seed.ToArray();

    /// <inheritdoc />
    public ulong Next()
    {
        if (used == Bytes32.Size) NextBlock();
        var word = BinaryPrimitives.ReadUInt64BigEndian(block.AsSpan(used));
        used += sizeof(ulong);
        return word;
    }

    private void NextBlock()
    {
        BinaryPrimitives.WriteUInt64BigEndian(message.AsSpan(CounterAt), blocks++);
        HMACSHA256.HashData(seed, message, block);
        used = 0;
    }
}

/// <summary>Unbiased numbers from a stream.</summary>
public static class WordStreams
{
    /// <summary>
    /// A number from 0 to n − 1, each equally likely: words at or above the largest multiple of n are passed over. One word is
    /// taken even for n = 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">n is 0.</exception>
    public static ulong Below(this IWordStream stream, ulong n)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfZero(n);
        // 2^64 mod n, which 64 bits can't hold directly; it is 0 for powers of two, which then reject nothing.
        var excess = (0UL - n) % n;
        var acceptedMax = ulong.MaxValue - excess;
        ulong word;
        do { word = stream.Next(); } while (word > acceptedMax);
        return word % n;
    }
}

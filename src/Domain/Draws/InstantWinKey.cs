using System;
using System.Text;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>
/// The key of a campaign's instant wins, and what is derived from it. Secret until the campaign has closed. Ids enter as their
/// UTF-8 text. The results are arrays of 32 bytes, the caller's to protect and clear.
/// </summary>
public static class InstantWinKey
{
    private const int FixedPartMax = 64;
    private const int PoolIdMax = 128;

    /// <summary>HMAC(secret, "pdv1/instant-key" ‖ \0 ‖ u64(round) ‖ randomness).</summary>
    /// <exception cref="ArgumentException">The secret is not 32 bytes, or level, round and randomness don't go together.</exception>
    public static byte[] Derive(EvidenceLevel level, ReadOnlySpan<byte> secret, long round, ReadOnlySpan<byte> randomness)
    {
        level.Require(round, randomness);
        if (secret.Length != Bytes32.Size) throw new ArgumentException("A secret has 32 bytes.", nameof(secret));
        var message = new MessageWriter(stackalloc byte[FixedPartMax]);
        message.Text("pdv1/instant-key");
        message.Byte(0);
        message.U64((ulong)round);
        message.Bytes(randomness);
        return Bytes32.HmacOf(secret, message.Written).ToArray();
    }

    /// <summary>The same for what is stored of a pool: round 0 without randomness, or a beacon's round with its 32 bytes.</summary>
    /// <exception cref="ArgumentException">Secret, round and randomness don't go together.</exception>
    public static byte[] Derive(ReadOnlySpan<byte> secret, long round, byte[]? randomness) =>
        Derive(round == 0 ? EvidenceLevel.Committed : EvidenceLevel.Beacon, secret, round, randomness ?? []);

    /// <summary>The seed of a prize's generated moments: HMAC(key, "pdv1/moments" ‖ \0 ‖ pool id ‖ prize id).</summary>
    public static byte[] MomentsSeed(ReadOnlySpan<byte> key, string poolId, string prizeId)
    {
        var message = Labelled(new byte[SizeFor(poolId, prizeId)], "pdv1/moments", poolId, prizeId);
        return Bytes32.HmacOf(key, message.Written).ToArray();
    }

    /// <summary>The salt of generated moment i (from 0): HMAC(key, "pdv1/salt" ‖ \0 ‖ pool id ‖ prize id ‖ u64(i)).</summary>
    public static Bytes32 Salt(ReadOnlySpan<byte> key, string poolId, string prizeId, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var message = Labelled(new byte[SizeFor(poolId, prizeId)], "pdv1/salt", poolId, prizeId);
        message.U64((ulong)index);
        return Bytes32.HmacOf(key, message.Written);
    }

    /// <summary>The value that an entry is played by: HMAC(key, "pdv1/instant" ‖ \0 ‖ pool id ‖ u64(number)).</summary>
    public static Bytes32 Play(ReadOnlySpan<byte> key, string poolId, long number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        var message = new MessageWriter(stackalloc byte[FixedPartMax + PoolIdMax]);
        message.Text("pdv1/instant");
        message.Byte(0);
        message.Text(poolId);
        message.U64((ulong)number);
        return Bytes32.HmacOf(key, message.Written);
    }

    /// <summary>The seed of a block's hidden position: HMAC(key, "pdv1/nth" ‖ \0 ‖ prize id ‖ u64(block)).</summary>
    public static Bytes32 NthSeed(ReadOnlySpan<byte> key, string prizeId, long block)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(block);
        var message = Labelled(new byte[SizeFor(prizeId, "")], "pdv1/nth", prizeId, "");
        message.U64((ulong)block);
        return Bytes32.HmacOf(key, message.Written);
    }

    private static MessageWriter Labelled(Span<byte> buffer, string label, string poolId, string prizeId)
    {
        var message = new MessageWriter(buffer);
        message.Text(label);
        message.Byte(0);
        message.Text(poolId);
        message.Text(prizeId);
        return message;
    }

    private static int SizeFor(string poolId, string prizeId) =>
        FixedPartMax + Encoding.UTF8.GetMaxByteCount(poolId.Length + prizeId.Length);
}

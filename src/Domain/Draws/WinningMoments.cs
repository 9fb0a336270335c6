using System;
using System.Collections.Generic;
using System.Text;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>An instant at or after which the next eligible entry wins the prize. Future ones are secret.</summary>
/// <param name="AtMs">Unix milliseconds, 0 or more.</param>
/// <param name="PrizeId">The prize's id.</param>
/// <param name="Salt">Derived for generated moments, random for listed ones.</param>
public readonly record struct SealedMoment(long AtMs, string PrizeId, Bytes32 Salt);

/// <summary>Generating winning moments, and committing to them.</summary>
public static class WinningMoments
{
    /// <summary>
    /// Moment i (from 0) of the prize stands at below(T) of the windows laid end to end, from the stream seeded for this pool
    /// and prize. In the order of generation; several may fall on one millisecond.
    /// </summary>
    /// <param name="key">See <see cref="InstantWinKey.Derive"/>.</param>
    public static SealedMoment[] Generate(ReadOnlySpan<byte> key, string poolId, string prizeId, int count, MomentWindows windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var stream = new SeededStream(InstantWinKey.MomentsSeed(key, poolId, prizeId));
        var moments = new SealedMoment[count];
        for (var i = 0; i < count; i++)
        {
            var at = windows.At((long)stream.Below((ulong)windows.TotalMs));
            moments[i] = new SealedMoment(at, prizeId, InstantWinKey.Salt(key, poolId, prizeId, i));
        }
        return moments;
    }

    /// <summary>salt ‖ u64(unix ms) ‖ prize id.</summary>
    public static byte[] Leaf(SealedMoment moment)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(moment.AtMs);
        var leaf = new byte[Bytes32.Size + sizeof(ulong) + Encoding.UTF8.GetByteCount(moment.PrizeId)];
        var message = new MessageWriter(leaf);
        message.Value(moment.Salt);
        message.U64((ulong)moment.AtMs);
        message.Text(moment.PrizeId);
        return leaf;
    }

    /// <summary>The moments ordered by time, prize id (ordinal), salt: the order of their leaves, in a new array.</summary>
    public static SealedMoment[] Sort(IEnumerable<SealedMoment> moments)
    {
        SealedMoment[] sorted = [.. moments];
        Array.Sort(sorted, Compare);
        return sorted;
    }

    /// <summary>The tree over all moments of a pool, from which each leaf is opened when its prize is awarded.</summary>
    public static MerkleTree Tree(IEnumerable<SealedMoment> moments) => MerkleTree.Of(Array.ConvertAll(Sort(moments), Leaf));

    private static int Compare(SealedMoment a, SealedMoment b)
    {
        if (a.AtMs != b.AtMs) return a.AtMs.CompareTo(b.AtMs);
        var byPrize = string.CompareOrdinal(a.PrizeId, b.PrizeId);
        return byPrize != 0 ? byPrize : a.Salt.CompareTo(b.Salt);
    }
}

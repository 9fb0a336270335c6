using System;
using System.Collections.Generic;
using System.Text;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Domain.Time;

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
    /// and label. In the order of generation; several may fall on one millisecond.
    /// </summary>
    /// <param name="key">See <see cref="InstantWinKey.Derive"/>.</param>
    /// <param name="label">
    /// The prize's id for its first order; for its k-th further one (k from 1) the id followed by "/k". It stands in the place of the prize
    /// id in seed and salts, and in what is returned; leaves are made with the prize's id alone.
    /// </param>
    public static SealedMoment[] Generate(ReadOnlySpan<byte> key, string poolId, string label, int count, MomentWindows windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        return Generate(key, poolId, label, count, stream => windows.At((long)stream.Below((ulong)windows.TotalMs)));
    }

    /// <summary>
    /// The same with a quota, the most moments of this order on one local day. Before moment i the days that already hold
    /// <paramref name="perDay"/> moments of the order are full; T(i) is the length in milliseconds of the windows, cut at the instants at
    /// which local days begin, that lie on days not full; the moment stands at below(T(i)) of these laid end to end in order of time. One
    /// below() per moment from the same stream, and the salt of moment i as without a quota. So until a day is full nothing differs from an
    /// order without quota, and each moment is uniform over what is still open.
    /// </summary>
    /// <remarks>
    /// This is what drawing below(T) again while it falls on a full day would give in distribution, but ends: were a day a millisecond
    /// long, and needed, nobody could wait for it to be hit. It is not uniform over all ways to keep the quota: who wants that would have to
    /// weigh, before the first moment, every way in which days may fill.
    /// </remarks>
    /// <param name="key">See <see cref="InstantWinKey.Derive"/>.</param>
    /// <param name="perDay">1 or more; null is without quota.</param>
    /// <exception cref="ArgumentException">The days do not hold so many.</exception>
    public static SealedMoment[] Generate(
        ReadOnlySpan<byte> key, string poolId, string label, int count, MomentWindows windows, int? perDay, CampaignCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(windows);
        return perDay is { } max
            ? Generate(key, poolId, label, count, new MomentQuota(windows, max, calendar, count).Take)
            : Generate(key, poolId, label, count, windows);
    }

    private static SealedMoment[] Generate(ReadOnlySpan<byte> key, string poolId, string label, int count, Func<IWordStream, long> next)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var stream = new SeededStream(InstantWinKey.MomentsSeed(key, poolId, label));
        var moments = new SealedMoment[count];
        for (var i = 0; i < count; i++)
        {
            moments[i] = new SealedMoment(next(stream), label, InstantWinKey.Salt(key, poolId, label, i));
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

using System;

namespace PrizeDraw.Domain.Draws;

/// <summary>
/// Which entry of each block of n gets a prize that goes to every n-th (draw protocol, "Every n-th"). The position within the block is
/// hidden, so that a public number can't be used to hit it.
/// </summary>
public static class NthPosition
{
    /// <summary>The block, from 0, that an entry number (from 1) belongs to.</summary>
    public static long BlockOf(long number, int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return (number - 1) / n;
    }

    /// <summary>The winning number of a block: block·n + 1 + below(n).</summary>
    /// <param name="key">See <see cref="InstantWinKey.Derive"/>.</param>
    public static long WinnerOf(ReadOnlySpan<byte> key, string prizeId, int n, long block) =>
        checked(block * n) + 1 + (long)new SeededStream(InstantWinKey.NthSeed(key, prizeId, block)).Below((ulong)n);
}

using System;
using System.Collections.Generic;
using System.Numerics;

namespace PrizeDraw.Grains.Pools;

/// <summary>
/// What may have been seen before: a Bloom filter that grows. It never forgets what was added; of what was not it says in about two cases
/// of a hundred thousand that it may have been, so that most batches have none of them. Twenty-four bits an item. Not thread-safe.
/// </summary>
internal sealed class SeenFilter
{
    private const int BitsPerItem = 24, Probes = 10, Growth = 4;

    private readonly List<ulong[]> layers = [];
    private long room;
    private long size;

    /// <param name="expected">About how many items there will be; it grows where there are more.</param>
    public SeenFilter(long expected) => AddLayer(Math.Max(expected, 4096));

    public void Add(ulong hash)
    {
        if (room-- == 0)
        {
            AddLayer(size * Growth);
            room--;
        }

        var bits = layers[^1];
        for (var probe = 0; probe < Probes; probe++)
        {
            var bit = BitOf(hash, probe, bits);
            bits[bit >> 6] |= 1UL << (int)bit;
        }
    }

    public bool MayHave(ulong hash)
    {
        foreach (var bits in layers)
        {
            var all = true;
            for (var probe = 0; all && probe < Probes; probe++)
            {
                var bit = BitOf(hash, probe, bits);
                all = (bits[bit >> 6] & (1UL << (int)bit)) != 0;
            }

            if (all)
            {
                return true;
            }
        }

        return false;
    }

    private static ulong BitOf(ulong hash, int probe, ulong[] bits) =>
        Math.BigMul(hash + ((ulong)probe * (BitOperations.RotateLeft(hash, 32) | 1)), (ulong)bits.Length << 6, out _);

    private void AddLayer(long items)
    {
        (size, room) = (items, items);
        layers.Add(new ulong[((items * BitsPerItem) + 63) >> 6]);
    }
}

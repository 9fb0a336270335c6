using System;
using System.Collections.Generic;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using PrizeDraw.Domain.Draws;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>The protocol's formulas for instant wins, written down a second time from the text alone, in big integers.</summary>
public static class NaiveDraws
{
    private static readonly BigInteger TwoTo64 = BigInteger.One << 64;

    /// <summary>The index of the prize that an entry hits; −1 for none.</summary>
    public static int HitOf(byte[] key, string poolId, long number, IReadOnlyList<Odds> table, BigInteger lcm)
    {
        var value = new BigInteger(
            Hmac(key, [.. Encoding.UTF8.GetBytes("pdv1/instant\0" + poolId), .. U64(number)]), isUnsigned: true, isBigEndian: true);
        var ticket = (value * lcm) >> 256;
        for (var i = 0; i < table.Count; i++)
        {
            ticket -= table[i].Win * lcm / table[i].OutOf;
            if (ticket.Sign < 0)
            {
                return i;
            }
        }

        return -1;
    }

    public static BigInteger LcmOf(IReadOnlyList<Odds> table)
    {
        var lcm = BigInteger.One;
        foreach (var odds in table)
        {
            lcm = lcm * odds.OutOf / BigInteger.GreatestCommonDivisor(lcm, odds.OutOf);
        }

        return lcm;
    }

    /// <summary>The winning number of the block that an entry number belongs to.</summary>
    public static long NthWinnerOf(byte[] key, string prizeId, int n, long number)
    {
        var block = (number - 1) / n;
        var seed = Hmac(key, [.. Encoding.UTF8.GetBytes("pdv1/nth\0" + prizeId), .. U64(block)]);
        return block * n + 1 + BelowFirst(seed, n);
    }

    /// <summary>The first below(n) of the stream of a seed.</summary>
    public static long BelowFirst(byte[] seed, long n)
    {
        for (var i = 0L; ; i++)
        {
            var block = Hmac(seed, [.. "pdv1/stream"u8, .. U64(i)]);
            for (var at = 0; at < 32; at += 8)
            {
                var word = new BigInteger(block.AsSpan(at, 8), isUnsigned: true, isBigEndian: true);
                if (word < TwoTo64 - TwoTo64 % n)
                {
                    return (long)(word % n);
                }
            }
        }
    }

    private static byte[] Hmac(byte[] key, byte[] message) => HMACSHA256.HashData(key, message);

    private static byte[] U64(long n)
    {
        var bytes = BitConverter.GetBytes(n);
        Array.Reverse(bytes);
        return bytes;
    }
}

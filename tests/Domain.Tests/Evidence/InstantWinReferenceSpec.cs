using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Evidence;

/// <summary>The formulas of the draw protocol's "Instant win", written again from its text with big integers and plain byte arrays.</summary>
public sealed class Instant_wins_by_the_text_of_the_protocol
{
    private static readonly byte[] Key = SHA256.HashData("key"u8);

    [Fact] public void have_the_key_that_the_text_says()
    {
        var secret = SHA256.HashData("secret"u8);
        InstantWinKey.Derive(EvidenceLevel.Committed, secret, 0, []).ShouldBe(Hmac(secret, [.. Ascii("pdv1/instant-key"), 0, .. U64(0)]));
        var randomness = SHA256.HashData("beacon"u8);
        InstantWinKey.Derive(EvidenceLevel.Beacon, secret, 1234567, randomness)
            .ShouldBe(Hmac(secret, [.. Ascii("pdv1/instant-key"), 0, .. U64(1234567), .. randomness]));
    }

    [Fact] public void are_decided_by_probability_as_the_text_says()
    {
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var odds = RandomOdds(random);
            var (table, error) = OddsTable.TryCreate(odds);
            error.ShouldBeNull();
            for (var i = 0; i < 40; i++)
            {
                var number = random.NextInt64(1, 1L << 40);
                table!.Hit(InstantWinKey.Play(Key, "pool_x", number)).ShouldBe(Reference(odds, Hmac(Key, [.. Ascii("pdv1/instant"), 0, .. Ascii("pool_x"), .. U64(number)])));
            }

            // The values at and just below each end of a range, which chance would never meet.
            foreach (var value in Edges(odds)) table!.Hit(new Bytes32(value)).ShouldBe(Reference(odds, value));
        }
    }

    [Fact] public void have_odds_of_which_every_bit_counts()
    {
        var (table, _) = OddsTable.TryCreate([new Odds(1, 3)]);
        // v·3/2^256 is below 1 up to (2^256 − 1)/3, inclusive.
        var third = (BigInteger.Pow(2, 256) - 1) / 3;
        table!.Hit(new Bytes32(Bytes(third))).ShouldBe(0);
        table.Hit(new Bytes32(Bytes(third + 1))).ShouldBe(-1);
    }

    [Fact] public void refuse_odds_that_have_no_table()
    {
        OddsTable.TryCreate([new Odds(1, 2), new Odds(1, 2), new Odds(1, 1_000_000_000)]).Error.ShouldNotBeNull();
        OddsTable.TryCreate([new Odds(1, 999_999_937), new Odds(1, 999_999_929), new Odds(1, 999_999_893)]).Error.ShouldNotBeNull("L would be beyond 2^62");
        OddsTable.TryCreate([new Odds(0, 2)]).Error.ShouldNotBeNull();
        OddsTable.TryCreate([new Odds(3, 2)]).Error.ShouldNotBeNull();
        OddsTable.TryCreate([new Odds(1, 2), new Odds(1, 2)]).Error.ShouldBeNull();
    }

    [Fact] public void go_to_every_nth_as_the_text_says()
    {
        var random = new Random(12);
        for (var i = 0; i < 2000; i++)
        {
            var n = random.Next(1, i % 2 == 0 ? 10 : 1_000_000_000);
            var block = random.NextInt64(0, 1_000_000);
            var seed = Hmac(Key, [.. Ascii("pdv1/nth"), 0, .. Ascii("prz_x"), .. U64(block)]);
            NthPosition.WinnerOf(Key, "prz_x", n, block).ShouldBe(block * n + 1 + (long)Below(seed, (ulong)n));
        }

        NthPosition.BlockOf(1, 7).ShouldBe(0);
        NthPosition.BlockOf(7, 7).ShouldBe(0);
        NthPosition.BlockOf(8, 7).ShouldBe(1);
    }

    [Fact] public void stand_at_moments_as_the_text_says()
    {
        var from = new DateTimeOffset(2026, 12, 1, 9, 0, 0, TimeSpan.Zero);
        var order = new GeneratedMoments("prz_x", 50, from, from.AddMilliseconds(1_000_003), null, null);
        var moments = GeneratedMoments.Follow([order], Key, "pool_x", new(TimeZoneInfo.Utc)).ToArray();
        var words = Words(Hmac(Key, [.. Ascii("pdv1/moments"), 0, .. Ascii("pool_x"), .. Ascii("prz_x")])).GetEnumerator();
        for (var i = 0; i < moments.Length; i++)
        {
            moments[i].AtMs.ShouldBe(from.ToUnixTimeMilliseconds() + (long)Below(words, 1_000_003));
            moments[i].Salt.ToArray().ShouldBe(Hmac(Key, [.. Ascii("pdv1/salt"), 0, .. Ascii("pool_x"), .. Ascii("prz_x"), .. U64(i)]));
        }
    }

    // What an outsider sees beforehand is the hash of the secret, the ids and earlier winners. Were the hidden position anything but
    // independent of these, guessing by them would win more often than once in n.
    [Fact] public void stand_at_positions_that_nothing_public_tells()
    {
        const int N = 10, Blocks = 60_000;
        var (bySame, byHash, byBlock) = (0, 0, 0);
        var seen = new int[N];
        long before = 0;
        for (var i = 0; i < Blocks; i++)
        {
            var block = i % 6;
            var secret = SHA256.HashData(BitConverter.GetBytes(i / 6));
            var key = InstantWinKey.Derive(EvidenceLevel.Committed, secret, 0, []);
            var at = NthPosition.WinnerOf(key, "prz_x", N, block) - 1 - block * N;
            seen[at]++;
            if (at == before) bySame++;
            if (at == (long)(new BigInteger(Bytes32.HashOf(secret).ToArray(), isUnsigned: true, isBigEndian: true) % N)) byHash++;
            if (at == block % N) byBlock++;
            before = at;
        }

        // One in ten, within five standard deviations.
        var slack = 5 * Math.Sqrt(Blocks * 0.1 * 0.9);
        foreach (var hits in (int[])[bySame, byHash, byBlock]) ((double)hits).ShouldBe(Blocks / (double)N, slack);
        // Chi-square with 9 degrees of freedom: 33.7 is exceeded once in 10,000.
        seen.Sum(count => Math.Pow(count - Blocks / (double)N, 2) / (Blocks / (double)N)).ShouldBeLessThan(33.7);
    }

    [Fact] public void stand_at_positions_that_change_altogether_with_one_bit_of_the_secret()
    {
        var secret = SHA256.HashData("secret"u8);
        var positions = Positions(secret);
        for (var bit = 0; bit < 256; bit++)
        {
            var other = secret.ToArray();
            other[bit / 8] ^= (byte)(1 << (bit % 8));
            Positions(other).Zip(positions).Count(pair => pair.First == pair.Second).ShouldBeLessThan(12, $"bit {bit}");
        }

        static long[] Positions(byte[] secret)
        {
            var key = InstantWinKey.Derive(EvidenceLevel.Committed, secret, 0, []);
            return [.. Enumerable.Range(0, 100).Select(block => NthPosition.WinnerOf(key, "prz_x", 1000, block))];
        }
    }

    private static Odds[] RandomOdds(Random random)
    {
        // Chances of less than 1 together, over denominators whose least common multiple stays in range.
        long[] denominators = [2, 3, 7, 10, 25, 50, 64, 1000, 9999, 1_000_000, 1_000_000_000, 999_983];
        while (true)
        {
            var odds = Enumerable.Range(0, random.Next(1, 6)).Select(_ =>
            {
                var outOf = denominators[random.Next(denominators.Length)];
                return new Odds(random.NextInt64(1, Math.Max(2, outOf / 5)), outOf);
            }).ToArray();
            if (OddsTable.TryCreate(odds).Error is null) return odds;
        }
    }

    private static int Reference(Odds[] odds, byte[] value)
    {
        var tickets = Lcm(odds);
        var t = new BigInteger(value, isUnsigned: true, isBigEndian: true) * tickets / BigInteger.Pow(2, 256);
        BigInteger end = 0;
        for (var i = 0; i < odds.Length; i++)
        {
            end += odds[i].Win * tickets / odds[i].OutOf;
            if (t < end) return i;
        }

        return -1;
    }

    private static BigInteger Lcm(Odds[] odds) =>
        odds.Aggregate(BigInteger.One, (lcm, o) => lcm * o.OutOf / BigInteger.GreatestCommonDivisor(lcm, o.OutOf));

    private static IEnumerable<byte[]> Edges(Odds[] odds)
    {
        var tickets = Lcm(odds);
        BigInteger end = 0;
        foreach (var (win, outOf) in odds)
        {
            end += win * tickets / outOf;
            // The first v whose t is at the end of the range, and the last one within it.
            var v = (end * BigInteger.Pow(2, 256) + tickets - 1) / tickets;
            if (v < BigInteger.Pow(2, 256)) yield return Bytes(v);
            yield return Bytes(v - 1);
        }
    }

    private static byte[] Bytes(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static IEnumerable<ulong> Words(byte[] seed)
    {
        for (long i = 0; ; i++)
        {
            var block = Hmac(seed, [.. Ascii("pdv1/stream"), .. U64(i)]);
            for (var at = 0; at < 32; at += 8) yield return (ulong)new BigInteger(block.AsSpan(at, 8), isUnsigned: true, isBigEndian: true);
        }
    }

    private static ulong Below(byte[] seed, ulong n)
    {
        using var words = Words(seed).GetEnumerator();
        return Below(words, n);
    }

    private static ulong Below(IEnumerator<ulong> words, ulong n)
    {
        var bound = BigInteger.Pow(2, 64) - BigInteger.Pow(2, 64) % n;
        do words.MoveNext(); while (words.Current >= bound);
        return words.Current % n;
    }

    private static byte[] Hmac(byte[] key, byte[] message) => HMACSHA256.HashData(key, message);

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] U64(long value) => [.. BitConverter.GetBytes(value).Reverse()];
}

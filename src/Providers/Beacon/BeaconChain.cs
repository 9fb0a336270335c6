using System;

namespace PrizeDraw.Providers.Beacon;

/// <summary>
/// A chain of public randomness whose rounds appear at fixed instants: round 1 at <paramref name="GenesisTime"/>, each next one
/// <paramref name="PeriodSeconds"/> later. Rounds and instants are turned into each other in whole numbers, never in floating point.
/// </summary>
/// <param name="ChainHash">Names the chain: 32 bytes in lower-case hex.</param>
/// <param name="Scheme">How its rounds are signed; only <see cref="QuicknetScheme"/> is read.</param>
/// <param name="PublicKey">What its rounds are verified with: 96 bytes in lower-case hex.</param>
/// <param name="GenesisTime">Seconds since 1970, 0 to 253,402,300,799 (the year 9999).</param>
/// <param name="PeriodSeconds">1 to 86,400.</param>
public sealed record BeaconChain(string ChainHash, string Scheme, string PublicKey, long GenesisTime, int PeriodSeconds)
{
    /// <summary>Signatures on G1 (48 bytes) over the round's number alone.</summary>
    public const string QuicknetScheme = "bls-unchained-g1-rfc9380";

    /// <summary>Bytes of one signature under <see cref="QuicknetScheme"/>.</summary>
    public const int SignatureBytes = 48;

    internal const long GenesisMax = 253_402_300_799;

    internal const int PeriodMax = 86_400;

    /// <summary>The League of Entropy's chain "quicknet": a round every three seconds since 23 August 2023.</summary>
    public static BeaconChain Quicknet { get; } = new(
        "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
        QuicknetScheme,
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
        + "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
        1_692_803_367,
        3);

    private long GenesisTicks => checked(DateTimeOffset.UnixEpoch.Ticks + GenesisTime * TimeSpan.TicksPerSecond);

    private long PeriodTicks => PeriodSeconds * TimeSpan.TicksPerSecond;

    /// <summary>The first round that appears at that instant or later; 1 for any instant up to the chain's beginning.</summary>
    public long FirstRoundAtOrAfter(DateTimeOffset instant)
    {
        var since = instant.UtcTicks - GenesisTicks;
        // Rounded up without adding to what is divided, which could run over.
        return since <= 0 ? 1 : 1 + since / PeriodTicks + (since % PeriodTicks == 0 ? 0 : 1);
    }

    /// <summary>When the round appears, in UTC. Throws <see cref="ArgumentOutOfRangeException"/> below 1 and after the year 9999.</summary>
    public DateTimeOffset TimeOf(long round)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(round, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(round, 1 + (DateTimeOffset.MaxValue.Ticks - GenesisTicks) / PeriodTicks);
        return new DateTimeOffset(GenesisTicks + (round - 1) * PeriodTicks, TimeSpan.Zero);
    }
}

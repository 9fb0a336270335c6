using System;
using System.Diagnostics.CodeAnalysis;

namespace PrizeDraw.Domain.Evidence;

/// <summary>What a draw's or an instant win's randomness proves. Fixed in the commitment and never lowered afterwards.</summary>
public enum EvidenceLevel
{
    /// <summary>Public beacon, secret, and a timestamp token from an authority.</summary>
    Beacon = 1,

    /// <summary>Public beacon and secret; the time of the commitment is the platform's claim.</summary>
    BeaconUnwitnessed = 2,

    /// <summary>Thirty-two bytes from a named independent person take the beacon's place.</summary>
    Observed = 3,

    /// <summary>Nothing but the committed secret: for demos and rehearsals, printed as "not evidence".</summary>
    Committed = 4,
}

/// <summary>The stored and published names of the levels.</summary>
public static class EvidenceLevels
{
    /// <summary>beacon, beacon-unwitnessed, observed or committed.</summary>
    public static string StoredName(this EvidenceLevel level) => level switch
    {
        EvidenceLevel.Beacon => "beacon",
        EvidenceLevel.BeaconUnwitnessed => "beacon-unwitnessed",
        EvidenceLevel.Observed => "observed",
        EvidenceLevel.Committed => "committed",
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Not a level of evidence."),
    };

    /// <summary>Reads a stored name; exact spelling only.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, out EvidenceLevel level)
    {
        level = name switch
        {
            "beacon" => EvidenceLevel.Beacon,
            "beacon-unwitnessed" => EvidenceLevel.BeaconUnwitnessed,
            "observed" => EvidenceLevel.Observed,
            "committed" => EvidenceLevel.Committed,
            _ => default,
        };
        return level != default;
    }

    /// <summary>Whether a beacon round is named.</summary>
    public static bool UsesBeacon(this EvidenceLevel level) => level is EvidenceLevel.Beacon or EvidenceLevel.BeaconUnwitnessed;

    /// <summary>Throws unless round and randomness are what the level asks for.</summary>
    /// <exception cref="ArgumentException">Beacon levels: round ≥ 1, 32 bytes. Observed: 0, 32. Committed: 0, none.</exception>
    public static void Require(this EvidenceLevel level, long round, ReadOnlySpan<byte> randomness)
    {
        RequireRound(level, round);
        var size = level is EvidenceLevel.Committed ? 0 : Bytes32.Size;
        if (randomness.Length != size)
        {
            throw new ArgumentException(
                $"Level {level.StoredName()} takes {size} bytes of randomness, not {randomness.Length}.", nameof(randomness));
        }
    }

    /// <summary>Throws unless the round is what the level asks for: at least 1 with a beacon, 0 without.</summary>
    public static void RequireRound(this EvidenceLevel level, long round)
    {
        if (level.UsesBeacon() ? round < 1 : round != 0)
        {
            throw new ArgumentException($"Level {level.StoredName()} does not go with round {round}.", nameof(round));
        }
    }
}

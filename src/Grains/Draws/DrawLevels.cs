using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Providers.Timestamps;

namespace PrizeDraw.Grains.Draws;

/// <summary>Which levels of evidence this installation can serve.</summary>
/// <param name="HasBeacon">Whether relays of a beacon are configured.</param>
/// <param name="HasWitness">Whether a time-stamp authority is.</param>
internal sealed record DrawLevels(bool HasBeacon, bool HasWitness)
{
    private static readonly ImmutableArray<EvidenceLevel> StrongestFirst =
        [EvidenceLevel.Beacon, EvidenceLevel.BeaconUnwitnessed, EvidenceLevel.Observed, EvidenceLevel.Committed];

    public static DrawLevels Of(IBeacon beacon, ITimestampAuthority authority) => new(beacon.IsConfigured, authority.IsConfigured);

    /// <summary>What can be published here.</summary>
    public ServedDraws Draws =>
        new([.. StrongestFirst.Select(level => level.StoredName()).Where(level => Bars(level) is null)], Strongest.StoredName(), HasBeacon, HasWitness);

    /// <summary>What a draw is planned at that names no level. Never observed: that takes a person.</summary>
    public EvidenceLevel Strongest => (HasBeacon, HasWitness) switch
    {
        (true, true) => EvidenceLevel.Beacon,
        (true, false) => EvidenceLevel.BeaconUnwitnessed,
        _ => EvidenceLevel.Committed,
    };

    /// <summary>Writes the level down for every draw that names none, so that it is never another one later.</summary>
    public CampaignSettings Resolve(CampaignSettings settings) => settings with
    {
        Draw = settings.Draw is { } draw ? Resolve(draw) : null,
        FurtherDraws = [.. settings.FurtherDraws.Select(Resolve)],
    };

    /// <summary>What the installation lacks for a level, with what to configure; null when it lacks nothing.</summary>
    public string? Lacks(string level) => EvidenceLevels.TryParse(level, out var known) ? Lacks(known) : null;

    /// <summary>Why a draw of this level can't be published (CAP Code 8.24); null when it can.</summary>
    public string? Bars(string level) =>
        Lacks(level) ?? (level == EvidenceLevel.Committed.StoredName() && HasBeacon
            ? $"Level committed is not evidence, and CAP Code 8.24 asks for verifiable randomness: set {Strongest.StoredName()}, which this installation serves, or observed."
            : null);

    private string? Lacks(EvidenceLevel level) => (level.UsesBeacon(), level == EvidenceLevel.Beacon) switch
    {
        (true, _) when !HasBeacon =>
            $"Level {level.StoredName()} needs relays of a randomness beacon, and none are configured: start the platform with --beacon (or PLATFORM_BEACON).",
        (_, true) when !HasWitness =>
            "Level beacon needs a time-stamp authority, and none is configured: start the platform with --timestamps (or PLATFORM_TIMESTAMPS), or set beacon-unwitnessed.",
        _ => null,
    };

    private DrawSettings Resolve(DrawSettings draw) => draw.Level.Length > 0 ? draw : draw with { Level = Strongest.StoredName() };
}

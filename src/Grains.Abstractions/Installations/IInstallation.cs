using System.Collections.Immutable;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Installations;

/// <summary>What this installation is configured to serve; the same from start to end of the process.</summary>
public interface IInstallation
{
    ServedDraws Draws { get; }

    /// <summary>Who provides the parts of a campaign that names nobody.</summary>
    ProviderChoice Providers { get; }
}

/// <summary>Which draws can be published here.</summary>
/// <param name="Levels">Levels of evidence, the strongest first.</param>
/// <param name="Strongest">What a draw gets that names no level; never observed, which takes a person.</param>
/// <param name="Relays">Whether relays of a randomness beacon are configured.</param>
/// <param name="Authority">Whether a time-stamp authority is.</param>
public sealed record ServedDraws(ImmutableArray<string> Levels, string Strongest, bool Relays, bool Authority);

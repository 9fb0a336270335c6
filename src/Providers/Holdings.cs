using System.Collections.Immutable;

namespace PrizeDraw.Providers;

/// <summary>Something that an account holds, whether or not it is ours.</summary>
/// <param name="Name">As the provider calls it now.</param>
/// <param name="Nonce">The ownership marker that it carries, 16 hex digits; null without one.</param>
public sealed record HeldResource(string Name, string? Nonce)
{
    /// <summary>The provider's own id of it; null where the name is all there is.</summary>
    public string? Id { get; init; }

    /// <summary>The name that it was made with, where the marker tells it; else as it is called now.</summary>
    public string MarkedAs { get; init; } = Name;

    /// <summary>What has become otherwise than it was made, as a sentence; null when nothing that is looked at has.</summary>
    public string? Changed { get; init; }
}

/// <summary>What an account holds of one kind.</summary>
/// <param name="IsWhole">Whether that is all of it: beyond <see cref="Most"/> nothing more is read, and nothing may be concluded from absence.</param>
public sealed record Holdings(ImmutableArray<HeldResource> Items, bool IsWhole)
{
    /// <summary>How many are read at most.</summary>
    public const int Most = 2_000;
}

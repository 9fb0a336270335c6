using System;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>How sites are hosted at Vercel. The host refuses to start on a bad value.</summary>
public sealed record VercelOptions
{
    /// <summary>Where the API is, when nothing else is said.</summary>
    public static Uri PublicAddress { get; } = new("https://api.vercel.com/");

    /// <summary>The team that owns the projects (<c>team_…</c>), sent with every call; null for the token's own account.</summary>
    public string? TeamId { get; init; }

    /// <summary>How the sites are built, a word of Vercel's own list; default <c>nextjs</c>.</summary>
    public string Framework { get; init; } = "nextjs";

    /// <summary>The pause between two looks at a build, or at a change that is awaited; 1 ms to 1 minute, default 5 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a build may take, and before that how long it is followed in the queue; up to 2 hours each, default 20 minutes.</summary>
    public TimeSpan BuildPatience { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>How long what was just made may stay invisible; up to 10 minutes, default 30 s.</summary>
    public TimeSpan AppearsWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long what was just deleted may stay visible; up to 10 minutes, default 1 minute.</summary>
    public TimeSpan GoneWithin { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    public void Validate()
    {
        Require(TeamId is null or { Length: > 0 and <= 100 }, "a team is named by its id, or not at all");
        Require(Framework is { Length: > 0 and <= 40 }, "the framework is a word of Vercel's list");
        Require(Within(PollInterval, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)), "the pause between two looks is 1 ms to 1 minute");
        Require(Within(BuildPatience, TimeSpan.Zero, TimeSpan.FromHours(2)), "a build may take up to 2 hours");
        Require(Within(AppearsWithin, TimeSpan.Zero, TimeSpan.FromMinutes(10)), "what was made appears within 10 minutes");
        Require(Within(GoneWithin, TimeSpan.Zero, TimeSpan.FromMinutes(10)), "what was deleted is gone within 10 minutes");
    }

    private static bool Within(TimeSpan value, TimeSpan least, TimeSpan most) => value >= least && value <= most;

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new ArgumentException($"Vercel's options: {what}.");
        }
    }
}

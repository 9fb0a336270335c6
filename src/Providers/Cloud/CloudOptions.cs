using System;

namespace PrizeDraw.Providers.Cloud;

/// <summary>How one provider is called.</summary>
public sealed record CloudOptions
{
    /// <summary>Where the API's paths begin; https, or http on this machine alone.</summary>
    public required Uri Address { get; init; }

    /// <summary>PEM file of the roots that the API's certificate must come from; null (the default) for those that this machine trusts.</summary>
    public string? RootCertificate { get; init; }

    /// <summary>How long one attempt may take, the answer's body included; 10 ms to 5 minutes, default 30 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a call is repeated at most; 0 to 10, default 5.</summary>
    public int RepeatsMax { get; init; } = 5;

    /// <summary>The wait before the first repetition, doubled for each next one, with jitter; 0 to 1 minute, default 1 s.</summary>
    public TimeSpan RepeatDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The wait after a refusal because of a limit that does not say how long, doubled for each next one; 0 to 10 minutes, default 1 minute.
    /// </summary>
    public TimeSpan LimitDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one call may wait in all, for limits, budget and repetitions; 0 to 1 hour, default 10 minutes.</summary>
    public TimeSpan WaitMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether writes of one account are made one after the other; default false.</summary>
    public bool SerialWrites { get; init; }

    /// <summary>The pause between two serial writes; 0 to 1 minute, default 0.</summary>
    public TimeSpan WriteGap { get; init; }

    /// <summary>How many attempts within <see cref="BreakWindow"/>, half of them failed, stop calls for a while; 2 to 1000, default 10.</summary>
    public int BreakAfter { get; init; } = 10;

    /// <summary>0.5 s to 10 minutes, default 30 s.</summary>
    public TimeSpan BreakWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long calls are stopped; 0.5 s to 10 minutes, default 15 s.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>An answer with more bytes is refused; 1 KB to 64 MB, default 4 MB.</summary>
    public int AnswerBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    public void Validate()
    {
        Require(Address is { IsAbsoluteUri: true, UserInfo: "", Query: "", Fragment: "" }
            && (Address.Scheme == Uri.UriSchemeHttps || (Address.Scheme == Uri.UriSchemeHttp && Address.IsLoopback)),
            "the address is https (http on this machine alone), and has no user, query or fragment");
        Require(Within(AttemptTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5)), "an attempt may take 10 ms to 5 minutes");
        Require(RepeatsMax is >= 0 and <= 10, "a call is repeated 0 to 10 times");
        Require(Within(RepeatDelay, TimeSpan.Zero, TimeSpan.FromMinutes(1)), "the wait before a repetition is 0 to 1 minute");
        Require(Within(LimitDelay, TimeSpan.Zero, TimeSpan.FromMinutes(10)), "the wait after a limit is 0 to 10 minutes");
        Require(Within(WaitMax, TimeSpan.Zero, TimeSpan.FromHours(1)), "a call may wait 0 to 1 hour in all");
        Require(Within(WriteGap, TimeSpan.Zero, TimeSpan.FromMinutes(1)), "the pause between writes is 0 to 1 minute");
        Require(BreakAfter is >= 2 and <= 1000, "calls stop after 2 to 1000 attempts");
        Require(Within(BreakWindow, TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(10)), "the window of failures is 0.5 s to 10 minutes");
        Require(Within(BreakDuration, TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(10)), "calls stop for 0.5 s to 10 minutes");
        Require(AnswerBytesMax is >= 1024 and <= 64 * 1024 * 1024, "an answer may have 1 KB to 64 MB");
    }

    private static bool Within(TimeSpan value, TimeSpan least, TimeSpan most) => value >= least && value <= most;

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new ArgumentException($"A cloud provider's options: {what}.");
        }
    }
}

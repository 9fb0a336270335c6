namespace PrizeDraw.Silo.Doctor;

/// <summary>How bad it is: all is well; it should be looked at; it keeps the platform, or a campaign, from working.</summary>
public enum FindingLevel
{
    Ok,
    Warn,
    Fail,
}

/// <summary>What was found at one look.</summary>
/// <param name="What">What was looked at, in a word or two.</param>
/// <param name="Says">What is the matter, and what to do.</param>
public sealed record Finding(FindingLevel Level, string What, string Says)
{
    public static Finding Ok(string what, string says) => new(FindingLevel.Ok, what, says);

    public static Finding Warn(string what, string says) => new(FindingLevel.Warn, what, says);

    public static Finding Fail(string what, string says) => new(FindingLevel.Fail, what, says);

    public override string ToString() => $"{(Level == FindingLevel.Fail ? "FAIL" : Level == FindingLevel.Warn ? "warn" : "ok  ")}  {What}: {Says}";
}

namespace PrizeDraw.Grains.Abstractions.Campaigns;

/// <summary>How prizes are allocated, by their names on the wire and in storage, in order of precedence.</summary>
public static class PrizeModes
{
    public const string Guaranteed = "guaranteed", Moments = "moments", Probability = "probability", Consolation = "consolation";

    /// <summary>The prize's mode: as set, else odds → probability, gift → consolation, else moments.</summary>
    public static string Of(PrizeSettings prize) =>
        prize.Mode ?? (prize.Odds is not null ? Probability : prize.Kind == "gift" ? Consolation : Moments);

    public static bool IsKnown(string? mode) => mode is Guaranteed or Moments or Probability or Consolation;
}

using System;

namespace PrizeDraw.Providers.Cloud;

/// <summary>What an answer says about the account's limits.</summary>
/// <param name="IsRefused">Whether the call was refused because of a limit: nothing was done.</param>
/// <param name="Until">When the next call may be made; null when the answer does not say, or nothing is used up.</param>
/// <param name="IsWholeAccount">Whether that holds for the whole account rather than for the call's bucket.</param>
public sealed record CloudLimits(bool IsRefused, DateTimeOffset? Until, bool IsWholeAccount = true)
{
    /// <summary>Nothing is used up.</summary>
    public static CloudLimits None { get; } = new(false, null);
}

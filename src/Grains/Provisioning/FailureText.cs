using System;
using PrizeDraw.Providers;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>What people are told of a failure: a provider's message is made for them; anything else may hold what nobody outside should see.</summary>
internal static class FailureText
{
    /// <param name="tookTooLong">What is said of work that was stopped because its time was up; null where that is an error like another.</param>
    public static string Of(Exception e, string? tookTooLong = null) => e switch
    {
        ProviderException or CampaignStillNeededException => e.Message,
        OperationCanceledException when tookTooLong is not null => tookTooLong,
        _ => $"An internal error ({e.GetType().Name}). The platform's log has the details.",
    };
}

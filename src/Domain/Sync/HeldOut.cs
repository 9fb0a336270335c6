using System;
using PrizeDraw.Domain.Campaigns;

namespace PrizeDraw.Domain.Sync;

/// <summary>Which sites a release leaves alone, and what people are told of them.</summary>
public static class HeldOut
{
    /// <summary>The site's state in the release and why; null for a site that takes part. Asked when its turn comes, since it may have changed.</summary>
    /// <param name="campaignState">The campaign's state.</param>
    /// <param name="closesAt">When the campaign closes.</param>
    /// <param name="isPinned">Whether its site stays at the version that it has.</param>
    /// <param name="holdHours">Who is live and closes within so many hours is held out; 0 for none.</param>
    /// <param name="now">The time.</param>
    public static (string State, string Reason)? Of(string campaignState, DateTimeOffset? closesAt, bool isPinned, int holdHours, DateTimeOffset now) =>
        !CampaignLife.HasSite(campaignState) ? (ReleaseSiteStates.Skipped, "The campaign has no site that is up.")
        : isPinned ? (ReleaseSiteStates.Held, "The site is pinned to the version that it has.")
        : campaignState is CampaignLife.Live or CampaignLife.Paused && closesAt is { } closes && closes > now && closes - now < TimeSpan.FromHours(holdHours)
            ? (ReleaseSiteStates.Held, $"The campaign closes within {holdHours} hours.")
        : null;
}

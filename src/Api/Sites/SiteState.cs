using System;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Sites;

/// <summary>
/// The state as a site shows it: by the clock, since reminders open and close a campaign some seconds late and the pools judge
/// by the clock too.
/// </summary>
internal static class SiteState
{
    public static bool IsPublished(CampaignView campaign) => campaign.PublishedAt is not null
        && campaign.State is not ("draft" or "provisioning" or "ready" or "failed" or "rolled_back");

    public static string At(CampaignView campaign, DateTimeOffset now) => campaign.State switch
    {
        "scheduled" or "live" or "paused" when now >= campaign.Settings.ClosesAt => "closed",
        "scheduled" when now >= campaign.Settings.OpensAt => "live",
        _ => campaign.State,
    };
}

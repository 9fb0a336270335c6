using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Notices;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Live;

/// <summary>What the hub tells. The names are those of the messages.</summary>
internal static class LiveMessages
{
    /// <summary>A step of the campaign's latest deployment has changed: <see cref="LiveDeployment"/>.</summary>
    public const string Deployment = "deployment";

    /// <summary>The campaign's counters have changed: <see cref="LiveCounters"/>.</summary>
    public const string Counters = "counters";

    /// <summary>A stock alert: <see cref="LiveNotice"/>.</summary>
    public const string Stock = "stock";
}

/// <summary>A message to a page: its name and what it holds.</summary>
internal sealed record LiveMessage(string Name, object Body);

/// <summary>The campaign's latest deployment, without its log.</summary>
internal sealed record LiveDeployment(string CampaignId, DeploymentAnswer Deployment);

/// <summary>A campaign's counters: those of GET stats that change with each entry.</summary>
internal sealed record LiveCounters(
    string CampaignId, long Entries, long Entrants, OutcomeCounts Outcomes, IReadOnlyDictionary<string, long> Refusals, IReadOnlyList<LivePrize> Prizes)
{
    public static LiveCounters From(string campaignId, CampaignStats stats) => new(
        campaignId, stats.Entries, stats.Entrants, stats.Outcomes, stats.Refusals,
        [.. stats.Prizes.Select(p => new LivePrize(p.Id, p.PoolId, p.Name, p.Stock, p.Allocated, p.Remaining))]);
}

/// <summary>A prize's stock.</summary>
internal sealed record LivePrize(string Id, string PoolId, string Name, long? Stock, long Allocated, long? Remaining);

/// <summary>A notice as it was written.</summary>
internal sealed record LiveNotice(string CampaignId, NoticeAnswer Notice);

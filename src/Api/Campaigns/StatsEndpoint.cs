using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Pools;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Campaigns;

/// <summary>A campaign's counters, without personal data.</summary>
/// <param name="Entries">Accepted entries.</param>
/// <param name="Entrants">People who took part.</param>
/// <param name="Outcomes">Entries by what they got.</param>
/// <param name="Refusals">Refused entries by code.</param>
/// <param name="Prizes">Prizes with their stock.</param>
[Example("""{"entries":1042,"entrants":998,"outcomes":{"prize":12,"gift":1030,"none":0},"refusals":{"entry.limit_reached":7},"prizes":[]}""")]
public sealed record StatsAnswer(
    long Entries, long Entrants, OutcomeCounts Outcomes, IReadOnlyDictionary<string, long> Refusals, IReadOnlyList<PrizeAnswer> Prizes);

internal static class StatsEndpoint
{
    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet("/campaigns/{id}/stats", ReadAsync).WithTags("Campaigns")
            .Describe("getCampaignStats", "Read a campaign's counters.").For(Access.ReadOnly).Answers<StatsAnswer>(200);

    private static async Task<IResult> ReadAsync(TheCampaign campaign, ICampaignDataQueries data, CancellationToken ct)
    {
        var view = campaign.Value;
        // Before provisioning there is no database to count in, and nothing to count.
        var stats = await data.StatsAsync(view.TenantId, view.Id, ct)
            ?? new CampaignStats(0, 0, new OutcomeCounts(0, 0, 0), ImmutableSortedDictionary<string, long>.Empty, []);
        var prizes = view.Settings.Pools.SelectMany(pool => PrizeAnswer.Of(pool, stats.Prizes));
        return Answer.Ok(new StatsAnswer(stats.Entries, stats.Entrants, stats.Outcomes, stats.Refusals, [.. prizes]));
    }
}

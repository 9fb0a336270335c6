using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Api.Problems;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Campaigns;

/// <summary>Ids of pools, prizes and draws are the platform's to give: a body may only name those that the campaign already has.</summary>
internal static class GivenIds
{
    /// <param name="within">What the paths begin with and the client didn't send: a pool alone stands in no list.</param>
    public static Problem? Check(CampaignSettings given, CampaignSettings current, string within = "")
    {
        var pools = current.Pools.Select(pool => pool.Id).ToHashSet();
        var prizes = current.Pools.SelectMany(pool => pool.Prizes).Select(prize => prize.Id).ToHashSet();
        var draws = current.AllDraws().Select(draw => draw.Id).ToHashSet();
        var foreign = Named(given).FirstOrDefault(named => named.Kind switch
        {
            Kind.Pool => !pools.Contains(named.Id),
            Kind.Prize => !prizes.Contains(named.Id),
            _ => !draws.Contains(named.Id),
        });
        return foreign.Path is null
            ? null
            : Problem.At(ErrorCodes.InvalidField, foreign.Path[(foreign.Path.StartsWith(within, System.StringComparison.Ordinal) ? within.Length : 0)..], "is not an id that this campaign has; leave it out for something new.");
    }

    private enum Kind { Pool, Prize, Draw }

    private static IEnumerable<(Kind Kind, string Id, string? Path)> Named(CampaignSettings settings)
    {
        for (var p = 0; p < settings.Pools.Length; p++)
        {
            if (settings.Pools[p].Id is { } pool)
            {
                yield return (Kind.Pool, pool, $"pools[{p}].id");
            }

            for (var z = 0; z < settings.Pools[p].Prizes.Length; z++)
            {
                if (settings.Pools[p].Prizes[z].Id is { } prize)
                {
                    yield return (Kind.Prize, prize, $"pools[{p}].prizes[{z}].id");
                }
            }
        }

        if (settings.Draw?.Id is { } draw)
        {
            yield return (Kind.Draw, draw, "draw.id");
        }

        for (var d = 0; d < settings.FurtherDraws.Length; d++)
        {
            if (settings.FurtherDraws[d].Id is { } further)
            {
                yield return (Kind.Draw, further, $"furtherDraws[{d}].id");
            }
        }
    }
}

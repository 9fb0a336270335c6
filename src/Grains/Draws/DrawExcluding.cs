using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Campaign.Draws;

namespace PrizeDraw.Grains.Draws;

/// <summary>Writes down who is left out of a frozen draw, before its list is built.</summary>
internal sealed class DrawExcluding(DrawParts parts, DrawAddress address)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Writes it, again and again to the same end. What there is to wait for, or null: a draw that leaves out earlier winners waits until those
    /// that were to be frozen before it have winners.
    /// </summary>
    public async Task<DrawSteps.Waiting?> ExcludeAsync(TakenDraw draw, CancellationToken ct)
    {
        var campaign = await parts.Campaigns.FindAsync(Scope.Of(address.TenantId), address.CampaignId, ct);
        if (await new DrawPlans(parts, address).DifferenceAsync(draw, campaign?.Settings, ct) is { } other)
        {
            return new DrawSteps.Waiting(LookAgain, $"The campaign's settings are not those of the draw's published plan ({other}): put them back.");
        }

        var exclude = campaign?.Settings.AllDraws().FirstOrDefault(d => d.Id == address.DrawId)?.Exclude;

        if (exclude is null)
        {
            return null;
        }

        if (exclude.PreviousWinners && await parts.Exclusions.EarlierUndrawnAsync(address, ct) is { } earlier)
        {
            return new DrawSteps.Waiting(LookAgain, $"Winners of the draw {earlier} are left out of this one, and it has not been drawn yet.");
        }

        await parts.Exclusions.WriteAsync(address, DrawPlanning.LeftOutBy(exclude), ct);
        return null;
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>Draws that a published campaign is given. Pure.</summary>
internal static class AddedDraws
{
    /// <summary>What begins so soon may have begun before the draw's rules are committed to.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>The draws that the campaign did not have before, with their fields' paths.</summary>
    public static IEnumerable<(DrawSettings Draw, string At)> Of(CampaignSettings before, CampaignSettings next) =>
        next.DrawPaths().Where(d => before.AllDraws().All(old => old.Id != d.Draw.Id));

    /// <summary>Whether entries that the draw covers may have been taken already: then it is marked, and needs randomness from outside.</summary>
    public static bool IsLater(DrawSettings draw, DateTimeOffset? opensAt, string state, DateTimeOffset now) =>
        CampaignLife.IsPublished(state) && opensAt <= now + Margin && !(draw.From > now + Margin);

    /// <summary>What is refused of draws that are added to a published campaign.</summary>
    public static CampaignInvalid? Refused(string state, CampaignSettings before, CampaignSettings next, DateTimeOffset now)
    {
        var errors = new SettingsErrors();
        foreach (var (draw, at) in Of(before, next))
        {
            errors.Unless(
                !IsLater(draw, next.OpensAt, state, now) || !EvidenceLevels.TryParse(draw.Level, out var level)
                    || level is EvidenceLevel.Beacon or EvidenceLevel.Observed,
                $"{at}.level", "Entries that this draw covers may have been taken already: a draw that is added later needs level beacon or observed.");
            errors.Unless(state != CampaignLife.Completed || draw.Succeeds is not null, at,
                "The campaign is completed: all that can be added is the successor of a void draw (succeeds).");
        }

        return errors.Count == 0 ? null : new CampaignInvalid(errors);
    }

    /// <summary>Every draw with its field's path.</summary>
    public static IEnumerable<(DrawSettings Draw, string At)> DrawPaths(this CampaignSettings settings) =>
        settings.FurtherDraws.Select((draw, i) => (draw, $"furtherDraws[{i}]")).Prepend((settings.Draw!, "draw")).Where(d => d.Item1 is not null);
}

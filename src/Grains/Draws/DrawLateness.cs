using System;
using System.Text.Json;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Storage.Campaign.Draws;

namespace PrizeDraw.Grains.Draws;

/// <summary>Draws that were revealed after their deadline say so.</summary>
internal static class DrawLateness
{
    /// <summary>The event of a draw that is revealed now, too late; null in time, and for one of an earlier version.</summary>
    public static DrawEvent? Of(TakenDraw draw, DateTimeOffset now)
    {
        if (draw.Commitment is not { } commitment)
        {
            return null;
        }

        using var body = JsonDocument.Parse(commitment.Body);
        var roundAt = draw.Chain is { } chain ? JsonSerializer.Deserialize<BeaconChain>(chain)!.TimeOf(draw.Round) : (DateTimeOffset?)null;
        var deadline = DrawDeadline.Of(DrawSteps.LevelOf(draw), body.RootElement.GetProperty("committedAt").GetDateTimeOffset(), roundAt);
        return now <= deadline ? null : new DrawEvent(DrawEventKinds.Withheld, null, "revealed-late", null, null, "platform", now);
    }
}

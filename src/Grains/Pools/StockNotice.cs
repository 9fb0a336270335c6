using System;
using System.Text.Json;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>What is told of a stock that has crossed a threshold, queued in the transaction that made it cross.</summary>
internal static class StockNotice
{
    public static QueuedNotice Of(PoolAddress address, StockAlert alert, DateTimeOffset now) => new(
        Guid.CreateVersion7(now), now, JsonSerializer.Serialize(
            new
            {
                kind = alert.Level == StockAlertLevel.Out ? "stock.out" : "stock.low",
                campaign = address.CampaignId,
                pool = address.PoolId,
                prize = alert.Prize.Terms.PublicId,
                name = alert.Prize.Terms.Name,
                stock = alert.Prize.Terms.Stock,
                remaining = alert.Remaining,
                threshold = alert.Threshold,
                number = alert.Number,
                at = now.ToUniversalTime(),
            }, JsonSerializerOptions.Web));
}

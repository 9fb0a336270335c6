using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Api.Audit;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Pools;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Campaigns;

/// <summary>A campaign's counters, without personal data. Written with each batch of entries, so that they are exact at any time.</summary>
/// <param name="Entries">Accepted entries.</param>
/// <param name="Entrants">People who took part.</param>
/// <param name="Outcomes">Entries by what they got.</param>
/// <param name="Refusals">Refused entries by code.</param>
/// <param name="Prizes">Prizes with their stock.</param>
/// <param name="ByHour">Each hour asked for, empty ones too; by default the last 48.</param>
/// <param name="ByDay">Each day of the campaign's time zone from the first entry to the latest, at most 400.</param>
/// <param name="ByPrize">Each prize day by day, with when its stock may run out.</param>
[Example("""
    {"entries":1042,"entrants":998,"outcomes":{"prize":12,"gift":1030,"none":0},"refusals":{"entry.limit_reached":7},"prizes":[],
     "byHour":[{"hour":"2026-12-05T10:00:00Z","entries":42,"entrants":40,"outcomes":{"prize":1,"gift":41,"none":0}}],
     "byDay":[{"day":"2026-12-05","entries":1042,"entrants":998,"outcomes":{"prize":12,"gift":1030,"none":0}}],
     "byPrize":[{"id":"prz_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","poolId":"pool_0193a5f2c0de7a10b1c2d3e4f5a6b7c9","name":"Mug","kind":"prize","stock":100,
       "allocated":12,"remaining":88,"projectedRunOutAt":"2026-12-13T04:30:00Z","byDay":[{"day":"2026-12-05","awarded":12}]}]}
    """)]
public sealed record StatsAnswer(
    long Entries, long Entrants, OutcomeCounts Outcomes, IReadOnlyDictionary<string, long> Refusals, IReadOnlyList<PrizeAnswer> Prizes,
    IReadOnlyList<HourAnswer> ByHour, IReadOnlyList<DayAnswer> ByDay, IReadOnlyList<PrizeStatsAnswer> ByPrize)
{
    private static readonly CampaignStatistics Nothing = new(
        new CampaignStats(0, 0, new OutcomeCounts(0, 0, 0), ImmutableSortedDictionary<string, long>.Empty, []), [], [], []);

    /// <summary>Before provisioning there is no database to count in, and nothing to count.</summary>
    internal static async Task<StatsAnswer> ReadAsync(
        ICampaignStatistics statistics, CampaignView campaign, string? rehearsalId, StatsSpan span, CancellationToken ct)
    {
        var read = await statistics.ReadAsync(
            new StatisticsQuery(campaign.TenantId, campaign.Id, rehearsalId, campaign.Settings.TimeZone, span.From, span.To), ct) ?? Nothing;
        var totals = read.Totals;
        return new StatsAnswer(
            totals.Entries, totals.Entrants, totals.Outcomes, totals.Refusals,
            [.. campaign.Settings.Pools.SelectMany(pool => PrizeAnswer.Of(pool, totals.Prizes))],
            [.. read.ByHour.Select(h => new HourAnswer(h.Hour, h.Entries, h.Entrants, h.Outcomes))],
            [.. read.ByDay.Select(d => new DayAnswer(d.Day, d.Entries, d.Entrants, d.Outcomes))],
            [.. read.ByPrize.Select(PrizeStatsAnswer.Of)]);
    }
}

/// <summary>An hour's entries.</summary>
/// <param name="Hour">When the hour began; an hour of the campaign's time zone, so that both of a doubled one are there.</param>
/// <param name="Entries">Accepted entries.</param>
/// <param name="Entrants">People who entered for the first time.</param>
/// <param name="Outcomes">Entries by what they got.</param>
public sealed record HourAnswer(DateTimeOffset Hour, long Entries, long Entrants, OutcomeCounts Outcomes);

/// <summary>A day's entries.</summary>
/// <param name="Day">A day of the campaign's time zone.</param>
/// <param name="Entries">Accepted entries.</param>
/// <param name="Entrants">People who entered for the first time.</param>
/// <param name="Outcomes">Entries by what they got.</param>
public sealed record DayAnswer(DateOnly Day, long Entries, long Entrants, OutcomeCounts Outcomes);

/// <summary>A prize day by day.</summary>
/// <param name="Id">The prize's id.</param>
/// <param name="PoolId">The pool that allocates it.</param>
/// <param name="Name">Unique within the pool.</param>
/// <param name="Kind">prize or gift.</param>
/// <param name="Stock">Units; null is without limit.</param>
/// <param name="Allocated">Units that entries have got.</param>
/// <param name="Remaining">Units left; null is without limit.</param>
/// <param name="ProjectedRunOutAt">When the stock is used up if it goes on as in the last hours; null when nothing tells.</param>
/// <param name="ByDay">Days on which units were awarded.</param>
public sealed record PrizeStatsAnswer(
    string Id, string PoolId, string Name, string Kind, long? Stock, long Allocated, long? Remaining, DateTimeOffset? ProjectedRunOutAt,
    IReadOnlyList<PrizeDayAnswer> ByDay)
{
    internal static PrizeStatsAnswer Of(PrizeStatistics read) => new(
        read.Prize.Id, read.Prize.PoolId, read.Prize.Name, read.Prize.Kind, read.Prize.Stock, read.Prize.Allocated, read.Prize.Remaining,
        read.ProjectedRunOutAt, [.. read.ByDay.Select(d => new PrizeDayAnswer(d.Day, d.Awarded))]);
}

/// <summary>What was awarded of a prize on a day.</summary>
/// <param name="Day">A day of the campaign's time zone.</param>
/// <param name="Awarded">Units.</param>
public sealed record PrizeDayAnswer(DateOnly Day, long Awarded);

/// <summary>Which hours are asked for: ?from and ?to, at most 62 days.</summary>
public sealed class StatsSpan : IBound
{
    /// <summary>The last 48 hours.</summary>
    public static readonly StatsSpan Latest = new(null, null, null);

    private StatsSpan(DateTimeOffset? from, DateTimeOffset? to, Problem? problem) => (From, To, Problem) = (from, to, problem);

    public DateTimeOffset? From { get; }

    public DateTimeOffset? To { get; }

    public Problem? Problem { get; }

    public static ValueTask<StatsSpan> BindAsync(HttpContext context, ParameterInfo _)
    {
        var query = new QueryReader(context.Request.Query);
        var (from, to) = (query.Instant("from"), query.Instant("to"));
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var problem = query.Problem ?? (from is { } begin && ((to ?? now) <= begin || (to ?? now) - begin > StatisticsQuery.SpanMax)
            ? Problem.At(ErrorCodes.InvalidParameter, "from", $"must be before to, or now, and at most {StatisticsQuery.SpanMax.TotalDays} days before it.")
            : null);
        return ValueTask.FromResult(new StatsSpan(from, to, problem));
    }
}

internal static class StatsEndpoint
{
    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet("/campaigns/{id}/stats", ReadAsync).WithTags("Campaigns")
            .Describe("getCampaignStats", "Read a campaign's counters, by the hour, by the day and by the prize.").For(Access.ReadOnly)
            .Answers<StatsAnswer>(200);

    private static async Task<IResult> ReadAsync(TheCampaign campaign, StatsSpan span, ICampaignStatistics statistics, CancellationToken ct) =>
        Answer.Ok(await StatsAnswer.ReadAsync(statistics, campaign.Value, null, span, ct));
}

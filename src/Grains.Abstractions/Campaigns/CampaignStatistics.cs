using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Grains.Abstractions.Campaigns;

/// <summary>Which numbers are asked for.</summary>
/// <param name="RehearsalId">The rehearsal's (<c>reh_…</c>); null is the campaign's own.</param>
/// <param name="TimeZone">IANA name; decides what a day and an hour is.</param>
/// <param name="From">Hours from the one that holds this instant on; null is the last 48, or a rehearsal's.</param>
/// <param name="To">Hours before this instant; null is until now.</param>
public sealed record StatisticsQuery(
    string TenantId, string CampaignId, string? RehearsalId, string TimeZone, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    /// <summary>The longest span of hours that is answered.</summary>
    public static readonly TimeSpan SpanMax = TimeSpan.FromDays(62);

    /// <summary>The most days that are answered, the latest.</summary>
    public const int DaysMax = 400;
}

/// <summary>
/// Numbers of a campaign, from counters that are written with each batch of entries: exact at any time, and as cheap at ten million entries
/// as at ten.
/// </summary>
public interface ICampaignStatistics
{
    /// <summary>Null when the campaign has no database.</summary>
    Task<CampaignStatistics?> ReadAsync(StatisticsQuery query, CancellationToken ct);
}

/// <param name="ByHour">Every hour asked for, the empty ones too, in order.</param>
/// <param name="ByDay">Every day from the first one with an entry to the last one, in order.</param>
public sealed record CampaignStatistics(
    CampaignStats Totals, ImmutableArray<HourCount> ByHour, ImmutableArray<DayCount> ByDay, ImmutableArray<PrizeStatistics> ByPrize);

/// <param name="Hour">The instant at which the local hour began.</param>
/// <param name="Entrants">People who entered for the first time.</param>
public sealed record HourCount(DateTimeOffset Hour, long Entries, long Entrants, OutcomeCounts Outcomes);

/// <param name="Day">A day of the campaign's time zone.</param>
/// <param name="Entrants">People who entered for the first time.</param>
public sealed record DayCount(DateOnly Day, long Entries, long Entrants, OutcomeCounts Outcomes);

/// <param name="ProjectedRunOutAt">When the stock is used up at the rate of the last hours; null when nothing tells.</param>
/// <param name="ByDay">Days on which units were awarded, in order.</param>
public sealed record PrizeStatistics(PrizeCount Prize, DateTimeOffset? ProjectedRunOutAt, ImmutableArray<PrizeDayCount> ByDay);

public sealed record PrizeDayCount(DateOnly Day, long Awarded);

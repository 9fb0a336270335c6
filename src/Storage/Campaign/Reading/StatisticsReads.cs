using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Domain.Time;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Campaign.Reading;

/// <inheritdoc cref="ICampaignStatistics"/>
internal sealed class StatisticsReads(CampaignConnections connections, TimeProvider clock) : ICampaignStatistics
{
    private const string RefusedPrefix = "refused:";

    private static readonly TimeSpan LastHours = TimeSpan.FromHours(48), Hour = TimeSpan.FromHours(1);

    // One transaction sees one moment: totals, hours, days and stock agree to the entry.
    private const string OneMoment = "set transaction isolation level repeatable read, read only";

    private const string Totals = "select what, sum(n)::bigint from pool_count where campaign_id = $1 group by what";

    private const string Latest = "select max(last_entered_at) from pool where campaign_id = $1";

    private const string Hours =
        """
        select hour, what, sum(n)::bigint from pool_hour
        where campaign_id = $1 and hour >= $2 and hour < $3 group by hour, what order by hour
        """;

    private const string Prizes =
        """
        select p.prize_id, p.pool_id, p.name, p.kind, p.stock, p.allocated, h.first, h.latest, h.recent
        from prize p
        join pool l on l.campaign_id = p.campaign_id and l.pool_id = p.pool_id
        left join lateral (
          select min(hour) as first, max(hour) filter (where hour > $2) as latest, sum(allocated) filter (where hour > $2) as recent
          from prize_hour h where h.campaign_id = p.campaign_id and h.prize_id = p.prize_id) h on true
        where p.campaign_id = $1 order by l.ordinal, p.ordinal, p.prize_id
        """;

    private const string PrizeDays =
        "select prize_id, day, allocated from prize_day where campaign_id = $1 and day > $2 order by day";

    public async Task<CampaignStatistics?> ReadAsync(StatisticsQuery query, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(query.TenantId, query.CampaignId, query.RehearsalId, ct);
        if (lease is null)
        {
            return null;
        }

        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await lease.Connection.RunAsync(OneMoment, [], ct);
        var (campaign, calendar) = (Ids.Parse(Ids.Campaign, query.CampaignId), new CampaignCalendar(TimeZoneInfo.FindSystemTimeZoneById(query.TimeZone)));
        var now = await NowAsync(lease.Connection, campaign, query.RehearsalId, ct);
        var hours = await HoursAsync(lease.Connection, campaign, now, ct);
        var prizes = await PrizesAsync(lease.Connection, campaign, now, calendar, ct);
        var totals = await TotalsAsync(lease.Connection, campaign, [.. prizes.Select(p => p.Prize)], ct);
        return new CampaignStatistics(totals, ByHour(hours, query, now, calendar), ByDay(hours, calendar), prizes);
    }

    /// <summary>In a rehearsal the time is that of its latest entry.</summary>
    private async Task<DateTimeOffset> NowAsync(NpgsqlConnection connection, Guid campaign, string? rehearsal, CancellationToken ct)
    {
        var latest = rehearsal is null ? null : await connection.FindAsync(Latest, [campaign], row => row.TimeOrNull(0), ct);
        return latest ?? clock.GetUtcNow();
    }

    private static async Task<CampaignStats> TotalsAsync(
        NpgsqlConnection connection, Guid campaign, ImmutableArray<PrizeCount> prizes, CancellationToken ct)
    {
        var counts = (await connection.ListAsync(Totals, [campaign], row => (What: row.GetString(0), N: row.GetInt64(1)), ct))
            .ToDictionary(count => count.What, count => count.N, StringComparer.Ordinal);
        return new CampaignStats(
            counts.GetValueOrDefault("entries"), counts.GetValueOrDefault("entrants"), OutcomesOf(counts),
            counts.Where(count => count.Key.StartsWith(RefusedPrefix, StringComparison.Ordinal))
                .ToImmutableSortedDictionary(count => count.Key[RefusedPrefix.Length..], count => count.Value, StringComparer.Ordinal),
            prizes);
    }

    private static async Task<SortedDictionary<DateTimeOffset, Dictionary<string, long>>> HoursAsync(
        NpgsqlConnection connection, Guid campaign, DateTimeOffset now, CancellationToken ct)
    {
        var hours = new SortedDictionary<DateTimeOffset, Dictionary<string, long>>();
        await connection.EachAsync(Hours, [campaign, now.AddDays(-StatisticsQuery.DaysMax), now.AddDays(1)], row =>
        {
            var hour = row.Time(0);
            if (!hours.TryGetValue(hour, out var counts))
            {
                hours[hour] = counts = new Dictionary<string, long>(StringComparer.Ordinal);
            }

            counts[row.GetString(1)] = row.GetInt64(2);
        }, ct);
        return hours;
    }

    private static async Task<ImmutableArray<PrizeStatistics>> PrizesAsync(
        NpgsqlConnection connection, Guid campaign, DateTimeOffset now, CampaignCalendar calendar, CancellationToken ct)
    {
        var since = calendar.DayOf(now).AddDays(-StatisticsQuery.DaysMax);
        var days = (await connection.ListAsync(
            PrizeDays, [campaign, since], row => (Prize: row.GetGuid(0), Count: new PrizeDayCount(row.GetFieldValue<DateOnly>(1), row.GetInt32(2))), ct))
            .ToLookup(d => d.Prize, d => d.Count);
        return await connection.ListAsync(
            Prizes, [campaign, now - StockProjection.WindowMax],
            row => new PrizeStatistics(CampaignDataQueries.ReadPrize(row), ProjectionOf(row, now), [.. days[row.GetGuid(0)]]), ct);
    }

    private static DateTimeOffset? ProjectionOf(NpgsqlDataReader row, DateTimeOffset now)
    {
        // What has run out already has no time to come: remaining tells it.
        if (row.LongOrNull(4) - row.GetInt64(5) is not ({ } remaining and > 0))
        {
            return null;
        }

        return row.TimeOrNull(6) is { } first && row.TimeOrNull(7) is { } latest && row.LongOrNull(8) is { } recent
            ? StockProjection.RunsOutAt(remaining, recent, StockProjection.WindowOf(first, latest, now > latest ? now : latest), now)
            : null;
    }

    private static ImmutableArray<HourCount> ByHour(
        SortedDictionary<DateTimeOffset, Dictionary<string, long>> hours, StatisticsQuery query, DateTimeOffset now, CampaignCalendar calendar)
    {
        var to = query.To ?? now.AddTicks(1);
        var from = calendar.HourOf(query.From ?? to - LastHours);
        var all = new SortedSet<DateTimeOffset>(hours.Keys.Where(hour => hour >= from && hour < to));
        for (var hour = from; hour < to; hour = calendar.HourOf(hour + Hour) is var next && next > hour ? next : hour + Hour)
        {
            all.Add(hour);
        }

        return [.. all.Select(hour => hours.GetValueOrDefault(hour) is var counts && counts is null
            ? new HourCount(hour, 0, 0, new OutcomeCounts(0, 0, 0))
            : new HourCount(hour, counts.GetValueOrDefault("entries"), counts.GetValueOrDefault("entrants"), OutcomesOf(counts)))];
    }

    private static ImmutableArray<DayCount> ByDay(SortedDictionary<DateTimeOffset, Dictionary<string, long>> hours, CampaignCalendar calendar)
    {
        if (hours.Count == 0)
        {
            return [];
        }

        var byDay = hours.ToLookup(hour => calendar.DayOf(hour.Key), hour => hour.Value);
        var days = ImmutableArray.CreateBuilder<DayCount>();
        for (var day = calendar.DayOf(hours.Keys.First()); day <= calendar.DayOf(hours.Keys.Last()); day = day.AddDays(1))
        {
            var counts = byDay[day].SelectMany(c => c).GroupBy(c => c.Key).ToDictionary(g => g.Key, g => g.Sum(c => c.Value), StringComparer.Ordinal);
            days.Add(new DayCount(day, counts.GetValueOrDefault("entries"), counts.GetValueOrDefault("entrants"), OutcomesOf(counts)));
        }

        return days.ToImmutable();
    }

    private static OutcomeCounts OutcomesOf(Dictionary<string, long> counts) => new(
        counts.GetValueOrDefault("outcome:prize"), counts.GetValueOrDefault("outcome:gift"), counts.GetValueOrDefault("outcome:none"));
}

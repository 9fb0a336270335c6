using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Campaign;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Campaigns;

[Collection(CentralCollection.Name)]
public sealed class Reading_statistics(CentralFixture fixture)
{
    private readonly Guid _campaign = fixture.NewId();
    private readonly Guid _pool = fixture.NewId();
    private readonly Guid _mug = fixture.NewId();
    private string _tenant = "";

    private string Campaign => Ids.Format(Ids.Campaign, _campaign);

    [Fact]
    public async Task tells_nothing_before_provisioning()
    {
        _tenant = Ids.Format(Ids.Tenant, await fixture.AddTenantAsync());
        (await fixture.Get<ICampaignStatistics>().ReadAsync(new StatisticsQuery(_tenant, Campaign, null, "Europe/London"), default)).ShouldBeNull();
    }

    [Fact]
    public async Task adds_pools_up_by_the_hour_and_leaves_no_hour_out()
    {
        await ProvisionAsync(stock: 10);
        var hour = Floor(fixture.Time.Now);
        foreach (var pool in new[] { _pool, fixture.NewId() })
        {
            await HourAsync(pool, hour.AddHours(-3), ("entries", 5), ("entrants", 4), ("outcome:prize", 1), ("outcome:none", 4));
            await HourAsync(pool, hour.AddDays(-30), ("entries", 7));
        }

        var read = await ReadAsync();
        read.ByHour.Length.ShouldBe(49, "48 hours reach into 49 on the clock");
        read.ByHour.Select(h => h.Hour).ShouldBeInOrder();
        read.ByHour.Single(h => h.Entries > 0).ShouldBe(new HourCount(hour.AddHours(-3), 10, 8, new OutcomeCounts(2, 0, 8)));

        var asked = await ReadAsync(from: hour.AddDays(-30), to: hour.AddDays(-30).AddHours(2));
        asked.ByHour.Select(h => h.Entries).ShouldBe([14, 0]);
        asked.ByDay.Length.ShouldBe(31);
        asked.ByDay.Sum(d => d.Entries).ShouldBe(24);
    }

    [Theory]
    [InlineData("2026-03-29T00:30:00Z", "2026-03-29")] // London's clocks went on at 01:00Z.
    [InlineData("2026-03-29T22:59:00Z", "2026-03-29")]
    [InlineData("2026-03-29T23:00:00Z", "2026-03-30")]
    [InlineData("2026-10-25T00:00:00Z", "2026-10-25")] // And back at 01:00Z: an hour that is lived twice.
    [InlineData("2026-10-24T23:00:00Z", "2026-10-25")]
    [InlineData("2026-10-25T23:00:00Z", "2026-10-25")]
    [InlineData("2026-10-26T00:00:00Z", "2026-10-26")]
    public async Task counts_a_day_as_the_campaigns_clocks_do(string at, string day)
    {
        await ProvisionAsync(stock: 10);
        await HourAsync(_pool, Floor(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)), ("entries", 3));
        (await ReadAsync()).ByDay.ShouldHaveSingleItem().Day.ShouldBe(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task tells_what_each_day_gave_and_when_the_stock_may_run_out()
    {
        await ProvisionAsync(stock: 100, allocated: 40);
        var hour = Floor(fixture.Time.Now);
        await RunAsync("insert into prize_day values ($1, $2, '2026-11-30', 28), ($1, $2, '2026-12-01', 12)", _campaign, _mug);
        for (var h = 1; h <= 12; h++)
        {
            await RunAsync("insert into prize_hour values ($1, $2, $3, 2)", _campaign, _mug, hour.AddHours(-h));
        }

        var mug = (await ReadAsync()).ByPrize.ShouldHaveSingleItem();
        (mug.Prize.Stock, mug.Prize.Allocated, mug.Prize.Remaining).ShouldBe((100L, 40L, 60L));
        mug.ByDay.Select(d => (d.Day.Day, d.Awarded)).ShouldBe([(30, 28L), (1, 12L)]);
        // Two an hour for the last hours: sixty more last about thirty.
        var left = mug.ProjectedRunOutAt!.Value - fixture.Time.Now;
        left.TotalHours.ShouldBeInRange(28, 36);
    }

    [Fact]
    public async Task projects_nothing_for_what_has_run_out_or_never_does()
    {
        await ProvisionAsync(stock: 40, allocated: 40);
        await RunAsync("insert into prize_hour values ($1, $2, $3, 2)", _campaign, _mug, Floor(fixture.Time.Now).AddHours(-1));
        (await ReadAsync()).ByPrize.ShouldHaveSingleItem().ProjectedRunOutAt.ShouldBeNull();
    }

    private Task<CampaignStatistics> ReadAsync(DateTimeOffset? from = null, DateTimeOffset? to = null) => ReadAsync(new StatisticsQuery(
        _tenant, Campaign, null, "Europe/London", from, to));

    private async Task<CampaignStatistics> ReadAsync(StatisticsQuery query) =>
        (await fixture.Get<ICampaignStatistics>().ReadAsync(query, default)).ShouldNotBeNull();

    private static DateTimeOffset Floor(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerHour));

    private async Task HourAsync(Guid pool, DateTimeOffset hour, params (string What, long N)[] counts)
    {
        foreach (var (what, n) in counts)
        {
            await RunAsync("insert into pool_hour values ($1, $2, $3, $4, $5)", _campaign, pool, hour, what, n);
        }
    }

    private async Task ProvisionAsync(long stock, long allocated = 0)
    {
        var tenant = await fixture.AddTenantAsync();
        _tenant = Ids.Format(Ids.Tenant, tenant);
        await fixture.AddCampaignDatabaseAsync(tenant, Campaign);
        await RunAsync(
            "insert into pool (campaign_id, pool_id, ordinal, name, modes, secret, secret_hash) values ($1, $2, 0, 'Instant', '{moments}', '', '')",
            _campaign, _pool);
        await RunAsync(
            """
            insert into prize (campaign_id, prize_id, pool_id, ordinal, name, kind, mode, stock, allocated, fulfilment)
            values ($1, $2, $3, 0, 'Mug', 'prize', 'moments', $4, $5, 'none')
            """, _campaign, _mug, _pool, stock, allocated);
    }

    private async Task RunAsync(string sql, params object?[] values)
    {
        await using var lease = await fixture.Get<CampaignConnections>().OpenAsync(_tenant, Campaign, default);
        await lease!.Connection.RunAsync(sql, values, default);
    }
}

using System;
using System.Diagnostics;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Campaigns;

/// <summary>With a server of its own, since it is killed.</summary>
public sealed class Losing_the_server : IAsyncLifetime
{
    private readonly CentralFixture _fixture = new();

    public Task InitializeAsync() => _fixture.InitializeAsync();

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task is_noticed_within_seconds_and_needs_no_restart_afterwards()
    {
        var tenant = await _fixture.AddTenantAsync();
        var campaign = Ids.Format(Ids.Campaign, _fixture.NewId());
        await _fixture.AddCampaignDatabaseAsync(tenant, campaign);
        (await AskAsync(tenant, campaign)).ShouldBe(1);

        await _fixture.Postgres.KillAsync();
        var watch = Stopwatch.StartNew();
        await FailsAsync(() => AskAsync(tenant, campaign));
        await FailsAsync(() => AskTenantsAsync(tenant));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));

        await _fixture.Postgres.StartAsync();
        (await AskAsync(tenant, campaign)).ShouldBe(1);
        (await AskTenantsAsync(tenant)).ShouldBe(1);
    }

    // The killed server's children live on for a moment and may answer still.
    private static async Task FailsAsync(Func<Task> ask)
    {
        var watch = Stopwatch.StartNew();
        for (var failures = 0; failures < 5 && watch.Elapsed < TimeSpan.FromMinutes(2);)
        {
            try
            {
                await ask();
            }
            catch (NpgsqlException)
            {
                failures++;
            }
        }
    }

    private async Task<long> AskTenantsAsync(Guid tenant)
    {
        await using var work = await _fixture.Central.BeginAsync(tenant, default);
        return await work.Connection.ScalarAsync<long>("select count(*) from tenant", [], default);
    }

    private async Task<int> AskAsync(Guid tenant, string campaign)
    {
        await using var lease = await _fixture.Get<CampaignConnections>().OpenAsync(Ids.Format(Ids.Tenant, tenant), campaign, default);
        return await lease!.Connection.ScalarAsync<int>("select 1", [], default);
    }
}

using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Notices;

/// <summary>A host that has fallen behind with a campaign's events goes on by itself, and ends.</summary>
public sealed class Going_on_with_an_outbox(PoolServer server) : IClassFixture<PoolServer>
{
    private const string Happen =
        """
        with written as (
          insert into audit (campaign_id, event_id, at, actor, action, subject)
          select $1, gen_random_uuid(), now(), 'usr_1', 'pool.changed', 'pool_' || n from generate_series(1, 12000) n returning *)
        insert into outbox (campaign_id, event_id, kind, body, created_at) select campaign_id, event_id, 'audit', to_jsonb(w), at from written w
        """;

    [Fact]
    public async Task is_done_by_its_own_sweep_turn_after_turn()
    {
        await using var host = await NoticeHost.StartAsync(server);
        var campaign = Ids.Parse(Ids.Campaign, host.Campaign.Id);
        await using var database = await host.Host.OpenAsync(host.Campaign);
        await using var central = await host.Host.OpenCentralAsync();
        await database.RunAsync(Happen, campaign);

        // One turn, as an event's writer asks for it; 7,000 events stay for the sweep, which has two more to take.
        await host.Host.Get<OutboxRelay>().TryRelayAsync(host.Campaign.TenantId, host.Campaign.Id);

        await Polling.UntilAsync(
            async () => await database.ScalarAsync<long>("select count(*) from outbox where kind = 'audit'") == 0
                && host.Host.Get<OutboxRelay>().Behind.All(b => b.Campaign != host.Campaign.Id), TimeSpan.FromSeconds(60));
        (await central.ScalarAsync<long>("select count(distinct event_id) from audit_event where campaign_id = $1 and action = 'pool.changed'", campaign)).ShouldBe(12000);
    }
}

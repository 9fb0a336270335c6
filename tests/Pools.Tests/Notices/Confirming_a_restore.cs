using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Notices;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Campaign;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Notices;

/// <summary>A restored centre lacks what campaigns, whose databases live on, had handed to it since the backup; their outboxes have it no more.</summary>
public sealed class Confirming_a_restore(PoolServer server) : IClassFixture<PoolServer>
{
    private const string Happen =
        """
        with written as (
          insert into audit (campaign_id, event_id, at, actor, action, subject)
          select $1, gen_random_uuid(), now(), 'usr_1', 'pool.changed', 'pool_' || n from generate_series(1, 700) n returning *)
        insert into outbox (campaign_id, event_id, kind, body, created_at) select campaign_id, event_id, 'audit', to_jsonb(w), at from written w
        """;

    [Fact]
    public async Task brings_every_event_back_that_was_carried_since_also_where_the_host_dies_right_after()
    {
        TestCampaign campaign;
        await using (var host = await NoticeHost.StartAsync(server))
        {
            campaign = host.Campaign;
            await using var database = await host.Host.OpenAsync(campaign);
            await database.RunAsync(Happen, Ids.Parse(Ids.Campaign, campaign.Id));
            await host.Host.Get<OutboxRelay>().TakeTurnAsync(campaign.TenantId, campaign.Id);
            (await CountAsync(host.Host, campaign)).ShouldBe(700);
            await using (var central = await host.Host.OpenCentralAsync())
            {
                await central.RunAsync("delete from audit_event where campaign_id = $1", Ids.Parse(Ids.Campaign, campaign.Id));
            }

            await host.Host.UnconfirmAsync();
            await SweepAsync(host.Host);
            (await CountAsync(host.Host, campaign)).ShouldBe(0, "nobody has looked yet");
            await host.Host.ConfirmAsync();
        }

        await using var next = await server.StartHostAsync();
        await SweepAsync(next);
        await SweepAsync(next);

        (await CountAsync(next, campaign)).ShouldBe(700);
        (await CountAsync(next, campaign, "audit.recalled")).ShouldBe(4);
    }

    private static Task SweepAsync(PoolHost host) => host.Get<IEnumerable<IHostedService>>().OfType<RelaySweep>().Single().SweepAsync(default);

    private static async Task<long> CountAsync(PoolHost host, TestCampaign campaign, string action = "pool.changed")
    {
        await using var central = await host.OpenCentralAsync();
        return await central.ScalarAsync<long>(
            "select count(*) from audit_event where campaign_id = $1 and action = $2", Ids.Parse(Ids.Campaign, campaign.Id), action);
    }
}

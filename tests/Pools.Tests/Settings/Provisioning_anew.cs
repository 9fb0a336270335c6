using System;
using System.Security.Cryptography;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Settings;

/// <summary>A pool whose campaign was rolled back and provisioned again while the pool's activation lived on.</summary>
[Collection(PoolServerCollection.Name)]
public sealed class Provisioning_anew(PoolServer server)
{
    [Fact]
    public async Task knows_people_by_the_new_key_so_that_limits_outlive_the_activation()
    {
        TestCampaign campaign;
        await using (var host = await server.StartHostAsync())
        {
            campaign = await host.AddCampaignAsync(s => s with { Limits = new Limits(EntriesPerEntrant: 1) }, published: false);
            await host.Get<ISecrets>().PutAsync(
                Ids.Parse(Ids.Tenant, campaign.TenantId), campaign.Id, SecretNames.Identity,
                Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), default);
            PoolHost.Accepted(await host.Pool(campaign).ConfigureAsync(
                new ConfigurePool(PoolHost.Manager, campaign.Settings.Pools[0], 0, campaign.Settings with { Pools = [] })));
            await host.SetPhaseAsync(campaign, 0, published: true, paused: false);
            (await host.Pool(campaign).SubmitAsync(Sent.Entry("first-key", "alice"))).Value.ShouldNotBeNull();
        }

        await using var next = await server.StartHostAsync();
        (await next.Pool(campaign).SubmitAsync(Sent.Entry("second-key", "alice"))).Refusal.ShouldNotBeNull().Code.ShouldBe("entry.limit_reached");
    }
}

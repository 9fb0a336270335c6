using System;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Rehearsals;
using PrizeDraw.Pools.Tests.Codes;
using PrizeDraw.Pools.Tests.Evidence;
using PrizeDraw.Pools.Tests.Rehearsals;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Central.Evidence;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Draws;

/// <summary>Nor does anything come to the end of its time, or is made public.</summary>
public sealed partial class While_nobody_has_confirmed
{
    private readonly HeldLog held = new();

    [Fact]
    public async Task no_batch_of_codes_expires()
    {
        var (campaign, batch) = await ExpiredBatchAsync("KEPT");
        await using var host = await server.StartHostAsync();
        await host.UnconfirmAsync();
        await RemindAsync(host, host.Batch(campaign, batch), "expire");
        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<string>("select state from code_batch")).ShouldBe("ready");

        await host.ConfirmAsync();
        await RemindAsync(host, host.Batch(campaign, batch), "expire");
        (await database.ScalarAsync<string>("select state from code_batch")).ShouldBe("expired");
    }

    [Fact]
    public async Task no_prefix_is_given_back_of_a_batch_that_the_campaigns_database_does_not_know_of()
    {
        var (campaign, batch) = await ExpiredBatchAsync("LENT");
        await using var host = await server.StartHostAsync();
        await using (var database = await host.OpenAsync(campaign))
        {
            // As a state of the campaign's database from before the batch has it.
            await database.RunAsync("set session_replication_role = replica");
            await database.RunAsync("delete from code");
            await database.RunAsync("delete from code_batch");
        }

        await host.UnconfirmAsync();
        foreach (var reminder in (string[])["expire", "generate"])
        {
            await RemindAsync(host, host.Batch(campaign, batch), reminder);
            (await PrefixesAsync(host, campaign)).ShouldBe(1, reminder);
        }

        await host.ConfirmAsync();
        await RemindAsync(host, host.Batch(campaign, batch), "expire");
        (await PrefixesAsync(host, campaign)).ShouldBe(0);
    }

    [Fact]
    public async Task no_rehearsal_is_over_and_none_is_dropped()
    {
        TestCampaign campaign;
        RehearsalStage stage;
        await using (var first = await server.StartHostAsync())
        {
            campaign = await first.AddCampaignAsync(s => s);
            stage = await RehearsalStage.PrepareAsync(first, campaign);
            await using var central = await first.OpenCentralAsync();
            await central.RunAsync("update rehearsal set expires_at = now() - interval '1 minute' where rehearsal_id = $1", Ids.Parse(Ids.Rehearsal, stage.Id));
        }

        await using var host = await HeardHostAsync();
        await host.UnconfirmAsync();
        stage = stage.On(host);
        await RemindAsync(host, stage.Grain, "rehearsal");
        (await stage.ViewAsync())!.State.ShouldBe("ready");

        // What a person asks for waits, too; so does what was asked for before the database was set back.
        await held.HoldsAsync(stage.Id, async () =>
            PoolHost.Accepted(await stage.Grain.DeleteAsync(new RehearsalCommand(PoolHost.Manager))));
        await held.HoldsAsync(stage.Id, () => RemindAsync(host, stage.Grain, "rehearsal"));
        (await stage.ViewAsync())!.State.ShouldBe("deleting");
        await using var real = await host.OpenAsync(campaign);
        (await real.ListAsync("select nspname::text from pg_namespace where nspname like 'rehearsal%'", r => r.GetString(0))).ShouldBe([stage.Schema]);

        await host.ConfirmAsync();
        await RemindAsync(host, stage.Grain, "rehearsal");
        await stage.UntilAsync(view => view is null);
        (await real.ListAsync("select nspname::text from pg_namespace where nspname like 'rehearsal%'", r => r.GetString(0))).ShouldBeEmpty();
    }

    [Fact]
    public async Task no_instant_wins_are_revealed()
    {
        await using var host = await HeardHostAsync();
        var campaign = await Instant_campaign.PublishAsync(host);
        await Instant_campaign.PlayAsync(host, campaign, 50);
        await host.UnconfirmAsync();
        await held.HoldsAsync(campaign.Id, () => host.Evidence(campaign).StartAsync());
        await held.HoldsAsync(campaign.Id, () => RemindAsync(host, host.Evidence(campaign), "reveal"));
        foreach (var name in (string[])[PublicFileNames.Instant, PublicFileNames.InstantCheck])
        {
            (await host.Get<IPublicFiles>().FindAsync(campaign.TenantId, campaign.Id, name, default)).ShouldBeNull(name);
        }

        await host.ConfirmAsync();
        await RemindAsync(host, host.Evidence(campaign), "reveal");
        (await Instant_campaign.RevealedAsync(host, campaign)).Check.GetProperty("holds").GetBoolean().ShouldBeTrue();
    }

    /// <summary>A batch whose date has passed while no host ran.</summary>
    private async Task<(TestCampaign Campaign, string Batch)> ExpiredBatchAsync(string prefix)
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s);
        var batch = (await host.NewBatch(campaign).CreateAsync(CodeFacts.Coupons(prefix, 10, TimeProvider.System.GetUtcNow().AddDays(1)))).Value.ShouldNotBeNull().Id;
        await host.WaitForAsync(campaign, batch, b => b.State == "ready");
        await using var database = await host.OpenAsync(campaign);
        await database.RunAsync("update code_batch set expires_at = now() - interval '1 minute'");
        return (campaign, batch);
    }

    private static async Task<long> PrefixesAsync(PoolHost host, TestCampaign campaign)
    {
        await using var central = await host.OpenCentralAsync();
        return await central.ScalarAsync<long>("select count(*) from code_prefix where campaign_id = $1", Ids.Parse(Ids.Campaign, campaign.Id));
    }

    /// <summary>The reminder's tick; when this returns the grain has taken it.</summary>
    private static Task RemindAsync(PoolHost host, IGrainWithStringKey grain, string name) =>
        host.Get<IGrainFactory>().GetGrain<IRemindable>(grain.GetGrainId()).ReceiveReminder(name, default);

    private async Task<PoolHost> HeardHostAsync()
    {
        var before = server.Replace;
        server.Replace = services =>
            services.AddLogging(logging => logging.AddProvider(held).AddFilter<HeldLog>("PrizeDraw.Grains", LogLevel.Information));
        try
        {
            return await server.StartHostAsync();
        }
        finally
        {
            server.Replace = before;
        }
    }
}

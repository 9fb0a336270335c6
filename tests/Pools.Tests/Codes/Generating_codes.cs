using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Codes;

[Collection(PoolServerCollection.Name)]
public sealed class Generating_codes(PoolServer server)
{
    [Fact]
    public async Task makes_exactly_as_many_as_were_asked_for()
    {
        await using var host = await server.StartHostAsync(codes: o => o.ChunkMax = 1_000);
        var campaign = await host.AddCampaignAsync(s => s);
        var created = (await host.NewBatch(campaign).CreateAsync(CodeFacts.Coupons("Summer", 10_500))).Value.ShouldNotBeNull();
        created.State.ShouldBe("generating");
        created.Prefix.ShouldBe("Summer");
        created.Pattern.ShouldBe("Summer-####-#####-#####");

        var ready = await host.WaitForAsync(campaign, created.Id, b => b.State == "ready");
        ready.ShouldBe(created with { State = "ready", Generated = 10_500 });
        await host.ItHasExactlyAsync(campaign, created.Id, 10_500, "SVMMER");
        (await host.AuditAsync(campaign, "codes.batch_completed")).ShouldBe(["codes.batch_created", "codes.batch_completed"]);
    }

    [Fact]
    public async Task is_done_once_however_often_it_is_asked_for()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s);
        var batch = host.NewBatch(campaign);
        var first = (await batch.CreateAsync(CodeFacts.Coupons("ONCE", 500))).Value.ShouldNotBeNull();
        await host.WaitForAsync(campaign, first.Id, b => b.State == "ready");
        (await batch.CreateAsync(CodeFacts.Coupons("ONCE", 500))).Value.ShouldNotBeNull().Id.ShouldBe(first.Id);
        await batch.WakeAsync();
        await host.ItHasExactlyAsync(campaign, first.Id, 500, "0NCE");
    }

    [Fact]
    public async Task stays_exact_while_hosts_take_it_from_each_other()
    {
        await using var first = await server.StartHostAsync(codes: o => o.ChunkMax = 500);
        await using var second = await server.StartHostAsync(codes: o => o.ChunkMax = 700);
        var campaign = await first.AddCampaignAsync(s => s);
        var id = (await first.NewBatch(campaign).CreateAsync(CodeFacts.Coupons("TAKEN", 40_000))).Value.ShouldNotBeNull().Id;
        for (var generated = 2_000; generated <= 20_000; generated += 6_000)
        {
            await first.WaitForAsync(campaign, id, b => b.Generated >= generated);
            await second.Batch(campaign, id).WakeAsync();
            await first.Batch(campaign, id).WakeAsync();
        }

        await first.WaitForAsync(campaign, id, b => b.State == "ready");
        await first.ItHasExactlyAsync(campaign, id, 40_000, "TAKEN");
        (await first.AuditAsync(campaign, "codes.batch_completed")).Count(a => a == "codes.batch_completed").ShouldBe(1);
    }

    [Fact]
    public async Task goes_on_with_a_host_that_finds_it_half_done()
    {
        string id;
        TestCampaign campaign;
        await using (var first = await server.StartHostAsync(codes: o => o.ChunkMax = 500))
        {
            campaign = await first.AddCampaignAsync(s => s);
            await using var slow = await first.OpenAsync(campaign);
            // A hundred seconds, so that it is far from done when it is seen to have begun, and the host ends.
            await slow.RunAsync("create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.25); return null; end'");
            await slow.RunAsync("create trigger slow after insert on code for each statement execute function slow()");
            id = (await first.NewBatch(campaign).CreateAsync(CodeFacts.Coupons("HALF", 200_000))).Value.ShouldNotBeNull().Id;
            await first.WaitForAsync(campaign, id, b => b.Generated >= 1_000);
        }

        await using var second = await server.StartHostAsync();
        (await second.FindAsync(campaign, id)).State.ShouldBe("generating");
        (await second.Get<Storage.Central.Codes.CodePrefixes>().UnderWayAsync(default))
            .ShouldContain(GrainKeys.CodeBatch(campaign.TenantId, campaign.Id, id));
        await using (var database = await second.OpenAsync(campaign))
        {
            await database.RunAsync("drop trigger slow on code");
        }

        await second.Batch(campaign, id).WakeAsync();
        await second.WaitForAsync(campaign, id, b => b.State == "ready");
        await second.ItHasExactlyAsync(campaign, id, 200_000, "HA1F");
        await Polling.UntilAsync(
            () => second.Get<Storage.Central.Codes.CodePrefixes>().UnderWayAsync(default),
            keys => !keys.Any(key => key.EndsWith(id, StringComparison.Ordinal)), TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task fails_after_some_attempts_and_can_be_resumed()
    {
        await using var host = await server.StartHostAsync(codes: o => (o.ChunkMax, o.AttemptsMax) = (500, 2));
        var campaign = await host.AddCampaignAsync(s => s);
        await using var database = await host.OpenAsync(campaign);
        await database.RunAsync("alter table code add constraint no_more check (seq <= 1000)");
        var batch = host.NewBatch(campaign);
        var id = (await batch.CreateAsync(CodeFacts.Coupons("FAILS", 3_000))).Value.ShouldNotBeNull().Id;
        var failed = await host.WaitForAsync(campaign, id, b => b.State == "failed");
        failed.Generated.ShouldBe(1_000);

        await database.RunAsync("alter table code drop constraint no_more");
        (await batch.ResumeAsync(new ResumeCodeBatch(PoolHost.Manager))).Value.ShouldNotBeNull().State.ShouldBe("generating");
        await host.WaitForAsync(campaign, id, b => b.State == "ready");
        await host.ItHasExactlyAsync(campaign, id, 3_000, "FA11S");
        (await batch.ResumeAsync(new ResumeCodeBatch(PoolHost.Manager))).Refusal.ShouldNotBeNull().Code.ShouldBe("codes.wrong_state");
        (await host.AuditAsync(campaign, "codes.batch_completed")).ShouldBe(
            ["codes.batch_created", "codes.generation_failed", "codes.generation_resumed", "codes.batch_completed"]);
    }

    [Theory]
    [InlineData("MUG")]
    [InlineData("mug")]
    [InlineData("MU")]
    [InlineData("MUGS")]
    [InlineData("MVG")]
    public async Task is_refused_for_a_prefix_that_leads_to_another_batch(string prefix)
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s);
        (await host.NewBatch(campaign).CreateAsync(CodeFacts.Coupons("MUG", 10))).Refusal.ShouldBeNull();
        (await host.NewBatch(campaign).CreateAsync(CodeFacts.Coupons(prefix, 10))).Refusal.ShouldNotBeNull().Code.ShouldBe("codes.prefix_taken");
        (await host.NewBatch(campaign).CreateAsync(CodeFacts.Coupons("MUX", 10))).Refusal.ShouldBeNull();

        var otherTenants = await host.AddCampaignAsync(s => s);
        (await host.NewBatch(otherTenants).CreateAsync(CodeFacts.Coupons(prefix, 10))).Refusal.ShouldBeNull();
    }

    [Fact]
    public async Task claims_a_prefix_once_when_many_want_it_at_once()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s);
        var results = await Task.WhenAll(Enumerable.Range(1, 8).Select(i =>
            host.NewBatch(campaign).CreateAsync(CodeFacts.Coupons("RACE"[..2] + new string('X', i), 10))));
        results.Count(r => r.Refusal is null).ShouldBe(1);
        results.Where(r => r.Refusal is not null).ShouldAllBe(r => r.Refusal!.Code == "codes.prefix_taken");
    }

    [Fact]
    public async Task is_refused_for_a_campaign_without_a_database()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s);
        var elsewhere = campaign with { Id = Ids.New(Ids.Campaign, PoolHost.Noon) };
        (await host.NewBatch(elsewhere).CreateAsync(CodeFacts.Coupons("MUG", 10))).Refusal.ShouldNotBeNull().Code.ShouldBe("codes.campaign_not_ready");
    }

    [Fact]
    public async Task says_of_every_field_what_is_wrong()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s);
        var wrong = new CreateCodeBatch(PoolHost.Manager, "coupon", "generated", "", 10_000_001, "A", "####", PoolHost.Noon.AddYears(-1));
        var refusal = (await host.NewBatch(campaign).CreateAsync(wrong)).Refusal.ShouldNotBeNull();
        refusal.Code.ShouldBe("codes.invalid");
        refusal.Errors.ShouldNotBeNull().Keys.ShouldBe(["count", "expiresAt", "name", "prefix"]);
    }

    [Fact]
    public async Task ends_with_the_batchs_date()
    {
        TestCampaign campaign;
        string id;
        await using (var before = await server.StartHostAsync())
        {
            campaign = await before.AddCampaignAsync(s => s);
            var expiresAt = TimeProvider.System.GetUtcNow().AddHours(1);
            id = (await before.NewBatch(campaign).CreateAsync(CodeFacts.Coupons("ENDS", 100, expiresAt))).Value.ShouldNotBeNull().Id;
            await before.WaitForAsync(campaign, id, b => b.State == "ready");
            await before.AssignAsync(campaign, id, 30);
            var redeemed = await before.Batch(campaign, id).RedeemAsync(new RedeemCoupon(PoolHost.Manager, await before.CodeAsync(campaign, id, 7), null));
            redeemed.Refusal.ShouldBeNull();
        }

        // An hour passes. Nobody but the reminder asks for its end.
        await using var host = await StartAheadAsync(TimeSpan.FromHours(1));
        var expired = await host.WaitForAsync(campaign, id, b => b.State == "expired");
        (expired.Generated, expired.Assigned, expired.Redeemed, expired.Expired).ShouldBe((100, 30, 1, 99));
        (await host.Batch(campaign, id).RedeemAsync(new RedeemCoupon(PoolHost.Manager, await host.CodeAsync(campaign, id, 8), null)))
            .Refusal.ShouldNotBeNull().Code.ShouldBe("coupon.expired");
        await using var database = await host.OpenAsync(campaign);
        await host.AuditAsync(campaign, "codes.batch_expired");
        (await database.ScalarAsync<string>("select state from code_batch")).ShouldBe("expired");
    }

    private async Task<PoolHost> StartAheadAsync(TimeSpan by)
    {
        var clock = new AheadClock();
        clock.Leap(by);
        server.Replace = services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        try
        {
            return await server.StartHostAsync();
        }
        finally
        {
            server.Replace = _ => { };
        }
    }
}

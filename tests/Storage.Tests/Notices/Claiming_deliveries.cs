using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Central.Notices;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Notices;

[Collection(CentralCollection.Name)]
public sealed class Claiming_deliveries(CentralFixture fixture)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task gives_each_to_one_of_two_hosts()
    {
        await using var campaign = await WithNoticesAsync(10);
        var claims = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ClaimAsync(campaign, 5)));
        var all = claims.SelectMany(c => c).Select(c => c.DeliveryId).ToArray();
        all.Length.ShouldBe(10);
        all.ShouldBeUnique();
        claims.SelectMany(c => c).ShouldAllBe(c => c.Attempt == 1 && c.Campaign == "Summer in Paris" && c.Body.Contains("Mug", StringComparison.Ordinal));
    }

    [Fact]
    public async Task goes_to_another_host_once_the_lease_has_run_out_and_the_first_writes_nothing_more()
    {
        await using var campaign = await WithNoticesAsync(1);
        var store = campaign.Get<DeliveryStore>();
        var first = (await ClaimAsync(campaign)).ShouldHaveSingleItem();
        (await ClaimAsync(campaign)).ShouldBeEmpty();
        (await store.NextDueAsync(campaign.TenantId, default))!.Value.ShouldBe(fixture.Time.Now + Lease, TimeSpan.FromMilliseconds(1));

        fixture.Time.Pass(Lease + TimeSpan.FromSeconds(1));
        var second = (await ClaimAsync(campaign)).ShouldHaveSingleItem();
        second.Attempt.ShouldBe(2);
        (await EndAsync(campaign, first, DeliveryEnd.Delivered)).ShouldBeFalse();
        (await EndAsync(campaign, second, DeliveryEnd.Delivered)).ShouldBeTrue();
        (await EndAsync(campaign, second, DeliveryEnd.Delivered)).ShouldBeFalse();
        (await campaign.DeliveriesAsync()).ShouldHaveSingleItem().State.ShouldBe("delivered");
        (await store.NextDueAsync(campaign.TenantId, default)).ShouldBeNull();
    }

    [Fact]
    public async Task waits_for_the_next_attempts_time()
    {
        await using var campaign = await WithNoticesAsync(1);
        var claim = (await ClaimAsync(campaign)).ShouldHaveSingleItem();
        var next = fixture.Time.Now.AddMinutes(5);
        (await EndAsync(campaign, claim, DeliveryEnd.Pending, next, new string('x', 900))).ShouldBeTrue();
        (await ClaimAsync(campaign)).ShouldBeEmpty();
        (await campaign.Get<DeliveryStore>().NextDueAsync(campaign.TenantId, default)).ShouldBe(next);
        fixture.Time.Pass(TimeSpan.FromMinutes(5));
        (await ClaimAsync(campaign)).ShouldHaveSingleItem().Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task gives_up_what_ends_its_host_each_time()
    {
        await using var campaign = await WithNoticesAsync(1);
        for (var attempt = 1; attempt <= 12; attempt++)
        {
            (await ClaimAsync(campaign)).ShouldHaveSingleItem().Attempt.ShouldBe(attempt);
            fixture.Time.Pass(Lease + TimeSpan.FromSeconds(1));
        }

        (await ClaimAsync(campaign)).ShouldBeEmpty();
        (await campaign.DeliveriesAsync()).ShouldHaveSingleItem().State.ShouldBe("failed");
    }

    [Fact]
    public async Task sees_its_own_tenant_alone()
    {
        await using var one = await WithNoticesAsync(1);
        await using var other = await WithNoticesAsync(1);
        (await ClaimAsync(one)).ShouldHaveSingleItem().TenantId.ShouldBe(one.TenantId);
        (await ClaimAsync(other)).ShouldHaveSingleItem().TenantId.ShouldBe(other.TenantId);
    }

    [Fact]
    public async Task of_a_webhook_that_was_deleted_fail()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        var store = campaign.Get<WebhookStore>();
        var id = fixture.NewId();
        await store.AddAsync(campaign.TenantId, id, "https://hooks.example.com/", [], "usr_1", default);
        await campaign.CrossAsync();
        await campaign.RelayAsync();
        (await store.RemoveAsync(campaign.TenantId, id, "usr_1", default)).ShouldBe(WebhookWrite.Done);
        (await campaign.DeliveriesAsync()).Single(d => d.Channel == "webhook").State.ShouldBe("failed");
    }

    private async Task<NoticeCampaign> WithNoticesAsync(int count)
    {
        var campaign = await NoticeCampaign.AddAsync(fixture);
        await campaign.AddUserAsync(Roles.CampaignManager);
        for (var i = 0; i < count; i++)
        {
            await campaign.CrossAsync();
        }

        await campaign.RelayAsync();
        return campaign;
    }

    private async Task<ClaimedDelivery[]> ClaimAsync(NoticeCampaign campaign, int most = 10) =>
        [.. await campaign.Get<DeliveryStore>().ClaimAsync(campaign.TenantId, fixture.Time.Now, fixture.Time.Now + Lease, most, default)];

    private Task<bool> EndAsync(NoticeCampaign campaign, ClaimedDelivery claim, string state, DateTimeOffset? next = null, string? error = null) =>
        campaign.Get<DeliveryStore>().EndAsync(claim, new DeliveryEnd(state, next, error), fixture.Time.Now, default);
}
